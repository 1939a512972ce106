//! `matches`: globs over whole strings, `*` for any stretch and `?` for one character.

/// Whether the whole of `text` is of the form of `pattern`.
///
/// One `*` is open at a time and only its stretch is ever moved, so that the time is the
/// product of the lengths at most, whatever the pattern.
pub fn matches(text: &str, pattern: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let pattern: Vec<char> = pattern.chars().collect();
    let (mut at, mut of) = (0, 0);
    // Behind the last star: where to go on in the pattern, and from where in the text.
    let mut open: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(of) {
            Some('*') => {
                open = Some((of + 1, at));
                of += 1;
            }
            Some(wanted) if *wanted == '?' || *wanted == text[at] => {
                at += 1;
                of += 1;
            }
            Some(_) | None => {
                let Some((behind, from)) = open else { return false };
                open = Some((behind, from + 1));
                (of, at) = (behind, from + 1);
            }
        }
    }
    pattern[of..].iter().all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_glob_speaks_of_the_whole_string() {
        for (text, pattern, expected) in [
            ("deploy", "deploy", true),
            ("deploy now", "deploy", false),
            ("deploy now", "deploy*", true),
            ("please deploy", "*deploy", true),
            ("abc", "a?c", true),
            ("ac", "a?c", false),
            ("", "*", true),
            ("", "?", false),
            ("", "", true),
            ("aXbXc", "a*b*c", true),
            ("aab", "*ab", true),
            ("äö", "??", true),
        ] {
            assert_eq!(matches(text, pattern), expected, "{text:?} matches {pattern:?}");
        }
    }

    #[test]
    fn a_hostile_glob_takes_no_time() {
        let text = "a".repeat(5_000);
        let pattern = format!("{}b", "a*".repeat(500));
        assert!(!matches(&text, &pattern));
    }
}
