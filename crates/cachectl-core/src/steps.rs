//! Steps that operations share.
