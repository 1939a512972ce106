//! What runs reach of a model: the branches of its steps and rules, and the variants of its enums.
//!
//! In: a model, and executions of it. Out: what there is to reach, and what was reached.
//!
//! # Invariants
//! - What is reached is a union over runs, so the order of runs changes nothing.
//! - An enum whose variants are gone through (an index, a binder's set) has nothing to reach: all
//!   of its variants are there. Neither has one that no state, parameter, event or choice holds.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::Mark;
use crate::ir::expr::Pattern;
use crate::ir::model::IndexSet;
use crate::ir::stmt::{Source, Stmt, StmtKind};
use crate::ir::{DefId, Domain, EnumId, Expr, ExprKind, Model, Type, Value};
use crate::reference::{Branch, Execution};

/// Which part of an `if` or `match` a branch is.
#[derive(Clone, PartialEq, Debug)]
pub enum Part {
    /// Where the condition is true.
    Then,
    /// Where it is not.
    Else,
    /// An arm.
    Arm(Pattern),
}

/// What there is to reach, or what was reached.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Reach {
    /// Branches of `if` and `match` in steps, rules and the defs that they call.
    pub branches: BTreeSet<Branch>,
    /// Values of enums.
    pub variants: BTreeSet<(EnumId, u32)>,
}

impl Reach {
    /// What there is to reach.
    // spec: verdict.unreached
    pub fn of(model: &Model) -> Reach {
        let mut reach =
            Reach { branches: branches(model).into_keys().collect(), variants: BTreeSet::new() };
        let held = held(model);
        let through = gone_through(model);
        for id in held.difference(&through) {
            let count = model.enums[*id].variants.len() as u32;
            reach.variants.extend((0..count).map(|variant| (*id, variant)));
        }
        reach
    }

    /// Whether nothing of `wanted` is left.
    pub fn covers(&self, wanted: &Reach) -> bool {
        wanted.branches.is_subset(&self.branches) && wanted.variants.is_subset(&self.variants)
    }

    /// The same as the engine notes it.
    pub fn marks(&self) -> BTreeSet<Mark> {
        let branches = self.branches.iter().map(|branch| Mark::Branch(branch.of, branch.arm));
        let variants = self.variants.iter().map(|(id, variant)| Mark::Variant(*id, *variant));
        branches.chain(variants).collect()
    }

    /// Takes in what another run reached.
    pub fn merge(&mut self, other: Reach) {
        self.branches.extend(other.branches);
        self.variants.extend(other.variants);
    }

    /// Takes in what an execution reached of `wanted`.
    pub fn see(&mut self, wanted: &Reach, execution: &Execution) {
        self.branches.extend(&execution.met);
        if wanted.variants.is_subset(&self.variants) {
            return;
        }
        for world in &execution.worlds {
            world.society.params.iter().flatten().for_each(|value| self.value(value));
            for instant in &world.trace.instants {
                instant.cells.iter().for_each(|value| self.value(value));
                instant.events.iter().flat_map(|e| &e.fields).for_each(|value| self.value(value));
            }
            world.trace.answers.iter().for_each(|answer| self.value(&answer.value));
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Variant(of, variant) => {
                self.variants.insert((*of, *variant));
            }
            Value::Set(values) => values.iter().for_each(|value| self.value(value)),
            Value::Table(rows) => rows.iter().for_each(|(_, value)| self.value(value)),
            Value::Bool(_)
            | Value::Int(_)
            | Value::Real(_)
            | Value::Str(_)
            | Value::Duration(_)
            | Value::Agent(_)
            | Value::None
            | Value::Event(_)
            | Value::Unrecorded => {}
        }
    }
}

/// The branches of a model's dynamics, with what they are.
pub fn branches(model: &Model) -> BTreeMap<Branch, Part> {
    let mut walk = Walk { model, found: BTreeMap::new(), defs: BTreeSet::new() };
    for body in model.rules.iter().map(|rule| &rule.body).chain(&model.step) {
        walk.block(&body.statements);
    }
    for rule in model.rules.iter() {
        let binders = rule.binders.iter().flat_map(|b| std::iter::once(&b.set).chain(&b.filter));
        binders.chain(&rule.when).for_each(|expr| walk.expr(expr));
    }
    walk.found
}

/// The enum of a domain, if it is one.
fn enum_of(domain: &Domain) -> Option<EnumId> {
    match domain {
        Domain::Whole(ty) | Domain::Values(ty, _) => match ty {
            Type::Enum(id) => Some(*id),
            Type::Bool
            | Type::Int
            | Type::Real
            | Type::Str
            | Type::Duration
            | Type::Agent(_)
            | Type::Optional(_)
            | Type::Set(_)
            | Type::Event(_)
            | Type::Never
            | Type::Error => None,
        },
        Domain::Optional(inner) => enum_of(inner),
        Domain::Ints(..) | Domain::Reals(..) | Domain::Population(_) => None,
    }
}

