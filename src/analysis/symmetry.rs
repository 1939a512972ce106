//! Interchangeable agents: those that may be renamed without any change to what a question asks.
//!
//! In: a question. Out: for each population, whether every renaming of its agents turns setups
//! into setups, runs into runs and violations into violations, with the same counters.
//!
//! It is a question of syntax: nothing that the question reads may tell agents apart. `index`,
//! `team[i]`, `argmax` (ties go to the lowest index), round robin, ties that are listed one by
//! one, and families that a world pins to one labelling do.

use std::collections::BTreeSet;

use super::walk;
use crate::base::Table;
use crate::ir::expr::AggregateOp;
use crate::ir::model::{IndexSet, Schedule};
use crate::ir::property::{Pin, PinKind, Role};
use crate::ir::{DefId, Expr, ExprKind, KindId, Model, PopId, PropId, StructId, Type, Value};
use crate::social::{Family, Shape, Ties, family};

/// What is asked of which societies.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The model.
    pub model: &'a Model,
    /// The property.
    pub property: PropId,
    /// Pins that all setups meet.
    pub given: &'a [Pin],
    /// The sizes of the populations.
    pub sizes: &'a Table<PopId, u32>,
}

/// Whether the agents of each population are interchangeable.
// spec: solver.symmetry
pub fn interchangeable(question: &Asked<'_>) -> Table<PopId, bool> {
    let model = question.model;
    let mut told = Told { model, apart: BTreeSet::new(), open: Vec::new() };
    let properties: Vec<_> =
        model.properties.pairs().filter(|(id, _)| asked(question, *id)).collect();
    walk::system(model, &mut |expr| told.look(expr));
    for (_, property) in &properties {
        walk::property(property, &mut |expr| told.look(expr));
        for pin in property.worlds.iter().flat_map(|world| &world.pins) {
            told.world(question, pin);
        }
    }
    for pin in question.given {
        walk::pin(pin, &mut |expr| told.look(expr));
        if let PinKind::Ties(structure, _) = &pin.kind {
            told.structure(*structure);
        }
    }
    told.defs();
    told.schedule(properties.iter().any(|(_, property)| !property.worlds.is_empty()));
    told.across(question);
    model.populations.ids().map(|id| !told.apart.contains(&id)).collect()
}

/// Whether a property's formula is part of the question.
fn asked(question: &Asked<'_>, id: PropId) -> bool {
    let holistic = question.model.properties[question.property].role == Role::Holistic;
    id == question.property || (holistic && question.model.properties[id].alignment.is_some())
}

/// What tells agents apart, so far.
struct Told<'a> {
    model: &'a Model,
    apart: BTreeSet<PopId>,
    /// The defs that are called.
    open: Vec<DefId>,
}

impl Told<'_> {
    fn look(&mut self, expr: &Expr) {
        self.open.extend(expr.called());
        match &*expr.kind {
            ExprKind::IndexOf(agent) => self.of_type(&agent.ty),
            ExprKind::AgentAt(population, _) => {
                self.apart.insert(*population);
            }
            ExprKind::Aggregate { op: AggregateOp::Argmax, binders, .. } => {
                binders.iter().for_each(|binder| self.of_type(&binder.set.ty));
            }
            ExprKind::Superior(structure, _)
                if self.model.structures[*structure].shape != Shape::Tree =>
            {
                self.structure(*structure);
            }
            ExprKind::Literal(Value::Agent(_) | Value::Set(_) | Value::Table(_)) => {
                self.everybody()
            }
            _ => {}
        }
    }

    fn of_type(&mut self, ty: &Type) {
        match ty {
            Type::Agent(kind) => self.kind(*kind),
            Type::Optional(of) | Type::Set(of) => self.of_type(of),
            Type::Bool
            | Type::Int
            | Type::Real
            | Type::Str
            | Type::Duration
            | Type::Enum(_)
            | Type::Event(_) => {}
            Type::Never | Type::Error => self.everybody(),
        }
    }

    fn kind(&mut self, kind: KindId) {
        let of_kind = self.model.populations.pairs().filter(|(_, of)| of.kind == kind);
        self.apart.extend(of_kind.map(|(id, _)| id));
    }

    fn everybody(&mut self) {
        self.apart.extend(self.model.populations.ids());
    }

    fn structure(&mut self, id: StructId) {
        let declared = &self.model.structures[id];
        self.apart.extend([declared.on, declared.to]);
    }

    /// What the defs say that are called.
    fn defs(&mut self) {
        let mut seen = BTreeSet::new();
        while let Some(def) = self.open.pop() {
            if seen.insert(def) {
                let model = self.model;
                walk::expr(&model.defs[def].body, &mut |expr| self.look(expr));
            }
        }
    }

    /// A world's pin of ties.
    fn world(&mut self, question: &Asked<'_>, pin: &Pin) {
        match &pin.kind {
            PinKind::Ties(structure, _) => self.structure(*structure),
            PinKind::Family(structure, family) => self.labelling(question, *structure, *family),
            _ => {}
        }
    }

    /// One labelling of a family, which must be the only one.
    fn labelling(&mut self, question: &Asked<'_>, id: StructId, of: Family) {
        let declared = &self.model.structures[id];
        let (rows, columns) = (question.sizes[declared.on], question.sizes[declared.to]);
        let same = declared.on == declared.to;
        let ties = family::canonical(declared.shape, of, rows, columns, same);
        if !of.free() && ties.is_some_and(|ties| !uniform(&ties, same)) {
            self.structure(id);
        }
    }

    /// Who moves next may be told by the numbers of instances.
    fn schedule(&mut self, worlds: bool) {
        let by_number = match self.model.schedule {
            Schedule::Any => false,
            // Worlds compare ranks, and equal ones go by number.
            Schedule::Random => worlds,
            Schedule::RoundRobin => true,
        };
        if by_number && !self.model.rules.is_empty() {
            self.everybody();
        }
    }

    /// Ties between two populations are tried in one labelling only.
    fn across(&mut self, question: &Asked<'_>) {
        for (id, declared) in self.model.structures.pairs() {
            if declared.on != declared.to {
                let families = declared.among.iter().chain(&declared.baseline);
                let pinned = question.given.iter().filter_map(|pin| match &pin.kind {
                    PinKind::Family(structure, family) if *structure == id => Some(family),
                    _ => None,
                });
                for family in families.chain(pinned) {
                    self.labelling(question, id, *family);
                }
            }
        }
    }
}

