//! Tests of the tree's shape: expressions printed with every node in parentheses.

use crate::diag::FileId;
use crate::syntax::ast::{
    Binder, Expr, ExprKind, File, Interval, Item, ItemKind, Literal, Setting, SettingValue,
    StmtKind, TypeKind, TypeOrSet,
};
use crate::syntax::parse;

fn clean(text: &str) -> File {
    let (file, diagnostics) = parse(FileId(0), text);
    let messages: Vec<&String> = diagnostics.iter().map(|it| &it.message).collect();
    assert!(messages.is_empty(), "{text}: {messages:?}");
    file
}

fn messages(text: &str) -> Vec<String> {
    parse(FileId(0), text).1.into_iter().map(|diagnostic| diagnostic.message).collect()
}

fn only(text: &str) -> Item {
    clean(text).items.pop().expect("there is an item")
}

/// The shape of the expression `text`.
fn shape(text: &str) -> String {
    match only(&format!("assume {text}")).kind {
        ItemKind::Assume(expr) => show(&expr),
        other => format!("{other:?}"),
    }
}

fn shows(exprs: &[Expr]) -> String {
    exprs.iter().map(show).collect::<Vec<_>>().join(" ")
}

fn show_interval(interval: &Option<Interval>) -> String {
    let end = |end: &Option<Expr>| end.as_ref().map(show).unwrap_or_default();
    interval.as_ref().map_or(String::new(), |it| format!("[{}..{}]", end(&it.lo), end(&it.hi)))
}

fn show_binders(binders: &[Binder]) -> String {
    let show_one = |binder: &Binder| {
        let filter = binder.filter.as_ref().map_or(String::new(), |it| format!("|{}", show(it)));
        let window = show_interval(&binder.window);
        format!("{}:{}{window}{filter}", binder.name.text, show(&binder.set))
    };
    binders.iter().map(show_one).collect::<Vec<_>>().join(",")
}

fn show(expr: &Expr) -> String {
    match &*expr.kind {
        ExprKind::Literal(Literal::Bool(value)) => value.to_string(),
        ExprKind::Literal(Literal::Int(value)) => value.to_string(),
        ExprKind::Literal(Literal::Real(value)) => format!("{value:?}"),
        ExprKind::Literal(Literal::Str(value)) => format!("{value:?}"),
        ExprKind::Literal(Literal::Duration(value)) => format!("{value}ns"),
        ExprKind::Name(name) => name.clone(),
        ExprKind::Call { function, arguments } => {
            format!("(call {} {})", show(function), shows(arguments))
        }
        ExprKind::Field { object, name } => format!("(. {} {})", show(object), name.text),
        ExprKind::Index { object, index } => format!("(index {} {})", show(object), show(index)),
        ExprKind::Primed(inner) => format!("(new {})", show(inner)),
        ExprKind::At { body, world, arguments } => {
            format!("(@ {} {} {})", show(body), world.text, shows(arguments))
        }
        ExprKind::Paren(inner) => format!("<{}>", show(inner)),
        ExprKind::Unary { op, operand } => format!("({op:?} {})", show(operand)),
        ExprKind::Binary { op, left, right, .. } => {
            format!("({op:?} {} {})", show(left), show(right))
        }
        ExprKind::If { condition, then, otherwise } => {
            format!("(if {} {} {})", show(condition), show(then), show(otherwise))
        }
        ExprKind::Match { scrutinee, arms } => {
            let arms: Vec<String> =
                arms.iter().map(|(pattern, e)| format!("{:?}={}", pattern.kind, show(e))).collect();
            format!("(match {} {})", show(scrutinee), arms.join(" "))
        }
        ExprKind::Let { name, value, body } => {
            format!("(let {} {} {})", name.text, show(value), show(body))
        }
        ExprKind::SetList(values) => format!("{{{}}}", shows(values)),
        ExprKind::SetFilter(binder) => {
            format!("{{{}}}", show_binders(std::slice::from_ref(binder)))
        }
        ExprKind::Quantifier { all, binders, body } => {
            let word = if *all { "forall" } else { "exists" };
            format!("({word} {} {})", show_binders(binders), show(body))
        }
        ExprKind::Aggregate { op, value, binders, otherwise } => {
            let value = value.as_ref().map(show).unwrap_or_default();
            let otherwise = otherwise.as_ref().map(show).unwrap_or_default();
            format!("({} {value};{};{otherwise})", op.text, show_binders(binders))
        }
        ExprKind::Temporal { op, interval, body, .. } => {
            format!("({op:?}{} {})", show_interval(interval), show(body))
        }
        ExprKind::TemporalBinary { op, interval, left, right, .. } => {
            format!("({op:?}{} {} {})", show_interval(interval), show(left), show(right))
        }
        ExprKind::Initially(inner) => format!("(initially {})", show(inner)),
        ExprKind::Prev { body, at_start } => {
            format!("(prev {} {:?})", show(body), at_start.as_ref().map(show))
        }
        ExprKind::Probability(inner) => format!("(probability {})", show(inner)),
        ExprKind::Expected(inner) => format!("(expected {})", show(inner)),
        ExprKind::Error => "error".to_string(),
    }
}

