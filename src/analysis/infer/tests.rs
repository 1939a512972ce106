//! Inference on small texts, through the whole of analysis.

use crate::analysis::analyse;
use crate::diag::{Diagnostic, Severity, Sources};
use crate::ir::stmt::StmtKind;
use crate::ir::{ExprKind, Model, SiteId};
use crate::syntax;

/// A model and what is wrong with it.
fn analysed(text: &str) -> (Option<Model>, Vec<Diagnostic>) {
    let mut sources = Sources::default();
    let file = sources.add("<test>", text);
    let (tree, wrong) = syntax::parse(file, text);
    assert!(wrong.is_empty(), "does not parse: {wrong:?}\n{text}");
    analyse(&tree, &mut sources, &mut |_, _, path| Err(format!("no {path}")))
}

/// What most tests speak of, before the lines of one.
const SOCIETY: &str = "
    model test
    enum Stage { Idle, Drafted, Shipped }
    kind Agent {
      param greed: 0.0..1.0 = 0.0
      param bold: bool = false
      state stage: Stage = Idle
      state load: 0..3 = 0
      state boss: Agent? = none
      state trust(b: Agent): real = 0.0
    }
    kind Donor { }
    agents team: Agent[1..4]
    principals donors: Donor[2]
    structure chain: tree on team = line
    structure net: graph on team among ring | any
    structure weigh: weights 0.0..1.0 on team = selfish
    param limit: 0..9 = 3
    state stock: 0.0..100.0 = 10.0
    state meets(a: Agent, b: Agent): bool = false
    event ship { author: Agent, defects: int }
";

/// The codes of the errors (and with `lints` of the warnings of this layer) in `SOCIETY` with these lines.
fn codes(lines: &str, lints: bool) -> Vec<&'static str> {
    let (model, found) = analysed(&format!("{SOCIETY}{lines}"));
    let errors = found.iter().any(|told| told.severity == Severity::Error);
    assert_eq!(model.is_none(), errors, "{found:#?}");
    let shown = found.iter().filter(|told| match told.severity {
        Severity::Error => true,
        Severity::Warning => lints && told.code.0.id.starts_with("W02"),
    });
    shown.map(|told| told.code.0.id).collect()
}

