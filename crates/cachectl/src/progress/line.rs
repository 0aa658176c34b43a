//! The line of a bar, fitted to the terminal.

use super::meter::{Meter, Portion};

/// How long a bar is where there is room for it.
const USUAL: usize = 24;
/// A shorter bar shows nothing.
const SHORTEST: usize = 4;

/// Returns what a phase does and how far it is, in no more than so many columns.
pub(super) fn of(verb: &str, meter: &Meter, columns: usize) -> String {
    fitted(verb, meter.parts(), meter.portion(), columns)
}

/// Leaves out what does not fit: the bar first, then the parts from behind.
fn fitted(verb: &str, mut parts: Vec<String>, portion: Option<Portion>, columns: usize) -> String {
    let whole = parts.join(", ");
    let room = columns.saturating_sub(verb.len() + " [] ".len() + whole.len()).min(USUAL);
    if let Some(portion) = portion
        && room >= SHORTEST
    {
        return format!("{verb} [{}] {whole}", bar(portion.of(room), room));
    }
    while !parts.is_empty() {
        let line = format!("{verb} {}", parts.join(", "));
        if line.len() <= columns {
            return line;
        }
        parts.pop();
    }
    portion.map_or_else(|| verb.to_owned(), |portion| format!("{verb} {} %", portion.of(100)))
}

fn bar(full: usize, length: usize) -> String {
    let tip = if full < length { ">" } else { "" };
    format!("{:<length$}", "=".repeat(full) + tip)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matters_least_is_left_out_first() {
        #[track_caller]
        fn case(columns: usize, expected: &str) {
            let parts = ["250,000 of 500,000 keys", "50,000 a second", "about 5 s left"];
            let portion = Portion { done: 250_000, total: 500_000 };
            let parts = parts.map(str::to_owned).to_vec();
            assert_eq!(fitted("renaming", parts, Some(portion), columns), expected);
            assert!(expected.len() <= columns, "{expected}");
        }

        let whole = "250,000 of 500,000 keys, 50,000 a second, about 5 s left";
        case(200, &format!("renaming [============>           ] {whole}"));
        case(80, &format!("renaming [======>     ] {whole}"));
        case(72, &format!("renaming [==> ] {whole}"));
        case(71, &format!("renaming {whole}"));
        case(64, "renaming 250,000 of 500,000 keys, 50,000 a second");
        case(48, "renaming 250,000 of 500,000 keys");
        case(31, "renaming 50 %");
    }

    #[test]
    fn the_longest_counts_fit_into_40_columns() {
        #[track_caller]
        fn case(count: &str, portion: Option<Portion>, expected: &str) {
            let parts = vec![count.to_owned(), "1,000,000 a second".to_owned()];
            let line = fitted("rolling back", parts, portion, 37);
            assert_eq!(line, expected);
        }

        let portion = Some(Portion { done: 999_999_999, total: 1_000_000_000 });
        case("999,999,999 of 1,000,000,000 keys", portion, "rolling back 99 %");
        case("1,000,000,000 keys", None, "rolling back 1,000,000,000 keys");
    }

    #[test]
    fn a_bar_is_full_at_the_end() {
        #[track_caller]
        fn case(done: u64, total: u64, expected: &str) {
            assert_eq!(bar(Portion { done, total }.of(4), 4), expected);
        }

        case(0, 1_000, ">   ");
        case(999, 1_000, "===>");
        case(1_000, 1_000, "====");
        case(0, 0, "====");
        case(u64::MAX, u64::MAX, "====");
    }
}
