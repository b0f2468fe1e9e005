//! GGUF files, read in Rust before llama.cpp sees them.
//!
//! ```text
//! path ─▶ header.rs (bounded reads) ─▶ parse.rs (tables of one file) ─┐
//!         split.rs (the other parts of a split model) ────────────────┴▶ Gguf
//!                                 Gguf ─▶ facts.rs (what the model is)
//!                                      └▶ validate/ (whether llama.cpp will survive it)
//! ```
//!
//! llama.cpp trusts a model's metadata in many places: a wrong number stops the whole process. So
//! everything that comes from a file goes through [`Gguf::open`] first, which refuses what llama.cpp
//! would not survive, with the reason in words.

mod architectures;
mod facts;
mod flaw;
mod header;
mod parse;
mod split;
mod tensor;
mod validate;
mod value;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

pub use facts::{Kind, RecommendedSampling};
pub use split::{Split, split_of_name};
pub use tensor::{Tensor, TensorType};
pub use value::{Array, Value, ValueType};

use crate::Error;
use flaw::Flaw;
use header::Unreadable;
use value::Entry;

/// The header of a model: its metadata and the list of its tensors, without their numbers.
#[derive(Debug)]
pub struct Gguf {
    version: u32,
    header: Vec<u8>,
    keys: Vec<String>,
    entries: HashMap<String, Entry>,
    tensors: Vec<Tensor>,
    parts: Vec<Part>,
}

/// One file of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where it is.
    pub path: PathBuf,
    /// Its size in bytes.
    pub size: u64,
    /// Where its tensors begin, in bytes from its start.
    pub data_offset: u64,
}

impl Gguf {
    /// Reads the header of a model, of a split one the headers of all parts, and refuses what
    /// llama.cpp would not survive. Reads the header only, so the size of the weights does not matter.
    ///
    /// # Errors
    /// [`Error::ModelUnreadable`] or [`Error::ModelInvalid`].
    pub fn open(path: &Path) -> Result<Self, Error> {
        let gguf = Self::read(path)?;
        gguf.validate()?;
        Ok(gguf)
    }

    /// Reads the header without asking whether it makes a usable model; for listing what a file is.
    ///
    /// # Errors
    /// [`Error::ModelUnreadable`], [`Error::NotFirstPart`] or, when the file is no GGUF file, cut short
    /// or a part of a model whose other parts are missing, [`Error::ModelInvalid`].
    pub fn read(path: &Path) -> Result<Self, Error> {
        let mut gguf = Self::read_part(path, 0)?;
        let Some(split) = gguf.split().map_err(|flaw| flaw.in_file(path))? else { return Ok(gguf) };
        if split.number != 0 {
            return Err(Error::NotFirstPart {
                number: split.number + 1,
                count: split.count,
                path: path.to_owned(),
            });
        }
        let paths = split::parts(path, split.count).map_err(|flaw| flaw.in_file(path))?;
        for (number, path) in paths.iter().enumerate().skip(1) {
            let part = Self::read_part(path, number)?;
            gguf.append(part, split, number).map_err(|flaw| flaw.in_file(path))?;
        }
        Ok(gguf)
    }

    /// Refuses what llama.cpp would not survive or cannot use.
    ///
    /// # Errors
    /// [`Error::ModelInvalid`] with the reason.
    pub fn validate(&self) -> Result<(), Error> {
        validate::validate(self).map_err(|flaw| flaw.in_file(self.path()))
    }

