//! parse ∘ print and store ∘ load are the identity, on every shipped model.

mod support;

use polity::diag::FileId;
use polity::reference::{self, Replay};
use polity::syntax;
use polity::trace::jsonl;

/// A tree without its places in the text.
fn shape(text: &str) -> String {
    let (tree, diagnostics) = syntax::parse(FileId(0), text);
    assert!(diagnostics.is_empty(), "{text}");
    let shown = format!("{tree:?}");
    let mut parts = shown.split("Span {");
    let first = parts.next().expect("a first part").to_string();
    parts.fold(first, |shape, part| shape + part.split_once('}').expect("a span").1)
}

#[test]
fn formatting_keeps_the_meaning_and_is_idempotent() {
    for path in support::files("properties", "polity") {
        let text = std::fs::read_to_string(&path).expect("a model");
        // The same words, laid out badly.
        let ugly: String = text
            .lines()
            .map(|line| {
                if line.contains("//") {
                    format!("{line}\n")
                } else {
                    format!("   {}\n", line.trim())
                }
            })
            .collect();
        let once = syntax::format(FileId(0), &ugly).expect("it parses");
        let twice = syntax::format(FileId(0), &once).expect("it parses");
        assert_eq!(once, twice, "{}", path.display());
        assert_eq!(shape(&text), shape(&once), "{}", path.display());
        for comment in text.lines().filter_map(|line| line.split_once("// ")) {
            assert!(once.contains(comment.1.trim()), "{}: lost // {}", path.display(), comment.1);
        }
    }
}

#[test]
fn a_simulated_trace_reads_back_as_it_was_written() {
    for name in [
        "review.polity",
        "commons.polity",
        "opinions.polity",
        "pricing.polity",
        "conformity.polity",
    ] {
        let (model, _) = support::shipped(name);
        for seed in 0..20 {
            let run = support::some_run(&model, seed);
            let mut replay = Replay::new(&run);
            let execution =
                reference::execute(&model, None, &run.setup, 6, &mut replay).expect("no fault");
            let written = jsonl::write(&model, &run.setup, &execution.worlds[0].trace);
            let read = jsonl::read(&model, name, written.as_bytes(), false).expect("it reads back");
            assert_eq!(read.trace.instants.len(), execution.worlds[0].trace.instants.len());
            for (read, made) in read.trace.instants.iter().zip(&execution.worlds[0].trace.instants)
            {
                assert_eq!(read.cells, made.cells, "{name} seed {seed}");
                assert_eq!(read.events.len(), made.events.len(), "{name} seed {seed}");
            }
        }
    }
}
