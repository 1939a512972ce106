//! The one namespace of a model: what each name stands for.
//!
//! In: declarations, in the order of the text. Out: the meaning of a name, which marks it as
//! used, or the declared name that was probably meant.

use std::collections::BTreeMap;

use crate::diag::Span;
use crate::ir::{EnumId, EventId, KindId, ParamId, PopId, PropId, StateId, StructId, Type, Value};

/// What a name of the model stands for. Fields of kinds (`a.x`) are found through the kind.
#[derive(Clone, PartialEq, Debug)]
pub enum Meaning {
    /// A constant, evaluated.
    Const(Value, Type),
    /// An enum.
    Enum(EnumId),
    /// A variant, with its enum and place.
    Variant(EnumId, u32),
    /// A kind.
    Kind(KindId),
    /// A population.
    Population(PopId),
    /// A structure.
    Structure(StructId),
    /// A top-level parameter.
    Param(ParamId),
    /// A top-level state.
    State(StateId),
    /// An event.
    Event(EventId),
    /// A def: its place among the file's defs (see [`Defs`](super::infer::Defs)).
    Def(usize),
    /// A property, witness or invariant: known, but no expression.
    Property(PropId),
    /// A measure: known, but no expression.
    Measure(usize),
    /// A rule: known, but no expression.
    Rule(usize),
    /// Declared with an error that was given: agrees with everything.
    Broken,
}

impl Meaning {
    /// What it is, with its article: `a population`.
    pub fn noun(&self) -> &'static str {
        match self {
            Meaning::Const(..) => "a constant",
            Meaning::Enum(_) => "an enum",
            Meaning::Variant(..) => "a variant of an enum",
            Meaning::Kind(_) => "a kind",
            Meaning::Population(_) => "a population",
            Meaning::Structure(_) => "a structure",
            Meaning::Param(_) => "a parameter",
            Meaning::State(_) => "a state",
            Meaning::Event(_) => "an event",
            Meaning::Def(_) => "a def",
            Meaning::Property(_) => "a property",
            Meaning::Measure(_) => "a measure",
            Meaning::Rule(_) => "a rule",
            Meaning::Broken => "a broken item",
        }
    }
}

/// The names of a model, with where each was declared, and whether it was ever used.
#[derive(Clone, Default, Debug)]
pub struct Names {
    /// By name.
    pub entries: BTreeMap<String, Entry>,
}

/// One name.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What it stands for.
    pub meaning: Meaning,
    /// Where it was declared.
    pub span: Span,
    /// Whether anything refers to it.
    pub used: bool,
}

impl Names {
    /// What `name` stands for; marks it as used.
    pub fn lookup(&mut self, name: &str) -> Option<Meaning> {
        let entry = self.entries.get_mut(name)?;
        entry.used = true;
        Some(entry.meaning.clone())
    }

    /// The declaration of `name`, without using it.
    pub fn declared(&self, name: &str) -> Option<&Entry> {
        self.entries.get(name)
    }

    /// The declared name closest to `word` among those whose meaning `fits`.
    pub fn suggest(&self, word: &str, fits: impl Fn(&Meaning) -> bool) -> Option<&str> {
        let fitting = self.entries.iter().filter(|(_, entry)| fits(&entry.meaning));
        suggest(word, fitting.map(|(name, _)| name.as_str()))
    }

    /// Changes what a declared name stands for.
    pub(super) fn define(&mut self, name: &str, meaning: Meaning) {
        if let Some(entry) = self.entries.get_mut(name) {
            entry.meaning = meaning;
        }
    }
}

/// The candidate that `word` is probably a misspelling of: at most a third of its letters away
/// (swaps count once, and another case of letters counts nothing). Ties go to the first.
pub fn suggest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    let allowed = (word.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| *candidate != word)
        .map(|candidate| {
            (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate)
        })
        .filter(|(distance, candidate)| {
            *distance <= allowed && *distance < candidate.chars().count()
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::suggest;

    #[test]
    fn a_misspelt_word_finds_the_nearest_candidate() {
        let words = ["stage", "stock", "defects"];
        assert_eq!(suggest("stok", words), Some("stock"));
        assert_eq!(suggest("defetcs", words), Some("defects"));
        assert_eq!(suggest("Stage", words), Some("stage"));
    }

    #[test]
    fn a_word_unlike_every_candidate_finds_none() {
        assert_eq!(suggest("wealth", ["stage", "stock"]), None);
        assert_eq!(suggest("x", ["y"]), None);
    }
}
