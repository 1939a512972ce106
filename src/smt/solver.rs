//! z3: terms as its formulas, and what it answers.
//!
//! In: terms that should hold, truths to have as few of as possible. Out: an assignment, that
//! there is none, or why it is not known. Every assignment is evaluated by our own arithmetic
//! before it is given out.
//!
//! Where nothing but truths is left, the finite-domain solver is asked.

use polity_z3::z3::ast::{Ast, Bool, Dynamic, forall_const};
use polity_z3::z3::{
    Context, Fixedpoint, FuncDecl, Optimize, Params, SatResult, Solver, Sort, Statistics,
    StatisticsValue, set_global_param,
};

use super::answer::{Answer, Extreme};
use super::formulas::{Formulas, rational};
use super::horn::System;
use super::number::Rational;
use super::purse::Purse;
use super::term::{Term, Terms};

/// The memory that z3 may take.
const MEMORY_MEGABYTES: &str = "6000";

/// The work of a look that is over before anybody would want to stop it.
const LOOK_WORK: u32 = 500_000;
/// A short look: so much work, and nobody who could interrupt it.
const LOOK: (u32, bool) = (LOOK_WORK, false);
/// All that a question may take, with somebody who may interrupt it.
const WHOLE: (u32, bool) = (u32::MAX, true);

/// The Z3 that is loaded, as it calls itself; an error where it is one that must not be used.
pub fn version() -> Result<String, String> {
    match polity_z3::version() {
        Ok(version) => Ok(version.to_string()),
        Err(wrong) => Err(wrong.to_string()),
    }
}

/// A question that is asked again and again, with a little more each time.
///
/// What is demanded stays; z3 keeps what it has learned of it.
#[derive(Default)]
pub struct Session {
    formulas: Formulas,
    demanded: Vec<Term>,
    /// What z3 has been told, and the logic that it was made for.
    solver: Option<(Solver, Option<&'static str>)>,
    /// How many of `demanded` it was told.
    told: usize,
    /// Truths that stand for what was asked besides.
    besides: u32,
}

impl Session {
    /// A session in which `demanded` always holds.
    pub fn new(demanded: Vec<Term>) -> Session {
        Session { demanded, ..Session::default() }
    }

    /// Demands one more thing from now on.
    pub fn demand(&mut self, term: Term) {
        self.demanded.push(term);
    }

    /// An assignment in which all that is demanded holds, and `also`.
    pub fn solve(&mut self, terms: &Terms, also: Option<Term>, purse: &Purse<'_>) -> Answer {
        self.answer(terms, also, WHOLE.0, purse)
    }

    /// The same, if a short look is enough to say so.
    pub fn glance(&mut self, terms: &Terms, also: Option<Term>, purse: &Purse<'_>) -> Answer {
        self.answer(terms, also, LOOK_WORK, purse)
    }

    fn answer(
        &mut self,
        terms: &Terms,
        also: Option<Term>,
        most: u32,
        purse: &Purse<'_>,
    ) -> Answer {
        let asserted: Vec<Term> = self.demanded.iter().copied().chain(also).collect();
        if let Some(answer) = at_once(terms, &asserted, purse) {
            return answer;
        }
        match self.look(terms, &asserted, also, LOOK, purse) {
            Answer::Unknown(_) if most > LOOK_WORK => {
                self.look(terms, &asserted, also, (most, true), purse)
            }
            answer => answer,
        }
    }

    /// Asks z3 once, with so much work at most, and perhaps somebody who may interrupt it.
    fn look(
        &mut self,
        terms: &Terms,
        asserted: &[Term],
        also: Option<Term>,
        (most, watched): (u32, bool),
        purse: &Purse<'_>,
    ) -> Answer {
        limit_memory();
        let assumed = self.tell(terms, also);
        let most = self.formulas.work_max().min(most);
        let (solver, _) = self.solver.as_ref().expect("it was just told");
        solver.set_params(&params(purse, most));
        let said = check(purse, watched, || solver.check_assumptions(assumed.as_slice()));
        pay(purse, &solver.get_statistics());
        let answer = match said {
            SatResult::Sat => self.formulas.found(terms, solver.get_model(), asserted),
            SatResult::Unsat => Answer::None,
            SatResult::Unknown => unknown(solver.get_reason_unknown()),
        };
        // A solver that ran out of its limit is not asked again: it may say that there is
        // nothing where there is something (z3 5.3.3, in an incremental solver).
        if matches!(answer, Answer::Unknown(_)) {
            self.solver = None;
        }
        answer
    }

