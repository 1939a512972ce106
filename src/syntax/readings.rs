//! Chains that read two ways, and chains that read no way (language, section 6).
//!
//! In: a finished tree and its text. Out: an error for each, with the readings written out in
//! the user's own words, parentheses put in.
//!
//! A *chain* is a run of `implies`, `until`, `since`, `or`, `and` without parentheses between
//! them. Parentheses, binders, `if` and calls begin new chains.

use super::ast::{BinaryOp, Expr, ExprKind, File, Pin};
use super::parser::{Level, level_of};
use super::{KEPT_MAX, walk};
use crate::diag::code::syntax as code;
use crate::diag::{Diagnostic, Span};

/// Refuses what reads two ways in a file.
pub fn refuse_in_file(text: &str, file: &File, diagnostics: &mut Vec<Diagnostic>) {
    for root in walk::file_roots(file) {
        Reader { text, diagnostics }.expression(root);
    }
}

/// Refuses what reads two ways in pins.
pub fn refuse_in_pins(text: &str, pins: &[Pin], diagnostics: &mut Vec<Diagnostic>) {
    for root in walk::pin_roots(pins) {
        Reader { text, diagnostics }.expression(root);
    }
}

struct Reader<'a> {
    text: &'a str,
    diagnostics: &'a mut Vec<Diagnostic>,
}

/// A temporal prefix on the left of a chain.
struct Prefix {
    /// The operator.
    op: Span,
    /// From the operator to the end of what it reaches by precedence.
    narrow: Span,
    /// From the operand of the innermost prefix to the end of the chain.
    wide: Span,
}

/// A way to read a chain: what it puts in parentheses.
type Reading = Vec<Span>;

