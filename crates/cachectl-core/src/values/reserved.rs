//! Names that are ours: of keys that are put aside or built up before they get their own name.

use super::slot::Slot;

/// What a key with a reserved name is for.
const PURPOSES: [&str; 3] = ["stash", "aside", "restore"];

/// Returns a name for `purpose` that stands for `name` and is in its slot.
pub(crate) fn reserved_name(purpose: &str, nonce: &str, name: &[u8]) -> Vec<u8> {
    let tag = Slot::of(name).tag();
    let mut reserved = format!("cachectl:{{{tag}}}:{purpose}:{nonce}:").into_bytes();
    reserved.extend_from_slice(name);
    reserved
}

/// Returns whether a key has a name of ours, which no rule may touch.
pub(crate) fn is_reserved(key: &[u8]) -> bool {
    let purpose = || {
        let rest = key.strip_prefix(b"cachectl:{")?;
        let tag = rest.iter().position(|byte| *byte == b'}')?;
        rest.get(tag..)?.strip_prefix(b"}:")
    };
    purpose().is_some_and(|rest| {
        let follows = |purpose: &str| rest.strip_prefix(purpose.as_bytes());
        PURPOSES.iter().filter_map(|purpose| follows(purpose)).any(|rest| rest.starts_with(b":"))
    })
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