    /// Tells z3 what it does not know yet; a truth that stands for `also`.
    fn tell(&mut self, terms: &Terms, also: Option<Term>) -> Option<Bool> {
        let new: Vec<Term> = self.demanded[self.told..].iter().copied().chain(also).collect();
        self.formulas.prepare(terms, &new);
        let made: Vec<Bool> = new.iter().map(|term| self.formulas.truth(terms, *term)).collect();
        let logic = self.formulas.logic();
        // z3 decides products of unknowns only in a solver that is asked once.
        let once = self.formulas.is_curved();
        if once || self.solver.as_ref().is_none_or(|(_, of)| *of != logic) {
            let solver = match logic {
                Some(logic) => Solver::new_for_logic(logic).unwrap_or_default(),
                None => Solver::new(),
            };
            for term in &self.demanded {
                solver.assert(self.formulas.truth(terms, *term));
            }
            self.solver = Some((solver, logic));
        } else if let Some((solver, _)) = &self.solver {
            let demands = self.demanded.len() - self.told;
            made.iter().take(demands).for_each(|demand| solver.assert(demand));
        }
        self.told = self.demanded.len();
        let (solver, _) = self.solver.as_ref().expect("it was just made");
        if once {
            also.and(made.last()).iter().for_each(|also| solver.assert(*also));
            return None;
        }
        also.and(made.last()).map(|also| {
            let stands = Bool::new_const(format!("also{}", self.besides));
            self.besides += 1;
            solver.assert(stands.implies(also));
            stands
        })
    }

    /// The same with as few of `few` as possible.
    pub fn fewest(&mut self, terms: &Terms, few: &[Term], purse: &Purse<'_>) -> Answer {
        if let Some(answer) = at_once(terms, &self.demanded, purse) {
            return answer;
        }
        match self.optimized(terms, few, LOOK, purse) {
            Answer::Unknown(_) => self.optimized(terms, few, WHOLE, purse),
            answer => answer,
        }
    }

