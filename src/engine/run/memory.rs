//! The memory of a block: columns, words of bits, and where everything lies.

use std::rc::Rc;

use super::super::choices::lanes;
use super::super::program::{Aligned, LANES, NONE, OPS_MAX, Program, Universe, Var};
pub use super::present::{Field, Occurrence};
pub use super::spot::Spot;
use super::statement::Rows;
use super::{Column, Society};
use crate::base::id::Id;
use crate::ir::layout::Layout;
use crate::ir::model::IndexSet;
use crate::ir::{StateId, StructId, Value};
use crate::social::Ties;

/// The word of a value; none for what is no scalar.
pub fn word(value: &Value) -> Option<i64> {
    match value {
        Value::Bool(bool) => Some(i64::from(*bool)),
        Value::Int(int) => Some(*int),
        Value::Real(real) => Some(real.to_bits() as i64),
        Value::Variant(_, variant) => Some(i64::from(*variant)),
        Value::Agent(agent) => Some(i64::from(agent.0)),
        Value::None => Some(NONE),
        Value::Str(_)
        | Value::Duration(_)
        | Value::Set(_)
        | Value::Event(_)
        | Value::Table(_)
        | Value::Unrecorded => None,
    }
}

/// Where a column is. Each holds one word, so that it is handed over in registers: by way of
/// memory it would be waited for.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Source {
    /// A result that is soon overwritten.
    Stack(u64),
    /// A local of an element.
    Slot(Two),
    /// A cell of the old state.
    Old(u64),
    /// A cell of the new state.
    New(u64),
    /// A cell of the state so many instants ago.
    Back(Two),
    /// A cell of the first state.
    First(u64),
    /// A cell of a parameter.
    Param(u64),
    /// A value that was computed once.
    Memo(u64),
}

/// Two small numbers in one word.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Two(u64);

impl Two {
    pub fn new(first: usize, second: usize) -> Two {
        debug_assert!(first.max(second) <= u32::MAX as usize, "small numbers");
        Two((first as u64) << 32 | second as u64)
    }

    fn parts(self) -> (usize, usize) {
        ((self.0 >> 32) as usize, (self.0 & 0xFFFF_FFFF) as usize)
    }
}

/// Which state is read as old.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum View {
    /// So many instants ago.
    Back(usize),
    /// That of instant 0.
    First,
}

/// Cells: bools as words of bits, others as columns.
#[derive(Clone, Default)]
pub struct Store {
    pub bits: Vec<u64>,
    pub nums: Vec<Aligned>,
}

/// The ties of a structure.
pub enum Tied {
    /// All lanes have these.
    Shared(Box<Shared>),
    /// For each pair a bit for each lane, whether it is tied and whether its weight is positive;
    /// weights where there are some.
    Apart { columns: usize, tied: Vec<u64>, positive: Vec<u64>, weights: Vec<Column> },
}

/// The ties that all lanes have.
pub struct Shared {
    pub ties: Ties,
    /// For each agent those of positive weight.
    pub lists: Vec<Rc<[i64]>>,
    /// The same as bits, a row of words for each agent, where that is not too much.
    pub rows: Option<Vec<Box<[u64]>>>,
}

impl Shared {
    fn new(ties: &Ties, to: &[i64]) -> Shared {
        /// Bits of a structure that are held at most.
        const BITS_MAX: u64 = 1 << 27;
        let tied = |from| ties.from(from).iter().filter(|tie| tie.1 > 0.0).map(|tie| tie.0);
        let lists = (0..ties.rows()).map(|from| tied(from).map(|at| to[at as usize]).collect());
        let row = |from| {
            let mut row = vec![0u64; to.len().div_ceil(64)].into_boxed_slice();
            tied(from).for_each(|at| row[at as usize / 64] |= 1 << (at % 64));
            row
        };
        let few = u64::from(ties.rows()) * u64::from(ties.columns()) <= BITS_MAX;
        let rows = few.then(|| (0..ties.rows()).map(row).collect());
        Shared { ties: ties.clone(), lists: lists.collect(), rows }
    }
}

/// A value that is computed once, as long as what it reads stays as it is.
pub struct Memo {
    pub epoch: u64,
    pub mask: u64,
    pub bits: u64,
    pub column: Box<Aligned>,
}

