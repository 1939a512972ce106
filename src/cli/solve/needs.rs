//! `polity solve --needs`: which assumptions, pins, guards and bounds a property would fall
//! without.

use serde_json::{Value as Json, json};

use super::{Asked, Said, target_name};
use crate::check::needs::{Need, needs};
use crate::check::solve::{Violable, violable};
use crate::report::claim::counter_name;

/// What is said of one target.
pub(super) fn say(asked: &Asked<'_>) -> Said {
    let Asked { loaded, model, target, settings, progress } = *asked;
    let name = target_name(model, target);
    let told = |step| progress.step(name, step);
    let whole = std::sync::Arc::new(model.clone());
    let holds = violable(&whole, target, settings.work, &told);
    let found = match holds {
        Violable::No => needs(model, target, settings.work, &told),
        Violable::Yes(_) | Violable::Unknown(_) => Vec::new(),
    };
    let mut words = format!("{} · {name}: {}\n", loaded.name, whole_words(&holds, &found));
    for need in &found {
        let (line, _) = loaded.sources.position(need.span);
        let text = loaded.sources.words(need.span).split_whitespace().collect::<Vec<_>>().join(" ");
        let keyword = need.part.word();
        let text = match text.starts_with(keyword) {
            true => text,
            false => format!("{keyword} {text}"),
        };
        words.push_str(&format!("  line {line:<4} `{text}`   {}\n", without(asked, need)));
    }
    let unknown = |violable: &Violable| matches!(violable, Violable::Unknown(_));
    let open = unknown(&holds) || found.iter().any(|need| unknown(&need.without));
    let json = json!({
        "model": model.name,
        "property": model.properties[target.property].name,
        "check": target.alias,
        "holds": holds == Violable::No,
        "needs": found.iter().map(|need| as_json(asked, need)).collect::<Vec<_>>(),
    });
    Said { words, json, open }
}

fn whole_words(holds: &Violable, found: &[Need]) -> String {
    match (holds, found.is_empty()) {
        (Violable::Yes(_), _) => "it is violated, so that nothing is proved".to_string(),
        (Violable::Unknown(why), _) => format!("not known: {why}"),
        (Violable::No, true) => "it holds, and there is nothing to leave out".to_string(),
        (Violable::No, false) => "it holds; one at a time left out".to_string(),
    }
}

fn without(asked: &Asked<'_>, need: &Need) -> String {
    match &need.without {
        Violable::No => "not needed: it holds without".to_string(),
        Violable::Unknown(why) => format!("not known: {why}"),
        Violable::Yes(least) => {
            let names = asked.target.settings.minimize.iter();
            let names = names.map(|counter| counter_name(asked.model, *counter));
            let counts: Vec<String> =
                names.zip(least).map(|(name, count)| format!("{name} {count}")).collect();
            format!("needed: violated without, at {}", counts.join(", "))
        }
    }
}

fn as_json(asked: &Asked<'_>, need: &Need) -> Json {
    let (line, column) = asked.loaded.sources.position(need.span);
    let (word, reason) = match &need.without {
        Violable::No => ("holds", None),
        Violable::Yes(_) => ("violated", None),
        Violable::Unknown(why) => ("unknown", Some(why)),
    };
    json!({
        "part": need.part.word(),
        "line": line,
        "column": column,
        "without": word,
        "reason": reason,
    })
}
