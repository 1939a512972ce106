//! The same models as programs by hand: scalar, over plain arrays, stopping where the verdict is
//! settled. They draw the same numbers from the same keys.

pub mod commit;
pub mod commons;
pub mod conformity;
pub mod opinions;
pub mod review;

/// What a real comparison may miss over a width.
pub const MISS: f64 = 1e-9;
