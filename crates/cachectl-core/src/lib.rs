//! Everything that knows caches: keys and their names, servers and their topologies, and the
//! operations that change millions of keys without losing one.
//!
//! The crate has no terminal, reads no environment and never ends the process. An operation takes
//! valid options, tells an [`Observer`](vocabulary::progress::Observer) what happens, and returns
//! a report or an error.
//!
//! Its floors, each using only those below it:
//!
//! | floor | what it holds |
//! |---|---|
//! | [`mod@files`] | files that others may have had their hands on |
//! | [`values`] | keys, templates, globs, rules, slots, endpoints |
//! | [`vocabulary`] | outcomes, progress, cancellation, kinds of error |
//! | [`server`] | deployments, connections, batches, capabilities |
//! | [`steps`] | scanning, sorting on disk, throttling |
//! | operations | [`backup`], [`diff`], [`migrate`], [`restore`] |
//!
//! # Renaming keys from a program
//!
//! Plan, look at the plan, apply, verify. Everything that is needed to carry on after a crash, or
//! to go back, is in the state directory.
//!
//! ```
//! use cachectl_core::{
//!     migrate::{self, Options, Store, options::{Level, Pacing}},
//!     server::{deployment::Deployment, target::Target},
//!     values::{endpoint::ConnectionUrl, rule::Rule, rule_set::RuleSet},
//!     vocabulary::{control::Control, outcome::Outcome},
//! };
//!
//! # let server = cachectl_testkit::Server::start().with_keys("doc_state_{}", 1_000);
//! # let url = server.url();
//! # let state = tempfile::tempdir()?;
//! # let state_directory = state.path();
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! let deployment = Deployment::open(Target::from_url(ConnectionUrl::parse(&url)?)).await?;
//! let control = Control::unattended();
//! let store = Store::new(state_directory);
//!
//! let rule = Rule::parse("doc_state_{id} => doc:state:{id}")?;
//! let options = Options::new(RuleSet::new(vec![rule])?);
//! let draft = store.draft()?;
//! let plan = migrate::plan(&deployment, &options, &draft, &control).await?;
//! assert_eq!(plan.totals.renames, 1_000);
//! assert!(plan.refusals.is_empty(), "nothing is in the way");
//!
//! let migration = store.begin(&deployment, &draft, "the release job").await?;
//! let applied = migrate::apply(&deployment, &migration, Pacing::default(), &control).await?;
//! assert_eq!(applied.accounts.renamed, 1_000);
//! let verified = migrate::verify(&deployment, &migration, Level::Keys, &control).await?;
//! assert_eq!(verified.outcome, Outcome::Clean);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![cfg_attr(test, expect(clippy::disallowed_methods, reason = "tests read what was written"))]

pub mod backup;
pub mod diff;
pub mod files;
pub mod health;
pub mod migrate;
pub mod restore;
pub mod server;
pub mod steps;
pub mod values;
pub mod vocabulary;
