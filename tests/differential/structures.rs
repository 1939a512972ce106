//! Structures of every shape, with families and baselines.

use super::generator::Generator;
use super::piece::Piece;
use super::society::{Form, Structure};
use super::strategy::Flavour;

/// Families of each shape that are finite, with those of no use for small sizes left out.
const GRAPHS: &[&str] =
    &["isolated", "ring", "line", "star", "complete", "bipartite(1)", "grid(2)", "teams(2)"];
const DIGRAPHS: &[&str] =
    &["isolated", "ring", "line", "order", "star", "complete", "hierarchy(2)", "bipartite(1)"];
const TREES: &[&str] = &["isolated", "line", "star", "hierarchy(2)"];
const PARTITIONS: &[&str] = &["isolated", "complete", "teams(2)"];
const WEIGHTS: &[&str] = &["selfish", "collaborative", "cooperative(0.5)"];

impl Generator<'_> {
    /// No structure, one or two.
    pub fn structures(&mut self) -> Vec<Piece> {
        let count = self.dice.weighted(&[(2, 0), (6, 1), (2, 2)]);
        (0..count).filter_map(|_| self.structure()).collect()
    }

    fn structure(&mut self) -> Option<Piece> {
        let populations = self.society.populations.len();
        let on = self.dice.below(populations);
        let to = if self.dice.chance(30) { self.dice.below(populations) } else { on };
        let weights = if self.flavour == Flavour::Reals { 4 } else { 1 };
        let shapes = [
            (3, "graph"),
            (3, "digraph"),
            (1, "digraph with loops"),
            (3, "tree"),
            (2, "partition"),
            (weights, "weights -1.0..1.0"),
            (weights, "normalized weights 0.0..1.0"),
        ];
        let shape = if on == to { self.dice.weighted(&shapes) } else { "digraph" };
        let (form, families) = match shape {
            "graph" => (Form::Plain, GRAPHS),
            "tree" => (Form::Tree, TREES),
            "partition" => (Form::Plain, PARTITIONS),
            "digraph" | "digraph with loops" if on == to => (Form::Plain, DIGRAPHS),
            "digraph" => (Form::Plain, &["isolated", "complete"][..]),
            _ => (Form::Weights, WEIGHTS),
        };
        let [rows, columns] = [on, to].map(|at| self.society.populations[at].size.1);
        let all = all_ties(shape, rows, columns, on == to);
        let free = form != Form::Weights || self.flavour == Flavour::Reals;
        let any =
            free && self.dice.chance(50) && (form == Form::Weights || self.take_setups(all, 1));
        let family = *self.dice.pick(families);
        let other = *self.dice.pick(families);
        let few = !any && self.dice.chance(60) && self.take_setups(4, 1);
        let which = match (any, few) {
            (true, _) => *self.dice.pick(&[
                "",
                " among any",
                " among any = isolated",
                " among any = BASE",
                " among BASE | any",
            ]),
            (_, true) => *self.dice.pick(&[" among BASE | OTHER", " among BASE | OTHER = BASE"]),
            _ => " = BASE",
        };
        let which = which.replace("BASE", family).replace("OTHER", other);
        let name = self.fresh("net");
        let (from, end) = (&self.society.populations[on].name, &self.society.populations[to].name);
        let ends = if on == to { from.clone() } else { format!("{from} to {end}") };
        let item = format!("structure {name}: {shape} on {ends}{which}");
        let mut families: Vec<String> = vec![family.into()];
        if few || any {
            families.push(other.into());
        }
        if any {
            families.push("isolated".into());
        }
        let pair = rows >= 2 && columns >= 2;
        let listed = any && pair && matches!(shape, "graph" | "digraph");
        self.society.structures.push(Structure { name, form, on, to, families, listed });
        Some(item.into())
    }
}

/// How many ways there are to tie at most.
fn all_ties(shape: &str, rows: usize, columns: usize, same: bool) -> usize {
    let loops = if same { rows } else { 0 };
    match shape {
        "graph" => 1 << (rows * rows.saturating_sub(1) / 2),
        "digraph with loops" => 1 << (rows * rows),
        "tree" => (rows + 1).pow(rows.saturating_sub(1) as u32),
        "partition" => [1, 1, 2, 5][rows],
        _ => 1 << (rows * columns - loops),
    }
}
