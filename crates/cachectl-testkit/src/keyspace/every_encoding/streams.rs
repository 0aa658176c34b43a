//! Streams, with and without groups.

use super::stage::{Stage, Words, call, words};

#[track_caller]
pub(super) fn add(stage: &mut Stage<'_>) {
    stage.put("stream:one", Some("stream"), &[words("XADD 1-1 field value")]);
    let entry = |number: u64| words(&format!("XADD {number}-0 name value{number} count {number}"));
    let entries = |count: u64| (1..=count).map(entry).collect::<Vec<Words>>();
    stage.set("stream-node-max-entries", "5");
    stage.put("stream:nodes", None, &entries(23));
    // Some entries out of a node, a whole node, and the last entry of all.
    let deleted = words("XDEL 2-0 4-0 6-0 7-0 8-0 9-0 10-0 23-0");
    stage.put("stream:deleted", None, &[entries(23), vec![deleted]].concat());
    stage.put("stream:trimmed", None, &[entries(23), vec![words("XTRIM MAXLEN 3")]].concat());
    stage.unset();
    add_shapes(stage);
    add_groups(stage, &entries(12));
}

/// Adds streams whose entries differ in their fields and in the distance of their identifiers.
#[track_caller]
fn add_shapes(stage: &mut Stage<'_>) {
    let binary = stage.bytes(70);
    let large = stage.bytes(5_000);
    let mixed = [
        words("XADD 1700000000000-0 a 1 b 2"),
        words("XADD 1700000000000-1 a 3 b 4"),
        words("XADD 1700000000000-70000 a 5"),
        words("XADD 1700000000001-0 b 6 a 7"),
        words("XADD 1800000000000-18446744073709551615 a 8 a 9"),
        call("XADD", [b"1800000000001-0".to_vec(), binary, large]),
        words("XADD 18446744073709551615-18446744073709551614 a -1"),
    ];
    stage.put("stream:mixed", None, &mixed);
    let emptied = [words("XADD 5-1 a b"), words("XADD 5-2 a b"), words("XDEL 5-1 5-2")];
    stage.put("stream:emptied", None, &emptied);
    stage.put("stream:never-filled", None, &[words("XGROUP CREATE group $ MKSTREAM")]);
    if stage.is_from_70() {
        let set = words("XSETID 9-9 ENTRIESADDED 100 MAXDELETEDID 3-3");
        stage.put("stream:set-id", None, &[words("XADD 5-1 a b"), set]);
    }
}

/// Adds a stream with groups in every state.
///
/// Claiming by force makes entries pending at a moment of one's choice, where reading them would
/// bring the time of day into the value.
#[track_caller]
fn add_groups(stage: &mut Stage<'_>, entries: &[Words]) {
    let mut commands = entries.to_vec();
    commands.extend(
        [
            "XGROUP CREATE fresh 0",
            "XGROUP CREATE busy 3-0",
            "XGROUP CREATE done $",
            "XGROUP CREATECONSUMER busy waiting",
            "XCLAIM busy alice 0 1-0 2-0 3-0 TIME 1700000000000 RETRYCOUNT 1 FORCE JUSTID",
            "XCLAIM busy bob 0 2-0 TIME 1700000000500 RETRYCOUNT 17 FORCE JUSTID",
            "XCLAIM done alice 0 9-0 11-0 TIME 1700000001000 RETRYCOUNT 0 FORCE JUSTID",
            "XACK done 9-0",
            // Pending, and gone from the stream.
            "XDEL 1-0 11-0",
        ]
        .map(words),
    );
    let claim = [b"busy".as_slice(), b"consumer \0\xff", b"0", b"5-0", b"TIME", b"1", b"FORCE"];
    commands.push(call("XCLAIM", claim));
    if stage.is_from_70() {
        commands.push(words("XGROUP CREATE counted 5-0 ENTRIESREAD 4"));
    }
    stage.put("stream:groups", Some("stream"), &commands);
    let pending: Vec<Words> = (1..=12)
        .map(|number| {
            let (consumer, time) = (number % 3, 1_700_000_000_000_u64 + number);
            words(&format!("XCLAIM group c{consumer} 0 {number}-0 TIME {time} FORCE JUSTID"))
        })
        .collect();
    let group = vec![words("XGROUP CREATE group 12-0")];
    stage.put("stream:pending", None, &[entries.to_vec(), group, pending].concat());
}
