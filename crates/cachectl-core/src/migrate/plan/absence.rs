//! Finds the new names that are taken among all names that the scan has seen.
//!
//! Hashes of both are sorted on disk and walked side by side. Only where they are equal the server
//! is asked who has the name: nobody, if two hashes happen to be equal, or if that key is gone. A
//! name that somebody takes after the scan has passed is found when its turn comes to be renamed,
//! as one is that somebody takes after the server was asked for it.

use std::io;

use futures_util::future::{try_join, try_join_all};

use super::{
    choose::NewName,
    draft::{At, Draft},
    permission,
};
use crate::{
    migrate::{Error, blocking::blocking},
    server::{batch::Batch, deployment::Deployment, node::Node},
    steps::{
        facts::{Facts, FactsReader},
        sorter::Sorted,
    },
};

/// How many names that seem to be taken are asked for together.
const CHUNK: usize = 512;

/// Notes which of the new names that the servers were not asked for are taken.
pub(super) async fn note_taken(deployment: &Deployment, draft: Draft) -> Result<Draft, Error> {
    let facts: Vec<FactsReader> = draft.lanes.iter().map(|lane| lane.facts).collect();
    let search = blocking(move || Search::begin(draft)).await?;
    let (mut search, mut hits) = search.next().await?;
    while !hits.is_empty() {
        // The next names are looked for while the servers are asked for these.
        let (taken, next) = try_join(occupants(deployment, &facts, &hits), search.next()).await?;
        (search, hits) = next;
        let names = &mut search.draft.names;
        let noted = taken.into_iter().try_for_each(|(name, facts)| names.note_taken(name, facts));
        noted.map_err(search.draft.file_error())?;
    }
    Ok(search.draft)
}

/// A new name that a key has, by its hash.
#[derive(Debug)]
struct Hit {
    name: NewName,
    text: Vec<u8>,
}

/// The search for new names among those that were seen.
#[derive(Debug)]
struct Search {
    draft: Draft,
    wanted: Sorted<2>,
    seen: Sorted<1>,
}

impl Search {
    fn begin(mut draft: Draft) -> Result<Self, Error> {
        let names = &mut draft.names;
        let sorted = names.wanted.take().and_then(|wanted| Ok((wanted, names.seen.take()?)));
        let (wanted, seen) = sorted.map_err(draft.file_error())?;
        Ok(Self { draft, wanted, seen })
    }

    /// Finds the next names, away from the task that talks to the servers; none after the last.
    async fn next(mut self) -> Result<(Self, Vec<Hit>), Error> {
        blocking(move || {
            let hits = self.hits().map_err(self.draft.file_error())?;
            Ok((self, hits))
        })
        .await
    }

    fn hits(&mut self) -> io::Result<Vec<Hit>> {
        let mut hits = Vec::new();
        while hits.len() < CHUNK
            && let Some([hash, at]) = self.wanted.entry()?
        {
            while self.seen.entry_if(|[seen]| *seen < hash)?.is_some() {}
            if self.seen.peek() == Some(&[hash]) {
                let at = At(at);
                let text = self.draft.pair(at)?.new_name().to_vec();
                hits.push(Hit { name: NewName { at, hash }, text });
            }
        }
        Ok(hits)
    }
}

/// Asks for the facts of the keys that have the names. In a cluster a new name is on the server
/// of the old one, because it is in the same slot.
async fn occupants(
    deployment: &Deployment,
    facts: &[FactsReader],
    hits: &[Hit],
) -> Result<Vec<(NewName, Facts)>, Error> {
    let lanes = deployment.primaries().iter().zip(facts).zip(0..);
    let asked = lanes.map(|((node, facts), lane)| {
        let hits = hits.iter().filter(move |hit| hit.name.at.lane() == lane);
        occupants_of(node, *facts, hits.collect())
    });
    Ok(try_join_all(asked).await?.into_iter().flatten().collect())
}

async fn occupants_of(
    node: &Node,
    facts: FactsReader,
    hits: Vec<&Hit>,
) -> Result<Vec<(NewName, Facts)>, Error> {
    let mut batch = Batch::with_capacity(hits.len() * facts.replies());
    for hit in &hits {
        facts.ask(&mut batch, &hit.text);
    }
    let mut replies = node.connection.send(batch).await?.into_iter();
    let mut occupants = Vec::new();
    for hit in hits {
        let known = permission::accepted(node, "TYPE", facts.read(&mut replies))?;
        occupants.extend(known.map(|known| (hit.name, known)));
    }
    Ok(occupants)
}
