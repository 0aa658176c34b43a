//! A plan that is being made.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use super::pairs::{Flags, Head, Pair, Pairs, PairsWriter};
use crate::{
    migrate::{
        Error,
        report::{Collision, Conflict, Links, Listed},
    },
    steps::{
        facts::FactsReader,
        files::{self, PrivateDirectory},
        sorter::Sorter,
    },
};

/// Where a pair is: the lane in the upper 16 bits, the byte of its file in the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct At(pub(super) u64);

impl At {
    const OFFSET_BITS: u32 = 48;

    pub(super) fn new(lane: usize, offset: u64) -> Self {
        Self((lane as u64) << Self::OFFSET_BITS | offset)
    }

    pub(super) fn lane(self) -> usize {
        (self.0 >> Self::OFFSET_BITS) as usize
    }

    pub(super) fn offset(self) -> u64 {
        self.0 & ((1 << Self::OFFSET_BITS) - 1)
    }
}

/// The files of a plan that is being made, in a directory that goes with them.
#[derive(Debug)]
pub(super) struct Workspace(PrivateDirectory);

impl Workspace {
    /// Makes a directory beside the plan.
    pub(super) fn beside(plan: &Path) -> Result<Self, Error> {
        let mut name = plan.as_os_str().to_owned();
        name.push(format!(".{:08x}.draft", rand::random::<u32>()));
        let path = PathBuf::from(name);
        let created = PrivateDirectory::create(path.clone());
        created.map(Self).map_err(Error::file("create", &path))
    }

    /// Makes a directory in another one.
    pub(super) fn inside(directory: &Path) -> Result<Self, Error> {
        Self::beside(&directory.join(format!("snapshot-{:08x}", rand::random::<u32>())))
    }

    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Makes an empty list that may become long.
    pub(super) fn list<T>(&self, name: &str) -> io::Result<Listed<T>> {
        files::unnamed(&self.file(name)).map(Listed::in_file)
    }
}

/// What the scan writes down: the pairs, and hashes of names to be sorted.
#[derive(Debug)]
pub(super) struct Notes {
    /// The pairs of every primary.
    pub(super) pairs: Vec<PairsWriter>,
    pub(super) names: Names,
    pub(super) scanned: u64,
    pub(super) vanished: u64,
}

/// Hashes of names, to be sorted.
#[derive(Debug)]
pub(super) struct Names {
    /// The hash of every old name, and where the pair is.
    pub(super) sources: Sorter<2>,
    /// The hash of every new name, and where the pair is; none if the rules cannot give two keys
    /// the same name.
    pub(super) targets: Option<Sorter<2>>,
    /// The hash of every new name that is taken, where the pair is, and the type and the expiry
    /// of the key that has the name.
    pub(super) taken: Sorter<4>,
    /// The hash of every name that was seen where the scan saw all of them.
    pub(super) seen: Sorter<1>,
    /// The hash of every new name that the server was not asked about, and where the pair is:
    /// whether it is taken is known from what was seen.
    pub(super) wanted: Sorter<2>,
}

impl Notes {
    pub(super) fn new(
        workspace: &Workspace,
        lanes: usize,
        collisions_possible: bool,
    ) -> Result<Self, Error> {
        let pairs = (0..lanes).map(|lane| {
            let path = workspace.file(&format!("pairs-{lane}"));
            PairsWriter::create(&path).map_err(Error::file("create", &path))
        });
        Ok(Self {
            pairs: pairs.collect::<Result<_, _>>()?,
            names: Names {
                sources: Sorter::new(&workspace.file("sources")),
                targets: collisions_possible.then(|| Sorter::new(&workspace.file("targets"))),
                taken: Sorter::new(&workspace.file("taken")),
                seen: Sorter::new(&workspace.file("seen")),
                wanted: Sorter::new(&workspace.file("wanted")),
            },
            scanned: 0,
            vanished: 0,
        })
    }
}

/// A plan that is being made.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) workspace: Workspace,
    pub(super) lanes: Vec<DraftLane>,
    pub(super) names: Names,
    /// What makes the names of stashed keys, if keys in the way are stashed.
    pub(super) stash_nonce: Option<String>,
    pub(super) scanned: u64,
    pub(super) vanished: u64,
    /// How long the scan took.
    pub(super) elapsed: Duration,
    pub(super) conflicts: Listed<Conflict>,
    pub(super) collisions: Listed<Collision>,
    pub(super) links: Links,
}

impl Draft {
    /// Takes what was written down of each primary: how facts were read there, and its clock when
    /// that began, as a Unix time in milliseconds.
    pub(super) fn new(
        workspace: Workspace,
        notes: Notes,
        lanes: Vec<(FactsReader, i64)>,
    ) -> Result<Self, Error> {
        let file_error = || Error::file("use files in", workspace.path());
        let lanes = notes.pairs.into_iter().zip(lanes).map(|(pairs, (facts, now))| {
            let pairs = pairs.finish().map_err(file_error())?;
            Ok(DraftLane { pairs, facts, now })
        });
        let lanes = lanes.collect::<Result<_, Error>>()?;
        Ok(Self {
            conflicts: workspace.list("conflicts").map_err(file_error())?,
            collisions: workspace.list("collisions").map_err(file_error())?,
            workspace,
            lanes,
            names: notes.names,
            stash_nonce: None,
            scanned: notes.scanned,
            vanished: notes.vanished,
            elapsed: Duration::ZERO,
            links: Links::default(),
        })
    }

    /// Reads a pair.
    pub(super) fn pair(&self, at: At) -> io::Result<Pair> {
        self.lane(at)?.pair(at.offset())
    }

    /// Reads what is known of a pair, without its names.
    pub(super) fn head(&self, at: At) -> io::Result<Head> {
        self.lane(at)?.head(at.offset())
    }

    /// Adds flags to a pair.
    pub(super) fn mark(&self, at: At, flags: Flags) -> io::Result<()> {
        self.lane(at)?.mark(at.offset(), flags)
    }

    /// Returns the pairs that one of them is among.
    pub(super) fn lane(&self, at: At) -> io::Result<&Pairs> {
        let lane = self.lanes.get(at.lane()).map(|lane| &lane.pairs);
        lane.ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    /// Returns what turns an I/O error into one of ours.
    pub(super) fn file_error(&self) -> impl FnOnce(io::Error) -> Error + use<> {
        Error::file("use files in", self.workspace.path())
    }
}

/// What the scan found on one primary.
#[derive(Debug)]
pub(super) struct DraftLane {
    pub(super) pairs: Pairs,
    /// How facts were read there.
    pub(super) facts: FactsReader,
    /// The primary's clock when the scan began, as a Unix time in milliseconds.
    pub(super) now: i64,
}
