//! Puts kernels where they can be, outermost first, all through a program.

use super::super::program::{
    Atom, Bind, Bits, Cell, Dist, Draw, Expr, From, Gauge, Guard, Indices, Kernel, Lack, Loop, Num,
    Over, Pairs, Program, Set, Start, Stmt, Value,
};
use super::kernel;

/// Fuses all of a program's arithmetic.
pub(super) fn program(program: &mut Program) {
    for start in &mut program.starts {
        match start {
            Start::Free => {}
            Start::Value(value, ..) => expr(value),
            Start::Draw(of, ..) => draw(of),
        }
    }
    for rule in &mut program.rules {
        loops(&mut rule.loops);
        rule.when.iter_mut().for_each(bits);
        block(&mut rule.body);
    }
    program.step.iter_mut().for_each(|step| block(step));
    program.atoms.iter_mut().for_each(|Atom { of, .. }| bits(of));
    program.gauges.iter_mut().for_each(|Atom { of, .. }| gauge(of));
    program.lacks.iter_mut().for_each(|Atom { of, .. }| lack(of));
    for relation in &mut program.relations {
        if let Pairs::Holds(_, _, of, _) = &mut relation.pairs {
            bits(of);
        }
    }
    for value in &mut program.values {
        match value {
            Value::Bits(of) => bits(of),
            Value::Int(of) | Value::Real(of) => num(of),
        }
    }
}

fn gauge(of: &mut Gauge) {
    match of {
        Gauge::Truth(of) => bits(of),
        Gauge::Compare(compared) => {
            num(&mut compared.sides.0);
            num(&mut compared.sides.1);
        }
        Gauge::Not(inner) | Gauge::Initially(inner) | Gauge::At(_, _, inner) => gauge(inner),
        Gauge::Least(both) | Gauge::Most(both) | Gauge::Prev(both) => {
            gauge(&mut both.0);
            gauge(&mut both.1);
        }
        Gauge::If(parts) => {
            bits(&mut parts.0);
            gauge(&mut parts.1);
            gauge(&mut parts.2);
        }
        Gauge::Match(subject, arms) => {
            expr(subject);
            arms.iter_mut().for_each(|(_, arm)| gauge(arm));
        }
        Gauge::Let(binds, body) => {
            binds.iter_mut().for_each(bind);
            gauge(body);
        }
        Gauge::Quantifier { entry, body, .. } => {
            loops(std::slice::from_mut(entry));
            gauge(body);
        }
    }
}

fn lack(of: &mut Lack) {
    match of {
        Lack::Leaf { gauge: of, truth, .. } => {
            gauge(of);
            truth.iter_mut().for_each(bits);
        }
        Lack::Both(sides) | Lack::Either(sides) => {
            lack(&mut sides.0);
            lack(&mut sides.1);
        }
        Lack::If(_, parts) => {
            bits(&mut parts.0);
            lack(&mut parts.1);
            lack(&mut parts.2);
        }
        Lack::Match(_, subject, arms) => {
            expr(subject);
            arms.iter_mut().for_each(|(_, arm)| lack(arm));
        }
        Lack::Let(_, binds, body) => {
            binds.iter_mut().for_each(bind);
            lack(body);
        }
        Lack::Quantifier { entry, guard, body, .. } => {
            loops(std::slice::from_mut(entry));
            guard.iter_mut().for_each(|guard| lack(guard));
            lack(body);
        }
        Lack::Initially(inner) | Lack::At(_, _, _, inner) => lack(inner),
    }
}

fn block(block: &mut [Stmt]) {
    block.iter_mut().for_each(statement);
}

fn statement(of: &mut Stmt) {
    match of {
        Stmt::Bind(of) => bind(of),
        Stmt::Assign { cell: to, value, .. } => {
            cell(to);
            expr(value);
        }
        Stmt::If(condition, yes, no) => {
            bits(condition);
            block(yes);
            block(no);
        }
        Stmt::Match(subject, arms) => {
            expr(subject);
            arms.iter_mut().for_each(|(_, body)| block(body));
        }
        Stmt::For { loops: around, body, .. } => {
            loops(around);
            block(body);
        }
        Stmt::Choose { from: of, filter, .. } => {
            from(of);
            filter.iter_mut().for_each(bits);
        }
        Stmt::ChooseJointly(joint) => {
            loops(&mut joint.rows);
            from(&mut joint.from);
            joint.filter.iter_mut().for_each(bits);
        }
        Stmt::Draw { draw: of, .. } => draw(of),
        Stmt::Emit { fields, .. } => fields.iter_mut().for_each(|(value, ..)| expr(value)),
        Stmt::Require(of, _) => bits(of),
        Stmt::Halt => {}
    }
}

fn from(of: &mut From) {
    match of {
        From::Set(_, of) => set(of),
        From::Words(_) | From::Agents { .. } | From::Reals(..) => {}
    }
}

fn draw(draw: &mut Draw) {
    match &mut draw.dist {
        Dist::Bernoulli(of, _) => num(of),
        Dist::Ints(a, b) | Dist::Reals(a, b) | Dist::Normal(a, b) => {
            num(a);
            num(b);
        }
        Dist::Categorical(_, weights) => weights.iter_mut().for_each(|(weight, _)| num(weight)),
    }
}

fn expr(of: &mut Expr) {
    match of {
        Expr::Bits(of) => bits(of),
        Expr::Num(of) => num(of),
    }
}

fn cell(cell: &mut Cell) {
    match &mut cell.indices {
        Indices::Uniform(_) => {}
        Indices::Varying(nums) => nums.iter_mut().for_each(num),
    }
}

