//! Pins (§3), one grammar for checks, the command line, setup files and worlds.
//!
//! In: a pin as written, and where it stands. Out: the pin resolved, its values inside of
//! their domains as far as that is known now.

use super::infer::{self, Place, Scope};
use super::names::Meaning;
use super::work::Work;
use super::{agents, constants, domains, pin_ties, variables};
use crate::diag::code::model::{NOT_IN_A_WORLD, PIN_TARGET, PIN_VALUE, WORLDS_ONLY};
use crate::diag::{Diagnostic, Span};
use crate::ir::model::{IndexSet, Start};
use crate::ir::property::{IndexPin, Pin, PinKind};
use crate::ir::{Domain, Expr, ExprKind, ParamId, PopId, StateId, Type, Value};
use crate::syntax::ast::{self, BinaryOp, Name, PinValue};

/// Where a pin stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ground {
    /// In a check, on the command line or in a setup file: it concerns the actual setup.
    Setup,
    /// In a world: how it differs from the actual setup.
    World,
}

/// What a pin of a value fixes.
#[derive(Clone, Copy)]
enum Variable {
    Param(ParamId),
    State(StateId),
}

/// A pin, resolved. `None` after an error was given.
pub fn pin(work: &mut Work<'_>, scope: &mut Scope, ground: Ground, pin: &ast::Pin) -> Option<Pin> {
    let kind = match &pin.kind {
        ast::PinKind::Set { target, value } => set(work, scope, ground, target, value)?,
        ast::PinKind::Only(agents) => {
            PinKind::Only(some_agents(work, scope, (ground, "only"), agents, pin.span)?)
        }
        ast::PinKind::Without(agents) => {
            PinKind::Without(some_agents(work, scope, (ground, "without"), agents, pin.span)?)
        }
        ast::PinKind::Assume(condition) => {
            refuse_in_world(work, ground, "`assume`", pin.span)?;
            let place = Place::Setup { own: None };
            let closed = infer::closed(&mut work.context(), place, condition, Some(&Type::Bool));
            PinKind::Assume(closed)
        }
    };
    if ground == Ground::Setup && scope.frame() > 0 {
        let message = "a pin of the setup has no binders and no `let`";
        let diagnostic = Diagnostic::error(PIN_VALUE, pin.span, message)
            .help("write `assume …` to restrict the setup by a condition");
        work.report(diagnostic);
        return None;
    }
    Some(Pin { kind, span: pin.span })
}

/// Pins that stand in a check, or outside of the file.
pub fn setup_pins(work: &mut Work<'_>, pins: &[ast::Pin]) -> Vec<Pin> {
    pins.iter()
        .filter_map(|one| {
            let mut scope = Scope::new(Place::Setup { own: None });
            pin(work, &mut scope, Ground::Setup, one)
        })
        .collect()
}

/// `only x`, `without x`: worlds only. spec: world.pins
fn some_agents(
    work: &mut Work<'_>,
    scope: &mut Scope,
    (ground, word): (Ground, &str),
    agents: &ast::Expr,
    span: Span,
) -> Option<Expr> {
    if ground == Ground::Setup {
        let message = format!("`{word}` stands in worlds only");
        let diagnostic = Diagnostic::error(WORLDS_ONLY, span, message)
            .help("pin the size of the population instead: `team: 1`");
        work.report(diagnostic);
        return None;
    }
    let set = infer::set(&mut work.context(), scope, agents);
    match &set.ty {
        Type::Error => None,
        Type::Set(element) if matches!(**element, Type::Agent(_)) => Some(set),
        other => {
            let found = infer::type_name(&work.model, other);
            let message = format!("`{word}` names agents, and this is `{found}`");
            work.error(PIN_VALUE, agents.span, message);
            None
        }
    }
}

fn refuse_in_world(work: &mut Work<'_>, ground: Ground, what: &str, span: Span) -> Option<()> {
    match ground {
        Ground::Setup => Some(()),
        Ground::World => {
            let message = format!("{what} concerns the actual setup, not a world");
            let diagnostic = Diagnostic::error(NOT_IN_A_WORLD, span, message)
                .help("write `only x` or `without x` to leave agents out of a world");
            work.report(diagnostic);
            None
        }
    }
}

