//! The naming convention: `UpperCamel` for kinds, enums and variants, `UPPER` for constants,
//! `snake_case` for everything else. A lint, not an error.

use super::work::name_of;
use crate::diag::Diagnostic;
use crate::diag::code::model::NAMING;
use crate::syntax::ast::{Item, ItemKind, Name};

/// How a name is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Case {
    Camel,
    Upper,
    Snake,
}

/// Lints the names that an item declares.
pub fn lint(item: &Item, diagnostics: &mut Vec<Diagnostic>) {
    if let Some(name) = name_of(item) {
        one(name, case(&item.kind), diagnostics);
    }
    match &item.kind {
        ItemKind::Enum { variants, .. } => {
            variants.iter().for_each(|variant| one(variant, Case::Camel, diagnostics));
        }
        ItemKind::Kind { fields, .. } => {
            fields.iter().for_each(|field| lint(field, diagnostics));
        }
        ItemKind::Event { fields, .. } => {
            fields.iter().for_each(|(field, _)| one(field, Case::Snake, diagnostics));
        }
        ItemKind::Const { .. }
        | ItemKind::Agents { .. }
        | ItemKind::Structure(_)
        | ItemKind::Param { .. }
        | ItemKind::State { .. }
        | ItemKind::Def { .. }
        | ItemKind::Assume(_)
        | ItemKind::Step(_)
        | ItemKind::Rule { .. }
        | ItemKind::Schedule(_)
        | ItemKind::Property(_)
        | ItemKind::Witness { .. }
        | ItemKind::Invariant { .. }
        | ItemKind::Measure { .. }
        | ItemKind::Check { .. } => {}
    }
}

fn case(kind: &ItemKind) -> Case {
    match kind {
        ItemKind::Enum { .. } | ItemKind::Kind { .. } => Case::Camel,
        ItemKind::Const { .. } => Case::Upper,
        ItemKind::Agents { .. }
        | ItemKind::Structure(_)
        | ItemKind::Param { .. }
        | ItemKind::State { .. }
        | ItemKind::Event { .. }
        | ItemKind::Def { .. }
        | ItemKind::Assume(_)
        | ItemKind::Step(_)
        | ItemKind::Rule { .. }
        | ItemKind::Schedule(_)
        | ItemKind::Property(_)
        | ItemKind::Witness { .. }
        | ItemKind::Invariant { .. }
        | ItemKind::Measure { .. }
        | ItemKind::Check { .. } => Case::Snake,
    }
}

fn one(name: &Name, case: Case, diagnostics: &mut Vec<Diagnostic>) {
    let spelling = spell(&name.text, case);
    if spelling == name.text || spelling.is_empty() {
        return;
    }
    let convention = match case {
        Case::Camel => "UpperCamel",
        Case::Upper => "UPPER",
        Case::Snake => "snake_case",
    };
    let message = format!("`{}` is not written in {convention}", name.text);
    diagnostics
        .push(Diagnostic::warning(NAMING, name.span, message).help(format!("write `{spelling}`")));
}

/// The name in the convention; itself where it is there already.
fn spell(text: &str, case: Case) -> String {
    let right = match case {
        Case::Camel => !text.contains('_') && text.starts_with(char::is_uppercase),
        Case::Upper => !text.contains(char::is_lowercase),
        Case::Snake => !text.contains(char::is_uppercase),
    };
    if right {
        return text.into();
    }
    let words = words(text);
    match case {
        Case::Camel => words.iter().map(|word| capital(word)).collect(),
        Case::Upper => words.join("_").to_uppercase(),
        Case::Snake => {
            let start = if text.starts_with('_') { "_" } else { "" };
            format!("{start}{}", words.join("_").to_lowercase())
        }
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string());
    first.unwrap_or_default() + &letters.as_str().to_lowercase()
}

/// The words of a name: parted by `_`, and where a small letter meets a capital.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut small = false;
    for letter in text.chars() {
        if letter == '_' || (small && letter.is_uppercase()) {
            words.push(String::new());
        }
        if letter != '_' {
            words.last_mut().expect("there is a first word").push(letter);
        }
        small = letter.is_lowercase() || letter.is_numeric();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_spelt_in_its_convention() {
        for (text, case, spelling) in [
            ("rubberStamps", Case::Snake, "rubber_stamps"),
            ("Stock", Case::Snake, "stock"),
            ("fishing_boat", Case::Camel, "FishingBoat"),
            ("agent", Case::Camel, "Agent"),
            ("maxSize", Case::Upper, "MAX_SIZE"),
            ("capacity", Case::Upper, "CAPACITY"),
        ] {
            assert_eq!(spell(text, case), spelling);
        }
    }

    #[test]
    fn a_name_that_follows_its_convention_stays() {
        for (text, case) in [
            ("p2p", Case::Snake),
            ("GPT4", Case::Camel),
            ("A", Case::Camel),
            ("MAX_2", Case::Upper),
        ] {
            assert_eq!(spell(text, case), text);
        }
    }
}
