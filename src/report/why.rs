//! Why a property has its verdict: the failing instance of its formula, in a few lines.
//!
//! In: a tree of subformulas with their values. Out: lines. Where the tree does not branch, only
//! the innermost formula is told, with the instant, world and names bound on the way. What
//! decides a formula that does branch stands below it, equal reasons once.

use std::collections::BTreeSet;

use super::sheet::{listed, width, wrap};
use super::words::Words;
use crate::diag::Span;
use crate::ir::{AgentId, Value};
use crate::reference::Why;

/// How many lines are shown before the rest is left out.
const LINES_MAX: usize = 8;
/// How many deciding instants are worth marking.
const INSTANTS_MAX: usize = 3;
/// How many columns of a subformula are shown.
const FORMULA_MAX: usize = 180;
/// What is bound stays beside a long formula if it is no wider than this.
const FRONT_MIN: usize = 8;
/// The words that lead to other instants.
const TEMPORAL: [&str; 10] = [
    "always",
    "eventually",
    "historically",
    "once",
    "next",
    "prev",
    "finally",
    "until",
    "since",
    "initially",
];

/// The tree in lines of at most `room` columns: the formula that fails, then what decides it.
pub fn draw(words: &Words<'_>, why: &Why, room: usize, all: bool) -> Vec<String> {
    let top = descend(words, why, &[]);
    let mut reasons = Vec::new();
    branches(words, &top, &[], &mut reasons);
    let own = top.node.instant;
    let mut front = Vec::new();
    if top.node.instant != why.instant || moves(words, why.span, top.node.span) {
        front.push(instants(words, &[own]));
    }
    front.extend(top.world.iter().map(|world| format!("in {world}")));
    front.extend(top.bound.iter().cloned());
    let text = format!("{} ({})", top.text(words), file_and_line(words, top.node.span));
    let mut lines = paragraph(&front, &text, (0, room), true);
    let reasons = merged(reasons);
    let elsewhen = reasons.iter().any(|reason| reason.instants != [own]);
    for reason in &reasons {
        let mut front: Vec<String> = Vec::new();
        front.extend(reason.world.iter().map(|world| format!("in {world}")));
        front.extend(reason.bound.iter().cloned());
        if elsewhen && !(reason.spreads && reason.instants == [own]) {
            front.push(instants(words, &reason.instants));
        }
        lines.extend(paragraph(&front, &reason.text, (2, room), false));
    }
    if !all && lines.len() > LINES_MAX {
        let left_out = lines.len() - (LINES_MAX - 1);
        lines.truncate(LINES_MAX - 1);
        lines.push(format!("… {left_out} more lines (-v shows them)"));
    }
    lines
}

/// The agents that the failing instance names.
pub fn agents(why: &Why) -> BTreeSet<AgentId> {
    let mut found = BTreeSet::new();
    let mut open = vec![why];
    while let Some(why) = open.pop() {
        why.bindings.iter().for_each(|(_, value)| agents_of(value, &mut found));
        open.extend(&why.because);
    }
    found
}

/// The instants at which what decides in the end is read, where they are few.
pub fn instants_of(words: &Words<'_>, why: &Why) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    let mut open = vec![why];
    while let Some(why) = open.pop() {
        if formulas(why).is_empty() && !is_temporal(words.sources.words(why.span)) {
            found.insert(why.instant);
        }
        open.extend(formulas(why));
    }
    if found.len() > INSTANTS_MAX { BTreeSet::new() } else { found }
}

fn agents_of(value: &Value, found: &mut BTreeSet<AgentId>) {
    match value {
        Value::Agent(agent) => drop(found.insert(*agent)),
        Value::Event(event) => event.fields.iter().for_each(|field| agents_of(field, found)),
        Value::Set(elements) => elements.iter().for_each(|element| agents_of(element, found)),
        Value::Table(_)
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Real(_)
        | Value::Str(_)
        | Value::Duration(_)
        | Value::Variant(..)
        | Value::None
        | Value::Unrecorded => {}
    }
}

/// Where a branch of the tree ends or branches again, and what was bound on the way.
struct Descent<'a> {
    node: &'a Why,
    world: Option<String>,
    bound: Vec<String>,
    /// All that is bound there, the innermost last.
    known: Vec<(String, Value)>,
    /// The call whose body `node` stands in, if the text around the call does not show it.
    call: Option<&'a Why>,
}

