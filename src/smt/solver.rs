//! z3: terms as its formulas, and what it answers.
//!
//! In: terms that should hold, truths to have as few of as possible. Out: an assignment, that
//! there is none, or why it is not known. Every assignment is evaluated by our own arithmetic
//! before it is given out.
//!
//! A comparison of sums of choices between constants is a pseudo-boolean constraint; where
//! nothing but truths is left, the finite-domain solver is asked.

use polity_z3::z3::ast::{Ast, Bool, Dynamic, Int, Real};
use polity_z3::z3::{
    Context, Model, Optimize, Params, SatResult, Solver, Statistics, StatisticsValue,
    set_global_param,
};

use super::answer::{Answer, Extreme};
use super::assignment::{Assignment, Given};
use super::linear;
use super::number::Rational;
use super::purse::Purse;
use super::term::{Node, Sort, Term, Terms};

/// The work that a question with products of unknowns may take.
const NONLINEAR_WORK: u32 = 12_000_000;
/// The memory that z3 may take.
const MEMORY_MEGABYTES: &str = "6000";

/// The work of a look that is over before anybody would want to stop it.
const LOOK_WORK: u32 = 100_000;

/// The Z3 that is loaded, as it calls itself; an error where it is one that must not be used.
pub fn version() -> Result<String, String> {
    match polity_z3::version() {
        Ok(version) => Ok(version.to_string()),
        Err(wrong) => Err(wrong.to_string()),
    }
}

/// An assignment in which all of `asserted` holds.
pub fn solve(terms: &Terms, asserted: &[Term], purse: &Purse<'_>) -> Answer {
    if let Some(answer) = at_once(terms, asserted, purse) {
        return answer;
    }
    in_context(purse, || {
        let mut formulas = Formulas::new(terms);
        let made: Vec<Bool> = asserted.iter().map(|term| formulas.truth(*term)).collect();
        let solver = match formulas.logic() {
            Some(logic) => Solver::new_for_logic(logic).unwrap_or_default(),
            None => Solver::new(),
        };
        made.iter().for_each(|assertion| solver.assert(assertion));
        // A short look needs nobody who could interrupt it.
        solver.set_params(&params(purse, LOOK_WORK));
        let said = match solver.check() {
            SatResult::Unknown => {
                solver.set_params(&params(purse, formulas.work_max()));
                interruptible(purse, || solver.check())
            }
            said => said,
        };
        let work = work(&solver.get_statistics());
        let answer = match said {
            SatResult::Sat => formulas.found(solver.get_model(), asserted),
            SatResult::Unsat => Answer::None,
            SatResult::Unknown => unknown(solver.get_reason_unknown()),
        };
        (answer, work)
    })
}

