//! What is known of `properties/showcase/`: earthquake relief: its four principals and four knobs.

use super::Row;
use super::known::Known::{At, Least, Shown};

pub const TABLE: &[Row] = &[
    // earthquake relief
    ("showcase/earthquake_relief", "protects_life", &[At(8, 1, 0, 2), Least]),
    ("showcase/earthquake_relief", "protects_life/silence", &[At(8, 1, 0, 2), Least]),
    ("showcase/earthquake_relief", "protects_life/no_constraint", &[At(8, 1, 0, 2), Least]),
    ("showcase/earthquake_relief", "protects_life/constrained_talk", &[Shown]),
    ("showcase/earthquake_relief", "transparent", &[At(8, 2, 0, 1), Least]),
    ("showcase/earthquake_relief", "transparent/constrained", &[Shown]),
    ("showcase/earthquake_relief", "lawful", &[At(8, 3, 0, 1), Least]),
    ("showcase/earthquake_relief", "lawful/constrained", &[Shown]),
    ("showcase/earthquake_relief", "unbiased", &[At(8, 1, 0, 1), Least]),
    ("showcase/earthquake_relief", "content", &[At(8, 1, 0, 2), Least]),
    ("showcase/earthquake_relief", "delivers_aid", &[At(8, 1, 0, 3), Least]),
    ("showcase/earthquake_relief", "talking_harms_no_one", &[Shown]),
    ("showcase/earthquake_relief", "rivalry_harms_no_one", &[At(8, 1, 0, 3), Least]),
    ("showcase/earthquake_relief", "rivalry_harms_no_one/constrained_rivals", &[Shown]),
    ("showcase/earthquake_relief", "command_harms_no_one", &[At(8, 2, 0, 3), Least]),
    ("showcase/earthquake_relief", "command_harms_no_one/constrained_command", &[Shown]),
    ("showcase/earthquake_relief", "holistic", &[At(8, 1, 0, 1), Least]),
    ("showcase/earthquake_relief", "holistic/intended", &[Shown]),
    ("showcase/earthquake_relief", "holistic/talk_and_constraint", &[Shown]),
    ("showcase/earthquake_relief", "holistic/division_of_labour", &[Shown]),
];
