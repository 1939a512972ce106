//! Statements and rules.

use super::super::marks::Mark;
use super::super::program::{Around, From, KeyOf, KeyPart, Over, Rule, Stmt, Target, Universe};
use super::bounds::surely;
use super::scope::{Bound, Scope};
use super::start::{EXACT, tag_of};
use super::{Compiler, Made, refuse};
use crate::ir::expr::Binder;
use crate::ir::model::{Rule as Declared, Schedule};
use crate::ir::stmt::{Source, Stmt as Statement, StmtKind};
use crate::ir::{Domain, Expr, ExprKind, RuleId, SiteId, Slot, StateId, Type};
use crate::trace::FaultKind;

/// How many values a choice lists.
const LISTED_MAX: i64 = 10_000;

impl Compiler<'_> {
    /// Statements in order.
    pub(super) fn block(&mut self, block: &[Statement], scope: &mut Scope) -> Made<Vec<Stmt>> {
        let mut compiled = Vec::new();
        for statement in block {
            compiled.extend(self.statement(statement, scope)?);
        }
        Ok(compiled)
    }

    fn statement(&mut self, statement: &Statement, scope: &mut Scope) -> Made<Option<Stmt>> {
        let place = statement.span;
        Ok(Some(match &statement.kind {
            StmtKind::Let(slot, expr) => return Ok(self.bind(scope, *slot, expr)?.map(Stmt::Bind)),
            StmtKind::Assign { state, indices, value } => {
                self.assign(scope, place, *state, (indices, value))?
            }
            StmtKind::If(condition, yes, no) => {
                let condition = self.condition(scope, condition)?;
                Stmt::If(condition, self.block(yes, scope)?, self.block(no, scope)?)
            }
            StmtKind::Match(subject, arms) => {
                let compiled = self.either(scope, subject)?;
                let arms = arms.iter().map(|(pattern, body)| {
                    Ok((self.pattern(pattern, subject)?, self.block(body, scope)?))
                });
                let arms = arms.collect::<Made<Vec<_>>>()?;
                Stmt::Match(self.matched(scope, (subject, compiled), &arms), arms)
            }
            StmtKind::For(binders, body) => self.repeat(scope, binders, body)?,
            StmtKind::Choose { site, slot, from, filter } => {
                self.choose(scope, place, (*site, *slot), (from, filter.as_ref()))?
            }
            StmtKind::ChooseJointly { site, slot, indices, from, filter } => {
                let parts = (&indices[..], from, filter.as_ref());
                self.choose_jointly(scope, place, (*site, *slot), parts)?
            }
            StmtKind::Draw { site, slot, dist } => {
                let ty = drawn_type(dist);
                let draw = self.draw(scope, (*site, &ty), dist, place)?;
                Stmt::Draw { draw, target: self.target(scope, *slot, &ty, None) }
            }
            StmtKind::Emit(event, fields) => {
                let mut compiled = Vec::new();
                let declared = &self.model.events[*event].fields;
                for ((_, domain), expr) in declared.iter().zip(fields) {
                    let admit = self.admit(domain, expr.span)?;
                    let value = self.either(scope, expr)?;
                    compiled.push((value, admit, self.site(FaultKind::Domain, expr.span)));
                }
                Stmt::Emit { event: *event, fields: compiled }
            }
            StmtKind::Require(expr) => {
                let bits = self.bits_of(scope, expr, EXACT)?;
                Stmt::Require(bits, self.site(FaultKind::Domain, place))
            }
            StmtKind::Halt => Stmt::Halt,
        }))
    }

    fn assign(
        &mut self,
        scope: &mut Scope,
        place: crate::diag::Span,
        state: StateId,
        (indices, value): (&[Expr], &Expr),
    ) -> Made<Stmt> {
        let indices = self.indices(scope, indices)?;
        let admit = self.admit(&self.model.states[state].domain, place)?;
        let all = super::super::program::Admit::All;
        let admit = match (&admit, &value.ty) {
            // What is no optional is never `none`.
            (super::super::program::Admit::Some, Type::Enum(_)) => all,
            _ if surely(&admit, self.bounds(scope, value)) => all,
            _ => admit,
        };
        let value = self.either(scope, value)?;
        let site = self.cell_site(place);
        let var = super::super::program::Var::New(state);
        let cell = super::super::program::Cell { var, indices, site };
        let twice = self.site(FaultKind::AssignedTwice, place);
        let domain = self.site(FaultKind::Domain, place);
        Ok(Stmt::Assign { cell, value, admit, twice, domain })
    }

    fn repeat(&mut self, scope: &mut Scope, binders: &[Binder], body: &[Statement]) -> Made<Stmt> {
        let mut inner = Scope { level: scope.level + 1, ..scope.clone() };
        self.levels = self.levels.max(inner.level);
        let loops = self.loops(&mut inner, binders)?;
        for (binder, entry) in binders.iter().zip(&loops) {
            if matches!(entry.over, Over::Occurrences(..)) {
                return refuse("`for` over events", binder.span);
            }
            if let Type::Set(of) = &binder.set.ty
                && let Ok(tag) = tag_of(of, binder.span)
            {
                inner.around.push(KeyPart { tag, value: Around::Uniform(entry.slot) });
            } else {
                return refuse("`for` over this set", binder.span);
            }
        }
        let body = self.block(body, &mut inner)?;
        Ok(Stmt::For { level: inner.level, loops, body })
    }

    /// A slot for what is chosen or drawn.
    fn target(
        &mut self,
        scope: &mut Scope,
        slot: Slot,
        ty: &Type,
        span: super::scope::Span,
    ) -> Target {
        if *ty == Type::Bool {
            let place = self.bit(scope.level);
            scope.bind(slot, Bound::Bits(place), None);
            Target::Bits(place)
        } else {
            let place = self.column(scope.level);
            scope.bind(slot, Bound::Column(place), span);
            Target::Num(place)
        }
    }

    fn choose(
        &mut self,
        scope: &mut Scope,
        place: crate::diag::Span,
        (site, slot): (SiteId, Slot),
        (from, filter): (&Source, Option<&Expr>),
    ) -> Made<Stmt> {
        let (from, ty, span) = match from {
            Source::Domain(domain) => {
                let from = self.chosen_from(domain, place)?;
                (from, super::bounds::type_of(domain), super::bounds::of_domain(domain))
            }
            Source::Set(set) => {
                let universe = self.universe(scope, set)?;
                let compiled = self.set(scope, set, &universe)?;
                let Type::Set(of) = &set.ty else { return refuse("this choice", place) };
                (From::Set(universe, compiled), (**of).clone(), None)
            }
        };
        let recurs = self.recurs(site);
        if self.worlds && self.chosen_at(site) > 1 && matches!(from, From::Reals(..)) {
            return refuse("a choice of a real on several paths, in worlds", place);
        }
        if let (true, From::Words(words)) = (self.worlds, &from)
            && words.first() == Some(&super::super::program::NONE)
            && !words.is_sorted()
        {
            return refuse("an optional choice of values that are not in order, in worlds", place);
        }
        let marked = self.variants(&ty);
        let key = KeyOf { site, recurs, parts: scope.around.clone(), marked };
        let target = self.target(scope, slot, &ty, span);
        let filter = filter.map(|f| self.bits_of(scope, f, EXACT)).transpose()?;
        if matches!(from, From::Reals(..)) && filter.is_some() {
            return refuse("a choice of a real with `where`", place);
        }
        let site = self.site(FaultKind::Domain, place);
        Ok(Stmt::Choose { key, target, from, filter, site })
    }

    /// What a domain's values are, in order.
    pub(super) fn chosen_from(&self, domain: &Domain, place: crate::diag::Span) -> Made<From> {
        Ok(match domain {
            Domain::Whole(Type::Bool) => From::Words(vec![0, 1]),
            Domain::Whole(Type::Enum(id)) => {
                From::Words((0..self.model.enums[*id].variants.len() as i64).collect())
            }
            Domain::Whole(Type::Agent(kind)) => {
                From::Agents { universe: Universe::Kind(*kind), optional: false }
            }
            Domain::Population(population) => {
                From::Agents { universe: Universe::Population(*population), optional: false }
            }
            Domain::Ints(lo, hi) if hi.saturating_sub(*lo) < LISTED_MAX => {
                From::Words((*lo..=*hi).collect())
            }
            Domain::Values(_, values) if (values.len() as i64) < LISTED_MAX => {
                let words = values.iter().map(|value| super::num::constant(value, place));
                From::Words(words.collect::<Made<_>>()?)
            }
            Domain::Reals(lo, hi) => From::Reals(*lo, *hi),
            Domain::Optional(inner) => match self.chosen_from(inner, place)? {
                From::Agents { universe, optional: false } => {
                    From::Agents { universe, optional: true }
                }
                From::Words(words) => {
                    From::Words([&[super::super::program::NONE], &words[..]].concat())
                }
                From::Agents { .. } | From::Set(..) | From::Reals(..) => {
                    return refuse("a choice of this domain", place);
                }
            },
            Domain::Ints(..) | Domain::Values(..) | Domain::Whole(_) => {
                return refuse("a choice of this domain", place);
            }
        })
    }

    /// The rules.
    pub(super) fn rules(&mut self) -> Made<Vec<Rule>> {
        let model = self.model;
        self.rule = true;
        let rules = model.rules.pairs().map(|(id, rule)| self.rule(id, rule)).collect();
        self.rule = false;
        rules
    }

    /// Whether a key of a site may be asked for again in one run, by another world.
    pub(super) fn recurs(&self, site: SiteId) -> bool {
        self.worlds && (self.rule || self.chosen_at(site) > 1)
    }

    /// How many statements choose at a site.
    fn chosen_at(&self, site: SiteId) -> usize {
        let bodies = self.model.rules.iter().map(|rule| &rule.body).chain(&self.model.step);
        bodies.map(|body| chosen_in(&body.statements, site)).sum()
    }

    fn rule(&mut self, id: RuleId, rule: &Declared) -> Made<Rule> {
        let mut scope = Scope::new(rule.body.frame);
        let loops = self.loops(&mut scope, &rule.binders)?;
        let when = rule.when.as_ref().map(|when| self.bits_of(&mut scope, when, EXACT));
        let when = when.transpose()?;
        let mut body = Scope::new(rule.body.frame);
        let (mut universes, mut tags, mut targets) = (Vec::new(), Vec::new(), Vec::new());
        for binder in &rule.binders {
            let Type::Set(of) = &binder.set.ty else {
                return refuse("a rule over this set", binder.span);
            };
            let universe = match (&*binder.set.kind, &**of) {
                (ExprKind::Population(population), _) => Universe::Population(*population),
                (_, Type::Agent(kind)) => Universe::Kind(*kind),
                (_, Type::Bool | Type::Enum(_)) => self.universe(&scope, &binder.set)?,
                (_, Type::Int) if unnumbered(self.model.schedule) => {
                    self.universe(&scope, &binder.set)?
                }
                _ => return refuse("a rule over this set", binder.span),
            };
            universes.push(universe);
            let tag = tag_of(of, binder.span)?;
            tags.push(tag);
            let span = None;
            let target = self.target(&mut body, binder.slot, of, span);
            targets.push(target);
            let value = match target {
                Target::Bits(slot) => Around::Bits(slot),
                Target::Num(slot) => Around::Column(slot),
            };
            body.around.push(KeyPart { tag, value });
        }
        let body = self.block(&rule.body.statements, &mut body)?;
        let mark = self.marks.get(&Mark::Rule(id)).copied();
        Ok(Rule { id, loops, universes, tags, when, targets, body, mark })
    }
}

