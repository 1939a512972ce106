//! Profiles: a heat map and a table for people, CSV and JSON for machines.
//!
//! In: the cells of one target with what their runs came to. Out: strings; the same profile
//! gives the same bytes.

use serde_json::{Map, Value as Json, json};

use super::sheet::{grouped, pad, width};
use super::words::{Words, rounded};
use crate::check::profile::{Cell, Profiled};
use crate::ir::{Model, Value};
use crate::trace::values::Naming;

/// The profile of one target.
pub struct Profile<'a> {
    /// The model.
    pub model: &'a Model,
    /// How its values are said.
    pub words: &'a Words<'a>,
    /// The target's name.
    pub name: &'a str,
    /// The check's confidence.
    pub confidence: f64,
    /// Runs of each cell that were asked for.
    pub runs: u64,
    /// The cells.
    pub cells: &'a [Profiled],
}

/// A value of a table for machines.
#[derive(Clone, PartialEq, Debug)]
pub enum Datum {
    /// Words.
    Words(String),
    /// A whole number.
    Whole(i64),
    /// A real number, if there is one.
    Real(Option<f64>),
    /// Yes or no.
    Truth(bool),
}

/// A row of a table, by the names of its columns.
pub type Row = Vec<(String, Datum)>;

impl Datum {
    /// As words: a number with all its digits; none where there is no value.
    pub fn words(&self) -> Option<String> {
        match self {
            Datum::Words(words) => Some(words.clone()),
            Datum::Whole(number) => Some(number.to_string()),
            Datum::Real(number) => number.map(|number| format!("{number}")),
            Datum::Truth(truth) => Some(truth.to_string()),
        }
    }
}

/// Shades, by the greatest share that each stands for.
const SHADES: [(f64, &str, &str); 5] = [
    (0.0, "·", "none"),
    (0.25, "░", "up to 1/4"),
    (0.5, "▒", "up to 1/2"),
    (0.75, "▓", "up to 3/4"),
    (1.0, "█", "more"),
];

/// What stands for the share of a cell in the heat map.
fn shade(rate: Option<f64>) -> &'static str {
    let Some(rate) = rate else { return "?" };
    SHADES.iter().find(|(most, ..)| rate <= *most).map_or("█", |(_, shade, _)| shade)
}

