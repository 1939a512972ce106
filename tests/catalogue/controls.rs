//! What is known of `properties/controls/`: models that are controls throughout.

use super::Row;
use super::known::Known::{Least, Shown, Size};
use super::known::{AGENTS, EDGES, STEPS};

pub const TABLE: &[Row] = &[
    // controls: each beside what would break it
    ("controls/gossip", "nobody_forgets", &[Shown]),
    ("controls/gossip", "no_knowledge_from_nowhere", &[Shown]),
    ("controls/gossip", "the_news_arrives", &[Shown]),
    ("controls/gossip", "more_ties_silence_no_one", &[Shown]),
    ("controls/gossip", "the_news_is_fast", &[Size(AGENTS, 2), Size(EDGES, 1), Least]),
    ("controls/median", "truth_is_best", &[Shown]),
    ("controls/quorums", "majorities_meet", &[Shown]),
    ("controls/quorums", "the_many_outvote_the_liars", &[Shown]),
    ("controls/quorums", "halves_meet", &[Size(AGENTS, 2), Least]),
    ("controls/second_price", "truth_is_best", &[Shown]),
    ("controls/second_price", "first_price", &[Size(AGENTS, 1), Least]),
    ("controls/token_ring", "one_token", &[Shown]),
    ("controls/token_ring", "by_token", &[Shown]),
    ("controls/token_ring", "without", &[Size(AGENTS, 2), Size(STEPS, 2), Least]),
    ("controls/transfers", "the_sum_is_kept", &[Shown]),
    ("controls/transfers", "nobody_has_more_than_all", &[Shown]),
    ("controls/transfers", "all_keep_theirs", &[Size(AGENTS, 2), Size(STEPS, 1), Least]),
];