impl Reader<'_> {
    fn expression(&mut self, expr: &Expr) {
        if is_connective(expr) {
            self.chain(expr);
        } else {
            self.comparison(expr);
            walk::children(expr).into_iter().for_each(|child| self.expression(child));
        }
    }

    /// A chain from its loosest operator down.
    fn chain(&mut self, top: &Expr) {
        let mut links = Vec::new();
        collect(top, top.span.end, false, &mut links);
        let prefixes: Vec<Prefix> = links.iter().filter_map(|link| link.prefix()).collect();
        let narrow = || prefixes.iter().map(|prefix| prefix.narrow);
        for (place, prefix) in prefixes.iter().enumerate() {
            let others = prefixes.iter().enumerate().filter(|(other, _)| *other != place);
            let wide = others.map(|(_, other)| other.narrow).chain([prefix.wide]).collect();
            let readings = [wide, narrow().collect()];
            self.two_readings(top.span, prefix.op, "how far does this reach?", &readings);
        }
        for link in &links {
            if !link.is_run_top {
                continue;
            }
            if let Some((op, first, second)) = mixed(link.expr) {
                let readings = [first, second].map(|reading| narrow().chain(reading).collect());
                let question = "does `and` or `or` come first?";
                self.two_readings(link.expr.span, op, question, &readings);
            }
            self.run(link.expr);
        }
        links.iter().flat_map(|link| link.leaves()).for_each(|leaf| self.expression(leaf));
    }

    /// `a implies b implies c` and `a until b until c`.
    fn run(&mut self, expr: &Expr) {
        let mut operands = Vec::new();
        let op = run_operands(expr, &mut operands);
        let count = operands.len();
        if count < 3 {
            return;
        }
        let last = operands[count - 1];
        let right: Reading = operands[1..count - 1].iter().map(|from| from.to(last)).collect();
        let left: Reading = operands[1..count - 1].iter().map(|to| operands[0].to(*to)).collect();
        if matches!(*expr.kind, ExprKind::TemporalBinary { .. }) {
            let words = self.one_line(expr.span);
            let message =
                format!("`{words}` is a chain of `until` or `since`, which has no reading");
            self.push(
                code::UNTIL_CHAIN,
                expr.span,
                message,
                op,
                "what is on its left?",
                &[right, left],
            );
        } else {
            self.two_readings(expr.span, op, "what does this follow from?", &[right, left]);
        }
    }

    /// `a < b < c` and `a..b..c`.
    fn comparison(&mut self, expr: &Expr) {
        let ExprKind::Binary { op, op_span, left, right } = &*expr.kind else { return };
        let level = level_of(*op);
        if level != Level::Compare && level != Level::Range {
            return;
        }
        let inner = |expr: &Expr| match &*expr.kind {
            ExprKind::Binary { op, right, .. } if level_of(*op) == level => Some(right.span),
            _ => None,
        };
        let Some(middle) = inner(left) else { return };
        if self.diagnostics.len() >= KEPT_MAX {
            return;
        }
        let whole = self.one_line(expr.span);
        let diagnostic = if level == Level::Range {
            let message = format!("`{whole}` has more than one `..`");
            Diagnostic::error(code::COMPARISON_CHAIN, expr.span, message)
                .label(*op_span, "a range has two ends")
                .help("write `lo..hi`")
        } else {
            let message = format!("comparisons do not chain: `{whole}`");
            let (before, behind) = (self.one_line(left.span), self.one_line(middle.to(right.span)));
            Diagnostic::error(code::COMPARISON_CHAIN, expr.span, message)
                .label(*op_span, "what is on the left of this?")
                .help(format!("write `{before} and {behind}`"))
        };
        self.diagnostics.push(diagnostic);
    }

    fn two_readings(&mut self, chain: Span, op: Span, question: &str, readings: &[Reading; 2]) {
        let words = self.one_line(chain);
        let message = format!("`{words}` reads two ways");
        self.push(code::TWO_READINGS, chain, message, op, question, readings);
    }

    fn push(
        &mut self,
        code: crate::diag::Code,
        chain: Span,
        message: String,
        op: Span,
        question: &str,
        readings: &[Reading; 2],
    ) {
        if self.diagnostics.len() >= KEPT_MAX {
            return;
        }
        let [first, second] = readings.each_ref().map(|reading| self.write(chain, reading));
        self.diagnostics.push(
            Diagnostic::error(code, chain, message)
                .label(op, question)
                .help(format!("write `{first}`"))
                .help(format!("or `{second}`")),
        );
    }

    /// The words of `chain` with `parentheses` put in.
    fn write(&self, chain: Span, parentheses: &[Span]) -> String {
        let mut marks: Vec<(u32, bool)> = Vec::new();
        for span in parentheses {
            if span.start >= chain.start && span.end <= chain.end {
                marks.extend([(span.start, true), (span.end, false)]);
            }
        }
        marks.sort_unstable();
        let mut words = String::new();
        let mut at = chain.start;
        for (place, opens) in marks {
            words.push_str(&self.text[at as usize..place as usize]);
            words.push(if opens { '(' } else { ')' });
            at = place;
        }
        words.push_str(&self.text[at as usize..chain.end as usize]);
        one_line(&words)
    }

    fn one_line(&self, span: Span) -> String {
        one_line(&self.text[span.start as usize..span.end as usize])
    }
}

/// `words` without line breaks and comments.
fn one_line(words: &str) -> String {
    let mut line = String::with_capacity(words.len());
    let mut quoted = false;
    let mut characters = words.chars().peekable();
    while let Some(character) = characters.next() {
        if !quoted && character == '/' && characters.peek() == Some(&'/') {
            while characters.peek().is_some_and(|next| *next != '\n') {
                characters.next();
            }
            continue;
        }
        if quoted && character == '\\' {
            line.push(character);
            line.extend(characters.next());
            continue;
        }
        quoted ^= character == '"';
        if quoted || !character.is_whitespace() {
            line.push(character);
        } else if !line.ends_with([' ', '(']) {
            line.push(' ');
        }
    }
    line.trim_end().to_string()
}

/// A connective of a chain.
struct Link<'a> {
    expr: &'a Expr,
    /// How far a prefix on its left would reach if it reached as far as it can.
    end: u32,
    /// Whether the connective above is of another kind.
    is_run_top: bool,
}

impl<'a> Link<'a> {
    fn sides(&self) -> Option<(&'a Expr, &'a Expr)> {
        sides(self.expr)
    }

    /// The temporal prefix at the right edge of its left side.
    fn prefix(&self) -> Option<Prefix> {
        let (left, _) = self.sides()?;
        let (op, start, body) = right_edge(left)?;
        let mut innermost = body;
        while let Some((_, _, deeper)) = right_edge(innermost) {
            innermost = deeper;
        }
        Some(Prefix {
            op,
            narrow: start.to(left.span.after()),
            wide: Span { end: self.end, ..innermost.span },
        })
    }

