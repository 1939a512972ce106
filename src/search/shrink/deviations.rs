//! Fewer deviations: all to their defaults, those of one parameter, and one after the other.

use super::{Candidate, Draft};
use crate::ir::ParamId;
use crate::reference::society::deviations;
use crate::search::generate::settle;

/// All runs in which some deviating cells stand at their default.
pub fn edits(draft: &Draft<'_>) -> Vec<Candidate> {
    let model = &*draft.space.model;
    let Ok(all) = deviations(model, &draft.run.setup) else { return Vec::new() };
    let mut groups: Vec<Vec<(ParamId, usize)>> = Vec::new();
    if all.len() > 1 {
        groups.push(all.clone());
        for id in model.params.ids() {
            let of_one: Vec<_> = all.iter().copied().filter(|(param, _)| *param == id).collect();
            if (2..all.len()).contains(&of_one.len()) {
                groups.push(of_one);
            }
        }
        let half = all.len() / 2;
        if half > 1 {
            groups.push(all[..half].to_vec());
            groups.push(all[half..].to_vec());
        }
    }
    groups.extend(all.iter().map(|cell| vec![*cell]));
    let candidate = |group: Vec<(ParamId, usize)>| {
        let mut run = draft.run.clone();
        settle(model, &mut run.setup, &group);
        // What stood at its default still does, though the default may read what was changed.
        follow_defaults(draft, &mut run, &all);
        let names: Vec<&str> =
            group.iter().map(|(id, _)| model.params[*id].name.as_str()).collect();
        Candidate { what: format!("the default of {}", names.join(", ")), run }
    };
    groups.into_iter().map(candidate).collect()
}

/// Sets all cells but those of `deviating` to their defaults again.
pub fn follow_defaults(
    draft: &Draft<'_>,
    run: &mut crate::trace::Run,
    deviating: &[(ParamId, usize)],
) {
    let model = &*draft.space.model;
    let layout = crate::ir::layout::Layout::new(model, &run.setup.sizes);
    let pinned = draft.space.pinned(&layout);
    let cells: Vec<(ParamId, usize)> = crate::search::generate::defaulted(model, &layout)
        .into_iter()
        .filter(|cell| !deviating.contains(cell) && !pinned.params.contains_key(cell))
        .collect();
    settle(model, &mut run.setup, &cells);
}
