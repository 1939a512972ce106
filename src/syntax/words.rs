//! The words of the language: which are reserved, and which begin what.
//!
//! All other words (`by to from of over only any random value` …) are words only where they
//! can be.

/// Words that begin an item, whatever follows.
pub const ITEMS: &[&str] = &[
    "model",
    "use",
    "const",
    "enum",
    "kind",
    "agents",
    "principals",
    "structure",
    "param",
    "state",
    "event",
    "def",
    "assume",
    "step",
    "rule",
    "schedule",
    "property",
    "witness",
    "invariant",
    "measure",
    "check",
];

/// Words that tag a property, and begin an item only before `property`.
pub const TAGS: &[&str] = &["value", "preference", "objective"];

/// Words that begin a statement.
pub const STATEMENTS: &[&str] =
    &["let", "if", "match", "for", "choose", "draw", "emit", "require", "halt"];

/// Words with a meaning of their own in expressions.
pub const EXPRESSIONS: &[&str] = &[
    "and",
    "or",
    "not",
    "implies",
    "until",
    "since",
    "in",
    "div",
    "contains",
    "starts_with",
    "matches",
    "then",
    "else",
    "where",
    "forall",
    "exists",
    "always",
    "eventually",
    "next",
    "finally",
    "historically",
    "once",
    "initially",
    "prev",
    "probability",
    "expected",
    "true",
    "false",
    "none",
    "self",
    "now",
];

/// Those of [`EXPRESSIONS`] that stand for a value by themselves.
pub const VALUES: &[&str] = &["none", "self", "now"];

/// The functions that also range over a binder: `sum(e for a in S)`.
pub const AGGREGATES: &[&str] = &["sum", "mean", "min", "max", "argmax", "count"];

/// Whether `word` can name nothing that is declared.
pub fn is_reserved(word: &str) -> bool {
    word == "_"
        || ITEMS.contains(&word)
        || STATEMENTS.contains(&word)
        || EXPRESSIONS.contains(&word)
}

/// The word of `words` that `word` was probably meant to be.
pub fn nearest<'a>(word: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).max(1);
    words
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_word_has_a_nearest_one_and_a_strange_one_has_none() {
        assert_eq!(nearest("agent", ITEMS.iter().copied()), Some("agents"));
        assert_eq!(nearest("xylophone", ITEMS.iter().copied()), None);
    }

    #[test]
    fn contextual_words_are_not_reserved() {
        for word in ["by", "to", "from", "of", "over", "only", "any", "random", "value", "steps"] {
            assert!(!is_reserved(word), "{word}");
        }
    }
}
