//! A matrix of ties or weights, drawn.
//!
//! In: ties of few agents. Out: lines; a row for each agent that ties go from.

use super::sheet::{pad, width};
use super::words::rounded;
use crate::social::Ties;

/// Ties as dots: `■` where row is tied to column.
pub fn dots(ties: &Ties, rows: &[String], columns: &[String]) -> Vec<String> {
    drawn(rows, columns, |a, b| if ties.has(a, b) { "■".into() } else { "·".into() })
}

/// Weights as numbers, `·` for 0.
pub fn weights(ties: &Ties, rows: &[String], columns: &[String]) -> Vec<String> {
    drawn(rows, columns, |a, b| match ties.weight(a, b) {
        0.0 => "·".into(),
        weight => rounded(weight, 3),
    })
}

fn drawn(rows: &[String], columns: &[String], cell: impl Fn(u32, u32) -> String) -> Vec<String> {
    let front = rows.iter().map(|name| width(name)).max().unwrap_or(0);
    let cells: Vec<Vec<String>> = (0..rows.len() as u32)
        .map(|a| (0..columns.len() as u32).map(|b| cell(a, b)).collect())
        .collect();
    let heads: Vec<String> = columns.iter().map(|name| bracketed(name)).collect();
    let wide = |b: usize| {
        let widest = cells.iter().map(|row| width(&row[b])).max().unwrap_or(0);
        widest.max(width(&heads[b]))
    };
    let heading: Vec<String> = (0..heads.len()).map(|b| pad(&heads[b], wide(b))).collect();
    let mut lines = vec![format!("{}  {}", pad("", front), heading.join("  ")).trim_end().into()];
    for (name, row) in rows.iter().zip(&cells) {
        let row: Vec<String> = (0..row.len()).map(|b| pad(&row[b], wide(b))).collect();
        lines.push(format!("{}  {}", pad(name, front), row.join("  ")).trim_end().to_string());
    }
    lines
}

/// `[3]` of `team[3]`: columns are narrow.
fn bracketed(name: &str) -> String {
    name.find('[').map_or(name, |at| &name[at..]).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_has_a_row_for_each_agent_that_ties_go_from() {
        let mut ties = Ties::empty(2, 2);
        ties.set(0, 1, 0.25);
        let names = ["t[0]".to_string(), "t[1]".to_string()];
        assert_eq!(
            weights(&ties, &names, &names),
            ["      [0]  [1]", "t[0]  ·    0.25", "t[1]  ·    ·"]
        );
        assert_eq!(dots(&ties, &names, &names)[1], "t[0]  ·    ■");
    }
}
