//! Where an expression stands, and the local variables that it sees.
//!
//! Invariant: every binding gets a fresh slot, so slots are unique within an item.

use super::call::Callee;
use super::def::Defs;
use super::flow::Flow;
use super::uses::{Under, Uses};
use crate::analysis::names::Names;
use crate::diag::code::analysis as code;
use crate::diag::{Diagnostic, Span};
use crate::ir::{KindId, Model, Slot, Type};
use crate::syntax::ast;

/// What all of inference reads and writes. The model is filled as items are declared; the
/// tables that an expression may refer to are complete before it is inferred.
pub struct Context<'a> {
    /// The model so far.
    pub model: &'a mut Model,
    /// The names so far.
    pub names: &'a mut Names,
    /// What is wrong so far.
    pub diagnostics: &'a mut Vec<Diagnostic>,
    /// The defs as written, and their specialisations.
    pub defs: &'a mut Defs,
}

impl Context<'_> {
    /// Notes that something is wrong.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }
}

/// Where an expression stands: what it may refer to.
#[derive(Clone, PartialEq, Debug)]
pub enum Place {
    /// Constants only.
    Constant,
    /// Parameters, populations and structures: assumes, defaults, pins.
    Setup {
        /// `self` is an agent of this kind, in slot 0.
        own: Option<KindId>,
    },
    /// The start of a state: as `Setup`. (States are not read: they have no value yet.)
    Start {
        /// `self` is an agent of this kind, in slot 0.
        own: Option<KindId>,
    },
    /// A step or rule: states old and new, events, `choose`, `draw`.
    Step {
        /// `step` or the rule's name, for keys.
        item: String,
    },
    /// A property; without worlds it speaks of the actual run.
    Formula {
        /// Names of the worlds and the types of their parameters.
        worlds: Vec<(String, Vec<Type>)>,
    },
    /// A measure: states, no temporal operators.
    Measure,
    /// A def's body: what it uses decides where it may be called.
    Def,
}

/// The local variables of one item, and the frame that they need.
pub struct Scope {
    /// Where the item stands.
    pub place: Place,
    pub(super) locals: Vec<(String, Local)>,
    /// What stands around the expression that is being inferred.
    pub(super) under: Under,
    /// What the item was seen to use.
    pub(super) uses: Uses,
    /// The statements so far, where the item is a step or rule.
    pub(super) flow: Flow,
    frame: usize,
}

/// A local variable.
#[derive(Clone, Debug)]
pub struct Local {
    /// Its place in the frame.
    pub slot: Slot,
    /// Its type (of a joint choice: of its values).
    pub ty: Type,
    /// The types of the indices of a joint choice; empty otherwise.
    pub indices: Vec<Type>,
    /// Where it was bound.
    pub span: Span,
    /// Whether it was read.
    pub used: bool,
    /// What bound it.
    pub(super) role: Role,
}

/// What binds a local.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Role {
    /// `self`, a quantifier, a `for`, a rule: it need not be read.
    Binder,
    /// `let`, `choose`, `draw`: what is it for, if it is not read?
    Value,
    /// A def's parameter; whether it is read under a temporal operator.
    Argument { frozen: bool },
    /// A def's relation parameter, filled in; it has no slot.
    Relation(Callee),
}

impl Scope {
    /// No locals but `self`, where the place has one.
    pub fn new(place: Place) -> Scope {
        let mut scope = Scope {
            locals: Vec::new(),
            under: Under::default(),
            uses: Uses::default(),
            flow: Flow::default(),
            frame: 0,
            place,
        };
        let own = match &scope.place {
            Place::Setup { own } | Place::Start { own } => *own,
            Place::Constant
            | Place::Step { .. }
            | Place::Formula { .. }
            | Place::Measure
            | Place::Def => None,
        };
        if let Some(kind) = own {
            let slot = scope.fresh();
            let nowhere = Span { file: crate::diag::FileId(0), start: 0, end: 0 };
            let ty = Type::Agent(kind);
            let local = Local {
                slot,
                ty,
                indices: Vec::new(),
                span: nowhere,
                used: true,
                role: Role::Binder,
            };
            scope.locals.push(("self".into(), local));
        }
        scope
    }

