//! What indexes a parameter or state, and the scope in which its default or start is read.

use super::constants;
use super::infer::{self, Place, Scope};
use super::names::Meaning;
use super::work::Work;
use crate::diag::code::model::INDEX_SET;
use crate::diag::{Diagnostic, FileId, Span};
use crate::ir::model::IndexSet;
use crate::ir::{KindId, Model, Type};
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Name};

/// The ints that an index may range over.
const INDEX_MAX: i128 = 1_000_000;

const NOWHERE: Span = Span { file: FileId(0), start: 0, end: 0 };

/// An index set as written. `None` after an error was given.
pub fn index_set(work: &mut Work<'_>, expr: &Expr) -> Option<IndexSet> {
    match expr.kind.as_ref() {
        ExprKind::Paren(inner) => index_set(work, inner),
        ExprKind::Name(text) => {
            let name = Name { text: text.clone(), span: expr.span };
            named(work, &name)
        }
        ExprKind::Binary { op: BinaryOp::Range, left, right, .. } => {
            let lo = constants::int(work, left, "a bound of an index");
            let hi = constants::int(work, right, "a bound of an index");
            let (lo, hi) = (lo?, hi?);
            let count = i128::from(hi) - i128::from(lo) + 1;
            if count < 1 {
                let message = format!("`{lo}..{hi}` holds nothing: the least comes first");
                work.error(INDEX_SET, expr.span, message);
                return None;
            }
            if count > INDEX_MAX {
                let message = format!("`{lo}..{hi}` holds {count} ints, and {INDEX_MAX} may be");
                work.error(INDEX_SET, expr.span, message);
                return None;
            }
            Some(IndexSet::Ints(lo, hi))
        }
        ExprKind::Error => None,
        _ => {
            let message = "an index ranges over a population, a kind, an enum or a range of ints";
            work.error(INDEX_SET, expr.span, message);
            None
        }
    }
}

fn named(work: &mut Work<'_>, name: &Name) -> Option<IndexSet> {
    let fits = |meaning: &Meaning| {
        matches!(meaning, Meaning::Population(_) | Meaning::Kind(_) | Meaning::Enum(_))
    };
    let noun = match name.text.as_str() {
        "bool" | "int" | "real" | "string" | "duration" => "a type",
        _ => match work.find(name, fits)? {
            Meaning::Population(population) => return Some(IndexSet::Population(population)),
            Meaning::Kind(kind) => return Some(IndexSet::Kind(kind)),
            Meaning::Enum(id) => return Some(IndexSet::Enum(id)),
            other => other.noun(),
        },
    };
    let message = format!("`{}` is {noun}, which nothing can be indexed by", name.text);
    let help = "use a population, a kind, an enum or a range of ints such as `0..9`";
    work.report(Diagnostic::error(INDEX_SET, name.span, message).help(help));
    None
}

/// The type of an index.
pub fn type_of(model: &Model, set: &IndexSet) -> Type {
    match set {
        IndexSet::Population(population) => Type::Agent(model.populations[*population].kind),
        IndexSet::Kind(kind) => Type::Agent(*kind),
        IndexSet::Enum(id) => Type::Enum(*id),
        IndexSet::Ints(..) => Type::Int,
    }
}

/// The scope of a default or start: the indices in slots 0, 1, …, `self` first in a kind,
/// the others under their names where they have one.
pub fn scope(
    work: &mut Work<'_>,
    place: Place,
    own: Option<KindId>,
    indices: &[IndexSet],
    names: &[Option<&Name>],
) -> Scope {
    let mut scope = Scope::new(place);
    let further = &indices[usize::from(own.is_some())..];
    for (place, set) in further.iter().enumerate() {
        let ty = type_of(&work.model, set);
        // An index without a name takes its slot under a name that nobody can write.
        let unnamed = Name { text: format!("({place})"), span: NOWHERE };
        let name = names.get(place).copied().flatten().unwrap_or(&unnamed);
        infer::bind(&mut work.context(), &mut scope, name, ty);
    }
    scope
}
