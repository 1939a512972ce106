//! Starts and draws.

use super::super::program::{
    Around, Dist, Draw, Expr as Compiled, KeyOf, KeyPart, Num, Start, Tag, Uni, Value,
};
use super::bounds::type_of;
use super::scope::{Bound, Polarity, Scope};
use super::{Compiler, Made, refuse};
use crate::base::id::Id;
use crate::diag::Span;
use crate::ir::model::{IndexSet, Start as Declared};
use crate::ir::stmt::Dist as Distribution;
use crate::ir::{Expr, SiteId, Slot, StateId, Type};
use crate::trace::FaultKind;

impl Compiler<'_> {
    /// How every state starts.
    pub(super) fn starts(&mut self) -> Made<Vec<Start>> {
        let model = self.model;
        model.states.ids().map(|id| self.start(id)).collect()
    }

    fn start(&mut self, id: StateId) -> Made<Start> {
        let model = self.model;
        let state = &model.states[id];
        let admit = self.admit(&state.domain, state.span)?;
        let frame = match &state.start {
            Declared::Free => return Ok(Start::Free),
            Declared::Recorded => return refuse("a recorded state", state.span),
            Declared::Value(closed) => closed.frame,
            Declared::Draw { frame, .. } => *frame,
        };
        let mut scope = Scope { setup: true, ..Scope::new(frame.max(state.indices.len())) };
        let mut slots = Vec::new();
        for (at, set) in state.indices.iter().enumerate() {
            let slot = self.uniform();
            slots.push(slot);
            scope.bind(Slot::new(at), Bound::Uniform(Uni::Slot(slot)), None);
            scope.around.push(KeyPart { tag: tag_of_index(set), value: Around::Uniform(slot) });
        }
        let place = state.span;
        match &state.start {
            Declared::Value(closed) => {
                let value = self.either(&mut scope, &closed.expr)?;
                Ok(Start::Value(value, admit, slots))
            }
            Declared::Draw { site, dist, .. } => {
                let draw = self.draw(&mut scope, (*site, &type_of(&state.domain)), dist, place)?;
                Ok(Start::Draw(draw, admit, slots))
            }
            Declared::Free | Declared::Recorded => refuse("this start", place),
        }
    }

    /// A draw of values of a type, under the binders of `scope`.
    pub(super) fn draw(
        &mut self,
        scope: &mut Scope,
        (site, ty): (SiteId, &Type),
        dist: &Distribution,
        place: Span,
    ) -> Made<Draw> {
        let marked = self.variants(ty);
        let key = KeyOf { site, recurs: false, parts: scope.around.clone(), marked };
        let site = self.site(FaultKind::Distribution, place);
        let dist = match dist {
            Distribution::Bernoulli(p) => {
                let at = self.site(FaultKind::Distribution, p.span);
                Dist::Bernoulli(self.real(scope, p)?, at)
            }
            Distribution::Uniform(lo, hi) if lo.ty == Type::Int && hi.ty == Type::Int => {
                Dist::Ints(self.num(scope, lo)?, self.num(scope, hi)?)
            }
            Distribution::Uniform(lo, hi) => {
                Dist::Reals(self.real(scope, lo)?, self.real(scope, hi)?)
            }
            Distribution::Normal(mean, deviation) => {
                Dist::Normal(self.real(scope, mean)?, self.real(scope, deviation)?)
            }
            Distribution::Categorical(weighted) => self.categorical(scope, weighted)?,
        };
        Ok(Draw { key, dist, site })
    }

    fn categorical(&mut self, scope: &mut Scope, weighted: &[(Expr, Expr)]) -> Made<Dist> {
        let mut outcomes: Vec<(crate::ir::Value, Vec<usize>)> = Vec::new();
        let mut weights = Vec::new();
        for (at, (outcome, weight)) in weighted.iter().enumerate() {
            let crate::ir::ExprKind::Literal(value) = &*outcome.kind else {
                return refuse("a drawn value that is no constant", outcome.span);
            };
            match outcomes.iter_mut().find(|(known, _)| known == value) {
                Some((_, places)) => places.push(at),
                None => outcomes.push((value.clone(), vec![at])),
            }
            let num = self.real(scope, weight)?;
            weights.push((num, self.site(FaultKind::Distribution, weight.span)));
        }
        outcomes.sort();
        let word =
            |(value, places)| Ok((super::num::constant(&value, weighted[0].0.span)?, places));
        Ok(Dist::Categorical(outcomes.into_iter().map(word).collect::<Made<_>>()?, weights))
    }

    /// A number as a real.
    fn real(&mut self, scope: &mut Scope, expr: &Expr) -> Made<Num> {
        let num = self.num(scope, expr)?;
        match expr.ty {
            Type::Real => Ok(num),
            Type::Int => Ok(Num::ToReal(Box::new(num))),
            _ => refuse("a parameter of a distribution that is no number", expr.span),
        }
    }

    /// A number or bool at the last instant.
    pub(super) fn value_at_end(&mut self, expr: &Expr, frame: &[crate::ir::Value]) -> Made<Value> {
        if self.worlds {
            return refuse("an expected value in worlds", expr.span);
        }
        let mut scope = Scope { formula: true, ..Scope::new(frame.len()) };
        scope.fill(frame);
        Ok(match (self.either(&mut scope, expr)?, &expr.ty) {
            (Compiled::Bits(bits), _) => Value::Bits(bits),
            (Compiled::Num(num), Type::Int) => Value::Int(num),
            (Compiled::Num(num), Type::Real) => Value::Real(num),
            (Compiled::Num(_), _) => return refuse("an expected value of this type", expr.span),
        })
    }
}

/// How an index becomes words of a key.
fn tag_of_index(set: &IndexSet) -> Tag {
    match set {
        IndexSet::Population(_) | IndexSet::Kind(_) => Tag::Agent,
        IndexSet::Enum(id) => Tag::Variant(*id),
        IndexSet::Ints(..) => Tag::Int,
    }
}

/// How values of a type become words of a key.
pub(super) fn tag_of(ty: &Type, place: Span) -> Made<Tag> {
    match ty {
        Type::Bool => Ok(Tag::Bool),
        Type::Int => Ok(Tag::Int),
        Type::Enum(id) => Ok(Tag::Variant(*id)),
        Type::Agent(_) => Ok(Tag::Agent),
        Type::Real
        | Type::Str
        | Type::Duration
        | Type::Optional(_)
        | Type::Set(_)
        | Type::Event(_)
        | Type::Never
        | Type::Error => refuse("a choice or draw under this binder", place),
    }
}

/// Exact, for what is no formula.
pub(super) const EXACT: Polarity = Polarity::Exact;
