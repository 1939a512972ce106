//! How expressions, types and binders break.
//!
//! In: an expression that is next. Out: its pieces. Chains break before their operators,
//! binders behind their `:`, lists between their elements.

use super::pieces::Pieces;
use crate::syntax::ast::{
    BinaryOp, Binder, Dist, Expr, ExprKind, Interval, Pattern, TypeExpr, TypeKind, UnaryOp,
};
use crate::syntax::parser::{Level, level_of};
use crate::syntax::token::Bracket;

impl Pieces<'_> {
    /// An expression.
    pub fn expr(&mut self, expr: &Expr) {
        self.until(expr.span.start);
        match &*expr.kind {
            ExprKind::Literal(_) | ExprKind::Name(_) | ExprKind::Error => {}
            ExprKind::Call { function, arguments } => {
                self.expr(function);
                self.exprs(Bracket::Round, arguments);
            }
            ExprKind::Field { object: inner, .. } | ExprKind::Primed(inner) => self.expr(inner),
            ExprKind::Index { object, index } => {
                self.expr(object);
                self.expr(index);
            }
            ExprKind::At { body, arguments, .. } => {
                self.expr(body);
                if !arguments.is_empty() {
                    self.exprs(Bracket::Round, arguments);
                }
            }
            ExprKind::Paren(inner)
            | ExprKind::Initially(inner)
            | ExprKind::Probability(inner)
            | ExprKind::Expected(inner) => {
                self.until(inner.span.start);
                self.indent(|pieces| pieces.expr(inner));
            }
            ExprKind::Unary { op: UnaryOp::Negate, operand } => {
                self.prefix_minus();
                self.expr(operand);
            }
            ExprKind::Unary { op: UnaryOp::Not, operand } => self.expr(operand),
            ExprKind::Binary { .. } | ExprKind::TemporalBinary { .. } => self.operators(expr),
            ExprKind::If { .. } | ExprKind::Let { .. } | ExprKind::Match { .. } => {
                self.branches(expr);
            }
            ExprKind::SetList(values) => self.exprs(Bracket::Curly, values),
            ExprKind::SetFilter(binder) => {
                let starts = [binder.span.start];
                self.list(Bracket::Curly, &starts, |pieces, _| pieces.binder(binder));
            }
            ExprKind::Quantifier { binders, body, .. } => self.group(|pieces| {
                pieces.binders(binders);
                pieces.until(body.span.start);
                pieces.indent(|pieces| {
                    pieces.line(true);
                    pieces.expr(body);
                });
            }),
            ExprKind::Aggregate { .. } => self.aggregate(expr),
            ExprKind::Temporal { interval, body, .. } => {
                interval.iter().for_each(|interval| self.interval(interval));
                self.expr(body);
            }
            ExprKind::Prev { body, at_start } => {
                let parts: Vec<Expr> = std::iter::once(body).chain(at_start).cloned().collect();
                self.exprs(Bracket::Round, &parts);
            }
        }
        self.through(expr.span);
    }

    /// Expressions between commas, in brackets.
    pub fn exprs(&mut self, bracket: Bracket, exprs: &[Expr]) {
        let starts: Vec<u32> = exprs.iter().map(|expr| expr.span.start).collect();
        self.list(bracket, &starts, |pieces, place| pieces.expr(&exprs[place]));
    }

    /// Operators between operands.
    fn operators(&mut self, expr: &Expr) {
        let mut operands = Vec::new();
        if !chain(expr, expr, &mut operands) {
            let ExprKind::Binary { left, right, .. } = &*expr.kind else { return };
            self.expr(left);
            self.expr(right);
            return;
        }
        let is_comparison = level(expr) == Level::Compare;
        self.group(|pieces| {
            let mut operands = operands.into_iter();
            if let Some((_, first)) = operands.next() {
                pieces.operand(first);
            }
            for (op_start, operand) in operands {
                let rest = |pieces: &mut Self| {
                    let broken_behind = pieces.breaks_between(op_start, operand.span.start);
                    pieces.line_if(true, broken_behind);
                    pieces.operand(operand);
                };
                if is_comparison { pieces.indent(rest) } else { rest(pieces) }
            }
        });
    }

    /// An operand of a chain; a chain inside of a chain is indented.
    fn operand(&mut self, expr: &Expr) {
        let is_chain = matches!(
            &*expr.kind,
            ExprKind::TemporalBinary { .. }
                | ExprKind::Binary { op: BinaryOp::And | BinaryOp::Or | BinaryOp::Implies, .. }
        );
        if is_chain { self.indent(|pieces| pieces.expr(expr)) } else { self.expr(expr) }
    }

    /// `if`, `let` and `match`.
    fn branches(&mut self, expr: &Expr) {
        match &*expr.kind {
            ExprKind::If { condition, then, otherwise } => self.group(|pieces| {
                pieces.expr(condition);
                pieces.indent(|pieces| {
                    for branch in [then, otherwise] {
                        pieces.line(true);
                        pieces.expr(branch);
                    }
                });
            }),
            ExprKind::Let { value, body, .. } => self.group(|pieces| {
                pieces.until(value.span.start);
                pieces.indent(|pieces| pieces.expr(value));
                pieces.until(body.span.start);
                pieces.line(true);
                pieces.expr(body);
            }),
            ExprKind::Match { scrutinee, arms } => {
                self.expr(scrutinee);
                let starts: Vec<u32> = arms.iter().map(|(at, _)| at.span.start).collect();
                self.braces(&starts, true, |pieces, place| {
                    let (pattern, value) = &arms[place];
                    pieces.pattern(pattern);
                    pieces.until(value.span.start);
                    pieces.indent(|pieces| pieces.expr(value));
                });
            }
            _ => {}
        }
    }

    /// What a match arm matches.
    pub fn pattern(&mut self, pattern: &Pattern) {
        self.until(pattern.span.start);
        // A literal of two tokens has a sign.
        if !self.next_is_whole(pattern.span) {
            self.prefix_minus();
        }
        self.through(pattern.span);
    }

    /// `sum(e for a in S else d)` and `count(a in S)`.
    fn aggregate(&mut self, expr: &Expr) {
        let ExprKind::Aggregate { value, binders, otherwise, .. } = &*expr.kind else { return };
        self.group(|pieces| {
            let close = pieces.opening(Bracket::Round);
            pieces.indent(|pieces| {
                if let Some(value) = value {
                    pieces.expr(value);
                    pieces.line(true);
                }
                pieces.binders(binders);
                if let Some(otherwise) = otherwise {
                    pieces.line(true);
                    pieces.expr(otherwise);
                }
                pieces.until(close);
            });
            pieces.until(close + 1);
        });
    }

    /// Binders between commas.
    pub fn binders(&mut self, binders: &[Binder]) {
        binders.iter().for_each(|binder| self.binder(binder));
    }

    /// `a in S over [I] where e`.
    pub fn binder(&mut self, binder: &Binder) {
        self.expr(&binder.set);
        binder.window.iter().for_each(|window| self.interval(window));
        if let Some(filter) = &binder.filter {
            self.until(filter.span.start);
            self.indent(|pieces| pieces.expr(filter));
        }
        self.through(binder.span);
    }

    fn interval(&mut self, interval: &Interval) {
        interval.lo.iter().chain(&interval.hi).for_each(|bound| self.expr(bound));
        self.through(interval.span);
    }

    /// A type or domain.
    pub fn type_expr(&mut self, ty: &TypeExpr) {
        self.until(ty.span.start);
        match &ty.kind {
            TypeKind::Named(_) | TypeKind::Error => {}
            TypeKind::Optional(inner) | TypeKind::Set(inner) => self.type_expr(inner),
            TypeKind::Range(lo, hi) => {
                self.expr(lo);
                self.expr(hi);
            }
            TypeKind::Values(values) => self.exprs(Bracket::Curly, values),
        }
        self.through(ty.span);
    }

    /// `bernoulli(p)`.
    pub fn dist(&mut self, dist: &Dist) {
        let starts: Vec<u32> = dist.arguments.iter().map(|(value, _)| value.span.start).collect();
        self.list(Bracket::Round, &starts, |pieces, place| {
            let (value, weight) = &dist.arguments[place];
            pieces.expr(value);
            weight.iter().for_each(|weight| pieces.expr(weight));
        });
        self.through(dist.span);
    }

    /// A value behind `=`, on the next line if it does not fit.
    pub fn value(&mut self, value: &Expr) {
        self.until(value.span.start);
        self.group(|pieces| {
            pieces.indent(|pieces| {
                pieces.line(true);
                pieces.expr(value);
            });
        });
    }
}

fn level(expr: &Expr) -> Level {
    match &*expr.kind {
        ExprKind::Binary { op, .. } => level_of(*op),
        _ => Level::Until,
    }
}

/// The operands of the run of one kind of operators at `expr`, each with where the operator
/// before it begins. False if such operators do not break.
fn chain<'a>(expr: &'a Expr, top: &Expr, operands: &mut Vec<(u32, &'a Expr)>) -> bool {
    let (op_span, left, right) = match &*expr.kind {
        ExprKind::Binary { op_span, left, right, .. } => (op_span, left, right),
        ExprKind::TemporalBinary { op_span, left, right, .. } => (op_span, left, right),
        _ => return false,
    };
    let (here, level_here) = (op_span.start, level(expr));
    if matches!(level_here, Level::Range | Level::Multiply) {
        return false;
    }
    let continues =
        |side: &Expr| matches!(&*side.kind, ExprKind::Binary { .. }) && level(side) == level(top);
    if continues(left) {
        chain(left, top, operands);
    } else {
        operands.push((left.span.start, left));
    }
    let first_of_right = operands.len();
    if continues(right) {
        chain(right, top, operands);
        operands[first_of_right].0 = here;
    } else {
        operands.push((here, right));
    }
    true
}
