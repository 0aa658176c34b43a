//! The pieces of a report as Markdown that is also readable as it is.

use std::iter;

use super::spread::Spread;
use super::target::Target;

/// Writes what the figures are to be, and what they are.
pub(super) fn targets(targets: &[Target]) -> String {
    table(&["target", "limit", "measured", ""], targets.iter().map(target).collect())
}

fn target(target: &Target) -> Vec<String> {
    let Target { name, unit, figure, limit, verdict } = target;
    let value = |value: &Option<f64>| {
        value.map_or_else(|| "–".to_owned(), |value| format!("{value:.2}{unit}"))
    };
    let limit = format!("≤ {}", value(limit));
    vec![(*name).to_owned(), limit, value(figure), verdict.to_string()]
}

/// Writes the median, and the ends if there is more than one measurement.
pub(super) fn cell(spread: Option<Spread>, decimals: usize, unit: &str) -> String {
    let Some(Spread { median, min, max }) = spread else {
        return "–".to_owned();
    };
    if min.total_cmp(&max).is_eq() {
        return format!("{median:.decimals$}{unit}");
    }
    format!("{median:.decimals$}{unit} ({min:.decimals$}–{max:.decimals$})")
}

/// Writes parts of a whole in per cent.
pub(super) fn share(parts: Option<Spread>) -> String {
    let percent = |Spread { median, min, max }| Spread {
        median: median * 100.0,
        min: min * 100.0,
        max: max * 100.0,
    };
    cell(parts.map(percent), 0, " %")
}

/// Writes a number with commas between thousands.
pub(super) fn grouped(number: impl Into<u64>) -> String {
    let digits = number.into().to_string();
    let lead = digits.len() % 3;
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && index % 3 == lead {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Writes a table whose columns are as wide as what is in them.
pub(super) fn table(heads: &[&str], rows: Vec<Vec<String>>) -> String {
    let heads: Vec<String> = heads.iter().map(|&head| head.to_owned()).collect();
    let lines: Vec<Vec<String>> = iter::once(heads).chain(rows).collect();
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            let cells = lines.iter().filter_map(|line| line.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    let line = |cells: &Vec<String>| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        format!("| {} |", padded.collect::<Vec<_>>().join(" | "))
    };
    let rule: Vec<String> = widths.iter().map(|width| "-".repeat(width + 2)).collect();
    let mut text = lines.iter().map(line);
    let head = text.next().unwrap_or_default();
    let rule = format!("|{}|", rule.join("|"));
    [head, rule].into_iter().chain(text).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::{Spread, cell, grouped, table};

    #[test]
    fn tables_are_aligned() {
        let rows = vec![vec!["é".to_owned(), "12".to_owned()]];
        assert_eq!(table(&["", "n"], rows), "|   | n  |\n|---|----|\n| é | 12 |");
    }

    #[test]
    fn numbers_are_grouped_from_the_right() {
        #[track_caller]
        fn case(number: u32, expected: &str) {
            assert_eq!(grouped(number), expected);
        }

        case(0, "0");
        case(999, "999");
        case(1_000, "1,000");
        case(65_536, "65,536");
        case(1_000_000, "1,000,000");
    }

    #[test]
    fn one_measurement_has_no_spread() {
        assert_eq!(cell(Spread::of([1.0]), 1, " s"), "1.0 s");
        assert_eq!(cell(Spread::of([1.0, 2.0]), 1, " s"), "1.5 s (1.0–2.0)");
        assert_eq!(cell(None, 1, " s"), "–");
    }
}
