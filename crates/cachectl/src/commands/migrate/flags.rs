//! Flags that several steps of a migration share.

use std::path::PathBuf;

use cachectl_core::{
    migrate::{
        Operator,
        options::{Level, OnConflict},
    },
    values::key_type::KeyType,
};

use crate::parse::{self, Backup};

/// What to rename.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Keys")]
pub(super) struct RuleArgs {
    /// Rename by this rule (can be repeated; the first that matches decides)
    ///
    /// For instance `'doc_state_{id} => doc:state:{id}'`, `'user:* => user:v2:*'`,
    /// `'prefix:sess: => web:sess:'`, `'glob:tmp.?.* => tmp:*'` or `'regex:^u(\d+)$ => user:$1'`.
    #[arg(long = "rule", value_name = "OLD => NEW", conflicts_with = "file")]
    pub(super) rules: Vec<String>,
    /// Rename by the rules of this file
    ///
    /// It can hold every flag of this command besides, by its name; a flag of the command line
    /// wins over the file.
    #[arg(id = "file", long = "rules", value_name = "FILE.yaml")]
    pub(super) file: Option<PathBuf>,
    /// Only keys of this type (can be repeated) [default: all types]
    ///
    /// One of string, list, set, zset, hash, stream, module, array.
    #[arg(long = "type", value_name = "TYPE")]
    pub(super) types: Vec<KeyType>,
    /// Skip keys that match this glob (can be repeated)
    #[arg(long, value_name = "GLOB")]
    pub(super) exclude: Vec<String>,
    /// What to do where a new name is taken [default: abort]
    ///
    /// abort: refuse the whole plan, exit 77. skip: the key keeps its old name. stash: the key in
    /// the way moves to a name that the report gives. overwrite: the key in the way is lost.
    /// Two keys that would get the same name are refused always.
    #[arg(long, value_name = "POLICY", value_parser = parse::on_conflict)]
    pub(super) on_conflict: Option<OnConflict>,
}

impl RuleArgs {
    pub(super) fn is_empty(&self) -> bool {
        self.rules.is_empty()
            && self.file.is_none()
            && self.types.is_empty()
            && self.exclude.is_empty()
            && self.on_conflict.is_none()
    }
}

/// How much to verify.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Safety")]
pub(super) struct VerifyArgs {
    /// How much to verify afterwards: 0 counts only; 1 every key; 2 plus sampled values; 3 plus all
    /// values [default: 1]
    ///
    /// Every key: the old name is gone, the new one is there, with the same type and the same
    /// expiry. Values are compared by what they mean with what was kept before the first rename: 2
    /// keeps some 10,000 of them, 3 needs --backup. `--verify` alone means `--verify=1`.
    #[arg(
        long = "verify",
        value_name = "LEVEL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "1",
        value_parser = parse::level
    )]
    pub(super) level: Option<Level>,
}

impl VerifyArgs {
    pub(super) fn is_empty(&self) -> bool {
        self.level.is_none()
    }
}

/// What to keep of the keys.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Safety")]
pub(super) struct BackupArgs {
    /// Write the values of all keys to an RDB file before the first of them is renamed
    ///
    /// Under their old names, and on disk before the first rename. Without a file name it stands
    /// beside the journal. `cachectl restore` and `migrate rollback --from-backup` read it.
    #[arg(
        long = "backup",
        value_name = "FILE.rdb",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "",
        value_parser = parse::backup
    )]
    pub(super) backup: Option<Backup>,
}

/// What the operator expects.
#[derive(Clone, Copy, Debug, clap::Args)]
#[command(next_help_heading = "Safety")]
pub(super) struct GuardArgs {
    /// Refuse, with exit 77, unless exactly this many keys are to be renamed
    ///
    /// A protected context wants it together with --yes.
    #[arg(long, value_name = "N")]
    pub(super) expect: Option<u64>,
}

/// What the operator knows of the server.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct LossArgs {
    /// Say that the server is the right one and has nothing of this migration any more
    ///
    /// For a server that was emptied, or restored from before the migration. Only where the server
    /// itself shows no evidence of the migration; where it does, that counts.
    #[arg(long, help_heading = "Safety")]
    pub(super) server_lost_everything: bool,
}

impl LossArgs {
    pub(super) fn said(self) -> Operator {
        if self.server_lost_everything { Operator::LostEverything } else { Operator::Silent }
    }
}

/// Which other migrations may stay half-way.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Safety")]
pub(super) struct BesideArgs {
    /// Go on although this migration is half-way on the same servers (can be repeated)
    ///
    /// Otherwise that is refused, with exit 77: a key that both rename would be missed by one of
    /// them.
    #[arg(long, value_name = "ID")]
    pub(super) beside: Vec<String>,
}

/// Which migration is meant.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct IdArgs {
    /// The migration, as `migrate list` shows it [default: the newest that fits]
    ///
    /// It is one that was begun on these servers. To resume: the newest that is half-way, else the
    /// newest that is applied. To roll back: the newest; if that is rolled back already, the newest
    /// that is half-way. Otherwise: the newest. The beginning of an id is enough if no other id
    /// begins so.
    #[arg(value_name = "ID")]
    pub(super) id: Option<String>,
}
