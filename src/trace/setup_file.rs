//! The setup of a TOML file, as pins.
//!
//! In: a file that a person wrote. Out: the text of pins, in the one grammar that `--given`
//! and `given:` have, and the seed. A field that means nothing is an error with a suggestion.
//!
//! ```toml
//! [agents]                       # team: 2
//! team = 2
//! [team]                         # team.reciprocates: false
//! reciprocates = false
//! [team.1]                       # team[1].rubber_stamps: true
//! rubber_stamps = true
//! [structures]                   # reviews: [[1, 0]]
//! reviews = [[1, 0]]
//! [params]                       # regime: Competitive
//! regime = "Competitive"
//! seed = 7
//! ```

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::cells::{Section, Variable, variables};
use super::error::{Place, ReadError, Wrong, meant};
use crate::diag::code::trace::{BAD_SETUP, BAD_SYNTAX};
use crate::ir::{Model, Type};

/// A setup as a person wrote it.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct SetupFile {
    /// Pins, one each, as they would stand behind `--given`.
    pub pins: Vec<String>,
    /// The seed.
    pub seed: Option<u64>,
}

type Found<'i> = Spanned<DeValue<'i>>;

/// Reads a setup file against the model that its names belong to; all that is wrong with it.
pub fn read(model: &Model, file: &str, text: &str) -> Result<SetupFile, Vec<ReadError>> {
    let line = |at: usize| {
        let before = text.get(..at).unwrap_or(text);
        Place::Line(before.matches('\n').count() as u32 + 1)
    };
    let table = DeTable::parse(text).map_err(|error| {
        let place = error.span().map_or(Place::Whole, |span| line(span.start));
        let message = format!("this is no TOML: {}", error.message());
        vec![Wrong::new(BAD_SYNTAX, message).in_file(file, place)]
    })?;
    let mut reader = Reader { model, setup: SetupFile::default(), wrong: Vec::new() };
    for (name, value) in table.get_ref() {
        reader.field(name.get_ref(), name.span().start, value);
    }
    if reader.wrong.is_empty() {
        return Ok(reader.setup);
    }
    Err(reader.wrong.into_iter().map(|(at, wrong)| wrong.in_file(file, line(at))).collect())
}

struct Reader<'m> {
    model: &'m Model,
    setup: SetupFile,
    wrong: Vec<(usize, Wrong)>,
}

impl Reader<'_> {
    fn refuse(&mut self, at: usize, message: String) {
        self.wrong.push((at, Wrong::new(BAD_SETUP, message)));
    }

    fn pin(&mut self, target: impl std::fmt::Display, value: impl std::fmt::Display) {
        self.setup.pins.push(format!("{target}: {value}"));
    }

    /// A field of the whole file.
    fn field(&mut self, name: &str, at: usize, value: &Found<'_>) {
        let model = self.model;
        let population = model.populations.iter().find(|population| population.name == name);
        match (name, population) {
            (_, Some(population)) => {
                let own: Vec<Variable<'_>> = of_kind(model, Some(population.kind));
                self.population(name, &own, value);
            }
            ("seed", None) => match number(value) {
                Some(seed) if seed >= 0 => self.setup.seed = Some(seed as u64),
                _ => self.refuse(at, "`seed` is a whole number that is not negative".into()),
            },
            ("agents", None) => self.agents(value),
            ("structures", None) => self.structures(value),
            ("params" | "starts", None) => self.plain(name, value),
            (_, None) => {
                let fields = ["agents", "structures", "params", "starts", "seed"];
                let populations =
                    model.populations.iter().map(|population| population.name.as_str());
                let near = meant(name, fields.into_iter().chain(populations));
                self.refuse(at, format!("a setup has no field `{name}`{near}"));
            }
        }
    }

    fn table<'v, 'i>(&mut self, name: &str, value: &'v Found<'i>) -> Option<&'v DeTable<'i>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.refuse(value.span().start, format!("`{name}` is a table: write `[{name}]`"));
        }
        table
    }

    /// `[agents]`: a size, or a range as text.
    fn agents(&mut self, value: &Found<'_>) {
        let Some(table) = self.table("agents", value) else { return };
        for (name, size) in table {
            let names = self.model.populations.iter().map(|population| population.name.as_str());
            let (name, at) = (name.get_ref().as_ref(), name.span().start);
            if !names.clone().any(|known| known == name) {
                let near = meant(name, names);
                self.refuse(at, format!("the model has no population `{name}`{near}"));
                continue;
            }
            match (number(size), size.get_ref().as_str()) {
                (Some(size), _) if size >= 0 => self.pin(name, size),
                (None, Some(range)) if is_range(range) => self.pin(name, range),
                _ => self.refuse(at, format!("`{name}` is a size: `2`, or `\"2..4\"`")),
            }
        }
    }

    /// `[team]`, with numbered agents inside.
    fn population(&mut self, name: &str, own: &[Variable<'_>], value: &Found<'_>) {
        let Some(table) = self.table(name, value) else { return };
        for (key, inner) in table {
            let (key, at) = (key.get_ref().as_ref(), key.span().start);
            if key.bytes().all(|byte| byte.is_ascii_digit()) && !key.is_empty() {
                let target = format!("{name}[{key}]");
                let Some(fields) = self.table(&format!("{name}.{key}"), inner) else { continue };
                for (field, value) in fields {
                    self.cell(&target, own, field.get_ref(), field.span().start, value);
                }
            } else {
                self.cell(name, own, key, at, inner);
            }
        }
    }

    /// `rubber_stamps = true` of an agent or of all.
    fn cell(&mut self, of: &str, own: &[Variable<'_>], name: &str, at: usize, value: &Found<'_>) {
        let Some(variable) = own.iter().find(|variable| variable.name == name) else {
            let near = meant(name, own.iter().map(|variable| variable.name));
            return self
                .refuse(at, format!("`{of}` has no parameter or free start `{name}`{near}"));
        };
        match word(value, &variable.ty(), 0) {
            Some(word) => self.pin(format!("{of}.{name}"), word),
            None => self.refuse(at, format!("`{name}` cannot be `{}`", shown(value))),
        }
    }

    /// `[params]` and `[starts]`: what belongs to no kind; a table gives cells by index.
    fn plain(&mut self, section: &str, value: &Found<'_>) {
        let Some(table) = self.table(section, value) else { return };
        let known = of_kind(self.model, None);
        for (key, inner) in table {
            let (name, at) = (key.get_ref().as_ref(), key.span().start);
            let Some(variable) = known.iter().find(|variable| variable.name == name) else {
                let near = meant(name, known.iter().map(|variable| variable.name));
                self.refuse(at, format!("the model has no free `{name}`{near}"));
                continue;
            };
            let cells: Vec<(String, usize, &Found<'_>)> = match inner.get_ref().as_table() {
                None => vec![(name.to_string(), at, inner)],
                Some(cells) => cells
                    .iter()
                    .map(|(index, cell)| {
                        (format!("{name}({})", index.get_ref()), index.span().start, cell)
                    })
                    .collect(),
            };
            for (target, at, cell) in cells {
                match word(cell, &variable.ty(), 0) {
                    Some(word) => self.pin(target, word),
                    None => self.refuse(at, format!("`{target}` cannot be `{}`", shown(cell))),
                }
            }
        }
    }

    /// `[structures]`: ties, or a family as text.
    fn structures(&mut self, value: &Found<'_>) {
        let Some(table) = self.table("structures", value) else { return };
        for (key, ties) in table {
            let names = self.model.structures.iter().map(|structure| structure.name.as_str());
            let (name, at) = (key.get_ref().as_ref(), key.span().start);
            if !names.clone().any(|known| known == name) {
                let near = meant(name, names);
                self.refuse(at, format!("the model has no structure `{name}`{near}"));
                continue;
            }
            let family = ties
                .get_ref()
                .as_str()
                .filter(|text| crate::social::Family::from_text(text).is_some());
            match (family, ties_text(ties)) {
                (Some(family), _) => self.pin(name, family),
                (None, Some(ties)) => self.pin(name, ties),
                (None, None) => {
                    let message =
                        format!("`{name}` is a list of ties, `[[1, 0]]`, or a family, `\"ring\"`");
                    self.refuse(at, message);
                }
            }
        }
    }
}

/// What a person may set: parameters and free starts of a kind, or of the model.
fn of_kind(model: &Model, kind: Option<crate::ir::KindId>) -> Vec<Variable<'_>> {
    let all = [Section::Params, Section::Starts].into_iter();
    let all = all.flat_map(|section| variables(model, section));
    all.filter(|variable| variable.owner() == kind).collect()
}

