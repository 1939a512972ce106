//! From a model to a [`Program`], or to the name of what the engine does not do.

mod bits;
mod bounds;
mod event;
mod formula;
mod fuse;
mod gap;
mod gauge;
mod joint;
mod kernel;
mod lost;
mod marks;
mod num;
mod relation;
mod scope;
mod set;
mod shared;
mod start;
mod statement;
mod worlds;

use std::collections::{BTreeMap, BTreeSet};

use super::marks::Mark;
use super::program::{Atom, Form, Gauge, Lack, MarkAt, Missing, Program, Site, Uni, WordType};
use crate::base::Table;
use crate::base::id::Id;
use crate::diag::Span;
use crate::ir::{Expr, ExprKind, Model, SiteId, Slot, StructId, Type, Value};
use crate::trace::FaultKind;
use scope::{Polarity, Scope};
use shared::Shared;

/// What the engine does not do.
#[derive(Clone, PartialEq, Debug)]
pub struct Unsupported {
    /// The construct, in the user's words.
    pub construct: String,
    /// Where it is written.
    pub place: Span,
}

type Made<T> = Result<T, Unsupported>;

fn refuse<T>(construct: impl Into<String>, place: Span) -> Made<T> {
    Err(Unsupported { construct: construct.into(), place })
}

