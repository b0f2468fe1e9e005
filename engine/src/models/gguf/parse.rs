//! From the bytes of one file to its tables. Checks what the file format itself demands; whether
//! the content makes a usable model is asked in [`super::validate`].

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::path::Path;

use super::flaw::{Flaw, flaw};
use super::header::{Header, Unreadable, plausible};
use super::tensor::{Tensor, TensorType};
use super::value::{Entry, ValueType};

const DEFAULT_ALIGNMENT: u64 = 32;
/// ggml keeps a tensor's name in 64 bytes with a closing zero.
const LONGEST_NAME: usize = 63;

/// The tables of one file.
pub(super) struct Tables {
    pub(super) version: u32,
    pub(super) header: Vec<u8>,
    pub(super) keys: Vec<String>,
    pub(super) entries: HashMap<String, Entry>,
    pub(super) tensors: Vec<Tensor>,
    pub(super) data_offset: u64,
    pub(super) file_size: u64,
}

pub(super) fn parse(path: &Path, part: usize) -> Result<Tables, Unreadable> {
    // Asked before it is opened: opening a pipe waits for somebody who writes into it.
    if !std::fs::metadata(path).map_err(Unreadable::Io)?.is_file() {
        return Err(Flaw("it is no file".to_owned()).into());
    }
    let file = File::open(path).map_err(Unreadable::Io)?;
    let metadata = file.metadata().map_err(Unreadable::Io)?;
    let mut header = Header::new(file, metadata.len());
    let version = magic_and_version(&mut header)?;
    let tensor_count = header.u64()?;
    let key_count = header.u64()?;
    plausible(&header, key_count, 8 + 4 + 1, "metadata keys")?;
    plausible(&header, tensor_count, 8 + 4 + 4 + 8, "tensors")?;
    let (keys, entries) = metadata_table(&mut header, key_count)?;
    let alignment = alignment(&mut header, &entries)?;
    let tensors = tensor_table(&mut header, tensor_count, part)?;
    let data_offset = header.position().next_multiple_of(alignment);
    let file_size = header.file_size();
    places(&tensors, data_offset, alignment, file_size)?;
    let header = header.into_bytes();
    Ok(Tables { version, header, keys, entries, tensors, data_offset, file_size })
}

fn magic_and_version(header: &mut Header) -> Result<u32, Unreadable> {
    if header.file_size() == 0 {
        return Err(Flaw("it is empty".to_owned()).into());
    }
    if header.file_size() < 24 {
        return Err(Flaw(format!("it has only {} bytes", header.file_size())).into());
    }
    let beginning: [u8; 8] = header.array()?;
    let [magic @ .., v0, v1, v2, v3] = beginning;
    if &magic != b"GGUF" {
        return Err(Flaw(something_else(beginning)).into());
    }
    let version = u32::from_le_bytes([v0, v1, v2, v3]);
    match version {
        2 | 3 => Ok(version),
        1 => Err(Flaw("it is GGUF version 1, which is no longer supported".to_owned()).into()),
        _ if (1..=3).contains(&version.swap_bytes()) => {
            Err(Flaw("it was made for big-endian machines".to_owned()).into())
        }
        _ => Err(Flaw(format!("it is GGUF version {version}; this program knows 2 and 3")).into()),
    }
}

/// Names what people take for a model by mistake.
fn something_else(beginning: [u8; 8]) -> String {
    match &beginning {
        b"version " => "it is a Git LFS pointer, not the model itself".to_owned(),
        [b'<', ..] => "it is a web page, not a model".to_owned(),
        [b'P', b'K', 3, 4, ..] => "it is a ZIP archive or a PyTorch model".to_owned(),
        [b'l', b'm', b'g', b'g', ..] | [b't' | b'f' | b'm', b'j' | b'm', b'g', b'g', ..] => {
            "it is an old GGML file; convert it to GGUF".to_owned()
        }
        // Safetensors: the length of a JSON object as 64 bits.
        [_, _, _, _, 0, 0, 0, 0] => {
            "it does not begin with GGUF; if it is a safetensors model, convert it".to_owned()
        }
        _ => "it does not begin with GGUF".to_owned(),
    }
}

fn metadata_table(
    header: &mut Header,
    count: u64,
) -> Result<(Vec<String>, HashMap<String, Entry>), Unreadable> {
    let mut keys = Vec::new();
    let mut entries = HashMap::new();
    for number in 0..count {
        let key = header.name(&format!("the name of metadata key {number}"))?;
        if key.is_empty() {
            return Err(Flaw(format!("metadata key {number} has no name")).into());
        }
        let entry = entry(header, &key)?;
        keys.push(key.clone());
        if entries.insert(key.clone(), entry).is_some() {
            return Err(Flaw(format!("the metadata key {key} is there twice")).into());
        }
    }
    Ok((keys, entries))
}