/// That these lines are accepted.
fn accept(lines: &str) -> Model {
    let (model, found) = analysed(&format!("{SOCIETY}{lines}"));
    let errors: Vec<_> = found.iter().filter(|told| told.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{lines}\n{errors:#?}");
    model.expect("no error was given")
}

/// That an expression stands in a property without an error.
fn accept_formula(formula: &str) {
    accept(&format!("property p {{ {formula} }}"));
}

/// That these lines are refused with exactly these codes.
#[track_caller]
fn refuse(lines: &str, expected: &[&str]) {
    assert_eq!(codes(lines, false), expected, "{lines}");
}

#[track_caller]
fn refuse_formula(formula: &str, expected: &[&str]) {
    refuse(&format!("property p {{ {formula} }}"), expected);
}

#[test]
fn expressions_of_every_kind_have_types() {
    for formula in [
        "always forall a in team: a.load + 1 <= 4 and a.greed * 2 >= 0",
        "exists a in team, b in net(a) where b != a: meets(a, b) and net(a, b)",
        "sum(a.load for a in team) / 2 >= mean(a.load for a in team else 0)",
        "forall a in team: weigh(a, a) <= 1 and a.trust(a) >= 0",
        "count(team) == count(a in team where true) and count({a in team where a.bold}) >= 0",
        "argmax(a.load for a in team) in team",
        "max(1, stock) > min(2, 3) and clamp(stock, 0, 1) >= 0.0 and abs(-2) == 2",
        "floor(stock) div 2 % 3 == 0 and pow(2, 3) > exp(1) and round(1) == 1",
        "reaches(chain, team[0], team[0]) or connected(meets) or acyclic(chain) or edges(net) > 1",
        "forall d in distance(net, team[0], team[0]): d <= 2",
        "distance(net, team[0], team[0]) == 0 and distance(net, team[0], team[0]) != none",
        "forall a in team, b in superior(chain, a): b.load < 3 and b in chain(b) + {a} - net(a) & team",
        "forall a in team: superior(chain, a) == none or superior(chain, a) == a",
        "let s = stock; eventually[1..3] stock > s",
        "forall s in ship: once exists a in team: a == s.author and s.defects > 0",
        "let n = count(e in ship over [1..]); always n >= 0",
        "count(e in ship over [..5] where e.defects > 1) <= 3",
        "now >= 0 and initially(stock) <= stock and prev(stock, 0) <= 1 and not prev(stock > 1)",
        "stock in 0..100 and stock in 0.5..limit and limit in 1..9 and limit in {1, 2}",
        "match team[0].stage { Idle => true Drafted => false _ => stock > 1 }",
        "match limit { 1 => 0.5 _ => 1 } > 0",
        "if stock > 1 then stock > 2 else stock <= 1",
        "forall i in 0..3, k in Stage, b in bool: i <= 3 or k == Idle or b",
        "forall d in donors: index(d) < 2",
        "finally forall a in Agent: a.boss == none implies not a.bold",
        "(always stock > 0.0) implies (stock >= 1 until stock > 1.5)",
        "1h * 2 - 30min > -5s and 1h / 5min == 12 and abs(5s) == 5s",
        "1h > 5s and \"abc\" contains \"b\" and \"abc\" in {\"abc\"}",
    ] {
        accept_formula(formula);
    }
}

#[test]
fn nothing_but_an_int_widens() {
    refuse_formula("stock", &["E0403"]);
    refuse_formula("true + 1 == 2", &["E0432"]);
    refuse_formula("stock == true", &["E0431"]);
    refuse_formula("team[0] < team[0]", &["E0431"]);
    refuse_formula("team[0].stage < Idle", &["E0431"]);
    refuse_formula("stock div 2 == 0", &["E0432"]);
    refuse_formula("team[0] == donors[0]", &["E0431"]);
    refuse_formula("if stock > 1 then 1 else Idle", &["E0403"]);
    refuse("step { limit_of' = 1 } state limit_of: int = 0.5", &["E0403"]);
    refuse("state halves: int = 0 step { halves' = halves / 2 }", &["E0403"]);
}

#[test]
fn one_mistake_is_told_once() {
    refuse_formula("always stok + 1 > stok2 * 2", &["E0401", "E0401"]);
    refuse_formula("forall a in tem: a.load > 1 and a.boss.load > 2", &["E0401"]);
    refuse(
        "def f(a: Agent) = a.laod property p { always (f(team[0]) > 1 and f(team[0]) < 3) }",
        &["E0405"],
    );
}

#[test]
fn a_misspelt_name_is_suggested() {
    let (_, found) = analysed(&format!("{SOCIETY} property p {{ always stok > 1 }}"));
    assert_eq!(found[0].helps, ["did you mean `stock`?"]);
    let (_, found) = analysed(&format!("{SOCIETY} property p {{ always load > 1 }}"));
    assert_eq!(found[0].helps, ["`load` belongs to each `Agent`: write `a.load`"]);
    let (_, found) = analysed(&format!("{SOCIETY} property p {{ team[0].lod > 1 }}"));
    assert_eq!(found[0].helps, ["did you mean `load`?"]);
}

#[test]
fn what_may_be_none_is_not_read() {
    refuse_formula("superior(chain, team[0]).load > 1", &["E0406"]);
    refuse_formula("team[0].boss.load > 1", &["E0406"]);
    refuse_formula("team.load > 1", &["E0405"]);
    refuse_formula("distance(net, team[0], team[0]) <= 2", &["E0431"]);
}

#[test]
fn calls_are_checked_by_count_type_and_kind() {
    refuse_formula("net(team[0], team[0], team[0])", &["E0404"]);
    refuse_formula("meets(team[0])", &["E0404"]);
    refuse_formula("net(1)  == team", &["E0403"]);
    refuse_formula("team(0) == team[0]", &["E0407"]);
    refuse_formula("superior(net, team[0]) == none", &["E0408"]);
    refuse_formula("reaches(stock, team[0], team[0])", &["E0408"]);
    refuse_formula("reaches(ship, team[0], team[0])", &["E0408"]);
    refuse_formula("net", &["E0402"]);
    refuse_formula("team[9] == team[0]", &["E0434"]);
    refuse_formula("max(1) > 0", &["E0404"]);
    refuse_formula("sqrt(1, 2) > 0", &["E0404"]);
    refuse("def crowded() = count(team) > 3 property p { crowded }", &["E0402"]);
}

#[test]
fn each_place_admits_what_is_known_there() {
    refuse("step { if once stock > 1 { halt } }", &["E0411"]);
    refuse("state twice: real = stock", &["E0411"]);
    refuse("assume stock > 1", &["E0411"]);
    refuse("measure m = if always stock > 1 then 1 else 0", &["E0411"]);
    refuse_formula("stock' > 1", &["E0411"]);
    refuse("def calm() = always stock > 1 step { if calm() { halt } }", &["E0411"]);
    refuse("def rich() = stock > 1 assume rich()", &["E0411"]);
    accept("def calm() = always stock > 1 property p { calm() }");
    accept("def rich() = stock > 1 step { if rich() { halt } } property p { rich() }");
    accept("def next_stock() = stock' step { stock' = 1 if next_stock() > 1 { halt } }");
}

#[test]
fn in_a_property_with_worlds_every_read_is_marked() {
    let worlds = "worlds { alone { net: ring } each(f: team) { only f } }";
    accept(&format!("property p {{ {worlds} forall f in team: f.load@alone <= f.load@each(f) }}"));
    accept(&format!(
        "property p {{ {worlds} (always stock > 1)@alone implies always stock@alone > 0 }}"
    ));
    accept(&format!("def rich() = stock > 1 property p {{ {worlds} rich()@alone }}"));
    refuse(&format!("property p {{ {worlds} always stock > 1 }}"), &["E0412"]);
    refuse(&format!("property p {{ {worlds} exists s in ship: true }}"), &["E0412"]);
    refuse(&format!("def rich() = stock > 1 property p {{ {worlds} rich() }}"), &["E0412"]);
    refuse(&format!("property p {{ {worlds} (stock@alone > 1)@alone }}"), &["E0413"]);
    refuse(&format!("property p {{ {worlds} stock@alon > 1 }}"), &["E0413"]);
    refuse(&format!("property p {{ {worlds} stock@each > 1 }}"), &["E0404"]);
    refuse("property p { stock@alone > 1 }", &["E0413"]);
}

#[test]
fn chance_stands_outermost() {
    accept_formula("probability(always stock > 1) - probability(finally stock > 1) >= limit / 10");
    accept_formula("let q = probability(always stock > 1); q >= 0.5 and expected(stock) > 1");
    refuse_formula("always probability(stock > 1) > 0.5", &["E0414"]);
    refuse_formula("probability(expected(stock) > 1) > 0.5", &["E0414"]);
    refuse_formula("probability(stock > 1) > 0.5 and stock > 1", &["E0414"]);
}

#[test]
fn intervals_are_constant_and_ordered() {
    refuse_formula("eventually[5..2] stock > 1", &["E0415"]);
    refuse_formula("eventually[-1..2] stock > 1", &["E0415"]);
    refuse_formula("eventually[1..2s] stock > 1", &["E0415"]);
    refuse_formula("eventually[..limit] stock > 1", &["E0411"]);
    refuse_formula("count(a in team over [..3]) > 1", &["E0415"]);
    accept("const N = 3 property p { (eventually[N..N + 1] stock > 1) and once[..1h] stock > 1 }");
}

#[test]
fn values_that_are_fixed_now_hold_no_temporal_operator() {
    refuse_formula("let s = always stock > 1; s", &["E0433"]);
    refuse("def id(p: bool) = p property q { id(always stock > 1) }", &["E0433"]);
    refuse_formula("prev(stock) > 1", &["E0416"]);
    let lines = "def stays(p: bool) = always p property q { stays(stock > 1) }";
    assert_eq!(codes(lines, true), ["W0204"]);
}

#[test]
fn a_match_covers_every_value_once() {
    refuse_formula("match team[0].stage { Idle => true Drafted => true }", &["E0417"]);
    refuse_formula("match limit { 1 => true }", &["E0417"]);
    refuse_formula("match team[0].stage { _ => true Idle => false }", &["E0418"]);
    refuse_formula("match team[0].stage { Idle => true Idle => false _ => true }", &["E0418"]);
    refuse_formula("match limit { Idle => true _ => false }", &["E0419"]);
    refuse_formula("match team[0].stage { Idel => true _ => false }", &["E0401"]);
    accept_formula("match team[0].boss { none => true _ => false }");
    accept_formula("match team[0].bold { true => true false => false }");
    let needless =
        "property p { match team[0].bold { true => stock > 1 false => true _ => true } }";
    assert_eq!(codes(needless, true), ["W0205"]);
}

#[test]
fn a_new_value_is_read_only_when_it_is_made() {
    accept("state y: real = 0.0 step { stock' = 1 y' = stock' }");
    accept(
        "step { for a in team { a.load' = 1 } if exists a in team: a.load' > 1 { stock' = 1 } }",
    );
    accept("state y: real = 0.0 step { if limit > 1 { y' = stock' } else { stock' = 1 } }");
    refuse("state y: real = 0.0 step { y' = stock' stock' = 1 }", &["E0422"]);
    refuse("step { stock' = stock' + 1 }", &["E0422"]);
    refuse("step { if stock' > 1 { stock' = 1 } }", &["E0422"]);
    refuse("def new() = stock' step { if new() > 1 { stock' = 1 } }", &["E0422"]);
    assert_eq!(codes("step { stock' = 1 stock' = 2 }", true), ["W0203"]);
    assert_eq!(codes("step { if limit > 1 { stock' = 1 } else { stock' = 2 } }", true), [""; 0]);
}

#[test]
fn on_exclusive_paths_one_name_is_one_site() {
    let model = accept(
        "step { if stock > 1 { choose d in 0..3 stock' = d } else { choose d in 0..2 stock' = d } }",
    );
    let step = model.step.expect("there is a step");
    let StmtKind::If(_, then, otherwise) = &step.statements[0].kind else { panic!("an if") };
    let site = |statement: &StmtKind| -> SiteId {
        let StmtKind::Choose { site, .. } = statement else { panic!("a choose") };
        *site
    };
    assert_eq!(site(&then[0].kind), site(&otherwise[0].kind));
    refuse("step { for a in team { draw _u ~ normal(0, 1) } draw _u ~ normal(0, 1) }", &["E0423"]);
    refuse(
        "step { if stock > 1 { draw _u ~ normal(0, 1) } else { choose _u in 0..1 } }",
        &["E0423"],
    );
}

#[test]
fn choices_are_from_domains_and_sets() {
    accept(
        "step {
           choose a in team  choose b in net(a)  choose c in {a, b} where c != a
           choose n in 0..limit  choose r in 0.0..1.0  choose s in Stage  choose t in bool
           choose g(x: team) in net(x)
           choose f(x: team) in 0..3 where forall x in team: f(x) <= 2
           c.load' = f(a)   c.boss' = g(a)   stock' = n + r   if t { c.stage' = s }
         }",
    );
    refuse("step { choose x in int stock' = x }", &["E0426"]);
    refuse("step { choose x in 3..1 stock' = x }", &["E0426"]);
    refuse("step { choose x in 0.0..stock stock' = x }", &["E0427"]);
    refuse("step { choose x in stock stock' = x }", &["E0429"]);
}

