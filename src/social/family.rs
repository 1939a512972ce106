//! Families of structures: their words, their arguments, and the shapes that have them.
//!
//! In: a word and numbers. Out: a [`Family`], and its text again. What each family looks
//! like is the table of `spec/families.md`, written as code in `canonical.rs`.

use super::Shape;

pub use super::admits::admits;
pub use super::canonical::canonical;
pub use super::enumerate::enumerate;
pub use super::sample::sample;

/// A family with its arguments.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Family {
    /// No ties.
    Isolated,
    /// A circle: i is tied to i-1, the first to the last.
    Ring,
    /// A line: i is tied to i-1.
    Line,
    /// i is tied to all before it.
    Order,
    /// One in the middle, tied to all others.
    Star,
    /// All ties.
    Complete,
    /// The first `a` against the rest.
    Bipartite(u32),
    /// Rows of width `w`; the last may be shorter.
    Grid(u32),
    /// A tree in which each has up to `b` subordinates.
    Hierarchy(u32),
    /// `k` teams of equal size, as far as it goes.
    Teams(u32),
    /// Every tie free; subsumes the others.
    Any,
    /// Each tie with probability `p`.
    Random(f64),
    /// Watts and Strogatz: `k` neighbours, rewired with probability `p`.
    SmallWorld(u32, f64),
    /// Barabási and Albert: each newcomer brings `m` ties.
    ScaleFree(u32),
    /// Weights: each only itself.
    Selfish,
    /// Weights: all alike.
    Collaborative,
    /// Weights: `w` on the others together, the rest on itself.
    Cooperative(f64),
    /// Weights: the others count against.
    Competitive,
}

/// The words, with what each takes.
const NAMES: &[(&str, &str)] = &[
    ("isolated", ""),
    ("ring", ""),
    ("line", ""),
    ("order", ""),
    ("star", ""),
    ("complete", ""),
    ("bipartite", "a"),
    ("grid", "w"),
    ("hierarchy", "b"),
    ("teams", "k"),
    ("any", ""),
    ("random", "p"),
    ("small_world", "k, p"),
    ("scale_free", "m"),
    ("selfish", ""),
    ("collaborative", ""),
    ("cooperative", "w"),
    ("competitive", ""),
];

impl Family {
    /// The family `name` with `arguments`; none where there is no such family or the arguments
    /// do not fit; see [`Family::names`]. Without arguments a family that takes some has its
    /// defaults: `hierarchy` is `hierarchy(2)`.
    pub fn parse(name: &str, arguments: &[f64]) -> Option<Family> {
        // spec: family.arguments
        let plain = |family| arguments.is_empty().then_some(family);
        match name {
            "isolated" => plain(Family::Isolated),
            "ring" => plain(Family::Ring),
            "line" => plain(Family::Line),
            "order" => plain(Family::Order),
            "star" => plain(Family::Star),
            "complete" => plain(Family::Complete),
            "any" => plain(Family::Any),
            "selfish" => plain(Family::Selfish),
            "collaborative" => plain(Family::Collaborative),
            "competitive" => plain(Family::Competitive),
            "bipartite" => one(arguments, 2.0).and_then(count).map(Family::Bipartite),
            "grid" => one(arguments, 2.0).and_then(count).map(Family::Grid),
            "hierarchy" => one(arguments, 2.0).and_then(count).map(Family::Hierarchy),
            "teams" => one(arguments, 2.0).and_then(count).map(Family::Teams),
            "scale_free" => one(arguments, 2.0).and_then(count).map(Family::ScaleFree),
            "random" => one(arguments, 0.5).and_then(share).map(Family::Random),
            "cooperative" => one(arguments, 0.5).and_then(share).map(Family::Cooperative),
            "small_world" => {
                let (k, p) = match arguments {
                    [] => (2.0, 0.1),
                    [k, p] => (*k, *p),
                    _ => return None,
                };
                let k = count(k).filter(|k| k % 2 == 0)?;
                Some(Family::SmallWorld(k, share(p)?))
            }
            _ => None,
        }
    }