fn number(value: &Found<'_>) -> Option<i64> {
    let integer = value.get_ref().as_integer()?;
    i64::from_str_radix(&integer.as_str().replace('_', ""), integer.radix()).ok()
}

/// `2..4`
fn is_range(text: &str) -> bool {
    let ends = text.split_once("..");
    ends.is_some_and(|(lo, hi)| [lo, hi].iter().all(|end| end.trim().parse::<u32>().is_ok()))
}

/// A value as the language writes it, where its type is `ty`; none where it is no value.
fn word(value: &Found<'_>, ty: &Type, depth: u32) -> Option<String> {
    match value.get_ref() {
        DeValue::Boolean(bool) => Some(bool.to_string()),
        DeValue::Integer(_) => number(value).map(|int| int.to_string()),
        DeValue::Float(float) => {
            let real: f64 = float.as_str().replace('_', "").parse().ok()?;
            real.is_finite().then(|| format!("{real:?}"))
        }
        DeValue::String(text) if *ty == Type::Str => {
            Some(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
        }
        // Variants, agents, durations and `none` are words; anything else would smuggle in pins.
        DeValue::String(text) => {
            let plain = |c: char| c.is_alphanumeric() || "_[].".contains(c);
            (!text.is_empty() && text.chars().all(plain)).then(|| text.to_string())
        }
        DeValue::Array(items) if depth == 0 => {
            let words: Option<Vec<String>> = items.iter().map(|item| word(item, ty, 1)).collect();
            words.map(|words| format!("{{{}}}", words.join(", ")))
        }
        DeValue::Array(_) | DeValue::Table(_) | DeValue::Datetime(_) => None,
    }
}

/// `[[1, 0], [2, 0]]`
fn ties_text(value: &Found<'_>) -> Option<String> {
    let ties = value.get_ref().as_array()?.iter().map(|tie| {
        let parts = tie.get_ref().as_array()?.iter();
        let words: Option<Vec<String>> = parts.map(|part| word(part, &Type::Real, 1)).collect();
        words.map(|words| format!("[{}]", words.join(", ")))
    });
    let ties: Option<Vec<String>> = ties.collect();
    ties.map(|ties| format!("[{}]", ties.join(", ")))
}

fn shown(value: &Found<'_>) -> String {
    match value.get_ref() {
        DeValue::String(text) => text.to_string(),
        other => format!("a {}", other.type_str()),
    }
}
