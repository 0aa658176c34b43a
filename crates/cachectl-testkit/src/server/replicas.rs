//! Cutting replicas off.

use super::Server;
use crate::wait;

impl Server {
    /// Cuts off all replicas, and keeps them off: from now on they lag.
    ///
    /// They log in as the default user, which loses the right to follow.
    #[track_caller]
    pub fn hold_replicas_back(&self) {
        self.command(&["ACL", "SETUSER", "default", "-psync", "-sync"]);
        self.command(&["CLIENT", "KILL", "TYPE", "replica"]);
        wait::until("no replica is linked", || self.linked_replicas() == "0");
    }

    /// Lets replicas follow again, and waits until one does.
    ///
    /// A replica whose PSYNC is refused falls back to SYNC. Were that allowed again as well, one
    /// caught between the two would follow without knowing the primary's offset, and would never
    /// be seen to catch up.
    #[track_caller]
    pub fn let_replicas_follow(&self) {
        self.command(&["ACL", "SETUSER", "default", "+psync"]);
        wait::until("a replica is linked again", || self.linked_replicas() != "0");
    }

    fn linked_replicas(&self) -> String {
        self.info("replication").remove("connected_slaves").unwrap_or_default()
    }
}
