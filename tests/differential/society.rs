//! What a generated model has declared so far, and what there is still room for.

/// The type of a generated expression.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Ty {
    /// `bool`
    Bool,
    /// `int`
    Int,
    /// `real`; all values are halves, quarters, …, so that doubles are exact
    Real,
    /// An enum, by its place.
    Enum(usize),
    /// An agent of a kind, by its place.
    Agent(usize),
    /// `K?`
    Optional(usize),
}

/// What a variable is indexed by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Index {
    /// The agents of a kind.
    Kind(usize),
    /// An enum.
    Enum(usize),
    /// `0..n`
    Range(i64),
}

/// What a variable may be.
#[derive(Clone, Debug)]
pub struct Domain {
    /// As it is written.
    pub text: String,
    /// Values of it, as they are written: some of them where they are not finitely many.
    pub values: Vec<String>,
    /// How many there are at most; none: too many to list.
    pub count: Option<usize>,
    /// The ends of a range.
    pub ends: Option<(String, String)>,
}

impl Domain {
    /// These values and no other.
    pub fn listed(text: &str, values: &[&str]) -> Domain {
        let values: Vec<String> = values.iter().map(|value| value.to_string()).collect();
        Domain { text: text.into(), count: Some(values.len()), values, ends: None }
    }

    /// All reals from 0 to `hi`; some of them are named.
    pub fn reals(hi: &str, values: &[&str]) -> Domain {
        let listed = Domain::listed(&format!("0.0..{hi}"), values);
        Domain { count: None, ends: Some(("0.0".into(), hi.into())), ..listed }
    }
}

/// What a variable is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// A parameter with a domain; whether it has a default.
    Param { defaulted: bool },
    /// A derived parameter.
    Derived,
    /// A state; whether its start is free.
    State { free: bool },
}

/// A parameter or state.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// The kind that it belongs to.
    pub owner: Option<usize>,
    /// Further indices.
    pub indices: Vec<Index>,
    /// Its type.
    pub ty: Ty,
    /// What it may be.
    pub domain: Domain,
    /// What it is.
    pub role: Role,
}

impl Variable {
    /// Whether a pin may fix it.
    pub fn is_free(&self) -> bool {
        matches!(self.role, Role::Param { .. } | Role::State { free: true })
    }

    /// Whether it is a state.
    pub fn is_state(&self) -> bool {
        matches!(self.role, Role::State { .. })
    }
}

/// A population.
#[derive(Clone, Debug)]
pub struct Population {
    /// Its name.
    pub name: String,
    /// The place of its kind.
    pub kind: usize,
    /// Least and greatest size.
    pub size: (usize, usize),
    /// Whether its agents are principals.
    pub principals: bool,
}

/// A shape, as far as it matters what may be asked of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// `graph`, `digraph`, `partition`
    Plain,
    /// `tree`
    Tree,
    /// `weights`
    Weights,
}

/// A structure.
#[derive(Clone, Debug)]
pub struct Structure {
    /// Its name.
    pub name: String,
    /// Its shape.
    pub form: Form,
    /// The places of the populations that it ties.
    pub on: usize,
    /// The other end.
    pub to: usize,
    /// Families that a pin may name.
    pub families: Vec<String>,
    /// Whether a pin may list ties.
    pub listed: bool,
}

/// An event.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its name.
    pub name: String,
    /// Its fields.
    pub fields: Vec<(String, Ty)>,
}

/// What an expression may read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Reads {
    /// Parameters and structures.
    Setup,
    /// States, events and `now` too.
    State,
    /// And temporal operators.
    Trace,
}

/// A def.
#[derive(Clone, Debug)]
pub struct Def {
    /// Its name.
    pub name: String,
    /// What it takes.
    pub params: Vec<Ty>,
    /// What it gives.
    pub ty: Ty,
    /// What it reads.
    pub reads: Reads,
    /// The kind that its relation parameter is about, if it has one (before the others).
    pub relation: Option<usize>,
}

