//! Where an importer puts what it finds: the items of a signature, by name.
//!
//! In: a model, and the events that a format produces. Out: occurrences and parameters of that
//! model. What the model does not declare is left out, and said.

use crate::base::id::Id;
use crate::diag::code::trace::BAD_SIGNATURE;
use crate::ir::value::Occurrence;
use crate::ir::{AgentId, Domain, EventId, KindId, Model, PopId, Type, Value};
use crate::trace::cells::Cell;
use crate::trace::error::Wrong;
use crate::trace::recorded::Draft;

/// What a field of a produced event holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Sort {
    Agent,
    Text,
}

/// A value for a field.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Part<'t> {
    Agent(AgentId),
    Text(&'t str),
}

/// An event that a format produces, with its fields.
pub(super) type Produced = (&'static str, &'static [(&'static str, Sort)]);

/// The items that are filled.
#[derive(Debug)]
pub(super) struct Target<'m> {
    model: &'m Model,
    /// The population that agents belong to.
    pub population: PopId,
}

impl<'m> Target<'m> {
    /// Finds the items, and notes in `draft` what will be left out.
    pub fn new(
        model: &'m Model,
        produced: &[Produced],
        draft: &mut Draft<'_>,
    ) -> Result<Target<'m>, Wrong> {
        let mut growing = model.populations.pairs().filter(|(_, known)| known.size.is_none());
        let Some((population, _)) = growing.find(|(_, known)| !known.principals) else {
            let message =
                "the model has no population without a size, such as `agents team: Agent`";
            return Err(Wrong::new(BAD_SIGNATURE, message));
        };
        let target = Target { model, population };
        let mut known = Vec::new();
        for (name, fields) in produced {
            match model.events.pairs().find(|(_, event)| event.name == *name) {
                Some((id, _)) => {
                    target.check(id, fields)?;
                    known.push(id);
                }
                None => draft.remarks.push(format!(
                    "the model has no event `{name}`: what would be one is left out"
                )),
            }
        }
        if known.is_empty() {
            let names: Vec<String> = produced.iter().map(|(name, _)| format!("`{name}`")).collect();
            let message = format!("the model has none of the events {}", names.join(", "));
            return Err(Wrong::new(BAD_SIGNATURE, message));
        }
        draft.produced = Some(known);
        Ok(target)
    }

    fn kind(&self) -> KindId {
        self.model.populations[self.population].kind
    }

    /// Holds the declared fields to what is produced.
    fn check(&self, id: EventId, fields: &[(&str, Sort)]) -> Result<(), Wrong> {
        let event = &self.model.events[id];
        for (name, domain) in &event.fields {
            let Some((_, sort)) = fields.iter().find(|(field, _)| field == name) else { continue };
            let fits = match (sort, domain) {
                (Sort::Text, Domain::Whole(Type::Str)) => true,
                (Sort::Agent, Domain::Whole(Type::Agent(kind))) => *kind == self.kind(),
                (Sort::Agent, Domain::Population(population)) => *population == self.population,
                _ => false,
            };
            if !fits {
                let kind = &self.model.kinds[self.kind()].name;
                let ty = match sort {
                    Sort::Text => "string",
                    Sort::Agent => kind,
                };
                let message = format!("the field must be declared as `{name}: {ty}`");
                return Err(Wrong::new(BAD_SIGNATURE, message).under(&event.name));
            }
        }
        Ok(())
    }

    /// An occurrence, if the model has such an event. Fields that are not produced are
    /// unrecorded.
    pub fn event(&self, name: &str, parts: &[(&str, Part<'_>)]) -> Option<Occurrence> {
        let (event, declared) = self.model.events.pairs().find(|(_, event)| event.name == name)?;
        let value = |field: &str| match parts.iter().find(|(name, _)| *name == field) {
            Some((_, Part::Agent(agent))) => Value::Agent(*agent),
            Some((_, Part::Text(text))) => Value::Str((*text).into()),
            None => Value::Unrecorded,
        };
        let fields = declared.fields.iter().map(|(field, _)| value(field)).collect();
        Some(Occurrence { event, fields, line: 0 })
    }

    /// The cell of an agent's string parameter, if the kind has it.
    pub fn text(&self, agent: AgentId, name: &str, text: &str) -> Option<Cell> {
        self.param(agent, name, |domain| {
            (*domain == Domain::Whole(Type::Str)).then(|| Value::Str(text.into()))
        })
    }

    /// The cell of an agent's enum parameter, if the kind has it and the enum the variant.
    pub fn variant(&self, agent: AgentId, name: &str, variant: &str) -> Option<Cell> {
        self.param(agent, name, |domain| match domain {
            Domain::Whole(Type::Enum(id)) => {
                let variants = &self.model.enums[*id].variants;
                let place = variants.iter().position(|known| known == variant)?;
                Some(Value::Variant(*id, place as u32))
            }
            _ => None,
        })
    }

    fn param(
        &self,
        agent: AgentId,
        name: &str,
        value: impl Fn(&Domain) -> Option<Value>,
    ) -> Option<Cell> {
        let kind = Some(self.kind());
        let mut params = self.model.params.pairs();
        let (id, param) = params.find(|(_, param)| param.owner == kind && param.name == name)?;
        if param.derived || param.indices.len() != 1 {
            return None;
        }
        let value = value(&param.domain)?;
        Some(Cell { variable: id.index(), indices: vec![Value::Agent(agent)], value })
    }
}
