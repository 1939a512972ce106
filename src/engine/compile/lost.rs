//! Whether a run may be discarded: then no verdict is certain before its end.

use super::super::program::{From, Rule, Stmt};

/// Whether a step or a rule may discard a run.
pub(super) fn may_discard(step: Option<&[Stmt]>, rules: &[Rule]) -> bool {
    let bodies = rules.iter().map(|rule| &rule.body[..]).chain(step);
    bodies.flatten().any(discards)
}

fn discards(statement: &Stmt) -> bool {
    let any = |block: &[Stmt]| block.iter().any(discards);
    match statement {
        Stmt::Require(..) | Stmt::ChooseJointly(_) => true,
        Stmt::Choose { from, filter, .. } => {
            let may_be_empty = match from {
                From::Words(words) => words.is_empty(),
                From::Agents { optional, .. } => !optional,
                From::Set(..) => true,
                From::Reals(..) => false,
            };
            filter.is_some() || may_be_empty
        }
        Stmt::If(_, yes, no) => any(yes) || any(no),
        Stmt::Match(_, arms) => arms.iter().any(|(_, body)| any(body)),
        Stmt::For { body, .. } => any(body),
        Stmt::Bind(_)
        | Stmt::Assign { .. }
        | Stmt::Draw { .. }
        | Stmt::Emit { .. }
        | Stmt::Halt => false,
    }
}
