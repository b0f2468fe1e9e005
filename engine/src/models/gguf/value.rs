//! Metadata values: thirteen types, of which lists are decoded only when somebody looks.

use std::borrow::Cow;
use std::ops::Range;

/// The type of a metadata value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// 8 bits, unsigned.
    U8,
    /// 8 bits, signed.
    I8,
    /// 16 bits, unsigned.
    U16,
    /// 16 bits, signed.
    I16,
    /// 32 bits, unsigned.
    U32,
    /// 32 bits, signed.
    I32,
    /// 32-bit float.
    F32,
    /// True or false.
    Bool,
    /// Text.
    String,
    /// Several of one of the others.
    Array,
    /// 64 bits, unsigned.
    U64,
    /// 64 bits, signed.
    I64,
    /// 64-bit float.
    F64,
}

impl ValueType {
    /// The type with this number in the file format.
    pub(super) fn from_code(code: u32) -> Option<Self> {
        use ValueType::{Array, Bool, F32, F64, I8, I16, I32, I64, String, U8, U16, U32, U64};
        let all = [U8, I8, U16, I16, U32, I32, F32, Bool, String, Array, U64, I64, F64];
        all.get(usize::try_from(code).ok()?).copied()
    }

    /// Bytes of one value; `None` where they vary.
    pub(super) fn size(self) -> Option<usize> {
        match self {
            Self::U8 | Self::I8 | Self::Bool => Some(1),
            Self::U16 | Self::I16 => Some(2),
            Self::U32 | Self::I32 | Self::F32 => Some(4),
            Self::U64 | Self::I64 | Self::F64 => Some(8),
            Self::String | Self::Array => None,
        }
    }

    /// The type's name in the file format.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::U8 => "u8",
            Self::I8 => "i8",
            Self::U16 => "u16",
            Self::I16 => "i16",
            Self::U32 => "u32",
            Self::I32 => "i32",
            Self::F32 => "f32",
            Self::Bool => "bool",
            Self::String => "str",
            Self::Array => "arr",
            Self::U64 => "u64",
            Self::I64 => "i64",
            Self::F64 => "f64",
        }
    }
}

/// Where a value lies in the header.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) kind: ValueType,
    /// Type of the items and their number, if it is an array.
    pub(super) items: Option<(ValueType, usize)>,
    /// The bytes of the value: of a string without, of an array's items with their lengths.
    pub(super) bytes: Range<usize>,
}

/// A metadata value.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// Any of the integer types.
    Integer(i128),
    /// Any of the float types.
    Float(f64),
    /// True or false.
    Bool(bool),
    /// Text, as its bytes.
    String(&'a [u8]),
    /// Several of one of the others.
    Array(Array<'a>),
}

/// Several values of one type.
#[derive(Clone, Copy, Debug)]
pub struct Array<'a> {
    kind: ValueType,
    length: usize,
    bytes: &'a [u8],
}

impl<'a> Array<'a> {
    /// The type of the items.
    #[must_use]
    pub fn item_type(&self) -> ValueType {
        self.kind
    }

    /// The number of items.
    #[must_use]
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there are no items.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The items, if they are strings; empty otherwise.
    pub fn strings(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let mut rest = if self.kind == ValueType::String { self.bytes } else { &[] };
        std::iter::from_fn(move || {
            let (length, behind) = rest.split_first_chunk()?;
            let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
            let (item, behind) = behind.split_at_checked(length)?;
            rest = behind;
            Some(item)
        })
    }

    /// The items, if they are integers or booleans; empty otherwise.
    pub fn integers(&self) -> impl Iterator<Item = i128> + use<'a> {
        let kind = self.kind;
        self.scalars().filter_map(move |bytes| match scalar(kind, bytes)? {
            Value::Integer(number) => Some(number),
            Value::Bool(flag) => Some(i128::from(flag)),
            _ => None,
        })
    }

    /// The items, if they are floats; empty otherwise.
    pub fn floats(&self) -> impl Iterator<Item = f64> + use<'a> {
        let kind = self.kind;
        self.scalars().filter_map(move |bytes| match scalar(kind, bytes)? {
            Value::Float(number) => Some(number),
            _ => None,
        })
    }

    fn scalars(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let (bytes, size): (&[u8], usize) = match self.kind.size() {
            Some(size) => (self.bytes, size),
            None => (&[], 1),
        };
        bytes.chunks_exact(size)
    }
}

/// Reads what `entry` points at.
pub(super) fn value<'a>(entry: &Entry, header: &'a [u8]) -> Option<Value<'a>> {
    let bytes = header.get(entry.bytes.clone())?;
    match (entry.kind, entry.items) {
        (ValueType::Array, Some((kind, length))) => {
            Some(Value::Array(Array { kind, length, bytes }))
        }
        (ValueType::String, _) => Some(Value::String(bytes)),
        (kind, _) => scalar(kind, bytes),
    }
}

/// Text for people and templates: what is not UTF-8 is replaced.
pub(super) fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

fn scalar(kind: ValueType, bytes: &[u8]) -> Option<Value<'static>> {
    Some(match kind {
        ValueType::U8 => Value::Integer(u8::from_le_bytes(bytes.try_into().ok()?).into()),
        ValueType::I8 => Value::Integer(i8::from_le_bytes(bytes.try_into().ok()?).into()),
        ValueType::U16 => Value::Integer(u16::from_le_bytes(bytes.try_into().ok()?).into()),
        ValueType::I16 => Value::Integer(i16::from_le_bytes(bytes.try_into().ok()?).into()),
        ValueType::U32 => Value::Integer(u32::from_le_bytes(bytes.try_into().ok()?).into()),
        ValueType::I32 => Value::Integer(i32::from_le_bytes(bytes.try_into().ok()?).into()),
        ValueType::U64 => Value::Integer(u64::from_le_bytes(bytes.try_into().ok()?).into()),
        ValueType::I64 => Value::Integer(i64::from_le_bytes(bytes.try_into().ok()?).into()),
        ValueType::F32 => Value::Float(f32::from_le_bytes(bytes.try_into().ok()?).into()),
        ValueType::F64 => Value::Float(f64::from_le_bytes(bytes.try_into().ok()?)),
        ValueType::Bool => Value::Bool(*bytes.first()? != 0),
        ValueType::String | ValueType::Array => return None,
    })
}
