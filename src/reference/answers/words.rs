//! The words of a key: what its random numbers derive from.
//!
//! In: a key. Out: `u32` words; different keys give different words. A draw's words leave out
//! the world, so that worlds share their uniform numbers.

use crate::ir::Value;
use crate::trace::Key;

/// The words of a choice's key. A world's own choice is a number of its own.
pub fn choice_words(key: &Key) -> Vec<u32> {
    let world = key.world.map_or(0, |world| world + 1);
    words(key, world)
}

/// The words of a draw's key, the same in every world.
// spec: world.choices
pub fn draw_words(key: &Key) -> Vec<u32> {
    words(key, 0)
}

fn words(key: &Key, world: u32) -> Vec<u32> {
    let mut words = vec![key.site.0, key.turn, world];
    push_all(&mut words, &key.binders);
    words
}

fn push_all(words: &mut Vec<u32>, values: &[Value]) {
    words.push(values.len() as u32);
    for value in values {
        push(words, value);
    }
}

fn push_long(words: &mut Vec<u32>, bits: u64) {
    words.extend([bits as u32, (bits >> 32) as u32]);
}

/// A tag, then what tells the value from others of its kind.
fn push(words: &mut Vec<u32>, value: &Value) {
    match value {
        Value::None => words.push(0),
        Value::Bool(bool) => words.extend([1, u32::from(*bool)]),
        Value::Int(int) => {
            words.push(2);
            push_long(words, *int as u64);
        }
        Value::Real(real) => {
            words.push(3);
            // 0.0 and -0.0 are equal.
            push_long(words, (real + 0.0).to_bits());
        }
        Value::Str(text) => {
            words.extend([4, text.len() as u32]);
            words.extend(text.as_bytes().chunks(4).map(|bytes| {
                bytes.iter().rev().fold(0, |word, byte| word << 8 | u32::from(*byte))
            }));
        }
        Value::Duration(nanoseconds) => {
            words.push(5);
            push_long(words, *nanoseconds as u64);
        }
        Value::Variant(of, variant) => words.extend([6, of.0, *variant]),
        Value::Agent(agent) => words.extend([7, agent.0]),
        Value::Set(values) => {
            words.push(8);
            push_all(words, values);
        }
        Value::Event(occurrence) => {
            words.extend([9, occurrence.event.0]);
            push_all(words, &occurrence.fields);
        }
        Value::Table(rows) => {
            words.extend([10, rows.len() as u32]);
            for (indices, value) in rows.iter() {
                push_all(words, indices);
                push(words, value);
            }
        }
        Value::Unrecorded => words.push(11),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{AgentId, SiteId};

    fn key(world: Option<u32>, binders: Vec<Value>) -> Key {
        Key { world, site: SiteId(3), turn: 2, binders }
    }

    #[test]
    fn different_keys_have_different_words() {
        let rows = [
            vec![],
            vec![Value::None],
            vec![Value::Int(7)],
            vec![Value::Agent(AgentId(7))],
            vec![Value::Int(7), Value::Int(0)],
            vec![Value::Str("a".into()), Value::Str("bc".into())],
            vec![Value::Str("ab".into()), Value::Str("c".into())],
        ];
        for (a, left) in rows.iter().enumerate() {
            for (b, right) in rows.iter().enumerate() {
                let same = choice_words(&key(None, left.clone()))
                    == choice_words(&key(None, right.clone()));
                assert_eq!(same, a == b, "{left:?} {right:?}");
            }
        }
    }

    #[test]
    fn worlds_share_draws_but_not_their_own_choices() {
        let (shared, own) = (key(None, vec![]), key(Some(0), vec![]));
        assert_eq!(draw_words(&shared), draw_words(&own));
        assert_ne!(choice_words(&shared), choice_words(&own));
    }
}
