//! What is wrong with a text, and how it is shown: spans, diagnostics, rendering.

pub mod code;
pub mod render;
pub mod source;

pub use code::Code;
pub use source::{FileId, Source, Sources, Span};

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Severity {
    /// The text means nothing; nothing is run.
    Error,
    /// The text means something, but probably not what was meant.
    Warning,
}

/// One thing that is wrong with a text.
#[derive(Clone, PartialEq, Debug)]
pub struct Diagnostic {
    /// Which rule it breaks.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// Where it is.
    pub span: Span,
    /// Lower case, no full stop, the user's words in backticks.
    pub message: String,
    /// Remarks on places, the first usually on `span` itself.
    pub labels: Vec<Label>,
    /// What to write instead, one suggestion each.
    pub helps: Vec<String>,
}

/// A remark on a place.
#[derive(Clone, PartialEq, Debug)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// The remark.
    pub text: String,
}

impl Label {
    /// A remark on `span`.
    pub fn new(span: Span, text: impl Into<String>) -> Label {
        Label { span, text: text.into() }
    }
}

impl Diagnostic {
    /// An error without labels or help.
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            severity: Severity::Error,
            span,
            message: message.into(),
            labels: Vec::new(),
            helps: Vec::new(),
        }
    }

    /// A warning without labels or help.
    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, span, message) }
    }

    /// The same with a remark on `span`.
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.labels.push(Label::new(span, text));
        self
    }

    /// The same with a suggestion.
    pub fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.helps.push(text.into());
        self
    }
}

/// Whether any of them is an error.
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}
