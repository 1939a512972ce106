//! Random models that are made of arithmetic: sums of products of sums, over agents and cells of
//! two indices, under conditions, with numbers that go past their types.

use polity::base::Seed;

/// Writes a model of a seed.
pub fn text(seed: u64) -> String {
    let mut writer = Writer { seed: Seed(seed), asked: 0, names: 0 };
    let mut of = |depth| writer.real(depth, &["f"]);
    let reals: Vec<String> = (0..3).map(|at| of(2 + at % 2)).collect();
    let end = format!("sum({} for f in team)", of(1));
    let ints: Vec<String> = (0..2).map(|_| writer.int(3, &["f"])).collect();
    let tie = writer.real(2, &["f", "g"]);
    let local = ["f.x'", "f.y", "f.n", "x0"];
    let condition = writer.bool(1, &["f"]);
    let properties: Vec<String> = (0..3).map(|at| writer.property(at)).collect();
    let local = local[writer.below(3) as usize].replace("f.n", "(1.0 * f.n)");
    format!(
        "model sums
         kind Agent {{
           param p: {{0.0, 1.0, -2.5, 0.1, 7.25, 1e200}} = 1.0
           param k: {{-3, 0, 1, 7, 3000000000}} = 1
           state x: real = self.p
           state y: real = 0.5
           state n: int = self.k
         }}
         agents team: Agent[1..6]
         structure sees: graph on team among isolated | ring | complete | any
         param scale: {{-1.0, 0.0, 0.5, 3.0, 1e150}} = 0.5
         param mode: 0..2 = 0
         state stock: real = 4.0
         state w(by: Agent, of: Agent): real = 0.25
         step {{
           for f in team {{
             let seen = {seen}
             f.x' = {x}
             f.y' = if {condition} then {y} else seen + {local}
             f.n' = {n}
             for g in team {{ w(f, g)' = {tie} }}
           }}
           stock' = {end}
         }}
         {properties}
         check {{ steps: 3 }}",
        seen = reals[0],
        x = reals[1],
        y = reals[2],
        n = ints[0],
        properties = properties.join("\n"),
    )
}

/// Writes expressions; every choice is a number of the seed.
struct Writer {
    seed: Seed,
    asked: u32,
    names: u32,
}

impl Writer {
    fn below(&mut self, count: u64) -> u64 {
        self.asked += 1;
        self.seed.bits(&[self.asked]) % count
    }

    fn agent<'a>(&mut self, agents: &[&'a str]) -> &'a str {
        agents[self.below(agents.len() as u64) as usize]
    }

    /// A number of the state, a parameter, or of the text.
    fn leaf(&mut self, agents: &[&str]) -> String {
        let (a, b) = (self.agent(agents).to_string(), self.agent(agents).to_string());
        match self.below(10) {
            0 | 1 => format!("{a}.x"),
            2 => format!("{a}.y"),
            3 => format!("{a}.p"),
            4 => "stock".into(),
            5 => "scale".into(),
            6 | 7 => format!("w({a}, {b})"),
            8 => format!("(0.5 * {a}.n)"),
            _ => ["0.0", "1.0", "-1.5", "1e120", "3.25"][self.below(5) as usize].into(),
        }
    }

    fn real(&mut self, depth: u32, agents: &[&str]) -> String {
        if depth == 0 {
            return self.leaf(agents);
        }
        let below = depth - 1;
        match self.below(16) {
            0 | 1 => self.pair("+", below, agents),
            2 | 3 => self.pair("-", below, agents),
            4 | 5 => self.pair("*", below, agents),
            6 => self.pair("/", below, agents),
            7 => format!("min({}, {})", self.real(below, agents), self.real(below, agents)),
            8 => format!("max({}, {})", self.real(below, agents), self.real(below, agents)),
            9 => format!("abs({})", self.real(below, agents)),
            10 => format!(
                "(if {} then {} else {})",
                self.bool(below, agents),
                self.real(below, agents),
                self.real(below, agents)
            ),
            // What is past the reals, where the lesser or greater one is not.
            11 => format!(
                "max({} * 1e150 * ({} * -1e150), {})",
                self.leaf(agents),
                self.leaf(agents),
                self.real(below, agents)
            ),
            _ => self.fold(below, agents),
        }
    }

    fn pair(&mut self, op: &str, depth: u32, agents: &[&str]) -> String {
        format!("({} {op} {})", self.real(depth, agents), self.real(depth, agents))
    }

    fn fold(&mut self, depth: u32, agents: &[&str]) -> String {
        self.names += 1;
        let own = format!("e{}", self.names);
        let outer = self.agent(agents).to_string();
        let within: Vec<&str> = agents.iter().copied().chain([&own[..]; 2]).collect();
        let over = match self.below(3) {
            0 => format!("sees({outer})"),
            _ => "team".to_string(),
        };
        let guard = match self.below(3) {
            0 => format!(" where {}", self.bool(1, &within)),
            _ => String::new(),
        };
        let value = match self.below(2) {
            0 => self.leaf(&within),
            _ => self.real(depth.min(2), &within),
        };
        match self.below(4) {
            0 => format!("sum({value} for {own} in {over}{guard})"),
            1 => format!("mean({value} for {own} in {over}{guard} else 0.75)"),
            2 => format!("min({value} for {own} in {over}{guard} else scale)"),
            // Nobody is enough for a fault.
            _ => format!("mean({value} for {own} in {over}{guard})"),
        }
    }

    fn int(&mut self, depth: u32, agents: &[&str]) -> String {
        let agent = self.agent(agents).to_string();
        if depth == 0 {
            return match self.below(5) {
                0 | 1 => format!("{agent}.n"),
                2 => format!("{agent}.k"),
                3 => "mode".into(),
                _ => ["0", "1", "-2", "5000000000"][self.below(4) as usize].into(),
            };
        }
        let (a, b) = (self.int(depth - 1, agents), self.int(depth - 1, agents));
        let by = ["3", "-2", "5", &format!("{agent}.k")][self.below(4) as usize].to_string();
        match self.below(10) {
            0 | 1 => format!("({a} + {b})"),
            2 => format!("({a} - {b})"),
            3 => format!("({a} * {b})"),
            4 => format!("min({a}, {b})"),
            5 => format!("(if {} then {a} else {b})", self.bool(depth - 1, agents)),
            6 => format!("abs({a})"),
            7 => format!("({a} div {by})"),
            8 => format!("({a} % {by})"),
            _ => {
                self.names += 1;
                let own = format!("i{}", self.names);
                let within: Vec<&str> = agents.iter().copied().chain([&own[..]; 2]).collect();
                format!("sum({} for {own} in team)", self.int(depth - 1, &within))
            }
        }
    }

    fn bool(&mut self, depth: u32, agents: &[&str]) -> String {
        let op = ["<", "<=", ">", ">="][self.below(4) as usize];
        match self.below(4) {
            0 => format!("mode == {}", self.below(3)),
            1 => format!("{} {op} {}", self.int(depth, agents), self.int(0, agents)),
            _ => format!("{} {op} {}", self.real(depth, agents), self.real(depth, agents)),
        }
    }

    fn property(&mut self, at: usize) -> String {
        let (always, of) = match at {
            0 => ("always", self.bool(2, &["f"])),
            1 => ("finally", self.bool(2, &["f", "g"])),
            _ => ("next", self.bool(3, &["g"])),
        };
        format!("property of{at} {{ {always} forall f in team, g in team: {of} }}")
    }
}
