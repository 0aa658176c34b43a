//! Protected contexts under other addresses.
//!
//! A protected context protects its servers, whatever leads to them. That an address is written in
//! the same way is seen before anything is connected. Before keys are changed, more is asked:
//!
//! | what is known of the servers here and those of a protected context | verdict |
//! |---|---|
//! | a name of both resolves to the same address and port, or their sockets are one | protected |
//! | a run id, a replication id or an id in the cluster in common | protected |
//! | they tell who they are, and have none in common | not protected |
//! | one of them does not tell, or cannot be reached or asked | unknown, which is said whatever `--quiet` |

use std::{collections::BTreeSet, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use cachectl_core::{
    server::{deployment::Deployment, node::Node},
    values::endpoint::Endpoint,
};
use tokio::{net, task::JoinSet, time};

use crate::{
    app::App,
    confirm::Consent,
    error::CliError,
    output::{self, Label},
    settings::{
        self,
        guards::{Guard, MayBeAsked},
    },
};

/// How long a protected context may take to tell who it is.
const PATIENCE: Duration = Duration::from_secs(3);

impl App {
    /// Finds out whether servers belong to a protected context by another address, in which case its
    /// name has to be typed as well.
    pub(crate) async fn guard(
        &self,
        consent: Consent,
        deployment: &Deployment,
        command: &'static str,
    ) -> Result<Consent, CliError> {
        if consent.protected.is_some() {
            return Ok(consent);
        }
        if let Some(error) = &self.settings.unread {
            return Err(settings::Error::Unprotecting(Arc::clone(error)).into());
        }
        let Some(name) = self.protecting(deployment).await? else { return Ok(consent) };
        self.output.note(format_args!(
            "by another address, these are servers of the protected context `{name}`"
        ));
        // What was agreed to earlier was agreed to without knowing that.
        let Consent { expected, .. } = consent;
        let consent = Consent { protected: Some(name), ..self.consent(expected) };
        consent.check_early(command)?;
        Ok(consent)
    }

    /// Returns the protected context that servers belong to.
    async fn protecting(&self, deployment: &Deployment) -> Result<Option<String>, CliError> {
        let mut asking = JoinSet::new();
        for guard in self.settings.guards.iter().cloned() {
            let ours = deployment.clone();
            asking.spawn(async move {
                let verdict = time::timeout(PATIENCE, compare(&guard, &ours)).await;
                let late = |_| Verdict::Unknown("it did not answer in time".to_owned());
                (guard.name, verdict.unwrap_or_else(late))
            });
        }
        let mut protecting = None;
        for (name, verdict) in asking.join_all().await {
            match verdict {
                Verdict::Same => protecting = Some(name),
                // Whatever is wanted to be quiet: it may be the last that is read before it happens.
                Verdict::Unknown(reason) => output::say_labelled(
                    Label::Warning,
                    format_args!(
                        "whether these are servers of the protected context `{name}` is not \
                         known: {reason}"
                    ),
                ),
                Verdict::Distrusted(error) => return Err(error.into()),
                Verdict::Others => {}
            }
        }
        Ok(protecting)
    }
}

/// What servers are to those of a protected context.
#[derive(Debug)]
enum Verdict {
    Same,
    Others,
    /// Nobody knows, and why.
    Unknown(String),
    /// Nobody may be asked, because others may have written the user's own file.
    Distrusted(settings::Error),
}

async fn compare(guard: &Guard, ours: &Deployment) -> Verdict {
    let known = guard.address.endpoints();
    let here: Vec<&Endpoint> = ours.primaries().iter().map(Node::endpoint).collect();
    if !places(&known).await.is_disjoint(&places(&here).await) {
        return Verdict::Same;
    }
    match guard.may_be_asked() {
        MayBeAsked::No => return Verdict::Others,
        MayBeAsked::NotTrusted => {
            return guard.settings().err().map_or_else(
                || Verdict::Unknown("its file has changed meanwhile".to_owned()),
                |error| Verdict::Distrusted(settings::Error::Unprotecting(Arc::new(error))),
            );
        }
        MayBeAsked::Yes => {}
    }
    match open(guard).await {
        Ok(theirs) => by_identity(ours.primaries(), theirs.primaries()),
        Err(error) => Verdict::Unknown(error.to_string()),
    }
}

/// Connects as the context says, which gives its password to nobody but its own servers.
async fn open(guard: &Guard) -> Result<Deployment, CliError> {
    let mut target = guard.settings()?.target()?;
    target.timeouts.connect = target.timeouts.connect.min(PATIENCE);
    target.timeouts.response = target.timeouts.response.min(PATIENCE);
    Ok(Deployment::open(target).await?)
}

fn by_identity(ours: &[Node], theirs: &[Node]) -> Verdict {
    let is_same = |one: &Node, other: &Node| {
        let same_id = one.cluster_id.is_some() && one.cluster_id == other.cluster_id;
        same_id || one.identity.shares_data_with(&other.identity)
    };
    if ours.iter().any(|one| theirs.iter().any(|other| is_same(one, other))) {
        return Verdict::Same;
    }
    match ours.iter().chain(theirs).find(|node| node.identity.run_id.is_none()) {
        Some(silent) => {
            Verdict::Unknown(format!("`{}` does not tell its run id", silent.endpoint()))
        }
        None => Verdict::Others,
    }
}

/// A place where a server listens.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Address(SocketAddr),
    Socket(PathBuf),
}

/// Returns the places that names lead to; one that leads nowhere has none.
async fn places(endpoints: &[&Endpoint]) -> BTreeSet<Place> {
    let mut places = BTreeSet::new();
    for endpoint in endpoints {
        match endpoint {
            Endpoint::Tcp { host, port } => {
                let found = net::lookup_host((host.as_str(), *port)).await;
                places.extend(found.into_iter().flatten().map(Place::Address));
            }
            Endpoint::Unix(path) => places.extend(path.canonicalize().ok().map(Place::Socket)),
        }
    }
    places
}
