//! What of the language occurs in generated models: told from the text, and from what analysis
//! made of it.

use std::collections::BTreeMap;

use polity::ir::Model;
use polity::trace::FaultKind;

use super::strategy::Sample;

/// Where a construct is told from.
#[derive(Clone, Copy)]
enum Sign {
    /// Words of the text.
    Text(&'static str),
    /// Words of the analysed model, as Rust shows it.
    Model(&'static str),
}
use Sign::{Model as M, Text as T};

/// The constructs that a solver should encode, with how they show.
#[rustfmt::skip]
const CONSTRUCTS: &[(&str, Sign)] = &[
    // Items.
    ("enum", T("\nenum ")), ("two kinds", T("\nkind Helper ")), ("principals", T("\nprincipals ")),
    ("two populations", T("\nagents crew")), ("a fixed size", T("[2]\n")), ("sizes", T("[1..2]\n")),
    ("assume", T("\nassume ")), ("event", T("\nevent ")), ("def", T("\ndef ")),
    ("a def's relation", T("\ndef def")), ("derived parameter", M("derived: true")),
    ("default", T("= false")), ("no default", M("value: None, derived: false")),
    ("domain of values", M("domain: Values(")), ("domain of agents", M("domain: Population(")),
    ("domain of optional agents", M("domain: Optional(")), ("domain of ints", M("domain: Ints(")),
    ("domain of an enum", M("domain: Whole(Enum(")), ("unbounded ints", M("domain: Whole(Int)")),
    ("domain of reals", M("domain: Reals(")), ("index by a kind", M("indices: [Kind(")),
    ("index by a range", T("(0..1): ")), ("two indices", T("(Worker, Worker): ")),
    ("index by an enum", M("indices: [Enum(")),
    ("free start", M("start: Free")), ("drawn start", M("start: Draw")),
    // Structures.
    ("graph", M("shape: Graph")), ("digraph", M("shape: Digraph { loops: false")),
    ("digraph with loops", M("shape: Digraph { loops: true")), ("tree", M("shape: Tree")),
    ("partition", M("shape: Partition")), ("weights", M("shape: Weights")),
    ("any", T(" among any")), ("families", T(" | ")), ("fixed family", T(" on team = ")),
    ("between populations", T(" to ")),
    ("tie", M("Tie(")), ("neighbours", M("Neighbours(")), ("superior", M("Superior(")),
    ("reaches", M("Reaches(")), ("distance", M("Distance(")), ("connected", M("Connected(")),
    ("acyclic", M("Acyclic(")), ("edges", M("Edges(Structure")),
    ("relation of a state", M("(State(StateId")), ("relation of a def", M("(Def(DefId")),
    // Statements.
    ("let in a step", T("\n  let ")), ("assign", M("kind: Assign {")), ("if", T(" } else { ")),
    ("match", T(" => { ")), ("for", T("\n  for ")), ("choose", M("kind: Choose {")),
    ("choose where", T(" in bool where ")), ("choose jointly", M("kind: ChooseJointly {")),
    ("choose from a set", M("from: Set(")), ("choose from agents", M("from: Domain(Population(")),
    ("bernoulli", M("dist: Bernoulli(")), ("uniform", M("dist: Uniform(")),
    ("categorical", M("dist: Categorical(")), ("emit", M("kind: Emit(")),
    ("require", M("kind: Require(")), ("halt", M("kind: Halt")), ("primed read", M("primed: true")),
    ("rule", T("\nrule ")), ("rule when", T(" when ")),
    ("schedule any", T("\nschedule any")), ("round robin", M("schedule: RoundRobin")),
    ("schedule random", M("schedule: Random")),
    // Expressions.
    ("and", M("Binary(And,")), ("or", M("Binary(Or,")), ("implies", M("Binary(Implies,")),
    ("not", M("Not(")), ("equal", M("Binary(Equal,")), ("less", M("Binary(Less,")),
    ("add", M("Binary(Add,")), ("subtract", M("Binary(Subtract,")), ("negate", M("Negate(")),
    ("multiply", M("Binary(Multiply,")), ("divide", M("Binary(Divide,")), ("div", M("Binary(Div,")),
    ("remainder", M("Binary(Remainder,")), ("min", M("Builtin(Min")), ("max", M("Builtin(Max")),
    ("abs", M("Builtin(Abs")), ("clamp", M("Builtin(Clamp")), ("floor", M("Builtin(Floor")),
    ("ceil", M("Builtin(Ceil")), ("round", M("Builtin(Round")), ("int as real", M("ToReal(")),
    ("sum", M("op: Sum,")), ("mean", M("op: Mean,")), ("least of", M("op: Min,")),
    ("greatest of", M("op: Max,")), ("argmax", M("op: Argmax,")), ("count", M("op: Count,")),
    ("else", M("otherwise: Some(")), ("where", M("filter: Some(")), ("in", M("Binary(In,")),
    ("in a domain", M("InDomain(")), ("range", M("Binary(Range,")), ("filtered set", M("SetFilter(")),
    ("listed set", M("SetList(")), ("union", T("(team + ")), ("difference", T("(team - ")),
    ("intersection", M("Binary(Intersect,")), ("optional as a set", M("ToSet(")),
    ("a kind as a set", M("kind: Kind(")), ("an enum as a set", M("All(Whole(Enum(")),
    ("forall", M("Quantifier { all: true")), ("exists", M("Quantifier { all: false")),
    ("if then else", T("(if ")), ("let", M("kind: Let(")), ("match of a value", T("(match ")),
    ("call", M("Call(")), ("index", M("IndexOf(")), ("now", M("kind: Now")), ("self", T("self")),
    ("agent at a place", M("AgentAt(")), ("occurrences", M("Occurrences(")), ("field", M("Field(")),
    ("joint choice read", M("LocalAt(")), ("none", T("none")),
    // Formulas.
    ("always", M("Temporal(Always,")), ("eventually", M("Temporal(Eventually,")),
    ("next", M("Temporal(Next,")), ("finally", M("Temporal(Finally,")),
    ("historically", M("Temporal(Historically,")), ("once", M("Temporal(Once,")),
    ("until", M("Until(")), ("since", M("Since(")), ("until in an interval", T(" until[")),
    ("since in an interval", T(" since[")), ("always in an interval", T("(always[")),
    ("eventually in an interval", T("(eventually[")), ("once in an interval", T("(once[")),
    ("historically in an interval", T("(historically[")), ("window", M("window: Some(")),
    ("initially", M("Initially(")), ("prev", M("Prev(")),
    ("worlds", M("kind: At(")), ("world of an agent", T("worlds { low(v")),
    ("only", T("only ")), ("without", T("without ")), ("preference for each", T(" for v")),
    ("witness", M("role: Witness")), ("invariant", M("role: Invariant")),
    // Checks.
    ("minimize", T("minimize: ")), ("final", T("final: true")), ("tolerance", T("tolerance: ")),
    ("given", T("given: { ")), ("pinned size", M("kind: Population(PopId(0),")),
    ("pinned parameter", M("kind: Param { param")), ("pinned family", M("kind: Family(")),
    ("pinned ties", M("kind: Ties(")), ("pinned start", M("kind: Start { state")),
    ("pinned deviations", M("kind: Deviations(")), ("pinned edges", M("kind: Edges(")),
    ("given assume", M("kind: Assume(")), ("no_faults", T("check no_faults ")),
    ("one step", T("steps: 1")), ("four steps", T("steps: 4")),
];

/// How many models have each construct.
#[derive(Debug)]
pub struct Coverage {
    counts: BTreeMap<String, usize>,
}

impl Coverage {
    /// Counts what one model has.
    pub fn add(&mut self, sample: &Sample, model: &Model) {
        let shown = format!("{model:?}");
        for (name, sign) in CONSTRUCTS {
            let has = match sign {
                T(words) => sample.0.contains(words),
                M(words) => shown.contains(words),
            };
            *self.counts.entry(name.to_string()).or_default() += usize::from(has);
        }
    }

    /// What occurs nowhere yet.
    pub fn nothing() -> Coverage {
        let kinds = [
            FaultKind::Domain,
            FaultKind::Division,
            FaultKind::AssignedTwice,
            FaultKind::Index,
            FaultKind::Empty,
            FaultKind::Absent,
        ];
        Coverage { counts: kinds.iter().map(|kind| (format!("fault: {kind:?}"), 0)).collect() }
    }

    /// Counts a fault that some run of a model has: of the kinds that solvers meet.
    pub fn add_fault(&mut self, kind: FaultKind) {
        *self.counts.entry(format!("fault: {kind:?}")).or_default() += 1;
    }

    /// The constructs that occur in fewer models than `constructs`, and the kinds of faults that
    /// occur in fewer than `faults`, each with its number.
    pub fn rarer_than(&self, constructs: usize, faults: usize) -> Vec<(String, usize)> {
        let least = |name: &str| if name.starts_with("fault: ") { faults } else { constructs };
        let rare = self.counts.iter().filter(|(name, count)| **count < least(name));
        rare.map(|(name, count)| (name.clone(), *count)).collect()
    }

    /// Adds what other models have.
    pub fn merge(&mut self, other: &Coverage) {
        for (name, count) in &other.counts {
            *self.counts.entry(name.clone()).or_default() += count;
        }
    }
}