#[test]
fn distributions_are_checked() {
    accept("step { draw b ~ bernoulli(0.5) draw i ~ uniform(1, 6) if b { stock' = i } }");
    accept("step { draw s ~ categorical(Idle: 1, Drafted: 0.5) for a in team { a.stage' = s } }");
    assert_eq!(codes("step { draw _b ~ bernoulli(30) }", true), ["W0208"]);
    assert_eq!(codes("step { draw _b ~ categorical(Idle: 0) }", true), ["W0208"]);
    refuse("step { draw _b ~ bernouli(0.5) }", &["E0424"]);
    refuse("step { draw _b ~ uniform(1) }", &["E0424"]);
    refuse("step { draw _b ~ categorical(Idle, Drafted) }", &["E0424", "E0424"]);
}

#[test]
fn only_states_are_assigned() {
    refuse("step { limit' = 1 }", &["E0421"]);
    refuse("step { for a in team { a.greed' = 1 } }", &["E0421"]);
    refuse("step { let _x = 1 _x' = 2 }", &["E0421"]);
    refuse("step { net(team[0], team[0])' = true }", &["E0421"]);
    refuse("step { stock' = true }", &["E0403"]);
    accept("step { for a in team { a.boss' = a a.trust(a)' = 1 meets(a, a)' = true } }");
    accept("step { for a in team { a.boss' = none } }");
}