/// The memory of a block.
pub struct Memory<'p> {
    pub(super) program: &'p Program,
    pub populations: Vec<Rc<[i64]>>,
    pub kinds: Vec<Rc<[i64]>>,
    /// For each agent its kind, its place in its population and among those of its kind.
    pub agents: Vec<(usize, i64, usize)>,
    pub states: Vec<Spot>,
    pub params: Vec<Spot>,
    pub values: Store,
    /// The free starts.
    pub starts: Store,
    pub old: Store,
    pub new: Store,
    pub first: Store,
    pub back: Vec<Store>,
    pub assigned: (Vec<u64>, Vec<u64>),
    pub view: View,
    pub uniforms: Vec<i64>,
    pub slots: Vec<Vec<Aligned>>,
    /// The word that a slot stands for in all lanes that are asked, where that is known: its
    /// column is not written then.
    pub known: Vec<Option<i64>>,
    pub bits: Vec<Vec<u64>>,
    /// The element of each level of `for`.
    pub elements: Vec<usize>,
    #[allow(clippy::vec_box, reason = "a result is taken out while others are read")]
    pub stack: Vec<Box<Aligned>>,
    /// A column that is no place of the stack.
    pub spare: Option<Box<Aligned>>,
    /// The elements of the `for`s of each level.
    pub open: Vec<Rows>,
    /// The elements of an aggregate: the lanes that have each, its word, and where its own cells
    /// lie, one element after the other.
    pub rows: (Vec<(u64, i64)>, Vec<Source>),
    /// Results inside of a kernel.
    pub results: Vec<Aligned>,
    pub memos: Vec<Memo>,
    pub ties: Vec<Tied>,
    pub superiors: Vec<(StructId, Vec<Column>)>,
    /// Whether all lanes have one society.
    pub even: bool,
    /// For each agent the lanes in which it is not there; empty where all are there.
    pub absent: Vec<u64>,
    pub sets: Vec<Vec<Vec<u64>>>,
    pub tables: Vec<Vec<super::joint::Table>>,
    /// What was found out of the pairs of relations, in the lanes of a mask.
    pub pairs: Vec<(u64, u64, Vec<u64>)>,
    pub events: Vec<Vec<Occurrence>>,
    /// What occurred before, the latest first.
    pub past: std::collections::VecDeque<Vec<Vec<Occurrence>>>,
    pub emitted: Vec<Vec<Occurrence>>,
}

impl<'p> Memory<'p> {
    /// Memory for societies of a layout.
    pub fn new(program: &'p Program, layout: &Layout) -> Memory<'p> {
        let mut memory = Memory {
            program,
            populations: Vec::new(),
            kinds: Vec::new(),
            agents: Vec::new(),
            states: Vec::new(),
            params: Vec::new(),
            values: Store::default(),
            starts: Store::default(),
            old: Store::default(),
            new: Store::default(),
            first: Store::default(),
            back: Vec::new(),
            assigned: (Vec::new(), Vec::new()),
            view: View::Back(0),
            uniforms: vec![0; program.uniforms],
            slots: program.columns.iter().map(|_| vec![Aligned([0; LANES])]).collect(),
            known: vec![None; program.columns.len()],
            bits: program.bits.iter().map(|_| vec![0]).collect(),
            elements: vec![0; 1 + deepest(program)],
            stack: (0..16).map(|_| empty()).collect(),
            spare: None,
            rows: Default::default(),
            open: (0..=deepest(program)).map(|_| Rows::default()).collect(),
            results: vec![Aligned([0; LANES]); OPS_MAX],
            memos: (0..program.memos)
                .map(|_| Memo { epoch: 0, mask: 0, bits: 0, column: empty() })
                .collect(),
            ties: Vec::new(),
            superiors: program.superiors.iter().map(|ties| (*ties, Vec::new())).collect(),
            even: false,
            absent: Vec::new(),
            tables: program.tables.iter().map(|_| vec![Default::default()]).collect(),
            sets: program.sets.iter().map(|_| vec![Vec::new()]).collect(),
            pairs: program.relations.iter().map(|_| (0, 0, Vec::new())).collect(),
            past: Default::default(),
            events: (0..program.events).map(|_| Vec::new()).collect(),
            emitted: (0..program.events).map(|_| Vec::new()).collect(),
        };
        memory.place(layout);
        memory
    }

    fn place(&mut self, layout: &Layout) {
        for agent in layout.agents().iter() {
            self.agents.push((agent.kind.index(), i64::from(agent.index), agent.rank as usize));
        }
        let words = |ids: Vec<u32>| ids.into_iter().map(i64::from).collect::<Rc<[i64]>>();
        let program = self.program;
        for population in 0..program.populations {
            let range = layout.population(Id::new(population));
            self.populations.push(words(range.collect()));
        }
        for kind in 0..program.kinds {
            let agents = layout.kind(Id::new(kind)).iter().map(|agent| agent.0);
            self.kinds.push(words(agents.collect()));
        }
        let spots = |indices: &[Vec<IndexSet>], bools: &[bool], memory: &Memory<'_>| {
            let (mut spots, mut ends) = (Vec::new(), (0, 0));
            for (sets, bits) in indices.iter().zip(bools) {
                let dimensions = sets.iter().map(|set| memory.dimension(set)).collect();
                let end = if *bits { &mut ends.0 } else { &mut ends.1 };
                let spot = Spot { bits: *bits, start: *end, dimensions };
                *end += spot.len();
                spots.push(spot);
            }
            (spots, ends)
        };
        let (states, ends) = spots(&program.state_indices, &program.bool_states, self);
        let (params, param_ends) = spots(&program.param_indices, &program.bool_params, self);
        let store = |(bits, nums): (usize, usize)| Store {
            bits: vec![0; bits],
            nums: vec![Aligned([0; LANES]); nums],
        };
        (self.states, self.params) = (states, params);
        self.values = store(param_ends);
        self.starts = store(ends);
        self.old = store(ends);
        self.new = store(ends);
        self.assigned = (vec![0; ends.0], vec![0; ends.1]);
    }

