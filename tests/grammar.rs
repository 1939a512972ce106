//! The grammar of `spec/grammar.md` against the parser.
//!
//! The page's EBNF is read, sentences are generated from it by our own seeded randomness, and
//! the parser has to accept each one. What is generated may still read two ways or chain
//! comparisons (E02xx): that is refused by other rules than the grammar's.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use polity::base::Seed;
use polity::diag::{FileId, Sources, render};
use polity::syntax;

/// A part of a rule.
#[derive(Clone, Debug)]
enum Part {
    Text(String),
    Rule(String),
    /// In words: the test says how to make one.
    Special(String),
    Sequence(Vec<Part>),
    /// The alternatives, and the number of this choice, for coverage.
    Choice(usize, Vec<Part>),
    Optional(usize, Box<Part>),
    Repeat(usize, Box<Part>),
}

type Rules = BTreeMap<String, Part>;

// --- reading EBNF ---

/// The EBNF blocks of the page; each has to stand below a heading with an id.
fn page() -> String {
    let text = std::fs::read_to_string(support::root().join("spec/grammar.md")).expect("the page");
    let mut blocks = String::new();
    let mut has_id = false;
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("## ") {
            has_id = line.contains("{#grammar.");
            assert!(has_id, "`{line}` has no id");
        } else if line.starts_with("```") {
            inside = line == "```ebnf";
            assert!(!inside || has_id);
        } else if inside {
            blocks.push_str(line);
            blocks.push('\n');
        }
    }
    blocks
}

struct Reader<'a> {
    rest: &'a str,
    choices: usize,
}

impl Reader<'_> {
    fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start();
        self.rest.chars().next()
    }

    fn eat(&mut self, mark: char) -> bool {
        let found = self.peek() == Some(mark);
        if found {
            self.rest = &self.rest[mark.len_utf8()..];
        }
        found
    }

    fn expect(&mut self, mark: char) {
        assert!(self.eat(mark), "expected `{mark}` before {:.40?}", self.rest);
    }

    fn until(&mut self, mark: char) -> String {
        let end = self.rest.find(mark).unwrap_or_else(|| panic!("no `{mark}` in {}", self.rest));
        let text = self.rest[..end].to_string();
        self.rest = &self.rest[end + mark.len_utf8()..];
        text
    }

    fn name(&mut self) -> String {
        self.peek();
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        assert!(end > 0, "expected a name before {:.40?}", self.rest);
        let name = self.rest[..end].to_string();
        self.rest = &self.rest[end..];
        name
    }

    fn rules(&mut self) -> Rules {
        let mut rules = Rules::new();
        while self.peek().is_some() {
            let name = self.name();
            self.expect('=');
            let part = self.choice();
            self.expect(';');
            assert!(rules.insert(name.clone(), part).is_none(), "two rules `{name}`");
        }
        rules
    }

    fn number(&mut self) -> usize {
        self.choices += 1;
        self.choices - 1
    }

    fn choice(&mut self) -> Part {
        let mut parts = vec![self.sequence()];
        while self.eat('|') {
            parts.push(self.sequence());
        }
        if parts.len() == 1 { parts.remove(0) } else { Part::Choice(self.number(), parts) }
    }

    fn sequence(&mut self) -> Part {
        let mut parts = Vec::new();
        loop {
            match self.peek() {
                Some(quote @ ('"' | '\'')) => {
                    self.expect(quote);
                    parts.push(Part::Text(self.until(quote)));
                }
                Some('?') => {
                    self.expect('?');
                    parts.push(Part::Special(self.until('?').trim().to_string()));
                }
                Some('[') => parts.push(self.bracketed('[', ']', Part::Optional)),
                Some('{') => parts.push(self.bracketed('{', '}', Part::Repeat)),
                Some('(') => parts.push(self.bracketed('(', ')', |_, inner| *inner)),
                Some(letter) if letter.is_ascii_alphabetic() => {
                    parts.push(Part::Rule(self.name()));
                }
                _ => return Part::Sequence(parts),
            }
        }
    }

    fn bracketed(
        &mut self,
        open: char,
        close: char,
        make: impl FnOnce(usize, Box<Part>) -> Part,
    ) -> Part {
        self.expect(open);
        let inner = self.choice();
        self.expect(close);
        make(self.number(), Box::new(inner))
    }
}

