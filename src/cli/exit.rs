//! How a command ends: its status, and what went wrong with the world.

use std::fmt;

/// The exit statuses of `spec/`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Exit {
    /// Everything is as expected.
    Fine,
    /// A property is not as expected, or a kept counterexample came back.
    Unexpected,
    /// The specification, trace or command line is wrong.
    Wrong,
    /// Nothing is violated, but something is inconclusive, and `--strict` is on.
    Open,
    /// A bug of ours.
    Bug,
    /// Ctrl-C.
    Interrupted,
}

impl Exit {
    /// The status.
    pub fn code(self) -> u8 {
        match self {
            Exit::Fine => 0,
            Exit::Unexpected => 1,
            Exit::Wrong => 2,
            Exit::Open => 3,
            Exit::Bug => 4,
            Exit::Interrupted => 130,
        }
    }

    /// The status of two parts of one command: interrupted, wrong, unexpected, open, fine.
    pub fn and(self, other: Exit) -> Exit {
        let rank = |exit: Exit| match exit {
            Exit::Fine => 0,
            Exit::Open => 1,
            Exit::Unexpected => 2,
            Exit::Wrong => 3,
            Exit::Interrupted => 4,
            Exit::Bug => 5,
        };
        if rank(other) > rank(self) { other } else { self }
    }
}

/// The world went wrong: a file that is not there, a value that no option takes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    /// What, in lower case without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Failure {
    /// A failure without advice.
    pub fn new(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), help: None }
    }

    /// The same with advice.
    pub fn help(mut self, help: impl Into<String>) -> Failure {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "error: {}", self.message)?;
        match &self.help {
            Some(help) => write!(out, "\n  help: {help}"),
            None => Ok(()),
        }
    }
}

/// ` — did you mean …`: the nearest of `known` to `word`, if one is near.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let ranked = known.into_iter().map(|other| (strsim::jaro_winkler(word, other), other));
    let best = ranked.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)))?;
    (best.0 >= 0.75).then_some(best.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worse_of_two_statuses_counts() {
        assert_eq!(Exit::Unexpected.and(Exit::Wrong), Exit::Wrong);
        assert_eq!(Exit::Open.and(Exit::Unexpected), Exit::Unexpected);
        assert_eq!(Exit::Wrong.and(Exit::Interrupted).code(), 130);
    }

    #[test]
    fn only_a_near_word_is_suggested() {
        assert_eq!(nearest("oversigt", ["oversight", "work"]), Some("oversight"));
        assert_eq!(nearest("xyz", ["oversight", "work"]), None);
    }
}
