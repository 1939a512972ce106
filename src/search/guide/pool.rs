//! What a guided search keeps of the runs that it saw: the nearest by each part of the property,
//! the nearest of each niche, one for each abstract state, and what edits have shown.
//!
//! # Invariants
//! - All of it is a function of the sightings in the order in which they were added.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::edit::{Credit, Place, Spot, weighted};
use super::niche::Niche;
use super::sighting::Sighting;
use super::states::Met;
use crate::diag::Span;
use crate::search::values::Dice;

/// A sighting that is kept.
#[derive(Debug)]
pub struct Entry {
    /// What was seen.
    pub sighting: Sighting,
    /// How many were seen before it.
    pub number: u64,
    /// How rare the rarest branch that it took was among them: how often their number can be halved;
    /// 0 where that is seldom.
    pub rare: u32,
}

impl Entry {
    /// The distance of a part; a part that does not matter to it is farther than any.
    pub fn part(&self, span: Span) -> f64 {
        let parts = &self.sighting.gap.parts;
        parts.binary_search_by_key(&span, |part| part.0).map_or(2.0, |at| parts[at].1)
    }
}

/// A run that met an abstract state.
#[derive(Clone, Debug)]
pub struct Visited {
    /// The nearest run that did.
    pub entry: Arc<Entry>,
    /// When it did.
    pub instant: u32,
    /// How many runs did.
    pub visits: u32,
    /// How often it was gone on from.
    pub chosen: u32,
    /// Whether it is of all variables together.
    pub whole: bool,
}

/// What is kept.
#[derive(Default, Debug)]
pub struct Pool {
    elites: Vec<Arc<Entry>>,
    niches: BTreeMap<Niche, Arc<Entry>>,
    states: BTreeMap<u64, Visited>,
    best: BTreeMap<Span, f64>,
    best_total: Option<f64>,
    /// By how much a part changes when a number is moved by 1.
    pub slopes: BTreeMap<(Span, Spot), f64>,
    /// Which edits showed.
    pub credit: Credit,
    number: u64,
    /// How many values the runs of the states hold, about.
    held: usize,
}

/// Values that the runs of abstract states may hold, about: large societies have fewer of them.
const HELD_MAX: usize = 4_000_000;

/// Elites that are kept between two clearings.
const ELITES_MAX: usize = 64;
/// Elites of each part that a clearing leaves.
const OF_PART: usize = 3;
/// Elites by all parts together that a clearing leaves.
const OF_ALL: usize = 8;
/// Abstract states that are told apart.
const STATES_MAX: usize = 4_096;
/// A branch that more runs than one in sixteen take is not rare.
const RARE_MIN: u32 = 4;
/// Effects of numbers on parts that are remembered.
const SLOPES_MAX: usize = 4_096;

/// Of equally near runs the one that took a rarer branch comes first, then the newer one.
fn newer(a: &Entry, b: &Entry) -> Ordering {
    b.rare.cmp(&a.rare).then(b.number.cmp(&a.number))
}

impl Pool {
    /// Adds what was seen; how much of it is new, in [0, 1].
    pub fn add(&mut self, sighting: Sighting) -> (Arc<Entry>, f64) {
        let rare = self.rareness(&sighting);
        let entry = Arc::new(Entry { sighting, number: self.number, rare });
        self.number += 1;
        let mut worth: f64 = 0.0;
        let gap = &entry.sighting.gap;
        for (span, distance) in &gap.parts {
            let best = self.best.entry(*span).or_insert(f64::INFINITY);
            if distance < best {
                // The first of a part is no progress.
                worth = worth.max(if best.is_finite() { 1.0 } else { 0.0 });
                *best = *distance;
            }
        }
        if self.best_total.is_none_or(|best| gap.total < best) {
            worth = worth.max(if self.best_total.is_some() { 1.0 } else { 0.0 });
            self.best_total = Some(gap.total);
        }
        worth = worth.max(self.visit(&entry)).max(self.settle(&entry));
        self.elites.push(Arc::clone(&entry));
        if self.elites.len() > ELITES_MAX {
            self.clear();
        }
        (entry, worth)
    }