    /// The elements of a universe, in order.
    pub fn elements(&self, universe: &'p Universe) -> Elements<'p> {
        match universe {
            Universe::Population(population) => {
                Elements::Shared(Rc::clone(&self.populations[population.index()]))
            }
            Universe::Kind(kind) => Elements::Shared(Rc::clone(&self.kinds[kind.index()])),
            Universe::Words(words) => Elements::Words(words),
            Universe::Occurrences(event) => Elements::Shared(self.all_occurred(event.index())),
        }
    }

    /// How many elements a universe has.
    pub fn size_of(&self, universe: &Universe) -> usize {
        match universe {
            Universe::Population(population) => self.populations[population.index()].len(),
            Universe::Kind(kind) => self.kinds[kind.index()].len(),
            Universe::Words(words) => words.len(),
            Universe::Occurrences(event) => self.all_occurred(event.index()).len(),
        }
    }

    /// Keeps the state of instant 0.
    pub fn keep_first(&mut self) {
        self.first.clone_from(&self.old);
    }

    /// Where a variable's cells lie.
    pub fn spot(&self, var: Var) -> &Spot {
        match var {
            Var::Old(state) | Var::New(state) => &self.states[state.index()],
            Var::Param(param) => &self.params[param.index()],
        }
    }

    /// The store of a variable.
    pub fn store(&self, var: Var) -> &Store {
        match var {
            Var::New(_) => &self.new,
            Var::Param(_) => &self.values,
            Var::Old(_) => match self.view {
                View::Back(0) => &self.old,
                View::Back(far) => &self.back[far - 1],
                View::First => &self.first,
            },
        }
    }

    /// Where a cell of a variable is.
    pub fn source(&self, var: Var, place: usize) -> Source {
        match var {
            Var::New(_) => Source::New(place as u64),
            Var::Param(_) => Source::Param(place as u64),
            Var::Old(_) => match self.view {
                View::Back(0) => Source::Old(place as u64),
                View::Back(far) => Source::Back(Two::new(far - 1, place)),
                View::First => Source::First(place as u64),
            },
        }
    }

    /// A column.
    #[inline(always)]
    pub fn column(&self, source: Source) -> &Column {
        match source {
            Source::Stack(at) => &self.stack[at as usize],
            Source::Slot(two) => {
                let (slot, element) = two.parts();
                &self.slots[slot][element]
            }
            Source::Old(place) => &self.old.nums[place as usize],
            Source::New(place) => &self.new.nums[place as usize],
            Source::Back(two) => {
                let (far, place) = two.parts();
                &self.back[far].nums[place]
            }
            Source::First(place) => &self.first.nums[place as usize],
            Source::Param(place) => &self.values.nums[place as usize],
            Source::Memo(memo) => &self.memos[memo as usize].column,
        }
    }

    /// Makes room for a result.
    pub fn reserve(&mut self, at: usize) {
        if self.stack.len() <= at {
            self.stack.resize_with(at + 8, empty);
        }
    }

    /// The element of the level of a slot.
    pub fn element(&self, level: usize) -> usize {
        self.elements[level]
    }

    /// What is not assigned stays.
    pub fn open(&mut self) {
        self.new.bits.copy_from_slice(&self.old.bits);
        self.new.nums.copy_from_slice(&self.old.nums);
        self.assigned.0.fill(0);
        self.assigned.1.fill(0);
    }

    /// The new values are what is read as old.
    pub fn close(&mut self) {
        std::mem::swap(&mut self.old, &mut self.new);
    }

    /// Keeps the old state, as far back as it is read.
    pub fn keep(&mut self) {
        let depth = self.program.depth;
        if depth > 0 {
            self.back.truncate(depth - 1);
            self.back.insert(0, self.old.clone());
        }
    }

    /// The value of a state's cell in a lane. Those of agents that are not there are not recorded.
    pub fn value(&self, state: StateId, place: usize, lane: usize) -> Value {
        let spot = &self.states[state.index()];
        if self.cell_absent(spot, place) >> lane & 1 == 1 {
            return Value::Unrecorded;
        }
        let at = spot.start + place;
        let word = match spot.bits {
            true => (self.old.bits[at] >> lane & 1) as i64,
            false => self.old.nums[at][lane],
        };
        self.program.state_types[state.index()].value(word)
    }

    /// Ties that differ from lane to lane.
    pub fn part(&mut self) {
        self.ties.clear();
        self.absent.clear();
        self.even = false;
    }

    /// All lanes have this society.
    pub fn share(&mut self, society: Society<'_>) {
        self.part();
        for (ties, (_, to)) in society.structures.iter().zip(&self.program.ends) {
            let shared = Shared::new(ties, &self.populations[to.index()]);
            self.ties.push(Tied::Shared(Box::new(shared)));
        }
        for lane in 0..LANES {
            self.load_cells(lane, society);
        }
        self.load_superiors(u64::MAX, society);
        self.even = true;
    }

    /// One lane has this society.
    pub fn load(&mut self, lane: usize, society: Society<'_>) {
        self.even = false;
        self.load_cells(lane, society);
        if self.ties.is_empty() {
            for (ties, weighted) in society.structures.iter().zip(&self.program.weighted) {
                let pairs = ties.rows() as usize * ties.columns() as usize;
                self.ties.push(Tied::Apart {
                    columns: ties.columns() as usize,
                    tied: vec![0; pairs],
                    positive: vec![0; pairs],
                    weights: if *weighted { vec![[0; LANES]; pairs] } else { Vec::new() },
                });
            }
        }
        let bit = 1u64 << lane;
        for (held, ties) in self.ties.iter_mut().zip(society.structures.iter()) {
            let Tied::Apart { columns, tied, positive, weights } = held else { continue };
            tied.iter_mut().chain(positive.iter_mut()).for_each(|word| *word &= !bit);
            weights.iter_mut().for_each(|column| column[lane] = 0);
            for (from, to, weight) in ties.all() {
                let at = from as usize * *columns + to as usize;
                tied[at] |= if weight != 0.0 { bit } else { 0 };
                positive[at] |= if weight > 0.0 { bit } else { 0 };
                if let Some(column) = weights.get_mut(at) {
                    column[lane] = weight.to_bits() as i64;
                }
            }
        }
        self.load_superiors(bit, society);
    }

    fn load_superiors(&mut self, mask: u64, society: Society<'_>) {
        for (id, columns) in &mut self.superiors {
            let ties = &society.structures[*id];
            columns.resize(ties.columns() as usize, [NONE; LANES]);
            let on = &self.populations[self.program.ends[id.index()].0.index()];
            for (to, column) in columns.iter_mut().enumerate() {
                let from = (0..ties.rows()).find(|from| ties.has(*from, to as u32));
                let word = from.map_or(NONE, |from| on[from as usize]);
                lanes(mask).for_each(|lane| column[lane] = word);
            }
        }
    }

    fn load_cells(&mut self, lane: usize, society: Society<'_>) {
        let all = self.params.iter().zip(society.params.iter());
        all.for_each(|(spot, values)| put(&mut self.values, spot, lane, values));
        let all = self.states.iter().zip(society.starts.iter());
        all.for_each(|(spot, values)| put(&mut self.starts, spot, lane, values));
    }

    /// Before the first instant: nothing but the free starts, and nothing occurs.
    pub fn restart(&mut self) {
        self.old.clone_from(&self.starts);
        self.events.iter_mut().chain(&mut self.emitted).for_each(Vec::clear);
        self.past.clear();
        self.back.clear();
        self.view = View::Back(0);
    }
}

fn put(store: &mut Store, spot: &Spot, lane: usize, values: &[Value]) {
    for (at, value) in values.iter().enumerate() {
        let word = word(value).unwrap_or(0);
        let at = spot.start + at;
        match spot.bits {
            true => {
                let bit = 1u64 << lane;
                let bits = &mut store.bits[at];
                *bits = if word != 0 { *bits | bit } else { *bits & !bit };
            }
            false => store.nums[at][lane] = word,
        }
    }
}

pub fn empty() -> Box<Aligned> {
    Box::new(Aligned([0; LANES]))
}

fn deepest(program: &Program) -> usize {
    let sets = program.sets.iter().map(|(level, _)| level);
    let levels = program.columns.iter().chain(&program.bits).chain(&program.tables).chain(sets);
    levels.copied().max().unwrap_or(0).max(program.levels)
}

/// Elements in order.
pub enum Elements<'p> {
    Shared(Rc<[i64]>),
    Words(&'p [i64]),
}

impl std::ops::Deref for Elements<'_> {
    type Target = [i64];
    fn deref(&self) -> &[i64] {
        match self {
            Elements::Shared(words) => words,
            Elements::Words(words) => words,
        }
    }
}
