//! Functions as release candidates of Redis 7.0 wrote them.

use std::io::Read;

use super::{
    skim,
    source::{Nowhere, Source},
    text,
};
use crate::Error;

/// Reads a library into `target` in the form that came after it: the code alone, with its name and
/// its engine in the first line. So did Redis 7.0 when it loaded such a file.
pub(super) fn pre_release<R: Read>(
    source: &mut Source<R>,
    target: &mut Vec<u8>,
) -> Result<(), Error> {
    const KIND: text::Kind = text::FUNCTION;
    let (mut name, mut engine, mut code) = (Vec::new(), Vec::new(), Vec::new());
    text::read(source, &mut name, KIND)?;
    text::read(source, &mut engine, KIND)?;
    if skim::number(source, &mut Nowhere, KIND.what)? > 0 {
        // The description, which later forms have no place for.
        text::read(source, &mut code, KIND)?;
    }
    text::read(source, &mut code, KIND)?;
    target.clear();
    engine.make_ascii_lowercase();
    for part in [&b"#!"[..], &engine, b" name=", &name, b"\n", &code] {
        target.extend_from_slice(part);
    }
    Ok(())
}
