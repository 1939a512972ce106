//! A run as a table, or as a list where the table would be too wide.
//!
//! In: columns in groups, rows of cells and notes. Out: lines of at most the given width, or
//! none where the columns do not fit.

use super::sheet::{count, elide, pad, width, wrap};

/// What stands for a cell that did not change.
pub const SAME: &str = "·";
/// What marks the instant that settles the verdict.
pub const HERE: &str = "◀ here";
/// What marks an instant that decides it, where that is another one.
pub const WHY: &str = "◁ why";
/// How many rows are shown before the middle is left out.
const ROWS_MAX: usize = 16;
/// How many rows of a longer run are shown at its start, and at its end.
const ROWS_AT_ENDS: usize = 5;

/// A column: one state of one agent in one world, say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// Whose it is: columns of one group stand under one heading.
    pub group: String,
    /// What it is.
    pub name: String,
    /// Whether its values speak for themselves: an enum's variants.
    pub speaks: bool,
}

/// One instant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// What stands in front: the number of the instant, or its time.
    pub label: String,
    /// A cell for each column; [`SAME`] where nothing changed, empty where nothing is there.
    pub cells: Vec<String>,
    /// What else happened: rule, events, changes of relations.
    pub notes: Vec<String>,
    /// [`HERE`] where the verdict is settled, [`WHY`] where what decides it is read.
    pub mark: Option<&'static str>,
}

/// A run, ready to be drawn.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Table {
    /// The columns, those of a group together.
    pub columns: Vec<Column>,
    /// What the notes are: `event`, `rule`.
    pub notes: String,
    /// The rows, in order.
    pub rows: Vec<Row>,
}

impl Row {
    fn quiet(&self) -> bool {
        self.mark.is_none() && self.notes.is_empty() && self.cells.iter().all(|cell| cell == SAME)
    }
}

/// A row, or what stands for rows that are left out.
enum Shown<'a> {
    Row(&'a Row),
    Gap(String),
}

impl Table {
    /// The table in lines of at most `room` columns; none where it does not fit.
    pub fn draw(&self, room: usize, all: bool) -> Option<Vec<String>> {
        let label = self.label_width();
        let widths = self.widths();
        let used = label + widths.iter().map(|width| width + 2).sum::<usize>();
        let has_notes = self.rows.iter().any(|row| !row.notes.is_empty());
        let least = if has_notes { 24 } else { width(HERE) };
        if used + 1 + least > room {
            return None;
        }
        let mut lines = self.headings(label, &widths, has_notes);
        for shown in self.shown(all) {
            match shown {
                Shown::Gap(text) => lines.push(text),
                Shown::Row(row) => {
                    let cells: Vec<String> = row
                        .cells
                        .iter()
                        .zip(&widths)
                        .map(|(cell, width)| format!("  {}", pad(cell, *width)))
                        .collect();
                    let front = format!("{}{}", pad(&row.label, label), cells.concat());
                    lines.extend(with_notes(&front, row, room));
                }
            }
        }
        Some(lines)
    }

    /// The same as a list: what changed at each instant, wrapped.
    pub fn list(&self, room: usize, all: bool) -> Vec<String> {
        let label = self.label_width();
        let mut lines = Vec::new();
        for shown in self.shown(all) {
            match shown {
                Shown::Gap(text) => lines.push(text),
                Shown::Row(row) => {
                    let text = self.changes(row);
                    let wrapped = wrap(&text, room.saturating_sub(label + 2));
                    let wrapped = if wrapped.is_empty() { vec![SAME.to_string()] } else { wrapped };
                    for (at, line) in wrapped.iter().enumerate() {
                        let front = if at == 0 { row.label.as_str() } else { "" };
                        lines.push(format!("{}  {line}", pad(front, label)));
                    }
                }
            }
        }
        lines
    }