    /// Its sides that are no connectives, and the bounds of its interval.
    fn leaves(&self) -> Vec<&'a Expr> {
        let children = walk::children(self.expr).into_iter();
        children.filter(|child| !is_connective(child)).collect()
    }
}

/// All connectives of the chain at `expr`.
fn collect<'a>(expr: &'a Expr, end: u32, same_above: bool, links: &mut Vec<Link<'a>>) {
    let Some((left, right)) = sides(expr) else { return };
    links.push(Link { expr, end, is_run_top: !same_above });
    let same = |side: &Expr| match (&*expr.kind, &*side.kind) {
        (ExprKind::Binary { op: above, .. }, ExprKind::Binary { op: below, .. }) => above == below,
        (ExprKind::TemporalBinary { .. }, ExprKind::TemporalBinary { .. }) => true,
        _ => false,
    };
    if is_connective(left) {
        collect(left, end, same(left), links);
    }
    if is_connective(right) {
        collect(right, end, same(right), links);
    }
}

fn sides(expr: &Expr) -> Option<(&Expr, &Expr)> {
    match &*expr.kind {
        ExprKind::Binary {
            op: BinaryOp::And | BinaryOp::Or | BinaryOp::Implies,
            left,
            right,
            ..
        }
        | ExprKind::TemporalBinary { left, right, .. } => Some((left, right)),
        _ => None,
    }
}

fn is_connective(expr: &Expr) -> bool {
    sides(expr).is_some()
}

/// The temporal prefix that `expr` ends in, without parentheses: its operator, where it
/// begins, and its operand.
fn right_edge(expr: &Expr) -> Option<(Span, Span, &Expr)> {
    match &*expr.kind {
        ExprKind::Temporal { op_span, body, .. } => Some((*op_span, expr.span, body)),
        ExprKind::Unary { operand: inner, .. }
        | ExprKind::Binary { right: inner, .. }
        | ExprKind::TemporalBinary { right: inner, .. } => right_edge(inner),
        _ => None,
    }
}

/// The two readings of `and` and `or` mixed in the `or`-chain at `expr`, and the first
/// operator of the other kind.
fn mixed(expr: &Expr) -> Option<(Span, Reading, Reading)> {
    if !matches!(&*expr.kind, ExprKind::Binary { op: BinaryOp::Or, .. }) {
        return None;
    }
    let mut operands = Vec::new();
    flatten(expr, BinaryOp::Or, &mut operands);
    let ands: Vec<&Expr> =
        operands.iter().copied().filter(|side| is_op(side, BinaryOp::And)).collect();
    let ExprKind::Binary { op_span, .. } = &*ands.first()?.kind else { return None };
    let and_first = ands.iter().map(|and| and.span).collect();
    // Or first: each run of `or` takes the operands right beside it.
    let mut runs: Vec<(Span, usize)> = Vec::new();
    for operand in &operands {
        let mut parts = Vec::new();
        flatten(operand, BinaryOp::And, &mut parts);
        for (place, part) in parts.iter().enumerate() {
            match runs.last_mut() {
                Some((run, length)) if place == 0 => {
                    run.end = part.span.end;
                    *length += 1;
                }
                Some(_) | None => runs.push((part.span, 1)),
            }
        }
    }
    let or_first = runs.iter().filter(|(_, length)| *length > 1).map(|(run, _)| *run).collect();
    Some((*op_span, and_first, or_first))
}

fn is_op(expr: &Expr, wanted: BinaryOp) -> bool {
    matches!(&*expr.kind, ExprKind::Binary { op, .. } if *op == wanted)
}

/// The operands of the run of `op` at `expr`.
fn flatten<'a>(expr: &'a Expr, wanted: BinaryOp, operands: &mut Vec<&'a Expr>) {
    match &*expr.kind {
        ExprKind::Binary { op, left, right, .. } if *op == wanted => {
            flatten(left, wanted, operands);
            flatten(right, wanted, operands);
        }
        _ => operands.push(expr),
    }
}

