//! What an expression uses, and where that may stand.
//!
//! Every read of a state, event or parameter and every temporal operator passes [`note`]: it
//! is refused if it cannot stand here, else remembered, so that a def knows what it uses and
//! [`call`] can apply the same rules where the def is called.

use super::flow;
use super::scope::{Context, Place, Scope};
use crate::diag::code::analysis as code;
use crate::diag::{Code, Diagnostic, Span};
use crate::ir::StateId;

/// A thing that was seen, in the user's words.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Mark {
    /// Where it stands; for a def's, the call.
    pub span: Span,
    /// What it is: `stock`, `always`.
    pub words: String,
    /// The def that was called and the place within it.
    pub via: Option<(String, Span)>,
}

impl Mark {
    /// A thing that stands here itself.
    pub fn new(span: Span, words: impl Into<String>) -> Mark {
        Mark { span, words: words.into(), via: None }
    }
}

/// What stands around an expression.
#[derive(Clone, Default, Debug)]
pub(super) struct Under {
    /// `@w`
    pub world: Option<Mark>,
    /// `always`, …
    pub temporal: Option<Mark>,
    /// `probability`, `expected`
    pub chance: Option<Mark>,
    /// The value of a `let` or an argument: fixed now.
    pub fixed: Option<Mark>,
}

/// What was used: the first of each.
#[derive(Clone, Default, Debug)]
pub(super) struct Uses {
    /// Parameters, populations, structures.
    pub setup: Option<Mark>,
    /// States.
    pub state: Option<Mark>,
    /// Events.
    pub event: Option<Mark>,
    /// `now`
    pub now: Option<Mark>,
    /// New values: each state once.
    pub primed: Vec<(StateId, Mark)>,
    /// Temporal operators.
    pub temporal: Option<Mark>,
    /// `probability`, `expected`.
    pub chance: Option<Mark>,
    /// A state, event, `now` or temporal operator that is not under `probability` or `expected`.
    pub plain: Option<Mark>,
    /// How many reads of what changes over time there were.
    pub reads: usize,
}

/// What may be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Use {
    /// A parameter, population or structure.
    Setup,
    /// A state's old value.
    State,
    /// A state's new value.
    Primed(StateId),
    /// An event.
    Event,
    /// `now`
    Now,
    /// A temporal operator.
    Temporal,
    /// `probability`, `expected`.
    Chance,
}

/// Refuses the use if it cannot stand here, else remembers it.
pub(super) fn note(cx: &mut Context<'_>, scope: &mut Scope, what: Use, mark: Mark) {
    let allowed = may_stand(&scope.place, what);
    if !allowed {
        refuse(cx, scope, what, &mark);
        return;
    }
    match what {
        Use::Setup | Use::Now | Use::Primed(_) => {}
        Use::State | Use::Event => refuse_unmarked(cx, scope, &mark),
        Use::Temporal => refuse_fixed(cx, scope, &mark),
        Use::Chance => {
            if refuse_nested(cx, scope, &mark) {
                return;
            }
        }
    }
    remember(scope, what, mark);
}

/// Applies what a def uses to the place where it is called.
pub(super) fn call(cx: &mut Context<'_>, scope: &mut Scope, def: &str, uses: &Uses, span: Span) {
    let via = |mark: &Mark| Mark {
        span,
        words: mark.words.clone(),
        via: Some((def.to_string(), mark.via.as_ref().map_or(mark.span, |via| via.1))),
    };
    let reports = cx.diagnostics.len();
    let plain = [
        (Use::Setup, &uses.setup),
        (Use::State, &uses.state),
        (Use::Event, &uses.event),
        (Use::Now, &uses.now),
        (Use::Temporal, &uses.temporal),
        (Use::Chance, &uses.chance),
    ];
    let primed = uses.primed.iter().map(|(state, mark)| (Use::Primed(*state), mark));
    for (what, mark) in plain
        .iter()
        .filter_map(|(what, mark)| mark.as_ref().map(|mark| (*what, mark)))
        .chain(primed)
    {
        // One error for a call is enough.
        if cx.diagnostics.len() == reports {
            note(cx, scope, what, via(mark));
        }
    }
}

fn remember(scope: &mut Scope, what: Use, mark: Mark) {
    if what != Use::Setup && what != Use::Chance {
        scope.uses.reads += 1;
        if scope.under.chance.is_none() && scope.uses.plain.is_none() {
            scope.uses.plain = Some(mark.clone());
        }
    }
    let slot = match what {
        Use::Setup => &mut scope.uses.setup,
        Use::State => &mut scope.uses.state,
        Use::Event => &mut scope.uses.event,
        Use::Now => &mut scope.uses.now,
        Use::Temporal => &mut scope.uses.temporal,
        Use::Chance => &mut scope.uses.chance,
        Use::Primed(state) => {
            flow::read(scope, state, &mark);
            if !scope.uses.primed.iter().any(|(seen, _)| *seen == state) {
                scope.uses.primed.push((state, mark));
            }
            return;
        }
    };
    slot.get_or_insert(mark);
}

/// Which use may stand where.
fn may_stand(place: &Place, what: Use) -> bool {
    match what {
        Use::Setup => !matches!(place, Place::Constant),
        Use::State | Use::Event | Use::Now => match place {
            Place::Constant | Place::Setup { .. } | Place::Start { .. } => false,
            Place::Step { .. } | Place::Formula { .. } | Place::Measure | Place::Def => true,
        },
        Use::Primed(_) => matches!(place, Place::Step { .. } | Place::Def),
        Use::Temporal | Use::Chance => matches!(place, Place::Formula { .. } | Place::Def),
    }
}