    /// Every family's word with what it takes: `("grid", "w")`.
    pub fn names() -> &'static [(&'static str, &'static str)] {
        NAMES
    }

    /// Whether the shape has such a family at all.
    pub fn fits(self, shape: Shape) -> bool {
        let (graph, digraph, tree, partition, weights) = match self {
            Family::Isolated | Family::Any => (true, true, true, true, true),
            Family::Complete => (true, true, false, true, true),
            Family::Line | Family::Star | Family::Hierarchy(_) => (true, true, true, false, false),
            Family::Teams(_) => (true, true, false, true, false),
            Family::Order => (false, true, false, false, false),
            Family::Ring
            | Family::Bipartite(_)
            | Family::Grid(_)
            | Family::Random(_)
            | Family::SmallWorld(..)
            | Family::ScaleFree(_) => (true, true, false, false, false),
            Family::Selfish
            | Family::Collaborative
            | Family::Cooperative(_)
            | Family::Competitive => (false, false, false, false, true),
        };
        match shape {
            Shape::Graph => graph,
            Shape::Digraph { .. } => digraph,
            Shape::Tree => tree,
            Shape::Partition => partition,
            Shape::Weights { .. } => weights,
        }
    }

    /// Whether ties of this family are drawn (`random`, `small_world`, `scale_free`).
    pub fn sampled(self) -> bool {
        matches!(self, Family::Random(_) | Family::SmallWorld(..) | Family::ScaleFree(_))
    }

    /// Whether the ties are not determined up to labelling: `any` and the samplers.
    pub fn free(self) -> bool {
        self == Family::Any || self.sampled()
    }

    /// The family as written: `grid(3)`.
    pub fn text(self) -> String {
        match self {
            Family::Isolated => "isolated".into(),
            Family::Ring => "ring".into(),
            Family::Line => "line".into(),
            Family::Order => "order".into(),
            Family::Star => "star".into(),
            Family::Complete => "complete".into(),
            Family::Bipartite(a) => format!("bipartite({a})"),
            Family::Grid(w) => format!("grid({w})"),
            Family::Hierarchy(b) => format!("hierarchy({b})"),
            Family::Teams(k) => format!("teams({k})"),
            Family::Any => "any".into(),
            Family::Random(p) => format!("random({p:?})"),
            Family::SmallWorld(k, p) => format!("small_world({k}, {p:?})"),
            Family::ScaleFree(m) => format!("scale_free({m})"),
            Family::Selfish => "selfish".into(),
            Family::Collaborative => "collaborative".into(),
            Family::Cooperative(w) => format!("cooperative({w:?})"),
            Family::Competitive => "competitive".into(),
        }
    }

    /// The family that [`Family::text`] writes so; none where there is none.
    pub fn from_text(text: &str) -> Option<Family> {
        let Some((name, rest)) = text.split_once('(') else {
            return Family::parse(text.trim(), &[]);
        };
        let inner = rest.trim_end().strip_suffix(')')?;
        let arguments: Result<Vec<f64>, _> =
            inner.split(',').map(|argument| argument.trim().parse()).collect();
        Family::parse(name.trim(), &arguments.ok()?)
    }
}

/// The one argument, or its default.
fn one(arguments: &[f64], default: f64) -> Option<f64> {
    match arguments {
        [] => Some(default),
        [argument] => Some(*argument),
        _ => None,
    }
}

/// A whole number from 1 to 1,000,000.
fn count(argument: f64) -> Option<u32> {
    let fits = argument.fract() == 0.0 && (1.0..=1e6).contains(&argument);
    fits.then_some(argument as u32)
}

/// A number from 0 to 1.
fn share(argument: f64) -> Option<f64> {
    (0.0..=1.0).contains(&argument).then_some(argument)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_parses_without_arguments_and_its_text_parses_to_itself() {
        for (name, _) in Family::names() {
            let family = Family::parse(name, &[]).expect(name);
            assert_eq!(Family::from_text(&family.text()), Some(family), "{name}");
        }
    }

    #[test]
    fn arguments_that_mean_nothing_are_refused() {
        for (name, arguments) in [
            ("ring", &[1.0][..]),
            ("grid", &[0.0]),
            ("grid", &[1.5]),
            ("random", &[1.5]),
            ("small_world", &[4.0]),
            ("small_world", &[3.0, 0.1]),
            ("hierarchy", &[f64::NAN]),
            ("rings", &[]),
        ] {
            assert_eq!(Family::parse(name, arguments), None, "{name}{arguments:?}");
        }
    }

    #[test]
    fn a_hierarchy_without_argument_has_two_subordinates_each() {
        assert_eq!(Family::parse("hierarchy", &[]), Some(Family::Hierarchy(2)));
    }
}
