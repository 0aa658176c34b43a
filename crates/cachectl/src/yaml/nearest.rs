//! What was probably meant.

/// The longest name that is compared, in bytes.
const LONGEST: usize = 256;

/// Returns the candidate that `text` is probably a slip of.
pub(crate) fn nearest<'a>(
    text: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let limit = text.chars().count().div_ceil(3).clamp(1, 3);
    candidates
        .into_iter()
        // Comparing takes the product of the lengths, and nobody mistypes a page.
        .filter(|candidate| text.len().max(candidate.len()) <= LONGEST)
        .map(|candidate| (distance(text, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Returns how many characters have to be added, dropped or changed.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, a) in one.chars().enumerate() {
        let mut diagonal = index;
        let mut left = index + 1;
        let mut next = vec![left];
        for (b, above) in other.iter().zip(row.iter().skip(1)) {
            let changed = diagonal + usize::from(a != *b);
            left = changed.min(left + 1).min(above + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_hand_are_near() {
        #[track_caller]
        fn case(text: &str, expected: Option<&str>) {
            assert_eq!(nearest(text, ["match", "prefix", "on_conflict"]), expected, "{text}");
        }

        case("macth", Some("match"));
        case("mach", Some("match"));
        case("on-conflict", Some("on_conflict"));
        case("onconflict", Some("on_conflict"));
        case("perfix", Some("prefix"));
        case("z", None);
    }
}
