//! Texts that people and servers write, one of every kind.

use std::fs;
use std::io;

use super::Target;

const ADDRESSES: [&str; 14] = [
    "localhost",
    "cache.internal:7000",
    "[::1]:7000",
    "::1",
    "redis://h/3",
    "redis://h?db=3",
    "redis://:p%40ss@h:1/0",
    "rediss://ops:word@h:1/0?user=a&password=b",
    "valkeys://[fe80::1]:6379",
    "unix:///run/redis.sock?db=2&pass=x",
    "unix://ops:p%40@/a.sock",
    "redis+unix://%2Frun%2Fa",
    "redis://h/1?db=2",
    "ops:word@h:6379",
];

/// The key stands in the last line.
const RULES: [&str; 10] = [
    "doc_state_{id} => doc:state:{id}\ndoc_state_7",
    "job_{type:word}_{id:digits} => job:{type}:{id}\njob_mail_12",
    "user:* => user:v2:*\nuser:1:name",
    "\\{user:{id:digits}\\}:name => \\{user:{id}\\}:profile:name\n{user:7}:name",
    "prefix:sess: => web:sess:\nsess:abc",
    "glob:cache.v[12].* => cache:*\ncache.v1.x",
    "glob:a[^b-d]?* => b:*\naexy",
    "regex:^u(\\d+)(?:-old)?$ => user:$1\nu12-old",
    "regex:(?<a>x+)y => z${a}$$\nxxy",
    "a:{x} => b:{x}\nb:{x} => a:{x}\nprefix:c => d\na:1",
];

const CONFIGURATIONS: [&str; 8] = [
    "default_context: local\ncontexts:\n  local:\n    url: redis://127.0.0.1:6379/0\n",
    "contexts:\n  prod:\n    url: rediss://cache.internal:6379/0\n    username: ops\n    password_file: \
     /run/secrets/redis\n    tls: { ca: /etc/ssl/ca.pem }\n    protected: true\n",
    "contexts:\n  ha: { sentinels: ['s1:26379', 's2:26379'], master: mymaster }\n  shards: { cluster: \
     ['c1:7000'] }\n",
    "migrate: { on_conflict: abort, batch: 128, max_latency: 5ms, verify: 1, exclude: ['lock:*'] }\n",
    "health:\n  profile: cache\n  deadline: 900ms\n  thresholds:\n    memory: { warn: 70, crit: 85 }\n",
    "version: 1\nselect: { types: [hash], exclude: ['user:*:lock'] }\nrules:\n  - match: 'a:{x}'\n    to: \
     'b:{x}'\n  - { prefix: 'c:', to: 'd:' }\n",
    "version: 1\nrules:\n  - { glob: 'tmp.?.*', to: 'tmp:*' }\n  - { regex: '^u(\\d+)$', to: 'user:$1' }\n\
     assert: { matched: 9..11, conflicts: 0 }\nbackup: before.rdb\n",
    "a: &a [1, 2]\nb: *a\nc: !tag |\n  text\n? [k]\n: v\n",
];

const REPLIES: [&str; 9] = [
    "+OK\r\n",
    "-NOPERM User ops has no permissions to run the 'scan' command\r\n",
    "-MOVED 7 127.0.0.1:7001\r\n",
    ":-42\r\n",
    "$-1\r\n*-1\r\n",
    "$5\r\nhello\r\n$0\r\n\r\n",
    "*2\r\n$1\r\n0\r\n*2\r\n$3\r\na:1\r\n$3\r\na:2\r\n",
    "*3\r\n:0\r\n:16383\r\n*3\r\n$9\r\n127.0.0.1\r\n:7000\r\n$2\r\nid\r\n",
    "$62\r\n# Server\r\nredis_version:7.0.15\r\nrun_id:ab\r\n# Stats\r\nevicted_keys:0\r\n\r\n",
];

/// Writes them.
pub(super) fn write() -> io::Result<()> {
    write_all(Target::Addresses, &ADDRESSES)?;
    write_all(Target::Rules, &RULES)?;
    write_all(Target::Configuration, &CONFIGURATIONS)?;
    write_all(Target::Replies, &REPLIES)
}

fn write_all(target: Target, texts: &[&str]) -> io::Result<()> {
    let mut numbered = texts.iter().enumerate();
    numbered.try_for_each(|(number, text)| {
        fs::write(target.corpus().join(format!("{number:02}")), text)
    })
}
