//! Finds out what a restore would do.

mod ask;
mod memory;
mod read;

use std::{path::Path, time::Instant};

use cachectl_rdb::RawValue;
use tokio::sync::mpsc;

use self::{ask::Asking, read::Reading};
use super::{
    Error, Functions, OnConflict, Options,
    functions::{self, Looked},
    pick::Picker,
    report::{Preview, Refusal, ServerReport},
    room::Room,
};
use crate::{
    server::deployment::Deployment,
    steps::{
        blocking,
        fit::{IfUnfit, UnfitParts},
        put::{Capabilities, Foreseen, Proof},
    },
    values::{key::Key, key_type::KeyType, ttl::Expiry},
    vocabulary::{
        control::Control,
        outcome::Outcome,
        progress::{Event, Phase},
    },
};

/// How many names are asked for together.
const CHUNK: usize = 4096;
/// How many bytes of names are asked for together, about.
const CHUNK_BYTES: usize = 1 << 20;
/// How many chunks may wait to be asked for.
const WAITING: usize = 2;

/// Finds out what a restore would do, and writes nothing to a server.
///
/// `workspace` is a directory for temporary files, which lose their names at once.
///
/// # Errors
///
/// Fails if the file cannot be read or is damaged, a server cannot be reached or denies `EXISTS`,
/// or the operator stops it.
pub async fn check(
    deployment: &Deployment,
    options: &Options,
    workspace: &Path,
    control: &Control<'_>,
) -> Result<Preview, Error> {
    let begun = Instant::now();
    let first = options.trust(Proof::Checksum);
    let mut preview = Box::pin(look(deployment, options, first, workspace, control)).await?;
    if options.trust(preview.proof) != first {
        // That there is no checksum is known at the end, and few files have none.
        preview = Box::pin(look(deployment, options, Proof::None, workspace, control)).await?;
    }
    let refusals = refusals(&preview, options);
    preview.refusals.extend(refusals);
    if !preview.refusals.is_empty() || preview.unsupported.count > 0 {
        preview.outcome = Outcome::Findings;
    }
    preview.elapsed = begun.elapsed();
    Ok(preview)
}

/// Reads the file and asks the servers.
async fn look(
    deployment: &Deployment,
    options: &Options,
    proof: Proof,
    workspace: &Path,
    control: &Control<'_>,
) -> Result<Preview, Error> {
    let stopped = || Error::Stopped;
    let prepared = async {
        Ok::<_, Error>((Picker::start(options, deployment).await?, servers(deployment).await?))
    };
    let prepared = control.unless_cancelled(prepared).await.ok_or_else(stopped)?;
    let (picker, (servers, capabilities)) = prepared?;
    control.tell(Phase::Check, Event::Started(None));
    let (sender, receiver) = mpsc::channel(WAITING);
    let targets = Targets { deployment: deployment.clone(), capabilities, proof };
    let reading = Reading::new(options, picker, targets, workspace)?;
    let reading = blocking::begin(move || reading.all(&sender));
    let asking = Asking::new(deployment, options, workspace)?.all(receiver, control);
    let asked = control.unless_cancelled(asking).await.unwrap_or_else(|| Err(stopped()));
    let read = reading.end().await?;
    let asked = asked?;
    let mut preview = Preview { servers, ..read? };
    asked.fill(&mut preview);
    if options.functions == Functions::Load {
        let looking = functions::look(deployment, &preview.libraries);
        match control.unless_cancelled(looking).await.ok_or_else(stopped)?? {
            Looked::Taken(taken) => preview.libraries_taken = taken,
            Looked::NoFunctions(node) => {
                let endpoint = node.endpoint().clone();
                preview.refusals.push(Refusal::NoFunctions { endpoint });
            }
        }
    }
    control.tell(Phase::Check, Event::Finished);
    Ok(preview)
}

fn refusals(preview: &Preview, options: &Options) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if !preview.unfit.is_empty() && options.if_unfit == IfUnfit::Refuse {
        refusals.push(Refusal::Unfit { parts: UnfitParts(preview.unfit.clone()) });
    }
    let names = preview.collisions.count;
    if names > 0 && options.may_rename() {
        refusals.push(Refusal::Collisions { names });
    } else if names > 0 {
        refusals.push(Refusal::Repeated { keys: names });
    }
    let names = preview.libraries_taken.len() as u64;
    if names > 0 && preview.on_conflict == OnConflict::Abort {
        refusals.push(Refusal::Libraries { names });
    }
    if preview.taken.count > 0 && preview.on_conflict == OnConflict::Abort {
        refusals.push(Refusal::Conflicts { keys: preview.taken.count });
    }
    refusals
}

/// Tells which servers keys would go to, and what each of them takes.
async fn servers(deployment: &Deployment) -> Result<(Vec<ServerReport>, Vec<Capabilities>), Error> {
    let (mut servers, mut capabilities) = (Vec::new(), Vec::new());
    for node in deployment.primaries() {
        let of_node = Capabilities::of(node).await?;
        servers.push(ServerReport {
            endpoint: node.endpoint().clone(),
            version: node.identity.to_string(),
            rdb_version: of_node.version().number(),
        });
        capabilities.push(of_node);
    }
    Ok((servers, capabilities))
}

/// The servers that keys would go to.
#[derive(Debug)]
struct Targets {
    deployment: Deployment,
    /// What each primary takes.
    capabilities: Vec<Capabilities>,
    /// What proves the values.
    proof: Proof,
}

impl Targets {
    /// Foresees what becomes of a value under this name.
    fn foresee(&self, name: &[u8], value: RawValue<'_>) -> Result<Foreseen, Error> {
        Ok(self.of(name)?.foresee(value, self.proof))
    }

    /// Returns what the server takes that a name belongs to.
    fn of(&self, name: &[u8]) -> Result<Capabilities, Error> {
        let primary = self.deployment.route(name);
        // A slot that nobody serves is found out by asking for the name.
        let capabilities = self.capabilities.get(primary).or_else(|| self.capabilities.first());
        capabilities.copied().ok_or(Error::Stopped)
    }
}

/// Selected keys that go to one database.
#[derive(Debug)]
struct Chunk {
    database: u64,
    keys: Vec<Selected>,
    /// What is given back once they were asked for, if that is waited for.
    room: Option<Room>,
}

/// A selected key, as far as the file tells.
#[derive(Debug)]
struct Selected {
    /// The name in the file, where a rule makes it another: as much of it as is reported.
    from: Option<Key>,
    /// The name on the server.
    to: Vec<u8>,
    /// The rule that decided about the name.
    rule: Option<u16>,
    key_type: KeyType,
    expiry: Expiry,
    foreseen: Foreseen,
}
