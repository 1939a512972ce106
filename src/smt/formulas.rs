//! Terms as z3's formulas.
//!
//! In: terms. Out: formulas, each made once, and which logic they are of; and, from a model of
//! z3, an assignment that our own arithmetic agrees with.
//!
//! A comparison of sums of choices between constants is a pseudo-boolean constraint. Many of them
//! are of all agents but one: these share the constraints of all agents.

use polity_z3::z3::Model;
use polity_z3::z3::ast::{Bool, Dynamic, Int, Real};

use super::answer::Answer;
use super::assignment::{Assignment, Given};
use super::linear::{Comparison, Counts};
use super::number::Rational;
use super::term::{Node, Sort, Term, Terms};

/// The work that a question with products of unknowns may take.
const NONLINEAR_WORK: u32 = 12_000_000;

/// Terms as z3's formulas; each is made once.
#[derive(Default)]
pub struct Formulas {
    /// The comparisons that count truths, and what they share.
    counts: Counts,
    made: Vec<Option<Dynamic>>,
    vars: Vec<Term>,
    /// Whether a number is left.
    numbers: bool,
    /// Whether an int is left.
    ints: bool,
    /// Whether a product or quotient of two unknowns is left.
    curved: bool,
}

impl Formulas {
    /// Looks at all that is under `roots`, before formulas are made of it.
    pub fn prepare(&mut self, terms: &Terms, roots: &[Term]) {
        self.counts.look(terms, roots);
    }