fn set(
    work: &mut Work<'_>,
    scope: &mut Scope,
    ground: Ground,
    target: &ast::Expr,
    value: &PinValue,
) -> Option<PinKind> {
    match target.kind.as_ref() {
        ast::ExprKind::Paren(inner) => set(work, scope, ground, inner, value),
        ast::ExprKind::Name(text) => {
            let name = Name { text: text.clone(), span: target.span };
            named(work, scope, ground, &name, value)
        }
        ast::ExprKind::Call { function, arguments } => match function.kind.as_ref() {
            ast::ExprKind::Name(text) => {
                let name = Name { text: text.clone(), span: function.span };
                let variable = top_level(work, &name)?;
                let indices = indices(work, scope, variable, &[], arguments, target.span)?;
                fixed(work, scope, variable, indices, (target.span, value))
            }
            ast::ExprKind::Field { object, name } => {
                field(work, scope, (object, name), Some(arguments), value)
            }
            _ => no_target(work, target.span),
        },
        ast::ExprKind::Field { object, name } => field(work, scope, (object, name), None, value),
        ast::ExprKind::Error => None,
        _ => no_target(work, target.span),
    }
}

fn no_target<T>(work: &mut Work<'_>, span: Span) -> Option<T> {
    let message = "this cannot be pinned";
    let help = "pin a population, a structure, a parameter or a free start: `team: 3`, \
                `team[0].greed: 0.5`";
    work.report(Diagnostic::error(PIN_TARGET, span, message).help(help));
    None
}

/// `deviations: 0`, `team: 3`, `reviews: ring`, `regime: A`.
fn named(
    work: &mut Work<'_>,
    scope: &mut Scope,
    ground: Ground,
    name: &Name,
    value: &PinValue,
) -> Option<PinKind> {
    if let "deviations" | "edges" = name.text.as_str() {
        refuse_in_world(work, ground, &format!("`{}`", name.text), name.span)?;
        let (lo, hi) = counts(work, &format!("`{}`", name.text), value, name.span)?;
        return Some(match name.text.as_str() {
            "deviations" => PinKind::Deviations(lo, hi),
            _ => PinKind::Edges(lo, hi),
        });
    }
    match work.find(name, pinnable)? {
        Meaning::Population(population) => {
            refuse_in_world(work, ground, "the size of a population", name.span)?;
            size(work, population, name, value)
        }
        Meaning::Structure(structure) => pin_ties::pin(work, structure, name, value),
        Meaning::Param(param) => {
            let all = work.model.params[param].indices.iter().map(|_| IndexPin::All).collect();
            fixed(work, scope, Variable::Param(param), all, (name.span, value))
        }
        Meaning::State(state) => {
            let all = work.model.states[state].indices.iter().map(|_| IndexPin::All).collect();
            fixed(work, scope, Variable::State(state), all, (name.span, value))
        }
        other => not_pinnable(work, name, &other),
    }
}

fn pinnable(meaning: &Meaning) -> bool {
    matches!(
        meaning,
        Meaning::Population(_) | Meaning::Structure(_) | Meaning::Param(_) | Meaning::State(_)
    )
}

fn not_pinnable<T>(work: &mut Work<'_>, name: &Name, meaning: &Meaning) -> Option<T> {
    let message = format!("`{}` is {}, which cannot be pinned", name.text, meaning.noun());
    work.error(PIN_TARGET, name.span, message);
    None
}

fn top_level(work: &mut Work<'_>, name: &Name) -> Option<Variable> {
    let fits = |meaning: &Meaning| matches!(meaning, Meaning::Param(_) | Meaning::State(_));
    match work.find(name, fits)? {
        Meaning::Param(param) => Some(Variable::Param(param)),
        Meaning::State(state) => Some(Variable::State(state)),
        other => not_pinnable(work, name, &other),
    }
}

/// A population's size: `3` or `2..4`, within its bounds.
fn size(work: &mut Work<'_>, population: PopId, name: &Name, value: &PinValue) -> Option<PinKind> {
    let what = format!("the size of `{}`", name.text);
    let ((lo, hi), span) = range(work, &what, value, name.span)?;
    let (lo, hi) = agents::within(work, &what, (lo, hi), span)?;
    if let Some((least, most)) = work.model.populations[population].size
        && (lo < least || hi > most)
    {
        let message = format!("{what} is `{least}..{most}`, and this pins it outside of that");
        work.error(PIN_VALUE, span, message);
        return None;
    }
    Some(PinKind::Population(population, lo, hi))
}

