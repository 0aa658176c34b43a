//! Names that are ours: of keys that are put aside or built up before they get their own name, and
//! of those that tell how far a migration has come.

use super::slot::Slot;

/// What a key with a reserved name is for.
const PURPOSES: [&str; 5] = ["stash", "overwritten", "aside", "restore", MARKER];
/// Marks how much of a migration a server has seen. It is no data of anybody's.
const MARKER: &str = "marker";

/// Returns a name for `purpose` that stands for `name` and is in its slot.
pub(crate) fn reserved_name(purpose: &str, nonce: &str, name: &[u8]) -> Vec<u8> {
    reserved_in(Slot::of(name), purpose, nonce, name)
}

/// Returns the name of a marker in a slot.
pub(crate) fn marker_name(slot: Slot, nonce: &str, lane: usize) -> Vec<u8> {
    reserved_in(slot, MARKER, nonce, lane.to_string().as_bytes())
}

fn reserved_in(slot: Slot, purpose: &str, nonce: &str, name: &[u8]) -> Vec<u8> {
    let tag = slot.tag();
    let mut reserved = format!("cachectl:{{{tag}}}:{purpose}:{nonce}:").into_bytes();
    reserved.extend_from_slice(name);
    reserved
}

/// Returns whether a key has a name of ours, which no rule may touch.
pub(crate) fn is_reserved(key: &[u8]) -> bool {
    purpose(key).is_some_and(|found| PURPOSES.iter().any(|known| known.as_bytes() == found))
}

/// Returns whether a key is a marker, which belongs to its server and to no copy of its data.
pub(crate) fn is_marker(key: &[u8]) -> bool {
    purpose(key) == Some(MARKER.as_bytes())
}

fn purpose(key: &[u8]) -> Option<&[u8]> {
    let rest = key.strip_prefix(b"cachectl:{")?;
    let tag = rest.iter().position(|byte| *byte == b'}')?;
    let rest = rest.get(tag..)?.strip_prefix(b"}:")?;
    let end = rest.iter().position(|byte| *byte == b':')?;
    rest.get(..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_ours_are_in_the_slot_of_the_name_they_stand_for_and_are_known() {
        for name in [&b"user:1"[..], b"{a}b", b"}{", b"", b"\xff{\n}"] {
            for purpose in PURPOSES {
                let reserved = reserved_name(purpose, "n1", name);
                assert_eq!(Slot::of(&reserved), Slot::of(name));
                assert!(is_reserved(&reserved));
            }
        }
        assert!(!is_reserved(b"cachectl:{1}:other:n1:a"));
        assert!(!is_reserved(b"cachectl:{1}:stashed:n1:a"));
        assert!(!is_reserved(b"cachectl:{1"));
    }
}
