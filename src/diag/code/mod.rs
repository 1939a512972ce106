//! The codes of diagnostics, and what `polity explain` says of each.
//!
//! A code is never reused. Each layer keeps its own table; no code is without a case in
//! `tests/diagnostics.rs`.

pub mod analysis;
pub mod model;
pub mod syntax;
pub mod trace;

/// A diagnostic code: a rule that a text can break.
#[derive(Clone, Copy)]
pub struct Code(pub &'static Rule);

/// What a code stands for.
#[derive(Debug)]
pub struct Rule {
    /// `E0204` for an error, `W0301` for a lint.
    pub id: &'static str,
    /// The rule in a line.
    pub title: &'static str,
    /// Why the rule is, with an example that breaks it and one that does not.
    pub explanation: &'static str,
}

impl PartialEq for Code {
    fn eq(&self, other: &Code) -> bool {
        self.0.id == other.0.id
    }
}

impl Eq for Code {}

impl std::fmt::Debug for Code {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.0.id)
    }
}

/// Declares a layer's codes, and `ALL`, the list of them.
#[macro_export]
macro_rules! define_codes {
    ($($name:ident = $id:literal, $title:literal, $explanation:literal;)*) => {
        $(
            #[doc = $title]
            pub const $name: $crate::diag::Code = $crate::diag::Code(&$crate::diag::code::Rule {
                id: $id,
                title: $title,
                explanation: $explanation,
            });
        )*
        /// All codes of this table.
        pub const ALL: &[$crate::diag::Code] = &[$($name),*];
    };
}

/// All codes, by table and then in the order of declaration.
pub fn all() -> impl Iterator<Item = Code> {
    [syntax::ALL, model::ALL, analysis::ALL, trace::ALL].into_iter().flatten().copied()
}

/// The code with this id, in any case.
pub fn find(id: &str) -> Option<Code> {
    all().find(|code| code.0.id.eq_ignore_ascii_case(id))
}