/// A reason: where, what is bound, what a subformula is.
#[derive(Clone, PartialEq, Debug)]
struct Reason {
    instants: Vec<u32>,
    world: Option<String>,
    bound: Vec<String>,
    text: String,
    /// Whether it speaks of more instants than its own.
    spreads: bool,
}

impl Descent<'_> {
    /// `` `diligent(r)` is false: `r.rubber_stamps` is true ``.
    fn text(&self, words: &Words<'_>) -> String {
        let own = said(words, self.node);
        let here = |call: &&Why| {
            call.instant == self.node.instant
                && (call.world.is_none() || call.world == self.node.world)
        };
        match self.call.filter(here) {
            Some(call) => format!("{}: {own}", said(words, call)),
            None => own,
        }
    }
}

/// Follows the tree to where it branches or ends, keeping what is bound on the way.
fn descend<'a>(words: &Words<'_>, why: &'a Why, known: &[(String, Value)]) -> Descent<'a> {
    let (world, known) = (why.world.clone(), known.to_vec());
    let mut to = Descent { node: why, world, bound: Vec::new(), known, call: None };
    loop {
        for (name, value) in &to.node.bindings {
            let last = to.known.iter().rev().find(|(other, _)| other == name);
            if last.map(|(_, known)| known) != Some(value) {
                let place = words.whereabouts(value);
                to.bound.push(format!("{name} = {}{place}", words.value(value)));
                to.known.push((name.clone(), value.clone()));
            }
        }
        to.world = to.node.world.clone().or(to.world);
        let &[only] = formulas(to.node).as_slice() else { return to };
        if !contains(to.node.span, only.span) {
            to.call = Some(to.node);
        }
        to.node = only;
    }
}

/// What decides where a descent ended. A part that branches itself is only told where the
/// formula above it does not show its text.
fn branches(words: &Words<'_>, from: &Descent<'_>, bound: &[String], reasons: &mut Vec<Reason>) {
    for part in formulas(from.node) {
        let to = descend(words, part, &from.known);
        let bound = [bound, &to.bound].concat();
        let leaf = formulas(to.node).is_empty();
        if leaf || !contains(from.node.span, to.node.span) {
            reasons.push(Reason {
                instants: vec![to.node.instant],
                world: to.world.clone(),
                bound: bound.clone(),
                text: to.text(words),
                spreads: leaf && is_temporal(words.sources.words(to.node.span)),
            });
        }
        branches(words, &to, &bound, reasons);
    }
}

fn contains(outer: Span, inner: Span) -> bool {
    outer.file == inner.file && outer.start <= inner.start && inner.end <= outer.end
}