#[test]
fn operators_bind_as_the_language_says() {
    for (text, expected) in [
        ("a + b * c - d", "(Subtract (Add a (Multiply b c)) d)"),
        ("-a * b", "(Multiply (Negate a) b)"),
        ("- -a.x", "(Negate (Negate (. a x)))"),
        ("not a == b", "(Not (Equal a b))"),
        ("a in S - T & U", "(In a (Subtract S (Intersect T U)))"),
        ("a in 0..n + 1", "(In a (Range 0 (Add n 1)))"),
        ("p until q implies r", "(Implies (Until p q) r)"),
        ("p or q until r or s", "(Until (Or p q) (Or r s))"),
        ("p implies always q", "(Implies p (Always q))"),
        ("always not p", "(Always (Not p))"),
        ("a div b % c", "(Remainder (Div a b) c)"),
        ("t contains \"x\" and u", "(And (Contains t \"x\") u)"),
    ] {
        assert_eq!(shape(text), expected, "{text}");
    }
}

#[test]
fn a_world_binds_tighter_than_prefixes_and_looser_than_fields() {
    assert_eq!(shape("-f.x@w"), "(Negate (@ (. f x) w ))");
    assert_eq!(shape("e@alone(f) + 1"), "(Add (@ e alone f) 1)");
    assert_eq!(shape("(always p)@a implies q"), "(Implies (@ <(Always p)> a ) q)");
}

#[test]
fn the_new_value_follows_names_calls_and_fields() {
    assert_eq!(
        shape("x' + x(a, b)' + a.x'"),
        "(Add (Add (new x) (new (call x a b))) (new (. a x)))"
    );
}

#[test]
fn binders_reach_as_far_right_as_they_can() {
    assert_eq!(
        shape("p and forall x in S: q and r implies s"),
        "(And p (forall x:S (Implies (And q r) s)))"
    );
    assert_eq!(
        shape("forall a in S where exists b in T: b == a, c in U: a"),
        "(forall a:S|(exists b:T (Equal b a)),c:U a)"
    );
    assert_eq!(shape("x == if c then a else b + 1"), "(Equal x (if c a (Add b 1)))");
    assert_eq!(shape("let x = a; x and b"), "(let x a (And x b))");
}

#[test]
fn aggregates_range_over_binders_and_plain_calls_do_not() {
    for (text, expected) in [
        ("count(a in S where c)", "(count ;a:S|c;)"),
        ("count(S)", "(call count S)"),
        ("count(e in ev over [..1min] where c)", "(count ;e:ev[..60000000000ns]|c;)"),
        ("sum(e for a in S where c else d)", "(sum e;a:S|c;d)"),
        ("sum(e.x for e in ev over [..5] where c)", "(sum (. e x);e:ev[..5]|c;)"),
        ("min(a, b)", "(call min a b)"),
        ("max(if c then a else b for x in S else 0)", "(max (if c a b);x:S;0)"),
        ("argmax(a.x for a in S, b in T)", "(argmax (. a x);a:S,b:T;)"),
    ] {
        assert_eq!(shape(text), expected, "{text}");
    }
}

#[test]
fn intervals_have_one_end_or_two() {
    assert_eq!(shape("always[5s..] p"), "(Always[5000000000ns..] p)");
    assert_eq!(shape("eventually[..10] p"), "(Eventually[..10] p)");
    assert_eq!(shape("p since[n..n + 1] q"), "(Since[n..(Add n 1)] p q)");
    assert_eq!(messages("assume always[..] p"), ["an interval needs an end"]);
    assert_eq!(messages("assume next[..1] p"), ["`next` takes no interval"]);
}

#[test]
fn sets_are_lists_or_filters() {
    assert_eq!(shape("{a, b} + {}"), "(Add {a b} {})");
    assert_eq!(shape("{a in S where c}"), "{a:S|c}");
}

#[test]
fn arms_may_be_negative_numbers() {
    assert_eq!(
        shape("match x { 0 => a -1 => b _ => c }"),
        "(match x Literal(Int(0))=a Literal(Int(-1))=b Wildcard=c)"
    );
    assert_eq!(
        shape("match x { A => 1, none => a - 1 }"),
        "(match x Named(\"A\")=1 None=(Subtract a 1))"
    );
}

#[test]
fn contextual_words_are_names_where_they_can_be() {
    assert_eq!(shape("value + any + over + by"), "(Add (Add (Add value any) over) by)");
    assert_eq!(shape("e.from == e.step"), "(Equal (. e from) (. e step))");
    clean("kind K { param check: bool state step: int = 0 } event ev { to: K, state: int }");
    clean("step { emit ev(to: a, state: 1) }");
}