/// The words for a place.
pub(super) fn place_words(place: &Place) -> &'static str {
    match place {
        Place::Constant => "a constant",
        Place::Setup { .. } => "a setup",
        Place::Start { .. } => "the start of a state",
        Place::Step { item } if item == "step" => "a step",
        Place::Step { .. } => "a rule",
        Place::Formula { .. } => "a property",
        Place::Measure => "a measure",
        Place::Def => "a def",
    }
}

fn refuse(cx: &mut Context<'_>, scope: &Scope, what: Use, mark: &Mark) {
    let place = place_words(&scope.place);
    let words = &mark.words;
    let prime = if matches!(what, Use::Primed(_)) { "'" } else { "" };
    let message = match &mark.via {
        Some((def, _)) => {
            format!("`{def}` cannot be called in {place}: it uses `{words}{prime}`")
        }
        None => format!("`{words}{prime}` cannot stand in {place}"),
    };
    let reason = match what {
        Use::Setup => "part of the setup, which differs from run to run",
        Use::State => "changes during a run",
        Use::Primed(_) => "new values exist only while a step is made",
        Use::Event => "occurs during a run",
        Use::Now => "changes during a run",
        Use::Temporal => "speaks of a whole run",
        Use::Chance => "speaks of all runs of a setup",
    };
    let mut diagnostic = at(code::NOT_HERE, mark, message, reason);
    if let Some(help) = instead(&scope.place, what, words) {
        diagnostic = diagnostic.help(help);
    }
    cx.report(diagnostic);
}

/// An error at a mark, with a label within the def if it came through one.
fn at(code: Code, mark: &Mark, message: String, reason: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error(code, mark.span, message);
    match &mark.via {
        Some((_, span)) => diagnostic
            .label(mark.span, "called here")
            .label(*span, format!("`{}` {reason}", mark.words)),
        None => diagnostic.label(mark.span, reason),
    }
}

/// What to write instead.
fn instead(place: &Place, what: Use, words: &str) -> Option<String> {
    match (what, place) {
        (Use::Setup, _) => Some("a constant is made of literals and other constants".into()),
        (Use::State, Place::Start { .. }) => {
            Some(format!("states start together: write what `{words}` starts from instead"))
        }
        (Use::State, Place::Setup { .. }) => Some(
            "a setup is fixed before the run: use a parameter, or `initially(…)` in a property"
                .into(),
        ),
        (Use::Primed(_), Place::Formula { .. } | Place::Measure) => {
            Some(format!("write `{words}`, or `next (…)` to speak of the next instant"))
        }
        (Use::Temporal, Place::Step { .. }) => Some(
            "a step sees one instant: remember what happened in a `state`, and read that".into(),
        ),
        (Use::Temporal | Use::Chance, Place::Measure) => {
            Some("a measure is a number of one instant: move this into a property".into())
        }
        (Use::Chance, _) => Some("move this into a property".into()),
        _ => None,
    }
}

/// spec: world.reads
fn refuse_unmarked(cx: &mut Context<'_>, scope: &Scope, mark: &Mark) {
    let Place::Formula { worlds } = &scope.place else { return };
    let Some((world, _)) = worlds.first() else { return };
    if scope.under.world.is_some() {
        return;
    }
    let words = &mark.words;
    let message = match &mark.via {
        Some((def, _)) => format!("in which world is `{def}` called?"),
        None => format!("in which world is `{words}` read?"),
    };
    let shown = mark
        .via
        .as_ref()
        .map_or(format!("{words}@{world}"), |(def, _)| format!("{def}(…)@{world}"));
    cx.report(
        at(code::UNMARKED, mark, message, "differs from world to world")
            .help(format!("write `{shown}`, or put the whole formula in `(…)@{world}`")),
    );
}

/// spec: formula.capture
fn refuse_fixed(cx: &mut Context<'_>, scope: &Scope, mark: &Mark) {
    let Some(fixed) = &scope.under.fixed else { return };
    let message =
        format!("`{}` cannot stand in {}: its value is fixed now", mark.words, fixed.words);
    cx.report(
        at(code::FIXED_NOW, mark, message, "speaks of other instants")
            .label(fixed.span, "fixed here, once")
            .help("write the temporal formula where it is used"),
    );
}

/// Whether it stands under what it may not, which is an error. spec: chance.estimate
fn refuse_nested(cx: &mut Context<'_>, scope: &Scope, mark: &Mark) -> bool {
    let under = &scope.under;
    let Some(outer) = under.temporal.as_ref().or(under.chance.as_ref()).or(under.world.as_ref())
    else {
        return false;
    };
    let message = format!("`{}` cannot stand under `{}`", mark.words, outer.words);
    let help = match (&under.temporal, &under.chance) {
        (None, None) => format!("write `{}((…){})`", mark.words, outer.words),
        _ => format!("write `{}(…)` outermost, with the formula inside it", mark.words),
    };
    cx.report(
        at(code::CHANCE, mark, message, "a number of the setup, not of an instant")
            .label(outer.span, "stands around it")
            .help(help),
    );
    true
}

/// An error if a formula mixes what it says of all runs with what it says of one. spec: chance.estimate
pub(super) fn refuse_mixed(cx: &mut Context<'_>, scope: &Scope) {
    let (Some(chance), Some(plain)) = (&scope.uses.chance, &scope.uses.plain) else { return };
    cx.report(
        Diagnostic::error(
            code::CHANCE,
            plain.span,
            format!("`{}` is read outside of `{}`", plain.words, chance.words),
        )
        .label(plain.span, "speaks of one run")
        .label(chance.span, "speaks of all runs of a setup")
        .help(format!(
            "move it inside, or write two properties; parameters may stand beside `{}`",
            chance.words
        )),
    );
}
