//! What no run reached, in words.
//!
//! In: parts of a model. Out: a line each, with its place in the text where it has one.

use super::verdict::shortened;
use crate::diag::{Sources, Span};
use crate::ir::expr::Pattern;
use crate::ir::{Model, Value};
use crate::search::Unreached;
use crate::search::reach::Part;

/// The words for each.
// spec: verdict.unreached
pub fn words(model: &Model, sources: &Sources, unreached: &[Unreached]) -> Vec<String> {
    unreached.iter().map(|one| one_of(model, sources, one)).collect()
}

fn one_of(model: &Model, sources: &Sources, unreached: &Unreached) -> String {
    match unreached {
        Unreached::Rule(id) => format!("rule `{}` never fired", model.rules[*id].name),
        Unreached::Family(id, family) => {
            let name = &model.structures[*id].name;
            format!("family `{}` of `{name}` is offered at no size", family.text())
        }
        Unreached::Variant(id, variant) => {
            let of = &model.enums[*id];
            let name = of.variants.get(*variant as usize).map_or("", |name| name);
            format!("nothing ever was `{name}` (of `{}`)", of.name)
        }
        Unreached::Branch(branch, part) => {
            let text = shortened(sources.words(branch.of));
            let place = place(sources, branch.of);
            match part {
                Part::Then => format!("`if {text}` was never true ({place})"),
                Part::Else => format!("`else` of `if {text}` was never taken ({place})"),
                Part::Arm(pattern) => {
                    let arm = arm(model, pattern);
                    format!("arm `{arm}` of `match {text}` was never taken ({place})")
                }
            }
        }
    }
}

fn arm(model: &Model, pattern: &Pattern) -> String {
    match pattern {
        Pattern::Wildcard => "_".to_string(),
        Pattern::Value(value) => match value {
            Value::Variant(id, variant) => {
                let variants = &model.enums[*id].variants;
                variants.get(*variant as usize).cloned().unwrap_or_default()
            }
            Value::Bool(truth) => truth.to_string(),
            Value::Int(number) => number.to_string(),
            Value::Real(number) => number.to_string(),
            Value::Str(text) => format!("\"{text}\""),
            Value::Duration(nanoseconds) => format!("{nanoseconds}ns"),
            Value::None => "none".to_string(),
            Value::Agent(_)
            | Value::Set(_)
            | Value::Event(_)
            | Value::Table(_)
            | Value::Unrecorded => "…".to_string(),
        },
    }
}

fn place(sources: &Sources, span: Span) -> String {
    format!("{}:{}", sources.get(span.file).name, sources.position(span).0)
}
