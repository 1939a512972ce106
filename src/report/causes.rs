//! What a counterexample rests on: its parts, each with what happens without it, and how far each
//! agent takes part.
//!
//! In: causes. Out: lines. What mends the run comes first; where nothing does, that is said.

use super::sheet::{count, listed, pad, width};
use super::words::{Words, rounded};
use crate::check::causes::factors::Part;
use crate::check::causes::{Cause, Causes, Without};
use crate::ir::{PopId, Value};
use crate::social::Shape;

/// Parts, sets or agents that are listed one by one, unless everything is shown.
const ROWS_MAX: usize = 8;
/// How wide the names of parts are padded at most.
const NAME_MAX: usize = 44;

/// What is left out, and what happens then.
struct Row {
    name: String,
    said: String,
}

/// Each part with what happens without it, then the sets of several that mend the run.
pub fn draw(
    words: &Words<'_>,
    causes: &Causes,
    steps: u32,
    room: usize,
    verbose: bool,
) -> Vec<String> {
    if causes.parts.is_empty() {
        return Vec::new();
    }
    let said = |cause: &Cause| outcome(cause.without, cause.margin);
    let refused = |cause: &&Cause| cause.without == Without::Refused;
    let mut order: Vec<&Cause> =
        causes.parts.iter().filter(|cause| verbose || !refused(cause)).collect();
    order.sort_by_key(|cause| !cause.without.mends());
    let mut rows: Vec<Row> = order
        .iter()
        .map(|cause| Row { name: without(words, &cause.part), said: said(cause) })
        .collect();
    let more = cut(&mut rows, verbose);
    let sets = causes.repairs.iter().filter(|repair| repair.parts.len() > 1);
    let mut sets: Vec<Row> = sets
        .map(|repair| {
            let names: Vec<String> =
                repair.parts.iter().map(|at| without(words, &causes.parts[*at].part)).collect();
            let said = outcome(repair.without, repair.margin());
            Row { name: listed(&names), said }
        })
        .collect();
    let more_sets = cut(&mut sets, verbose);
    let mut lines = aligned(&rows, room);
    lines.extend(left_out(more, &order));
    let unlisted = causes.parts.len() - order.len();
    if unlisted > 0 {
        let parts = count(unlisted as u64, "part", "parts");
        lines.push(format!("{parts} cannot be put back alone: not admitted (-v lists all)"));
    }
    lines.extend(aligned(&sets, room));
    if more_sets > 0 {
        lines.push(format!("… {more_sets} more sets of several"));
    }
    match (causes.repairs.is_empty(), causes.complete) {
        (true, true) => lines.push("no set of up to three of these mends it".to_string()),
        (true, false) => lines.push("no set that was tried mends it; not all were".to_string()),
        (false, true) => {}
        (false, false) => lines.push("not all sets of up to three were tried".to_string()),
    }
    if causes.parts.iter().any(|cause| cause.without == Without::Pending) {
        let steps = count(u64::from(steps), "step", "steps");
        lines.push(format!("(what comes after {steps} is left open)"));
    }
    lines
}

/// `team[1]   in 2 of 2 causes   left out: not violated   margin 1`.
pub fn agents(words: &Words<'_>, causes: &Causes, room: usize, verbose: bool) -> Vec<String> {
    let all = causes.repairs.len();
    let mut known: Vec<_> = causes.shares.keys().copied().collect();
    known.extend(causes.agents.iter().flat_map(|cause| cause.agents.iter().copied()));
    known.sort();
    known.dedup();
    let share = |agent: &crate::ir::AgentId| causes.shares.get(agent).copied().unwrap_or(0);
    known.sort_by_key(|agent| std::cmp::Reverse(share(agent)));
    let row = |agent: &crate::ir::AgentId| {
        let left_out = causes.agents.iter().find(|cause| cause.agents.contains(agent));
        let mut name = words.agent(*agent);
        if all > 0 {
            name =
                format!("{name}   in {} of {}", share(agent), count(all as u64, "cause", "causes"));
        }
        let said =
            left_out.map(|cause| format!("left out: {}", outcome(cause.without, cause.margin)));
        Row { name, said: said.unwrap_or_default() }
    };
    let mut rows: Vec<Row> = known.iter().map(row).collect();
    let more = cut(&mut rows, verbose);
    let mut lines = aligned(&rows, room);
    if more > 0 {
        lines.push(format!("… {}", count(more as u64, "more agent", "more agents")));
    }
    lines
}

