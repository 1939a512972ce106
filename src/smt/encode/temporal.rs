//! Temporal operators on finite traces, and worlds.
//!
//! Formulas are read up to the instant `seen`. Whether a later instant is there is a term, so
//! that one formula speaks of runs of every length: what a run's end or horizon leaves open is
//! unknown, by Kleene's rules.

use super::stops::Found;
use super::{Encoded, Encoder, Here, View};
use crate::diag::Span;
use crate::ir::expr::{Interval, TemporalOp};
use crate::ir::{Expr, ExprKind, Value, WorldId};
use crate::smt::sym::{self, Sym};
use crate::smt::term::Term;

/// What is kept of an expression.
const OWN: u8 = 0;
const TAIL: u8 = 1;

/// An interval in steps.
#[derive(Clone, Copy)]
struct Steps {
    lo: u32,
    hi: Option<u32>,
}

impl Encoder<'_> {
    /// The value of a temporal operator or a world's formula.
    pub fn timed(&mut self, view: View, frame: &mut Vec<Sym>, expr: &Expr) -> Encoded<Found> {
        let Here::Formula { instant, .. } = view.here else {
            return self.unsupported(expr.span, "a temporal operator outside of a property");
        };
        match &*expr.kind {
            ExprKind::Temporal(op, interval, inner) => match op {
                TemporalOp::Always | TemporalOp::Eventually => {
                    let steps = self.steps(*interval, expr.span)?;
                    let strong = *op == TemporalOp::Eventually;
                    self.onwards(view, frame, (expr, inner), steps, strong)
                }
                TemporalOp::Historically | TemporalOp::Once => {
                    let strong = *op == TemporalOp::Once;
                    self.up_to_now(view, frame, (expr, inner), *interval, strong)
                }
                TemporalOp::Next => self.next(view, frame, inner),
                TemporalOp::Finally => self.finally(view, frame, inner),
            },
            ExprKind::Until(interval, left, right) => {
                let steps = self.steps(*interval, expr.span)?;
                self.until(view, frame, (left, right), steps, instant)
            }
            ExprKind::Since(interval, left, right) => {
                let steps = self.steps(*interval, expr.span)?;
                self.since(view, frame, (left, right), steps)
            }
            ExprKind::Initially(inner) => self.eval(view.at(0), frame, inner),
            ExprKind::Prev(inner, start) => match (instant.checked_sub(1), start) {
                (Some(before), _) => self.eval(view.at(before), frame, inner),
                (None, Some(start)) => self.eval(view, frame, start),
                (None, None) => {
                    let no = Sym::Bool(self.terms.no());
                    Ok(self.found(no))
                }
            },
            ExprKind::At(world, arguments, inner) => {
                let (arguments, stops) = self.values(view.exact(), frame, arguments)?;
                let found = self.in_world(view, frame, (*world, &arguments), inner)?;
                Ok(self.after(stops, found))
            }
            _ => self.unsupported(expr.span, "this temporal operator"),
        }
    }

    fn steps(&self, interval: Interval, span: Span) -> Encoded<Steps> {
        let (lo, hi) = match interval {
            Interval::Steps(lo, hi) => (lo, hi),
            Interval::Time(lo, hi) => {
                let Some(tick) = self.question.settings.tick.filter(|tick| *tick > 0) else {
                    return self.unsupported(span, "a time interval where steps have no `tick`");
                };
                // The first step not before, the last step not after.
                let up =
                    |time: i64| time.max(0).div_euclid(tick) + i64::from(time.rem_euclid(tick) > 0);
                if hi.is_some() {
                    return self.unsupported(span, "an interval of time with an upper end");
                }
                (up(lo) as u64, None)
            }
        };
        let short = |steps: u64| u32::try_from(steps).unwrap_or(u32::MAX);
        Ok(Steps { lo: short(lo), hi: hi.map(short) })
    }

    /// Whether a run of the scope has instant `at`, so that it is seen.
    fn is_seen(&mut self, scope: Option<usize>, at: u32) -> Term {
        if at > self.seen {
            return self.terms.no();
        }
        let runs: Vec<usize> = self.scope(scope);
        let exist: Vec<Term> = runs.into_iter().map(|run| self.exists(run, at)).collect();
        self.terms.any(exist)
    }

    fn exists(&self, run: usize, at: u32) -> Term {
        self.runs[run].exists.get(at as usize).copied().unwrap_or(self.terms.no())
    }

    fn scope(&self, scope: Option<usize>) -> Vec<usize> {
        match scope {
            Some(run) => vec![run],
            None => (0..self.runs.len()).collect(),
        }
    }

    /// Whether nothing comes after what is seen of the scope; `horizon`: the horizon, once it
    /// is seen, is taken as the end even if it completes no run.
    fn ended(&mut self, scope: Option<usize>, horizon: bool) -> Term {
        let settings = self.question.settings;
        let mut ended = self.terms.yes();
        for run in self.scope(scope) {
            let last = self.seen.min(self.runs[run].halts.len() as u32 - 1);
            let halted = self.halted_by(run, last);
            let cut = match self.whole && (horizon || settings.complete) {
                true => self.exists(run, settings.steps),
                false => self.terms.no(),
            };
            let over = self.terms.or(halted, cut);
            ended = self.terms.and(ended, over);
        }
        ended
    }

    /// An operand at an instant; what is asked twice is kept.
    fn kept(
        &mut self,
        view: View,
        frame: &mut Vec<Sym>,
        expr: &Expr,
        instant: u32,
    ) -> Encoded<Found> {
        let key = self.key(view.at(instant), frame, expr, OWN);
        if let Some(found) = self.kept.get(&key) {
            return Ok(found.clone());
        }
        let found = self.eval(view.at(instant), frame, expr)?;
        self.kept.insert(key, found.clone());
        Ok(found)
    }

    fn key(&self, view: View, frame: &[Sym], expr: &Expr, what: u8) -> super::Kept {
        let (scope, instant) = match view.here {
            Here::Formula { scope, instant, .. } => (scope, instant),
            Here::Setup | Here::Step { .. } => (None, 0),
        };
        (std::ptr::from_ref(expr) as usize, what, instant, scope, view.polarity(), frame.to_vec())
    }

    fn place(view: View) -> (Option<usize>, u32) {
        match view.here {
            Here::Formula { scope, instant, .. } => (scope, instant),
            Here::Setup | Here::Step { .. } => (None, 0),
        }
    }

    /// `always`, `eventually`. spec: formula.future
    fn onwards(
        &mut self,
        view: View,
        frame: &mut Vec<Sym>,
        (whole, inner): (&Expr, &Expr),
        Steps { lo, hi }: Steps,
        strong: bool,
    ) -> Encoded<Found> {
        let (scope, now) = Encoder::place(view);
        let first = now.saturating_add(lo);
        let Some(hi) = hi else {
            let rest = self.rest(scope, strong);
            if first > self.seen {
                return Ok(rest);
            }
            let tail = self.tail(view, frame, (whole, inner), first, strong)?;
            if first == now {
                return Ok(tail);
            }
            let seen = self.is_seen(scope, first);
            return self.either(seen, &tail, &rest, whole.span);
        };
        let last = now.saturating_add(hi);
        let mut operands = Vec::new();
        for at in first..=last.min(self.seen) {
            let guard = match at == now {
                true => self.terms.yes(),
                false => self.is_seen(scope, at),
            };
            if self.terms.truth(guard) == Some(false) {
                break;
            }
            let operand = self.kept(view, frame, inner, at)?;
            operands.push(self.guarded(guard, &operand, strong));
        }
        let closed = match last == now {
            true => self.terms.yes(),
            false => self.is_seen(scope, last),
        };
        let ended = self.ended(scope, false);
        let known = self.terms.or(closed, ended);
        let open = self.terms.not(known);
        let open = self.unknown(open);
        operands.push(self.neutral(strong, open));
        Ok(self.fold(strong, &operands))
    }

    /// What comes after all that is seen: nothing, or nothing yet.
    fn rest(&mut self, scope: Option<usize>, strong: bool) -> Found {
        let ended = self.ended(scope, false);
        let open = self.terms.not(ended);
        let open = self.unknown(open);
        self.neutral(strong, open)
    }

    /// `always inner` from an instant that is seen: its operand and the tail behind it.
    fn tail(
        &mut self,
        view: View,
        frame: &mut Vec<Sym>,
        (whole, inner): (&Expr, &Expr),
        first: u32,
        strong: bool,
    ) -> Encoded<Found> {
        let (scope, _) = Encoder::place(view);
        let mut result = self.rest(scope, strong);
        let mut start = self.seen + 1;
        for at in first..=self.seen {
            let key = self.key(view.at(at), frame, whole, TAIL);
            if let Some(found) = self.kept.get(&key) {
                (result, start) = (found.clone(), at);
                break;
            }
        }
        let beyond = self.rest(scope, strong);
        for at in (first..start).rev() {
            let behind = match at == self.seen {
                true => beyond.clone(),
                false => {
                    let seen = self.is_seen(scope, at + 1);
                    self.either(seen, &result, &beyond, whole.span)?
                }
            };
            let own = self.kept(view, frame, inner, at)?;
            result = self.fold(strong, &[own, behind]);
            let key = self.key(view.at(at), frame, whole, TAIL);
            self.kept.insert(key, result.clone());
        }
        Ok(result)
    }

    /// The instants that an interval covers looking back.
    pub fn past(&self, view: View, interval: Interval, span: Span) -> Encoded<Vec<u32>> {
        let (_, now) = Encoder::place(view);
        let ago = |instant: u32| u64::from(now - instant);
        let within: Box<dyn Fn(u32) -> bool> = match interval {
            Interval::Steps(lo, hi) => {
                Box::new(move |at| ago(at) >= lo && hi.is_none_or(|hi| ago(at) <= hi))
            }
            Interval::Time(lo, hi) => {
                let Some(tick) = self.question.settings.tick else {
                    return self.unsupported(span, "a time interval where steps have no `tick`");
                };
                let time = move |at: u32| tick.saturating_mul(ago(at) as i64);
                Box::new(move |at| time(at) >= lo && hi.is_none_or(|hi| time(at) <= hi))
            }
        };
        Ok((0..=now).filter(|at| within(*at)).collect())
    }

    /// `historically`, `once`. spec: formula.past
    fn up_to_now(
        &mut self,
        view: View,
        frame: &mut Vec<Sym>,
        (whole, inner): (&Expr, &Expr),
        interval: Interval,
        strong: bool,
    ) -> Encoded<Found> {
        let instants = self.past(view, interval, whole.span)?;
        let unbounded = matches!(interval, Interval::Steps(_, None));
        let mut result = self.neutral(strong, self.fine());
        if !unbounded {
            let mut operands = vec![result];
            for at in instants {
                operands.push(self.kept(view, frame, inner, at)?);
            }
            return Ok(self.fold(strong, &operands));
        }
        // Those up to an instant: its operand, and those before.
        for at in instants {
            let key = self.key(view.at(at), frame, whole, TAIL);
            result = match self.kept.get(&key) {
                Some(found) => found.clone(),
                None => {
                    let own = self.kept(view, frame, inner, at)?;
                    self.fold(strong, &[result, own])
                }
            };
            self.kept.insert(key, result.clone());
        }
        Ok(result)
    }

    /// `next p`: false at the last instant of a complete run. spec: formula.finite
    fn next(&mut self, view: View, frame: &mut Vec<Sym>, inner: &Expr) -> Encoded<Found> {
        let (scope, now) = Encoder::place(view);
        let rest = self.rest(scope, true);
        if now >= self.seen {
            return Ok(rest);
        }
        let seen = self.is_seen(scope, now + 1);
        if self.terms.truth(seen) == Some(false) {
            return Ok(rest);
        }
        let after = self.kept(view, frame, inner, now + 1)?;
        self.either(seen, &after, &rest, inner.span)
    }

    /// `finally p`: p at the last instant, the horizon taken as the end.
    fn finally(&mut self, view: View, frame: &mut Vec<Sym>, inner: &Expr) -> Encoded<Found> {
        let (scope, now) = Encoder::place(view);
        let ended = self.ended(scope, true);
        let open = self.terms.not(ended);
        let mut found = self.neutral(true, self.unknown(open));
        if self.terms.truth(ended) == Some(false) {
            return Ok(found);
        }
        // The last instant that is seen, not before now.
        let mut later = self.terms.no();
        for at in (now..=self.seen).rev() {
            let here = match at == now {
                true => self.terms.yes(),
                false => self.is_seen(scope, at),
            };
            let last = self.terms.but(here, later);
            later = self.terms.or(later, here);
            let last = self.terms.and(last, ended);
            if self.terms.truth(last) == Some(false) {
                continue;
            }
            let value = self.kept(view, frame, inner, at)?;
            found = self.either(last, &value, &found, inner.span)?;
        }
        Ok(found)
    }

    /// `left until right`: from the last instant that matters back to now.
    fn until(
        &mut self,
        view: View,
        frame: &mut Vec<Sym>,
        (left, right): (&Expr, &Expr),
        Steps { lo, hi }: Steps,
        now: u32,
    ) -> Encoded<Found> {
        let (scope, _) = Encoder::place(view);
        let (first, last) = (now.saturating_add(lo), hi.map(|hi| now.saturating_add(hi)));
        let end = last.unwrap_or(self.seen).min(self.seen);
        let ended = self.ended(scope, false);
        let closed = match last {
            Some(last) if last == now => self.terms.yes(),
            Some(last) => self.is_seen(scope, last),
            None => self.terms.no(),
        };
        let known = self.terms.or(ended, closed);
        let open = self.terms.not(known);
        let rest = self.neutral(true, self.unknown(open));
        let mut result = rest.clone();
        for at in (now..=end).rev() {
            let follows = match at == end {
                true => self.terms.no(),
                false => self.is_seen(scope, at + 1),
            };
            let after = self.either(follows, &result, &rest, right.span)?;
            let over = {
                let more = self.terms.or(follows, open);
                self.terms.not(more)
            };
            let meets = match at >= first {
                true => self.kept(view, frame, right, at)?,
                false => self.neutral(true, self.fine()),
            };
            let goes_on = match self.terms.truth(over) {
                Some(true) => self.neutral(true, self.fine()),
                Some(false) | None => {
                    let left_now = self.kept(view, frame, left, at)?;
                    let stop = self.neutral(true, self.fine());
                    self.either(over, &stop, &left_now, left.span)?
                }
            };
            let on = self.decide(&goes_on, false, &after);
            result = self.decide(&meets, true, &on);
        }
        Ok(result)
    }

    /// `left since right`: from the first instant up to now.
    fn since(
        &mut self,
        view: View,
        frame: &mut Vec<Sym>,
        (left, right): (&Expr, &Expr),
        Steps { lo, hi }: Steps,
    ) -> Encoded<Found> {
        let (_, now) = Encoder::place(view);
        let first = hi.map_or(0, |hi| now.saturating_sub(hi));
        let last = now.checked_sub(lo);
        let mut result = self.neutral(true, self.fine());
        // The interval may cover nothing at all.
        let start = if last.is_some_and(|last| first <= last) { first } else { 0 };
        for at in start..=now {
            let inside = last.is_some_and(|last| (first..=last).contains(&at));
            let meets = match inside {
                true => self.kept(view, frame, right, at)?,
                false => self.neutral(true, self.fine()),
            };
            let goes_on = match at == start {
                true => self.neutral(true, self.fine()),
                false => self.kept(view, frame, left, at)?,
            };
            let on = self.decide(&goes_on, false, &result);
            result = self.decide(&meets, true, &on);
        }
        Ok(result)
    }

    /// A formula in the world of its arguments.
    fn in_world(
        &mut self,
        view: View,
        frame: &mut Vec<Sym>,
        (world, arguments): (WorldId, &[Sym]),
        inner: &Expr,
    ) -> Encoded<Found> {
        let Here::Formula { instant, polarity, .. } = view.here else {
            return self.unsupported(inner.span, "a world outside of a property");
        };
        let runs: Vec<(usize, Vec<Value>)> = (0..self.runs.len())
            .filter(|run| self.runs[*run].world == Some(world))
            .map(|run| (run, self.runs[run].arguments.clone()))
            .collect();
        let (mut found, mut none): (Option<Found>, Term) = (None, self.terms.yes());
        for (run, own) in runs.into_iter().rev() {
            let mut when = self.terms.yes();
            for (own, given) in own.iter().zip(arguments) {
                let cases = sym::cases(&mut self.terms, given, inner.span)?;
                let this = sym::guard_of(&self.terms, &cases, own);
                when = self.terms.and(when, this);
            }
            if self.terms.truth(when) == Some(false) {
                continue;
            }
            let here = Here::Formula { scope: Some(run), instant, polarity };
            let inside = View { society: self.runs[run].society, here };
            let value = self.eval(inside, frame, inner)?;
            found = Some(match found {
                None => value,
                Some(other) => self.either(when, &value, &other, inner.span)?,
            });
            none = self.terms.but(none, when);
        }
        let missing = self.faulting(none);
        match found {
            Some(found) => Ok(self.after(missing, found)),
            None => {
                let yes = self.terms.yes();
                Ok(Found { value: Sym::Nothing, stops: self.faulting(yes) })
            }
        }
    }
}
