//! Running a block: up to [`LANES`] runs of one size at once.
//!
//! In: a program, a layout, societies, and who answers. Out: [`Lanes`], what each run says.

mod bits;
mod compare;
mod draw;
mod expand;
mod fold;
mod gap;
mod gauge;
mod joint;
mod kernel;
mod lane;
mod lookup;
mod memory;
mod num;
mod present;
mod reached;
mod reduce;
mod relation;
mod rules;
mod set;
mod spot;
mod start;
mod statement;
mod told;
mod wide;
mod worlds;

use super::choices::{Choices, first, lanes};
use super::monitor::{Early, History, Said, Seen, settle};
use super::program::{Dim, LANES, Program, Site, Value as Ending};
use crate::base::Table;
use crate::base::id::Id;
use crate::ir::layout::Layout;
use crate::ir::{ParamId, RuleId, StateId, StructId, Value};
use crate::social::Ties;

pub use super::monitor::{Gap, SettledBy, Verdict};
pub(super) use expand::Way;
pub use lane::{End, Lane, Lanes};
use memory::View;
pub use memory::word;
pub(super) use memory::{Elements, Memory, Store};
pub(super) use told::Told;
pub(super) use wide::transpose;
pub(super) use worlds::Groups;
pub use worlds::WorldOf;

/// A word for each lane.
pub(super) type Column = [i64; LANES];

/// A setup with its derived parameters computed.
#[derive(Clone, Copy, Debug)]
pub struct Society<'a> {
    /// All parameters.
    pub params: &'a Table<ParamId, Vec<Value>>,
    /// The ties.
    pub structures: &'a Table<StructId, Ties>,
    /// The free starts; empty for the others.
    pub starts: &'a Table<StateId, Vec<Value>>,
}

/// Memory for the runs of one size, used again and again.
pub struct Block<'p> {
    program: &'p Program,
    memory: Memory<'p>,
    /// Lanes that have a society.
    used: u64,
    /// Lanes that still run.
    alive: u64,
    /// Lanes that would go on, but all that is asked of them is settled.
    stopped: u64,
    /// Lanes that are complete at the end of this step.
    halting: u64,
    /// Lanes that ended because they are complete.
    halted: u64,
    /// Lanes on which a formula faults.
    astray: u64,
    /// Whether a formula is evaluated, so that a fault is no end.
    formula: bool,
    ends: Vec<End>,
    instants: Box<[u32; LANES]>,
    /// Changes whenever what is read as old does.
    epoch: u64,
    /// The old instant in a step; the instant in a formula.
    now: u32,
    history: History,
    values: Vec<Vec<Option<f64>>>,
    rules: rules::Firing,
    /// Where several worlds are one run.
    groups: Option<worlds::Groups>,
    /// Lanes in which a world that has ended was read from outside: those that keep their last
    /// state, and those of which nothing is known.
    marks: (u64, u64),
    /// For each mark the lanes that may have reached it.
    reached: Vec<u64>,
}

/// Called after every instant with the lanes that have it.
pub type Observe<'o, 'p> = &'o mut dyn FnMut(&Block<'p>, u64);