fn is_temporal(text: &str) -> bool {
    text.split(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
        .any(|word| TEMPORAL.contains(&word))
}

/// Whether the way from a formula to a part of it leads through other instants.
fn moves(words: &Words<'_>, outer: Span, inner: Span) -> bool {
    if !contains(outer, inner) {
        return true;
    }
    let before = Span { end: inner.start, ..outer };
    is_temporal(words.sources.words(before))
}

/// `review.polity:70`, without the folders.
fn file_and_line(words: &Words<'_>, span: Span) -> String {
    let place = words.place(span);
    place.rsplit(['/', '\\']).next().unwrap_or(&place).to_string()
}

/// The parts of a node that are formulas themselves.
fn formulas(why: &Why) -> Vec<&Why> {
    why.because.iter().filter(|part| matches!(part.value, Value::Bool(_))).collect()
}

/// `` `f.wealth <= 20.0` is false: `f.wealth` is 19.5 ``.
fn said(words: &Words<'_>, why: &Why) -> String {
    let is = match &why.value {
        Value::Bool(true) => "is true".to_string(),
        Value::Bool(false) => "is false".to_string(),
        other => format!("is {}", words.value(other)),
    };
    let sides: Vec<String> = why
        .because
        .iter()
        .filter(|part| !matches!(part.value, Value::Bool(_)) && !is_literal(words, part))
        .map(|part| {
            let at = if part.instant == why.instant {
                String::new()
            } else {
                format!(" at {}", words.instant(part.instant))
            };
            format!("`{}`{at} is {}", words.excerpt(part.span, 60), words.value(&part.value))
        })
        .collect();
    let sides = if sides.is_empty() { String::new() } else { format!(": {}", listed(&sides)) };
    format!("`{}` {is}{sides}", bare(&words.excerpt(why.span, FORMULA_MAX)))
}

/// Reasons that differ only in their instant become one.
fn merged(all: Vec<Reason>) -> Vec<Reason> {
    let mut kept: Vec<Reason> = Vec::new();
    for reason in all {
        let same = |other: &&mut Reason| {
            (&other.world, &other.bound, &other.text)
                == (&reason.world, &reason.bound, &reason.text)
        };
        match kept.iter_mut().find(same) {
            Some(first) => first.instants.extend(reason.instants),
            None => kept.push(reason),
        }
    }
    for reason in &mut kept {
        reason.instants.sort_unstable();
        reason.instants.dedup();
    }
    kept
}

/// What is bound, and what is said of it, wrapped. Where both do not fit on one line and
/// `apart`, what is bound has a line of its own.
fn paragraph(
    front: &[String],
    text: &str,
    (indent, room): (usize, usize),
    apart: bool,
) -> Vec<String> {
    let front = if front.is_empty() { String::new() } else { format!("{}:", front.join(", ")) };
    let room = room - indent;
    let one = format!("{front} {text}");
    let (mut lines, rest) = match apart && width(&front) > FRONT_MIN && width(&one) > room {
        true => (wrap(&front, room), text),
        false => (Vec::new(), one.as_str()),
    };
    let hang = if apart { 0 } else { 2 };
    for (at, line) in wrap(rest, room - hang).iter().enumerate() {
        let hang = if at == 0 { 0 } else { hang };
        lines.push(format!("{:hang$}{line}", ""));
    }
    lines.iter().map(|line| format!("{:indent$}{line}", "")).collect()
}

/// `at 3`, `at 0 to 9`, `at 1, 3 and 5 to 7`.
fn instants(words: &Words<'_>, instants: &[u32]) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for at in instants {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(*at) => *last = *at,
            _ => runs.push((*at, *at)),
        }
    }
    let told = |(first, last): &(u32, u32)| match first == last {
        true => words.instant(*first),
        false => format!("{} to {}", words.instant(*first), words.instant(*last)),
    };
    format!("at {}", listed(&runs.iter().map(told).collect::<Vec<_>>()))
}

/// A formula without the parentheses around all of it.
fn bare(text: &str) -> &str {
    let Some(inner) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) else {
        return text;
    };
    let mut depth = 0_i32;
    for letter in inner.chars() {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        if depth < 0 {
            return text;
        }
    }
    inner
}

/// Whether the words already say the value: `5.0`, `true`, a variant.
fn is_literal(words: &Words<'_>, why: &Why) -> bool {
    let text = words.excerpt(why.span, 60);
    let said = match &why.value {
        Value::Int(number) => text.replace('_', "").parse() == Ok(*number),
        Value::Real(number) => text.replace('_', "").parse() == Ok(*number),
        other => text == words.value(other),
    };
    said && why.because.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_parentheses_around_the_whole_are_left_out() {
        assert_eq!(bare("(always x)"), "always x");
        assert_eq!(bare("(a) and (b)"), "(a) and (b)");
        assert_eq!(bare("f(x)"), "f(x)");
    }

    #[test]
    fn words_that_lead_to_other_instants_are_found_whole() {
        assert!(is_temporal("eventually[..10] exists s in ship: true"));
        assert!(!is_temporal("next_to(a, b) and nonce == 1"));
    }

    #[test]
    fn what_is_bound_has_its_own_line_where_both_do_not_fit() {
        let front = ["at 3".to_string(), "s = x".to_string()];
        assert_eq!(
            paragraph(&front, "`p` is false", (2, 40), true),
            ["  at 3, s = x: `p` is false"]
        );
        assert_eq!(
            paragraph(&front, "`p` is false", (0, 20), true),
            ["at 3, s = x:", "`p` is false"]
        );
    }
}
