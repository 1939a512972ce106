//! Durations on the command line, and the only clock of the crate.

use std::time::{Duration, Instant};

/// A running clock.
#[derive(Clone, Copy, Debug)]
pub struct Clock(Instant);

impl Clock {
    /// Starts now.
    #[allow(clippy::disallowed_methods)] // the rim: no result depends on it
    pub fn start() -> Clock {
        Clock(Instant::now())
    }

    /// How long it has run.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

/// `30s`, `500ms`, `5min`, `1h`, `2d`; a bare number is seconds.
pub fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let split = text.find(|letter: char| letter.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let seconds = match unit.trim() {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "min" | "m" => 60.0,
        "h" => 3_600.0,
        "d" => 86_400.0,
        other => return Err(format!("`{other}` is no unit of time: write `30s`, `5min` or `1h`")),
    };
    let number: f64 = number
        .trim()
        .parse()
        .map_err(|_| format!("`{text}` is no duration: write `30s`, `5min` or `1h`"))?;
    let seconds = number * seconds;
    if !(seconds > 0.0 && seconds <= 1e9) {
        return Err(format!("`{text}` is no duration to wait for: write `30s`, `5min` or `1h`"));
    }
    Ok(Duration::from_secs_f64(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_with_and_without_unit() {
        assert_eq!(duration("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(duration("5min"), Ok(Duration::from_secs(300)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("2"), Ok(Duration::from_secs(2)));
        for wrong in ["", "s", "0s", "-1s", "5 lightyears", "1e400s", "nan", "infs"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