/// All that a model declares.
#[derive(Clone, Default, Debug)]
pub struct Society {
    /// Enums: name and variants.
    pub enums: Vec<(String, Vec<String>)>,
    /// Kinds.
    pub kinds: Vec<String>,
    /// The place of the kind of principals, if there are some: they have no states.
    pub served: Option<usize>,
    /// Populations.
    pub populations: Vec<Population>,
    /// Structures.
    pub structures: Vec<Structure>,
    /// Parameters and states.
    pub variables: Vec<Variable>,
    /// Events.
    pub events: Vec<Event>,
    /// Defs.
    pub defs: Vec<Def>,
}

impl Society {
    /// The most agents that a kind may have.
    pub fn most(&self, kind: usize) -> usize {
        self.populations.iter().filter(|p| p.kind == kind).map(|p| p.size.1).sum()
    }

    /// How many values an index may have.
    pub fn index_size(&self, index: Index) -> usize {
        match index {
            Index::Kind(kind) => self.most(kind),
            Index::Enum(at) => self.enums[at].1.len(),
            Index::Range(last) => last as usize + 1,
        }
    }

    /// The most cells of a variable with these indices.
    pub fn cells(&self, owner: Option<usize>, indices: &[Index]) -> usize {
        let owner = owner.map_or(1, |kind| self.most(kind));
        indices.iter().fold(owner, |cells, index| cells * self.index_size(*index))
    }

    /// How a type is written.
    pub fn type_name(&self, ty: Ty) -> String {
        match ty {
            Ty::Bool => "bool".into(),
            Ty::Int => "int".into(),
            Ty::Real => "real".into(),
            Ty::Enum(at) => self.enums[at].0.clone(),
            Ty::Agent(kind) => self.kinds[kind].clone(),
            Ty::Optional(kind) => format!("{}?", self.kinds[kind]),
        }
    }

    /// The simplest value of a type.
    pub fn simplest(&self, ty: Ty) -> String {
        match ty {
            Ty::Bool => "true".into(),
            Ty::Int => "0".into(),
            Ty::Real => "0.0".into(),
            Ty::Enum(at) => self.enums[at].1[0].clone(),
            Ty::Agent(kind) => {
                let of = |p: &&Population| p.kind == kind;
                let first = self.populations.iter().find(of).expect("every kind has agents");
                format!("{}[0]", first.name)
            }
            Ty::Optional(_) => "none".into(),
        }
    }

    /// How an index is written.
    pub fn index_name(&self, index: Index) -> String {
        match index {
            Index::Kind(kind) => self.kinds[kind].clone(),
            Index::Enum(at) => self.enums[at].0.clone(),
            Index::Range(last) => format!("0..{last}"),
        }
    }

    /// The type of an index.
    pub fn index_type(index: Index) -> Ty {
        match index {
            Index::Kind(kind) => Ty::Agent(kind),
            Index::Enum(at) => Ty::Enum(at),
            Index::Range(_) => Ty::Int,
        }
    }

    /// The names of what `reaches` and its like take: relations between agents of one kind.
    pub fn relations(&self, kind: usize, reads: Reads) -> Vec<String> {
        let mut names = Vec::new();
        for structure in &self.structures {
            let of = |at: usize| self.populations[at].kind == kind;
            if of(structure.on) && of(structure.to) {
                names.push(structure.name.clone());
            }
        }
        for variable in self.variables.iter().filter(|_| reads >= Reads::State) {
            let of = variable.indices == [Index::Kind(kind), Index::Kind(kind)];
            if of && variable.is_state() && variable.ty == Ty::Bool && variable.owner.is_none() {
                names.push(variable.name.clone());
            }
        }
        for def in self.defs.iter().filter(|def| def.reads <= reads.min(Reads::State)) {
            let of = def.params == [Ty::Agent(kind), Ty::Agent(kind)];
            if of && def.ty == Ty::Bool && def.relation.is_none() {
                names.push(def.name.clone());
            }
        }
        names
    }
}
