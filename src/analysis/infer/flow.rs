//! The order of statements: what is read before it is assigned, and what is drawn twice.
//!
//! A path is the list of arms of `if` and `match` (and of `for` bodies) that lead to a
//! statement. Two paths exclude each other if they part at some `if` or `match`.

use std::collections::BTreeMap;

use super::scope::{Context, Scope};
use super::uses::Mark;
use crate::diag::code::analysis as code;
use crate::diag::{Diagnostic, Span};
use crate::ir::model::Site;
use crate::ir::{Expr, ExprKind, SiteId, Slot, StateId};
use crate::syntax::ast;

/// The statements of one item so far.
#[derive(Clone, Default, Debug)]
pub(super) struct Flow {
    path: Path,
    branches: u32,
    clock: u32,
    reads: Vec<Touch>,
    assignments: Vec<Touch>,
    sites: BTreeMap<String, Vec<Drawing>>,
}

/// Which arm of which branching statement, from the outside in.
type Path = Vec<(u32, u32)>;

/// A read of a new value, or an assignment.
#[derive(Clone, Debug)]
struct Touch {
    state: StateId,
    span: Span,
    path: Path,
    time: u32,
    /// The indices, where they are all locals.
    cell: Option<Vec<Slot>>,
}

/// A `choose` or `draw`.
#[derive(Clone, Debug)]
struct Drawing {
    site: SiteId,
    span: Span,
    path: Path,
    drawn: bool,
}

/// A new branching statement.
pub(super) fn branch(scope: &mut Scope) -> u32 {
    scope.flow.branches += 1;
    scope.flow.branches
}

/// Runs `body` in an arm of a branching statement.
pub(super) fn arm<T>(
    scope: &mut Scope,
    branch: u32,
    arm: u32,
    body: impl FnOnce(&mut Scope) -> T,
) -> T {
    scope.flow.path.push((branch, arm));
    let result = body(scope);
    scope.flow.path.pop();
    result
}

/// A new value is read here.
pub(super) fn read(scope: &mut Scope, state: StateId, mark: &Mark) {
    let flow = &mut scope.flow;
    flow.clock += 1;
    let (path, time) = (flow.path.clone(), flow.clock);
    flow.reads.push(Touch { state, span: mark.span, path, time, cell: None });
}

/// A state is assigned here, after everything that its value reads.
pub(super) fn assign(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    state: StateId,
    indices: &[Expr],
    span: Span,
) {
    let cell = indices
        .iter()
        .map(|index| match &*index.kind {
            ExprKind::Local(slot) => Some(*slot),
            _ => None,
        })
        .collect();
    let flow = &mut scope.flow;
    flow.clock += 1;
    let touch = Touch { state, span, path: flow.path.clone(), time: flow.clock, cell };
    let before = flow.assignments.iter().find(|before| {
        before.state == state
            && before.cell.is_some()
            && before.cell == touch.cell
            && touch.path.starts_with(&before.path)
    });
    // A fault when it runs, so only a warning here. spec: step.assign-once
    if let Some(before) = before {
        let name = &cx.model.states[state].name;
        cx.diagnostics.push(
            Diagnostic::warning(code::ASSIGNED_TWICE, span, format!("`{name}` is assigned twice"))
                .label(span, "assigned again: a fault whenever this is reached")
                .label(before.span, "assigned before")
                .help("put the two into arms of one `if`, or into one expression"),
        );
    }
    flow.assignments.push(touch);
}

/// Whether two paths cannot be taken in one step.
fn exclusive(left: &Path, right: &Path) -> bool {
    let parted = left.iter().zip(right).find(|(left, right)| left != right);
    parted.is_some_and(|(left, right)| left.0 == right.0)
}

/// Errors for the new values that are read before all assignments are made. spec: step.primed-read
pub(super) fn finish(cx: &mut Context<'_>, scope: &Scope) {
    for read in &scope.flow.reads {
        let late = scope.flow.assignments.iter().find(|assignment| {
            assignment.state == read.state
                && assignment.time > read.time
                && !exclusive(&assignment.path, &read.path)
        });
        let Some(late) = late else { continue };
        let name = &cx.model.states[read.state].name;
        let message = format!("`{name}'` is read before every `{name}` has its new value");
        cx.diagnostics.push(
            Diagnostic::error(code::READ_EARLY, read.span, message)
                .label(read.span, "read here")
                .label(late.span, "may still be assigned here")
                .help(format!(
                    "move the reading statement below every assignment of `{name}`, or read the old `{name}`"
                )),
        );
    }
}

/// The site of a `choose` or `draw` of this name. spec: draw.keys
pub(super) fn site(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    item: &str,
    name: &ast::Name,
    drawn: bool,
) -> SiteId {
    let path = scope.flow.path.clone();
    let earlier = scope.flow.sites.entry(name.text.clone()).or_default();
    let text = &name.text;
    let word = |drawn: bool| if drawn { "drawn" } else { "chosen" };
    let clash =
        earlier.iter().find(|drawing| drawing.drawn != drawn || !exclusive(&drawing.path, &path));
    if let Some(clash) = clash {
        let message = if clash.drawn == drawn {
            format!("`{text}` is {} twice on one path", word(drawn))
        } else {
            format!("`{text}` is {} here and {} there", word(drawn), word(clash.drawn))
        };
        cx.diagnostics.push(
            Diagnostic::error(code::DRAWN_TWICE, name.span, message)
                .label(name.span, "its key is the same as the other's")
                .label(clash.span, format!("{} before", word(clash.drawn)))
                .help(format!("give it another name, such as `{text}_2`")),
        );
    }
    let site = match earlier.first() {
        Some(first) => first.site,
        None => {
            let (item, name_text) = (item.to_string(), text.clone());
            cx.model.sites.push(Site { item, name: name_text, drawn, span: name.span })
        }
    };
    earlier.push(Drawing { site, span: name.span, path, drawn });
    site
}
