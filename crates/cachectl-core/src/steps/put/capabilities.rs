//! What a server is known to take, and what becomes of a value there.

use cachectl_rdb::{Dialect, ErrorKind, RawValue, Value, ValueType, Version};

use super::{
    Limits, Proof, Road,
    rewrite::{self, Vocabulary},
};
use crate::{
    server::{Error, node::Node},
    steps::dialect,
};

/// What can be told of a value before a server is asked to take it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Foreseen {
    /// This road is tried first, and nothing speaks against it.
    Road(Road),
    /// No road leads to the server, for this reason.
    Unsupported(String),
    /// The same, but the server looks at the name first: if that is taken, it says so.
    UnsupportedUnlessTaken(String),
}

/// What a server is known to take.
#[derive(Clone, Copy, Debug)]
pub struct Capabilities {
    dialect: Dialect,
    modules: Modules,
    limits: Limits,
}

/// Whether a server has modules, which bring types of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Modules {
    /// It has none.
    None,
    /// It has some, or does not tell. Which types they bring is not known either.
    Unknown,
}

impl Capabilities {
    /// Asks a server.
    ///
    /// # Errors
    ///
    /// Fails if the connection does, or the server does not say which version it is.
    pub async fn of(node: &Node) -> Result<Self, Error> {
        let dialect = dialect::of(node).await?;
        let modules = node.connection.ask("MODULE", &[b"LIST"]).await?.into_elements();
        let is_empty = modules.is_some_and(|modules| modules.is_empty());
        let modules = if is_empty { Modules::None } else { Modules::Unknown };
        Ok(Self { dialect, modules, limits: Limits::of(node).await? })
    }

    /// Returns the version of the format that the server writes.
    #[must_use]
    pub fn version(self) -> Version {
        self.dialect.version()
    }

    /// Returns how long what is sent to it may be.
    #[must_use]
    pub fn limits(self) -> Limits {
        self.limits
    }

    /// Returns what the server's commands can say.
    #[must_use]
    pub fn vocabulary(self) -> Vocabulary {
        Vocabulary::of(self.dialect).in_pieces_of(self.limits.argument)
    }

    /// Returns the first road that a value should take.
    ///
    /// | fits into one argument | the encoding is known | releases agree about it | nothing proves the bytes, and they do not decode | the version is taken | road |
    /// |---|---|---|---|---|---|
    /// | no | any | any | any | any | rewritten |
    /// | yes | no | any | any | any | rewritten |
    /// | yes | yes | no: a server that reads it otherwise crashes | any | any | rewritten |
    /// | yes | yes | yes | yes: a server may crash over it | any | rewritten, which tells what is wrong |
    /// | yes | yes | yes | no | no | re-tagged |
    /// | yes | yes | yes | no | yes | as it is |
    #[must_use]
    pub fn first_road(self, value: RawValue<'_>, proof: Proof) -> Road {
        if !self.limits.fit(value) {
            return Road::Rewritten;
        }
        let doubtful = || proof == Proof::None && value.decode().is_err();
        // What cannot be looked at is not sent as it is either.
        if !self.dialect.knows(value.encoding())
            || value.is_disputed().unwrap_or(true)
            || doubtful()
        {
            Road::Rewritten
        } else if self.dialect.takes(value.version()) {
            Road::AsItIs
        } else {
            Road::Retagged
        }
    }

    /// Foresees what [`Putter`](super::Putter) makes of a value.
    #[must_use]
    pub fn foresee(self, value: RawValue<'_>, proof: Proof) -> Foreseen {
        let road = self.first_road(value, proof);
        if road == Road::Rewritten {
            return match self.decoded(value, proof) {
                Ok(_) => Foreseen::Road(road),
                Err(reason) => Foreseen::Unsupported(reason),
            };
        }
        let is_of_module = value.value_type() == ValueType::Module;
        if !is_of_module || self.modules == Modules::Unknown {
            return Foreseen::Road(road);
        }
        // No value of a module can be decoded, and the error says of which module it is.
        match value.decode() {
            Err(error) => Foreseen::UnsupportedUnlessTaken(error.to_string()),
            Ok(_) => Foreseen::Road(road),
        }
    }

    /// Decodes a value that is to be said in the server's commands.
    ///
    /// # Errors
    ///
    /// Fails with the reason if its bytes are damaged, or the commands cannot say it.
    pub(super) fn decoded(self, value: RawValue<'_>, proof: Proof) -> Result<Value<'_>, String> {
        let value = value.decode().map_err(|error| match (&error.kind, proof) {
            (ErrorKind::Module(_), Proof::None) => {
                format!("{}, and without a checksum nothing proves it", error.kind)
            }
            _ => error.to_string(),
        })?;
        if let Some(reason) = self.vocabulary().lacks(&value) {
            return Err(reason.to_owned());
        }
        let limit = match value {
            Value::String(_) => self.limits.string,
            _ => self.limits.argument,
        };
        match rewrite::longest(&value) {
            longest if longest > limit => Err(format!(
                "it has an element of {longest} bytes, and the server takes {limit} at most"
            )),
            _ => Ok(value),
        }
    }
}
