//! Reading that fails in the right place.

use std::{fmt, marker::PhantomData};

use cachectl_core::values::endpoint::EndpointError;
use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};

use super::may_be_address;

/// Reads a value that stands for itself, such as `5ms`, `5` or `true`, by a function that reads
/// text. What it objects to is found in the right place, because the value is still at hand.
pub(crate) fn scalar<'de, D, T, E>(
    deserializer: D,
    read: impl Fn(&str) -> Result<T, E>,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    E: fmt::Display,
{
    let hiding = |text: &str| match read(text) {
        // Most errors quote what they object to, and this may hold a password.
        Err(_) if may_be_address(text) => Err("an address stands there instead".to_owned()),
        result => result.map_err(|error| error.to_string()),
    };
    deserializer.deserialize_any(Scalar(hiding))
}

/// Reads the address of a server, by a function whose errors repeat nothing of it.
pub(crate) fn address<'de, D, T>(
    deserializer: D,
    read: impl Fn(&str) -> Result<T, EndpointError>,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
{
    deserializer.deserialize_any(Scalar(read))
}

struct Scalar<R>(R);

impl<T, E: fmt::Display, R: Fn(&str) -> Result<T, E>> Visitor<'_> for Scalar<R> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a single value")
    }

    fn visit_bool<X: de::Error>(self, v: bool) -> Result<T, X> {
        self.visit_str(&v.to_string())
    }

    fn visit_i64<X: de::Error>(self, v: i64) -> Result<T, X> {
        self.visit_str(&v.to_string())
    }

    fn visit_u64<X: de::Error>(self, v: u64) -> Result<T, X> {
        self.visit_str(&v.to_string())
    }

    fn visit_f64<X: de::Error>(self, v: f64) -> Result<T, X> {
        self.visit_str(&v.to_string())
    }

    fn visit_str<X: de::Error>(self, v: &str) -> Result<T, X> {
        (self.0)(v).map_err(X::custom)
    }
}

/// Reads a mapping as it is written down and makes of it what it means, while its place is still
/// known.
pub(crate) fn mapping<'de, D, W, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    W: Deserialize<'de>,
    T: TryFrom<W, Error: fmt::Display>,
{
    deserializer.deserialize_map(Mapping(PhantomData::<(W, T)>))
}

struct Mapping<W, T>(PhantomData<(W, T)>);

impl<'de, W: Deserialize<'de>, T: TryFrom<W, Error: fmt::Display>> Visitor<'de> for Mapping<W, T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a mapping")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        let written = W::deserialize(MapAccessDeserializer::new(map))?;
        T::try_from(written).map_err(de::Error::custom)
    }
}