/// Whether every renaming leaves ties as they are: all pairs alike, and (of one population) each
/// with itself.
pub fn uniform(ties: &Ties, same: bool) -> bool {
    let all = (0..ties.rows()).flat_map(|a| (0..ties.columns()).map(move |b| (a, b)));
    let (own, other): (Vec<_>, Vec<_>) = all.partition(|(a, b)| same && a == b);
    let alike = |pairs: &[(u32, u32)]| {
        let first = pairs.first().map(|(a, b)| ties.weight(*a, *b));
        pairs.iter().all(|(a, b)| Some(ties.weight(*a, *b)) == first)
    };
    alike(&own) && alike(&other)
}

/// Whether something indexed so has one cell for each agent of a population.
pub fn of_agents(model: &Model, indices: &[IndexSet], population: PopId) -> bool {
    match indices {
        [IndexSet::Population(of)] => *of == population,
        [IndexSet::Kind(kind)] => *kind == model.populations[population].kind,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{FileId, Sources};
    use crate::{analysis, syntax};

    /// Whether the team of a model is interchangeable in the question of its first check, with
    /// four agents in every population.
    fn alike(text: &str) -> bool {
        let head = "model m\nkind Agent { param bad: bool = false  state on: bool = false }\n\
                    agents team: Agent[4]\nstructure net: graph on team among ring | complete\n";
        let text = format!("{head}{text}");
        let mut sources = Sources::default();
        let file = sources.add("m.polity", &text);
        let (tree, mut wrong) = syntax::parse(file, &text);
        let mut load = |_: &mut Sources, _: FileId, path: &str| Err(format!("{path} is not read"));
        let (model, more) = analysis::analyse(&tree, &mut sources, &mut load);
        wrong.extend(more);
        assert!(!crate::diag::has_errors(&wrong), "{wrong:?}");
        let model = model.expect("a model without errors");
        let target = model.targets.last().expect("a property is checked");
        let sizes: Table<PopId, u32> = model.populations.iter().map(|_| 4).collect();
        let (property, given) = (target.property, &target.settings.given[..]);
        let question = Asked { model: &model, property, given, sizes: &sizes };
        let team = model.populations.ids().next().expect("a population");
        interchangeable(&question)[team]
    }

    #[test]
    fn agents_that_only_what_they_are_like_tells_apart_are_interchangeable() {
        assert!(alike(
            "step { for a in team { a.on' = exists b in net(a): b.bad } }
             property p { always count(a in team where a.on) < 3 }"
        ));
        assert!(alike(
            "rule wakes(a in team) when not a.on { a.on' = true }
             property p { worlds { with(x: team) { only x }  all {} }
               forall x in team: always (x.on@with(x) implies x.on@all) }"
        ));
    }

    #[test]
    fn whoever_is_named_is_not() {
        assert!(!alike("property p { not exists a in team: index(a) == 2 and a.bad }"));
        assert!(!alike("property p { not team[1].bad }"));
        assert!(!alike(
            "def odd(a: Agent): bool = index(a) % 2 == 1\nproperty p { not exists a in team: odd(a) }"
        ));
        assert!(!alike("property p { not argmax(if a.bad then 1 else 0 for a in team).bad }"));
        assert!(!alike(
            "property p { not exists a in team: a.bad }\ncheck p { given: { team[2].bad: true } }"
        ));
        assert!(!alike(
            "property p { true }\ncheck p { given: { net: [[0, 1], [1, 2], [2, 3], [3, 0]] } }"
        ));
    }

    #[test]
    fn a_def_that_nobody_calls_tells_nobody_apart() {
        assert!(alike(
            "def first(a: Agent): bool = index(a) == 0\nproperty p { not exists a in team: a.bad }"
        ));
    }

    #[test]
    fn a_world_must_not_pin_one_of_several_labellings() {
        let asked = |family: &str| {
            alike(&format!(
                "property p {{ worlds {{ other {{ net: {family} }}  actual {{}} }}
                   forall a in team: a.bad@other implies a.bad@actual }}"
            ))
        };
        assert!(asked("complete"));
        assert!(!asked("ring"));
    }

    #[test]
    fn turns_by_number_tell_everybody_apart() {
        let asked = |schedule: &str| {
            alike(&format!(
                "schedule {schedule}\nrule wakes(a in team) when not a.on {{ a.on' = true }}
                 property p {{ always not forall a in team: a.on }}"
            ))
        };
        assert!(asked("any"));
        assert!(asked("random"));
        assert!(!asked("round_robin"));
    }
}