fn grammar() -> Rules {
    Reader { rest: &page(), choices: 0 }.rules()
}

fn is_lexical(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_uppercase())
}

// --- generating sentences ---

const NAMES: &[&str] = &[
    "a", "b", "team", "x_1", "Agent", "UPPER", "by", "to", "from", "of", "over", "any", "random",
    "value", "steps", "graph", "sum", "edges",
];
const FIELDS: &[&str] =
    &["a", "stage", "from", "to", "step", "check", "state", "if", "agents", "always", "none"];
const SETTINGS: &[&str] = &["steps", "runs", "confidence", "seed", "final", "tick", "tolerance"];
const CHARACTERS: &[&str] = &["a", " ", "é", "/", "'", "{", "*", "0"];

/// From how many tokens on a sentence is ended.
const TOKENS: usize = 400;

struct Generator<'a> {
    rules: &'a Rules,
    /// For each rule, how deep the least sentence of it is.
    least: BTreeMap<&'a str, u32>,
    seed: Seed,
    drawn: u32,
    tokens: Vec<String>,
    /// Which alternatives of which choice were taken.
    taken: BTreeSet<(usize, usize)>,
    visited: BTreeSet<&'a str>,
}

impl<'a> Generator<'a> {
    fn new(rules: &'a Rules) -> Generator<'a> {
        let mut least: BTreeMap<&str, u32> = BTreeMap::new();
        for _ in 0..rules.len() {
            for (name, part) in rules {
                let depth = least_depth(part, &least).saturating_add(1);
                least.insert(name, depth);
            }
        }
        let endless: Vec<_> = least.iter().filter(|(_, depth)| **depth > 1000).collect();
        assert!(endless.is_empty(), "rules without an end: {endless:?}");
        Generator {
            rules,
            least,
            seed: Seed(0),
            drawn: 0,
            tokens: Vec::new(),
            taken: BTreeSet::new(),
            visited: BTreeSet::new(),
        }
    }

    fn below(&mut self, count: usize) -> usize {
        self.drawn += 1;
        (self.seed.bits(&[self.drawn]) % count as u64) as usize
    }

    fn sentence(&mut self, rule: &'a str, seed: Seed, depth: u32) -> Vec<String> {
        self.seed = seed;
        self.drawn = 0;
        self.tokens.clear();
        self.rule(rule, depth);
        std::mem::take(&mut self.tokens)
    }

    fn rule(&mut self, name: &'a str, depth: u32) {
        self.visited.insert(name);
        let part = self.rules.get(name).unwrap_or_else(|| panic!("no rule `{name}`"));
        let from = self.tokens.len();
        self.part(part, depth.saturating_sub(1));
        if is_lexical(name) {
            let word: String = self.tokens.drain(from..).collect();
            self.tokens.push(word);
        }
        // An element that begins with a name and `in` would read as a binder.
        if name == "element" && self.tokens.get(from + 1).is_some_and(|word| word == "in") {
            self.tokens.insert(from, "(".to_string());
            self.tokens.push(")".to_string());
        }
    }

    fn part(&mut self, part: &'a Part, depth: u32) {
        match part {
            Part::Text(text) => self.tokens.push(text.clone()),
            Part::Rule(name) => self.rule(name, depth),
            Part::Special(words) => {
                let pool = match words.as_str() {
                    "a word that is not reserved" => NAMES,
                    "any word" => FIELDS,
                    "the name of a setting or counter" => SETTINGS,
                    "any character but a quote, a backslash and a line break" => CHARACTERS,
                    other => panic!("nothing is known of `{other}`"),
                };
                let at = self.below(pool.len());
                self.tokens.push(pool[at].to_string());
            }
            Part::Sequence(parts) => parts.iter().for_each(|part| self.part(part, depth)),
            Part::Choice(number, parts) => {
                let ways = (0..parts.len()).filter(|at| self.fits(&parts[*at], depth)).collect();
                let at = self.way(*number, ways).unwrap_or_else(|| {
                    let depth_of = |at: &usize| least_depth(&parts[*at], &self.least);
                    (0..parts.len()).min_by_key(depth_of).expect("a choice has alternatives")
                });
                self.taken.insert((*number, at));
                self.part(&parts[at], depth);
            }
            Part::Optional(number, inner) | Part::Repeat(number, inner) => {
                let most = if matches!(part, Part::Optional(..)) { 1 } else { 2 };
                let ways = if self.fits(inner, depth) { (0..=most).collect() } else { vec![0] };
                let count = self.way(*number, ways).unwrap_or(0);
                self.taken.insert((*number, count));
                (0..count).for_each(|_| self.part(inner, depth));
            }
        }
    }

    /// Which of `ways` to take at choice `number`: one that was never taken, if there is one.
    fn way(&mut self, number: usize, ways: Vec<usize>) -> Option<usize> {
        if ways.is_empty() {
            return None;
        }
        let fresh = ways.iter().copied().find(|way| !self.taken.contains(&(number, *way)));
        Some(fresh.unwrap_or_else(|| ways[self.below(ways.len())]))
    }

    /// Whether there is room for `part`: a long sentence is ended as soon as it can be.
    fn fits(&self, part: &Part, depth: u32) -> bool {
        self.tokens.len() < TOKENS && least_depth(part, &self.least) <= depth
    }
}

/// How deep the least sentence of `part` is.
fn least_depth(part: &Part, least: &BTreeMap<&str, u32>) -> u32 {
    match part {
        Part::Text(_) | Part::Special(_) | Part::Optional(..) | Part::Repeat(..) => 0,
        Part::Rule(name) => least.get(name.as_str()).copied().unwrap_or(u32::MAX / 2),
        Part::Sequence(parts) => {
            parts.iter().map(|part| least_depth(part, least)).max().unwrap_or(0)
        }
        Part::Choice(_, parts) => {
            parts.iter().map(|part| least_depth(part, least)).min().unwrap_or(0)
        }
    }
}

/// The tokens as a text, with whatever may stand between them.
fn join(tokens: &[String], seed: Seed) -> String {
    let mut text = String::new();
    for (at, token) in tokens.iter().enumerate() {
        text.push_str(token);
        text.push_str(match seed.bits(&[at as u32]) % 12 {
            0 => "\n",
            1 => "  // a remark, \"with\" { in it\n",
            2 => "\n\n\n",
            3 => "\t",
            _ => " ",
        });
    }
    text
}

/// The codes of what is wrong with `text`.
fn codes(text: &str) -> Vec<&'static str> {
    let (_, diagnostics) = syntax::parse(FileId(0), text);
    diagnostics.into_iter().map(|diagnostic| diagnostic.code.0.id).collect()
}

