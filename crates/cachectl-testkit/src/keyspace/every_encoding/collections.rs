//! Lists, sets, hashes and sorted sets.

use super::EXPIRY;
use super::stage::{Stage, Words, call, numbers};

/// More than any value here needs.
const WIDE: &str = "100000";

/// Returns numbers of every width and strings with every form of a length.
fn widths(stage: &mut Stage<'_>) -> Vec<Vec<u8>> {
    let mut elements = numbers();
    // A length has 6, 12 or 32 bits; the length of an element takes 1 to 3 bytes to step over.
    let lengths = [0, 1, 62, 63, 64, 124, 126, 127, 253, 254, 255, 4094, 4095, 4096];
    elements.extend(lengths.map(|length| stage.bytes(length)));
    elements
}

fn texts(count: usize) -> impl Iterator<Item = Vec<u8>> {
    (0..count).map(|number| format!("element {number}").into_bytes())
}

#[track_caller]
pub(super) fn add_lists(stage: &mut Stage<'_>) {
    let small = if stage.has_listpacks_everywhere() { "listpack" } else { "quicklist" };
    stage.put("list:small", Some(small), &[call("RPUSH", ["a", "1", "b", "a"])]);
    stage.set("list-max-ziplist-size", "-5");
    let wide = widths(stage);
    stage.put("list:widths", Some(small), &[call("RPUSH", wide)]);
    stage.set("list-max-ziplist-size", "3");
    stage.put("list:nodes", Some("quicklist"), &[call("RPUSH", texts(20))]);
    let wide = widths(stage);
    stage.put("list:nodes:widths", Some("quicklist"), &[call("LPUSH", wide)]);
    stage.set("list-compress-depth", "1");
    let repeated = texts(20).map(|text| text.repeat(30));
    stage.put("list:compressed", Some("quicklist"), &[call("RPUSH", repeated)]);
    stage.unset();
    // Longer than a node may be, so that newer releases give it a node of its own.
    let large = [b"first".to_vec(), stage.bytes(10_000), b"last".to_vec()];
    stage.put("list:large-element", None, &[call("RPUSH", large)]);
}

#[track_caller]
pub(super) fn add_sets(stage: &mut Stage<'_>) {
    let packed = stage.has_listpacks_everywhere();
    let integers = |width: u32| {
        let ends = [-(1_i64 << (width - 1)), -1, 0, 7, (1_i64 << (width - 1)) - 1];
        call("SADD", ends.map(|number| number.to_string()))
    };
    stage.put("set:int16", Some("intset"), &[integers(16)]);
    stage.put("set:int32", Some("intset"), &[integers(32)]);
    let ends = [i64::MIN, -1, 0, i64::MAX].map(|number| number.to_string());
    stage.put("set:int64", Some("intset"), &[call("SADD", ends)]);
    let small = if packed { "listpack" } else { "hashtable" };
    stage.put("set:small", Some(small), &[call("SADD", ["a", "b", "3", ""])]);
    if packed {
        stage.set("set-max-listpack-entries", WIDE);
        stage.set("set-max-listpack-value", WIDE);
        let wide = widths(stage);
        stage.put("set:widths", Some("listpack"), &[call("SADD", wide)]);
        stage.set("set-max-listpack-entries", "0");
    }
    stage.set("set-max-intset-entries", "0");
    stage.put("set:table", Some("hashtable"), &[call("SADD", texts(30))]);
    stage.put("set:table:int", Some("hashtable"), &[integers(32)]);
    let wide = widths(stage);
    stage.put("set:table:widths", Some("hashtable"), &[call("SADD", wide)]);
    stage.unset();
}

/// Adds after each element another one.
fn paired(elements: impl IntoIterator<Item = Vec<u8>>) -> Vec<Vec<u8>> {
    let pair = |(number, element): (usize, _)| [element, format!("value {number}").into_bytes()];
    elements.into_iter().enumerate().flat_map(pair).collect()
}

#[track_caller]
pub(super) fn add_hashes(stage: &mut Stage<'_>) {
    let compact = Some(stage.compact());
    stage.put("hash:small", compact, &[call("HSET", ["name", "value", "n", "1", "", ""])]);
    stage.set("hash-max-ziplist-entries", WIDE);
    stage.set("hash-max-ziplist-value", WIDE);
    let wide = paired(widths(stage));
    stage.put("hash:widths", compact, &[call("HSET", wide)]);
    stage.put("hash:many", compact, &[call("HSET", paired(texts(600)))]);
    stage.set("hash-max-ziplist-entries", "0");
    stage.put("hash:table", Some("hashtable"), &[call("HSET", paired(texts(30)))]);
    let wide = paired(widths(stage));
    stage.put("hash:table:widths", Some("hashtable"), &[call("HSET", wide)]);
    stage.unset();
    if stage.has_field_expiry() {
        add_expiring_fields(stage);
    }
}

/// Adds hashes of which some fields expire, and one of which all do.
#[track_caller]
fn add_expiring_fields(stage: &mut Stage<'_>) {
    let expire = |moment: i64, fields: &[Vec<u8>]| -> Words {
        let head = [moment.to_string(), "FIELDS".to_owned(), fields.len().to_string()];
        call("HPEXPIREAT", head.map(String::into_bytes).into_iter().chain(fields.to_vec()))
    };
    let fields: Vec<Vec<u8>> = texts(5).collect();
    let (some, others) = fields.split_at(2);
    let load = call("HSET", paired(texts(5)));
    let name = "hash:field-ttl";
    stage.put(&format!("{name}:some"), None, &[load.clone(), expire(EXPIRY + 1, some)]);
    let both = [load, expire(EXPIRY + 1, some), expire(EXPIRY + 86_400_000, others)];
    stage.put(&format!("{name}:all"), None, &both);
    let many: Vec<Vec<u8>> = texts(300).collect();
    let mut commands = vec![call("HSET", paired(texts(400)))];
    commands.extend((EXPIRY..).zip(many.chunks(40)).map(|(at, fields)| expire(at, fields)));
    stage.put(&format!("{name}:table"), None, &commands);
}

#[track_caller]
pub(super) fn add_sorted_sets(stage: &mut Stage<'_>) {
    const SCORES: &str = "0 -0 1 -1 127 4095 32767 8388607 2147483648 -9007199254740993 0.1 -1.5 \
                          3.0000000000000004 1e300 -1e-300 5e-324 1.7976931348623157e308 inf -inf";
    let pairs = || SCORES.split_whitespace().map(|score| [score.into(), format!("at {score}")]);
    let scores = || call("ZADD", pairs().flatten().map(String::into_bytes));
    let compact = Some(stage.compact());
    stage.put("zset:small", compact, &[call("ZADD", ["1", "a", "2", "b", "2", "10", "3", ""])]);
    stage.put("zset:scores", compact, &[scores()]);
    stage.set("zset-max-ziplist-entries", WIDE);
    stage.set("zset-max-ziplist-value", WIDE);
    let wide = || (1..).map(|number: usize| number.to_string().into_bytes());
    let members = widths(stage);
    let pairs = wide().zip(members).flat_map(<[Vec<u8>; 2]>::from);
    stage.put("zset:widths", compact, &[call("ZADD", pairs)]);
    stage.set("zset-max-ziplist-entries", "0");
    stage.put("zset:table", Some("skiplist"), &[scores()]);
    let pairs = wide().zip(texts(200)).flat_map(<[Vec<u8>; 2]>::from);
    stage.put("zset:table:many", Some("skiplist"), &[call("ZADD", pairs)]);
    stage.unset();
}
