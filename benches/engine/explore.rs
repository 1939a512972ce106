//! Every state of two-phase commit, in the shape of its TLA+ specification.

use std::time::Instant;

use polity::analysis::analyse;
use polity::base::Table;
use polity::diag::Sources;
use polity::engine::explore::{Ended, Explored, Explorer, Limits};
use polity::engine::{Ask, Society, compile};
use polity::ir::layout::Layout;
use polity::ir::{Model, Value};
use polity::reference::society;
use polity::syntax::parse;
use polity::trace::Setup;

/// The model.
pub const COMMIT: &str = include_str!("two_phase_commit.polity");

/// The model of a text.
pub fn model(text: &str) -> Model {
    let mut sources = Sources::default();
    let file = sources.add("model", text);
    let (tree, _) = parse(file, text);
    let (model, wrong) = analyse(&tree, &mut sources, &mut |_, _, _| Err("none".into()));
    model.unwrap_or_else(|| panic!("{wrong:?}"))
}

/// Explores what the only setup of a size can come to, and how many seconds that takes.
pub fn explored(model: &Model, size: u32, symmetry: bool) -> (Explored, f64) {
    let property = model.targets[0].property;
    let declared = &model.properties[property];
    let formulas = vec![(&declared.formula, vec![Value::None; declared.frame])];
    let program = compile(model, &Ask { formulas, ..Ask::default() }).expect("a program");
    let setup = Setup {
        sizes: model.populations.iter().map(|_| size).collect(),
        params: model.params.iter().map(|_| Vec::new()).collect(),
        structures: Table::new(),
        starts: model.states.iter().map(|_| Vec::new()).collect(),
    };
    let made = society(model, &setup).expect("a society");
    let layout = Layout::new(model, &setup.sizes);
    let mut explorer = Explorer::new((model, property), &program, layout).expect("an explorer");
    let given =
        Society { params: &made.params, structures: &made.structures, starts: &made.starts };
    let limits = Limits { steps: None, bytes_max: 1 << 32, transitions_max: u64::MAX, symmetry };
    #[allow(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
    let start = Instant::now();
    let explored = explorer.explore(given, limits, &|_| true);
    assert_eq!(explored.ended, Ended::Closed);
    (explored, start.elapsed().as_secs_f64())
}

#[allow(dead_code, reason = "another bench measures for itself")]
/// Prints a line for each size, with and without symmetry.
pub fn table() {
    // States and transitions as SPIN and Stateright count them.
    let known = [
        (3, 288, 1_145),
        (4, 1_568, 8_257),
        (5, 8_832, 58_145),
        (6, 50_816, 402_305),
        (7, 296_448, 2_744_705),
        (8, 1_745_408, 18_507_777),
    ];
    println!("\n| managers | states | transitions | s | transitions / s | renamed alike | s |");
    println!("|---|---|---|---|---|---|---|");
    let model = model(COMMIT);
    for (size, states, transitions) in known {
        let (all, seconds) = explored(&model, size, false);
        assert_eq!((all.states, all.transitions), (states, transitions), "{size} managers");
        let (few, short) = explored(&model, size, true);
        let rate = transitions as f64 / seconds / 1e6;
        println!(
            "| {size} | {states} | {transitions} | {seconds:.3} | {rate:.2} M | {} | {short:.4} |",
            few.states
        );
    }
}