#[test]
fn reserved_words_are_no_names() {
    assert_eq!(
        messages("state step: int = 0"),
        ["`step` is a word of the language and cannot be a name"]
    );
    assert_eq!(messages("assume forall _ in S: p").len(), 1);
}

#[test]
fn items_need_no_separator() {
    let file = clean("model m const A = b value property p { c } step { x' = a y' = b } check {}");
    assert_eq!(file.items.len(), 4);
    assert_eq!(file.model.map(|name| name.text), Some("m".to_string()));
}

#[test]
fn docs_belong_to_what_follows() {
    let file = clean("//! f\n\n/// one\n/// two\nkind K {\n  /// three\n  param p: bool\n}");
    assert_eq!(file.docs, ["f"]);
    assert_eq!(file.items[0].docs, ["one", "two"]);
    let ItemKind::Kind { fields, .. } = &file.items[0].kind else { panic!("not a kind") };
    assert_eq!(fields[0].docs, ["three"]);
}

#[test]
fn structures_have_families_with_arguments() {
    let item =
        only("structure s: normalized weights 0.0..1.0 on a to b among grid(3) | any = ring");
    let ItemKind::Structure(structure) = item.kind else { panic!("not a structure") };
    assert_eq!(structure.among.len(), 2);
    assert_eq!(structure.among[0].arguments.len(), 1);
    assert_eq!(structure.value.map(|family| family.name.text), Some("ring".to_string()));
}

#[test]
fn a_choice_is_from_a_domain_where_it_reads_as_one() {
    let domain = |text: &str| {
        let ItemKind::Step(block) = only(&format!("step {{ choose x in {text} }}")).kind else {
            panic!("not a step")
        };
        match block.statements.into_iter().next().map(|statement| statement.kind) {
            Some(StmtKind::Choose { domain, .. }) => domain,
            other => panic!("{other:?}"),
        }
    };
    let kind = |text: &str| match domain(text) {
        TypeOrSet::Type(ty) => Some(ty.kind),
        TypeOrSet::Set(_) => None,
    };
    assert!(matches!(kind("0..3"), Some(TypeKind::Range(..))));
    assert!(matches!(kind("Agent?"), Some(TypeKind::Optional(_))));
    assert!(matches!(kind("set of Agent"), Some(TypeKind::Set(_))));
    assert!(matches!(kind("{1, 3}"), Some(TypeKind::Values(_))));
    assert!(matches!(kind("team"), Some(TypeKind::Named(_))));
    assert!(kind("s(a) - {a}").is_none());
}

#[test]
fn names_of_a_check_end_where_the_next_setting_begins() {
    let item =
        only("check { minimize: agents, edges, steps: 4, expect: violated with { agents: 2 } }");
    let ItemKind::Check { settings, .. } = item.kind else { panic!("not a check") };
    let keys: Vec<&str> = settings.iter().map(|setting| setting.key.text.as_str()).collect();
    assert_eq!(keys, ["minimize", "steps", "expect"]);
    assert!(
        matches!(&settings[0], Setting { value: SettingValue::Names(names), .. } if names.len() == 2)
    );
}

#[test]
fn all_errors_of_a_file_are_reported() {
    let text =
        "agents a K\nstep {\n  x' = \n  y = 1\n  z' = (1 +)\n}\nproperty p { a b }\nstate s\n";
    assert_eq!(messages(text).len(), 6, "{:?}", messages(text));
}

#[test]
fn an_error_in_brackets_stays_there() {
    assert_eq!(messages("assume f(a +, b) and g(*)").len(), 2);
}

#[test]
fn every_construct_nested_ten_thousand_deep_is_one_error() {
    let deep = |before: &str, unit: &str, after: &str| {
        let text = format!("{before}{}{after}", unit.repeat(10_000));
        let found = messages(&text);
        assert_eq!(found, ["this is nested more than 128 deep"], "{unit}");
    };
    for unit in [
        "(",
        "not ",
        "- ",
        "always ",
        "f(",
        "{",
        "forall x in S: ",
        "if c then a else ",
        "a + ",
        "a and ",
        "a implies ",
        "let x = ",
        "let x = 1; ",
        "match x { A => ",
        "x(",
        "prev(",
        "sum(e for a in ",
        "count(a in ",
        "a until[..3] ",
        "{a in ",
        "a * ",
        "if ",
    ] {
        deep("assume ", unit, "b");
    }
    for unit in [".x", "@w", "[0]", "'.x", " + b", " and b", " or c", " implies b", " - b"] {
        deep("assume a", unit, "");
    }
    for unit in ["if a { ", "for a in S { ", "match a { A => { "] {
        deep("step { ", unit, "");
    }
    deep("step { ", "if a { } else ", "{ } }");
    deep("state s: ", "set of ", "int");
}