impl<'p> Block<'p> {
    /// Memory for runs of this size; none where a program is not made for so many agents.
    pub fn new(program: &'p Program, layout: &Layout) -> Option<Block<'p>> {
        if layout.agents().len() as u64 > u64::from(program.agents_max) {
            return None;
        }
        let mut block = Block {
            program,
            memory: Memory::new(program, layout),
            used: 0,
            alive: 0,
            stopped: 0,
            halting: 0,
            halted: 0,
            astray: 0,
            formula: false,
            ends: vec![End::Cut; LANES],
            instants: Box::new([0; LANES]),
            epoch: 0,
            now: 0,
            history: History::default(),
            values: vec![vec![None; LANES]; program.values.len()],
            rules: rules::Firing::default(),
            groups: None,
            marks: (0, 0),
            reached: vec![0; program.marked.all.len()],
        };
        block.rules = rules::Firing::new(&program.rules, block.fixed_instances());
        Some(block)
    }

    /// Forgets all societies.
    pub fn clear(&mut self) {
        self.used = 0;
        self.groups = None;
    }

    /// Puts a society into each of the first `lanes` lanes: ties are held once.
    pub fn fill(&mut self, lanes: usize, society: Society<'_>) {
        self.used = first(lanes);
        self.groups = None;
        self.memory.share(society);
    }

    /// Puts a society into one lane.
    pub fn load(&mut self, lane: usize, society: Society<'_>) {
        if self.used == 0 {
            self.memory.part();
        }
        self.used |= 1 << lane;
        self.memory.load(lane, society);
    }

    /// Runs all lanes for `steps` steps.
    pub fn run(&mut self, steps: u32, choices: &mut dyn Choices) -> Lanes {
        self.run_observed(steps, choices, &mut |_, _| {})
    }

    /// The same, and shows every instant.
    pub fn run_observed(
        &mut self,
        steps: u32,
        choices: &mut dyn Choices,
        observe: Observe<'_, 'p>,
    ) -> Lanes {
        let here = self.begin(choices);
        observe(self, here);
        self.watch(here, steps == 0);
        let mut early = self.program.early.then(|| Early::new(self.program));
        for now in 0..steps {
            if self.alive == 0 {
                break;
            }
            if early.as_mut().is_some_and(|early| self.is_settled(early, now)) {
                self.stopped = self.alive | self.outer(self.alive);
                break;
            }
            self.now = now;
            let started = self.alive;
            choices.instant(now + 1);
            self.step(choices);
            let here = self.end_step(started);
            observe(self, here);
            self.watch(here, now + 1 == steps);
        }
        self.lanes()
    }

    /// The rule that fired in the step to the instant shown, if one did.
    pub fn fired(&self, lane: usize) -> Option<RuleId> {
        let rule = self.rules.fired.iter().position(|lanes| lanes >> lane & 1 == 1)?;
        Some(self.program.rules[rule].id)
    }

    /// The value of a state's cell in a lane, at the instant shown.
    pub fn value(&self, state: StateId, place: usize, lane: usize) -> Value {
        self.memory.value(state, place, lane)
    }

    /// The lanes that have an instant.
    fn having(&self, instant: u32) -> u64 {
        self.used & wide::above(&self.instants, instant)
    }

    /// Instant 0: the lanes that have it.
    fn begin(&mut self, choices: &mut dyn Choices) -> u64 {
        self.forget();
        self.alive = self.steppers();
        self.restart_groups();
        self.reach_params(self.alive);
        self.epoch += 1;
        choices.instant(0);
        self.starts(choices);
        let here = self.alive;
        wide::count_up(&mut self.instants, here);
        self.reach_instant(here);
        if self.program.step.is_none() && self.program.rules.is_empty() {
            self.end(here, End::Halted);
        }
        here
    }

    /// Forgets the runs that were made, not their societies.
    fn forget(&mut self) {
        (self.alive, self.stopped, self.halting, self.halted, self.astray) = (0, 0, 0, 0, 0);
        (self.now, self.formula) = (0, false);
        self.ends.fill(End::Cut);
        self.instants.fill(0);
        let Program { atoms, gauges, lacks, .. } = self.program;
        self.history.clear((atoms.len(), gauges.len(), lacks.len()));
        self.values.iter_mut().for_each(|values| values.fill(None));
        self.rules.clear();
        self.memory.restart();
        self.reached.fill(0);
    }

    /// One step of every lane that still runs.
    fn step(&mut self, choices: &mut dyn Choices) {
        self.halting = 0;
        self.epoch += 1;
        self.memory.keep();
        if !self.program.rules.is_empty() {
            self.move_rules(choices);
        }
        if let Some(step) = &self.program.step
            && self.alive != 0
        {
            self.epoch += 1;
            self.memory.open();
            self.body(step, choices);
            self.memory.close();
        }
        self.discard_all();
    }

    /// The instant that a step led to: the lanes that have it.
    fn end_step(&mut self, started: u64) -> u64 {
        self.memory.turn_events();
        let here = started & self.alive;
        wide::count_up(&mut self.instants, here);
        self.reach_instant(here);
        self.end(self.halting & self.alive, End::Halted);
        here
    }

    /// Evaluates what formulas need of this instant, and the values of runs that end here.
    fn watch(&mut self, here: u64, last: bool) {
        let instant = self.history.len() as u32;
        self.now = instant;
        self.formula = true;
        self.epoch += 1;
        let outer = self.outer(here);
        self.history.open(here | outer);
        let complete = self.complete(here, last);
        self.atoms(instant, (here, outer, complete), false);
        self.gauges(instant, (here, outer, complete), false);
        self.lacks((here, outer), false);
        if complete != 0 {
            self.read_values(complete);
        }
        self.formula = false;
    }

    /// Evaluates atoms at an instant: those that are computed as the run goes, or the late ones.
    fn atoms(&mut self, instant: u32, (here, outer, complete): (u64, u64, u64), late: bool) {
        let program = self.program;
        let needed = program.atoms.iter().enumerate();
        let needed = needed.filter(|(_, of)| of.late == late && (instant == 0 || !of.first));
        for (at, atom) in needed {
            self.rows(&atom.dims, u64::MAX, &mut |block, there| match &block.groups {
                None => {
                    let asked = if atom.last { complete } else { here };
                    let bits = if asked == 0 { 0 } else { block.bits(&atom.of, asked, 0) };
                    block.history.push(at, bits);
                }
                Some(_) => block.watch_worlds(at, atom, outer, there),
            });
        }
    }

    /// The lanes that are complete with this instant.
    fn complete(&self, here: u64, last: bool) -> u64 {
        // Where no rule is enabled any more, this was the last instant: that shows in the next step.
        let program = self.program;
        let may_be_last = program.step.is_none() && !program.rules.is_empty();
        let cut = if last || may_be_last { self.alive } else { 0 };
        here & (self.halted | cut)
    }

    /// Evaluates what is said of an event at other instants than its own, once all is known.
    fn watch_late(&mut self) {
        /// Rows of late atoms; more are left to `reference`.
        const ROWS_MAX: usize = 1 << 20;
        let late = self.program.atoms.iter().filter(|atom| atom.late);
        let size = |dim: &Dim| self.memory.size_of(&dim.universe);
        let rows: usize = late.map(|atom| atom.dims.iter().map(size).product::<usize>()).sum();
        let Some(last) = self.history.len().checked_sub(1).filter(|_| rows > 0) else { return };
        if rows.saturating_mul(last + 1) > ROWS_MAX {
            self.astray |= self.used;
            return;
        }
        (self.formula, self.now) = (true, last as u32);
        for instant in 0..=last {
            self.epoch += 1;
            let here = self.having(instant as u32);
            let outer = self.outer(here);
            self.viewed(View::Back(last - instant), |block| {
                block.atoms(instant as u32, (here, outer, here), true);
                block.gauges(instant as u32, (here, outer, here), true);
                block.lacks((here, outer), true);
            });
        }
        self.formula = false;
    }

    /// Every row of elements around an atom.
    fn rows(&mut self, dims: &'p [Dim], there: u64, done: &mut dyn FnMut(&mut Self, u64)) {
        let Some((Dim { slot, universe, inside }, rest)) = dims.split_first() else {
            return done(self, there);
        };
        for word in self.memory.elements(universe).iter() {
            self.memory.uniforms[*slot] = *word;
            let own = if *inside { self.memory.there(universe, *word) } else { u64::MAX };
            self.rows(rest, there & own, done);
        }
    }

    fn read_values(&mut self, complete: u64) {
        let program = self.program;
        for (at, value) in program.values.iter().enumerate() {
            let mut numbers = [0.0; LANES];
            match value {
                Ending::Bits(bits) => {
                    let bits = self.bits(bits, complete, 0);
                    lanes(bits).for_each(|lane| numbers[lane] = 1.0);
                }
                Ending::Int(num) => {
                    let source = self.num(num, complete, 0);
                    let column = self.memory.column(source);
                    lanes(complete).for_each(|lane| numbers[lane] = column[lane] as f64);
                }
                Ending::Real(num) => {
                    let source = self.num(num, complete, 0);
                    let column = self.memory.column(source);
                    lanes(complete).for_each(|lane| {
                        numbers[lane] = f64::from_bits(column[lane] as u64);
                    });
                }
            }
            for lane in lanes(complete & !self.astray) {
                self.values[at][lane] = Some(numbers[lane]);
            }
        }
    }

    /// What is seen of all runs.
    fn seen(&self) -> Seen<'_, 'p> {
        Seen {
            program: self.program,
            history: &self.history,
            ends: &self.ends,
            memory: &self.memory,
            groups: self.groups.as_ref(),
            judged: self.judged() & !self.astray,
            stopped: self.stopped,
        }
    }

    /// Whether every run that goes on says all that is asked of it.
    fn is_settled(&self, early: &mut Early, now: u32) -> bool {
        let open = self.judged() & (self.alive | self.outer(self.alive)) & !self.astray;
        early.settled(now, open, self.seen())
    }

    /// What all runs say.
    fn lanes(&mut self) -> Lanes {
        self.watch_late();
        self.end_groups();
        let (astray, seen) = (self.astray, self.seen());
        let unmeasured = self.history.unmeasured;
        let Program { formulas, margins, .. } = self.program;
        let margins = if unmeasured == u64::MAX { &[] } else { &margins[..] };
        let said =
            formulas.iter().enumerate().map(|(at, form)| settle(form, margins.get(at), seen));
        let said: Vec<Said> = said.collect();
        let missing = self.program.gaps.iter();
        let gaps: Vec<_> = missing.map(|form| self.gap(form)).collect();
        let astray = said.iter().fold(astray, |all, said| all | said.unsure);
        Lanes {
            runs: self.judged(),
            ends: self.ends.clone(),
            instants: self.instants.clone(),
            said,
            measured: !(unmeasured | astray),
            gaps,
            values: self.values.clone(),
            astray,
        }
    }

    /// The lanes in which a value that is computed once is not yet computed.
    fn missing(&mut self, memo: usize, mask: u64) -> u64 {
        let memo = &mut self.memory.memos[memo];
        if memo.epoch != self.epoch {
            (memo.epoch, memo.mask) = (self.epoch, 0);
        }
        let missing = mask & !memo.mask;
        memo.mask |= missing;
        missing
    }

    /// Ends lanes that still run.
    fn end(&mut self, mask: u64, end: End) {
        let mask = mask & self.alive;
        lanes(mask).for_each(|lane| self.ends[lane] = end);
        if end == End::Halted {
            self.halted |= mask;
        }
        self.alive &= !mask;
    }

    /// Something goes wrong in lanes.
    fn fault(&mut self, mask: u64, site: Site) {
        if mask == 0 {
            return;
        }
        if self.formula {
            self.astray |= mask;
            return;
        }
        let (kind, span) = self.program.sites[site];
        self.end(mask, End::Faulted(kind, span));
    }

    /// The lanes of a mask that have not gone wrong.
    fn live(&self, mask: u64) -> u64 {
        mask & if self.formula { !self.astray } else { self.alive }
    }

    /// The number of an agent's place, if it is of a population.
    fn place_in(&self, population: crate::ir::PopId, agent: i64) -> Option<usize> {
        let range = &self.memory.populations[population.index()];
        let first = range.first()?;
        let place = usize::try_from(agent.checked_sub(*first)?).ok()?;
        (place < range.len()).then_some(place)
    }
}

/// A bool in no lane or all.
fn all(bool: bool) -> u64 {
    if bool { u64::MAX } else { 0 }
}
