//! E04xx (expressions, statements, types) and W02xx lints.

crate::define_codes! {
    UNKNOWN_NAME = "E0401", "a name that nothing declares",
"A name must be declared: by an item of the model (`state`, `param`, `def`, …),
a library (`use`), a binder (`forall a in team`) or a statement (`let`,
`choose`, `draw`). What belongs to a kind is read through an agent.

    state stock: 0..10 = 5
    property fine { always stok > 0 }         // there is no `stok`
    property fine { always stock > 0 }";
    NOT_A_VALUE = "E0402", "a name that is no value by itself",
"A structure, a def or a state with indices needs its arguments; properties,
measures and rules are never values.

    def crowded() = count(team) > 3
    property fine { not crowded }             // it is called with parentheses
    property fine { not crowded() }";
    MISMATCH = "E0403", "a value of the wrong type",
"An `int` widens to a `real`, an agent or `none` to an optional agent, and
where a set is expected an optional agent stands for none or one element.
Nothing else converts.

    state rounds: int = 0
    step { rounds' = rounds / 2 }             // `/` gives a real
    step { rounds' = rounds div 2 }";
    ARGUMENTS = "E0404", "too many or too few arguments",
"A def takes as many arguments as it has parameters, a state or parameter as
many as it has indices, a structure one (the neighbours) or two (the tie).

    state trusts(a: Agent, b: Agent): bool = true
    property fine { always exists a in team: trusts(a) }       // 1 of 2
    property fine { always exists a in team: trusts(a, a) }";
    NO_FIELD = "E0405", "a field that is not declared",
"`a.x` is a parameter or state of a's kind, or a field of an event. A def or
state of the model is called instead: `f(a)`.

    kind Agent { state load: 0..3 = 0 }
    property light { always forall a in team: a.laod < 3 }     // no `laod`
    property light { always forall a in team: a.load < 3 }";
    MAYBE_NONE = "E0406", "reading what may be `none`",
"`superior(s, a)` and a state of type `K?` may be `none`, which has no fields.
Used as a set, such a value has no element or one, so a binder reaches the
agent where there is one. (Testing it against `none` first does not change its
type.)

    superior(chain, a).load < 3                                 // of whom?
    forall b in superior(chain, a): b.load < 3                  // true where there is none
    exists b in superior(chain, a): b.load < 3                  // false where there is none
    sum(b.load for b in superior(chain, a))                     // 0 where there is none";
    NOT_CALLABLE = "E0407", "a call of what takes no arguments",
"Defs, structures, states and parameters with indices, and the built-in
functions take arguments. An agent of a population is `team[0]`, with
brackets.

    team(0).load                              // a population is no function
    team[0].load";
    RELATION = "E0408", "what cannot stand for a relation",
"`reaches`, `distance`, `connected`, `acyclic` and `edges` take a relation by
its name: a structure, a bool state with two indices of one set of agents, or
a bool def of two agents. `superior` takes a `tree`. A def's relation
parameter takes what has its indices and type.

    reaches(a.load, a, b)                     // no relation
    def trusts(a: Agent, b: Agent) = a.load < b.load
    reaches(trusts, a, b)";
    RECURSION = "E0409", "a def that calls itself",
"Defs are not recursive: every expression ends. Go through a set with an
aggregate, along a relation with `reaches` or `distance`, or over time with a
state.

    def depth(a: Agent): int = 1 + sum(depth(b) for b in chain(a))   // calls itself
    def below(a: Agent): int = count(b in team where reaches(chain, a, b))";
    TOO_LARGE = "E0410", "an expression too large to evaluate",
"With the defs that it calls filled in, an expression may be 512 deep and 10
million large; a range that is gone through may have a million values.

    forall i in 0..1000000000000: i >= 0      // a million million values
    forall i in 0..1000: i >= 0";
    NOT_HERE = "E0411", "what cannot stand in this place",
"Constants are fixed before anything; parameters, assumptions and starts are
fixed before the run and read no state; a step sees the old state and makes
the new; only properties speak of a whole run with temporal operators, and of
all runs with `probability` and `expected`. A def may use anything, and may
then be called only where that may stand.

    step { if once stock == 0 { halt } }      // a step sees one instant
    state ran_out: bool = false
    step { ran_out' = ran_out or stock == 0   if ran_out { halt } }";
    UNMARKED = "E0412", "a state read in no world",
"In a property with `worlds`, each world has its own run, so every read of a
state or event lies under an `@`. Sets, parameters and structures need none:
they are the actual setup's.

    worlds { alone { only f } together { } }
    always f.wish <= 1.2                      // in which world?
    always f.wish@alone <= f.wish@together";
    WORLD = "E0413", "an `@` that names no world",
"`e@w` is e in world w, which the property declares in `worlds { … }`; `w`
takes the agents that it is made for. A world has no worlds in it, and a def
does not know them: mark its call.

    (f.wish@alone + g.wish)@together          // `@alone` under `@together`
    f.wish@alone + g.wish@together";
    CHANCE = "E0414", "`probability` or `expected` out of place",
"`probability(φ)` and `expected(e)` are numbers of a setup, over all its runs.
They stand outermost in a property, beside parameters, and not under temporal
operators, `@` or each other.

    always probability(stock > 0) > 0.9       // of which instant?
    probability(always stock > 0) > 0.9";
    INTERVAL = "E0415", "an interval that makes no sense",
"The ends of `[lo..hi]` are constants, both numbers of steps or both durations,
not negative, the smaller first. A window `over [I]` is of events.

    eventually[5..2] done                     // ends before it starts
    eventually[2..5] done
    once[..1h] exists a in approval: true";
    AT_START = "E0416", "`prev` without a value for the first instant",
"At instant 0 there is no instant before. A bool is then `false`; for other
types the value is written as the second argument.

    stock >= prev(stock)                      // and at the start?
    stock >= prev(stock, 0)";
    NOT_EXHAUSTIVE = "E0417", "a `match` that does not cover every value",
"Every variant of an enum (both bools, `none`) has an arm, or `_` covers the
rest; numbers and strings always need a `_`.

    match a.stage { Idle => 0  Drafted => 1 }               // and Shipped?
    match a.stage { Idle => 0  Drafted => 1  Shipped => 2 }";
    UNREACHED = "E0418", "an arm that is never reached",
"The first arm that fits is taken, so one behind `_` or behind an arm with the
same pattern never is.

    match a.stage { _ => 0  Idle => 1 }       // `_` takes all
    match a.stage { Idle => 1  _ => 0 }";
    PATTERN = "E0419", "a pattern that cannot fit",
"Patterns are variants, constants, literals, `none` and `_`, of the type that
is matched. Sets and events are not matched.

    match a.load { Idle => 0  _ => 1 }        // `load` is an int
    match a.load { 0 => 0  _ => 1 }";
    NAME_TAKEN = "E0420", "a local name that hides another",
"Binders, `let`, `choose`, `draw` and the parameters of defs may not have the
name of an item or of another local around them: a reader should never ask
which is meant.

    exists team in team: true
    exists a in team: true";
    NOT_A_STATE = "E0421", "assigning or priming what is no state",
"`x'` is the new value of a state. Parameters, structures and populations are
fixed for the run, and `let`, `choose` and `draw` name values.

    param limit: 0..9 = 3
    step { limit' = 4 }                       // fixed
    state limit: 0..9 = 3
    step { limit' = 4 }";
    READ_EARLY = "E0422", "a new value read before it is made",
"`x'` may be read only below every statement that can assign any `x` in the
same step (other arms of the same `if` or `match` excepted), so that the order
in which elements are gone through never matters.

    step { y' = x'   x' = 1 }
    step { x' = 1   y' = x' }";
    DRAWN_TWICE = "E0423", "a name chosen or drawn twice on one path",
"A choice or draw is known by its name, so that it can be listed, replayed and
shrunk. Two of one name on a path would be the same one. In different arms of
an `if` or `match`, one name is one draw.

    draw u ~ uniform(0.0, 1.0)   draw u ~ uniform(0.0, 1.0)
    draw u ~ uniform(0.0, 1.0)   draw v ~ uniform(0.0, 1.0)";
    DISTRIBUTION = "E0424", "a distribution that is not one",
"The distributions are `bernoulli(p)`, `uniform(lo, hi)`, `normal(mean,
deviation)` and `categorical(e: w, …)`, in which every outcome has a weight.

    draw rain ~ bernoulli(0.3, 0.7)
    draw rain ~ bernoulli(0.3)";
    EMIT = "E0425", "an event emitted wrongly",
"`emit` gives every field of an event a value, by name.

    event ship { author: Agent, defects: int }
    emit ship(author: a)
    emit ship(author: a, defects: a.defects)";
    DOMAIN = "E0426", "a domain that is not one",
"A domain is a type, a range `lo..hi` with constant ends of which the smaller
is first, a list `{1, 3}` without doubles, a population, or `K?`. A def's
parameters have types, without bounds.

    state load: 3..0 = 1                      // empty
    state load: 0..3 = 1";
    NOT_CONSTANT = "E0427", "a constant is expected",
"The bounds of domains, of intervals and of a choice among reals are the same in
every run: they are made of literals, constants and functions of them.

    choose x in 0.0..stock   spent' = x       // differs from step to step
    choose u in 0.0..1.0     spent' = u * stock";
    CONSTANT_FAULT = "E0428", "a constant that goes wrong",
"A constant that divides by zero, overflows 64 bits or is no finite number has
no value.

    const SHARE = 1 / 0
    const SHARE = 1 / 2";
    NOT_A_SET = "E0429", "a set is expected",
"Binders go through sets: a population, a kind, an enum, `s(a)`, `{a, b}`, a
range of ints, an event's occurrences, or an optional agent. A range of reals
has no list of elements.

    forall i in 3: i >= 0
    forall i in 0..2: i >= 0";
    AGGREGATE = "E0430", "an aggregate with the wrong parts",
"`sum`, `mean`, `min`, `max` and `argmax` take `e for a in S`, `count` takes `a
in S where c`. Of nothing `sum` and `count` are 0; the others fault, or take
their `else`.

    sum(team)                                 // of what?
    sum(a.load for a in team)";
    COMPARISON = "E0431", "two values that cannot be compared",
"`==` compares values of one type (an int and a real, an agent and an optional
too); `<` and its like compare numbers and durations.

    a.stage < Shipped                         // variants have no order
    a.stage == Shipped";
    OPERAND = "E0432", "an operator on what it does not take",
"`+ - * /` are of numbers (`+ - &` also of sets), `div` and `%` of ints,
`contains`, `starts_with` and `matches` of strings.

    7.5 div 2
    floor(7.5 / 2)";
    FIXED_NOW = "E0433", "a temporal operator in a value that is fixed now",
"`let x = e; p` and the arguments of a def fix a value at the instant where
they stand, and a formula about other instants is no such value.

    let safe = always stock > 0; safe implies calm
    (always stock > 0) implies calm";
    OUTSIDE = "E0434", "an index outside a population",
"The agents of a population are counted from 0 to its size less 1.

    agents team: Agent[2]
    team[2].load
    team[1].load";
    UNUSED = "W0201", "a value that is never read",
"A `let`, `choose`, `draw` or parameter that nothing reads is usually a slip. A
name that starts with `_` is meant to be unread.

    let spare = stock - 3   stock' = stock
    stock' = stock";
    DECIDED = "W0202", "a comparison that a domain decides",
"A state or parameter never leaves its domain (that would be a fault), so such
a comparison is the same in every run.

    state load: 0..3 = 0
    property fine { always load >= 0 }        // always true
    property fine { always load >= 1 }";
    ASSIGNED_TWICE = "W0203", "a state assigned twice on a path",
"A second assignment of one variable in one step is a fault, even of the same
value, because the order of statements would matter.

    x' = 1   x' = 2
    if c { x' = 1 } else { x' = 2 }";
    FROZEN = "W0204", "an argument read once where the def speaks of many instants",
"The arguments of a def are values, read at the instant of the call. A def that
puts its parameter under a temporal operator sees the same value at every
instant. Pass the agent, or a relation.

    def stays(p: bool) = always p
    property calm { stays(stock > 0) }        // stock at instant 0 only
    property calm { always stock > 0 }";
    NEEDLESS_ARM = "W0205", "a `_` behind arms that cover everything",
"The `_` is never reached now, and would hide a variant that is added later.

    match flag { true => 1  false => 0  _ => 2 }
    match flag { true => 1  false => 0 }";
    DIVISION = "W0206", "a division by zero",
"Dividing by zero is a fault whenever it is reached.

    x' = x / 0

If it may be reached, guard it: `if n != 0 { x' = x / n }`.";
    AFTER_HALT = "W0207", "a statement behind `halt`",
"`halt` completes the run at the end of the step; the statements behind it
still happen.

    halt   x' = 1
    x' = 1   halt";
    NO_DRAW = "W0208", "a distribution that nothing can be drawn from",
"A probability lies in `0.0..1.0`, weights and standard deviations are not
negative, some weight is not 0, and a range is not empty: else it is a fault
whenever it is drawn from.

    draw rain ~ bernoulli(30)
    draw rain ~ bernoulli(0.3)";
}