    /// Asks the optimizer once, which is made for it.
    fn optimized(
        &mut self,
        terms: &Terms,
        few: &[Term],
        (most, watched): (u32, bool),
        purse: &Purse<'_>,
    ) -> Answer {
        limit_memory();
        self.formulas.prepare(terms, few);
        let optimize = Optimize::new();
        for term in &self.demanded {
            optimize.assert(self.formulas.truth(terms, *term));
        }
        for term in few {
            let not = self.formulas.truth(terms, *term).not();
            optimize.assert_soft(&not, 1, None);
        }
        optimize.set_params(&params(purse, self.formulas.work_max().min(most)));
        let said = check(purse, watched, || optimize.check(&[]));
        pay(purse, &optimize.get_statistics());
        match said {
            SatResult::Sat => self.formulas.found(terms, optimize.get_model(), &self.demanded),
            SatResult::Unsat => Answer::None,
            SatResult::Unknown => unknown(optimize.get_reason_unknown()),
        }
    }
}

/// An assignment in which all of `asserted` holds.
pub fn solve(terms: &Terms, asserted: &[Term], purse: &Purse<'_>) -> Answer {
    Session::new(asserted.to_vec()).solve(terms, None, purse)
}

/// The least (or greatest) value of a number for which all of `asserted` holds.
///
/// A bound that is only approached comes back as z3 says it, `1/3 - epsilon`: the bounds are
/// read, never the model alone.
pub fn extreme(
    terms: &Terms,
    asserted: &[Term],
    number: Term,
    least: bool,
    purse: &Purse<'_>,
) -> Extreme {
    match at_once(terms, asserted, purse) {
        Some(Answer::None) => return Extreme::Never,
        Some(Answer::Unknown(why)) => return Extreme::Unknown(why),
        Some(Answer::Found(_)) | None => {}
    }
    let mut formulas = Formulas::default();
    formulas.prepare(terms, asserted);
    match bound(terms, (asserted, number, least), &mut formulas, LOOK, purse) {
        Extreme::Unknown(_) => bound(terms, (asserted, number, least), &mut formulas, WHOLE, purse),
        known => known,
    }
}

/// Asks for a bound once, with so much work at most, and perhaps somebody who may interrupt z3.
fn bound(
    terms: &Terms,
    (asserted, number, least): (&[Term], Term, bool),
    formulas: &mut Formulas,
    (most, watched): (u32, bool),
    purse: &Purse<'_>,
) -> Extreme {
    limit_memory();
    let optimize = Optimize::new();
    for term in asserted {
        optimize.assert(formulas.truth(terms, *term));
    }
    let objective = formulas.formula(terms, number);
    match least {
        true => optimize.minimize(&objective),
        false => optimize.maximize(&objective),
    }
    optimize.set_params(&params(purse, formulas.work_max().min(most)));
    let said = check(purse, watched, || optimize.check(&[]));
    pay(purse, &optimize.get_statistics());
    match said {
        SatResult::Unsat => Extreme::Never,
        SatResult::Unknown => match unknown(optimize.get_reason_unknown()) {
            Answer::Unknown(why) => Extreme::Unknown(why),
            Answer::Found(_) | Answer::None => Extreme::Unknown("z3 does not say why".into()),
        },
        SatResult::Sat => {
            let bound = if least { optimize.get_lower(0) } else { optimize.get_upper(0) };
            let bound = bound.and_then(|bound| limit(&bound));
            let found = match formulas.found(terms, optimize.get_model(), asserted) {
                Answer::Found(found) => Some(found),
                Answer::None | Answer::Unknown(_) => None,
            };
            match bound {
                Some((value, attained)) => Extreme::At { value, attained, found },
                None => Extreme::Unknown("z3 gives no bound that can be read".to_string()),
            }
        }
    }
}

/// What the Horn engine may take: what it finds, it mostly finds at once. It does not heed the
/// count of work, so its depth is limited, and its wall time.
const HORN_WORK: u32 = 2_000_000;
/// Steps that it unrolls at most before it gives up.
const HORN_LEVELS: u32 = 12;
/// Its wall time, in milliseconds.
const HORN_MILLISECONDS: u32 = 3_000;
/// The name of the invariant that is looked for.
const INVARIANT: &str = "invariant";

/// Whether z3's Horn engine finds an invariant of a system which keeps off what is bad, and an
/// ordinary solver agrees that it is one.
pub fn invariant(terms: &Terms, system: &System, purse: &Purse<'_>) -> bool {
    let mut formulas = Formulas::default();
    // Counts stay sums here: the engine has no pseudo-boolean constraints.
    let mut all = |of: &[Term]| {
        let made: Vec<Bool> = of.iter().map(|term| formulas.truth(terms, *term)).collect();
        Bool::and(&made)
    };
    let (start, any) = (all(&system.start), all(&system.any));
    let (step, bad) = (all(&system.step), all(&[system.bad]));
    let mut state = |of: &[Term]| -> Vec<Dynamic> {
        of.iter().map(|term| formulas.formula(terms, *term)).collect()
    };
    let [started, before, after] =
        [&system.started, &system.before, &system.after].map(|of| state(of));
    if formulas.work_max() < u32::MAX || purse.is_empty() || !(purse.go_on)() {
        return false;
    }
    let sorts: Vec<Sort> = before.iter().map(|part| part.get_sort()).collect();
    let sorts: Vec<&Sort> = sorts.iter().collect();
    let held = FuncDecl::new(INVARIANT, &sorts, &Sort::bool());
    let holds = |state: &[Dynamic]| {
        let parts: Vec<&dyn Ast> = state.iter().map(|part| part as &dyn Ast).collect();
        held.apply(&parts).as_bool().expect("an invariant is a truth")
    };
    let (at_start, at_before, at_after) = (holds(&started), holds(&before), holds(&after));
    let broken = FuncDecl::new("broken", &[], &Sort::bool());
    let is_broken = broken.apply(&[]).as_bool().expect("a truth");
    limit_memory();
    let fixed = Fixedpoint::new();
    let mut params = params(purse, HORN_WORK);
    params.set_u32("timeout", purse.milliseconds.min(HORN_MILLISECONDS));
    params.set_symbol("engine", "spacer");
    params.set_u32("spacer.max_level", HORN_LEVELS);
    fixed.set_params(&params);
    fixed.register_relation(&held);
    fixed.register_relation(&broken);
    let vars = formulas.variables();
    let bound: Vec<&dyn Ast> = vars.iter().map(|var| var as &dyn Ast).collect();
    let rule = |body: &[&Bool], head: &Bool| {
        let body: Vec<Bool> = body.iter().map(|part| (*part).clone()).collect();
        fixed.add_rule(&forall_const(&bound, &[], &Bool::and(&body).implies(head)), None);
    };
    rule(&[&start], &at_start);
    rule(&[&any, &at_before, &step], &at_after);
    rule(&[&any, &at_before, &bad], &is_broken);
    let said = interruptible(purse, || fixed.query_relations(&[&broken]));
    pay(purse, &fixed.get_statistics());
    let Some(answer) = fixed.get_answer().filter(|_| said == SatResult::Unsat) else {
        return false;
    };
    // What the engine names as the invariant is one.
    let solver = Solver::new();
    let mut macros = self::params(purse, u32::MAX);
    macros.set_bool("smt.macro_finder", true);
    solver.set_params(&macros);
    solver.assert(&answer);
    let not_at_first = Bool::and(&[start, at_start.not()]);
    let not_kept = Bool::and(&[any.clone(), at_before.clone(), step, at_after.not()]);
    let not_enough = Bool::and(&[any, at_before, bad]);
    solver.assert(Bool::or(&[not_at_first, not_kept, not_enough]));
    let said = interruptible(purse, || solver.check());
    pay(purse, &solver.get_statistics());
    said == SatResult::Unsat
}

/// A bound and whether it is attained: `1/4`, `1/4 + epsilon`, `1/3 - epsilon`.
fn limit(bound: &Dynamic) -> Option<(Rational, bool)> {
    let text = bound.to_string();
    if let Some(value) = rational(&text) {
        return Some((value, true));
    }
    let parts = bound.children();
    let epsilon = parts.iter().any(|part| part.to_string().contains("epsilon"));
    let value = parts.iter().find_map(|part| rational(&part.to_string()));
    epsilon.then(|| (value.unwrap_or_default(), false))
}

/// What needs no solver: what is known to be false, and an empty purse.
fn at_once(terms: &Terms, asserted: &[Term], purse: &Purse<'_>) -> Option<Answer> {
    if asserted.iter().any(|term| terms.truth(*term) == Some(false)) {
        return Some(Answer::None);
    }
    if !(purse.go_on)() {
        return Some(Answer::Unknown("stopped".to_string()));
    }
    purse.is_empty().then(|| Answer::Unknown("the budget of the solver is spent".to_string()))
}

/// Limits what z3 may take of memory: a setting of the whole process, made once, for threads must
/// not make it at the same time.
fn limit_memory() {
    static LIMITED: std::sync::Once = std::sync::Once::new();
    LIMITED.call_once(|| set_global_param("memory_max_size", MEMORY_MEGABYTES));
}

/// Pays for what z3 did since it was last asked.
fn pay(purse: &Purse<'_>, statistics: &Statistics) {
    purse.pay(work(statistics).max(1));
}

/// What z3 says; a short look needs nobody who could interrupt it.
fn check(purse: &Purse<'_>, watched: bool, ask: impl FnOnce() -> SatResult) -> SatResult {
    if watched { interruptible(purse, ask) } else { ask() }
}

/// How z3 is stopped from outside while it works.
fn interruptible(purse: &Purse<'_>, check: impl FnOnce() -> SatResult) -> SatResult {
    let context = Context::thread_local();
    let handle = context.handle();
    let (done, waiting) = std::sync::mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let go_on = purse.go_on;
        let handle = &handle;
        scope.spawn(move || {
            let again = core::time::Duration::from_millis(50);
            while waiting.recv_timeout(again) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                if !go_on() {
                    handle.interrupt();
                }
            }
        });
        let said = check();
        drop(done);
        said
    })
}

thread_local! {
    /// What z3 had counted in this thread's context when it was last asked.
    static COUNTED: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// The work that z3 counted since it was last asked: its own count is of the whole context.
fn work(statistics: &Statistics) -> u64 {
    let counted = match statistics.value("rlimit count") {
        Some(StatisticsValue::UInt(work)) => u64::from(work),
        Some(StatisticsValue::Double(work)) => work as u64,
        None => return 0,
    };
    counted.saturating_sub(COUNTED.replace(counted))
}

fn unknown(reason: Option<String>) -> Answer {
    let reason = match reason.as_deref() {
        Some("timeout" | "canceled") => "z3 ran out of time".to_string(),
        Some(reason) if reason.contains("resource") => "z3 ran out of its budget".to_string(),
        Some(reason) => format!("z3 gives up: {reason}"),
        None => "z3 does not say why".to_string(),
    };
    Answer::Unknown(reason)
}

fn params(purse: &Purse<'_>, most: u32) -> Params {
    let mut params = Params::new();
    params.set_u32("rlimit", purse.left().min(most));
    params.set_u32("timeout", purse.milliseconds);
    params
}