    /// What changed at one instant; agents that changed alike together.
    fn changes(&self, row: &Row) -> String {
        let mut groups: Vec<(&str, Vec<String>)> = Vec::new();
        for (column, cell) in self.columns.iter().zip(&row.cells) {
            if cell == SAME || cell.is_empty() {
                continue;
            }
            let words = if column.name.is_empty() || column.speaks {
                cell.clone()
            } else {
                format!("{} {cell}", column.name)
            };
            match groups.last_mut() {
                Some((group, words_of)) if *group == column.group && !group.is_empty() => {
                    words_of.push(words);
                }
                _ => groups.push((&column.group, vec![words])),
            }
        }
        let mut alike: Vec<(Vec<&str>, String)> = Vec::new();
        for (group, words) in groups {
            let words = words.join(", ");
            let same = |entry: &&mut (Vec<&str>, String)| !group.is_empty() && entry.1 == words;
            match alike.iter_mut().find(same) {
                Some((names, _)) => names.push(group),
                None => alike.push((vec![group], words)),
            }
        }
        let together = |(names, words): &(Vec<&str>, String)| match names.as_slice() {
            [""] => words.clone(),
            names => format!("{}: {words}", names.join(", ")),
        };
        let mut parts: Vec<String> = alike.iter().map(together).collect();
        parts.extend(row.notes.iter().cloned());
        let mut text = parts.join("; ");
        if let Some(mark) = row.mark {
            text = format!("{text}   {mark}");
        }
        text
    }

    fn label_width(&self) -> usize {
        self.rows.iter().map(|row| width(&row.label)).max().unwrap_or(1).max(2)
    }

    /// The widths of the columns, wide enough for the headings of their groups.
    fn widths(&self) -> Vec<usize> {
        let mut widths: Vec<usize> = (0..self.columns.len())
            .map(|at| {
                let cells = self.rows.iter().map(|row| width(&row.cells[at])).max().unwrap_or(0);
                cells.max(width(&self.columns[at].name))
            })
            .collect();
        for (start, end) in self.groups() {
            let total = widths[start..end].iter().sum::<usize>() + 2 * (end - start - 1);
            let heading = width(&self.columns[start].group);
            widths[end - 1] += heading.saturating_sub(total);
        }
        widths
    }

    /// The groups as ranges of columns. Columns without a group stand alone.
    fn groups(&self) -> Vec<(usize, usize)> {
        let mut groups: Vec<(usize, usize)> = Vec::new();
        for (at, column) in self.columns.iter().enumerate() {
            match groups.last_mut() {
                Some((start, end))
                    if !column.group.is_empty() && self.columns[*start].group == column.group =>
                {
                    *end = at + 1;
                }
                _ => groups.push((at, at + 1)),
            }
        }
        groups
    }

    fn headings(&self, label: usize, widths: &[usize], has_notes: bool) -> Vec<String> {
        let mut first = pad("t", label);
        let mut second = pad("", label);
        let grouped = self.columns.iter().any(|column| !column.group.is_empty());
        for (start, end) in self.groups() {
            let total = widths[start..end].iter().sum::<usize>() + 2 * (end - start - 1);
            let group = &self.columns[start].group;
            let lone = group.is_empty();
            let heading = if lone { &self.columns[start].name } else { group };
            first.push_str(&format!("  {}", pad(heading, total)));
            let named = self.columns.iter().zip(widths).take(end).skip(start);
            for (column, width) in named {
                let name = if lone { "" } else { column.name.as_str() };
                second.push_str(&format!("  {}", pad(name, *width)));
            }
        }
        if has_notes {
            first.push_str(&format!("  {}", self.notes));
        }
        let mut lines = vec![first.trim_end().to_string()];
        if grouped && !second.trim().is_empty() {
            lines.push(second.trim_end().to_string());
        }
        lines
    }

    /// The rows that are shown: stretches without a change, and the middle of a long run, are
    /// left out and said to be.
    fn shown(&self, all: bool) -> Vec<Shown<'_>> {
        if all {
            return self.rows.iter().map(Shown::Row).collect();
        }
        let mut shown: Vec<Shown<'_>> = Vec::new();
        let mut quiet: Vec<&Row> = Vec::new();
        for row in &self.rows {
            if row.quiet() {
                quiet.push(row);
                continue;
            }
            flush(&mut quiet, &mut shown);
            shown.push(Shown::Row(row));
        }
        flush(&mut quiet, &mut shown);
        let number = shown.len();
        if number <= ROWS_MAX {
            return shown;
        }
        let near = |at: usize| at < ROWS_AT_ENDS || at + ROWS_AT_ENDS >= number;
        let mut kept: Vec<Shown<'_>> = Vec::new();
        let mut left_out = 0;
        for (at, row) in shown.into_iter().enumerate() {
            let marked = matches!(&row, Shown::Row(row) if row.mark.is_some());
            if near(at) || marked {
                gap(&mut left_out, &mut kept);
                kept.push(row);
            } else {
                left_out += 1;
            }
        }
        kept
    }
}

