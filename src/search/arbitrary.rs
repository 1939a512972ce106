//! Setups as a quickcheck `Arbitrary`.
//!
//! quickcheck generates by type; so a type says which model it stands for ([`Described`]), and
//! [`AnySetup`] of that type is a setup of the model.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use quickcheck::{Arbitrary, Gen};

use super::shrink::simpler_setups;
use super::space::Space;
use super::strategy::Setups;
use crate::ir::Model;
use crate::trace::Setup;

/// A type that stands for a model.
pub trait Described: 'static {
    /// The model. It is asked for often: keep it in a `static`.
    fn model() -> &'static Model;
}

/// A setup of the model that `M` stands for: arbitrary, and shrunk as counterexamples are.
///
/// ```
/// use std::sync::LazyLock;
///
/// use polity::analysis::analyse;
/// use polity::diag::Sources;
/// use polity::ir::Model;
/// use polity::search::{AnySetup, Described};
/// use polity::syntax::parse;
/// use quickcheck::{Arbitrary, Gen};
///
/// static PAIR: LazyLock<Model> = LazyLock::new(|| {
///     let text = "model pair  kind Agent { param greedy: bool = false }
///                 agents team: Agent[1..3]
///                 property fair { forall a in team: not a.greedy }";
///     let mut sources = Sources::default();
///     let file = sources.add("pair.polity", text);
///     let (tree, _) = parse(file, text);
///     let (model, _) = analyse(&tree, &mut sources, &mut |_, _, _| Err("none".into()));
///     model.expect("the model has no error")
/// });
///
/// struct Pair;
/// impl Described for Pair {
///     fn model() -> &'static Model {
///         &PAIR
///     }
/// }
///
/// let setup = AnySetup::<Pair>::arbitrary(&mut Gen::from_size_and_seed(10, 7));
/// assert!(setup.setup().sizes.iter().all(|size| (1..=3).contains(size)));
/// assert!(setup.shrink().all(|simpler| simpler != setup));
/// ```
pub struct AnySetup<M> {
    setup: Setup,
    marker: PhantomData<fn() -> M>,
}

impl<M> AnySetup<M> {
    /// The setup.
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    fn new(setup: Setup) -> AnySetup<M> {
        AnySetup { setup, marker: PhantomData }
    }
}

impl<M> Clone for AnySetup<M> {
    fn clone(&self) -> AnySetup<M> {
        AnySetup::new(self.setup.clone())
    }
}

impl<M> PartialEq for AnySetup<M> {
    fn eq(&self, other: &AnySetup<M>) -> bool {
        self.setup == other.setup
    }
}

impl<M> fmt::Debug for AnySetup<M> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.setup.fmt(out)
    }
}

impl<M: Described> Arbitrary for AnySetup<M> {
    fn arbitrary(g: &mut Gen) -> AnySetup<M> {
        let space = Arc::new(Space::new(Arc::new(M::model().clone()), &[]));
        let sizes = space.sizes().0;
        let setups = Setups { space, sizes, admitted_only: true };
        let mut uniform = || (u64::arbitrary(g) >> 11) as f64 / (1u64 << 53) as f64;
        let setup = setups.attempted(&mut uniform);
        AnySetup::new(setup.expect("the model admits some setup within its bounds"))
    }

    fn shrink(&self) -> Box<dyn Iterator<Item = AnySetup<M>>> {
        let space = Space::new(Arc::new(M::model().clone()), &[]);
        Box::new(simpler_setups(&space, &self.setup).into_iter().map(AnySetup::new))
    }
}
