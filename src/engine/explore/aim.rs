//! What is looked for in states: the part of a formula that single states decide.
//!
//! In: a formula and whether it is to be true or false. Out: aims, any of which a run meets that
//! makes it so; or the name of what states alone do not decide.
//!
//! # Invariants
//! - A run makes the formula what it is to be if and only if one of its states meets an aim.

use super::super::program::{Atom, Bits, Form, Indices, Num, Program, Universe, Var};
use super::super::run::Block;

/// What a state meets.
#[derive(Clone)]
pub(super) struct Aim<'p> {
    /// Elements of which one has to make it so: where each goes, and what all are.
    binders: Vec<(usize, &'p Universe)>,
    /// What holds of such elements throughout a run, or does not.
    guards: Vec<(&'p Form, bool)>,
    /// What is true or false at the instant.
    form: &'p Form,
    want: bool,
    /// What is true or false at instant 0 of the run.
    pub roots: Vec<(&'p Form, bool)>,
    /// The instants at which it counts.
    pub from: u64,
    pub to: Option<u64>,
}

/// The aims of a formula that is to be `want`.
pub(super) fn aims<'p>(
    form: &'p Form,
    want: bool,
    program: &'p Program,
) -> Result<Vec<Aim<'p>>, &'static str> {
    let at_start = |form| Aim {
        binders: Vec::new(),
        guards: Vec::new(),
        form,
        want,
        roots: Vec::new(),
        from: 0,
        to: Some(0),
    };
    if is_start(form, program) {
        return Ok(vec![at_start(form)]);
    }
    match (form, want) {
        (Form::Not(inner), _) => aims(inner, !want, program),
        // One side is enough.
        (Form::And(left, right), false) | (Form::Or(left, right), true) => {
            Ok([aims(left, want, program)?, aims(right, want, program)?].concat())
        }
        // Both are needed: one of them is known at the start.
        (Form::And(left, right), true) | (Form::Or(left, right), false) => {
            let (first, then) = if is_start(left, program) { (left, right) } else { (right, left) };
            if !is_start(first, program) {
                return Err("two temporal operators that must both fail");
            }
            let mut found = aims(then, want, program)?;
            found.iter_mut().for_each(|aim| aim.roots.push((first, want)));
            Ok(found)
        }
        (Form::Future { all: true, from, to, body }, false)
        | (Form::Future { all: false, from, to, body }, true)
            if is_instant(body, program) =>
        {
            Ok(vec![Aim { from: *from, to: *to, ..at_start(body) }])
        }
        (Form::Quantifier { all, dim, guard, body }, _) if *all != want => {
            let guard = guard.as_deref();
            if guard.is_some_and(|guard| !is_fixed(guard, program)) {
                return Err("a binder over what changes, around a temporal operator");
            }
            let mut found = aims(body, want, program)?;
            for aim in &mut found {
                if !aim.roots.is_empty() {
                    return Err("a binder around what holds at the start");
                }
                aim.binders.insert(0, (dim.slot, &dim.universe));
                aim.guards.extend(guard.map(|guard| (guard, true)));
            }
            Ok(found)
        }
        _ => Err("a temporal operator that single states do not decide"),
    }
}

/// Whether a formula needs one instant alone.
pub(super) fn is_instant(form: &Form, program: &Program) -> bool {
    match form {
        Form::Atom(atom) => !program.atoms[*atom].first && is_own(&program.atoms[*atom]),
        Form::Not(inner) => is_instant(inner, program),
        Form::And(left, right) | Form::Or(left, right) => {
            is_instant(left, program) && is_instant(right, program)
        }
        Form::Quantifier { guard, body, .. } => {
            guard.as_ref().is_none_or(|guard| is_instant(guard, program))
                && is_instant(body, program)
        }
        _ => false,
    }
}

/// Whether an atom needs nothing but the instant that it is asked of.
fn is_own(atom: &Atom) -> bool {
    !atom.late && atom.world.is_none()
}

/// Whether a formula, asked of instant 0, needs that alone.
pub(super) fn is_start(form: &Form, program: &Program) -> bool {
    match form {
        Form::Atom(atom) => is_own(&program.atoms[*atom]),
        Form::Not(inner) | Form::Initially(inner) => is_start(inner, program),
        Form::And(left, right) | Form::Or(left, right) => {
            is_start(left, program) && is_start(right, program)
        }
        Form::Quantifier { guard, body, .. } => {
            guard.as_ref().is_none_or(|guard| is_start(guard, program)) && is_start(body, program)
        }
        _ => false,
    }
}

/// Whether a formula says the same at all instants.
fn is_fixed(form: &Form, program: &Program) -> bool {
    match form {
        Form::Atom(atom) => fixed_bits(&program.atoms[*atom].of),
        Form::Not(inner) => is_fixed(inner, program),
        Form::And(left, right) | Form::Or(left, right) => {
            is_fixed(left, program) && is_fixed(right, program)
        }
        _ => false,
    }
}

fn fixed_bits(bits: &Bits) -> bool {
    match bits {
        Bits::Const(_) | Bits::Uniform(_) => true,
        Bits::Cell(cell) => fixed_cell(cell),
        Bits::Not(inner) => fixed_bits(inner),
        Bits::And(left, right) | Bits::Or(left, right) | Bits::Implies(left, right) => {
            fixed_bits(left) && fixed_bits(right)
        }
        Bits::Compare(_, sides) | Bits::Reals(_, _, sides) => {
            fixed_num(&sides.0) && fixed_num(&sides.1)
        }
        Bits::Bools(_, sides) => fixed_bits(&sides.0) && fixed_bits(&sides.1),
        Bits::Tie { ends, .. } => fixed_num(&ends.0) && fixed_num(&ends.1),
        _ => false,
    }
}

fn fixed_num(num: &Num) -> bool {
    match num {
        Num::Const(_) | Num::Uniform(_) => true,
        Num::Cell(cell) => fixed_cell(cell),
        Num::ToReal(inner) => fixed_num(inner),
        _ => false,
    }
}

fn fixed_cell(cell: &super::super::program::Cell) -> bool {
    let is_param = match cell.var {
        Var::Param(_) => true,
        Var::Old(_) | Var::New(_) => false,
    };
    let inside = match &cell.indices {
        Indices::Uniform(_) => true,
        Indices::Varying(nums) => nums.iter().all(fixed_num),
    };
    is_param && inside
}

impl<'p> Aim<'p> {
    /// Whether it counts at an instant.
    pub fn counts(&self, instant: u32) -> bool {
        let instant = u64::from(instant);
        self.from <= instant && self.to.is_none_or(|to| instant <= to)
    }

    /// The lanes whose states meet it.
    pub fn met(&self, block: &mut Block<'p>, mask: u64, now: u32) -> Option<u64> {
        self.of(0, block, mask, now)
    }

    fn of(&self, depth: usize, block: &mut Block<'p>, mask: u64, now: u32) -> Option<u64> {
        let Some((slot, universe)) = self.binders.get(depth) else {
            let mut found = mask;
            for (form, want) in self.guards.iter().chain([&(self.form, self.want)]) {
                let holds = block.holds(form, mask, now)?;
                found &= if *want { holds } else { !holds };
            }
            return Some(found);
        };
        let mut found = 0;
        for word in block.memory().elements(universe).iter() {
            block.memory().uniforms[*slot] = *word;
            found |= self.of(depth + 1, block, mask, now)?;
        }
        Some(found)
    }

    /// The lanes whose states are a start at which a run may meet it.
    pub fn may_start(&self, block: &mut Block<'p>, mask: u64) -> Option<u64> {
        let mut found = mask;
        for (form, want) in &self.roots {
            let holds = block.holds(form, mask, 0)?;
            found &= if *want { holds } else { !holds };
        }
        Some(found)
    }
}