    /// How many slots the item needs so far.
    pub fn frame(&self) -> usize {
        self.frame
    }

    /// How many locals are bound: what [`unbind`] takes.
    pub fn depth(&self) -> usize {
        self.locals.len()
    }

    /// Whether a `probability` or `expected` was seen so far.
    pub fn speaks_of_chance(&self) -> bool {
        self.uses.chance.is_some()
    }

    /// A slot that nothing else has.
    pub(super) fn fresh(&mut self) -> Slot {
        self.frame += 1;
        Slot(self.frame as u32 - 1)
    }

    /// The innermost local of this name.
    pub(super) fn local(&mut self, name: &str) -> Option<&mut Local> {
        self.locals.iter_mut().rev().find(|(bound, _)| bound == name).map(|(_, local)| local)
    }

    /// The same item's scope with something else around the expression, while `body` runs.
    pub(super) fn within<T>(
        &mut self,
        change: impl FnOnce(&mut Under),
        body: impl FnOnce(&mut Scope) -> T,
    ) -> T {
        let outer = self.under.clone();
        change(&mut self.under);
        let result = body(self);
        self.under = outer;
        result
    }
}

/// Binds a name in a fresh slot, refusing one that is an item's or a local's; it stays until
/// [`unbind`].
pub fn bind(cx: &mut Context<'_>, scope: &mut Scope, name: &ast::Name, ty: Type) -> Slot {
    bind_as(cx, scope, name, ty, Role::Binder)
}

/// As [`bind`], saying what binds it.
pub(super) fn bind_as(
    cx: &mut Context<'_>,
    scope: &mut Scope,
    name: &ast::Name,
    ty: Type,
    role: Role,
) -> Slot {
    refuse_taken(cx, scope, name);
    let slot = scope.fresh();
    push(scope, name, Local { slot, ty, indices: Vec::new(), span: name.span, used: false, role });
    slot
}

/// Adds a local to the scope as it is.
pub(super) fn push(scope: &mut Scope, name: &ast::Name, local: Local) {
    scope.locals.push((name.text.clone(), local));
}

/// An error if the name is taken. spec: items.names
pub(super) fn refuse_taken(cx: &mut Context<'_>, scope: &mut Scope, name: &ast::Name) {
    let text = &name.text;
    let before = if matches!(text.as_str(), "self" | "now" | "none") {
        cx.report(
            Diagnostic::error(code::NAME_TAKEN, name.span, format!("`{text}` has a fixed meaning"))
                .label(name.span, "choose another name"),
        );
        return;
    } else if let Some(local) = scope.local(text) {
        Some((local.span, "already bound here"))
    } else {
        cx.names.entries.get(text).map(|entry| (entry.span, "declared here"))
    };
    if let Some((span, remark)) = before {
        cx.report(
            Diagnostic::error(code::NAME_TAKEN, name.span, format!("`{text}` is already a name"))
                .label(name.span, "this would hide it")
                .label(span, remark)
                .help(format!("choose another name, such as `{text}_`")),
        );
    }
}

/// Forgets the locals bound since there were `depth`, with a lint for each value that was not
/// read.
pub fn unbind(cx: &mut Context<'_>, scope: &mut Scope, depth: usize) {
    for (name, local) in scope.locals.drain(depth..) {
        let lint = match local.role {
            Role::Value | Role::Argument { .. } => true,
            Role::Binder | Role::Relation(_) => false,
        };
        if lint && !local.used && !name.starts_with('_') && local.ty != Type::Error {
            cx.report(
                Diagnostic::warning(code::UNUSED, local.span, format!("`{name}` is never read"))
                    .label(local.span, "bound here")
                    .help(format!("remove it, or write `_{name}` if it is meant to be unread")),
            );
        }
    }
}