/// What is asked of the runs of a model.
#[derive(Clone, Debug, Default)]
pub struct Ask<'a> {
    /// Formulas, each judged on its own, with the values of the slots around it.
    pub formulas: Vec<(&'a Expr, Vec<Value>)>,
    /// Numbers or bools at the last instant of a run, the horizon taken as the end.
    pub values: Vec<(&'a Expr, Vec<Value>)>,
    /// Whether it is asked too if a run never faults, as one more formula after the others.
    pub no_faults: bool,
    /// How much a comparison of reals in a formula may miss, absolute; none: 1e-9 of the
    /// domain's width.
    pub tolerance: Option<f64>,
    /// Whether the horizon completes a run.
    pub complete: bool,
    /// Whether it is asked too when a verdict is settled, and by what.
    pub instants: bool,
    /// Whether the margin of each formula is asked for too.
    pub margins: bool,
    /// What a search wants the formulas to be, if it is asked for what is missing to that.
    pub gaps: Option<bool>,
    /// Whether runs may stop once all that is asked of them is settled: how they would have ended
    /// is not known then. Where values, margins, gaps or marks are asked for, which depend on
    /// that, or a run may yet be discarded, none stops.
    pub early: bool,
    /// What is noted of each run, whether it may have reached it.
    pub marks: BTreeSet<Mark>,
}

/// What the words of an event's fields mean.
fn fields(event: &crate::ir::model::Event) -> Vec<WordType> {
    event.fields.iter().map(|(_, domain)| WordType(bounds::type_of(domain))).collect()
}

/// Compiles a model and what is asked of its runs. Where a formula says `@`, all of them are read
/// outside of the run's worlds.
pub fn compile(model: &Model, ask: &Ask<'_>) -> Result<Program, Unsupported> {
    let mut compiler = Compiler::new(model, ask);
    let asked = ask.formulas.iter().chain(&ask.values);
    compiler.worlds = asked.clone().any(|(expr, _)| worlds::speaks(model, expr));
    let starts = compiler.starts()?;
    let rules = compiler.rules()?;
    let step = match &model.step {
        Some(body) => {
            let mut scope = Scope::new(body.frame);
            Some(compiler.block(&body.statements, &mut scope)?)
        }
        None => None,
    };
    let (formulas, margins) = compiler.formulas(ask)?;
    let gaps = compiler.gaps(ask)?;
    let value = |(value, frame): &(&Expr, Vec<_>)| compiler.value_at_end(value, frame);
    let values: Vec<_> = ask.values.iter().map(value).collect::<Made<_>>()?;
    let early = ask.early && compiler.may_stop(ask) && !lost::may_discard(step.as_deref(), &rules);
    let sites = model.sites.len();
    let from_end = |at: usize| SiteId::new(sites.saturating_sub(at));
    let mut program = Program {
        starts,
        rules,
        step,
        formulas,
        margins,
        gaps,
        values,
        bool_states: bools(&model.states, |state| &state.domain),
        bool_params: bools(&model.params, |param| &param.domain),
        schedule: model.schedule,
        schedule_sites: (from_end(2), from_end(1)),
        events: model.events.len(),
        agents_max: compiler.agents_max(),
        populations: model.populations.len(),
        kinds: model.kinds.len(),
        variants: model.enums.iter().map(|of| of.variants.len()).collect(),
        state_indices: model.states.iter().map(|state| state.indices.clone()).collect(),
        param_indices: model.params.iter().map(|param| param.indices.clone()).collect(),
        state_types: model.states.iter().map(|of| WordType(bounds::type_of(&of.domain))).collect(),
        field_types: model.events.iter().map(fields).collect(),
        state_spans: model.states.iter().map(|state| state.span).collect(),
        ends: model.structures.iter().map(|of| (of.on, of.to)).collect(),
        weighted: model.structures.ids().map(|id| compiler.weighted(id)).collect(),
        levels: compiler.levels,
        worlds: compiler.worlds,
        marked: compiler.marked(),
        relations: compiler.relations,
        sets: compiler.sets,
        past: compiler.past,
        from_start: compiler.from_start,
        tables: compiler.tables,
        memos: compiler.memos,
        complete: ask.complete,
        instants: ask.instants,
        early,
        sites: compiler.sites,
        uniforms: compiler.uniforms,
        columns: compiler.columns,
        bits: compiler.bits,
        atoms: compiler.atoms,
        gauges: compiler.gauges,
        lacks: compiler.lacks,
        parts: compiler.parts,
        depth: compiler.depth,
        superiors: compiler.superiors,
    };
    fuse::program(&mut program);
    Ok(program)
}

fn bools<I: Id, T>(table: &Table<I, T>, domain: impl Fn(&T) -> &crate::ir::Domain) -> Vec<bool> {
    table.iter().map(|entry| bounds::type_of(domain(entry)) == Type::Bool).collect()
}

/// What is known while a model is compiled.
struct Compiler<'a> {
    model: &'a Model,
    tolerance: Option<f64>,
    sites: Vec<(FaultKind, Span)>,
    uniforms: usize,
    columns: Vec<usize>,
    bits: Vec<usize>,
    atoms: Vec<Atom>,
    gauges: Vec<Atom<Gauge>>,
    lacks: Vec<Atom<Lack>>,
    parts: Vec<Span>,
    /// Whether a margin is compiled.
    gauging: bool,
    depth: usize,
    superiors: Vec<StructId>,
    levels: usize,
    memos: usize,
    shared: Shared,
    worlds: bool,
    rule: bool,
    relations: Vec<super::program::Relation>,
    sets: Vec<(usize, super::program::Universe)>,
    past: bool,
    from_start: bool,
    tables: Vec<usize>,
    marks: BTreeMap<Mark, MarkAt>,
}