/// The operands of a run of `implies`, or of `until` and `since`; and its last operator.
fn run_operands(expr: &Expr, operands: &mut Vec<Span>) -> Span {
    let (op_span, left, right) = match &*expr.kind {
        ExprKind::Binary { op: BinaryOp::Implies, op_span, left, right } => (op_span, left, right),
        ExprKind::TemporalBinary { op_span, left, right, .. } => (op_span, left, right),
        _ => {
            operands.push(expr.span);
            return expr.span;
        }
    };
    let same = |side: &Expr| {
        std::mem::discriminant(&*side.kind) == std::mem::discriminant(&*expr.kind)
            && (is_op(side, BinaryOp::Implies) || !is_op(expr, BinaryOp::Implies))
    };
    for side in [left, right] {
        if same(side) {
            run_operands(side, operands);
        } else {
            operands.push(side.span);
        }
    }
    *op_span
}

#[cfg(test)]
mod tests {
    use crate::diag::FileId;
    use crate::syntax::parse;

    /// The suggestions for `formula`, one list for each diagnostic.
    fn helps(formula: &str) -> Vec<Vec<String>> {
        let (_, diagnostics) = parse(FileId(0), &format!("assume {formula}"));
        diagnostics.into_iter().map(|diagnostic| diagnostic.helps).collect()
    }

    fn reads(formula: &str, first: &str, second: &str) {
        let expected = vec![vec![format!("write `{first}`"), format!("or `{second}`")]];
        assert_eq!(helps(formula), expected, "{formula}");
        for reading in [first, second] {
            assert!(helps(reading).is_empty(), "{reading} is refused too");
        }
    }

    #[test]
    fn a_temporal_prefix_on_the_left_reads_two_ways() {
        reads("always p implies q", "always (p implies q)", "(always p) implies q");
        reads("once[..3] p and q and r", "once[..3] (p and q and r)", "(once[..3] p) and q and r");
        reads("not next p or q", "not next (p or q)", "not (next p) or q");
        reads(
            "always eventually p until q",
            "always eventually (p until q)",
            "(always eventually p) until q",
        );
        reads("a and always p and b", "a and always (p and b)", "a and (always p) and b");
    }

    #[test]
    fn and_and_or_mixed_read_two_ways() {
        reads("a and b or c", "(a and b) or c", "a and (b or c)");
        reads("a or b and c or d", "a or (b and c) or d", "(a or b) and (c or d)");
    }

    #[test]
    fn implies_twice_reads_two_ways() {
        reads("a implies b implies c", "a implies (b implies c)", "(a implies b) implies c");
        reads(
            "a implies b implies c implies d",
            "a implies (b implies (c implies d))",
            "((a implies b) implies c) implies d",
        );
    }

    #[test]
    fn until_twice_reads_no_way() {
        reads("a until b since[..3] c", "a until (b since[..3] c)", "(a until b) since[..3] c");
    }

    #[test]
    fn each_of_two_prefixes_is_refused_and_each_suggestion_stands() {
        let found = helps("always p and always q implies r");
        assert_eq!(found.len(), 2);
        for help in found.iter().flatten() {
            let reading = help.split('`').nth(1).unwrap_or_default();
            assert!(helps(reading).is_empty(), "{reading}");
        }
    }

    #[test]
    fn comparisons_do_not_chain() {
        assert_eq!(helps("a < b <= c"), [["write `a < b and b <= c`"]]);
        assert_eq!(helps("0..1..2").len(), 1);
    }

    #[test]
    fn what_reads_one_way_is_accepted() {
        for formula in [
            "p implies always q",
            "p and not q and next r",
            "rival(a) and forall x in S: p and q",
            "always forall x in S: p implies q",
            "(always p) implies (q or r) and s",
            "p until always q",
            "if always p then q and r else s or t",
            "always (p and q) == r",
        ] {
            assert_eq!(helps(formula), Vec::<Vec<String>>::new(), "{formula}");
        }
    }

    #[test]
    fn suggestions_stand_on_one_line_without_comments() {
        reads("always p // why\n  implies q", "always (p implies q)", "(always p) implies q");
        reads("always t == \"//\" or q", "always (t == \"//\" or q)", "(always t == \"//\") or q");
    }
}