fn bind(of: &mut Bind) {
    match of {
        Bind::Bits(_, of) => bits(of),
        Bind::Num(_, of) => num(of),
        Bind::Set(_, of) => set(of),
    }
}

fn loops(of: &mut [Loop]) {
    for entry in of {
        match &mut entry.over {
            Over::Some(_, of) => set(of),
            Over::All(_) | Over::Neighbours { .. } | Over::Occurrences(..) => {}
        }
        entry.filter.iter_mut().for_each(bits);
    }
}

fn set(of: &mut Set) {
    match of {
        Set::All(_) | Set::Slot(_) => {}
        Set::List(items) => items.iter_mut().for_each(num),
        Set::Neighbours { of, .. } => num(of),
        Set::Filter { set: of, filter, .. } => {
            set(of);
            bits(filter);
        }
        Set::If(parts) => {
            bits(&mut parts.0);
            set(&mut parts.1);
            set(&mut parts.2);
        }
        Set::Let(of, body) => {
            bind(of);
            set(body);
        }
        Set::Union(pair) | Set::Minus(pair) | Set::Both(pair) => {
            set(&mut pair.0);
            set(&mut pair.1);
        }
        Set::Range(ends) => both(ends),
    }
}

fn both(pair: &mut (Num, Num)) {
    num(&mut pair.0);
    num(&mut pair.1);
}

/// What a kernel computes before.
fn leaves(kernel: &mut Kernel) {
    kernel.leaves.iter_mut().for_each(num);
    kernel.words.iter_mut().for_each(bits);
}

fn bits(of: &mut Bits) {
    if let Some(mut fused) = kernel::comparison(of) {
        leaves(&mut fused.kernel);
        *of = Bits::Fused(Box::new(fused));
        return;
    }
    match of {
        Bits::Const(_)
        | Bits::Slot(_)
        | Bits::Uniform(_)
        | Bits::Field { .. }
        | Bits::Occurs { .. }
        | Bits::Connected(_)
        | Bits::Acyclic(_)
        | Bits::Fused(_) => {}
        Bits::Cell(of) => cell(of),
        Bits::Not(inner) | Bits::Once(_, inner) | Bits::Initially(inner) => bits(inner),
        Bits::At(_, _, _, inner) | Bits::Marked(inner, _) => bits(inner),
        Bits::And(a, b) | Bits::Or(a, b) | Bits::Implies(a, b) | Bits::Prev(a, b) => {
            bits(a);
            bits(b);
        }
        Bits::If(parts) => {
            bits(&mut parts.0);
            bits(&mut parts.1);
            bits(&mut parts.2);
        }
        Bits::Match(subject, arms) => {
            expr(subject);
            arms.iter_mut().for_each(|(_, arm)| bits(arm));
        }
        Bits::Let(of, body) => {
            bind(of);
            bits(body);
        }
        Bits::Bools(_, sides) => {
            bits(&mut sides.0);
            bits(&mut sides.1);
        }
        Bits::Quantifier { loops: around, body, .. } => {
            loops(around);
            bits(body);
        }
        Bits::Member(parts, _) => {
            num(&mut parts.0);
            set(&mut parts.1);
        }
        Bits::OneOf(item, items) => {
            num(item);
            items.iter_mut().for_each(num);
        }
        Bits::Within(of, _) => num(of),
        Bits::Between(parts) => {
            num(&mut parts.0);
            num(&mut parts.1);
            num(&mut parts.2);
        }
        Bits::Compare(_, ends) | Bits::Reals(_, _, ends) | Bits::Reaches(_, ends) => both(ends),
        Bits::Tie { ends, .. } => both(ends),
        Bits::Row { indices, .. } => indices.iter_mut().for_each(num),
    }
}

fn num(of: &mut Num) {
    if let Some(mut fused) = kernel::number(of) {
        leaves(&mut fused.kernel);
        *of = Num::Fused(Box::new(fused));
        return;
    }
    match of {
        Num::Const(_)
        | Num::Slot(_)
        | Num::Uniform(_)
        | Num::Now
        | Num::Field { .. }
        | Num::Edges(_)
        | Num::Fused(_)
        | Num::FusedFold(_) => {}
        Num::Cell(of) => cell(of),
        Num::Weight { ends, .. } | Num::Distance(_, ends) => both(ends),
        Num::Superior { of: inner, .. }
        | Num::ToReal(inner)
        | Num::Unary { operand: inner, .. }
        | Num::AgentAt { index: inner, .. }
        | Num::IndexOf { agent: inner, .. }
        | Num::Once(_, inner)
        | Num::Initially(inner)
        | Num::At(_, _, _, inner)
        | Num::Marked(inner, _) => num(inner),
        Num::Binary { sides, .. } => both(sides),
        Num::If(parts) => {
            bits(&mut parts.0);
            num(&mut parts.1);
            num(&mut parts.2);
        }
        Num::Match(subject, arms) => {
            expr(subject);
            arms.iter_mut().for_each(|(_, arm)| num(arm));
        }
        Num::Let(of, body) => {
            bind(of);
            num(body);
        }
        Num::Fold(fold) => match kernel::aggregate(fold) {
            Some(mut fused) => {
                leaves(&mut fused.kernel);
                if let Guard::Bits(of) = &mut fused.guard {
                    bits(of);
                }
                *of = Num::FusedFold(Box::new(fused));
            }
            None => {
                loops(&mut fold.loops);
                num(&mut fold.value);
                fold.otherwise.iter_mut().for_each(num);
            }
        },
        Num::Count(around) => loops(around),
        Num::Prev(a, b) => {
            num(a);
            num(b);
        }
        Num::Row { indices, .. } => indices.iter_mut().for_each(num),
    }
}
