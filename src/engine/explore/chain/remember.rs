//! What is remembered of a run on its way, so that its end and that decide what a formula says.
//!
//! In: formulas. Out: the operands whose truth matters on the way, and for states and instants
//! which truths are seen there, as bits.
//!
//! # Invariants
//! - Two runs that end in the same way, at the same instant, in the same state and with the same
//!   memory get the same verdicts and values.

use crate::engine::explore::aim::{is_instant, is_start};
use crate::engine::program::{Form, LANES, Program};
use crate::engine::run::Block;

/// For each operand whether it was seen to be true, and whether it was seen to be false.
pub(super) type Truths = u64;

/// Operands that fit.
const OPERANDS_MAX: usize = 32;

/// An operand of a temporal operator, read at the instants `first..=last`.
struct Operand<'p> {
    form: &'p Form,
    first: u64,
    last: u64,
}

/// The operands of all formulas of a program.
pub(super) struct Remember<'p> {
    operands: Vec<Operand<'p>>,
}

impl<'p> Remember<'p> {
    /// What is to be remembered for the formulas of a program; none where that is not known.
    pub fn of(program: &'p Program) -> Option<Remember<'p>> {
        let mut remember = Remember { operands: Vec::new() };
        for form in &program.formulas {
            remember.collect(form, program)?;
        }
        (remember.operands.len() <= OPERANDS_MAX).then_some(remember)
    }

    fn collect(&mut self, form: &'p Form, program: &'p Program) -> Option<()> {
        let mut read = |form, first, last| self.operands.push(Operand { form, first, last });
        match form {
            _ if is_start(form, program) => read(form, 0, 0),
            Form::Future { from, to, body, .. } if is_instant(body, program) => {
                read(body, *from, to.unwrap_or(u64::MAX));
            }
            Form::Next(inner) if is_instant(inner, program) => read(inner, 1, 1),
            // Decided by the last state alone.
            Form::Finally(inner) if is_instant(inner, program) => {}
            Form::Not(inner) => self.collect(inner, program)?,
            Form::And(left, right) | Form::Or(left, right) => {
                self.collect(left, program)?;
                self.collect(right, program)?;
            }
            Form::If(parts) => {
                self.collect(&parts.0, program)?;
                self.collect(&parts.1, program)?;
                self.collect(&parts.2, program)?;
            }
            Form::Same(_, sides) => {
                self.collect(&sides.0, program)?;
                self.collect(&sides.1, program)?;
            }
            _ => return None,
        }
        Some(())
    }

    /// The bits of what is read at an instant.
    pub fn read_at(&self, instant: u32) -> Truths {
        let instant = u64::from(instant);
        let read = |of: &Operand<'_>| (of.first..=of.last).contains(&instant);
        let bits = self.operands.iter().enumerate().filter(|(_, of)| read(of));
        bits.fold(0, |all, (at, _)| all | 3 << (2 * at))
    }

    /// What is seen in the states of some lanes, which are read as old; none where that cannot be
    /// said. Whatever is read at instant 0 alone is asked there alone.
    pub fn seen(&self, block: &mut Block<'p>, mask: u64, instant: u32) -> Option<[Truths; LANES]> {
        let mut seen = [0; LANES];
        for (at, operand) in self.operands.iter().enumerate() {
            if operand.last == 0 && instant > 0 {
                continue;
            }
            let holds = block.holds(operand.form, mask, instant)?;
            for (lane, seen) in seen.iter_mut().enumerate() {
                *seen |= (1 + (!holds >> lane & 1)) << (2 * at);
            }
        }
        (!block.is_astray()).then_some(seen)
    }
}
