//! A text as a tree of parts, so that it can be made simpler.
//!
//! In: parts. Out: the text; and the texts next to it that are simpler: a part of a list left
//! out, a value replaced by a part of itself of the same sort or by the simplest one.

/// A part of a text.
#[derive(Clone, Debug)]
pub enum Piece {
    /// As it stands.
    Text(String),
    /// One after the other.
    Join(Vec<Piece>),
    /// Parts that may be left out, down to `least` of them.
    List {
        /// The parts.
        of: Vec<Piece>,
        /// What stands between two of them.
        between: &'static str,
        /// How many must stay.
        least: usize,
    },
    /// What any other part of the same sort may stand for.
    Value {
        /// Its type, in words.
        sort: String,
        /// The simplest text of this sort.
        simplest: String,
        /// What it is.
        body: Box<Piece>,
    },
}

impl From<&str> for Piece {
    fn from(text: &str) -> Piece {
        Piece::Text(text.to_string())
    }
}

impl From<String> for Piece {
    fn from(text: String) -> Piece {
        Piece::Text(text)
    }
}

impl From<&String> for Piece {
    fn from(text: &String) -> Piece {
        Piece::Text(text.clone())
    }
}

/// Parts one after the other: anything that is a [`Piece`] or a text.
macro_rules! join {
    ($($part:expr),* $(,)?) => {
        $crate::differential::piece::Piece::Join(vec![$($part.into()),*])
    };
}
pub(crate) use join;

impl Piece {
    /// Parts that may be left out.
    pub fn list(of: Vec<Piece>, between: &'static str, least: usize) -> Piece {
        Piece::List { of, between, least }
    }

    /// The whole text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) {
        match self {
            Piece::Text(words) => text.push_str(words),
            Piece::Join(of) => of.iter().for_each(|part| part.write(text)),
            Piece::List { of, between, .. } => {
                for (at, part) in of.iter().enumerate() {
                    if at > 0 {
                        text.push_str(between);
                    }
                    part.write(text);
                }
            }
            Piece::Value { body, .. } => body.write(text),
        }
    }

    /// The trees that are one edit simpler, coarse edits first.
    pub fn simpler(&self) -> Vec<Piece> {
        match self {
            Piece::Text(_) => Vec::new(),
            Piece::Join(of) => in_each(of, &|of| Piece::Join(of)),
            Piece::List { of, between, least } => {
                let list = |of| Piece::List { of, between, least: *least };
                let mut all: Vec<Piece> = Vec::new();
                if of.len() > least + 2 {
                    let half = of.len() - (of.len() - least).div_ceil(2);
                    all.push(list(of[..half].to_vec()));
                    all.push(list(of[of.len() - half..].to_vec()));
                }
                if of.len() > *least {
                    // Later parts are used by fewer others.
                    let without = |at| [&of[..at], &of[at + 1..]].concat();
                    all.extend((0..of.len()).rev().map(|at| list(without(at))));
                }
                all.extend(in_each(of, &list));
                all
            }
            Piece::Value { sort, simplest, body } => {
                let value = |body| Piece::Value {
                    sort: sort.clone(),
                    simplest: simplest.clone(),
                    body: Box::new(body),
                };
                let mut all = Vec::new();
                let text = body.text();
                if text.len() > simplest.len() {
                    all.push(value(Piece::Text(simplest.clone())));
                }
                let mut inner = Vec::new();
                body.values_of(sort, &mut inner);
                all.extend(inner);
                all.extend(body.simpler().into_iter().map(value));
                all
            }
        }
    }

    /// The outermost values of this sort within.
    fn values_of(&self, wanted: &str, found: &mut Vec<Piece>) {
        match self {
            Piece::Text(_) => {}
            Piece::Join(of) | Piece::List { of, .. } => {
                of.iter().for_each(|part| part.values_of(wanted, found));
            }
            Piece::Value { sort, .. } if sort == wanted => found.push(self.clone()),
            Piece::Value { body, .. } => body.values_of(wanted, found),
        }
    }
}

/// Every simpler form of one of `of`, the others as they are.
fn in_each(of: &[Piece], make: &dyn Fn(Vec<Piece>) -> Piece) -> Vec<Piece> {
    let mut all = Vec::new();
    for (at, part) in of.iter().enumerate() {
        for simpler in part.simpler() {
            let mut of = of.to_vec();
            of[at] = simpler;
            all.push(make(of));
        }
    }
    all
}
