//! The questions: each a program by hand, and the same as a check of a model.

use std::fmt;
use std::path::Path;

use polity::diag::{self, FileId, Sources, render};
use polity::ir::Model;
use polity::{analysis, syntax};

use crate::{commons, conformity, delegation, dilemma, herding, pricing, trimmed, volunteer};

/// What is known about a question, proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The least number of what is minimised with which the property fails.
    Least(u32),
    /// The property fails from this value of a parameter on, exactly.
    From(i64, i64),
    /// The property fails above this value of a parameter, exactly.
    Above(i64, i64),
    /// It fails for some setup; nothing is minimised.
    Fails,
    /// It never fails within the bounds.
    Holds,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Answer::Least(number) => number.to_string(),
            Answer::From(numerator, denominator) => format!("from {numerator}/{denominator}"),
            Answer::Above(numerator, denominator) => format!("above {numerator}/{denominator}"),
            Answer::Fails => "fails".to_string(),
            Answer::Holds => "holds".to_string(),
        };
        f.pad(&text)
    }
}

/// A question about a model.
pub struct Question {
    pub name: &'static str,
    pub by_hand: fn() -> Answer,
    /// The file of the model, from the root of the crate.
    pub model: &'static str,
    pub property: &'static str,
    /// The settings of a check: its horizon, pins and order.
    pub settings: &'static str,
    /// The parameter whose critical value is asked for.
    pub parameter: Option<&'static str>,
}

/// A question about a model, in which no parameter's critical value is asked for.
const fn check(
    name: &'static str,
    by_hand: fn() -> Answer,
    model: &'static str,
    property: &'static str,
    settings: &'static str,
) -> Question {
    Question { name, by_hand, model, property, settings, parameter: None }
}

/// A question for the least value of a parameter.
const fn threshold(parameter: &'static str, question: Question) -> Question {
    Question { parameter: Some(parameter), ..question }
}

const CONFORMITY: &str = "benches/solve/conformity.polity";
const TRIMMED: &str = "benches/solve/trimmed.polity";
const HERDING: &str = "benches/solve/herding.polity";
const DELEGATION: &str = "benches/solve/delegation.polity";
const VOLUNTEER: &str = "benches/solve/volunteer.polity";
const COMMONS: &str = "properties/cooperative/sustainable_harvest.polity";
const DILEMMA: &str = "properties/collaborative/discursive_dilemma.polity";
const PRICING: &str = "properties/pricing.polity";

/// All questions.
pub const QUESTIONS: [Question; 14] = [
    check(
        "conformity_21",
        conformity::adversaries_of_21,
        CONFORMITY,
        "withstands",
        "steps: 3, given: { team: 21 }, minimize: deviations",
    ),
    check(
        "conformity_51",
        conformity::adversaries_of_51,
        CONFORMITY,
        "withstands",
        "steps: 3, given: { team: 51 }, minimize: deviations",
    ),
    check(
        "commons_each_takes_5",
        commons::each_takes_5,
        COMMONS,
        "sustained",
        "steps: 12, given: { norm: TakeYourShare, fishers.take: 5 }, minimize: agents",
    ),
    check(
        "commons_takes_up_to_10",
        commons::takes_up_to_10,
        COMMONS,
        "sustained",
        "steps: 12, given: { norm: TakeYourShare, assume forall f in fishers: f.take <= 10 }, minimize: agents",
    ),
    check(
        "trimmed_k3_private",
        trimmed::three_told_apart,
        TRIMMED,
        "agreement",
        "steps: 3, given: { honest: 2, broadcast: false }, minimize: agents",
    ),
    check(
        "trimmed_k3_broadcast",
        trimmed::three_told_alike,
        TRIMMED,
        "agreement",
        "steps: 3, given: { honest: 2, broadcast: true }, minimize: agents",
    ),
    check(
        "trimmed_k4_private",
        trimmed::four_told_apart,
        TRIMMED,
        "agreement",
        "steps: 3, given: { honest: 3, broadcast: false }, minimize: agents",
    ),
    check(
        "herding",
        herding::least_cascade,
        HERDING,
        "company_misleads_no_one",
        "steps: 12, minimize: agents",
    ),
    check(
        "discursive_dilemma",
        dilemma::least_panel,
        DILEMMA,
        "panel_is_consistent",
        "steps: 1, given: { premises: 2, votes_with: complete }, minimize: agents",
    ),
    check(
        "delegation_by_tenths",
        delegation::by_tenths,
        DELEGATION,
        "the_end_is_close",
        "steps: 8, given: { epsilon: 0.1 }, minimize: agents",
    ),
    check(
        "delegation_by_twentieths",
        delegation::by_twentieths,
        DELEGATION,
        "the_end_is_close",
        "steps: 8, given: { epsilon: 0.05 }, minimize: agents",
    ),
    threshold(
        "firms.patience",
        check(
            "pricing_2_firms",
            pricing::patience_of_two,
            PRICING,
            "no_collusion",
            "steps: 4, given: { firms: 2 }",
        ),
    ),
    threshold(
        "firms.patience",
        check(
            "pricing_5_firms",
            pricing::patience_of_five,
            PRICING,
            "no_collusion",
            "steps: 4, given: { firms: 5 }",
        ),
    ),
    threshold(
        "cost",
        check("volunteer", volunteer::cost_of_silence, VOLUNTEER, "alarm", "steps: 1"),
    ),
];

impl Question {
    /// The text of the model with the question as one more check, named `asked`.
    fn text(&self, root: &Path) -> String {
        let path = root.join(self.model);
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        format!("{text}\ncheck {} as asked {{ {} }}\n", self.property, self.settings)
    }

    /// The model with the question, analysed.
    pub fn model(&self) -> Model {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let text = self.text(root);
        let mut sources = Sources::default();
        let file = sources.add(self.model, &text);
        let (tree, mut diagnostics) = syntax::parse(file, &text);
        let mut load = |_: &mut Sources, _: FileId, path: &str| Err(format!("{path} is not read"));
        let (model, more) = analysis::analyse(&tree, &mut sources, &mut load);
        diagnostics.extend(more);
        let told = || render::render(&diagnostics, &sources, false);
        assert!(!diag::has_errors(&diagnostics), "{}:\n{}", self.name, told());
        let cell = self.parameter.map(|parameter| parameter.rsplit('.').next().unwrap_or_default());
        assert!(
            cell.is_none_or(|cell| text.contains(&format!("param {cell}: "))),
            "{}: no such parameter",
            self.name
        );
        model.unwrap_or_else(|| panic!("{}: no model:\n{}", self.name, told()))
    }
}
