//! About how much memory a script's values take.

use rhai::{Array, Blob, Dynamic, Map};

/// What a value takes besides what it points to.
const SLOT: u64 = size_of::<Dynamic>() as u64;

/// What a place in a map takes besides key and value.
const PLACE: u64 = 32;

/// Deeper values are not looked into: they would have to be made by a runaway script.
const DEEPEST: usize = 64;

/// Adds up values until they are more than allowed.
pub(super) struct Measure {
    pub(super) bytes: u64,
    limit: u64,
}

impl Measure {
    pub(super) fn new(limit: u64) -> Self {
        Self { bytes: 0, limit }
    }

    /// Adds a value; whether there is still room.
    pub(super) fn add(&mut self, value: &Dynamic) -> bool {
        self.enter(value, 0)
    }

    fn enter(&mut self, value: &Dynamic, depth: usize) -> bool {
        self.bytes += SLOT;
        if depth > DEEPEST || self.bytes > self.limit {
            return self.bytes <= self.limit;
        }
        if let Ok(text) = value.as_immutable_string_ref() {
            self.bytes += text.len() as u64;
        } else if value.is_array() {
            if let Some(items) = value.read_lock::<Array>() {
                return items.iter().all(|item| self.enter(item, depth + 1));
            }
        } else if value.is_map() {
            if let Some(items) = value.read_lock::<Map>() {
                return items.iter().all(|(key, item)| {
                    self.bytes += PLACE + key.len() as u64;
                    self.enter(item, depth + 1)
                });
            }
        } else if value.is_blob()
            && let Some(bytes) = value.read_lock::<Blob>()
        {
            self.bytes += bytes.len() as u64;
        }
        self.bytes <= self.limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_arrays_and_maps_count_with_what_is_in_them() {
        let mut map = Map::new();
        map.insert("text".into(), "x".repeat(1_000).into());
        map.insert("list".into(), Dynamic::from_array(vec![1.into(); 100]));
        let mut measure = Measure::new(u64::MAX);
        assert!(measure.add(&Dynamic::from_map(map)));
        assert!((2_600..4_000).contains(&measure.bytes), "{}", measure.bytes);
    }

    #[test]
    fn measuring_ends_at_the_limit() {
        let list = Dynamic::from_array(vec![Dynamic::UNIT; 100_000]);
        let mut measure = Measure::new(1_000);
        assert!(!measure.add(&list));
        assert!(measure.bytes < 2_000);
    }
}
