//! What is run: a model, a setup, properties, and the program by hand.

use polity::analysis::analyse;
use polity::base::Table;
use polity::diag::Sources;
use polity::ir::layout::Layout;
use polity::ir::model::Start;
use polity::ir::{Model, PropId, SiteId, Value};
use polity::social::Ties;
use polity::syntax::parse;
use polity::trace::{Setup, StructureSetup};

use crate::hand;

/// A program by hand: how many of so many runs violate each property.
type Hand = fn(&Case, u64) -> Vec<u64>;

/// A model to run.
pub struct Case {
    pub name: &'static str,
    pub model: Model,
    pub setup: Setup,
    pub properties: Vec<PropId>,
    pub steps: u32,
    /// Makes runs with seeds from 0 on: how many violate each property.
    pub hand: Hand,
}

impl Case {
    /// The site of a choice or draw.
    pub fn site(&self, item: &str, name: &str) -> u32 {
        let is_it = |site: SiteId| {
            self.model.sites[site].item == item && self.model.sites[site].name == name
        };
        self.model.sites.ids().find(|site| is_it(*site)).expect("a site").0
    }

    /// The cells of a parameter.
    pub fn param(&self, name: &str) -> &[Value] {
        let found = self.model.params.pairs().find(|(_, param)| param.name == name);
        &self.setup.params[found.expect("a parameter").0]
    }

    /// The same as numbers.
    pub fn reals(&self, name: &str) -> Vec<f64> {
        self.param(name).iter().map(|value| value.number().expect("a number")).collect()
    }

    /// For each agent of the first structure those that it is tied to.
    pub fn tied(&self) -> Vec<Vec<usize>> {
        let ties = &self.setup.structures.iter().next().expect("a structure").ties;
        let of = |from| ties.from(from).iter().map(|tie| tie.0 as usize).collect();
        (0..ties.rows()).map(of).collect()
    }
}

/// How the cells of a parameter or a free start are filled: by name and place.
type Fill<'f> = &'f dyn Fn(&str, usize) -> Value;

fn case(
    (name, text): (&'static str, String),
    size: u32,
    steps: u32,
    fill: Fill<'_>,
    (properties, hand): (&[&str], Hand),
) -> Case {
    let mut sources = Sources::default();
    let file = sources.add(name, &text[..]);
    let (tree, _) = parse(file, &text);
    let (model, wrong) = analyse(&tree, &mut sources, &mut |_, _, _| Err("none".into()));
    let model = model.unwrap_or_else(|| panic!("{name}: {wrong:?}"));
    let sizes: Table<_, u32> = model.populations.iter().map(|_| size).collect();
    let layout = Layout::new(&model, &sizes);
    let cells = |name: &str, count: usize| (0..count).map(|place| fill(name, place)).collect();
    let params = model.params.pairs().map(|(id, param)| match param.derived {
        true => Vec::new(),
        false => cells(&param.name, layout.param(id).len()),
    });
    let starts = model.states.pairs().map(|(id, state)| match state.start {
        Start::Free => cells(&state.name, layout.state(id).len()),
        Start::Value(_) | Start::Draw { .. } | Start::Recorded => Vec::new(),
    });
    let complete = || {
        let mut ties = Ties::empty(size, size);
        for from in 0..size {
            (0..size).filter(|to| *to != from).for_each(|to| ties.set(from, to, 1.0));
        }
        StructureSetup { family: None, ties }
    };
    let structures = model.structures.iter().map(|_| complete()).collect();
    let setup = Setup { params: params.collect(), starts: starts.collect(), structures, sizes };
    let id = |wanted: &&str| {
        let found = model.properties.pairs().find(|(_, property)| property.name == **wanted);
        found.unwrap_or_else(|| panic!("{name} has no {wanted}")).0
    };
    let properties = properties.iter().map(id).collect();
    Case { name, setup, properties, steps, hand, model }
}

fn shipped(name: &str) -> String {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("properties");
    std::fs::read_to_string(folder.join(name)).expect("a shipped model")
}

/// A number in [0, 1) that looks random, for the setup.
fn spread(place: usize) -> f64 {
    (place as f64 * 0.618_033_988_749_894_9 + 0.37).fract()
}

/// All that is run.
pub fn all() -> Vec<Case> {
    let crowd = shipped("conformity.polity")
        .replace("Member[3..15]", "Member[100]")
        .replace("probability(finally majority_right()) >= 0.95", "finally majority_right()")
        .split("check {")
        .next()
        .expect("the part before the checks")
        .to_string();
    let real = |number: f64| Value::Real(number);
    vec![
        case(
            ("review", shipped("review.polity")),
            6,
            12,
            &|name, place| Value::Bool(name == "rubber_stamps" && place == 1),
            (&["independent_review", "nothing_broken_ships", "work_ships"], hand::review::runs),
        ),
        case(
            ("commons", shipped("commons.polity")),
            8,
            30,
            &|name, place| match name {
                "appetite" => real([0.5, 1.0, 2.0][place % 3]),
                "conformity" => real(0.5),
                _ => Value::Variant(polity::ir::EnumId(0), 2),
            },
            (&["sustainable", "fairness", "livelihood"], hand::commons::runs),
        ),
        case(
            ("opinions", shipped("opinions.polity")),
            10,
            8,
            &|name, place| real(if name == "bound" { 0.15 } else { spread(place) }),
            (&["order_is_kept", "consensus"], hand::opinions::runs),
        ),
        case(
            ("two_phase_commit", shipped("two_phase_commit.polity")),
            3,
            12,
            &|_, _| Value::Bool(false),
            (&["consistent"], hand::commit::runs),
        ),
        case(
            ("conformity", crowd),
            100,
            100,
            &|name, _| real(if name == "skill" { 0.55 } else { 0.5 }),
            (&["wisdom_of_crowds"], hand::conformity::runs),
        ),
    ]
}
