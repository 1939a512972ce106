//! Two-phase commit for Stateright, in the shape of the TLA+ specification `TwoPhase`, as
//! Stateright's own example has it.

use std::collections::BTreeSet;

use stateright::{Model, Property};

/// The system: how many managers.
#[derive(Clone)]
pub struct Commit {
    /// Managers.
    pub managers: usize,
}

/// What a manager does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// It has not decided.
    Working,
    /// It is ready to commit.
    Prepared,
    /// It has committed.
    Committed,
    /// It has aborted.
    Aborted,
}

/// A message, which stays once it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Message {
    /// Of a manager.
    Prepared(usize),
    /// Of the coordinator.
    Commit,
    /// Of the coordinator.
    Abort,
}

/// A state of the system.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    stages: Vec<Stage>,
    decision: Option<Message>,
    heard: Vec<bool>,
    messages: BTreeSet<Message>,
}

/// What may happen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Action {
    /// The coordinator receives "prepared".
    Hear(usize),
    /// The coordinator decides.
    Decide(Message),
    /// A manager is ready.
    Prepare(usize),
    /// A manager aborts of itself.
    GiveUp(usize),
    /// A manager receives what the coordinator decided.
    Obey(usize, Message),
}

impl Model for Commit {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            stages: vec![Stage::Working; self.managers],
            decision: None,
            heard: vec![false; self.managers],
            messages: BTreeSet::new(),
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        let open = state.decision.is_none();
        if open && state.heard.iter().all(|heard| *heard) {
            actions.push(Action::Decide(Message::Commit));
        }
        if open {
            actions.push(Action::Decide(Message::Abort));
        }
        for manager in 0..self.managers {
            if open && state.messages.contains(&Message::Prepared(manager)) {
                actions.push(Action::Hear(manager));
            }
            if state.stages[manager] == Stage::Working {
                actions.extend([Action::Prepare(manager), Action::GiveUp(manager)]);
            }
            for message in [Message::Commit, Message::Abort] {
                if state.messages.contains(&message) {
                    actions.push(Action::Obey(manager, message));
                }
            }
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Hear(manager) => state.heard[manager] = true,
            Action::Decide(message) => {
                state.decision = Some(message);
                state.messages.insert(message);
            }
            Action::Prepare(manager) => {
                state.stages[manager] = Stage::Prepared;
                state.messages.insert(Message::Prepared(manager));
            }
            Action::GiveUp(manager) | Action::Obey(manager, Message::Abort) => {
                state.stages[manager] = Stage::Aborted;
            }
            Action::Obey(manager, _) => state.stages[manager] = Stage::Committed,
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Commit>> {
        vec![Property::<Commit>::always("consistent", |_, state| {
            !(state.stages.contains(&Stage::Committed) && state.stages.contains(&Stage::Aborted))
        })]
    }
}