#[test]
fn an_event_has_all_its_fields() {
    accept("step { emit ship(defects: 1, author: team[0]) }");
    refuse("step { emit ship(author: team[0]) }", &["E0425"]);
    refuse("step { emit ship(author: team[0], defect: 1) }", &["E0425"]);
    refuse("step { emit ship(author: 1, defects: 1) }", &["E0403"]);
    refuse("step { emit shop(author: 1) }", &["E0401"]);
    refuse("step { emit stock(author: 1) }", &["E0425"]);
}

#[test]
fn a_def_that_calls_itself_is_told_with_the_way_round() {
    let (_, found) = analysed(&format!(
        "{SOCIETY} def f(n: int): int = g(n) def g(n: int): int = f(n - 1) property p {{ f(1) > 0 }}"
    ));
    assert_eq!(found[0].code.0.id, "E0409");
    assert_eq!(found[0].labels[0].text, "f → g → f");
    assert_eq!(found[0].labels[1].text, "`g` calls `f`");
}

#[test]
fn a_relation_parameter_makes_a_def_for_each_relation() {
    let model = accept(
        "def likes(a: Agent, b: Agent) = a.load < b.load
         def lonely(r(Agent, Agent): bool, a: Agent) = not exists b in team: r(a, b) or reaches(r, a, b)
         def both(r(Agent, Agent): bool) = exists a in team: lonely(r, a)
         property p { both(net) and both(meets) and both(likes) and both(net) }",
    );
    let count = |name: &str| model.defs.iter().filter(|def| def.name == name).count();
    assert_eq!((count("both"), count("lonely"), count("likes")), (3, 3, 1));
    refuse("def f(r(Agent, Agent): bool) = connected(r) property p { f(weigh) }", &["E0408"]);
    refuse("def f(r(Agent, Agent): bool) = r(team[0])", &["E0404"]);
    accept("def f(w(Agent, Agent): real) = w(team[0], team[0]) property p { f(weigh) > 0 }");
}

