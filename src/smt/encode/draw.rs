//! Draws: any outcome in the support of the distribution.
//!
//! Worlds that draw the same key from one distribution draw the same; where distributions
//! differ, both outcomes are the quantiles of one uniform number.

use super::{Asked, Encoded, Encoder, Shared, View};
use crate::diag::Span;
use crate::ir::stmt::Dist;
use crate::ir::{SiteId, Value};
use crate::smt::number::int;
use crate::smt::sym::{self, Sym};
use crate::smt::term::{Sort, Term};

/// A draw that is asked for.
pub(in crate::smt) struct Draw<'a> {
    pub site: SiteId,
    pub dist: &'a Dist,
    pub span: Span,
    /// Its turn, by when it is which.
    pub turn: Vec<(u32, Term)>,
    pub binders: Vec<Value>,
}

/// A distribution with its parameters read.
struct Read {
    kind: Kind,
    /// When the parameters are wrong, or cannot be read.
    fault: Term,
}

#[derive(Clone, PartialEq)]
enum Kind {
    Bernoulli(Term),
    Ints(Term, Term),
    Reals(Term, Term),
    /// Mean and standard deviation.
    Normal(Term, Term),
    /// Outcomes with weights.
    Weighted(Vec<(Sym, Term)>),
}

impl Encoder<'_> {
    /// What a draw gives where `guard`, and when it faults.
    // spec: draw.keys
    pub fn drawn(
        &mut self,
        run: usize,
        view: View,
        frame: &mut Vec<Sym>,
        draw: &Draw<'_>,
        guard: Term,
    ) -> Encoded<(Sym, Term)> {
        self.keyed(&draw.binders, draw.span)?;
        let read = self.distribution(view, frame, draw.dist, draw.span)?;
        let asked = self.terms.but(guard, read.fault);
        let value = match self.runs.len() {
            1 => self.outcome(&read.kind, asked, draw.span)?,
            _ => self.shared_outcome(&read.kind, asked, draw)?,
        };
        self.asked.push(Asked {
            site: draw.site,
            turn: draw.turn.clone(),
            binders: draw.binders.clone(),
            run,
            guard: asked,
            value: value.clone(),
            drawn: true,
        });
        Ok((value, read.fault))
    }

    /// The outcome of each turn's key, which worlds share.
    // spec: world.choices
    fn shared_outcome(&mut self, kind: &Kind, asked: Term, draw: &Draw<'_>) -> Encoded<Sym> {
        let mut values = Vec::new();
        for (turn, when) in &draw.turn {
            let key = (draw.site, draw.binders.clone(), *turn);
            let now = self.terms.and(asked, *when);
            let uniform = match self.shared.get(&key) {
                Some(Shared { value: Sym::Real(uniform), .. }) => *uniform,
                _ => {
                    let uniform = self.terms.var(Sort::Real, None);
                    let (zero, one) = (self.terms.real(int(0)), self.terms.real(int(1)));
                    let (low, high) =
                        (self.terms.less(zero, uniform), self.terms.less(uniform, one));
                    self.assert(low);
                    self.assert(high);
                    let value = Sym::Real(uniform);
                    self.shared.insert(key, Shared { value, asked: self.terms.no() });
                    uniform
                }
            };
            let value = self.quantile(kind, uniform, now, draw.span)?;
            values.push((value, *when));
        }
        self.one_of(&values, draw.span)
    }

    /// The outcome at a uniform number.
    fn quantile(&mut self, kind: &Kind, uniform: Term, now: Term, span: Span) -> Encoded<Sym> {
        match kind {
            Kind::Bernoulli(p) => {
                let sum = self.terms.add(uniform, *p);
                let one = self.terms.real(int(1));
                Ok(Sym::Bool(self.terms.less(one, sum)))
            }
            Kind::Ints(lo, hi) => {
                let one = self.terms.int(1);
                let width = self.terms.subtract(*hi, *lo);
                let count = self.terms.add(width, one);
                let count = self.terms.to_real(count);
                let far = self.terms.multiply(uniform, count);
                let far = self.terms.floor(far);
                Ok(Sym::Int(self.terms.add(*lo, far)))
            }
            Kind::Reals(lo, hi) => {
                let width = self.terms.subtract(*hi, *lo);
                let far = self.terms.multiply(uniform, width);
                Ok(Sym::Real(self.terms.add(*lo, far)))
            }
            Kind::Normal(..) => self.unsupported(span, "`normal` under worlds"),
            Kind::Weighted(weighted) => self.weighted_quantile(weighted, uniform, now, span),
        }
    }

    /// The outcome, in the order of values, at which the weights so far pass the share.
    fn weighted_quantile(
        &mut self,
        weighted: &[(Sym, Term)],
        uniform: Term,
        now: Term,
        span: Span,
    ) -> Encoded<Sym> {
        let mut known: std::collections::BTreeMap<Value, Term> = Default::default();
        for (outcome, weight) in weighted {
            let Some(value) = outcome.known(&self.terms) else {
                return self.unsupported(span, "outcomes under worlds that are not fixed");
            };
            let before = known.get(&value).copied().unwrap_or(self.terms.real(int(0)));
            let weight = self.terms.add(before, *weight);
            known.insert(value, weight);
        }
        let total = self.terms.sum(known.values().copied(), Sort::Real);
        let share = self.terms.multiply(uniform, total);
        let (mut so_far, mut cases) = (self.terms.real(int(0)), Vec::new());
        let mut before = self.terms.no();
        for (value, weight) in known {
            so_far = self.terms.add(so_far, weight);
            let within = self.terms.at_most(share, so_far);
            cases.push((Sym::of(&mut self.terms, &value), self.terms.but(within, before)));
            before = self.terms.or(before, within);
        }
        let some = self.terms.implies(now, before);
        self.assert(some);
        self.one_of(&cases, span)
    }

    /// Any outcome in the support.
    fn outcome(&mut self, kind: &Kind, asked: Term, span: Span) -> Encoded<Sym> {
        let zero = self.terms.real(int(0));
        match kind {
            Kind::Bernoulli(p) => {
                let one = self.terms.real(int(1));
                let value = self.terms.var(Sort::Bool, None);
                let (never, surely) = (self.terms.at_most(*p, zero), self.terms.at_most(one, *p));
                let (yes, no) = (self.terms.and(value, never), self.terms.but(surely, value));
                let wrong = self.terms.or(yes, no);
                self.demand_of_draw(asked, wrong);
                Ok(Sym::Bool(value))
            }
            Kind::Ints(lo, hi) | Kind::Reals(lo, hi) => {
                let sort = self.terms.sort(*lo);
                let value = self.terms.var(sort, None);
                let (low, high) = (self.terms.less(value, *lo), self.terms.less(*hi, value));
                let wrong = self.terms.or(low, high);
                self.demand_of_draw(asked, wrong);
                Ok(if sort == Sort::Int { Sym::Int(value) } else { Sym::Real(value) })
            }
            Kind::Normal(mean, deviation) => {
                let value = self.terms.var(Sort::Real, None);
                let fixed = self.terms.equal(*deviation, zero);
                let same = self.terms.equal(value, *mean);
                let wrong = self.terms.but(fixed, same);
                self.demand_of_draw(asked, wrong);
                Ok(Sym::Real(value))
            }
            Kind::Weighted(weighted) => {
                let guards = self.ladder(weighted.len());
                let mut cases = Vec::new();
                for ((outcome, weight), guard) in weighted.iter().zip(guards) {
                    let never = self.terms.at_most(*weight, zero);
                    let wrong = self.terms.and(guard, never);
                    self.demand_of_draw(asked, wrong);
                    cases.push((outcome.clone(), guard));
                }
                self.one_of(&cases, span)
            }
        }
    }

    fn demand_of_draw(&mut self, asked: Term, wrong: Term) {
        let not = self.terms.not(wrong);
        let fine = self.terms.implies(asked, not);
        self.assert(fine);
    }

    /// A distribution with its parameters read. spec: draw.distributions
    fn distribution(
        &mut self,
        view: View,
        frame: &mut Vec<Sym>,
        dist: &Dist,
        span: Span,
    ) -> Encoded<Read> {
        let exprs: Vec<&crate::ir::Expr> = match dist {
            Dist::Bernoulli(p) => vec![p],
            Dist::Uniform(a, b) | Dist::Normal(a, b) => vec![a, b],
            Dist::Categorical(weighted) => weighted.iter().flat_map(|(a, b)| [a, b]).collect(),
        };
        let (mut values, mut stops) = (Vec::new(), self.fine());
        for expr in exprs {
            let found = self.eval(view, frame, expr)?;
            stops = self.then(stops, found.stops);
            values.push(found.value);
        }
        let stopped = self.stopped(stops);
        let read = match dist {
            Dist::Categorical(_) => self.categorical(&values, span)?,
            Dist::Bernoulli(_) | Dist::Uniform(..) | Dist::Normal(..) => {
                self.numeric_distribution(dist, &values, span)?
            }
        };
        Ok(Read { fault: self.terms.or(stopped, read.fault), ..read })
    }

    fn numeric_distribution(&mut self, dist: &Dist, values: &[Sym], span: Span) -> Encoded<Read> {
        let mut numbers = Vec::new();
        for value in values {
            numbers.push(sym::number(&mut self.terms, value, span)?);
        }
        let (zero, one) = (self.terms.real(int(0)), self.terms.real(int(1)));
        Ok(match dist {
            Dist::Bernoulli(_) => {
                let p = self.terms.to_real_if(numbers[0]);
                let (low, high) = (self.terms.less(p, zero), self.terms.less(one, p));
                Read { kind: Kind::Bernoulli(p), fault: self.terms.or(low, high) }
            }
            Dist::Normal(..) => {
                let mean = self.terms.to_real_if(numbers[0]);
                let deviation = self.terms.to_real_if(numbers[1]);
                let fault = self.terms.less(deviation, zero);
                Read { kind: Kind::Normal(mean, deviation), fault }
            }
            Dist::Uniform(..) | Dist::Categorical(_) => {
                let (lo, hi) = sym::alike(&mut self.terms, numbers[0], numbers[1]);
                let fault = self.terms.less(hi, lo);
                let kind = match self.terms.sort(lo) {
                    Sort::Int => Kind::Ints(lo, hi),
                    Sort::Real | Sort::Bool => Kind::Reals(lo, hi),
                };
                Read { kind, fault }
            }
        })
    }

    fn categorical(&mut self, values: &[Sym], span: Span) -> Encoded<Read> {
        let zero = self.terms.real(int(0));
        let (mut weighted, mut fault) = (Vec::new(), self.terms.no());
        for pair in values.chunks(2) {
            let weight = sym::number(&mut self.terms, &pair[1], span)?;
            let weight = self.terms.to_real_if(weight);
            let negative = self.terms.less(weight, zero);
            fault = self.terms.or(fault, negative);
            weighted.push((pair[0].clone(), weight));
        }
        let total = self.terms.sum(weighted.iter().map(|(_, weight)| *weight), Sort::Real);
        let nothing = self.terms.at_most(total, zero);
        Ok(Read { kind: Kind::Weighted(weighted), fault: self.terms.or(fault, nothing) })
    }
}