/// Panics, with all that is wrong, if `text` does not follow the grammar.
fn accept(text: &str) {
    if codes(text).iter().any(|code| code.starts_with("E01")) {
        let mut sources = Sources::default();
        let file = sources.add("generated", text);
        let shown = render::render(&syntax::parse(file, text).1, &sources, false);
        panic!("the parser refuses\n{text}\n{shown}");
    }
}

/// The tree without its spans.
fn tree(text: &str) -> String {
    let (file, _) = syntax::parse(FileId(0), text);
    let shown = format!("{file:?}");
    let mut parts = shown.split("Span {");
    let mut bare = parts.next().unwrap_or_default().to_string();
    for part in parts {
        bare.push_str(part.split_once('}').map_or(part, |(_, rest)| rest));
    }
    bare
}

// --- tests ---

#[test]
fn every_generated_sentence_parses_and_every_alternative_is_generated() {
    let rules = grammar();
    let mut generator = Generator::new(&rules);
    let mut longest = 0;
    for number in 0..12_000 {
        let seed = Seed(number);
        let depth = 12 + (number / 6 % 36) as u32;
        let (rule, before, after) = match number % 6 {
            0 => ("file", "", ""),
            1 => ("block", "step ", ""),
            2 => ("pins", "check { given: { ", " } }"),
            3 => ("check", "", ""),
            4 => ("property", "", ""),
            _ => ("expression", "property p { ", " }"),
        };
        let tokens = generator.sentence(rule, seed, depth);
        longest = longest.max(tokens.len());
        accept(&format!("{before}{}{after}", join(&tokens, seed)));
    }
    assert!(longest > TOKENS, "the longest sentence has {longest} tokens");
    let unreached: Vec<_> =
        rules.keys().filter(|name| !generator.visited.contains(name.as_str())).collect();
    assert!(unreached.is_empty(), "never generated: {unreached:?}");
    let mut missed = Vec::new();
    for (name, part) in &rules {
        each_choice(part, &mut |number, count| {
            let taken = |at: &usize| generator.taken.contains(&(number, *at));
            let never: Vec<usize> = (0..count).filter(|at| !taken(at)).collect();
            if !never.is_empty() {
                missed.push(format!("in `{name}`, choice {number}: alternatives {never:?}"));
            }
        });
    }
    assert!(missed.is_empty(), "never generated: {missed:#?}");
}