#[test]
fn uncalled_defs_are_checked_too() {
    refuse("def f(a: Agent) = a.nothing", &["E0405"]);
    refuse("def f(a: 0..3) = a", &["E0426"]);
    accept("def f(e: ship) = e.defects > 0 property p { always forall s in ship: f(s) }");
}

#[test]
fn domains_have_constant_ordered_bounds() {
    refuse("state x: 3..0 = 1", &["E0426"]);
    refuse("state x: 0..limit = 1", &["E0309"]);
    refuse("state x: int? = none", &["E0426"]);
    refuse("state x: {1, 1} = 1", &["E0426"]);
    refuse("state x: {1, Idle} = 1", &["E0403"]);
    refuse("state x: stock = 1", &["E0426"]);
    refuse("state x: float = 1", &["E0401"]);
    accept(
        "const N = 2 + 3 * 4 state x: 0..N - 1 = N - 2 state y: -1.5..1 = 0 state z: team? = none",
    );
}

#[test]
fn constants_are_computed_or_refused() {
    let model = accept("const N = sum(i * i for i in 1..3) state x: 0..N = 0");
    let domain = &model.states[crate::ir::StateId(model.states.len() as u32 - 1)].domain;
    assert_eq!(*domain, crate::ir::Domain::Ints(0, 14));
    refuse("const N = 1 / 0", &["E0428"]);
    refuse("const N = 9223372036854775807 + 1", &["E0428"]);
    refuse("const N = limit", &["E0309"]);
}

#[test]
fn names_are_not_hidden() {
    refuse_formula("forall team in team: true", &["E0420"]);
    refuse_formula("forall a in team, a in team: true", &["E0420"]);
    accept_formula("(forall a in team: a.bold) or forall a in team: not a.bold");
}