impl Profile<'_> {
    /// The names of what is fixed in a cell but the sizes, and its values as people read them.
    fn fixed(&self, cell: &Cell) -> Vec<(String, String)> {
        self.named(cell, &|value| self.words.value(value))
    }

    /// The same with `say` for the values of parameters.
    fn named(&self, cell: &Cell, say: &dyn Fn(&Value) -> String) -> Vec<(String, String)> {
        let families = cell.families.iter().map(|(id, family)| {
            (self.model.structures[*id].name.clone(), family.text().to_string())
        });
        let params =
            cell.params.iter().map(|(id, value)| (self.model.params[*id].name.clone(), say(value)));
        families.chain(params).collect()
    }

    /// The sizes of a cell: `3`, or `2 + 3` of two populations.
    fn sizes(cell: &Cell) -> String {
        let sizes: Vec<String> = cell.sizes.iter().map(u32::to_string).collect();
        sizes.join(" + ")
    }

    /// For people: a heat map, then a line for each cell.
    pub fn text(&self) -> String {
        let runs = grouped(self.runs);
        let mut text = format!("{}: the share of violating runs, {runs} in each cell\n", self.name);
        text.push_str(
            "  draws by their laws, choices all alike, what is free as a search draws it\n",
        );
        text.push_str(&self.heat());
        text.push_str(&self.table());
        text
    }

    fn heat(&self) -> String {
        let mut columns: Vec<String> = Vec::new();
        let mut rows: Vec<Vec<(String, String)>> = Vec::new();
        for cell in self.cells {
            let (column, row) = (Self::sizes(&cell.cell), self.fixed(&cell.cell));
            if !columns.contains(&column) {
                columns.push(column);
            }
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
        let names: Vec<&String> = self.model.populations.iter().map(|p| &p.name).collect();
        let names: Vec<&str> = names.into_iter().map(String::as_str).collect();
        let label = |row: &[(String, String)]| {
            let parts: Vec<String> = row.iter().map(|(name, v)| format!("{name} {v}")).collect();
            parts.join("  ")
        };
        let heading = names.join(" + ");
        let wide =
            rows.iter().map(|row| width(&label(row))).max().unwrap_or(0).max(width(&heading));
        let mut text = format!("\n  {}", pad(&heading, wide));
        columns.iter().for_each(|column| text.push_str(&format!("  {column}")));
        text.push('\n');
        for row in &rows {
            text.push_str(&format!("  {}", pad(&label(row), wide)));
            for column in &columns {
                let here =
                    |p: &&Profiled| Self::sizes(&p.cell) == *column && self.fixed(&p.cell) == *row;
                let found = self.cells.iter().find(here);
                let mark = found.map_or(" ", |cell| shade(cell.rate()));
                text.push_str(&format!("  {}", pad(mark, width(column))));
            }
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
        let shades: Vec<String> =
            SHADES.iter().map(|(_, shade, words)| format!("{shade} {words}")).collect();
        text.push_str(&format!("  {}   ? no run\n", shades.join("   ")));
        text
    }

    fn table(&self) -> String {
        let mut lines: Vec<Vec<String>> = vec![self.headings()];
        for cell in self.cells {
            let number = |value: Option<f64>| value.map_or("-".to_string(), |v| rounded(v, 4));
            let mut line = vec![Self::sizes(&cell.cell)];
            line.extend(self.fixed(&cell.cell).into_iter().map(|(_, value)| value));
            line.push(number(cell.rate()));
            line.push(cell.interval.map_or("-".to_string(), |(low, high)| {
                format!("{}..{}", rounded(low, 4), rounded(high, 4))
            }));
            line.push(
                cell.margin.map_or("-".to_string(), |margin| {
                    margin.map(|value| rounded(value, 4)).join(" ")
                }),
            );
            line.extend(cell.measures.iter().map(|value| number(*value)));
            line.push(format!("{}{}", cell.runs, self.remark(cell)));
            lines.push(line);
        }
        let count = lines[0].len();
        let wide = |at: usize| {
            lines.iter().filter_map(|line| line.get(at)).map(|cell| width(cell)).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..count).map(wide).collect();
        let mut text = "\n".to_string();
        for line in &lines {
            let cells: Vec<String> =
                line.iter().zip(&widths).map(|(cell, wide)| pad(cell, *wide)).collect();
            text.push_str(&format!("  {}\n", cells.join("  ").trim_end()));
        }
        text
    }

    fn headings(&self) -> Vec<String> {
        let names = self.model.populations.iter().map(|population| population.name.clone());
        let mut heads = vec![names.collect::<Vec<_>>().join(" + ")];
        if let Some(first) = self.cells.first() {
            heads.extend(self.fixed(&first.cell).into_iter().map(|(name, _)| name));
        }
        heads.push("rate".to_string());
        heads.push(format!("at {} %", rounded(self.confidence * 100.0, 2)));
        heads.push("margin 1/10 1/2 9/10".to_string());
        heads.extend(self.model.measures.iter().map(|measure| measure.name.clone()));
        heads.push("runs".to_string());
        heads
    }

    fn remark(&self, cell: &Profiled) -> String {
        let mut words = Vec::new();
        if cell.open > 0 {
            words.push(format!("{} open", grouped(cell.open)));
        }
        let refused = self.runs.saturating_sub(cell.runs + cell.uncounted);
        if cell.uncounted > 0 {
            words.push(format!("{} discarded or faulted", grouped(cell.uncounted)));
        }
        if refused > 0 {
            words.push(format!("{} without an admitted setup", grouped(refused)));
        }
        if words.is_empty() { String::new() } else { format!(" ({})", words.join(", ")) }
    }

    /// The first line of CSV: the same columns as [`Profile::csv`] has.
    pub fn csv_head(&self) -> String {
        let first = self.cells.first().map(|cell| self.row(cell)).unwrap_or_default();
        line(&first.into_iter().map(|(name, _)| name).collect::<Vec<_>>())
    }

    /// A line of CSV for each cell; what has no value is empty.
    pub fn csv(&self) -> String {
        let words = |row: Row| {
            let cells = row.into_iter().map(|(_, datum)| datum.words().unwrap_or_default());
            line(&cells.collect::<Vec<_>>())
        };
        self.rows().into_iter().map(words).collect()
    }

    /// A row for each cell, with all digits.
    pub fn rows(&self) -> Vec<Row> {
        self.cells.iter().map(|cell| self.row(cell)).collect()
    }

    fn row(&self, cell: &Profiled) -> Row {
        let model = self.model;
        let mut row: Row = vec![("property".to_string(), Datum::Words(self.name.to_string()))];
        let sizes = model.populations.iter().zip(cell.cell.sizes.iter());
        row.extend(sizes.map(|(of, size)| (of.name.clone(), Datum::Whole(i64::from(*size)))));
        row.extend(
            cell.cell.families.iter().map(|(id, family)| {
                (model.structures[*id].name.clone(), Datum::Words(family.text()))
            }),
        );
        row.extend(cell.cell.params.iter().map(|(id, value)| {
            let datum = match value {
                Value::Int(number) => Datum::Whole(*number),
                Value::Real(number) => Datum::Real(Some(*number)),
                Value::Bool(truth) => Datum::Truth(*truth),
                other => Datum::Words(self.words.value(other)),
            };
            (model.params[*id].name.clone(), datum)
        }));
        let count = |number: u64| Datum::Whole(number.min(i64::MAX as u64) as i64);
        let margin = |at: usize| Datum::Real(cell.margin.map(|margin| margin[at]));
        let rest = [
            ("runs", count(cell.runs)),
            ("violating", count(cell.hits)),
            ("open", count(cell.open)),
            ("uncounted", count(cell.uncounted)),
            ("rate", Datum::Real(cell.rate())),
            ("low", Datum::Real(cell.interval.map(|interval| interval.0))),
            ("high", Datum::Real(cell.interval.map(|interval| interval.1))),
            ("margin_10", margin(0)),
            ("margin_50", margin(1)),
            ("margin_90", margin(2)),
        ];
        row.extend(rest.map(|(name, datum)| (name.to_string(), datum)));
        let measures = model.measures.iter().enumerate().map(|(at, measure)| {
            let value = cell.measures.get(at).copied().flatten();
            (measure.name.clone(), Datum::Real(value))
        });
        row.extend(measures);
        row
    }

    /// As JSON.
    pub fn json(&self, names: Naming<'_>) -> Json {
        let of_cell = |cell: &Profiled| {
            let sizes = self.model.populations.pairs();
            let sizes: Map<String, Json> = sizes
                .map(|(id, population)| (population.name.clone(), json!(cell.cell.sizes[id])))
                .collect();
            let families = cell.cell.families.iter().map(|(id, family)| {
                (self.model.structures[*id].name.clone(), json!(family.text()))
            });
            let params = cell
                .cell
                .params
                .iter()
                .map(|(id, value)| (self.model.params[*id].name.clone(), names.plain(value)));
            let measures = self.model.measures.iter().zip(&cell.measures);
            json!({
                "sizes": sizes,
                "families": families.collect::<Map<_, _>>(),
                "params": params.collect::<Map<_, _>>(),
                "runs": cell.runs,
                "violating": cell.hits,
                "open": cell.open,
                "uncounted": cell.uncounted,
                "rate": cell.rate(),
                "interval": cell.interval.map(|(low, high)| [low, high]),
                "margin": cell.margin,
                "measures": measures
                    .map(|(measure, value)| (measure.name.clone(), json!(value)))
                    .collect::<Map<_, _>>(),
            })
        };
        json!({
            "property": self.name,
            "runs": self.runs,
            "confidence": self.confidence,
            "cells": self.cells.iter().map(of_cell).collect::<Vec<_>>(),
        })
    }
}

/// A line of CSV (RFC 4180, but lines end in a line feed alone).
fn line(cells: &[String]) -> String {
    let quoted = |cell: &String| match cell.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.clone(),
    };
    format!("{}\n", cells.iter().map(quoted).collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_has_the_shade_of_the_least_bound_that_holds_it() {
        assert_eq!(shade(Some(0.0)), "·");
        assert_eq!(shade(Some(0.001)), "░");
        assert_eq!(shade(Some(0.25)), "░");
        assert_eq!(shade(Some(1.0)), "█");
        assert_eq!(shade(None), "?");
    }

    #[test]
    fn cells_of_csv_are_quoted_where_they_must_be() {
        let cells = ["a", "b,c", "d\"e"].map(str::to_string);
        assert_eq!(line(&cells), "a,\"b,c\",\"d\"\"e\"\n");
    }
}
