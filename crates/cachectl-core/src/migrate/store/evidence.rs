//! What is known of the servers of a deployment, and whether two of them are the same.

use crate::{
    migrate::{Error, ledger::Session, plan_file::Lane, store::Course},
    server::{deployment::Deployment, identity::Identity, node::Node},
};

/// What is known of the servers of a deployment.
#[derive(Clone, Debug)]
pub(super) struct Evidence {
    pub(super) db: i64,
    pub(super) cluster: bool,
    /// Its primaries, some of them several times where they were replaced.
    pub(super) servers: Vec<Known>,
}

/// What is known of a server.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) endpoint: String,
    pub(super) identity: Identity,
    /// What its cluster calls it.
    pub(super) cluster_id: Option<String>,
}

/// What two deployments are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kinship {
    /// A server of one is a server of the other, or descends from it.
    Same,
    /// Only an address is the same: its server was restarted without a history, or replaced.
    Address,
    /// Nothing tells that they are the same.
    Another,
}

/// Decides whether two deployments are the same, by what is known of both.
///
/// | database and kind | run id, history or id in the cluster | address | kinship |
/// |---|---|---|---|
/// | differ | | | another |
/// | the same | one in common | | the same |
/// | the same | none | one in common | by its address |
/// | the same | none | none | another |
pub(super) fn kinship(one: &Evidence, other: &Evidence) -> Kinship {
    if one.db != other.db || one.cluster != other.cluster {
        return Kinship::Another;
    }
    let pairs = || one.servers.iter().flat_map(|a| other.servers.iter().map(move |b| (a, b)));
    let is_same = |(a, b): (&Known, &Known)| {
        let same_id = a.cluster_id.is_some() && a.cluster_id == b.cluster_id;
        same_id || a.identity.descends_from(&b.identity)
    };
    if pairs().any(is_same) {
        Kinship::Same
    } else if pairs().any(|(a, b)| a.endpoint == b.endpoint) {
        Kinship::Address
    } else {
        Kinship::Another
    }
}

impl Evidence {
    /// Returns what is known of servers that answer now.
    pub(super) fn of(deployment: &Deployment) -> Self {
        Self {
            db: deployment.target().db,
            cluster: deployment.is_cluster(),
            servers: deployment.primaries().iter().map(Known::from).collect(),
        }
    }

    /// Returns what the plan and the journals of a course say, and those of its way back.
    pub(super) fn of_courses(course: &Course, back: Option<&Course>) -> Result<Self, Error> {
        let manifest = &course.plan.manifest;
        let mut servers = Vec::new();
        for course in [Some(course), back].into_iter().flatten() {
            for (index, lane) in course.plan.manifest.lanes.iter().enumerate() {
                servers.push(Known::from(lane));
                let records = course.records(index)?;
                let worked = records.session.map(|session| Known::worked(session, lane));
                servers.extend(worked);
            }
        }
        Ok(Self { db: manifest.db, cluster: manifest.cluster, servers })
    }
}

impl Known {
    fn worked(session: Session, lane: &Lane) -> Self {
        let Session { endpoint, identity, .. } = session;
        Self { endpoint, identity, cluster_id: lane.cluster_id.clone() }
    }
}

impl From<&Node> for Known {
    fn from(node: &Node) -> Self {
        Self {
            endpoint: node.endpoint().to_string(),
            identity: node.identity.clone(),
            cluster_id: node.cluster_id.clone(),
        }
    }
}

impl From<&Lane> for Known {
    fn from(lane: &Lane) -> Self {
        Self {
            endpoint: lane.endpoint.clone(),
            identity: lane.identity.clone(),
            cluster_id: lane.cluster_id.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::identity::{Mode, Role, Version};

    /// Reads `db endpoint run_id history cluster_id`; `-` is what is not known.
    fn evidence(text: &str) -> Evidence {
        let words: Vec<_> = text.split(' ').collect();
        let [db, endpoint, run_id, history, cluster_id] = words[..] else { panic!("{text}") };
        let known = |word: &str| (word != "-").then(|| word.to_owned());
        let identity = Identity {
            product: "redis".to_owned(),
            version: Version(7, 0, 0),
            mode: Mode::Standalone,
            role: Role::Primary,
            run_id: known(run_id),
            histories: known(history).into_iter().collect(),
            connection_id: 1,
        };
        let server =
            Known { endpoint: endpoint.to_owned(), identity, cluster_id: known(cluster_id) };
        let cluster = server.cluster_id.is_some();
        Evidence { db: db.parse().unwrap(), cluster, servers: vec![server] }
    }

    #[test]
    fn deployments_are_the_same_by_what_is_known_of_both() {
        #[track_caller]
        fn case(one: &str, other: &str, expected: Kinship) {
            let (one, other) = (evidence(one), evidence(other));
            assert_eq!(kinship(&one, &other), expected, "{one:?}, {other:?}");
            assert_eq!(kinship(&other, &one), expected, "the other way round");
        }
        use Kinship::{Address, Another, Same};

        //   database, address, run id, history, id in the cluster
        case("0 a run1 h1 -", "0 a run1 h1 -", Same);
        case("0 a run1 h1 -", "0 b run1 h2 -", Same); // by another name
        case("0 a run1 h1 -", "0 b run2 h1 -", Same); // a promoted replica
        case("0 a run1 h1 -", "0 a run2 h1 -", Same); // restarted with its data
        case("0 a run1 h1 -", "0 a run2 h2 -", Address); // restarted empty, or replaced
        case("0 a - - -", "0 a - - -", Address); // `INFO` is denied
        case("0 a - - -", "0 b - - -", Another);
        case("0 a run1 h1 -", "0 b run2 h2 -", Another);
        case("0 a run1 h1 -", "1 a run1 h1 -", Another); // another database
        case("0 a - - id1", "0 b - - id1", Same); // a node with a new address
        case("0 a - - id1", "0 a - - id2", Address);
        case("0 a - - id1", "0 b - - id2", Another);
        case("0 a run1 h1 id1", "0 a run1 h1 -", Another); // a cluster, and no cluster
    }

    #[test]
    fn one_server_in_common_is_enough() {
        let mut three = evidence("0 a run1 h1 id1");
        three.servers.extend(evidence("0 b run2 h2 id2").servers);
        assert_eq!(kinship(&three, &evidence("0 c run9 h9 id2")), Kinship::Same);
        assert_eq!(kinship(&three, &evidence("0 c run9 h9 id9")), Kinship::Another);
    }
}
