//! Choices and draws as JSON, and back: an item, a name, a turn, the binders, a value.

use serde_json::{Map, Value as Json, json};

use super::error::{Wrong, meant};
use super::roster::Roster;
use super::run::Key;
use super::values::{Naming, expected, read_all, read_plain};
use crate::diag::code::trace::UNKNOWN_NAME;
use crate::ir::Value;

/// `{"at":"step","name":"d","turn":0,"of":["team[0]"],"value":2}`; what is 0 or empty is left
/// out.
pub fn write(naming: Naming<'_>, key: &Key, value: &Value) -> Map<String, Json> {
    let site = &naming.model.sites[key.site];
    let mut fields = Map::new();
    fields.insert("at".into(), json!(site.item));
    fields.insert("name".into(), json!(site.name));
    if let Some(world) = key.world {
        fields.insert("world".into(), json!(world));
    }
    if key.turn > 0 {
        fields.insert("turn".into(), json!(key.turn));
    }
    if !key.binders.is_empty() {
        let binders = key.binders.iter().map(|binder| naming.plain(binder));
        fields.insert("of".into(), Json::Array(binders.collect()));
    }
    fields.insert("value".into(), naming.plain(value));
    fields
}

/// Reads what [`write`] writes, agents in provisional numbers.
pub fn read(json: &Json, roster: &mut Roster<'_>) -> Result<(Key, Value), Wrong> {
    let model = roster.model();
    let text = |name: &str| {
        let text = json.get(name).and_then(Json::as_str);
        text.ok_or_else(|| expected(json, &format!("a text under `{name}`")))
    };
    let number = |name: &str| match json.get(name) {
        None | Some(Json::Null) => Ok(None),
        Some(given) => {
            let number = given.as_u64().and_then(|number| u32::try_from(number).ok());
            number.map(Some).ok_or_else(|| expected(given, "a small whole number").under(name))
        }
    };
    let (item, name) = (text("at")?, text("name")?);
    let site = model.sites.pairs().find(|(_, site)| site.item == item && site.name == name);
    let Some((site, _)) = site else {
        let near = meant(name, model.sites.iter().map(|site| site.name.as_str()));
        let message = format!("nothing called `{name}` is chosen or drawn in `{item}`{near}");
        return Err(Wrong::new(UNKNOWN_NAME, message));
    };
    let binders = match json.get("of") {
        None => Vec::new(),
        Some(Json::Array(items)) => read_all(items, roster).map_err(|wrong| wrong.under("of"))?,
        Some(other) => return Err(expected(other, "a list").under("of")),
    };
    let value = json.get("value").ok_or_else(|| expected(json, "a `value`"))?;
    let value = read_plain(value, roster).map_err(|wrong| wrong.under("value"))?;
    let key = Key { world: number("world")?, site, turn: number("turn")?.unwrap_or(0), binders };
    Ok((key, value))
}

/// The key with its agents in the final numbering.
pub fn settle(key: &Key, roster: &Roster<'_>) -> Key {
    Key { binders: key.binders.iter().map(|binder| roster.settle(binder)).collect(), ..key.clone() }
}
