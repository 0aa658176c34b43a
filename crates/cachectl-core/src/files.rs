//! Files that others may have had their hands on: the one place where they are opened and written.
//!
//! | what | who may have written it | how |
//! |---|---|---|
//! | a file that the operator names | anybody | [`open`], [`read`], [`read_given`] |
//! | a secret that lets others in | we or root, and nobody else may, or read it | [`open_secret`] |
//! | a file that only its place names | we or root, and nobody else may | [`open_trusted`] |
//! | a file that such a file names | as above, and it is not outside | [`open_below`] |
//! | state of ours | we alone, in a directory of ours | [`private`] |
//! | what others read | nobody: it is written beside its place and moved there | [`replace()`] |
//!
//! In all of them a pipe, a socket or a device is an error at once, because opening it could wait
//! for ever.

mod below;
pub mod limits;
mod ordinary;
pub mod private;
mod replace;
mod trust;

pub use self::{
    below::open_below,
    ordinary::{contents, is_given, is_null, open, read, read_given, text},
    replace::{Readers, check_replaceable, move_new, replace, write_new},
    trust::{Distrust, Unusable, open_secret, open_trusted},
};
