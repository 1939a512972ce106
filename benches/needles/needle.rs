//! The needles: each a model with one property, of which the least counterexample is known.

use std::path::Path;

use polity::diag::{self, Sources, render};
use polity::ir::Model;
use polity::ir::property::Counter;
use polity::reference::Witness;
use polity::search::sizes;
use polity::{analysis, syntax};

/// A model of this folder, with what is known of its least counterexample.
pub struct Needle {
    /// Its file, without the ending.
    pub name: &'static str,
    /// Counters: agents, deviations, edges, steps.
    pub sizes: [u32; 4],
    /// Parameters with the numbers of their cells.
    pub params: &'static [(&'static str, &'static [f64])],
}

/// A needle of which the sizes are known, and nothing else is fixed.
const fn sized(name: &'static str, sizes: [u32; 4]) -> Needle {
    Needle { name, sizes, params: &[] }
}

/// All needles. A comparison of reals must hold by more than its tolerance, a billionth of the
/// width: so the least rate of `interval` is the shortest number past 618.033.
pub const NEEDLES: [Needle; 17] = [
    Needle {
        name: "conjunction",
        sizes: [1, 0, 0, 0],
        params: &[("quota", &[37.0]), ("tax", &[62.0]), ("audit", &[11.0])],
    },
    Needle {
        name: "scales",
        sizes: [1, 0, 0, 0],
        params: &[("budget", &[777_000.0]), ("trust", &[0.430_001])],
    },
    Needle { name: "interval", sizes: [1, 0, 0, 0], params: &[("rate", &[618.0331])] },
    Needle { name: "decay", sizes: [1, 0, 0, 10], params: &[("rate", &[0.205_672])] },
    sized("ladder", [1, 0, 0, 7]),
    sized("firings", [1, 0, 0, 8]),
    sized("structure", [6, 0, 9, 0]),
    sized("draws", [1, 0, 0, 8]),
    sized("size", [19, 0, 0, 0]),
    sized("choices", [1, 0, 0, 5]),
    sized("deviations", [12, 3, 0, 0]),
    sized("interaction", [8, 0, 8, 0]),
    Needle {
        name: "order",
        sizes: [8, 0, 0, 0],
        params: &[("rank", &[7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 0.0])],
    },
    sized("hub", [6, 1, 5, 0]),
    sized("ridge", [1, 0, 0, 0]),
    sized("nested", [1, 0, 0, 1]),
    sized("flat", [1, 0, 0, 0]),
];

impl Needle {
    /// Its model.
    pub fn model(&self) -> Model {
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("benches/needles")
            .join(format!("{}.polity", self.name));
        let text = std::fs::read_to_string(&file)
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let mut sources = Sources::default();
        let id = sources.add(file.display().to_string(), &text);
        let (tree, mut found) = syntax::parse(id, &text);
        let (model, more) =
            analysis::analyse(&tree, &mut sources, &mut |_, _, _| Err("no imports".into()));
        found.extend(more);
        assert!(!diag::has_errors(&found), "{}", render::render(&found, &sources, false));
        model.expect("no error")
    }

    /// Whether a counterexample is the known least; else what differs.
    pub fn is_least(&self, model: &Model, witness: &Witness) -> Result<(), String> {
        let found = sizes(model, witness).0;
        let counters = [Counter::Agents, Counter::Deviations, Counter::Edges, Counter::Steps];
        for (counter, least) in counters.into_iter().zip(self.sizes) {
            let count = found.get(&counter).copied().unwrap_or(0);
            if count != least {
                return Err(format!("{counter:?}: {count} instead of {least}"));
            }
        }
        for (name, least) in self.params {
            let id = model.params.pairs().find(|(_, param)| param.name == *name);
            let id = id.unwrap_or_else(|| panic!("no parameter `{name}`")).0;
            let cells = witness.run().setup.params[id].iter();
            let numbers: Vec<f64> = cells.filter_map(|value| value.number()).collect();
            if numbers != *least {
                return Err(format!("`{name}`: {numbers:?} instead of {least:?}"));
            }
        }
        Ok(())
    }
}