/// Calls `see` with the number of each choice in `part`, and how many ways it may go.
fn each_choice(part: &Part, see: &mut impl FnMut(usize, usize)) {
    match part {
        Part::Text(_) | Part::Rule(_) | Part::Special(_) => {}
        Part::Sequence(parts) => parts.iter().for_each(|part| each_choice(part, see)),
        Part::Choice(number, parts) => {
            see(*number, parts.len());
            parts.iter().for_each(|part| each_choice(part, see));
        }
        Part::Optional(number, inner) | Part::Repeat(number, inner) => {
            see(*number, if matches!(part, Part::Optional(..)) { 2 } else { 3 });
            each_choice(inner, see);
        }
    }
}

#[test]
fn every_generated_list_of_pins_parses() {
    let rules = grammar();
    let mut generator = Generator::new(&rules);
    for number in 0..500 {
        let tokens = generator.sentence("pins", Seed(20_000 + number), 26);
        let text = tokens.join(" ");
        let (_, diagnostics) = syntax::parse_pins(FileId(0), &text);
        let wrong = diagnostics.iter().find(|it| it.code.0.id.starts_with("E01"));
        assert!(wrong.is_none(), "{text}\n{wrong:?}");
    }
}

#[test]
fn the_layout_of_a_generated_file_is_stable_and_keeps_its_tree() {
    let rules = grammar();
    let mut generator = Generator::new(&rules);
    let mut laid_out = 0;
    for number in 0..1500 {
        let seed = Seed(30_000 + number);
        let tokens = generator.sentence("file", seed, 18 + (number % 10) as u32);
        let text = join(&tokens, seed);
        if !codes(&text).is_empty() {
            continue;
        }
        laid_out += 1;
        let once = syntax::format(FileId(0), &text).expect("a text without errors is laid out");
        assert_eq!(tree(&text), tree(&once), "{text}\nbecame\n{once}");
        assert_eq!(once.matches("// a remark").count(), text.matches("// a remark").count());
        let twice = syntax::format(FileId(0), &once).expect("what is laid out has no errors");
        assert_eq!(once, twice, "{text}");
    }
    assert!(laid_out > 200, "only {laid_out} texts were laid out");
}

#[test]
fn a_generated_file_with_a_token_too_few_or_too_many_does_no_harm() {
    let rules = grammar();
    let mut generator = Generator::new(&rules);
    let mut refused = 0;
    for number in 0..2000 {
        let seed = Seed(40_000 + number);
        let mut tokens = generator.sentence("file", seed, 20);
        if tokens.is_empty() {
            continue;
        }
        let at = seed.bits(&[1]) as usize % tokens.len();
        match seed.bits(&[2]) % 3 {
            0 => drop(tokens.remove(at)),
            1 => tokens.insert(at, tokens[at].clone()),
            _ => {
                let other = seed.bits(&[3]) as usize % tokens.len();
                tokens.swap(at, other);
            }
        }
        let text = join(&tokens, seed);
        let mut sources = Sources::default();
        let file = sources.add("generated", text.as_str());
        let (_, diagnostics) = syntax::parse(file, &text);
        refused += usize::from(!diagnostics.is_empty());
        render::render(&diagnostics, &sources, false);
    }
    assert!(refused > 500, "only {refused} of the broken texts are refused");
}

#[test]
fn every_file_of_properties_parses_and_keeps_its_tree_when_laid_out() {
    let paths = support::files("properties", "polity");
    assert!(paths.len() >= 5);
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a file");
        assert_eq!(codes(&text), Vec::<&str>::new(), "{path:?}");
        let once = syntax::format(FileId(0), &text).expect("it has no errors");
        assert_eq!(tree(&text), tree(&once), "{path:?}");
        assert_eq!(syntax::format(FileId(0), &once), Ok(once), "{path:?}");
    }
}
