//! Which tests need a server that not every machine has.

use cachectl_testkit::Feature;

/// What a test can need, and how its name says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Need {
    pub(crate) feature: Feature,
    /// A test has this need when a part of its path is this word or begins with it and `_`.
    word: &'static str,
    /// What the server must be, in the summary.
    pub(crate) server: &'static str,
}

pub(crate) const NEEDS: [Need; 2] = [
    Need { feature: Feature::Tls, word: "tls", server: "built with TLS" },
    Need {
        feature: Feature::HashFieldTtl,
        word: "field_ttl",
        server: "with expiring hash fields (Valkey 9, Redis 7.4)",
    },
];

impl Need {
    /// Returns whether the test of this name has this need.
    pub(crate) fn is_of(&self, test: &str) -> bool {
        test.split("::").any(|part| {
            part.strip_prefix(self.word)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Feature, NEEDS};

    #[test]
    fn the_name_of_a_test_says_what_it_needs() {
        #[track_caller]
        fn case(test: &str, expected: &[Feature]) {
            let needs = NEEDS.iter().filter(|need| need.is_of(test));
            assert_eq!(needs.map(|need| need.feature).collect::<Vec<_>>(), expected, "{test}");
        }

        case("tls_servers_are_trusted", &[Feature::Tls]);
        case("connect::tls::a_bad_certificate_is_refused", &[Feature::Tls]);
        case("field_ttl_survives", &[Feature::HashFieldTtl]);
        case("tls::field_ttl_survives", &[Feature::Tls, Feature::HashFieldTtl]);
        case("ttls_survive", &[]);
        case("a_field_ttl_survives", &[]);
        case("migrate::renames_every_key", &[]);
    }
}
