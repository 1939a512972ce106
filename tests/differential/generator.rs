//! The state of making one model: what is declared, and how much room there is left.
//!
//! # Invariants
//! - Setups and choices are drawn on a budget, so that most models can be tried exhaustively.

use super::dice::Dice;
use super::piece::Piece;
use super::scope::Scope;
use super::society::{Reads, Society, Ty};
use super::strategy::Flavour;

/// About how many setups a model may have, at most.
const SETUPS_MAX: f64 = 600.0;
/// About how many ways there may be for a step where there are one, two, three and four: about
/// 400 for all of them.
const WAYS_MAX: [f64; 4] = [400.0, 20.0, 7.5, 4.5];

/// What makes one model.
pub struct Generator<'a> {
    /// Decisions.
    pub dice: Dice<'a>,
    /// What is declared.
    pub society: Society,
    /// Whether there are free reals.
    pub flavour: Flavour,
    /// The horizon.
    pub steps: u32,
    /// By how much there may still be more setups.
    setups: f64,
    /// The same for the ways of one step.
    ways: f64,
    fresh: usize,
}

impl<'a> Generator<'a> {
    /// Nothing declared yet.
    pub fn new(mut dice: Dice<'a>, flavour: Flavour) -> Generator<'a> {
        let steps = dice.weighted(&[(2, 1), (4, 2), (3, 3), (1, 4)]);
        Generator {
            dice,
            society: Society::default(),
            flavour,
            steps,
            setups: SETUPS_MAX,
            ways: WAYS_MAX[steps as usize - 1],
            fresh: 0,
        }
    }

    /// A name that nothing else has.
    pub fn fresh(&mut self, stem: &str) -> String {
        self.fresh += 1;
        format!("{stem}{}", self.fresh)
    }

    /// Takes the room for `cells` free cells of `values` values each, if there is as much.
    pub fn take_setups(&mut self, values: usize, cells: usize) -> bool {
        Generator::take(&mut self.setups, values, cells)
    }

    /// Takes the room for `times` choices among `values` in each step, if there is as much.
    pub fn take_ways(&mut self, values: usize, times: usize) -> bool {
        Generator::take(&mut self.ways, values, times)
    }

    fn take(room: &mut f64, values: usize, times: usize) -> bool {
        let cost = (0..times).fold(1.0, |cost: f64, _| cost * values as f64);
        let fits = cost <= *room;
        if fits {
            *room /= cost.max(1.0);
        }
        fits
    }

    /// `body` as a value of type `ty`.
    pub fn typed(&self, ty: Ty, body: Piece) -> Piece {
        let (sort, simplest) = (self.society.type_name(ty), self.society.simplest(ty));
        Piece::Value { sort, simplest, body: Box::new(body) }
    }

    /// A scalar type that the model has values of.
    pub fn any_type(&mut self) -> Ty {
        let mut all = vec![(4, Ty::Bool), (5, Ty::Int), (1, Ty::Real)];
        all.extend((0..self.society.enums.len()).map(|at| (2, Ty::Enum(at))));
        for kind in 0..self.society.kinds.len() {
            all.extend([(1, Ty::Agent(kind)), (1, Ty::Optional(kind))]);
        }
        self.dice.weighted(&all)
    }

    /// The same for what is bound to a name: an agent that stands for `K?` would be an agent.
    pub fn settled_type(&mut self) -> Ty {
        match self.any_type() {
            Ty::Optional(kind) => Ty::Agent(kind),
            other => other,
        }
    }

    /// A kind that the model has.
    pub fn any_kind(&mut self) -> usize {
        self.dice.below(self.society.kinds.len())
    }

    /// A kind whose agents act.
    pub fn acting_kind(&mut self) -> usize {
        let kinds = self.society.kinds.len();
        let acting: Vec<usize> = (0..kinds).filter(|k| self.society.served != Some(*k)).collect();
        *self.dice.pick(&acting)
    }

    /// Whether states and events may be read right here.
    pub fn reads_state(scope: &Scope) -> bool {
        scope.here() >= Reads::State
    }
}
