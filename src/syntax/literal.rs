//! The values of numbers, durations and strings.
//!
//! In: a literal's words. Out: its value, or what is wrong with it.

use super::ast::Literal;

/// Nanoseconds of each unit of time.
const UNITS: &[(&str, i64)] = &[
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("min", 60_000_000_000),
    ("h", 3_600_000_000_000),
    ("d", 86_400_000_000_000),
];

/// What is wrong with a literal, and what to write instead.
pub struct Wrong {
    /// The fault.
    pub message: String,
    /// The remedy.
    pub help: String,
    /// Where in the literal, in bytes; the whole where none.
    pub part: Option<(usize, usize)>,
}

impl Wrong {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Wrong {
        Wrong { message: message.into(), help: help.into(), part: None }
    }
}

/// The value of a number or duration: `1_000`, `0.5`, `1e-3`, `5s`.
pub fn number(words: &str) -> Result<Literal, Wrong> {
    let (digits, unit) = split_unit(words);
    let plain = digits.replace('_', "");
    if digits.ends_with('_') || digits.contains("__") || digits.contains("_.") {
        return Err(Wrong::new(
            format!("`{words}` has a `_` that is not between two digits"),
            format!("write `{plain}{unit}`"),
        ));
    }
    let real = plain.contains(['.', 'e', 'E']);
    match unit {
        "" if real => finite(words, &plain).map(Literal::Real),
        "" => plain.parse().map(Literal::Int).map_err(|_| {
            Wrong::new(
                format!("`{words}` is too large for an int"),
                format!("an int is at most {}; write `{plain}.0` for a real", i64::MAX),
            )
        }),
        unit => duration(words, &plain, unit, real),
    }
}

/// Splits a number from the letters behind it: `5min` into `5` and `min`.
fn split_unit(words: &str) -> (&str, &str) {
    let bytes = words.as_bytes();
    let digits = |mut at: usize| {
        while at < bytes.len() && (bytes[at].is_ascii_digit() || bytes[at] == b'_') {
            at += 1;
        }
        at
    };
    let mut end = digits(0);
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        if bytes.get(end + 1 + sign).is_some_and(u8::is_ascii_digit) {
            end = digits(end + 1 + sign);
        }
    }
    words.split_at(end)
}

fn finite(words: &str, plain: &str) -> Result<f64, Wrong> {
    match plain.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(value),
        Ok(_) | Err(_) => Err(Wrong::new(
            format!("`{words}` is too large for a real"),
            "a real is at most about `1.8e308`",
        )),
    }
}

fn duration(words: &str, plain: &str, unit: &str, real: bool) -> Result<Literal, Wrong> {
    let Some(&(_, size)) = UNITS.iter().find(|(name, _)| *name == unit) else {
        return Err(Wrong::new(
            format!("`{unit}` in `{words}` is not a unit of time"),
            "write `500ms`, `5s`, `5min`, `1h` or `2d`; a name cannot begin with a digit",
        ));
    };
    let nanoseconds = if real {
        let exact = finite(words, plain)? * size as f64;
        (exact < 9.2e18).then_some(exact.round() as i64)
    } else {
        plain.parse::<i64>().ok().and_then(|count| count.checked_mul(size))
    };
    nanoseconds.map(Literal::Duration).ok_or_else(|| {
        Wrong::new(format!("`{words}` is too long"), "a duration is at most about 292 years")
    })
}

/// The value of a string with its quotes, escapes resolved.
pub fn string(words: &str) -> Result<String, Wrong> {
    let inner = words.strip_prefix('"').unwrap_or(words);
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    let mut value = String::with_capacity(inner.len());
    let mut characters = inner.char_indices();
    while let Some((at, character)) = characters.next() {
        if character != '\\' {
            value.push(character);
            continue;
        }
        let escape = characters.next().map(|(_, escape)| escape);
        match escape {
            Some('n') => value.push('\n'),
            Some('t') => value.push('\t'),
            Some('r') => value.push('\r'),
            Some(same @ ('"' | '\\')) => value.push(same),
            Some('u') => match unicode(&inner[at + 2..]) {
                Some((meant, length)) => {
                    value.push(meant);
                    while characters.offset() < at + 2 + length {
                        characters.next();
                    }
                }
                None => return Err(bad_escape(at + 1, 2, "\\u")),
            },
            Some(other) => {
                return Err(bad_escape(at + 1, 1 + other.len_utf8(), &format!("\\{other}")));
            }
            None => return Err(bad_escape(at + 1, 1, "\\")),
        }
    }
    Ok(value)
}

/// The character of `{…}` at the start of `rest`, and how many bytes that takes.
fn unicode(rest: &str) -> Option<(char, usize)> {
    let digits = rest.strip_prefix('{')?.split_once('}')?.0;
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let code = u32::from_str_radix(digits, 16).ok().filter(|_| plain)?;
    Some((char::from_u32(code)?, digits.len() + 2))
}

fn bad_escape(at: usize, length: usize, words: &str) -> Wrong {
    Wrong {
        message: format!("`{words}` is not an escape"),
        help: "write `\\n`, `\\t`, `\\r`, `\\\"`, `\\\\` or `\\u{e9}`".to_string(),
        part: Some((at, at + length)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(words: &str) -> Option<Literal> {
        number(words).ok()
    }

    #[test]
    fn numbers_have_the_values_that_they_show() {
        assert_eq!(value("1_000"), Some(Literal::Int(1000)));
        assert_eq!(value("0.5"), Some(Literal::Real(0.5)));
        assert_eq!(value("1e-3"), Some(Literal::Real(1e-3)));
        assert_eq!(value("9223372036854775807"), Some(Literal::Int(i64::MAX)));
    }

    #[test]
    fn durations_are_nanoseconds() {
        assert_eq!(value("500ms"), Some(Literal::Duration(500_000_000)));
        assert_eq!(value("2d"), Some(Literal::Duration(172_800_000_000_000)));
        assert_eq!(value("1.5s"), Some(Literal::Duration(1_500_000_000)));
    }

    #[test]
    fn what_does_not_fit_has_no_value() {
        for words in ["9223372036854775808", "1e400", "5x", "1__0", "1_", "99999999999d", "0x1F"] {
            assert_eq!(value(words), None, "{words}");
        }
    }

    #[test]
    fn escapes_stand_for_characters() {
        assert_eq!(string(r#""a\n\"\\\u{e9}é""#).ok(), Some("a\n\"\\éé".to_string()));
    }

    #[test]
    fn unknown_escapes_are_wrong_where_they_stand() {
        assert_eq!(string(r#""ab\q""#).err().and_then(|wrong| wrong.part), Some((3, 5)));
        assert!(string(r#""\u{110000}""#).is_err());
        assert!(string(r#""\u{}""#).is_err());
    }
}