    /// The logic that all that was made is of, where z3 has a solver for it alone: truths, or
    /// truths and linear sums of reals.
    pub fn logic(&self) -> Option<&'static str> {
        match (self.numbers, self.ints, self.curved) {
            (false, ..) => Some("QF_FD"),
            (true, false, false) => Some("QF_LRA"),
            (true, ..) => None,
        }
    }

    /// Whether products of unknowns are left.
    pub fn is_curved(&self) -> bool {
        self.curved
    }

    /// What z3 may spend: of a question with products of unknowns, which it seldom decides at
    /// all, only a little.
    pub fn work_max(&self) -> u32 {
        if self.curved { NONLINEAR_WORK } else { u32::MAX }
    }

    /// The variables of all that was made.
    pub fn variables(&self) -> Vec<Dynamic> {
        self.vars.iter().map(|var| self.of(*var).clone()).collect()
    }

    /// The formula of a truth.
    pub fn truth(&mut self, terms: &Terms, term: Term) -> Bool {
        self.formula(terms, term).as_bool().expect("a truth is a bool of z3")
    }

    /// The formula of a term: what it is made of first, without recursion, for terms are deep.
    pub fn formula(&mut self, terms: &Terms, term: Term) -> Dynamic {
        self.made.resize(terms.len(), None);
        let mut open = vec![term];
        while let Some(next) = open.last().copied() {
            if self.made[next.index()].is_some() {
                open.pop();
                continue;
            }
            let parts = match self.counts.comparison(next) {
                Some(sums) => {
                    let left_out = self.counts.all_but_one(next, sums);
                    let left_out = left_out.map(|(_, left_out)| left_out);
                    sums.truths.iter().map(|(truth, _)| *truth).chain(left_out).collect()
                }
                None => terms.parts(next),
            };
            let missing: Vec<Term> =
                parts.into_iter().filter(|part| self.made[part.index()].is_none()).collect();
            if missing.is_empty() {
                let made = match self.counts.comparison(next) {
                    Some(sums) => self.pseudo_boolean(next, sums),
                    None => self.make(terms, next),
                };
                self.made[next.index()] = Some(made);
                open.pop();
            } else {
                open.extend(missing);
            }
        }
        self.made[term.index()].clone().expect("it was just made")
    }

    fn pseudo_boolean(&self, term: Term, sums: &Comparison) -> Dynamic {
        let Some((all, left_out)) = self.counts.all_but_one(term, sums) else {
            return Dynamic::from_ast(&self.weighed(&sums.truths, sums.most, sums.equal));
        };
        // The one that is left out may be among them or not.
        let weight = sums.truths.first().map_or(0, |(_, weight)| *weight);
        let all: Vec<(Term, i32)> = all.iter().map(|truth| (*truth, weight)).collect();
        let with = self.weighed(&all, sums.most + weight, sums.equal);
        let without = self.weighed(&all, sums.most, sums.equal);
        Dynamic::from_ast(&self.bool(left_out).ite(&with, &without))
    }

    fn weighed(&self, truths: &[(Term, i32)], most: i32, equal: bool) -> Bool {
        let formulas: Vec<Bool> = truths.iter().map(|(truth, _)| self.bool(*truth)).collect();
        let weighed: Vec<(&Bool, i32)> =
            formulas.iter().zip(truths).map(|(truth, (_, weight))| (truth, *weight)).collect();
        match equal {
            true => Bool::pb_eq(&weighed, most),
            false => Bool::pb_le(&weighed, most),
        }
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

    fn make(&mut self, terms: &Terms, term: Term) -> Dynamic {
        let node = terms.node(term).clone();
        let sort = terms.sort(term);
        self.numbers |= sort != Sort::Bool;
        self.ints |= sort == Sort::Int;
        self.curved |= match node {
            Node::Multiply(a, b) => [a, b].iter().all(|of| terms.constant(*of).is_none()),
            Node::Divide(_, b) | Node::Quotient(_, b) | Node::Remainder(_, b) => {
                terms.constant(b).is_none()
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
            (node, Sort::Bool) => self.compare(terms, &node),
            (node, Sort::Int) => self.int_operator(&node),
            (node, Sort::Real) => self.real_operator(&node),
        }
    }

    fn compare(&self, terms: &Terms, node: &Node) -> Dynamic {
        let (Node::LessEqual(a, b) | Node::Less(a, b)) = node else {
            unreachable!("truths are compared, joined or chosen")
        };
        let strict = matches!(node, Node::Less(..));
        let made = match (terms.sort(*a), strict) {
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
    pub fn found(&self, terms: &Terms, model: Option<Model>, asserted: &[Term]) -> Answer {
        let Some(model) = model else {
            return Answer::Unknown("z3 gives no model".to_string());
        };
        let mut given: std::collections::BTreeMap<Term, Given> = Default::default();
        let mut exact = true;
        for var in &self.vars {
            let value = model.eval(self.of(*var), true);
            let Some(value) = value.and_then(|value| read(&value, terms.sort(*var))) else {
                return Answer::Unknown("z3's model cannot be read".to_string());
            };
            exact &= value.1;
            given.insert(*var, value.0);
        }
        let assignment = Assignment::new(terms, given);
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
            let number = value.to_string().replace(['(', ')', ' '], "").parse().ok()?;
            Some((Given::Number(number), true))
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
pub fn rational(text: &str) -> Option<Rational> {
    let mut words = text.split(['(', ')', ' ']).filter(|word| !word.is_empty());
    let whole = |word: &str| -> Option<Rational> {
        let digits = word.strip_suffix(".0").unwrap_or(word);
        digits.parse().ok()
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

#[cfg(test)]
mod tests {
    use crate::smt::answer::Answer;
    use crate::smt::purse::Purse;
    use crate::smt::solver::solve;
    use crate::smt::term::{Sort, Term, Terms};

    /// Four truths of these values, and for each of them whether at most `most` of the others
    /// hold, said as it is.
    fn demands(values: u32, most: u32) -> (Terms, Vec<Term>) {
        let mut terms = Terms::new();
        let truths: Vec<Term> = (0..4).map(|_| terms.var(Sort::Bool, None)).collect();
        let holds = |at: usize| values >> at & 1 == 1;
        let mut demanded = Vec::new();
        for left_out in 0..4 {
            let others = (0..4).filter(|at| *at != left_out);
            let count = terms.count(others.clone().map(|at| truths[at]).collect::<Vec<_>>());
            let bound = terms.int(i128::from(most));
            let few = terms.at_most(count, bound);
            let is_few = others.filter(|at| holds(*at)).count() <= most as usize;
            demanded.push(if is_few { few } else { terms.not(few) });
        }
        for (at, truth) in truths.into_iter().enumerate() {
            demanded.push(if holds(at) { truth } else { terms.not(truth) });
        }
        (terms, demanded)
    }

    #[test]
    fn counts_of_all_but_one_are_what_they_are_alone() {
        let purse = Purse::new(u64::from(u32::MAX), 10_000, &|| true);
        for (values, most) in (0..16).flat_map(|values| (0..3).map(move |most| (values, most))) {
            let (mut terms, demanded) = demands(values, most);
            let answer = solve(&terms, &demanded, &purse);
            assert!(matches!(answer, Answer::Found(_)), "{values:04b}, at most {most}");
            // And the opposite of one of them cannot be.
            let opposite = terms.not(demanded[0]);
            let wrong: Vec<Term> =
                std::iter::once(opposite).chain(demanded[1..].to_vec()).collect();
            let answer = solve(&terms, &wrong, &purse);
            assert!(matches!(answer, Answer::None), "{values:04b}, at most {most}: not so");
        }
    }
}