/// Cuts a long list, and says by how much. One more line is no shorter than one more row.
fn cut(rows: &mut Vec<Row>, verbose: bool) -> usize {
    if verbose || rows.len() <= ROWS_MAX + 1 {
        return 0;
    }
    let more = rows.len() - ROWS_MAX;
    rows.truncate(ROWS_MAX);
    more
}

/// A line for the parts that are not listed, and whether they mend the run.
fn left_out(more: usize, order: &[&Cause]) -> Option<String> {
    if more == 0 {
        return None;
    }
    let mending = order[order.len() - more..].iter().filter(|c| c.without.mends()).count();
    Some(match mending {
        0 => format!("… {more} more, none of which mends it alone"),
        mending => format!("… {more} more, {mending} of which mend it alone"),
    })
}

/// What happens, with the margin: `not violated   margin 0.1`.
fn outcome(without: Without, margin: Option<(f64, f64)>) -> String {
    let said = match without {
        Without::Holds => "it holds".to_string(),
        Without::StillViolated => "still violated".to_string(),
        Without::Pending if margin.is_some_and(|margin| margin.0 >= 0.0) => {
            "not violated".to_string()
        }
        Without::Pending => "left open".to_string(),
        Without::Faults => "the run faults".to_string(),
        Without::Discarded => "the run is discarded".to_string(),
        Without::Refused => "not admitted".to_string(),
    };
    match margin.filter(|margin| *margin != (-1.0, 1.0)) {
        None => said,
        Some((low, high)) if low == high => format!("{said}   margin {}", rounded(low, 4)),
        Some((low, high)) => {
            format!("{said}   margin {} to {}", rounded(low, 4), rounded(high, 4))
        }
    }
}

/// A part left out: `without team[1].rubber_stamps`, `with the choice step.d = 0 at 1`.
fn without(words: &Words<'_>, part: &Part) -> String {
    let agent = |population: PopId, index: u32| match words.layout.agent(population, index) {
        Some(agent) => words.agent(agent),
        None => format!("{}[{index}]", words.model.populations[population].name),
    };
    match part {
        Part::Agent(of) => format!("without {}", words.agent(*of)),
        Part::Deviation { param, place, value, instead } => {
            let rows = words.layout.indices(words.layout.param(*param));
            let name = rows.get(*place).map_or(String::new(), |row| words.param(*param, row));
            match (value, instead) {
                (Value::Bool(true), _) | (_, None) => format!("without {name}"),
                (_, Some(instead)) => format!("with {name} = {}", words.value(instead)),
            }
        }
        Part::Tie { structure, from, to, instead, .. } => {
            let declared = &words.model.structures[*structure];
            let (from, to) = (agent(declared.on, *from), agent(declared.to, *to));
            let arrow = match declared.shape {
                Shape::Graph if declared.on == declared.to => "—",
                _ => "→",
            };
            let only = words.model.structures.len() == 1;
            let kind = if only { String::new() } else { format!("{} ", declared.name) };
            let tie = format!("the {kind}tie {from} {arrow} {to}");
            match *instead == 0.0 {
                true => format!("without {tie}"),
                false if *instead == 1.0 => format!("with {tie}"),
                false => format!("with {tie} of {}", rounded(*instead, 4)),
            }
        }
        Part::Row { structure, agent: of } => {
            let declared = &words.model.structures[*structure];
            format!("without the {} ties of {}", declared.name, agent(declared.on, *of))
        }
        Part::Answer { answer, instead } => {
            let site = &words.model.sites[answer.key.site];
            let binders: Vec<String> =
                answer.key.binders.iter().map(|value| words.value(value)).collect();
            let whose = match binders.is_empty() {
                true => String::new(),
                false => format!(" for {}", binders.join(", ")),
            };
            let instead = words.value(instead);
            format!("with {}.{}{whose} = {instead} at {}", site.item, site.name, answer.instant)
        }
    }
}

