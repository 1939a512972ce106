//! A model of what margins look at and verdicts pass by: what faults behind what decides, arms
//! that are not taken, elements that are not meant, numbers near their limits.

/// What is asked, most of it so that something would fault where it is not needed.
const FORMULAS: [&str; 27] = [
    "always (k == 0 or 6 div k >= 2)",
    "always (k > 0 implies forall a in team: a.x * (6 div k) < 9)",
    "eventually (k != 0 and count(a in team where 6 div k > a.x) == 2)",
    "always (k == 0 or (count(a in team where 6 div k > a.x) < 3 and \
      count(a in team where 6 div k > a.x) != 1))",
    "always if k == 0 then y < 0.5 else 6 div k > 1",
    "always match mood { Calm => y <= 0.75 \n Wild => y > 0.25 }",
    "always match mood { Calm => k >= 1 \n Wild => k == 0 or 6 div k != 2 }",
    "always forall a in team where k == 0 or a.x < 6 div k: a.x + k <= 4",
    "eventually exists a in team, b in team where a != b: a.x == b.x and a.y < b.y",
    "always forall a in team: exists b in hears(a): b.x >= a.x",
    "always forall a in team: always[1..3] a.x <= k + 2",
    "forall a in team: (a.x < 2) until[1..4] (a.y > 0.5)",
    "always ((once[1..2] k > 1) or ((y < 0.5) since[1..3] (k == 1)))",
    "(next historically[..2] z < 1.5) and (finally not (z >= 2.0))",
    "always ((prev(k > 0) or initially(k < 2)) and not (next k == 2))",
    "always (prev(z >= y) implies z <= top)",
    "(always k < 3) == (eventually y > 0.9)",
    "if y > 0.5 then eventually k == 2 else always z > 0.5",
    "(always big > 0.0 - big) and (eventually big < y)",
    "always (near(y, z) or k in {0, 2} or mood == Wild)",
    "always (k == 0 or (6 div k) in {1, 3})",
    "always (k == 0 or forall b in team: count(a in team where 6 div k > a.x) > b.x)",
    "always (k == 0 or forall a in team where a.x < 6 div k: a.x + k <= 4)",
    "eventually (k != 0 and exists a in team where a.x < 6 div k: a.y < 0.5)",
    "(always ((k >= 1) since[..2] (y < 0.5))) or (eventually ((z < 0.75) since[2..4] (k == 2)))",
    "eventually (far(y, z) and far(top, y) and k > 2)",
    "always (let half = k / (k + 1); half < 0.6 and (k == 0 or 1.0 / k >= y))",
];

/// Agents with ints and reals, a state that is 0 at times.
pub fn measured() -> String {
    let mut properties = String::new();
    for (at, formula) in FORMULAS.iter().enumerate() {
        properties += &format!(
            "property plain{at} {{ {formula} }}
             property denied{at} {{ not ({formula}) }}
             property worlds{at} {{
               worlds {{ less(x: team) {{ without x }}  same {{ top: 2.0 }} }}
               forall x in team: ({formula})@same or ({formula})@less(x)
             }}\n"
        );
    }
    format!(
        "model measured
         enum Mood {{ Calm, Wild }}
         kind Agent {{ param slow: bool = false  state x: 0..3 = 0  state y: 0.0..1.0 = 0.5 }}
         agents team: Agent[1..3]
         structure hears: digraph on team among any
         param top: 0.0..2.0 = 1.0
         state k: 0..3 = 1
         state y: 0.0..1.0 = 0.25
         state z: real = 0.5
         state big: real = 1.0e308
         state mood: Mood = Calm
         def near(a: real, b: real) = abs(a - b) < 0.125
         def far(a: real, b: real) = a - b > 3.0
         step {{
           for a in team where not a.slow {{
             choose v in 0..3
             draw w ~ uniform(0.0, 1.0)
             a.x' = v  a.y' = w
           }}
           choose n in 0..3
           draw u ~ uniform(0.0, 1.0)
           choose m in Mood
           k' = n  y' = u  z' = z + u - 0.25  mood' = m
           if n == 3 and now > 2 {{ halt }}
         }}
         {properties}
         check {{ steps: 5 }}"
    )
}
