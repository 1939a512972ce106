//! Edits of parameters and free starts: a step of a number, a peer's value, two exchanged, the
//! default, all alike, or a fresh one.

use super::{Editor, Spot, number};
use crate::ir::{Domain, ParamId, StateId, Value};
use crate::search::generate::default;
use crate::search::values::{self, Dice};
use crate::trace::Run;

/// One edit of a parameter's cells; none where it comes to nothing.
pub fn param(
    editor: &Editor<'_>,
    id: ParamId,
    run: &mut Run,
    dice: &mut Dice<'_>,
) -> Option<Option<(Spot, f64)>> {
    let model = &*editor.space.model;
    let declared = &model.params[id];
    let cells = editor.param_cells(id);
    if declared.value.is_some() && dice.chance(0.2) {
        let place = *dice.pick(&cells)?;
        let value = default(model, &editor.layout, &run.setup, (id, place))?;
        run.setup.params[id][place] = value;
        return Some(None);
    }
    let (place, by) = edit(editor, &declared.domain, &cells, &mut run.setup.params[id], dice)?;
    Some(by.map(|by| (Spot::Param(id, place), by)))
}

/// One edit of a free start's cells; none where it comes to nothing.
pub fn start(
    editor: &Editor<'_>,
    id: StateId,
    run: &mut Run,
    dice: &mut Dice<'_>,
) -> Option<Option<(Spot, f64)>> {
    let domain = &editor.space.model.states[id].domain;
    let cells = editor.start_cells(id);
    let (place, by) = edit(editor, domain, &cells, &mut run.setup.starts[id], dice)?;
    Some(by.map(|by| (Spot::Start(id, place), by)))
}

/// One edit of `column` at one of `cells`, which are free; by how much a number was moved.
fn edit(
    editor: &Editor<'_>,
    domain: &Domain,
    cells: &[usize],
    column: &mut [Value],
    dice: &mut Dice<'_>,
) -> Option<(usize, Option<f64>)> {
    let place = *dice.pick(cells)?;
    let several = cells.len() > 1;
    match dice.below(10) {
        0 if several => {
            let other = *dice.pick(cells)?;
            column.swap(place, other);
            return Some((place, None));
        }
        1 if several => {
            let other = *dice.pick(cells)?;
            column[place] = column[other].clone();
            return Some((place, None));
        }
        2 if several => {
            let value = column[place].clone();
            cells.iter().for_each(|cell| column[*cell] = value.clone());
            return Some((place, None));
        }
        _ => {}
    }
    if dice.chance(0.7)
        && let Some((value, by)) = number::stepped(domain, &column[place], dice)
    {
        column[place] = value;
        return Some((place, Some(by)));
    }
    column[place] = fresh(editor, domain, &column[place], dice)?;
    Some((place, None))
}

/// Another value of a domain.
fn fresh(
    editor: &Editor<'_>,
    domain: &Domain,
    value: &Value,
    dice: &mut Dice<'_>,
) -> Option<Value> {
    let model = &*editor.space.model;
    if let Some(all) = values::list(model, domain, &editor.layout, 64) {
        let others: Vec<Value> = all.into_iter().filter(|other| other != value).collect();
        return dice.pick(&others).cloned();
    }
    values::smart(model, domain, &editor.layout, &[], dice)
}
