//! Events and their fields.

use std::collections::BTreeMap;

use super::names::Meaning;
use super::work::Work;
use super::{constants, variables};
use crate::diag::code::model::FIELD_TWICE;
use crate::diag::{Diagnostic, Span};
use crate::ir::model::Event;
use crate::ir::{Domain, Type};
use crate::syntax::ast::{ItemKind, Name, TypeExpr};

/// Enters all events.
pub fn events(work: &mut Work<'_>) {
    for item in work.items.clone() {
        if let ItemKind::Event { name, fields } = &item.kind {
            let fields = fields_of(work, fields);
            let event = Event { name: name.text.clone(), fields, span: name.span };
            let id = work.model.events.push(event);
            work.names.define(&name.text, Meaning::Event(id));
        }
    }
}

fn fields_of(work: &mut Work<'_>, written: &[(Name, TypeExpr)]) -> Vec<(String, Domain)> {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    let mut fields = Vec::new();
    for (name, ty) in written {
        if let Some(first) = seen.get(name.text.as_str()) {
            let message = format!("`{}` is declared twice in this event", name.text);
            let diagnostic = Diagnostic::error(FIELD_TWICE, name.span, message)
                .label(name.span, "declared again here")
                .label(*first, "declared first here");
            work.report(diagnostic);
            continue;
        }
        seen.insert(&name.text, name.span);
        let domain = match constants::domain(work, ty) {
            Some(domain) => {
                variables::refuse_strings(work, &domain, ty.span);
                domain
            }
            None => Domain::Whole(Type::Error),
        };
        fields.push((name.text.clone(), domain));
    }
    fields
}
