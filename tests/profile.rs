//! `polity profile` end to end: what is printed, as text, CSV and JSON, and the exit statuses.

mod program;

use program::{err, folder, json, out, polity};

/// Each agent is late in a step with its own probability: the rates are known.
const LATE: &str = "\
//! Who is late.
model late

kind Agent {
  param delay: 0.0..1.0 = 0.0
  state late: bool = false
}

agents team: Agent[1..2]

structure waits: graph on team among isolated | complete

step {
  for a in team {
    draw stuck ~ bernoulli(a.delay)
    a.late' = stuck
  }
}

measure edges_there = edges(waits)
measure late_ones = count(a in team where a.late)

/// Nobody is ever late.
property punctual { always forall a in team: not a.late }

/// Most are seldom late.
property usually { probability(finally forall a in team: not a.late) >= 0.5 }

check { steps: 1  given: { deviations: 0..2 } }
";

/// Over the bound the sum is too large.
const BOUND: &str = "\
//! How much is too much.
model bound

kind Agent { }

agents team: Agent[2]

param share: 0..1_000
param rate: 0.0..4.0

property modest { share * count(team) < 647 }

property calm { rate <= 1.0 or rate < 0.5 }

property any { share >= 0 and rate >= 0.0 }
";

/// What the world is like decides.
const REGIMES: &str = "\
model regimes

enum Regime { Kind, Harsh }

agents team: Agent[1]

kind Agent { }

param regime: Regime = Kind
param mood: Regime = Kind

property mild { regime == Kind }

check mild { given: { mood: Kind } }
";