    /// How rare the rarest branch of a run is.
    fn rareness(&self, sighting: &Sighting) -> u32 {
        let visits = |met: &Met| self.states.get(&met.digest).map_or(0, |known| known.visits);
        let branches = sighting.met.iter().filter(|met| met.is_branch());
        let least = branches.map(|met| u64::from(visits(met)) + 1).min();
        let halvings = least.map_or(0, |least| ((self.number + 1) / least).max(1).ilog2());
        if halvings < RARE_MIN { 0 } else { halvings }
    }

    /// Notes the abstract states of a run.
    fn visit(&mut self, entry: &Arc<Entry>) -> f64 {
        let mut worth: f64 = 0.0;
        let total = entry.sighting.gap.total;
        for met in &entry.sighting.met {
            if let Some(known) = self.states.get_mut(&met.digest) {
                known.visits += 1;
                let nearer = total - known.entry.sighting.gap.total;
                if nearer < 0.0 || nearer == 0.0 && met.instant < known.instant {
                    known.entry = Arc::clone(entry);
                    known.instant = met.instant;
                }
                continue;
            }
            if self.states.len() >= STATES_MAX || self.held >= HELD_MAX {
                continue;
            }
            self.held += entry.sighting.size();
            let whole = met.whole;
            worth = worth.max(if whole { 0.1 } else { 0.5 });
            let (entry, instant) = (Arc::clone(entry), met.instant);
            let visited = Visited { entry, instant, visits: 1, chosen: 0, whole };
            self.states.insert(met.digest, visited);
        }
        worth
    }

    /// Keeps a run as the nearest of its niche, of equals the one of the rarest branch.
    fn settle(&mut self, entry: &Arc<Entry>) -> f64 {
        let niche = entry.sighting.niche;
        let total = entry.sighting.gap.total;
        match self.niches.get(&niche) {
            Some(known) if known.sighting.gap.total < total => 0.0,
            Some(known) if known.sighting.gap.total == total && known.rare > entry.rare => 0.0,
            Some(known) => {
                let nearer = known.sighting.gap.total > total;
                self.niches.insert(niche, Arc::clone(entry));
                if nearer { 0.3 } else { 0.0 }
            }
            None => {
                self.niches.insert(niche, Arc::clone(entry));
                0.3
            }
        }
    }

    /// Leaves the elites that are among the nearest by some part, or by all together; of equals
    /// the one of the rarest branch, then the newest.
    fn clear(&mut self) {
        let mut kept: BTreeSet<u64> = BTreeSet::new();
        let mut keep = |most: usize, by: &dyn Fn(&Entry) -> (f64, f64)| {
            let mut order: Vec<&Arc<Entry>> = self.elites.iter().collect();
            order.sort_by(|a, b| {
                let (x, y) = (by(a), by(b));
                x.0.total_cmp(&y.0).then(x.1.total_cmp(&y.1)).then(newer(a, b))
            });
            kept.extend(order.iter().take(most).map(|entry| entry.number));
        };
        keep(OF_ALL, &|entry| (entry.sighting.gap.total, 0.0));
        // A formula may have more parts than there is room for.
        for span in self.best.keys().take(ELITES_MAX / (2 * OF_PART)) {
            keep(OF_PART, &|entry| (entry.part(*span), entry.sighting.gap.total));
        }
        self.elites.retain(|entry| kept.contains(&entry.number));
    }

    /// Whether nothing was seen.
    pub fn is_empty(&self) -> bool {
        self.elites.is_empty()
    }

