//! Joint choices.

use super::super::program::{From, Joint, KeyOf, Num, Site, Stmt};
use super::bounds::type_of;
use super::scope::{Bound, Polarity, Scope};
use super::{Compiler, Made, refuse};
use crate::diag::Span;
use crate::ir::expr::Binder;
use crate::ir::stmt::Source;
use crate::ir::{Domain, Expr, SiteId, Slot};
use crate::trace::FaultKind;

impl Compiler<'_> {
    /// `choose x(a: S) in D where e`
    pub(super) fn choose_jointly(
        &mut self,
        scope: &mut Scope,
        place: Span,
        (site, slot): (SiteId, Slot),
        (indices, from, filter): (&[Binder], &Source, Option<&Expr>),
    ) -> Made<Stmt> {
        let Source::Domain(domain) = from else {
            return refuse("a joint choice from a set", place);
        };
        let from = self.chosen_from(domain, place)?;
        if matches!(from, From::Reals(..)) {
            return refuse("a joint choice of reals", place);
        }
        if let From::Words(words) = &from
            && self.worlds
            && !words.is_sorted()
            && !matches!(domain, Domain::Values(..))
        {
            return refuse("an optional choice of values that are not in order, in worlds", place);
        }
        let marked = self.variants(&type_of(domain));
        let key = KeyOf { site, recurs: self.recurs(site), parts: scope.around.clone(), marked };
        let rows = self.loops(scope, indices)?;
        self.tables.push(scope.level);
        let table = self.tables.len() - 1;
        scope.bind(slot, Bound::Table(table), None);
        let filter =
            filter.map(|filter| self.bits_of(scope, filter, Polarity::Exact)).transpose()?;
        let site = self.site(FaultKind::Domain, place);
        Ok(Stmt::ChooseJointly(Joint { key, table, rows, from, filter, site }))
    }

    /// What was chosen for a row: the table, the indices, and the place of what may go wrong.
    pub(super) fn row(
        &mut self,
        scope: &mut Scope,
        expr: &Expr,
        (slot, indices): (Slot, &[Expr]),
    ) -> Made<(usize, Vec<Num>, Site)> {
        let Some(Bound::Table(table)) = scope.get(slot) else {
            return refuse("this local", expr.span);
        };
        let indices = indices.iter().map(|index| self.num(scope, index)).collect::<Made<_>>()?;
        Ok((table, indices, self.site(FaultKind::Index, expr.span)))
    }
}
