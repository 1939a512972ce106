//! Texts that are wrong: each is refused with a place inside of it, and none does harm.
//!
//! A list written by hand, and a generator that breaks the files of `properties/`. Nothing here
//! looks at a clock: what bounds the work are the limits on depth and on diagnostics.

mod support;

use polity::base::Seed;
use polity::diag::{Diagnostic, Sources, render};
use polity::syntax;

/// What is wrong with `text`, after checking that all of it can be shown.
fn diagnose(text: &str) -> Vec<Diagnostic> {
    let mut sources = Sources::default();
    let file = sources.add("wrong.polity", text);
    let (tree, diagnostics) = syntax::parse(file, text);
    let mut place = 0;
    for diagnostic in &diagnostics {
        let spans = diagnostic.labels.iter().map(|label| label.span).chain([diagnostic.span]);
        for span in spans {
            assert!(span.start <= span.end && span.end as usize <= text.len(), "{diagnostic:?}");
            assert!(text.get(span.start as usize..span.end as usize).is_some(), "{diagnostic:?}");
        }
        assert!(diagnostic.span.start >= place, "not in the order of the text: {diagnostic:?}");
        place = diagnostic.span.start;
        assert!(!diagnostic.message.ends_with('.'), "{}", diagnostic.message);
    }
    assert!(diagnostics.len() <= 101, "{} diagnostics", diagnostics.len());
    if diagnostics.len() < 20 {
        let shown = render::render(&diagnostics, &sources, false);
        assert_eq!(shown.matches("error[").count(), diagnostics.len(), "{shown}");
        let json = render::to_json(&diagnostics, &sources);
        assert_eq!(json.as_array().map(Vec::len), Some(diagnostics.len()));
    }
    assert_eq!(syntax::format(file, text).is_err(), !diagnostics.is_empty());
    drop(tree);
    diagnostics
}

/// Texts that are wrong, one a line.
const WRONG: &str = include_str!("malformed.txt");

#[test]
fn every_wrong_text_of_the_list_is_refused() {
    let texts: Vec<&str> = WRONG.lines().filter(|line| !line.is_empty()).collect();
    assert!(texts.len() >= 200, "only {} texts", texts.len());
    for text in texts {
        assert!(!diagnose(text).is_empty(), "nothing is wrong with `{text}`");
        let framed = format!("model m\n\n{text}\n\nconst LAST = 1\n");
        assert!(!diagnose(&framed).is_empty(), "nothing is wrong with `{framed}`");
    }
}

#[test]
fn an_error_leaves_the_items_around_it_whole() {
    for text in WRONG.lines().filter(|line| !line.is_empty() && !line.contains("model")) {
        if text.ends_with('.') && !text.ends_with("1.") {
            continue; // any word is a field behind a dot, on the next line too
        }
        let framed = format!("model m\nconst FIRST = 1\n{text}\nproperty last {{ true }}\n");
        let mut sources = Sources::default();
        let file = sources.add("wrong.polity", framed.as_str());
        let (tree, _) = syntax::parse(file, &framed);
        let names = format!("{:?}", tree.items);
        assert!(names.contains("\"FIRST\""), "the item before is lost: {framed}");
        assert!(names.contains("\"last\""), "the item behind is lost: {framed}");
    }
}

/// The files that are broken.
fn samples() -> Vec<String> {
    let read = |path| std::fs::read_to_string(path).expect("a file");
    let samples: Vec<String> =
        support::files("properties", "polity").into_iter().map(read).collect();
    assert!(samples.len() >= 5);
    samples
}

#[test]
fn a_file_cut_off_anywhere_does_no_harm() {
    let mut refused = 0;
    for sample in samples().iter().take(2) {
        for at in (0..sample.len()).filter(|at| sample.is_char_boundary(*at)) {
            refused += usize::from(!diagnose(&sample[..at]).is_empty());
        }
    }
    assert!(refused > 1000, "only {refused} are refused");
}

