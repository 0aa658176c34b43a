//! The names of both sides, and how they go together.

use std::{io, sync::Arc};

use super::{
    names::{Names, Place},
    record::Content,
    report::Difference,
    scope::Scope,
    suspect::Suspect,
};
use crate::values::key::Key;

/// The names of both sides, and how they go together.
#[derive(Debug)]
pub(super) struct Directory {
    pub(super) a: Arc<Scope>,
    pub(super) b: Arc<Scope>,
    pub(super) of_a: Names,
    pub(super) of_b: Names,
}

/// The names of a key on both sides.
#[derive(Clone, Debug)]
pub(super) struct Places {
    /// `None` if side A does not have the key, and what its name would be cannot be told.
    pub(super) a: Option<Place>,
    pub(super) b: Place,
}

impl Directory {
    /// Returns the names of a key on both sides.
    pub(super) fn places(&self, suspect: &Suspect) -> io::Result<Places> {
        let a = match suspect.a.name {
            Some(name) => Some(self.of_a.read(name)?),
            None => suspect.turned_up.clone(),
        };
        let b = match (suspect.b.name, &a) {
            (Some(name), _) => self.of_b.read(name)?,
            (None, Some(a)) => self.on_b(a),
            (None, None) => return Err(io::ErrorKind::NotFound.into()),
        };
        let a = a.or_else(|| self.a.rules.is_none().then(|| self.on_a(&b)));
        Ok(Places { a, b })
    }

    fn on_b(&self, a: &Place) -> Place {
        let mut key = Vec::new();
        self.a.rename(&a.key, &mut key);
        Place { database: self.b.translate(a.database), key }
    }

    fn on_a(&self, b: &Place) -> Place {
        Place { database: self.a.translate(b.database), key: b.key.clone() }
    }

    /// Describes a key that differs.
    pub(super) fn difference(&self, suspect: &Suspect) -> io::Result<Difference> {
        let Places { a, b } = self.places(suspect)?;
        let (named, renamed) = match a.filter(|_| suspect.a.content.is_some()) {
            Some(a) => {
                let renamed = (a.key != b.key).then(|| Key::from(b.key));
                (a, renamed)
            }
            None => (b, None),
        };
        Ok(Difference {
            kind: suspect.kind,
            database: named.database,
            key: Key::from(named.key),
            renamed,
            a: suspect.a.content.map(Content::found),
            b: suspect.b.content.map(Content::found),
            changing: suspect.changing,
        })
    }
}
