//! Where a program notes what runs reach.
//!
//! A mark stands at what decides: the condition of an `if`, the subject of a `match`. It is
//! asked in the lanes that come there, and arms may be computed in whatever way.

use super::super::marks::Mark;
use super::super::program::{Bits, Expr as Compiled, MarkAt, Marked, Num, Variants};
use super::scope::Scope;
use super::start::EXACT;
use super::{Compiler, Made, bounds};
use crate::ir::{Expr, Type};

impl Compiler<'_> {
    /// The condition of an `if`.
    pub(super) fn condition(&mut self, scope: &mut Scope, expr: &Expr) -> Made<Bits> {
        let bits = self.bits_of(scope, expr, EXACT)?;
        let marks = [self.branch(scope, expr, 0), self.branch(scope, expr, 1)];
        Ok(match marks {
            [None, None] => bits,
            marks => Bits::Marked(Box::new(bits), marks),
        })
    }

    /// The subject of a `match` with these arms.
    pub(super) fn matched<T>(
        &self,
        scope: &Scope,
        (expr, subject): (&Expr, Compiled),
        arms: &[(Option<i64>, T)],
    ) -> Compiled {
        let patterns = arms.iter().map(|(pattern, _)| *pattern).zip(0..);
        let arms: Vec<_> = patterns.map(|(of, arm)| (of, self.branch(scope, expr, arm))).collect();
        if arms.iter().all(|(_, mark)| mark.is_none()) {
            return subject;
        }
        match subject {
            Compiled::Num(num) => Compiled::Num(Num::Marked(Box::new(num), arms)),
            Compiled::Bits(bits) => {
                let taken = |word: i64| {
                    let fits = |(pattern, _): &&(Option<i64>, _)| pattern.is_none_or(|p| p == word);
                    arms.iter().find(fits).and_then(|(_, mark)| *mark)
                };
                Compiled::Bits(Bits::Marked(Box::new(bits), [taken(1), taken(0)]))
            }
        }
    }

    /// The mark of a branch, where steps and rules take it.
    fn branch(&self, scope: &Scope, decides: &Expr, arm: u32) -> Option<MarkAt> {
        let dynamic = !scope.formula && !scope.setup;
        let mark = self.marks.get(&Mark::Branch(decides.span, arm));
        mark.copied().filter(|_| dynamic)
    }

    /// The marks of the variants of a type.
    pub(super) fn variants(&self, ty: &Type) -> Variants {
        match ty {
            Type::Optional(inner) => self.variants(inner),
            Type::Enum(id) => {
                let all = self.marks.iter().filter_map(|(mark, at)| match mark {
                    Mark::Variant(of, variant) if of == id => Some((i64::from(*variant), *at)),
                    Mark::Variant(..) | Mark::Rule(_) | Mark::Branch(..) => None,
                });
                all.collect()
            }
            Type::Bool
            | Type::Int
            | Type::Real
            | Type::Str
            | Type::Duration
            | Type::Agent(_)
            | Type::Set(_)
            | Type::Event(_)
            | Type::Never
            | Type::Error => Vec::new(),
        }
    }

    /// What was asked for, and which variables hold some of it.
    pub(super) fn marked(&self) -> Marked {
        let model = self.model;
        let some = |marked: &Variants| !marked.is_empty();
        let params = model.params.pairs();
        let params = params.map(|(id, of)| (id, self.variants(&bounds::type_of(&of.domain))));
        let states = model.states.pairs();
        let states = states.map(|(id, of)| (id, self.variants(&bounds::type_of(&of.domain))));
        let fields = model.events.pairs().flat_map(|(id, event)| {
            let fields = event.fields.iter().enumerate();
            fields.map(move |(at, (_, of))| (id, at, self.variants(&bounds::type_of(of))))
        });
        Marked {
            all: self.marks.keys().copied().collect(),
            params: params.filter(|(_, marked)| some(marked)).collect(),
            states: states.filter(|(_, marked)| some(marked)).collect(),
            fields: fields.filter(|(_, _, marked)| some(marked)).collect(),
        }
    }
}
