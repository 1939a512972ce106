//! The values of constant expressions.

use super::expression::expression;
use super::fold::{Stop, evaluate};
use super::scope::{Context, Place, Scope};
use crate::diag::Diagnostic;
use crate::diag::code::analysis as code;
use crate::ir::{Type, Value};
use crate::syntax::ast;

/// The value of a constant expression; `None` after an error was given.
pub fn constant(
    cx: &mut Context<'_>,
    expr: &ast::Expr,
    expected: Option<&Type>,
) -> Option<(Value, Type)> {
    let mut scope = Scope::new(Place::Constant);
    let errors = cx.diagnostics.len();
    let found = expression(cx, &mut scope, expr, expected);
    let broken =
        cx.diagnostics[errors..].iter().any(|told| told.severity == crate::diag::Severity::Error);
    if found.ty == Type::Error || broken {
        return None;
    }
    let diagnostic = match evaluate(Some(cx.model), &found) {
        Ok(value) => return Some((value, found.ty)),
        Err(Stop::Unknown(span)) => {
            Diagnostic::error(code::NOT_CONSTANT, span, "a constant is expected here")
                .label(span, "known only when a run is made")
                .help("use literals and constants, or make it a `param`")
        }
        Err(Stop::Fault(span, message)) => {
            Diagnostic::error(code::CONSTANT_FAULT, span, message).label(span, "in a constant")
        }
    };
    cx.report(diagnostic);
    None
}
