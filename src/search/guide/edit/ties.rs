//! Edits of a structure's ties: a tie more or less, one moved, two agents exchanged, another
//! family. The ties always stay within a declared family.

use super::Editor;
use crate::ir::StructId;
use crate::ir::model::Structure;
use crate::search::enumerate::label;
use crate::search::generate::{family_ties, toggled};
use crate::search::space::mutual;
use crate::search::values::Dice;
use crate::social::{Family, Shape, Ties};
use crate::trace::{Run, StructureSetup};

/// Attempts to meet ties of a declared family.
const ATTEMPTS: usize = 6;

/// One edit of the ties of a structure; whether one was met.
pub fn edit(editor: &Editor<'_>, id: StructId, run: &mut Run, dice: &mut Dice<'_>) -> bool {
    let declared = &editor.space.model.structures[id];
    for _ in 0..ATTEMPTS {
        let before = &run.setup.structures[id].ties;
        let after = match dice.below(10) {
            0 => fresh(editor, id, run, dice),
            1 | 2 => Some(exchanged(before, declared, dice)),
            3..=5 => moved(before, declared, dice),
            _ => changed(before, declared, dice),
        };
        let Some(ties) = after.filter(|ties| ties != before) else { continue };
        if let Some(family) = label(editor.space, id, &ties) {
            run.setup.structures[id] = StructureSetup { family: Some(family), ties };
            return true;
        }
    }
    false
}

/// Where any ties are admitted, those of these families are tried, too, as far as the shape has
/// them: what goes wrong often does in a structure that has a name.
pub const NAMED: [Family; 5] =
    [Family::Isolated, Family::Ring, Family::Line, Family::Star, Family::Complete];

/// Ties of some declared family.
fn fresh(editor: &Editor<'_>, id: StructId, run: &Run, dice: &mut Dice<'_>) -> Option<Ties> {
    let declared = &editor.space.model.structures[id];
    let ties =
        |family, dice: &mut Dice<'_>| family_ties(editor.space, id, family, &run.setup.sizes, dice);
    match *dice.pick(&editor.space.families[id])? {
        Family::Any if dice.chance(0.5) => {
            let named = ties(*dice.pick(&NAMED)?, dice)?;
            Some(if dice.chance(0.5) { reversed(&named, declared) } else { named })
        }
        family => ties(family, dice),
    }
}

/// All ties the other way round, where they have a way.
pub fn reversed(ties: &Ties, declared: &Structure) -> Ties {
    let mut turned = ties.clone();
    if declared.on != declared.to || !matches!(declared.shape, Shape::Digraph { .. }) {
        return turned;
    }
    for (a, b, _) in ties.all() {
        turned.set(a, b, 0.0);
    }
    for (a, b, weight) in ties.all() {
        turned.set(b, a, weight);
    }
    turned
}

/// Two agents with each other's ties.
fn exchanged(ties: &Ties, declared: &Structure, dice: &mut Dice<'_>) -> Ties {
    if declared.on != declared.to || ties.rows() < 2 {
        return ties.clone();
    }
    let mut names: Vec<u32> = (0..ties.rows()).collect();
    let (a, b) = (dice.below(names.len()), dice.below(names.len()));
    names.swap(a, b);
    ties.renamed(&names)
}

/// A tie elsewhere, or one end of it; for a tree and a partition: an agent elsewhere.
fn moved(ties: &Ties, declared: &Structure, dice: &mut Dice<'_>) -> Option<Ties> {
    let both = mutual(declared.shape) && declared.on == declared.to;
    let all: Vec<(u32, u32, f64)> = ties.all().collect();
    let &(a, b, weight) = dice.pick(&all)?;
    let to = dice.below(ties.columns() as usize) as u32;
    // One end stays, or none.
    let from = if dice.chance(0.5) { a } else { dice.below(ties.rows() as usize) as u32 };
    let mut after = ties.clone();
    match declared.shape {
        Shape::Partition => return Some(joined(ties, dice)),
        Shape::Tree => {
            let superior = dice.below(ties.rows() as usize) as u32;
            after.set(a, b, 0.0);
            after.set(superior, b, weight);
            return Some(after);
        }
        Shape::Graph | Shape::Digraph { .. } | Shape::Weights { .. } => {}
    }
    let (old, new) = (ties.weight(a, b), ties.weight(from, to));
    let mut set = |from: u32, at: u32, weight: f64| {
        after.set(from, at, weight);
        if both {
            after.set(at, from, weight);
        }
    };
    set(a, b, new);
    set(from, to, old);
    Some(after)
}

/// A tie more or less, or a weight changed.
fn changed(ties: &Ties, declared: &Structure, dice: &mut Dice<'_>) -> Option<Ties> {
    let same = declared.on == declared.to;
    match declared.shape {
        Shape::Graph | Shape::Digraph { .. } | Shape::Tree => {
            let toggles = 1 + usize::from(dice.chance(0.3));
            toggled(declared.shape, ties.clone(), toggles, same, dice)
        }
        Shape::Partition => Some(joined(ties, dice)),
        Shape::Weights { normalized, lo, hi } => Some(reweighted(ties, (normalized, lo, hi), dice)),
    }
}

/// One agent in another's team, or alone.
fn joined(ties: &Ties, dice: &mut Dice<'_>) -> Ties {
    let agents = ties.rows() as usize;
    let (a, b) = (dice.below(agents) as u32, dice.below(agents) as u32);
    let mut after = ties.clone();
    for other in 0..ties.rows() {
        let weight =
            f64::from(u8::from(a != b && other != a && (other == b || ties.has(other, b))));
        after.set(a, other, weight);
        after.set(other, a, weight);
    }
    after
}

/// A weight of one agent changed; where rows sum to 1, what one loses another gets.
fn reweighted(ties: &Ties, (normalized, lo, hi): (bool, f64, f64), dice: &mut Dice<'_>) -> Ties {
    let mut after = ties.clone();
    if ties.rows() == 0 || ties.columns() == 0 {
        return after;
    }
    let a = dice.below(ties.rows() as usize) as u32;
    let b = dice.below(ties.columns() as usize) as u32;
    if !normalized {
        let weight = match dice.below(3) {
            0 => 0f64.clamp(lo, hi),
            _ => lo + dice.uniform() * (hi - lo),
        };
        after.set(a, b, weight);
        return after;
    }
    let to = dice.below(ties.columns() as usize) as u32;
    let share = if dice.chance(0.5) { 1.0 } else { dice.uniform() } * ties.weight(a, b);
    if to != b {
        after.set(a, b, ties.weight(a, b) - share);
        after.set(a, to, ties.weight(a, to) + share);
    }
    after
}