/// How many statements of a block choose at a site.
fn chosen_in(block: &[Statement], site: SiteId) -> usize {
    let of = |statement: &Statement| match &statement.kind {
        StmtKind::Choose { site: own, .. } | StmtKind::ChooseJointly { site: own, .. } => {
            usize::from(*own == site)
        }
        StmtKind::If(_, yes, no) => chosen_in(yes, site) + chosen_in(no, site),
        StmtKind::Match(_, arms) => arms.iter().map(|(_, body)| chosen_in(body, site)).sum(),
        StmtKind::For(_, body) => chosen_in(body, site),
        StmtKind::Let(..)
        | StmtKind::Assign { .. }
        | StmtKind::Draw { .. }
        | StmtKind::Emit(..)
        | StmtKind::Require(_)
        | StmtKind::Halt => 0,
    };
    block.iter().map(of).sum()
}

/// Whether the schedule needs no numbers of instances.
fn unnumbered(schedule: Schedule) -> bool {
    match schedule {
        Schedule::Any | Schedule::Random => true,
        Schedule::RoundRobin => false,
    }
}

/// The type of what is drawn.
fn drawn_type(dist: &crate::ir::stmt::Dist) -> Type {
    use crate::ir::stmt::Dist;
    match dist {
        Dist::Bernoulli(_) => Type::Bool,
        Dist::Uniform(lo, hi) if lo.ty == Type::Int && hi.ty == Type::Int => Type::Int,
        Dist::Uniform(..) | Dist::Normal(..) => Type::Real,
        Dist::Categorical(weighted) => {
            weighted.first().map_or(Type::Never, |first| first.0.ty.clone())
        }
    }
}
