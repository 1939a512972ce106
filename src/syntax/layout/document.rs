//! A document that can be laid out in a given width (after Wadler, and Oppen before him).
//!
//! In: pieces of text with places where lines may break. Out: text. A group stays on one line
//! if it fits, and breaks at all of its own places if not.

/// How wide the text should be at most.
const WIDTH: usize = 100;

/// A part of a text.
pub enum Doc<'t> {
    /// A token, with a space before it unless something else separates it.
    Token { text: &'t str, space: bool },
    /// A place where the line may break.
    Line(Line),
    /// A comment; what follows stands on the next line.
    Comment { text: &'t str, own_line: bool, blank: bool },
    /// Breaks at all of its places, or none.
    Group { parts: Vec<Doc<'t>>, broken: bool },
    /// Breaks inside are indented by one level more.
    Indent(Vec<Doc<'t>>),
}

/// A place where the line may break.
#[derive(Clone, Copy)]
pub struct Line {
    /// Whether there is a space if it does not break.
    pub space: bool,
    /// Whether there is an empty line if it breaks.
    pub blank: bool,
    /// Whether its group has to break.
    pub forced: bool,
}

impl Doc<'_> {
    /// Whether what holds this has to break.
    pub fn breaks(&self) -> bool {
        match self {
            Doc::Token { .. } => false,
            Doc::Line(line) => line.forced,
            Doc::Comment { .. } => true,
            Doc::Group { broken, .. } => *broken,
            Doc::Indent(parts) => parts.iter().any(Doc::breaks),
        }
    }
}

/// Lays out `parts`, one below the other where they break.
pub fn print(parts: &[Doc<'_>]) -> String {
    let mut printer = Printer {
        text: String::new(),
        column: 0,
        newline_due: false,
        blank_due: false,
        separated: true,
    };
    let mut stack: Vec<Job<'_, '_>> =
        parts.iter().rev().map(|doc| Job { indent: 0, flat: false, doc }).collect();
    while let Some(job) = stack.pop() {
        printer.job(job, &mut stack);
    }
    if !printer.text.is_empty() {
        printer.text.push('\n');
    }
    printer.text
}

#[derive(Clone, Copy)]
struct Job<'d, 't> {
    indent: usize,
    flat: bool,
    doc: &'d Doc<'t>,
}

struct Printer {
    text: String,
    column: usize,
    /// A comment was written: what follows stands on the next line.
    newline_due: bool,
    blank_due: bool,
    /// Whether what is written so far is separated from what follows.
    separated: bool,
}

impl Printer {
    fn job<'d, 't>(&mut self, job: Job<'d, 't>, stack: &mut Vec<Job<'d, 't>>) {
        let Job { indent, flat, doc } = job;
        match doc {
            Doc::Token { text, space } => {
                self.settle(indent);
                if *space && !self.separated {
                    self.write(" ");
                }
                self.write(text);
                self.separated = false;
            }
            Doc::Line(line) if flat && !self.newline_due => {
                if line.space && !self.separated {
                    self.write(" ");
                }
                self.separated = true;
            }
            Doc::Line(line) => {
                self.newline_due = !self.text.is_empty();
                self.blank_due |= line.blank;
            }
            Doc::Comment { text, own_line, blank } => {
                if *own_line {
                    self.newline_due |= !self.text.is_empty();
                    self.blank_due |= *blank;
                    self.settle(indent);
                } else if self.newline_due {
                    self.settle(indent);
                } else if !self.text.is_empty() {
                    self.write("  ");
                }
                self.write(text);
                self.newline_due = true;
                self.separated = false;
            }
            Doc::Group { parts, broken } => {
                let flat = flat || (!*broken && self.fits(job, stack));
                push(parts, indent, flat, stack);
            }
            Doc::Indent(parts) => push(parts, indent + 1, flat, stack),
        }
    }

    /// Ends the line, if it has to end before what follows.
    fn settle(&mut self, indent: usize) {
        if self.newline_due {
            self.text.push_str(if self.blank_due { "\n\n" } else { "\n" });
            self.text.push_str(&"  ".repeat(indent));
            self.column = 2 * indent;
            self.separated = true;
        }
        self.newline_due = false;
        self.blank_due = false;
    }

    fn write(&mut self, text: &str) {
        self.text.push_str(text);
        self.column += text.chars().count();
    }

    /// Whether `group`, on one line, fits with all that cannot be parted from it.
    fn fits(&self, group: Job<'_, '_>, stack: &[Job<'_, '_>]) -> bool {
        let start = if self.newline_due { 2 * group.indent } else { self.column };
        let Some(mut room) = WIDTH.checked_sub(start) else { return false };
        let mut separated = self.separated || self.newline_due;
        let mut rest = stack.iter().rev();
        let mut jobs = vec![Job { flat: true, ..group }];
        loop {
            let Some(job) = jobs.pop().or_else(|| rest.next().copied()) else { return true };
            let needed = match job.doc {
                Doc::Token { text, space } => {
                    let was_separated = std::mem::take(&mut separated);
                    text.chars().count() + usize::from(*space && !was_separated)
                }
                Doc::Line(line) if job.flat => {
                    let was_separated = std::mem::replace(&mut separated, true);
                    usize::from(line.space && !was_separated)
                }
                Doc::Line(_) => return true,
                Doc::Comment { .. } => return true,
                Doc::Group { parts, broken } => {
                    let flat = job.flat || !*broken;
                    push(parts, job.indent, flat, &mut jobs);
                    0
                }
                Doc::Indent(parts) => {
                    push(parts, job.indent, job.flat, &mut jobs);
                    0
                }
            };
            match room.checked_sub(needed) {
                Some(left) => room = left,
                None => return false,
            }
        }
    }
}

fn push<'d, 't>(parts: &'d [Doc<'t>], indent: usize, flat: bool, stack: &mut Vec<Job<'d, 't>>) {
    stack.extend(parts.iter().rev().map(|doc| Job { indent, flat, doc }));
}