impl<'a> Compiler<'a> {
    fn new(model: &'a Model, ask: &Ask<'_>) -> Compiler<'a> {
        Compiler {
            model,
            tolerance: ask.tolerance,
            sites: Vec::new(),
            uniforms: 0,
            columns: Vec::new(),
            bits: Vec::new(),
            atoms: Vec::new(),
            gauges: Vec::new(),
            lacks: Vec::new(),
            parts: Vec::new(),
            gauging: false,
            depth: 0,
            superiors: Vec::new(),
            levels: 0,
            memos: 0,
            shared: Shared::default(),
            worlds: false,
            rule: false,
            relations: Vec::new(),
            sets: Vec::new(),
            past: false,
            from_start: false,
            tables: Vec::new(),
            marks: ask.marks.iter().copied().zip(0..).collect(),
        }
    }

    /// What is asked of every run, and the forms that have the margins of it.
    fn formulas(&mut self, ask: &Ask<'_>) -> Made<(Vec<Form>, Vec<Form>)> {
        let (mut formulas, mut margins) = (Vec::new(), Vec::new());
        for (formula, frame) in &ask.formulas {
            // Of margins each part is asked for itself, and of marks each place.
            self.shared.open = ask.marks.is_empty();
            formulas.push(self.formula(formula, frame)?);
            self.shared.open = false;
            if ask.margins {
                margins.push(self.margin(formula, frame)?);
            }
        }
        if ask.no_faults {
            formulas.push(Form::NoFaults);
            margins.extend(ask.margins.then_some(Form::NoFaults));
        }
        Ok((formulas, margins))
    }

    /// Whether verdicts alone are asked for, and all that they need is known as runs go.
    fn may_stop(&self, ask: &Ask<'_>) -> bool {
        let only_verdicts = ask.values.is_empty() && !ask.margins && ask.gaps.is_none();
        let only_verdicts = only_verdicts && ask.marks.is_empty();
        only_verdicts && self.atoms.iter().all(|atom| !atom.late)
    }

    /// What is missing to what is wanted of each formula.
    fn gaps(&mut self, ask: &Ask<'_>) -> Made<Vec<Missing>> {
        let Some(wanted) = ask.gaps else { return Ok(Vec::new()) };
        let formulas = ask.formulas.iter();
        formulas.map(|(formula, frame)| self.gap(formula, frame, wanted)).collect()
    }

    /// A place for what may go wrong.
    fn site(&mut self, kind: FaultKind, span: Span) -> Site {
        self.sites.push((kind, span));
        self.sites.len() - 1
    }

    /// A place for a value that is computed once, if it is the same for every element around
    /// it: it reads no local from outside and nothing that is assigned meanwhile.
    fn memo(&mut self, scope: &Scope, expr: &Expr, polarity: Polarity) -> Option<usize> {
        let mut own = BTreeSet::new();
        bound_in(expr, &mut own);
        let constant = |slot: &Slot| {
            own.contains(slot)
                || matches!(scope.get(*slot), Some(scope::Bound::Uniform(Uni::Const(_))))
        };
        if !closed(self.model, expr, &constant) || worlds::speaks(self.model, expr) {
            return None;
        }
        let mut make = || {
            self.memos += 1;
            self.memos - 1
        };
        let plain = scope.formula && !scope.back && scope.world.is_none();
        let alone = closed(self.model, expr, &|slot| own.contains(slot));
        Some(match self.shared.open && plain && alone {
            true => self.shared.place(expr, polarity, make),
            false => make(),
        })
    }

    fn uniform(&mut self) -> usize {
        self.uniforms += 1;
        self.uniforms - 1
    }

    fn column(&mut self, level: usize) -> usize {
        self.columns.push(level);
        self.columns.len() - 1
    }

    fn bit(&mut self, level: usize) -> usize {
        self.bits.push(level);
        self.bits.len() - 1
    }
}

/// The locals that an expression binds.
fn bound_in(expr: &Expr, found: &mut BTreeSet<Slot>) {
    match &*expr.kind {
        ExprKind::Quantifier { binders, .. } | ExprKind::Aggregate { binders, .. } => {
            found.extend(binders.iter().map(|binder| binder.slot));
        }
        ExprKind::SetFilter(binder) => drop(found.insert(binder.slot)),
        ExprKind::Let(slot, ..) => drop(found.insert(*slot)),
        _ => {}
    }
    expr.parts().into_iter().for_each(|part| bound_in(part, found));
}

/// Whether an expression reads no other locals than these, and no new state.
fn closed(model: &Model, expr: &Expr, local: &dyn Fn(&Slot) -> bool) -> bool {
    let own = match &*expr.kind {
        ExprKind::Local(slot) | ExprKind::LocalAt(slot, _) => local(slot),
        ExprKind::State { primed, .. } => !primed,
        _ => true,
    };
    // A def's body has a frame of its own.
    let called = |def| closed(model, &model.defs[def].body, &|_| true);
    own && expr.called().is_none_or(called)
        && expr.parts().into_iter().all(|part| closed(model, part, local))
}