/// The places of `text` where a word, number or mark begins.
fn pieces(text: &str) -> Vec<&str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = if is_word(first) {
            rest.find(|c| !is_word(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        pieces.push(&rest[..end]);
        rest = &rest[end..];
    }
    pieces
}

#[test]
fn a_file_with_a_piece_dropped_doubled_swapped_or_put_in_does_no_harm() {
    const STRANGE: &[&str] = &[
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "\"",
        "'",
        "//",
        "/*",
        "\\",
        "$",
        "é",
        "\u{0}",
        "=",
        "==",
        "..",
        ".",
        ",",
        ";",
        ":",
        "@",
        "99999999999999999999",
        "1e999",
        "5x",
        "\"\\q\"",
        "and",
        "step",
        "else",
        "always",
        "forall",
        "for",
        "if",
        "match",
        "not",
        "-",
        "\u{feff}",
        "\r",
    ];
    let mut refused = 0;
    for (place, sample) in samples().iter().enumerate() {
        let whole = pieces(sample);
        for number in 0..250 {
            let seed = Seed(1000 * place as u64 + number);
            let mut broken = whole.clone();
            let at = seed.bits(&[0]) as usize % broken.len();
            let other = seed.bits(&[1]) as usize % broken.len();
            match seed.bits(&[2]) % 4 {
                0 => drop(broken.remove(at)),
                1 => broken.insert(at, broken[at]),
                2 => broken.swap(at, other),
                _ => broken.insert(at, STRANGE[seed.bits(&[3]) as usize % STRANGE.len()]),
            }
            refused += usize::from(!diagnose(&broken.concat()).is_empty());
        }
    }
    assert!(refused > 200, "only {refused} are refused");
}

#[test]
fn a_file_with_any_one_bracket_missing_is_refused() {
    for sample in samples().iter().take(4) {
        let code: Vec<&str> =
            sample.lines().map(|line| line.split("//").next().unwrap_or("")).collect();
        let code = code.join("\n");
        for (at, _) in code.match_indices(['(', ')', '[', ']', '{', '}']) {
            let broken = format!("{}{}", &code[..at], &code[at + 1..]);
            let found = diagnose(&broken);
            assert!(found.iter().any(|it| it.code.0.id == "E0104"), "{broken}");
        }
    }
}

#[test]
fn everything_that_nests_is_refused_ten_thousand_deep_with_one_error() {
    for (before, unit, after) in [
        ("assume ", "(", ""),
        ("assume ", "not ", "a"),
        ("assume ", "- ", "a"),
        ("assume ", "always ", "a"),
        ("assume ", "f(", ""),
        ("assume ", "{", ""),
        ("assume ", "forall a in S: ", "a"),
        ("assume ", "if a then b else ", "a"),
        ("assume ", "let a = 1; ", "a"),
        ("assume ", "a implies ", "a"),
        ("assume a", " + a", ""),
        ("assume a", " and a", ""),
        ("assume a", " in a", ""),
        ("assume a", ".x", ""),
        ("assume a", "@w", ""),
        ("assume a", "[0]", ""),
        ("state s: ", "set of ", "int"),
        ("step { ", "if a { ", ""),
        ("step { ", "for a in S { ", ""),
        ("step { ", "if a { } else ", "{ } }"),
        ("check { given: ", "{", ""),
    ] {
        let text = format!("model m\n{before}{}{after}\n", unit.repeat(10_000));
        let found = diagnose(&text);
        assert_eq!(found.len(), 1, "{before}{unit}…: {:?}", found.first());
        assert_eq!(found[0].code.0.id, "E0105", "{before}{unit}…");
        let closing: String = unit
            .chars()
            .filter_map(|c| match c {
                '(' => Some(')'),
                '{' => Some('}'),
                _ => None,
            })
            .collect();
        let closed =
            format!("model m\n{before}{}a{}\n", unit.repeat(10_000), closing.repeat(10_000));
        assert!(!diagnose(&closed).is_empty());
    }
}

#[test]
fn what_is_long_and_not_deep_is_no_error() {
    let items = "const A = 1\n".repeat(20_000);
    assert!(diagnose(&items).is_empty());
    let statements = format!("step {{ {} }}", "x' = 1 ".repeat(20_000));
    assert!(diagnose(&statements).is_empty());
    let set = format!("assume a in {{{}}}", "1, ".repeat(20_000));
    assert!(diagnose(&set).is_empty());
}

#[test]
fn a_text_of_nothing_but_errors_is_shown_a_hundred() {
    for unit in ["$ ", ") ", "} ", "\"\n", "const A\n", "use\n", "5x ", "\u{0} ", "/* */ "] {
        let found = diagnose(&unit.repeat(50_000));
        assert!(!found.is_empty() && found.len() <= 101, "{unit}: {}", found.len());
    }
    let unprimed = format!("step {{ {} }}", "x = 1 ".repeat(50_000));
    assert_eq!(diagnose(&unprimed).len(), 101);
}

#[test]
fn pins_that_are_wrong_are_refused() {
    for text in [
        "team",
        "team:",
        ": 3",
        "only",
        "without",
        "assume",
        "team: 3 3",
        "a: [1]",
        "a: [[1, 2]",
        "3: 4",
        "a: )",
        "a.: 3",
        "a[: 3",
        "{ a: 3 }",
        "a: always p implies q",
    ] {
        let mut sources = Sources::default();
        let file = sources.add("<given>", text);
        let (_, diagnostics) = syntax::parse_pins(file, text);
        assert!(!diagnostics.is_empty(), "nothing is wrong with `{text}`");
        render::render(&diagnostics, &sources, false);
    }
}

/// The indented blocks of an explanation below a line that begins with `head`.
fn blocks(explanation: &str, head: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut inside = false;
    for line in explanation.lines() {
        if let Some(code) = line.strip_prefix("    ") {
            if inside {
                let block: &mut String = blocks.last_mut().expect("a head stands before it");
                block.push_str(code);
                block.push('\n');
            }
        } else if !line.is_empty() {
            inside = line.starts_with(head);
            if inside {
                blocks.push(String::new());
            }
        }
    }
    blocks
}

#[test]
fn the_examples_of_every_explanation_are_wrong_and_right_as_they_say() {
    for known in polity::diag::code::syntax::ALL {
        let rule = known.0;
        let (wrong, right) = (blocks(rule.explanation, "Wrong"), blocks(rule.explanation, "Right"));
        assert!(wrong.len() == 1 && !right.is_empty(), "{}", rule.id);
        for text in right {
            assert_eq!(diagnose(&text), [], "{}: {text}", rule.id);
        }
        // What is too deep, or has a hundred errors, is too long to be shown.
        if !["E0105", "E0110"].contains(&rule.id) {
            let found = diagnose(&wrong[0]);
            assert!(found.iter().any(|it| it.code == *known), "{}: {found:?}", rule.id);
        }
    }
}
