//! Models of what random ones seldom ask: events that are spoken of at other instants, worlds that
//! come to one choice at different steps or end at different instants, whole relations.

/// What is asked of events.
const FORMULAS: [&str; 14] = [
    "always forall e in told: once exists f in heard: f.n == e.n",
    "always forall e in told where e.n > 1: eventually[..2] exists f in told: f.by != e.by",
    "always forall e in told: next not (exists f in heard where f.n == e.n: true)",
    "always forall e in told, a in team where a == e.by: (a.x <= e.n) until[..2] (a.x > 0)",
    "eventually exists e in told: (once[1..] exists f in told: f.r > e.r) and e.ok",
    "always forall e in told: (prev(exists f in told: f.n < e.n)) implies (once (now < e.n))",
    "always count(e in told over [1..3] where e.ok) <= 2",
    "always sum(e.n for e in told over [..1]) + count(h in heard over [0..]) <= 6",
    "always (not prev(exists e in told where e.ok: true) or (exists e in heard: e.n >= 0))",
    "(always (exists e in told: e.ok)) == (eventually exists e in heard: e.n > 1)",
    "always forall e in told: e.r < 0.75 and (e.ok or e.n > 1)",
    "always exists e in told where e.n > 0: (e.r * 3.0 > e.n - 0.5 and (next now < 4))",
    "always forall e in told, f in told where f.r > e.r: e.n < 2 or f.n <= 2",
    "if (exists a in team: a.x > 1) then always (exists e in told: e.ok) else eventually top > 1",
];

/// Worlds that come to one key at different steps; relations.
pub const LATER: &str = "model later
         kind Agent { param fast: bool = false  state v: 0..9 = 0  state n: 0..2 = 0 }
         agents team: Agent[1..3]
         structure hears: digraph on team among any
         structure meets: graph on team among any
         schedule any
         rule act(a in team) when a.n < 2 and (a.fast or now > 1) {
           choose v in 0..9 where v != a.v
           a.v' = v  a.n' = a.n + 1
         }
         step { }
         property alike { worlds { quick { team.fast: true }  given { } }
           always forall a in team: a.v@quick == a.v@given }
         property near { forall a in team, b in hears(a): distance(hears, a, b) == 1 }
         property far { exists a in team, b in team: distance(hears, a, b) == 2 }
         property circle { exists a in team: reaches(hears, a, a) }
         property whole { connected(hears) and connected(meets) }
         property many { edges(meets) >= 2 and not acyclic(hears) }
         check { steps: 6 }";

/// Worlds that end at different instants.
pub const ENDS: &str = "model ends
         param stop: 1..3 = 3
         state x: int = 0
         step { x' = x + 1  if x + 1 == stop { halt } }
         property last { worlds { short { stop: 1 }  given { } }
           eventually (x@given == stop and x@short == 1) }
         property inside { worlds { short { stop: 1 }  given { } }
           eventually ((always x == 1)@short and (next x == 3)@given) }
         property later { worlds { short { stop: 1 }  given { } }
           always ((next x >= 0)@given implies (finally now <= 1)@short) }
         check { steps: 5 }";

/// Worlds that go wrong at different instants.
pub const BREAKS: &str = "model breaks
         param by: 1..3 = 3
         state x: 0..5 = 0
         step { choose more in 0..1  x' = x + by + more }
         property both { worlds { slow { by: 1 }  given { } } always x@given <= x@slow }
         property one { worlds { slow { by: 1 }  given { } }
           eventually ((x > 4)@given or (x == 4)@slow) }
         property inside { worlds { slow { by: 1 }  given { } }
           eventually ((eventually x == 5)@given and not (always (x < 3 or now < 2))@slow) }
         property next_one { worlds { slow { by: 1 }  given { } }
           always ((next x >= 2)@given implies (finally x == 4)@slow) }
         property known { worlds { slow { by: 1 }  given { } } eventually[2..] (by == 3)@given }
         property number { worlds { slow { by: 1 }  given { } } always[1..] by@given <= 2 * by@slow }
         check { steps: 6 }";

/// Events of agents in company and alone.
pub fn told() -> String {
    let mut properties = String::new();
    for (at, formula) in FORMULAS.iter().enumerate() {
        properties += &format!(
            "property plain{at} {{ {formula} }}
             property worlds{at} {{
               worlds {{ less(x: team) {{ only x }}  same {{ top: 2 }} }}
               forall x in team: ({formula})@same or ({formula})@less(x)
             }}\n"
        );
    }
    format!(
        "model told
         kind Agent {{ param loud: bool = true  state x: 0..3 = 0 }}
         agents team: Agent[1..3]
         param top: 1..3 = 3
         event told {{ by: Agent, n: 0..9, r: real, ok: bool }}
         event heard {{ n: int }}
         step {{
           choose m(a: team) in 0..1 where count(a in team where m(a) == 1) <= 2
           for a in team where a.loud {{
             draw d ~ uniform(0, top)
             emit told(by: a, n: d, r: d / 3, ok: d > a.x)
             if m(a) == 1 {{ emit heard(n: a.x) }}
             a.x' = min(3, a.x + m(a))
           }}
           if count(e in heard) > 1 {{ halt }}
           choose pause in 0..top
           require pause < 3 or top > 2
         }}
         property longest {{ worlds {{ less(x: team) {{ without x }}  all {{ }} }}
           forall x in team: always (count(a in team where a.x@all > 1) <= 2
             and (forall a in team where a != x: a.x@less(x) <= a.x@all + 1)) }}
         {properties}
         check {{ steps: 5 }}"
    )
}
