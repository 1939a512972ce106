//! The page that a report is written on: labelled sections, wrapping, colour.
//!
//! In: lines of text. Out: a string of lines of at most [`Style::width`] columns where words
//! allow it. Colour is put on whole lines or marks, after widths were measured, and nothing is
//! said by colour alone.

use unicode_width::UnicodeWidthStr;

/// How a report looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Style {
    /// Columns.
    pub width: usize,
    /// Whether escape codes may be written.
    pub colour: bool,
    /// Whether everything is shown, times included.
    pub verbose: bool,
    /// Whether only headlines are shown.
    pub quiet: bool,
}

impl Style {
    /// 80 columns, no colour, the usual amount.
    pub fn plain() -> Style {
        Style { width: 80, colour: false, verbose: false, quiet: false }
    }
}

/// A colour with a meaning.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Paint {
    /// A violation.
    Bad,
    /// What holds.
    Good,
    /// What is open or vacuous.
    Doubt,
    /// Names and headings.
    Strong,
    /// What can be passed over.
    Faint,
}

impl Style {
    /// `text` in a colour, or as it is.
    pub fn paint(&self, paint: Paint, text: &str) -> String {
        if !self.colour || text.is_empty() {
            return text.to_string();
        }
        let code = match paint {
            Paint::Bad => "1;31",
            Paint::Good => "32",
            Paint::Doubt => "33",
            Paint::Strong => "1",
            Paint::Faint => "2",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

/// Where the labels of sections start.
const LABEL_AT: usize = 2;
/// How wide labels are.
const LABEL_WIDTH: usize = 9;
/// Where the text of sections starts.
pub const TEXT_AT: usize = LABEL_AT + LABEL_WIDTH;

/// A page that grows downwards.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// How it looks.
    pub style: Style,
    out: String,
}

impl Sheet {
    /// An empty page.
    pub fn new(style: Style) -> Sheet {
        Sheet { style, out: String::new() }
    }

    /// The whole page.
    pub fn finish(self) -> String {
        self.out
    }

    /// How many columns the text of a section has.
    pub fn room(&self) -> usize {
        self.style.width.saturating_sub(TEXT_AT).max(24)
    }

    /// An empty line.
    pub fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// One line as it is.
    pub fn line(&mut self, text: &str) {
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }

    /// A paragraph, wrapped, indented by `indent`.
    pub fn paragraph(&mut self, indent: usize, text: &str) {
        for line in wrap(text, self.style.width.saturating_sub(indent)) {
            self.line(&format!("{:indent$}{line}", ""));
        }
    }

    /// A section: its label beside its first line. Lines are taken as they are.
    pub fn section(&mut self, label: &str, lines: &[String]) {
        for (at, line) in lines.iter().enumerate() {
            let label = if at == 0 { label } else { "" };
            let padded = format!("{label:<LABEL_WIDTH$}");
            let padded = self.style.paint(Paint::Faint, &padded);
            self.line(&format!("{:LABEL_AT$}{padded}{line}", ""));
        }
    }

    /// A section of one wrapped text.
    pub fn note(&mut self, label: &str, text: &str) {
        let lines = wrap(text, self.room());
        self.section(label, &lines);
    }
}

/// The columns that `text` takes.
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// `text` with spaces behind it, up to `columns`.
pub fn pad(text: &str, columns: usize) -> String {
    let missing = columns.saturating_sub(width(text));
    format!("{text}{:missing$}", "")
}

/// `text` cut to `columns`, with `…` where something was cut off.
pub fn elide(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_string();
    }
    let mut cut = String::new();
    for letter in text.chars() {
        cut.push(letter);
        if width(&cut) + 1 > columns {
            cut.pop();
            break;
        }
    }
    format!("{}…", cut.trim_end())
}

/// `text` in lines of at most `columns`, broken between words; a longer word stands alone.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && width(&line) + 1 + width(word) > columns {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// A number with its digits in groups of three: `18,211`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 agent`, `2 agents`: a count with its noun.
pub fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// Words joined as in a sentence: `a, b and c`.
pub fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A plain text made fit for a terminal: control characters are shown, not obeyed.
pub fn tame(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' => out.push('↵'),
            '\t' => out.push(' '),
            letter if letter.is_control() => out.extend(letter.escape_default()),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_in_threes() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(18_211), "18,211");
        assert_eq!(grouped(1_000_000), "1,000,000");
    }

    #[test]
    fn a_text_is_cut_by_columns_and_not_by_bytes() {
        assert_eq!(elide("──▶ team", 5), "──▶…");
        assert_eq!(elide("short", 5), "short");
        assert_eq!(elide("日本語", 4), "日…");
    }

    #[test]
    fn wrapping_breaks_between_words_only() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("incomprehensible", 4), ["incomprehensible"]);
        assert!(wrap("", 4).is_empty());
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(tame("a\u{1b}[2Jb\nc"), "a\\u{1b}[2Jb↵c");
    }

    #[test]
    fn colour_is_left_out_where_it_is_not_wanted() {
        assert_eq!(Style::plain().paint(Paint::Bad, "x"), "x");
        let style = Style { colour: true, ..Style::plain() };
        assert_eq!(style.paint(Paint::Bad, "x"), "\u{1b}[1;31mx\u{1b}[0m");
    }
}