    /// The nearest run by all parts together, of equals the newest.
    pub fn best(&self) -> Option<&Arc<Entry>> {
        self.elites.iter().min_by(|a, b| {
            let (x, y) = (a.sighting.gap.total, b.sighting.gap.total);
            x.total_cmp(&y).then(newer(a, b))
        })
    }

    /// An elite: half of the time among the nearest by all parts together, else by lexicase
    /// selection (Spector, 2012): the nearest by one part, of these the nearest by another, ….
    pub fn nearest(&self, dice: &mut Dice<'_>) -> Option<&Arc<Entry>> {
        if dice.chance(0.5) {
            let mut order: Vec<&Arc<Entry>> = self.elites.iter().collect();
            order.sort_by(|a, b| {
                let (x, y) = (a.sighting.gap.total, b.sighting.gap.total);
                x.total_cmp(&y).then(newer(a, b))
            });
            let few = order.len().min(OF_ALL) as f64;
            let u = dice.uniform();
            return order.get((u * u * few) as usize).copied();
        }
        let mut left: Vec<&Arc<Entry>> = self.elites.iter().collect();
        let mut spans: Vec<Span> = self.best.keys().copied().collect();
        while left.len() > 1 && !spans.is_empty() {
            let span = spans.swap_remove(dice.below(spans.len()));
            let least = left.iter().map(|entry| entry.part(span)).fold(f64::INFINITY, f64::min);
            left.retain(|entry| entry.part(span) <= least);
        }
        let rarest = left.iter().copied().max_by_key(|entry| (entry.rare, entry.number));
        match rarest.filter(|entry| entry.rare > 0) {
            Some(rarest) if dice.chance(0.5) => Some(rarest),
            Some(_) | None => dice.pick(&left).copied(),
        }
    }

    /// The nearest run of some niche, all alike.
    pub fn niche(&self, dice: &mut Dice<'_>) -> Option<&Arc<Entry>> {
        let all: Vec<&Arc<Entry>> = self.niches.values().collect();
        dice.pick(&all).copied()
    }

    /// A rare abstract state that was seldom gone on from, with its digest.
    pub fn rare(&self, dice: &mut Dice<'_>) -> Option<(u64, &Visited)> {
        let whole = dice.chance(0.35);
        let all: Vec<(&u64, &Visited)> =
            self.states.iter().filter(|(_, visited)| visited.whole == whole).collect();
        let weight = |visited: &Visited| {
            1.0 / (f64::from(1 + visited.chosen) * f64::from(1 + visited.visits))
        };
        let weights: Vec<f64> = all.iter().map(|(_, visited)| weight(visited)).collect();
        let (digest, visited) = all.get(weighted(&weights, dice)?)?;
        Some((**digest, visited))
    }

    /// Notes that a state was gone on from.
    pub fn chosen(&mut self, digest: u64) {
        if let Some(visited) = self.states.get_mut(&digest) {
            visited.chosen += 1;
        }
    }

    /// Notes what an edit of `parent` showed.
    pub fn learn(
        &mut self,
        parent: &Entry,
        child: &Entry,
        places: &[Place],
        moved: Option<&(Spot, f64)>,
    ) {
        let (before, after) = (&parent.sighting, &child.sighting);
        let met = |sighting: &Sighting| sighting.met.iter().map(|m| m.digest).collect::<Vec<_>>();
        let shown = before.gap != after.gap || met(before) != met(after);
        for place in places {
            let (tried, showed) = self.credit.entry(*place).or_default();
            *tried += 1;
            *showed += u32::from(shown);
        }
        let Some((spot, by)) = moved else { return };
        for (span, distance) in &after.gap.parts {
            let known = parent.part(*span);
            let slope = (distance - known) / by;
            let key = (*span, spot.clone());
            let room = self.slopes.len() < SLOPES_MAX || self.slopes.contains_key(&key);
            if known <= 1.0 && slope != 0.0 && slope.is_finite() && room {
                self.slopes.insert(key, slope);
            }
        }
    }
}