/// A range of counts.
fn counts(work: &mut Work<'_>, what: &str, value: &PinValue, target: Span) -> Option<(u32, u32)> {
    let ((lo, hi), span) = range(work, what, value, target)?;
    match (u32::try_from(lo), u32::try_from(hi)) {
        (Ok(lo), Ok(hi)) if lo <= hi => Some((lo, hi)),
        _ => {
            let message = format!("{what} is an int from 0, or a range with the least first");
            work.error(PIN_VALUE, span, message);
            None
        }
    }
}

/// `n` or `lo..hi` of constant ints.
fn range(
    work: &mut Work<'_>,
    what: &str,
    value: &PinValue,
    target: Span,
) -> Option<((i64, i64), Span)> {
    let expr = match value {
        PinValue::Expr(expr) => expr,
        PinValue::Ties(..) => {
            let message = format!("{what} is pinned to an int or a range, not to ties");
            work.error(PIN_VALUE, target, message);
            return None;
        }
    };
    let ends = match expr.kind.as_ref() {
        ast::ExprKind::Binary { op: BinaryOp::Range, left, right, .. } => {
            let lo = constants::int(work, left, what);
            let hi = constants::int(work, right, what);
            (lo?, hi?)
        }
        _ => {
            let size = constants::int(work, expr, what)?;
            (size, size)
        }
    };
    Some((ends, expr.span))
}

/// `team.p: v`, `team[0].p: v`, `x.p: v`.
fn field(
    work: &mut Work<'_>,
    scope: &mut Scope,
    (object, name): (&ast::Expr, &Name),
    arguments: Option<&[ast::Expr]>,
    value: &PinValue,
) -> Option<PinKind> {
    let owner = infer::expression(&mut work.context(), scope, object, None);
    let (kind, first) = match (&owner.ty, owner.kind.as_ref()) {
        (Type::Error, _) => return None,
        (Type::Agent(kind), _) => (*kind, IndexPin::At(owner)),
        (Type::Set(element), kind_of) => match (&**element, kind_of) {
            (Type::Agent(kind), ExprKind::Kind(_)) => (*kind, IndexPin::All),
            (Type::Agent(kind), _) => (*kind, IndexPin::In(owner)),
            _ => return no_target(work, object.span),
        },
        _ => return no_target(work, object.span),
    };
    let declared = &work.model.kinds[kind];
    let param = declared.params.iter().find(|id| work.model.params[**id].name == name.text);
    let state = declared.states.iter().find(|id| work.model.states[**id].name == name.text);
    let variable = match (param, state) {
        (Some(param), _) => Variable::Param(*param),
        (None, Some(state)) => Variable::State(*state),
        (None, None) => {
            let message = format!("`{}` has no `{}`", declared.name, name.text);
            let mut diagnostic = Diagnostic::error(PIN_TARGET, name.span, message);
            let params = declared.params.iter().map(|id| work.model.params[*id].name.as_str());
            if let Some(meant) = super::names::suggest(&name.text, params) {
                diagnostic = diagnostic.help(format!("did you mean `{meant}`?"));
            }
            work.report(diagnostic);
            return None;
        }
    };
    let indices = match arguments {
        Some(arguments) => indices(work, scope, variable, &[first], arguments, name.span)?,
        None => {
            let all = index_sets(work, variable).len();
            std::iter::once(first).chain((1..all).map(|_| IndexPin::All)).collect()
        }
    };
    fixed(work, scope, variable, indices, (name.span, value))
}

fn index_sets(work: &Work<'_>, variable: Variable) -> Vec<IndexSet> {
    match variable {
        Variable::Param(param) => work.model.params[param].indices.clone(),
        Variable::State(state) => work.model.states[state].indices.clone(),
    }
}

/// The cells that `arguments` mean, behind the `first` ones.
fn indices(
    work: &mut Work<'_>,
    scope: &mut Scope,
    variable: Variable,
    first: &[IndexPin],
    arguments: &[ast::Expr],
    span: Span,
) -> Option<Vec<IndexPin>> {
    let sets = index_sets(work, variable);
    let further = &sets[first.len().min(sets.len())..];
    if further.len() != arguments.len() {
        let message =
            format!("this has {} indices, and {} are given", further.len(), arguments.len());
        let help = "leave out the parentheses to pin all cells";
        work.report(Diagnostic::error(PIN_TARGET, span, message).help(help));
        return None;
    }
    let mut pins = first.to_vec();
    for (set, argument) in further.iter().zip(arguments) {
        pins.push(index(work, scope, set, argument)?);
    }
    Some(pins)
}