/// The same with as few of `few` as possible.
pub fn fewest(terms: &Terms, asserted: &[Term], few: &[Term], purse: &Purse<'_>) -> Answer {
    if let Some(answer) = at_once(terms, asserted, purse) {
        return answer;
    }
    in_context(purse, || {
        let mut formulas = Formulas::new(terms);
        let optimize = Optimize::new();
        for term in asserted {
            let assertion = formulas.truth(*term);
            optimize.assert(&assertion);
        }
        optimize.set_params(&params(purse, formulas.work_max()));
        for term in few {
            let not = formulas.truth(*term).not();
            optimize.assert_soft(&not, 1, None);
        }
        let said = interruptible(purse, || optimize.check(&[]));
        let work = work(&optimize.get_statistics());
        let answer = match said {
            SatResult::Sat => formulas.found(optimize.get_model(), asserted),
            SatResult::Unsat => Answer::None,
            SatResult::Unknown => unknown(optimize.get_reason_unknown()),
        };
        (answer, work)
    })
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
    let mut formulas = Formulas::new(terms);
    let optimize = Optimize::new();
    for term in asserted {
        let assertion = formulas.truth(*term);
        optimize.assert(&assertion);
    }
    let objective = formulas.formula(number);
    optimize.set_params(&params(purse, formulas.work_max()));
    match least {
        true => optimize.minimize(&objective),
        false => optimize.maximize(&objective),
    }
    let said = interruptible(purse, || optimize.check(&[]));
    purse.pay(work(&optimize.get_statistics()).max(1));
    match said {
        SatResult::Unsat => Extreme::Never,
        SatResult::Unknown => match unknown(optimize.get_reason_unknown()) {
            Answer::Unknown(why) => Extreme::Unknown(why),
            Answer::Found(_) | Answer::None => Extreme::Unknown("z3 does not say why".into()),
        },
        SatResult::Sat => {
            let bound = if least { optimize.get_lower(0) } else { optimize.get_upper(0) };
            let bound = bound.and_then(|bound| limit(&bound));
            let found = match formulas.found(optimize.get_model(), asserted) {
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

/// Asks in this thread's context, and pays for it.
fn in_context(purse: &Purse<'_>, ask: impl FnOnce() -> (Answer, u64)) -> Answer {
    // A setting of the whole process: once, for threads must not set it at the same time.
    static LIMITED: std::sync::Once = std::sync::Once::new();
    LIMITED.call_once(|| set_global_param("memory_max_size", MEMORY_MEGABYTES));
    let (answer, work) = ask();
    purse.pay(work.max(1));
    answer
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

/// Terms as z3's formulas; each is made once.
struct Formulas<'a> {
    terms: &'a Terms,
    made: Vec<Option<Dynamic>>,
    vars: Vec<Term>,
    /// Whether a number is left.
    numbers: bool,
    /// Whether an int is left.
    ints: bool,
    /// Whether a product or quotient of two unknowns is left.
    curved: bool,
}

impl<'a> Formulas<'a> {
    fn new(terms: &'a Terms) -> Formulas<'a> {
        Formulas {
            terms,
            made: vec![None; terms.len()],
            vars: Vec::new(),
            numbers: false,
            ints: false,
            curved: false,
        }
    }

    /// The logic that all that was made is of, where z3 has a solver for it alone: truths, or
    /// truths and linear sums of reals.
    fn logic(&self) -> Option<&'static str> {
        match (self.numbers, self.ints, self.curved) {
            (false, ..) => Some("QF_FD"),
            (true, false, false) => Some("QF_LRA"),
            (true, ..) => None,
        }
    }

    /// What z3 may spend: of a question with products of unknowns, which it seldom decides at
    /// all, only a little.
    fn work_max(&self) -> u32 {
        if self.curved { NONLINEAR_WORK } else { u32::MAX }
    }

    fn truth(&mut self, term: Term) -> Bool {
        self.formula(term).as_bool().expect("a truth is a bool of z3")
    }

    /// The formula of a term: what it is made of first, without recursion, for terms are deep.
    fn formula(&mut self, term: Term) -> Dynamic {
        let mut open = vec![term];
        while let Some(next) = open.last().copied() {
            if self.made[next.index()].is_some() {
                open.pop();
                continue;
            }
            let sums = linear::comparison(self.terms, next);
            let parts = match &sums {
                Some(sums) => sums.truths.iter().map(|(truth, _)| *truth).collect(),
                None => self.terms.parts(next),
            };
            let missing: Vec<Term> =
                parts.into_iter().filter(|part| self.made[part.index()].is_none()).collect();
            if missing.is_empty() {
                let made = match sums {
                    Some(sums) => self.pseudo_boolean(&sums),
                    None => self.make(next),
                };
                self.made[next.index()] = Some(made);
                open.pop();
            } else {
                open.extend(missing);
            }
        }
        self.made[term.index()].clone().expect("it was just made")
    }

    fn pseudo_boolean(&self, sums: &linear::Comparison) -> Dynamic {
        let truths: Vec<Bool> = sums.truths.iter().map(|(truth, _)| self.bool(*truth)).collect();
        let weighed: Vec<(&Bool, i32)> =
            truths.iter().zip(&sums.truths).map(|(truth, (_, weight))| (truth, *weight)).collect();
        let made = match sums.equal {
            true => Bool::pb_eq(&weighed, sums.most),
            false => Bool::pb_le(&weighed, sums.most),
        };
        Dynamic::from_ast(&made)
    }

    fn bool(&self, term: Term) -> Bool {
        self.of(term).as_bool().expect("a truth is a bool of z3")
    }

    fn of(&self, term: Term) -> &Dynamic {
        self.made[term.index()].as_ref().expect("parts are made first")
    }

    fn int(&self, term: Term) -> Int {
        self.of(term).as_int().expect("an int is an int of z3")
    }

    fn real(&self, term: Term) -> Real {
        self.of(term).as_real().expect("a real is a real of z3")
    }

    fn make(&mut self, term: Term) -> Dynamic {
        let node = self.terms.node(term).clone();
        let sort = self.terms.sort(term);
        self.numbers |= sort != Sort::Bool;
        self.ints |= sort == Sort::Int;
        self.curved |= match node {
            Node::Multiply(a, b) => [a, b].iter().all(|of| self.terms.constant(*of).is_none()),
            Node::Divide(_, b) | Node::Quotient(_, b) | Node::Remainder(_, b) => {
                self.terms.constant(b).is_none()
            }
            _ => false,
        };
        match (node, sort) {
            (Node::Bool(truth), _) => Dynamic::from_ast(&Bool::from_bool(truth)),
            (Node::Number(number), sort) => numeral(&number, sort),
            (Node::Var(number), sort) => {
                self.vars.push(term);
                match sort {
                    Sort::Bool => Dynamic::from_ast(&Bool::new_const(format!("b{number}"))),
                    Sort::Int => Dynamic::from_ast(&Int::new_const(format!("i{number}"))),
                    Sort::Real => Dynamic::from_ast(&Real::new_const(format!("r{number}"))),
                }
            }
            (Node::Not(a), _) => Dynamic::from_ast(&self.bool(a).not()),
            (Node::And(parts), _) => {
                let parts: Vec<Bool> = parts.iter().map(|part| self.bool(*part)).collect();
                Dynamic::from_ast(&Bool::and(&parts))
            }
            (Node::Or(parts), _) => {
                let parts: Vec<Bool> = parts.iter().map(|part| self.bool(*part)).collect();
                Dynamic::from_ast(&Bool::or(&parts))
            }
            (Node::If(c, a, b), _) => self.bool(c).ite(self.of(a), self.of(b)),
            (Node::Equal(a, b), _) => Dynamic::from_ast(&self.of(a).eq(self.of(b))),
            (node, Sort::Bool) => self.compare(&node),
            (node, Sort::Int) => self.int_operator(&node),
            (node, Sort::Real) => self.real_operator(&node),
        }
    }

    fn compare(&self, node: &Node) -> Dynamic {
        let (Node::LessEqual(a, b) | Node::Less(a, b)) = node else {
            unreachable!("truths are compared, joined or chosen")
        };
        let strict = matches!(node, Node::Less(..));
        let made = match (self.terms.sort(*a), strict) {
            (Sort::Int, false) => self.int(*a).le(self.int(*b)),
            (Sort::Int, true) => self.int(*a).lt(self.int(*b)),
            (Sort::Real | Sort::Bool, false) => self.real(*a).le(self.real(*b)),
            (Sort::Real | Sort::Bool, true) => self.real(*a).lt(self.real(*b)),
        };
        Dynamic::from_ast(&made)
    }

    fn int_operator(&self, node: &Node) -> Dynamic {
        let made = match node {
            Node::Add(parts) => {
                let parts: Vec<Int> = parts.iter().map(|part| self.int(*part)).collect();
                Int::add(&parts)
            }
            Node::Multiply(a, b) => Int::mul(&[self.int(*a), self.int(*b)]),
            // By 0 as our own arithmetic has it: z3 would take any value.
            Node::Quotient(a, b) => {
                let zero = self.int(*b).eq(Int::from_i64(0));
                zero.ite(&Int::from_i64(0), &self.int(*a).div(self.int(*b)))
            }
            Node::Remainder(a, b) => {
                let zero = self.int(*b).eq(Int::from_i64(0));
                zero.ite(&self.int(*a), &self.int(*a).modulo(self.int(*b)))
            }
            Node::Floor(a) => self.real(*a).to_int(),
            _ => unreachable!("no other operator makes an int"),
        };
        Dynamic::from_ast(&made)
    }

    fn real_operator(&self, node: &Node) -> Dynamic {
        let made = match node {
            Node::Add(parts) => {
                let parts: Vec<Real> = parts.iter().map(|part| self.real(*part)).collect();
                Real::add(&parts)
            }
            Node::Multiply(a, b) => Real::mul(&[self.real(*a), self.real(*b)]),
            Node::Divide(a, b) => {
                let nothing = Real::from_rational(0, 1);
                let zero = self.real(*b).eq(&nothing);
                zero.ite(&nothing, &self.real(*a).div(self.real(*b)))
            }
            Node::ToReal(a) => Real::from_int(&self.int(*a)),
            _ => unreachable!("no other operator makes a real"),
        };
        Dynamic::from_ast(&made)
    }

    /// The assignment of a model, once our own arithmetic agrees with it.
    fn found(&self, model: Option<Model>, asserted: &[Term]) -> Answer {
        let Some(model) = model else {
            return Answer::Unknown("z3 gives no model".to_string());
        };
        let mut given: std::collections::BTreeMap<Term, Given> = Default::default();
        let mut exact = true;
        for var in &self.vars {
            let value = model.eval(self.of(*var), true);
            let Some(value) = value.and_then(|value| read(&value, self.terms.sort(*var))) else {
                return Answer::Unknown("z3's model cannot be read".to_string());
            };
            exact &= value.1;
            given.insert(*var, value.0);
        }
        let assignment = Assignment::new(self.terms, given);
        if exact && !asserted.iter().all(|term| assignment.truth(*term)) {
            let why = "z3's model does not hold by our own arithmetic: please report this";
            return Answer::Unknown(why.to_string());
        }
        Answer::Found(Box::new(assignment))
    }
}

fn numeral(number: &Rational, sort: Sort) -> Dynamic {
    match sort {
        Sort::Real => {
            let (above, below) = (number.numer().to_string(), number.denom().to_string());
            let real = Real::from_rational_str(&above, &below).expect("a rational is a numeral");
            Dynamic::from_ast(&real)
        }
        Sort::Int | Sort::Bool => {
            let text = number.to_integer().to_string();
            let int: Int = text.parse().expect("an int is a numeral");
            Dynamic::from_ast(&int)
        }
    }
}

/// The value of a variable, and whether it is exact (an algebraic number is not).
fn read(value: &Dynamic, sort: Sort) -> Option<(Given, bool)> {
    match sort {
        Sort::Bool => Some((Given::Truth(value.as_bool()?.as_bool()?), true)),
        Sort::Int => {
            let number: num_bigint::BigInt =
                value.to_string().replace(['(', ')', ' '], "").parse().ok()?;
            Some((Given::Number(Rational::from_integer(number)), true))
        }
        Sort::Real => {
            let text = value.to_string();
            if let Some(number) = rational(&text) {
                return Some((Given::Number(number), true));
            }
            let near = value.as_real()?.approx(30);
            let near: f64 = near.trim_end_matches('?').parse().ok()?;
            Some((Given::Number(super::number::real(near)), false))
        }
    }
}

/// `1.0`, `(/ 1.0 3.0)`, `(- (/ 1.0 3.0))`.
fn rational(text: &str) -> Option<Rational> {
    let mut words = text.split(['(', ')', ' ']).filter(|word| !word.is_empty());
    let whole = |word: &str| -> Option<Rational> {
        let digits = word.strip_suffix(".0").unwrap_or(word);
        Some(Rational::from_integer(digits.parse().ok()?))
    };
    match (words.next()?, words.next(), words.next(), words.next(), words.next()) {
        (number, None, ..) => whole(number),
        ("-", Some(number), None, ..) => Some(-whole(number)?),
        ("/", Some(a), Some(b), None, _) => Some(whole(a)? / whole(b)?),
        ("-", Some("/"), Some(a), Some(b), None) => Some(-(whole(a)? / whole(b)?)),
        ("/", Some("-"), Some(a), Some(b), None) => Some(-(whole(a)? / whole(b)?)),
        _ => None,
    }
}
