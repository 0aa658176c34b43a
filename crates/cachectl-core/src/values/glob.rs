//! Globs as the server understands them, on bytes.
