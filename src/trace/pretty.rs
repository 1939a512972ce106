//! JSON as text that diffs well: a line a field, short things on one line.

use serde_json::Value as Json;

/// How long a line may be.
const WIDTH: usize = 96;

/// The text, with a line break at its end. Keys stay in their order.
pub(super) fn pretty(json: &Json) -> String {
    let mut text = String::new();
    broken(json, 0, &mut text);
    text.push('\n');
    text
}

/// Writes `json`, whose fields stand at `depth` + 1, over several lines if it has several.
fn broken(json: &Json, depth: usize, text: &mut String) {
    let (open, close, items): (char, char, Vec<(String, &Json)>) = match json {
        Json::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| (format!("{}: ", quoted(name)), value));
            ('{', '}', fields.collect())
        }
        Json::Array(items) => ('[', ']', items.iter().map(|item| (String::new(), item)).collect()),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {
            text.push_str(&json.to_string());
            return;
        }
    };
    if items.is_empty() {
        text.extend([open, close]);
        return;
    }
    text.push(open);
    let last = items.len() - 1;
    for (at, (name, value)) in items.into_iter().enumerate() {
        text.push('\n');
        text.push_str(&"  ".repeat(depth + 1));
        text.push_str(&name);
        let short = value.to_string();
        if 2 * depth + name.len() + short.len() <= WIDTH {
            text.push_str(&short);
        } else {
            broken(value, depth + 1, text);
        }
        if at < last {
            text.push(',');
        }
    }
    text.push('\n');
    text.push_str(&"  ".repeat(depth));
    text.push(close);
}

fn quoted(name: &str) -> String {
    Json::String(name.to_string()).to_string()
}

#[cfg(test)]
mod tests {
    use super::pretty;
    use serde_json::json;

    #[test]
    fn fields_stand_on_lines_of_their_own_and_what_is_short_stays_together() {
        let json = json!({"polity": 1, "edges": [[1, 0]], "empty": {}, "choices": [
            {"at": "step", "name": "a rather long name of a choice", "turn": 1, "value": 2},
            {"at": "step", "name": "a rather long name of a choice", "turn": 2, "value": 0},
        ]});
        let expected = r#"{
  "polity": 1,
  "edges": [[1,0]],
  "empty": {},
  "choices": [
    {"at":"step","name":"a rather long name of a choice","turn":1,"value":2},
    {"at":"step","name":"a rather long name of a choice","turn":2,"value":0}
  ]
}
"#;
        assert_eq!(pretty(&json), expected);
        assert_eq!(serde_json::from_str::<serde_json::Value>(expected).ok(), Some(json));
    }
}
