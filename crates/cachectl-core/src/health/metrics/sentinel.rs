//! Primaries, as a sentinel sees them.

use super::{
    Found,
    catalogue::{
        SENTINEL_OK_REPLICAS, SENTINEL_OK_SENTINELS, SENTINEL_QUORUM, SENTINEL_REPLICAS,
        SENTINEL_SENTINELS, SENTINEL_STATUS,
    },
    server::truth,
    tell::{Told, number},
};
use crate::server::{identity::part, probe::Answer};

pub(super) fn tell(told: &Told, found: &mut Found) {
    for (index, text) in told.fields("master") {
        // Other fields begin like this as well.
        if index.parse::<u32>().is_ok() {
            watched(text, found);
        }
    }
    let primaries = told.primaries.as_ref().and_then(Answer::elements).unwrap_or_default();
    for primary in primaries {
        asked(primary, told, found);
    }
}

/// One line of `INFO`: `name=mymaster,status=ok,address=127.0.0.1:6379,slaves=1,sentinels=3`.
fn watched(text: &str, found: &mut Found) {
    let known = |name| part(text, name).unwrap_or_default().to_owned();
    let labels = || vec![("master_name", known("name")), ("master_address", known("address"))];
    let mut with_status = labels();
    with_status.push(("master_status", known("status")));
    found.labelled(SENTINEL_STATUS, with_status, truth(known("status") == "ok"));
    for (series, name) in [(SENTINEL_REPLICAS, "slaves"), (SENTINEL_SENTINELS, "sentinels")] {
        if let Some(value) = part(text, name).and_then(number) {
            found.labelled(series, labels(), value);
        }
    }
}

fn asked(primary: &Answer, told: &Told, found: &mut Found) {
    let known = |name| property(primary, name).unwrap_or_default();
    let address = format!("{}:{}", known("ip"), known("port"));
    let labels =
        || vec![("master_name", known("name").to_owned()), ("master_address", address.clone())];
    if let Some(quorum) = property(primary, "quorum").and_then(number) {
        found.labelled(SENTINEL_QUORUM, labels(), quorum);
    }
    let watchers = told.watchers.as_ref().filter(|it| it.name == known("name"));
    let Some(watchers) = watchers else { return };
    if let Some(well) = watchers.replicas.as_ref().and_then(well) {
        found.labelled(SENTINEL_OK_REPLICAS, labels(), well);
    }
    if let Some(well) = watchers.sentinels.as_ref().and_then(well) {
        found.labelled(SENTINEL_OK_SENTINELS, labels(), well + 1.0);
    }
}

/// Returns how many of those in an answer are not taken for down.
fn well(answer: &Answer) -> Option<f64> {
    let is_well = |one: &&Answer| {
        let flags = property(one, "flags").unwrap_or_default();
        !flags.split(',').any(|flag| flag == "s_down" || flag == "o_down")
    };
    let count = answer.elements()?.iter().filter(is_well).count();
    number(&count.to_string())
}

fn property<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.value(name).and_then(Answer::text)
}