/// The enums that states, parameters, events and choices hold.
fn held(model: &Model) -> BTreeSet<EnumId> {
    let states = model.states.iter().map(|state| &state.domain);
    let params = model.params.iter().map(|param| &param.domain);
    let fields = model.events.iter().flat_map(|event| event.fields.iter().map(|field| &field.1));
    let mut held: BTreeSet<EnumId> =
        states.chain(params).chain(fields).filter_map(enum_of).collect();
    let bodies = model.rules.iter().map(|rule| &rule.body).chain(&model.step);
    bodies.for_each(|body| chosen(&body.statements, &mut held));
    held
}

fn chosen(block: &[Stmt], held: &mut BTreeSet<EnumId>) {
    for statement in block {
        if let StmtKind::Choose { from: Source::Domain(domain), .. }
        | StmtKind::ChooseJointly { from: Source::Domain(domain), .. } = &statement.kind
        {
            held.extend(enum_of(domain));
        }
        statement.blocks().into_iter().for_each(|block| chosen(block, held));
    }
}

/// The enums that index something or that a binder goes through.
fn gone_through(model: &Model) -> BTreeSet<EnumId> {
    let states = model.states.iter().flat_map(|state| &state.indices);
    let params = model.params.iter().flat_map(|param| &param.indices);
    let index = |set: &IndexSet| match set {
        IndexSet::Enum(id) => Some(*id),
        IndexSet::Population(_) | IndexSet::Kind(_) | IndexSet::Ints(..) => None,
    };
    let mut through: BTreeSet<EnumId> = states.chain(params).filter_map(index).collect();
    let bodies = model.rules.iter().map(|rule| &rule.body).chain(&model.step);
    let mut open: Vec<&Expr> = bodies.flat_map(|body| all_exprs(&body.statements)).collect();
    let binders = model.rules.iter().flat_map(|rule| &rule.binders);
    open.extend(binders.flat_map(|binder| std::iter::once(&binder.set).chain(&binder.filter)));
    open.extend(model.rules.iter().filter_map(|rule| rule.when.as_ref()));
    open.extend(model.defs.iter().map(|def| &def.body));
    open.extend(model.properties.iter().map(|property| &property.formula));
    open.extend(model.assumes.iter().map(|assume| &assume.expr));
    while let Some(expr) = open.pop() {
        if let ExprKind::All(domain) = &*expr.kind {
            through.extend(enum_of(domain));
        }
        open.extend(expr.parts());
    }
    through
}

/// The expressions of a block, those of inner blocks included.
fn all_exprs(block: &[Stmt]) -> Vec<&Expr> {
    let of = |statement| Stmt::exprs(statement).into_iter().chain(inner(statement));
    fn inner(statement: &Stmt) -> Vec<&Expr> {
        statement.blocks().into_iter().flat_map(all_exprs).collect()
    }
    block.iter().flat_map(of).collect()
}

/// A walk through steps and rules, and the defs that they call.
struct Walk<'a> {
    model: &'a Model,
    found: BTreeMap<Branch, Part>,
    defs: BTreeSet<DefId>,
}

impl Walk<'_> {
    fn block(&mut self, block: &[Stmt]) {
        for statement in block {
            for expr in statement.exprs() {
                self.expr(expr);
            }
            if let StmtKind::If(condition, _, no) = &statement.kind {
                self.branch(condition, 0, Part::Then);
                // Where nothing is written nothing is left out.
                if !no.is_empty() {
                    self.branch(condition, 1, Part::Else);
                }
            }
            if let StmtKind::Match(matched, arms) = &statement.kind {
                self.arms(matched, arms.iter().map(|(pattern, _)| pattern));
            }
            statement.blocks().into_iter().for_each(|block| self.block(block));
        }
    }

    fn branch(&mut self, of: &Expr, arm: usize, part: Part) {
        self.found.insert(Branch { of: of.span, arm: arm as u32 }, part);
    }

    fn arms<'p>(&mut self, matched: &Expr, patterns: impl Iterator<Item = &'p Pattern>) {
        for (place, pattern) in patterns.enumerate() {
            self.branch(matched, place, Part::Arm(pattern.clone()));
        }
    }

    fn expr(&mut self, expr: &Expr) {
        if let ExprKind::If(condition, ..) = &*expr.kind {
            self.branch(condition, 0, Part::Then);
            self.branch(condition, 1, Part::Else);
        }
        if let ExprKind::Match(matched, arms) = &*expr.kind {
            self.arms(matched, arms.iter().map(|(pattern, _)| pattern));
        }
        if let Some(def) = expr.called()
            && self.defs.insert(def)
        {
            self.expr(&self.model.defs[def].body);
        }
        expr.parts().into_iter().for_each(|part| self.expr(part));
    }
}
