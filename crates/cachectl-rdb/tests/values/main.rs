//! Decoded values and digests against what real servers say.

mod answers;

mod encodings;
mod old_encodings;

mod servers;
mod stored;