fn entry(header: &mut Header, key: &str) -> Result<Entry, Unreadable> {
    let kind = value_type(header, key)?;
    if kind != ValueType::Array {
        let bytes = match kind.size() {
            Some(size) => header.take(size as u64)?,
            None => {
                let length = header.u64()?;
                header.take(length)?
            }
        };
        return Ok(Entry { kind, items: None, bytes });
    }
    let item = value_type(header, key)?;
    if item == ValueType::Array {
        return Err(Flaw(format!("the metadata key {key} is a list of lists")).into());
    }
    let length = header.u64()?;
    let each = item.size().unwrap_or(8) as u64;
    plausible(header, length, each, &format!("items of {key}"))?;
    let bytes = if item.size().is_some() {
        header.take(length * each)?
    } else {
        let start = header.take(0)?.start;
        for _ in 0..length {
            header.string()?;
        }
        start..header.take(0)?.end
    };
    let length = usize::try_from(length)
        .map_err(|_| Flaw(format!("{key} has {length} items, too many for this machine")))?;
    Ok(Entry { kind, items: Some((item, length)), bytes })
}

fn value_type(header: &mut Header, key: &str) -> Result<ValueType, Unreadable> {
    let code = header.u32()?;
    ValueType::from_code(code)
        .ok_or_else(|| Flaw(format!("the metadata key {key} has the unknown type {code}")).into())
}

fn alignment(header: &mut Header, entries: &HashMap<String, Entry>) -> Result<u64, Unreadable> {
    let Some(entry) = entries.get("general.alignment") else { return Ok(DEFAULT_ALIGNMENT) };
    if entry.kind != ValueType::U32 {
        let found = entry.kind.name();
        return Err(Flaw(format!("general.alignment is of type {found}, not u32")).into());
    }
    let alignment = u64::from(header.u32_at(&entry.bytes));
    // A smaller one is valid GGUF, but ggml stops when the weights do not begin at a multiple of 32.
    if alignment.is_power_of_two() && alignment >= DEFAULT_ALIGNMENT {
        Ok(alignment)
    } else {
        let words = format!("general.alignment is {alignment}, not a power of two from 32 on");
        Err(Flaw(words).into())
    }
}

fn tensor_table(header: &mut Header, count: u64, part: usize) -> Result<Vec<Tensor>, Unreadable> {
    let mut tensors = Vec::new();
    let mut names = HashSet::new();
    for number in 0..count {
        let name = header.name(&format!("the name of tensor {number}"))?;
        if name.len() > LONGEST_NAME {
            return Err(Flaw(format!("the name of tensor {number} is too long")).into());
        }
        let shape = shape(header, &name)?;
        let code = header.u32()?;
        let kind = tensor_type(code, &name, &shape)?;
        let offset = header.u64()?;
        if !names.insert(name.clone()) {
            return Err(Flaw(format!("the tensor {name} is there twice")).into());
        }
        tensors.push(Tensor { name, shape, kind, offset, part });
    }
    Ok(tensors)
}

fn shape(header: &mut Header, name: &str) -> Result<Vec<u64>, Unreadable> {
    let dimensions = header.u32()?;
    if dimensions > 4 {
        return Err(Flaw(format!("the tensor {name} has {dimensions} dimensions")).into());
    }
    let mut shape = Vec::new();
    let mut elements = 1_u64;
    for _ in 0..dimensions {
        let extent = header.u64()?;
        shape.push(extent);
        // ggml counts elements and bytes with 63 bits; eight bytes an element are the most.
        elements = match elements.checked_mul(extent) {
            Some(product) if extent > 0 && product <= u64::MAX >> 4 => product,
            _ => return Err(Flaw(format!("the tensor {name} has the shape {shape:?}")).into()),
        };
    }
    Ok(shape)
}

fn tensor_type(code: u32, name: &str, shape: &[u64]) -> Result<TensorType, Flaw> {
    let Some(kind) = TensorType::from_code(code) else {
        flaw!("the tensor {name} has the unknown number type {code}; a newer program may know it")
    };
    let row = shape.first().copied().unwrap_or(1);
    if !row.is_multiple_of(kind.block) {
        flaw!(
            "the tensor {name} has rows of {row} numbers, no multiple of the {} of {}",
            kind.block,
            kind.name
        );
    }
    Ok(kind)
}

/// ggml wants the tensors one behind the other, each at the next multiple of the alignment.
fn places(
    tensors: &[Tensor],
    data_offset: u64,
    alignment: u64,
    file_size: u64,
) -> Result<(), Flaw> {
    let mut expected = 0_u64;
    let mut end = 0_u64;
    for tensor in tensors {
        if tensor.offset != expected {
            flaw!(
                "the tensor {} begins at byte {} of the weights, expected was {expected}",
                tensor.name,
                tensor.offset
            );
        }
        let next = expected
            .checked_add(tensor.bytes())
            .and_then(|next| Some((next, next.checked_next_multiple_of(alignment)?)));
        match next {
            Some((last, next)) => (end, expected) = (last, next),
            None => flaw!("the tensor {} is too large to be true", tensor.name),
        }
    }
    match data_offset.checked_add(end) {
        Some(needed) if needed <= file_size => Ok(()),
        Some(needed) => flaw!(
            "it has {file_size} bytes and should have {needed}: the download or copy is incomplete"
        ),
        None => flaw!("its tensors are too large to be true"),
    }
}