fn index(
    work: &mut Work<'_>,
    scope: &mut Scope,
    set: &IndexSet,
    argument: &ast::Expr,
) -> Option<IndexPin> {
    let ty = super::indices::type_of(&work.model, set);
    let agents = matches!(ty, Type::Agent(_));
    let written = infer::expression(&mut work.context(), scope, argument, None);
    if agents && written.ty == Type::Set(Box::new(ty.clone())) {
        return Some(IndexPin::In(written));
    }
    let one = infer::coerce(&mut work.context(), written, &ty, None);
    if one.ty == Type::Error {
        return None;
    }
    if let (IndexSet::Ints(lo, hi), ExprKind::Literal(Value::Int(at))) = (set, one.kind.as_ref())
        && !(lo..=hi).contains(&at)
    {
        let message = format!("`{at}` is outside of `{lo}..{hi}`");
        work.error(PIN_VALUE, argument.span, message);
        return None;
    }
    Some(IndexPin::At(one))
}

/// The pin of a parameter or free start to a value of its domain.
fn fixed(
    work: &mut Work<'_>,
    scope: &mut Scope,
    variable: Variable,
    indices: Vec<IndexPin>,
    (target, value): (Span, &PinValue),
) -> Option<PinKind> {
    let (name, domain, free, span) = match variable {
        Variable::Param(id) => {
            let param = &work.model.params[id];
            (param.name.clone(), param.domain.clone(), !param.derived, param.span)
        }
        Variable::State(id) => {
            let state = &work.model.states[id];
            let free = matches!(state.start, Start::Free);
            (state.name.clone(), state.domain.clone(), free, state.span)
        }
    };
    let PinValue::Expr(written) = value else {
        let message = format!("`{name}` is pinned to a value, not to ties");
        work.error(PIN_VALUE, span_of(value), message);
        return None;
    };
    if !free {
        return not_free(work, variable, &name, target, span);
    }
    if let ast::ExprKind::Binary { op: BinaryOp::Range, .. } = written.kind.as_ref() {
        let message = format!("`{name}` is pinned to one value, not to a range");
        let help = "write `assume …` to restrict it";
        work.report(Diagnostic::error(PIN_VALUE, written.span, message).help(help));
        return None;
    }
    let value = value_in(work, scope, &name, &domain, written)?;
    Some(match variable {
        Variable::Param(param) => PinKind::Param { param, indices, value },
        Variable::State(state) => PinKind::Start { state, indices, value },
    })
}

fn span_of(value: &PinValue) -> Span {
    match value {
        PinValue::Expr(expr) => expr.span,
        PinValue::Ties(_, span) => *span,
    }
}

fn not_free<T>(
    work: &mut Work<'_>,
    variable: Variable,
    name: &str,
    span: Span,
    declared: Span,
) -> Option<T> {
    let (message, help) = match variable {
        Variable::Param(_) => (
            format!("`{name}` is derived from other parameters, so it cannot be pinned"),
            "pin what it is derived from",
        ),
        Variable::State(_) => (
            format!("the start of `{name}` is not free, so it cannot be pinned"),
            "pin the parameters that it starts from",
        ),
    };
    let diagnostic =
        Diagnostic::error(PIN_TARGET, span, message).label(declared, "declared here").help(help);
    work.report(diagnostic);
    None
}

fn value_in(
    work: &mut Work<'_>,
    scope: &mut Scope,
    name: &str,
    domain: &Domain,
    written: &ast::Expr,
) -> Option<Expr> {
    let ty = infer::type_of(&work.model, domain);
    let value = variables::folded(work, scope, written, &ty);
    if value.ty == Type::Error {
        return None;
    }
    if let ExprKind::Literal(known) = value.kind.as_ref()
        && !domains::admits(domain, known)
    {
        let message = format!(
            "`{name}` cannot be {}: it is in {}",
            domains::value_text(&work.model, known),
            domains::text(&work.model, domain)
        );
        work.error(PIN_VALUE, written.span, message);
        return None;
    }
    Some(value)
}
