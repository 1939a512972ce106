//! The mutants of a model: single changes of its dynamics, each of the same type as what it
//! replaces.
//!
//! In: a model and its texts. Out: the list of changes; and the model with one of them made.
//!
//! # Invariants
//! - A change is known by its place in the text and its kind, and is made wherever the text means
//!   that place: a def that was filled in twice is changed twice.
//! - Listing and making go through one walk, so what is listed can be made.
//! - Properties, checks, populations and structures stay as they are: the model is changed, and not
//!   what is asked of it. A def that a rule calls is a part of the model.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::words::Texts;
use crate::diag::Span;
use crate::ir::expr::Binder;
use crate::ir::model::Start;
use crate::ir::stmt::{Stmt, StmtKind};
use crate::ir::{DefId, Domain, Expr, ExprKind, Model, Type, Value};
use crate::syntax::ast::BinaryOp;

/// What kind of change it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// A rule that is never enabled.
    Rule,
    /// A `when`, `where`, `require` or `assume` that is left out.
    Guard,
    /// A part of a condition that is left out: the left or right of `and`.
    Part(bool),
    /// A condition that is turned round.
    Negated,
    /// Another comparison.
    Compared(BinaryOp),
    /// `and` for `or`, or `or` for `and`.
    Joined,
    /// `+` for `-`, or `-` for `+`.
    Sign,
    /// A whole number that is greater by 1, or less.
    Number(bool),
    /// Another variant.
    Variant,
    /// `true` for `false`, or `false` for `true`.
    Truth,
    /// An assignment, `emit` or `halt` that is left out.
    Statement,
}

impl Kind {
    /// The word of the reports.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Rule => "dropped rule",
            Kind::Guard => "dropped guard",
            Kind::Part(_) => "dropped part of a condition",
            Kind::Negated => "negated condition",
            Kind::Compared(_) => "another comparison",
            Kind::Joined => "and for or",
            Kind::Sign => "plus for minus",
            Kind::Number(_) => "off by one",
            Kind::Variant => "another variant",
            Kind::Truth => "another truth",
            Kind::Statement => "dropped statement",
        }
    }
}

/// A change.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Change {
    /// Where.
    pub span: Span,
    /// What kind.
    pub kind: Kind,
    /// The words that are changed.
    pub before: String,
    /// What stands there then; empty: nothing.
    pub after: String,
}

/// All changes of a model, in the order of its text; none of two that read the same.
pub fn changes(model: &Model, texts: &Texts<'_>) -> Vec<Change> {
    let mut editor = Editor::new(texts, None);
    editor.model(&mut model.clone());
    let mut seen = BTreeSet::new();
    let mut found = editor.found;
    found.sort();
    found.retain(|change| seen.insert((change.span, change.after.clone())));
    found
}

/// The model with a change made; none where it has no such place.
pub fn changed(model: &Model, texts: &Texts<'_>, change: &Change) -> Option<Model> {
    let mut changed = model.clone();
    let mut editor = Editor::new(texts, Some((change.span, change.kind)));
    editor.model(&mut changed);
    editor.made.then_some(changed)
}

/// The walk: it lists what could be changed, or makes one change.
struct Editor<'a> {
    texts: &'a Texts<'a>,
    wanted: Option<(Span, Kind)>,
    found: Vec<Change>,
    made: bool,
    reached: BTreeSet<DefId>,
}

/// The literal of a truth.
fn literal(truth: bool, span: Span) -> Expr {
    Expr { kind: Box::new(ExprKind::Literal(Value::Bool(truth))), ty: Type::Bool, span }
}

/// The whole numbers of a domain.
fn numbers_of(domain: &Domain) -> RangeInclusive<i64> {
    match domain {
        Domain::Ints(low, high) => *low..=*high,
        Domain::Reals(low, high) => low.ceil() as i64..=high.floor() as i64,
        Domain::Optional(inner) => numbers_of(inner),
        Domain::Whole(_) | Domain::Values(..) | Domain::Population(_) => i64::MIN..=i64::MAX,
    }
}

