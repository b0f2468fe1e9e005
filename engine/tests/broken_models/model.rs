//! A small sound model whose bytes can be spoilt, one thing at a time.

use std::fs;
use std::path::{Path, PathBuf};

/// The bytes of a small sound model, to be spoilt.
pub(crate) struct Model(pub(crate) Vec<u8>);

/// Numbers of the value types in the file format.
pub(crate) const U16: u32 = 2;
pub(crate) const U32: u32 = 4;
pub(crate) const I32: u32 = 5;
pub(crate) const F32: u32 = 6;
pub(crate) const STRING: u32 = 8;
pub(crate) const ARRAY: u32 = 9;

impl Model {
    pub(crate) fn fixture(name: &str) -> Self {
        Self(fs::read(fixture(name)).unwrap())
    }

    pub(crate) fn put(&mut self, at: usize, bytes: &[u8]) {
        self.0[at..at + bytes.len()].copy_from_slice(bytes);
    }

    /// Where the type of a key's value lies.
    pub(crate) fn key(&self, key: &str) -> usize {
        let name = text(key);
        let at = self.0.windows(name.len()).position(|window| window == name);
        at.unwrap_or_else(|| panic!("no key {key}")) + name.len()
    }

    pub(crate) fn set_u32(&mut self, key: &str, value: u32) {
        let at = self.key(key) + 4;
        self.put(at, &value.to_le_bytes());
    }

    pub(crate) fn set_f32(&mut self, key: &str, value: f32) {
        self.set_u32(key, value.to_bits());
    }

    pub(crate) fn set_type(&mut self, key: &str, kind: u32) {
        let at = self.key(key);
        self.put(at, &kind.to_le_bytes());
    }

    pub(crate) fn set_item_type(&mut self, key: &str, kind: u32) {
        let at = self.key(key) + 4;
        self.put(at, &kind.to_le_bytes());
    }

    pub(crate) fn set_length(&mut self, key: &str, length: u64) {
        let at = self.key(key) + 8;
        self.put(at, &length.to_le_bytes());
    }

    /// Replaces a text by one of the same length, everywhere.
    pub(crate) fn replace(&mut self, old: &str, new: &str) {
        assert_eq!(old.len(), new.len());
        let places: Vec<_> = (0..self.0.len() - old.len())
            .filter(|at| self.0[*at..].starts_with(old.as_bytes()))
            .collect();
        assert!(!places.is_empty(), "no {old}");
        for at in places {
            self.put(at, new.as_bytes());
        }
    }

    /// Adds a key, and another one so that the weights keep their alignment.
    pub(crate) fn add(&mut self, key: &str, kind: u32, value: &[u8]) {
        let mut added = [text(key), kind.to_le_bytes().to_vec(), value.to_vec()].concat();
        added.extend([text("test.padding"), STRING.to_le_bytes().to_vec()].concat());
        let missing = (32 - (added.len() + 8) % 32) % 32;
        added.extend(text(&"x".repeat(missing)));
        self.0.splice(24..24, added);
        let keys = u64::from_le_bytes(self.0[16..24].try_into().unwrap());
        self.put(16, &(keys + 2).to_le_bytes());
    }

    /// Adds a key in place of the one with this name, which gets another name.
    pub(crate) fn retype(&mut self, key: &str, kind: u32, value: &[u8]) {
        let other = format!("{}?", &key[..key.len() - 1]);
        self.replace(key, &other);
        self.add(key, kind, value);
    }

    /// Takes the space out of the first merge.
    pub(crate) fn break_a_merge(&mut self) {
        let at = self.key("tokenizer.ggml.merges") + 16;
        let length = u64::from_le_bytes(self.0[at..at + 8].try_into().unwrap()) as usize;
        let space = self.0[at + 8..at + 8 + length].iter().position(|byte| *byte == b' ').unwrap();
        self.put(at + 8 + space, b"_");
    }

    /// Where the number of dimensions of a tensor lies, and how many there are.
    pub(crate) fn tensor(&self, name: &str) -> (usize, usize) {
        let at = self.key(name);
        (at, u32::from_le_bytes(self.0[at..at + 4].try_into().unwrap()) as usize)
    }

    pub(crate) fn set_extent(&mut self, tensor: &str, extent: u64) {
        let (at, _) = self.tensor(tensor);
        self.put(at + 4, &extent.to_le_bytes());
    }

    pub(crate) fn set_tensor_type(&mut self, tensor: &str, kind: u32) {
        let (at, dimensions) = self.tensor(tensor);
        self.put(at + 4 + 8 * dimensions, &kind.to_le_bytes());
    }

    pub(crate) fn set_offset(&mut self, tensor: &str, offset: u64) {
        let (at, dimensions) = self.tensor(tensor);
        self.put(at + 8 + 8 * dimensions, &offset.to_le_bytes());
    }
}

pub(crate) fn text(text: &str) -> Vec<u8> {
    [&(text.len() as u64).to_le_bytes()[..], text.as_bytes()].concat()
}

/// The value of a key that is a list of 32-bit numbers.
pub(crate) fn list(kind: u32, items: &[i32]) -> Vec<u8> {
    let mut value = [&kind.to_le_bytes()[..], &(items.len() as u64).to_le_bytes()].concat();
    value.extend(items.iter().flat_map(|item| item.to_le_bytes()));
    value
}

pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures").join(name)
}