#[test]
fn a_regime_is_in_the_grid_unless_it_is_pinned() {
    let home = folder(&[("regimes.polity", REGIMES)]);
    let arguments = ["profile", "regimes.polity", "--format", "json", "--runs", "10"];
    let run = polity(home.path(), &arguments);
    let profile = &json(&run)["profile"][0]["cells"];
    let cells = profile.as_array().expect("cells");
    let said: Vec<String> =
        cells.iter().map(|cell| format!("{} {}", cell["params"], cell["violating"])).collect();
    assert_eq!(said, [r#"{"regime":"Kind"} 0"#, r#"{"regime":"Harsh"} 10"#]);
}

/// The profile of `punctual` in [`LATE`], as JSON.
fn profiled(more: &[&str]) -> serde_json::Value {
    let folder = folder(&[("late.polity", LATE)]);
    let arguments = ["profile", "late.polity", "--property", "punctual", "--format", "json"];
    let output = polity(folder.path(), &[&arguments, more].concat());
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    json(&output)["profile"][0].clone()
}

#[test]
fn the_rate_of_each_cell_is_the_known_one_within_its_interval() {
    let profile = profiled(&["--param", "delay", "--points", "3", "--runs", "2000"]);
    let cells = profile["cells"].as_array().expect("cells");
    assert_eq!(cells.len(), 2 * 2 * 3);
    for cell in cells {
        let delay = cell["params"]["delay"].as_f64().expect("a number");
        let agents = cell["sizes"]["team"].as_u64().expect("a size");
        let known = if agents == 1 { delay } else { 1.0 - (1.0 - delay) * (1.0 - delay) };
        let (low, high) = (cell["interval"][0].as_f64(), cell["interval"][1].as_f64());
        let (low, high) = (low.expect("an end"), high.expect("an end"));
        assert!(low <= known && known <= high, "{cell}");
        assert!(high - low < 0.05, "{cell}");
        let late = cell["measures"]["late_ones"].as_f64().expect("a mean");
        assert!((late - agents as f64 * delay).abs() < 0.06, "{cell}");
        let edges = cell["measures"]["edges_there"].as_f64().expect("a mean");
        let complete = cell["families"]["waits"] == "complete" && agents == 2;
        assert_eq!(edges, f64::from(u8::from(complete)), "{cell}");
        assert_eq!(cell["runs"], 2000);
        let margin = cell["margin"].as_array().expect("quantiles");
        assert!(margin.is_sorted_by(|a, b| a.as_f64() <= b.as_f64()), "{cell}");
    }
}

#[test]
fn a_profile_does_not_depend_on_the_number_of_threads() {
    let of = |threads: &str| profiled(&["--param", "delay", "--runs", "100", "--threads", threads]);
    let one = of("1");
    assert_eq!(one, of("2"));
    assert_eq!(one, of("7"));
}

#[test]
fn a_heat_map_has_a_shade_for_each_cell_and_a_chance_property_is_left_out_by_name() {
    let folder = folder(&[("late.polity", LATE)]);
    let arguments = ["profile", "late.polity", "--param", "delay", "--points", "2", "--runs", "20"];
    let output = polity(folder.path(), &arguments);
    let text = out(&output);
    assert_eq!(output.status.code(), Some(0));
    assert!(text.contains("waits isolated  delay 0  ·  ·\n"), "{text}");
    assert!(text.contains("waits complete  delay 1  █  █\n"), "{text}");
    assert!(text.contains("2     complete  1      1     0.83"), "{text}");
    assert!(text.contains("usually: left out: it speaks of chance"), "{text}");
}

#[test]
fn csv_has_a_line_for_each_cell_and_numbers_in_full() {
    let folder = folder(&[("late.polity", LATE)]);
    let arguments = ["profile", "late.polity", "--param", "delay", "--points", "4", "--runs", "9"];
    let output = polity(folder.path(), &[&arguments[..], &["--format", "csv"]].concat());
    let text = out(&output);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[0],
        "property,team,waits,delay,runs,violating,open,uncounted,rate,low,high,margin_10,\
         margin_50,margin_90,edges_there,late_ones"
    );
    assert_eq!(lines.len(), 1 + 2 * 2 * 4);
    assert!(lines[2].starts_with("punctual,1,isolated,0.3333333333333333,9,"), "{}", lines[2]);
    let columns = lines[0].split(',').count();
    assert!(lines.iter().all(|line| line.split(',').count() == columns), "{text}");
    assert!(err(&output).contains("usually: left out"), "{}", err(&output));
}

#[test]
fn what_no_setup_is_admitted_for_has_no_rate() {
    let profile = profiled(&["--given", "deviations: 0", "--param", "delay", "--points", "2"]);
    for cell in profile["cells"].as_array().expect("cells") {
        let deviates = cell["params"]["delay"] == 1.0;
        assert_eq!(cell["rate"].is_null(), deviates, "{cell}");
        assert_eq!(cell["runs"], if deviates { 0 } else { 200 }, "{cell}");
    }
}

/// A file as a program reads it that knows nothing of polity: the names of its columns, and the rows,
/// each value as CSV writes it.
#[cfg(feature = "parquet")]
fn read_back(path: &std::path::Path) -> (Vec<String>, Vec<Vec<String>>) {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;
    let reader = SerializedFileReader::try_from(path).expect("a Parquet file");
    let schema = reader.metadata().file_metadata().schema();
    let fields = schema.get_fields().iter();
    let names = fields.clone().map(|field| field.name().to_string()).collect();
    // Numbers are numbers, whatever stands in their first row.
    for field in fields {
        let kind = field.get_physical_type().to_string();
        let known = match field.name() {
            "property" | "waits" | "mood" | "regime" => "BYTE_ARRAY",
            "team" | "runs" | "violating" | "open" | "uncounted" => "INT64",
            _ => "DOUBLE",
        };
        assert_eq!(kind, known, "{}", field.name());
    }
    let word = |field: &Field| match field {
        Field::Null => String::new(),
        Field::Str(words) => words.clone(),
        Field::Long(number) => number.to_string(),
        Field::Double(number) => number.to_string(),
        Field::Bool(truth) => truth.to_string(),
        other => panic!("{other:?} is none of the kinds that a profile has"),
    };
    let rows = reader.get_row_iter(None).expect("rows").map(|row| {
        let row = row.expect("a row");
        row.get_column_iter().map(|(_, field)| word(field)).collect()
    });
    (names, rows.collect())
}

#[test]
#[cfg(feature = "parquet")]
fn parquet_has_the_rows_of_csv_and_nulls_where_nothing_is() {
    let folder = folder(&[("late.polity", LATE), ("regimes.polity", REGIMES)]);
    // Where nothing may deviate, a cell of another delay has no run, and no rate.
    let late = ["late.polity", "--param", "delay", "--points", "3", "--given", "deviations: 0"];
    let regimes = ["regimes.polity", "--param", "mood", "--runs", "7"];
    let mut empty = 0;
    for arguments in [&late[..], &regimes] {
        let asked = [&["profile"][..], arguments].concat();
        let csv = polity(folder.path(), &[&asked[..], &["--format", "csv"]].concat());
        let file = ["--format", "parquet", "--output", "p.parquet"];
        let made = polity(folder.path(), &[&asked[..], &file].concat());
        assert_eq!((made.status.code(), out(&made).as_str()), (Some(0), ""), "{}", err(&made));
        assert_eq!(err(&made), err(&csv), "what is left out");
        let (names, rows) = read_back(&folder.path().join("p.parquet"));
        let text = out(&csv);
        let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<&str>>());
        assert_eq!(names, lines.next().expect("names"));
        assert_eq!(rows, lines.collect::<Vec<_>>());
        empty += rows.iter().flatten().filter(|word| word.is_empty()).count();
        let again = polity(folder.path(), &[&asked[..], &file[..3], &["q.parquet"]].concat());
        assert_eq!(again.status.code(), Some(0));
        let bytes = |name| std::fs::read(folder.path().join(name)).expect("a file");
        assert_eq!(bytes("p.parquet"), bytes("q.parquet"), "the same rows are the same bytes");
    }
    assert!(empty > 0, "no value was missing");
}