impl<'a> Editor<'a> {
    fn new(texts: &'a Texts<'a>, wanted: Option<(Span, Kind)>) -> Editor<'a> {
        Editor { texts, wanted, found: Vec::new(), made: false, reached: BTreeSet::new() }
    }

    /// Whether the change is to be made here; where changes are listed, it is.
    fn offer(&mut self, span: Span, kind: Kind, after: impl FnOnce(&Texts<'_>) -> String) -> bool {
        match self.wanted {
            Some(wanted) => {
                let here = wanted == (span, kind);
                self.made |= here;
                here
            }
            None => {
                let (before, after) = (self.texts.of(span), after(self.texts));
                self.found.push(Change { span, kind, before, after });
                false
            }
        }
    }

    fn model(&mut self, model: &mut Model) {
        let ids: Vec<_> = model.rules.ids().collect();
        for id in ids {
            let rule = &mut model.rules[id];
            if self.offer(rule.span, Kind::Rule, |_| String::new()) {
                rule.when = Some(literal(false, rule.span));
                return;
            }
            if let Some(when) = &rule.when
                && self.offer(when.span, Kind::Guard, |_| String::new())
            {
                rule.when = None;
            }
            if let Some(when) = &mut rule.when {
                self.condition(when);
            }
            self.binders(&mut rule.binders);
            self.block(&mut rule.body.statements);
        }
        if let Some(step) = &mut model.step {
            self.block(&mut step.statements);
        }
        for assume in &mut model.assumes {
            if self.offer(assume.expr.span, Kind::Guard, |_| String::new()) {
                assume.expr = literal(true, assume.expr.span);
            }
        }
        let ids: Vec<_> = model.states.ids().collect();
        for id in ids {
            let state = &mut model.states[id];
            if let Start::Value(start) = &mut state.start {
                self.start(&mut start.expr, &numbers_of(&state.domain));
            }
        }
        self.defs(model);
    }

    /// A start that is a number stays within its domain: no text could say another.
    fn start(&mut self, expr: &mut Expr, numbers: &RangeInclusive<i64>) {
        match &mut *expr.kind {
            ExprKind::Literal(_) => self.literal(expr, numbers),
            ExprKind::ToReal(inner) => self.start(inner, numbers),
            _ => self.expr(expr),
        }
    }

    /// The defs that the dynamics reach, through each other.
    fn defs(&mut self, model: &mut Model) {
        let mut done: BTreeSet<DefId> = BTreeSet::new();
        while let Some(id) = self.reached.difference(&done).next().copied() {
            done.insert(id);
            let body = &mut model.defs[id].body;
            match body.ty {
                Type::Bool => self.condition(body),
                _ => self.expr(body),
            }
        }
    }

    fn binders(&mut self, binders: &mut [Binder]) {
        for binder in binders {
            self.binder(binder);
        }
    }

    fn binder(&mut self, binder: &mut Binder) {
        self.expr(&mut binder.set);
        let guard = binder.filter.as_ref().map(|filter| filter.span);
        if let Some(span) = guard
            && self.offer(span, Kind::Guard, |_| String::new())
        {
            binder.filter = None;
        }
        if let Some(filter) = &mut binder.filter {
            self.condition(filter);
        }
    }

    fn block(&mut self, block: &mut Vec<Stmt>) {
        let mut dropped = None;
        for (place, statement) in block.iter_mut().enumerate() {
            let kind = match &statement.kind {
                StmtKind::Assign { .. } | StmtKind::Emit(..) | StmtKind::Halt => {
                    Some(Kind::Statement)
                }
                StmtKind::Require(_) => Some(Kind::Guard),
                StmtKind::Let(..)
                | StmtKind::If(..)
                | StmtKind::Match(..)
                | StmtKind::For(..)
                | StmtKind::Choose { .. }
                | StmtKind::ChooseJointly { .. }
                | StmtKind::Draw { .. } => None,
            };
            if let Some(kind) = kind
                && self.offer(statement.span, kind, |_| String::new())
            {
                dropped = Some(place);
            }
            self.statement(statement);
        }
        if let Some(place) = dropped {
            block.remove(place);
        }
    }

    fn statement(&mut self, statement: &mut Stmt) {
        match &mut statement.kind {
            StmtKind::If(condition, ..) | StmtKind::Require(condition) => self.condition(condition),
            StmtKind::For(binders, _) => self.binders(binders),
            StmtKind::Choose { filter, .. } | StmtKind::ChooseJointly { filter, .. } => {
                let span = filter.as_ref().map(|filter| filter.span);
                if let Some(span) = span
                    && self.offer(span, Kind::Guard, |_| String::new())
                {
                    *filter = None;
                }
                if let Some(filter) = filter {
                    self.condition(filter);
                }
            }
            StmtKind::Let(..)
            | StmtKind::Assign { .. }
            | StmtKind::Match(..)
            | StmtKind::Draw { .. }
            | StmtKind::Emit(..)
            | StmtKind::Halt => {
                for expr in statement.exprs_mut() {
                    self.expr(expr);
                }
            }
        }
        for block in statement.blocks_mut() {
            self.block(block);
        }
    }

    /// What decides: it may also be turned round.
    fn condition(&mut self, expr: &mut Expr) {
        let span = expr.span;
        // `==` that is turned round is `!=`, which is another comparison.
        let plain = !matches!(
            &*expr.kind,
            ExprKind::Literal(_) | ExprKind::Binary(BinaryOp::Equal | BinaryOp::NotEqual, ..)
        );
        let after = match &*expr.kind {
            ExprKind::Not(inner) => self.texts.of(inner.span),
            _ => format!("not ({})", self.texts.of(span)),
        };
        if plain && self.offer(span, Kind::Negated, |_| after) {
            let old = std::mem::replace(expr, literal(true, span));
            *expr = match *old.kind {
                ExprKind::Not(inner) => inner,
                kind => Expr {
                    kind: Box::new(ExprKind::Not(Expr { kind: Box::new(kind), ..old })),
                    ty: Type::Bool,
                    span,
                },
            };
            return;
        }
        self.expr(expr);
    }

    fn expr(&mut self, expr: &mut Expr) {
        self.reached.extend(expr.called());
        match &mut *expr.kind {
            ExprKind::Binary(..) => self.binary(expr),
            ExprKind::Literal(_) => self.literal(expr, &(i64::MIN..=i64::MAX)),
            ExprKind::If(condition, yes, no) => {
                self.condition(condition);
                self.expr(yes);
                self.expr(no);
            }
            ExprKind::AgentAt(population, index) => {
                let size = self.texts.model.populations[*population].size;
                let places = 0..=size.map_or(i64::MAX, |size| i64::from(size.1) - 1);
                match &*index.kind {
                    // No text could say what is never there.
                    ExprKind::Literal(_) => self.literal(index, &places),
                    _ => self.expr(index),
                }
            }
            ExprKind::SetFilter(binder) => self.binder(binder),
            ExprKind::Quantifier { binders, body, .. } => {
                self.binders(binders);
                self.expr(body);
            }
            ExprKind::Aggregate { value, binders, otherwise, .. } => {
                self.binders(binders);
                value.iter_mut().chain(otherwise).for_each(|part| self.expr(part));
            }
            _ => expr.parts_mut().into_iter().for_each(|part| self.expr(part)),
        }
    }

    fn binary(&mut self, expr: &mut Expr) {
        let span = expr.span;
        let ExprKind::Binary(op, left, right) = &mut *expr.kind else { return };
        let others: &[BinaryOp] = match op {
            BinaryOp::Less => &[BinaryOp::LessEqual, BinaryOp::Greater],
            BinaryOp::LessEqual => &[BinaryOp::Less, BinaryOp::GreaterEqual],
            BinaryOp::Greater => &[BinaryOp::GreaterEqual, BinaryOp::Less],
            BinaryOp::GreaterEqual => &[BinaryOp::Greater, BinaryOp::LessEqual],
            BinaryOp::Equal => &[BinaryOp::NotEqual],
            BinaryOp::NotEqual => &[BinaryOp::Equal],
            BinaryOp::And => &[BinaryOp::Or],
            BinaryOp::Or => &[BinaryOp::And],
            BinaryOp::Add => &[BinaryOp::Subtract],
            BinaryOp::Subtract => &[BinaryOp::Add],
            _ => &[],
        };
        let (from, sides) = (*op, (left.span, right.span));
        for to in others {
            let kind = match to {
                BinaryOp::And | BinaryOp::Or => Kind::Joined,
                BinaryOp::Add | BinaryOp::Subtract => Kind::Sign,
                _ => Kind::Compared(*to),
            };
            if self.offer(span, kind, |texts| texts.joined(span, sides, (from, *to))) {
                *op = *to;
                return;
            }
        }
        if from == BinaryOp::And {
            for (is_left, side) in [(true, sides.0), (false, sides.1)] {
                if self.offer(span, Kind::Part(is_left), |texts| texts.of(side)) {
                    let stays = if is_left { left.clone() } else { right.clone() };
                    *expr = stays;
                    return;
                }
            }
        }
        self.expr(left);
        self.expr(right);
    }

    /// Another literal; a number stays within `numbers`.
    fn literal(&mut self, expr: &mut Expr, numbers: &RangeInclusive<i64>) {
        let span = expr.span;
        let ExprKind::Literal(value) = &mut *expr.kind else { return };
        match value {
            Value::Int(number) => {
                for (more, by) in [(true, 1), (false, -1)] {
                    let next = number.checked_add(by).filter(|next| numbers.contains(next));
                    let Some(next) = next else { continue };
                    let after = |texts: &Texts<'_>| texts.number(span, *number, next);
                    if self.offer(span, Kind::Number(more), after) {
                        *number = next;
                        return;
                    }
                }
            }
            Value::Variant(id, variant) => {
                let (id, next) = self.texts.next_variant(*id, *variant);
                let after = |texts: &Texts<'_>| texts.variant(id, next);
                if next != *variant && self.offer(span, Kind::Variant, after) {
                    *variant = next;
                }
            }
            Value::Bool(truth) => {
                let turned = !*truth;
                if self.offer(span, Kind::Truth, |_| turned.to_string()) {
                    *truth = turned;
                }
            }
            Value::Real(_)
            | Value::Str(_)
            | Value::Duration(_)
            | Value::Agent(_)
            | Value::None
            | Value::Set(_)
            | Value::Event(_)
            | Value::Table(_)
            | Value::Unrecorded => {}
        }
    }
}