    /// The file, of a split model the first.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.parts.first().map_or(Path::new(""), |part| &part.path)
    }

    /// Version of the file format: 2 or 3.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The files that the model consists of; one, unless it is split.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The tensors, in the order in which they lie in the file.
    #[must_use]
    pub fn tensors(&self) -> &[Tensor] {
        &self.tensors
    }

    /// The tensor with this name.
    #[must_use]
    pub fn tensor(&self, name: &str) -> Option<&Tensor> {
        self.tensors.iter().find(|tensor| tensor.name == name)
    }

    /// The metadata keys, in the order of the file.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(String::as_str)
    }

    /// A metadata value.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<Value<'_>> {
        value::value(self.entries.get(key)?, &self.header)
    }

    /// The type of a metadata value.
    #[must_use]
    pub fn value_type(&self, key: &str) -> Option<ValueType> {
        self.entries.get(key).map(|entry| entry.kind)
    }

    /// A metadata value that is text; what is not UTF-8 in it is replaced.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<String> {
        match self.value(key)? {
            Value::String(bytes) => Some(value::text(bytes).into_owned()),
            _ => None,
        }
    }

    /// A metadata value that is an integer and fits into 64 bits without a sign.
    #[must_use]
    pub fn integer(&self, key: &str) -> Option<u64> {
        match self.value(key)? {
            Value::Integer(number) => u64::try_from(number).ok(),
            _ => None,
        }
    }

    /// A metadata value that is a float.
    #[must_use]
    pub fn float(&self, key: &str) -> Option<f64> {
        match self.value(key)? {
            Value::Float(number) => Some(number),
            _ => None,
        }
    }

    /// A metadata value that is true or false.
    #[must_use]
    pub fn flag(&self, key: &str) -> Option<bool> {
        match self.value(key)? {
            Value::Bool(flag) => Some(flag),
            _ => None,
        }
    }

    /// A metadata value that is a list.
    #[must_use]
    pub fn array(&self, key: &str) -> Option<Array<'_>> {
        match self.value(key)? {
            Value::Array(array) => Some(array),
            _ => None,
        }
    }

    fn read_part(path: &Path, number: usize) -> Result<Self, Error> {
        let tables = parse::parse(path, number).map_err(|error| match error {
            Unreadable::Io(error) => {
                Error::ModelUnreadable { reason: error.to_string(), path: path.to_owned() }
            }
            Unreadable::Flaw(flaw) => flaw.in_file(path),
        })?;
        Ok(Self {
            version: tables.version,
            header: tables.header,
            keys: tables.keys,
            entries: tables.entries,
            tensors: tables.tensors,
            parts: vec![Part {
                path: path.to_owned(),
                size: tables.file_size,
                data_offset: tables.data_offset,
            }],
        })
    }

    fn append(&mut self, part: Self, split: Split, number: usize) -> Result<(), Flaw> {
        let found = part.split()?;
        let expected = Split { number: u32::try_from(number).unwrap_or(u32::MAX), ..split };
        // Only the first part has to know how many there are.
        if found.map(|found| found.number) != Some(expected.number) {
            let words = format!("it should be part {} of {}", number + 1, split.count);
            return Err(Flaw(format!("{words} and says that it is another")));
        }
        let names: std::collections::HashSet<_> =
            self.tensors.iter().map(|tensor| tensor.name.as_str()).collect();
        if let Some(twice) = part.tensors.iter().find(|tensor| names.contains(tensor.name.as_str()))
        {
            return Err(Flaw(format!("the tensor {} is in two parts", twice.name)));
        }
        self.tensors.extend(part.tensors);
        self.parts.extend(part.parts);
        Ok(())
    }

    /// Which part of a split model this file says it is; `None` for a model in one file.
    fn split(&self) -> Result<Option<Split>, Flaw> {
        let number = |key: &str| match self.value_type(key) {
            None => Ok(None),
            // llama.cpp reads both as 16 bits and stops at anything else.
            Some(ValueType::U16) => Ok(self.integer(key).and_then(|n| u32::try_from(n).ok())),
            Some(other) => Err(Flaw(format!("{key} is of type {}, not u16", other.name()))),
        };
        let (count, number) = (number("split.count")?, number("split.no")?);
        Ok(match (count, number) {
            (Some(0 | 1) | None, None | Some(0)) => None,
            (count, number) => {
                Some(Split { number: number.unwrap_or(0), count: count.unwrap_or(0) })
            }
        })
    }
}