fn gap(left_out: &mut usize, kept: &mut Vec<Shown<'_>>) {
    if *left_out > 0 {
        let rows = count(*left_out as u64, "row", "rows");
        kept.push(Shown::Gap(format!("⋮   {rows} left out (-v shows all)")));
    }
    *left_out = 0;
}

fn flush<'a>(quiet: &mut Vec<&'a Row>, shown: &mut Vec<Shown<'a>>) {
    match quiet.as_slice() {
        [] => {}
        [only] => shown.push(Shown::Row(only)),
        [first, .., last] => {
            let text = format!("⋮   no change from {} to {}", first.label, last.label);
            shown.push(Shown::Gap(text));
        }
    }
    quiet.clear();
}

/// A row with its notes behind it, on further lines where they are long. The mark stands on
/// the last line.
fn with_notes(front: &str, row: &Row, room: usize) -> Vec<String> {
    let indent = width(front) + 2;
    let columns = room.saturating_sub(indent).max(12);
    let mut notes: Vec<String> = Vec::new();
    for note in &row.notes {
        match notes.last_mut() {
            Some(last) if width(last) + width(note) + 2 <= columns => {
                last.push_str("; ");
                last.push_str(note);
            }
            _ => notes.extend(wrap(note, columns)),
        }
    }
    let mut lines = vec![format!("{front}  {}", notes.first().map_or("", String::as_str))];
    lines
        .extend(notes.iter().skip(1).map(|note| format!("{:indent$}{}", "", elide(note, columns))));
    if let Some(mark) = row.mark {
        let last = lines.last_mut().expect("there is a line for every row");
        if last.trim_end().len() != last.len() && row.notes.is_empty() {
            *last = front.to_string();
        }
        match width(last) + 3 + width(mark) <= room {
            true => last.push_str(&format!("   {mark}")),
            false => lines.push(format!("{:indent$}{mark}", "")),
        }
    }
    lines.iter().map(|line| line.trim_end().to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let column = |group: &str, name: &str| Column {
            group: group.into(),
            name: name.into(),
            speaks: false,
        };
        let row = |label: &str, cells: [&str; 3], notes: &[&str], here: bool| Row {
            label: label.into(),
            cells: cells.map(str::to_string).to_vec(),
            notes: notes.iter().map(|note| note.to_string()).collect(),
            mark: here.then_some(HERE),
        };
        Table {
            columns: vec![column("a[0]", "stage"), column("a[0]", "n"), column("", "stock")],
            notes: "event".into(),
            rows: vec![
                row("0", ["Idle", "0", "9"], &[], false),
                row("1", [SAME, SAME, SAME], &[], false),
                row("2", [SAME, SAME, SAME], &[], false),
                row("3", ["Done", SAME, "8"], &["ship(a: a[0])"], true),
            ],
        }
    }

    #[test]
    fn a_table_has_a_heading_for_each_group_and_marks_the_instant() {
        let lines = table().draw(64, false).expect("it fits");
        let expected = [
            "t   a[0]      stock  event",
            "    stage  n",
            "0   Idle   0  9",
            "⋮   no change from 1 to 2",
            "3   Done   ·  8      ship(a: a[0])   ◀ here",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn a_table_that_is_too_wide_becomes_a_list_of_changes() {
        assert!(table().draw(30, false).is_none());
        let lines = table().list(60, true);
        assert_eq!(lines[0], "0   a[0]: stage Idle, n 0; stock 9");
        assert_eq!(lines[1], "1   ·");
        assert_eq!(lines[3], "3   a[0]: stage Done; stock 8; ship(a: a[0]) ◀ here");
    }

    #[test]
    fn long_notes_go_on_in_their_own_column() {
        let mut table = table();
        table.rows[3].notes = vec!["one two three four five six seven eight".into()];
        let lines = table.draw(52, false).expect("it fits");
        assert!(lines.iter().all(|line| width(line) <= 52), "{lines:?}");
        assert_eq!(lines[5].trim(), "seven eight   ◀ here");
    }
}
