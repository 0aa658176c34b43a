//! The binary, seen from outside.