/// Names and what is said of them in two columns; what does not fit stands on a line of its own.
fn aligned(rows: &[Row], room: usize) -> Vec<String> {
    let wide = rows.iter().map(|row| width(&row.name)).filter(|wide| *wide <= NAME_MAX).max();
    let wide = wide.unwrap_or(0);
    let fits = |row: &Row| width(&row.name) <= wide && wide + 3 + width(&row.said) <= room;
    let mut lines = Vec::new();
    for row in rows {
        if fits(row) {
            lines.push(format!("{}   {}", pad(&row.name, wide), row.said).trim_end().to_string());
        } else {
            let name = super::sheet::wrap(&row.name, room);
            lines.extend(name);
            lines.push(format!("  {}", row.said));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::base::Seed;
    use crate::check::causes::causes;
    use crate::ir::layout::Layout;
    use crate::search::space::Space;
    use crate::search::subject::Subject;
    use crate::trace::Setup;

    /// The sections of a run of `quiet` by agents that are loud or not.
    fn sections(rest: &str, loud: &[bool], verbose: bool) -> (Vec<String>, Vec<String>) {
        let text = "model loud  kind Agent { param loud: bool = false }  agents team: Agent[1..12]
            property quiet { forall a in team: not a.loud } ";
        let (model, sources) = crate::search::tests::model(&format!("{text}{rest}"));
        let target = &model.targets[0];
        let space = Space::new(Arc::new(model.clone()), &[]);
        let subject = Subject::new(space, target);
        let cells: Vec<Value> = loud.iter().map(|loud| Value::Bool(*loud)).collect();
        let setup = Setup {
            sizes: std::iter::once(loud.len() as u32).collect(),
            params: std::iter::once(cells).collect(),
            structures: Default::default(),
            starts: Default::default(),
        };
        let layout = Layout::new(&model, &setup.sizes);
        let found = causes(&subject, &subject.bare(setup, Seed(0))).expect("it is violated");
        let words = Words { model: &model, sources: &sources, layout: &layout, record: None };
        (draw(&words, &found, 0, 69, verbose), agents(&words, &found, 69, verbose))
    }

    #[test]
    fn a_set_of_two_stands_on_its_own_line_and_shares_are_told() {
        let (causes, blame) = sections("", &[true, true], false);
        assert_eq!(
            causes,
            [
                "without team[0].loud   still violated   margin -1",
                "without team[1].loud   still violated   margin -1",
                "without team[0].loud and without team[1].loud",
                "  it holds   margin 1",
            ]
        );
        assert_eq!(blame[0], "team[0]   in 1 of 1 cause   left out: still violated   margin -1");
    }

    #[test]
    fn what_is_not_admitted_is_counted_and_listed_where_everything_is() {
        let rest = "assume exists a in team: a.loud";
        let (causes, _) = sections(rest, &[true, false], false);
        assert_eq!(
            causes,
            [
                "1 part cannot be put back alone: not admitted (-v lists all)",
                "no set of up to three of these mends it",
            ]
        );
        let (causes, _) = sections(rest, &[true, false], true);
        assert_eq!(causes[0], "without team[0].loud   not admitted");
    }

    #[test]
    fn a_long_list_is_cut_and_says_whether_the_rest_mends() {
        let (causes, blame) = sections("", &[true; 11], false);
        assert_eq!(causes.len(), 10, "{causes:?}");
        assert_eq!(causes[8], "… 3 more, none of which mends it alone");
        assert_eq!(causes[9], "no set of up to three of these mends it");
        assert_eq!(blame.len(), 9, "{blame:?}");
        assert_eq!(blame[8], "… 3 more agents");
        let (causes, blame) = sections("", &[true; 11], true);
        assert_eq!((causes.len(), blame.len()), (12, 11));
    }
}