/// The threshold of a parameter in [`BOUND`], as JSON.
fn found(property: &str, param: &str) -> serde_json::Value {
    let folder = folder(&[("bound.polity", BOUND)]);
    let arguments = ["profile", "bound.polity", "--property", property, "--threshold", param];
    let output = polity(folder.path(), &[&arguments[..], &["--format", "json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    json(&output)["threshold"][0].clone()
}

#[test]
fn a_threshold_of_ints_is_brought_between_neighbours() {
    let found = found("modest", "share");
    assert_eq!(found["between"], true);
    assert_eq!((&found["low"]["value"], &found["low"]["violated"]), (&323.into(), &false.into()));
    assert_eq!((&found["high"]["value"], &found["high"]["violated"]), (&324.into(), &true.into()));
}

#[test]
fn a_threshold_of_reals_is_brought_within_a_four_thousandth_of_the_domain() {
    let found = found("calm", "rate");
    let value = |end: &str| found[end]["value"].as_f64().expect("a number");
    assert!(value("low") <= 1.0 && 1.0 < value("high"), "{found}");
    assert!(value("high") - value("low") < 4.0 / 4000.0, "{found}");
}

#[test]
fn where_both_ends_answer_alike_no_threshold_is_claimed() {
    let found = found("any", "rate");
    assert_eq!(found["between"], false);
    assert_eq!(found["tried"].as_array().expect("a list").len(), 2);
    let folder = folder(&[("bound.polity", BOUND)]);
    let given = ["--property", "any", "--threshold", "rate", "--given", "assume share > 2_000"];
    let output = polity(folder.path(), &[&["profile", "bound.polity"][..], &given].concat());
    let text = out(&output);
    assert!(text.contains("not known: no run counts there"), "{text}");
    assert!(text.contains("nothing was looked for between them"), "{text}");
}

#[test]
fn what_cannot_be_profiled_is_refused_with_what_to_write() {
    let folder = folder(&[("bound.polity", BOUND)]);
    for (arguments, words) in [
        (vec!["--param", "shrae"], "did you mean `share`?"),
        (vec!["--threshold", "share", "--format", "csv"], "not written as CSV"),
        (vec!["--threshold", "share", "--format", "parquet"], "not written as Parquet"),
        #[cfg(feature = "parquet")]
        (vec!["--format", "parquet"], "write `--output FILE`"),
        #[cfg(not(feature = "parquet"))]
        (vec!["--format", "parquet"], "--features parquet"),
        (vec!["--property", "modesty"], "did you mean `modest`?"),
        (vec!["--param", "share,rate", "--points", "100"], "lower `--points`"),
    ] {
        let output = polity(folder.path(), &[vec!["profile", "bound.polity"], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{words}");
        assert!(err(&output).contains(words), "{words}: {}", err(&output));
    }
}
