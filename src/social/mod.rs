//! How agents are tied: shapes, families, ties. It knows nothing of models.

pub mod admits;
pub mod canonical;
pub mod enumerate;
pub mod family;
mod offered;
pub mod sample;
pub mod ties;

pub use admits::admits;
pub use canonical::canonical;
pub use enumerate::enumerate;
pub use family::Family;
pub use sample::sample;
pub use ties::{Shape, Ties};
