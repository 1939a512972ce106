//! What is known of `properties/competitive/`: each against the other: C5, C23 to C26.

use super::Row;
use super::known::Known::{Each, Least, Number, Shown, Size, Threshold};
use super::known::{AGENTS, DEVIATIONS, STEPS};

pub const TABLE: &[Row] = &[
    // C5 biased assimilation, b in tenths: 2/3, 1/3, 2/9, 1
    ("competitive/biased_assimilation", "consensus_at_2", &[Threshold("b", 7), Least]),
    ("competitive/biased_assimilation", "consensus_at_5", &[Threshold("b", 4), Least]),
    ("competitive/biased_assimilation", "consensus_at_8", &[Threshold("b", 3), Least]),
    ("competitive/biased_assimilation", "no_poles", &[Threshold("b", 10), Least]),
    ("competitive/biased_assimilation", "unbiased", &[Shown]),
    ("competitive/biased_assimilation", "mildly_biased", &[Shown]),
    ("competitive/biased_assimilation", "from_symmetric_starts", &[Shown]),
    ("competitive/biased_assimilation", "consensus_iff", &[Shown]),
    ("competitive/biased_assimilation", "poles_iff", &[Shown]),
    // C23 collusion in repeated pricing
    ("competitive/collusion", "two_in_prices", &[Each("firms", "patience", 1.0 / 2.0), Least]),
    ("competitive/collusion", "two_in_quantities", &[Each("firms", "patience", 9.0 / 17.0), Least]),
    (
        "competitive/collusion",
        "three_in_quantities",
        &[Each("firms", "patience", 4.0 / 7.0), Least],
    ),
    (
        "competitive/collusion",
        "four_in_quantities",
        &[Each("firms", "patience", 25.0 / 41.0), Least],
    ),
    (
        "competitive/collusion",
        "five_in_quantities",
        &[Each("firms", "patience", 9.0 / 14.0), Least],
    ),
    ("competitive/collusion", "six_at_eight_tenths", &[Size("/agents/firms", 6), Least]),
    ("competitive/collusion", "five_at_eight_tenths", &[Shown]),
    (
        "competitive/collusion",
        "two_that_meet_again",
        &[
            Size("/agents/firms", 2),
            Size(DEVIATIONS, 0),
            Size(STEPS, 1),
            Each("firms", "patience", 1.0 / 2.0),
            Least,
        ],
    ),
    ("competitive/collusion", "two_less_patient_in_prices", &[Shown]),
    ("competitive/collusion", "two_less_patient_in_quantities", &[Shown]),
    // C24 the pricing loop: the product of the factors is 1
    ("competitive/pricing_loop", "the_book", &[Size(STEPS, 19), Least]),
    (
        "competitive/pricing_loop",
        "beside_125",
        &[Number("/setup/params/sellers/1/factor", 1.0 / 1.25), Least],
    ),
    (
        "competitive/pricing_loop",
        "beside_the_books_cheaper",
        &[Number("/setup/params/sellers/1/factor", 1.0 / 0.9983), Least],
    ),
    (
        "competitive/pricing_loop",
        "the_loop_lifts_no_price",
        &[
            Size("/agents/sellers", 2),
            Size(STEPS, 3),
            Number("/setup/params/sellers/1/factor", 1.0 / 1.25),
            Least,
        ],
    ),
    ("competitive/pricing_loop", "company_drives_no_price", &[Size("/agents/sellers", 2), Least]),
    ("competitive/pricing_loop", "product_of_one", &[Shown]),
    // C25 the minimum-quality race, beta in tenths
    (
        "competitive/minimum_quality",
        "the_top_is_stable",
        &[Threshold("bonus", 11), Size("/agents/firms", 2), Size(DEVIATIONS, 1), Least],
    ),
    (
        "competitive/minimum_quality",
        "quality_in_a_race",
        &[Size("/agents/firms", 2), Size(STEPS, 1), Least],
    ),
    ("competitive/minimum_quality", "top_without_a_race", &[Shown]),
    ("competitive/minimum_quality", "levels_without_a_race", &[Shown]),
    ("competitive/minimum_quality", "bottom_in_a_race", &[Shown]),
    // C26 the rich get richer
    (
        "competitive/rich_get_richer",
        "one_winner_at_rising",
        &[Size(AGENTS, 2), Size(STEPS, 1), Least],
    ),
    (
        "competitive/rich_get_richer",
        "rising_returns_crown_no_one",
        &[Size(AGENTS, 2), Size(DEVIATIONS, 1), Size(STEPS, 1), Least],
    ),
    ("competitive/rich_get_richer", "shares_at_constant", &[Shown]),
    ("competitive/rich_get_richer", "even_at_falling", &[Shown]),
    ("competitive/rich_get_richer", "falling_returns_help", &[Shown]),
];
