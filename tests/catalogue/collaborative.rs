//! What is known of `properties/collaborative/`: one task for all: C1, C11 to C13, C28 to C31.

use super::Row;
use super::known::Known::{Chance, Holds, Least, Near, Shown, Size, Threshold};
use super::known::{AGENTS, DEVIATIONS, EDGES, STEPS};

pub const TABLE: &[Row] = &[
    // C1 averaging
    ("collaborative/averaging", "copying_each_other", &[Size(AGENTS, 2), Size(EDGES, 2), Least]),
    ("collaborative/averaging", "all_hear_all", &[Size(AGENTS, 2), Size(DEVIATIONS, 2), Least]),
    ("collaborative/averaging", "listening_to_oneself_too", &[Shown]),
    ("collaborative/averaging", "one_stubborn_voice_wins", &[Shown]),
    ("collaborative/averaging", "two_stubborn_voices_never_agree", &[Shown]),
    ("collaborative/averaging", "range_never_grows", &[Shown]),
    // C11 herding against voting
    ("collaborative/herding", "company_misleads_no_one", &[Size(AGENTS, 3), Size(EDGES, 3), Least]),
    ("collaborative/herding", "a_coin_misleads_two", &[Size(AGENTS, 2), Least]),
    ("collaborative/herding", "a_right_vote_is_right_in_turn", &[Size(AGENTS, 5), Least]),
    ("collaborative/herding", "three_voting", &[Chance(0.784), Shown]),
    ("collaborative/herding", "seven_voting", &[Chance(0.873_964), Shown]),
    ("collaborative/herding", "twenty_five_voting", &[Chance(0.982_530), Holds]),
    ("collaborative/herding", "many_in_turn", &[Chance(0.844_032_622_988_8), Holds]),
    ("collaborative/herding", "many_in_turn_with_coins", &[Chance(0.753_159_997_244_2), Holds]),
    ("collaborative/herding", "two_are_not_misled", &[Shown]),
    ("collaborative/herding", "up_to_four", &[Shown]),
    ("collaborative/herding", "a_lead_of_two_decides", &[Shown]),
    ("collaborative/herding", "first_two_follow_their_signals", &[Shown]),
    // C12 copying a leader, and the expert: 9/13
    ("collaborative/copying_a_leader", "nobody_copies", &[Chance(0.921_8), Shown]),
    ("collaborative/copying_a_leader", "half_copy", &[Chance(0.727_5), Holds]),
    ("collaborative/copying_a_leader", "all_copy", &[Chance(0.7), Shown]),
    ("collaborative/copying_a_leader", "a_leader_spoils_no_team", &[Size(AGENTS, 3), Least]),
    ("collaborative/copying_a_leader", "apart", &[Chance(0.921_8), Shown]),
    ("collaborative/copying_a_leader", "a_pair", &[Shown]),
    ("collaborative/copying_a_leader", "all_say_what_the_leader_thinks", &[Shown]),
    ("collaborative/expert", "majority_is_better", &[Threshold("p", 70), Least]),
    ("collaborative/expert", "below_nine_thirteenths", &[Shown]),
    ("collaborative/expert", "majority_is_better_iff", &[Shown]),
    // C13 the discursive dilemma
    ("collaborative/discursive_dilemma", "panel_is_consistent", &[Size(AGENTS, 3), Least]),
    ("collaborative/discursive_dilemma", "panel_is_consistent", &[Threshold("premises", 2)]),
    ("collaborative/discursive_dilemma", "company_confuses_no_one", &[Size(AGENTS, 3), Least]),
    ("collaborative/discursive_dilemma", "company_confuses_no_one", &[Threshold("premises", 2)]),
    ("collaborative/discursive_dilemma", "a_pair", &[Shown]),
    ("collaborative/discursive_dilemma", "one_premise", &[Shown]),
    ("collaborative/discursive_dilemma", "alone", &[Shown]),
    // C28 trimmed averaging
    (
        "collaborative/trimmed_average",
        "three_in_private",
        &[Size("/agents/honest", 2), Size("/agents/liar", 1), Least],
    ),
    ("collaborative/trimmed_average", "three_in_public", &[Shown]),
    ("collaborative/trimmed_average", "four_in_public", &[Shown]),
    ("collaborative/trimmed_average", "four_in_private", &[Shown]),
    (
        "collaborative/trimmed_average",
        "plain_averaging_is_as_safe",
        &[Size("/agents/honest", 1), Size("/agents/liar", 1), Size(STEPS, 1), Least],
    ),
    // C29 the delegation chain
    ("collaborative/delegation_chain", "by_tenths", &[Size(AGENTS, 3), Size(STEPS, 3), Least]),
    ("collaborative/delegation_chain", "by_twentieths", &[Size(AGENTS, 6), Size(STEPS, 6)]),
    (
        "collaborative/delegation_chain",
        "a_chain_adds_no_drift",
        &[Size(AGENTS, 3), Size(STEPS, 3), Least],
    ),
    ("collaborative/delegation_chain", "two_by_tenths", &[Shown]),
    ("collaborative/delegation_chain", "five_by_twentieths", &[Shown]),
    // C29 the noisy bit
    (
        "collaborative/noisy_relay",
        "three_in_four",
        &[Size("/agents/relays", 7), Size(STEPS, 7), Least],
    ),
    ("collaborative/noisy_relay", "as_known", &[Shown]),
    ("collaborative/noisy_relay", "seven_relays", &[Near(0.739, 0.03), Shown]),
    // C30 cheap talk
    ("collaborative/cheap_talk", "no_two_for_a_third", &[Shown]),
    ("collaborative/cheap_talk", "two_for_a_quarter", &[Size(STEPS, 1), Least]),
    ("collaborative/cheap_talk", "no_three_for_a_quarter", &[Shown]),
    ("collaborative/cheap_talk", "three_for_a_thirteenth", &[Size(STEPS, 2), Least]),
    ("collaborative/cheap_talk", "no_four_for_a_thirteenth", &[Shown]),
    ("collaborative/cheap_talk", "four_for_a_twenty_fifth", &[Size(STEPS, 3), Least]),
    ("collaborative/cheap_talk", "no_five_for_a_twenty_fifth", &[Shown]),
    // C31 composition
    (
        "collaborative/composition",
        "no_leak",
        &[Size(AGENTS, 2), Size(EDGES, 1), Size(DEVIATIONS, 2), Least],
    ),
    (
        "collaborative/composition",
        "joining_leaks_nothing",
        &[Size(AGENTS, 2), Size(EDGES, 1), Size(DEVIATIONS, 2), Least],
    ),
    ("collaborative/composition", "without_a_tie", &[Shown]),
];