#[test]
fn what_is_not_read_is_told() {
    assert_eq!(codes("step { let x = 1 stock' = 1 }", true), ["W0201"]);
    assert_eq!(codes("step { let _x = 1 stock' = 1 }", true), [""; 0]);
    assert_eq!(codes("property p { always stock >= 0 }", true), ["W0202"]);
    assert_eq!(codes("property p { always 100.0 < stock }", true), ["W0202"]);
    assert_eq!(codes("step { halt stock' = 1 }", true), ["W0207"]);
    assert_eq!(codes("step { stock' = stock / 0 }", true), ["W0206"]);
}

#[test]
fn what_is_too_large_is_refused() {
    refuse_formula("forall i in 0..1000000000000: i >= 0", &["E0410"]);
    let chain: String = (1..600).map(|n| format!("def f{n}(): bool = f{}()\n", n - 1)).collect();
    refuse(&format!("def f0(): bool = true {chain} property p {{ f599() }}"), &["E0410"]);
    let doubling: String =
        (1..40).map(|n| format!("def f{n}(): int = f{0}() + f{0}()\n", n - 1)).collect();
    refuse(&format!("def f0(): int = 1 {doubling} property p {{ f39() > 1 }}"), &["E0410"]);
}

#[test]
fn a_set_stands_where_one_is_expected() {
    refuse_formula("forall a in 3: true", &["E0429"]);
    refuse_formula("forall a in 0.0..1.0: true", &["E0429"]);
    refuse_formula("forall a in real: true", &["E0429"]);
    accept(
        "def f(s: set of Agent) = count(s) > 0 property p { f(team[0].boss) or f(team) or f({}) }",
    );
}

#[test]
fn slots_are_unique_in_an_item() {
    let model = accept("property p { (forall a in team: a.bold) and forall a in team: a.bold }");
    let property = model.properties.iter().find(|found| found.name == "p").expect("declared");
    assert_eq!(property.frame, 2);
    let ExprKind::Binary(_, left, right) = &*property.formula.kind else { panic!("an and") };
    let slot = |formula: &crate::ir::Expr| match &*formula.kind {
        ExprKind::Quantifier { binders, .. } => binders[0].slot,
        other => panic!("{other:?}"),
    };
    assert_ne!(slot(left), slot(right));
}

#[test]
fn every_code_is_explained() {
    for code in crate::diag::code::analysis::ALL {
        let rule = code.0;
        assert!(rule.explanation.lines().count() >= 3, "{}", rule.id);
        assert!(rule.id.starts_with("E04") || rule.id.starts_with("W02"), "{}", rule.id);
    }
}

/// Texts that use most of the language, to break.
const WHOLE: [&str; 5] = [
    include_str!("../../../properties/review.polity"),
    include_str!("../../../properties/commons.polity"),
    include_str!("../../../properties/conformity.polity"),
    include_str!("../../../properties/opinions.polity"),
    include_str!("../../../properties/pricing.polity"),
];

/// One of `count`, from a counter: the same in every run.
fn pick(counter: &mut u64, count: usize) -> usize {
    *counter += 1;
    (crate::base::Seed(5).bits(&[*counter as u32]) % count as u64) as usize
}

#[test]
fn texts_with_words_swapped_are_told_wrong_and_never_panic() {
    let mut counter = 0;
    let mut wrong = 0;
    for round in 0..400 {
        let text = WHOLE[round % WHOLE.len()];
        let mut words: Vec<&str> = text.split_inclusive([' ', '\n', '(', ')', '.', ',']).collect();
        for _ in 0..1 + round % 4 {
            let (from, to) = (pick(&mut counter, words.len()), pick(&mut counter, words.len()));
            match pick(&mut counter, 3) {
                0 => words[to] = words[from],
                1 => words.swap(from, to),
                _ => drop(words.remove(from)),
            }
        }
        let text = words.concat();
        let mut sources = Sources::default();
        let file = sources.add("<broken>", text.clone());
        let (tree, _) = syntax::parse(file, &text);
        let (model, found) = analyse(&tree, &mut sources, &mut |_, _, path| Err(path.into()));
        wrong += usize::from(model.is_none());
        let library = tree.model.is_none();
        let told = crate::diag::has_errors(&found);
        assert_eq!(model.is_none(), told || library, "{text}\n{found:#?}");
    }
    assert!(wrong > 100, "only {wrong} of 400 were told wrong");
}
