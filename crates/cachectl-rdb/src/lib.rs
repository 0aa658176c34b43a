//! The RDB format of Redis and Valkey: files and `DUMP` payloads, read, written, decoded, re-tagged
//! and compared.
//!
//! The crate is pure: it opens no socket and no file, starts no thread, and never panics on what
//! it is given. A file is read as a stream in bounded memory, and a value stays as it was stored
//! until somebody asks for its contents.
//!
//! | module | what it holds |
//! |---|---|
//! | [`version`] | versions of the format, and which family writes them |
//! | [`dialect`] | which versions and encodings a server understands |
//! | [`encoding`] | the type byte: how a value is stored |
//! | [`reader`] | files, record by record |
//! | [`writer`] | files out of values |
//! | [`payload`] | what `DUMP` answers and `RESTORE` takes |
//! | [`raw`] | a value as it is stored |
//! | [`value`] | a value decoded |
//! | [`digest`] | one number for a value, whatever encoding it has |
//! | [`headroom`] | whether there is memory for something large |
//!
//! ```
//! use cachectl_rdb::{Reader, Record};
//!
//! let file = b"REDIS0004\xfe\x00\x00\x03key\x05value\xff";
//! let mut reader = Reader::new(&file[..])?;
//! while let Some(record) = reader.record()? {
//!     if let Record::Entry(entry) = record {
//!         assert_eq!(entry.key, b"key");
//!         assert_eq!(entry.value.encoding().to_string(), "string");
//!     }
//! }
//! # Ok::<(), cachectl_rdb::Error>(())
//! ```

pub mod dialect;
pub mod digest;
pub mod encoding;
pub mod error;
pub mod headroom;
pub mod payload;
pub mod raw;
pub mod reader;
pub mod value;
pub mod version;
pub mod writer;

mod checksum;
mod decode;
mod encode;
mod lzf;
mod opcode;

pub use dialect::Dialect;
pub use digest::Digest;
pub use encoding::Encoding;
pub use error::{Error, ErrorKind};
pub use payload::Payload;
pub use raw::RawValue;
pub use reader::{Entry, Reader, Record, Usage};
pub use value::{Value, ValueType};
pub use version::{Family, Version};
pub use writer::Writer;

/// The examples of the readme, which are run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
