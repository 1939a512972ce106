//! E03xx, E05xx, E06xx (items: names, domains, structures, pins, worlds, checks) and W01xx lints.

crate::define_codes! {
    DECLARED_TWICE = "E0301", "a name is declared once",
        "A model has one namespace: items, kinds, enums and the variants of enums all live in it, \
so that a name means the same thing everywhere. Fields of kinds and of events have \
namespaces of their own, and so has each property for its worlds.\n\n\
Wrong:  state stock: int = 0   param stock: 0..3\n\
Right:  state stock: int = 0   param initial_stock: 0..3";
    RESERVED_NAME = "E0302", "an item cannot take a name of the language",
        "Functions such as `max` and `index`, types such as `real`, the counters `deviations` and \
`edges`, and the implicit properties `no_faults` and `holistic` belong to the language. An item \
of that name could never be told apart from it.\n\n\
Wrong:  def max(a: int) = a\n\
Right:  def largest(a: int) = a";
    LIBRARY_UNREADABLE = "E0303", "a used file must be there and be a library",
        "`use \"x.polity\"` brings in the consts, enums and defs of another file, found relative \
to the file that says so. It must exist, and must not be a model itself.\n\n\
Wrong:  use \"review.polity\"      (a file that begins with `model`)\n\
Right:  use \"relations.polity\"   (a file of defs)";
    USE_CYCLE = "E0304", "files do not use each other in a circle",
        "If two files use each other, neither can be read first. Move what both need into a third.";
    NOT_FOR_LIBRARIES = "E0305", "a library holds only consts, enums and defs",
        "A file without `model NAME` is a library. It has no agents, states or properties of its \
own, since these belong to one society. If the file is meant to be a model, begin it with \
`model NAME`.";
    UNKNOWN_NAME = "E0306", "a name that is used is declared somewhere",
        "Nothing in the model or in the libraries that it uses has this name. The order of items \
does not matter, so it may be declared further down. If a similar name exists, it is suggested.";
    WRONG_ITEM = "E0307", "a name stands for what its place needs",
        "Each place needs a certain sort of thing: `agents team: X` a kind, `structure s: graph \
on X` a population, a state's index a population, a kind, an enum or a range of ints.\n\n\
Wrong:  structure s: graph on Agent   (a kind)\n\
Right:  structure s: graph on team    (a population)";
    DEFINED_BY_ITSELF = "E0308", "nothing is defined by itself",
        "Constants and derived parameters (`param NAME = e`) may refer to later ones, but not in \
a circle, since then none of them could be computed first.\n\n\
Wrong:  const A = B + 1   const B = A\n\
Right:  const A = B + 1   const B = 2";
    NOT_CONSTANT = "E0309", "bounds and sizes are constant",
        "The bounds of domains, the sizes of populations, the arguments of families and the \
settings of checks are known before any run. They may use literals, constants, variants and \
defs of these; not parameters or states.\n\n\
Wrong:  param cap: 1..9   state stock: 0..cap = 0\n\
Right:  const CAP = 9     state stock: 0..CAP = 0";
    POPULATION_SIZE = "E0310", "a population has 0 to 100000 agents, least first",
        "`agents team: Agent[lo..hi]` says how many agents there are at least and at most: \
constant ints with 0 <= lo <= hi <= 100000. More could be neither stored nor searched; most \
violations need very few.\n\n\
Wrong:  agents team: Agent[1..1_000_000_000]\n\
Right:  agents team: Agent[1..6]";
    PRINCIPALS = "E0311", "principals have a fixed size and never act",
        "Principals are the people or bodies that agents act for. They are given, not searched, \
so their size is fixed (`principals donors: Donor[3]`), and no rule is theirs to fire.";
    INDEX_SET = "E0312", "a variable is indexed by a population, kind, enum or range",
        "Each index ranges over the agents of a population or kind, the variants of an enum, or \
the ints of a constant range of at most 1000000.\n\n\
Wrong:  state seen(real): bool = false\n\
Right:  state seen(0..9): bool = false";
    FREE_WITHOUT_BOUNDS = "E0313", "what is free has a bounded domain",
        "A parameter, or a state without a start value, is searched over all of its domain. All \
ints, reals, durations or sets are too many to search: give bounds, or a start value. In a \
signature (a model whose population has no size) what is not given is recorded instead.\n\n\
Wrong:  param patience: real\n\
Right:  param patience: 0.0..1.0";
    OUTSIDE_DOMAIN = "E0314", "a default or start lies in its domain",
        "A constant value that is outside the declared domain would be a fault in every run.\n\n\
Wrong:  state defects: 0..3 = 4\n\
Right:  state defects: 0..3 = 3";
    SECOND_ONE = "E0315", "a model has one step and one schedule",
        "The `step` is what everyone does at once, and the `schedule` says who moves next. \
Merge the two steps; within one step nobody is before anybody else.";
    MOVING_BINDER = "E0316", "a rule ranges over a fixed set",
        "An instance of a rule is known by the values of its binders, so these range over sets \
that do not change during a run: populations, kinds, enums, ranges, or neighbours in a \
structure. What depends on the state goes behind `where` or `when`.\n\n\
Wrong:  rule go(a in {b in team where b.ready}) { }\n\
Right:  rule go(a in team where a.ready) { }";
    FIELD_TWICE = "E0317", "a field is declared once",
        "The parameters and states of a kind share one namespace, and so do the fields of an \
event.";
    STRINGS_ARE_RECORDED = "E0318", "strings are for signatures",
        "A simulated model has no use for free text: there is nothing to search in it. Use an \
enum. Strings stand in signatures, whose runs are recorded.\n\n\
Wrong:  agents team: Agent[3]   event said { text: string }\n\
Right:  agents team: Agent[3]   enum Text { Yes, No }   event said { text: Text }";
    WRONG_TYPE = "E0319", "a value is of the type that its place needs",
        "A measure is a number, a drawn start has the type of its state, a default that of its \
parameter. An int may stand for a real, and nothing else is converted.";
    EMPTY_ENUM = "E0320", "an enum has at least one variant",
        "A variable of an enum without variants could have no value, so that no run could begin.\n\n\
Wrong:  enum Mood { }\n\
Right:  enum Mood { Calm }";

    UNKNOWN_FAMILY = "E0501", "a family is one of the known ones",
        "Structures are made by families: isolated, ring, line, order, star, complete, \
bipartite(a), grid(w), hierarchy(b), teams(k), any; the samplers random(p), small_world(k, p), \
scale_free(m); and for weights selfish, collaborative, cooperative(w), competitive, any. \
Arguments are constants.";
    FAMILY_MISFIT = "E0502", "a family fits the shape of its structure",
        "Not every shape has every family: a tree has no ring, and only weights are \
`competitive`. Use a family that the shape has, or another shape.";
    TWO_SIDES = "E0503", "only digraphs and weights tie two populations",
        "`to POP` makes a structure go from one population to another. A graph is symmetric, a \
tree and a partition are of one population, so they cannot.\n\n\
Wrong:  structure knows: graph on team to tools\n\
Right:  structure knows: digraph on team to tools";
    WEIGHT_BOUNDS = "E0504", "weights have finite bounds, least first",
        "`weights lo..hi` gives each ordered pair a real from lo to hi; in `normalized` weights \
each row sums to 1, so that hi is above 0 and lo at most 1.";
    BASELINE = "E0505", "a baseline is a family that ties can have",
        "`= any` fixes nothing: `any` means every tie is free. Write `among any` for that, or \
name the intended family.";
    PIN_TARGET = "E0510", "a pin names something free",
        "A pin fixes what is free: a population's size, a structure, a parameter, a start that \
has no value, or the counters `deviations` and `edges`. What is computed, or what changes \
during the run, cannot be pinned; `assume e` restricts anything of the setup.\n\n\
Wrong:  given: { stock: 3 }          (a state with a start value)\n\
Right:  given: { team: 3, team[0].rubber_stamps: true }";
    PIN_VALUE = "E0511", "a pin's value is one that its target may have",
        "A population is pinned to a size or a range within its bounds, a structure to a family \
among its own or to ties by index (`[[1, 0]]`, with a weight `[[1, 0, 0.5]]`), a parameter to one \
value of its domain.";
    WORLDS_ONLY = "E0512", "`only`, `without` and bound agents belong to worlds",
        "`only x` and `without x` remove agents from a counterfactual run; a search has no agent \
to name before it begins. Pin the population's size instead.";
    NOT_IN_A_WORLD = "E0513", "a world pins no sizes, counters or assumptions",
        "Worlds are runs of the same agents: sizes, `deviations`, `edges` and `assume` concern \
the actual setup. To leave agents out of a world write `only x` or `without x`.";

    WORLD_TWICE = "E0601", "a world is declared once in a property",
        "A formula speaks of worlds by name (`e@alone`), so each needs a name of its own.\n\n\
Wrong:  worlds { a { regime: Calm }  a { regime: Wild } }\n\
Right:  worlds { calm { regime: Calm }  wild { regime: Wild } }";
    WORLD_AGENTS = "E0602", "a world is made for agents",
        "`alone(f: fishers) { only f }` is one world for each fisher. Its parameters range over \
agents: a population or a kind.";
    PRINCIPAL_BINDER = "E0603", "only preferences are asked for each principal",
        "`preference property p for d in donors { … }` asks the formula for each principal. Value \
and objective properties are asked once; write `forall` in the formula.";
    INVARIANT_OF_CHANCE = "E0604", "an invariant speaks of single instants",
        "An invariant is a lemma: it holds at every instant of every run, and proofs of other \
properties may then use it. `probability` and `expected` are numbers of all runs together.\n\n\
Wrong:  invariant calm { probability(eventually panic) <= 0.1 }\n\
Right:  property calm { probability(eventually panic) <= 0.1 }";
    UNKNOWN_SETTING = "E0610", "a setting of a check is one of the known ones",
        "A check may set: steps, runs, minimize, expect, given, confidence, seed, tick, final, \
tolerance, front.";
    SETTING_VALUE = "E0611", "a setting's value is of its sort and in its range",
        "steps: 0 to 1000000. runs: at least 1. confidence: between 0 and 1. seed: an int from 0. \
tick: a duration above 0. final: true or false. tolerance: a real from 0. minimize: counters. \
expect: a verdict. given: pins in braces. front: names of free things.";
    SETTING_TWICE = "E0612", "a setting is given once",
        "One check gives each setting once, and so do the checks without a name among \
themselves: their settings are the defaults of all others.";
    UNKNOWN_PROPERTY = "E0613", "a check names properties",
        "`check P, Q { … }` names properties, witnesses or invariants of this model, `no_faults`, \
or `holistic` (where two or more properties are tagged).";
    CHECKED_TWICE = "E0614", "two checks of one property have different names",
        "Results and counterexamples are kept under the property and the check's name. Give the \
second check one: `check oversight as on_star { … }`.";
    EXPECTATION = "E0615", "an expectation fits what is checked",
        "A property, invariant, `no_faults` and `holistic` are expected to be `violated` or to \
`hold` (`holds`); a witness to be `found` or `not_found`. Sizes (`with { agents: 2 }`) are those \
of what is found, so they stand behind `violated` and `found` only.";
    UNKNOWN_COUNTER = "E0616", "a counter is one of the known ones",
        "Counterexamples are measured in `agents`, `deviations`, `edges`, `steps`, and in the size \
of each population by its name.";
    FRONT = "E0617", "a front names free things",
        "`front: NAMES` says which free things are the designer's: populations without a fixed \
size, structures that are not fixed, parameters, and starts without a value.";
    ALIAS = "E0618", "only a check of properties has a name",
        "A check without properties gives defaults and has no results, so that there is nothing \
to name.";

    UNUSED = "W0101", "an item is used",
        "Nothing refers to this item. Either something is missing that should, or it can go.";
    NEVER_READ = "W0102", "a parameter, state, event or structure is read",
        "Nothing reads this, so it can make no property true or false; but a search still spends \
its time on the values that it may have.";
    NAMING = "W0103", "names follow one convention",
        "Kinds, enums and variants are written `UpperCamel`, constants `UPPER`, everything else \
`snake_case`. One look then tells what a word is.";
    CONSTANT_FORMULA = "W0104", "a property can be true and false",
        "This formula has the same value in every run, so that checking it says nothing about \
the model. Usually a comparison or a name is not the one that was meant.";
    UNUSED_WORLD = "W0105", "a world is spoken of",
        "No part of the formula is read in this world (`e@world`), so that it is run for nothing. \
Either the formula lacks the comparison that the world was meant for, or the world can go.";
    IDLE_SCHEDULE = "W0106", "a schedule has rules to order",
        "The schedule says which rule moves next. A model without rules has nothing to schedule: \
in a `step` everyone moves at once.";
}
