//! Looks again at what differs, because somebody may have been writing.

use std::{collections::HashMap, mem, sync::Arc};

use tokio::time;

use super::{
    Error, Options,
    directory::{Directory, Places},
    findings::Findings,
    judge::Judge,
    look::Looks,
    names::Place,
    recorder::now,
    servers::Servers,
    suspect::Suspect,
    watch::{Watch, blocking},
};
use crate::{
    steps::{name_hash::NameHash, scan::Scan},
    vocabulary::progress::Event,
};

/// How many keys are looked at together.
const CHUNK: usize = 256;

/// Looks again at what differs.
pub(super) struct Rounds<'a> {
    pub(super) options: &'a Options,
    pub(super) watch: &'a Watch<'a>,
    pub(super) judge: Judge,
    pub(super) hash: NameHash,
    pub(super) directory: Arc<Directory>,
    pub(super) a: Option<Looks>,
    pub(super) b: Option<Looks>,
}

impl Rounds<'_> {
    /// Looks at the suspects until none is left, or often enough. Returns how often it did.
    pub(super) async fn run(&mut self, findings: &mut Findings) -> Result<u32, Error> {
        let mut rounds = 0;
        while !findings.suspects.is_empty() && rounds < self.options.rounds {
            let pause = time::timeout(self.options.pause, self.watch.control.cancelled());
            if pause.await.is_ok() {
                break;
            }
            rounds += 1;
            let notice =
                format!("looking again at what differs, {rounds} of {}", self.options.rounds);
            self.watch.tell(Event::Noticed(&notice));
            self.round(&mut findings.suspects).await?;
            self.settle(findings);
        }
        Ok(rounds)
    }

    async fn round(&mut self, suspects: &mut [Suspect]) -> Result<(), Error> {
        self.find_names(suspects).await?;
        for chunk in suspects.chunks_mut(CHUNK) {
            if self.watch.control.is_cancelled() {
                return Ok(());
            }
            let places = self.places(chunk).await?;
            let (of_a, of_b) = places.into_iter().map(|places| (places.a, Some(places.b))).unzip();
            if let Some(looks) = &mut self.a {
                for (suspect, content) in chunk.iter_mut().zip(looks.contents(of_a).await?) {
                    suspect.see_a(content, now());
                }
            }
            if let Some(looks) = &mut self.b {
                for (suspect, content) in chunk.iter_mut().zip(looks.contents(of_b).await?) {
                    suspect.see_b(content, now());
                }
            }
        }
        Ok(())
    }

    async fn places(&self, suspects: &[Suspect]) -> Result<Vec<Places>, Error> {
        let (directory, suspects) = (Arc::clone(&self.directory), suspects.to_vec());
        blocking(move || {
            let places = suspects.iter().map(|suspect| directory.places(suspect));
            Ok(places.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Keeps what still differs.
    fn settle(&self, findings: &mut Findings) {
        let now = now();
        for mut suspect in mem::take(&mut findings.suspects) {
            suspect.pass_time(now);
            let (a, b) = (suspect.a.content.as_ref(), suspect.b.content.as_ref());
            let verdict = self.judge.verdict(a, b).filter(|_| self.judge.takes(a, b));
            if let Some(kind) = verdict {
                findings.suspects.push(Suspect { kind, ..suspect });
            } else {
                findings.settled += 1;
                findings.equal += u64::from(a.is_some());
            }
        }
    }
}

/// Names of side A that turn up only later.
impl Rounds<'_> {
    /// Scans side A again for what side B seems to have alone: which name a rule may have made
    /// that of can only be found by asking the rules about every name.
    async fn find_names(&self, suspects: &mut [Suspect]) -> Result<(), Error> {
        let Some(looks) = self.a.as_ref().filter(|looks| looks.servers.scope.rules.is_some())
        else {
            return Ok(());
        };
        let mut wanted = self.wanted(suspects).await?;
        for (database, deployment) in &looks.servers.databases {
            for node in deployment.primaries() {
                if wanted.is_empty() || self.watch.control.is_cancelled() {
                    return Ok(());
                }
                let mut scan = Scan::start(node, looks.servers.scope.selection.scan_pattern());
                while let Some(keys) = scan.page().await.map_err(looks.servers.error())? {
                    self.note(&looks.servers, (*database, keys), &mut wanted, suspects);
                }
            }
        }
        Ok(())
    }

    /// Returns which suspects have no name on side A, by the hashes of their names on side B.
    async fn wanted(&self, suspects: &[Suspect]) -> Result<HashMap<[u64; 2], usize>, Error> {
        let nameless = |suspect: &Suspect| suspect.a.name.is_none() && suspect.turned_up.is_none();
        let nameless: Vec<(usize, Suspect)> = suspects
            .iter()
            .enumerate()
            .filter(|(_, suspect)| nameless(suspect))
            .map(|(index, suspect)| (index, suspect.clone()))
            .collect();
        let (directory, hash) = (Arc::clone(&self.directory), self.hash);
        blocking(move || {
            let wanted = nameless.into_iter().map(|(index, suspect)| {
                let Place { database, key } = directory.places(&suspect)?.b;
                Ok((hash.of(directory.b.number(database), &key), index))
            });
            wanted.collect()
        })
        .await
    }

    fn note(
        &self,
        servers: &Servers,
        (database, keys): (u64, Vec<Vec<u8>>),
        wanted: &mut HashMap<[u64; 2], usize>,
        suspects: &mut [Suspect],
    ) {
        let scope = &servers.scope;
        let mut renamed = Vec::new();
        for key in keys.into_iter().filter(|key| scope.selection.takes_key(key)) {
            scope.rename(&key, &mut renamed);
            let index = wanted.remove(&self.hash.of(scope.number(database), &renamed));
            if let Some(suspect) = index.and_then(|index| suspects.get_mut(index)) {
                suspect.turned_up = Some(Place { database, key });
            }
        }
    }
}
