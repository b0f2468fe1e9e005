//! The bytes before the weights, read only as far as they go.
//!
//! Nothing that a file says about itself is believed: a length is compared with the size of the
//! file before anything is read or allocated. The file is read, not mapped, so that another program
//! that shortens it meanwhile causes an error and not a fault.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;

use super::flaw::{Flaw, flaw};

/// No known model comes near: the largest vocabularies take some 20 MB.
const LARGEST: u64 = 512_000_000;
const READ_AHEAD: usize = 1 << 20;

/// Why a header could not be read.
pub(super) enum Unreadable {
    /// The system refused.
    Io(io::Error),
    /// The bytes make no sense.
    Flaw(Flaw),
}

impl From<Flaw> for Unreadable {
    fn from(flaw: Flaw) -> Self {
        Self::Flaw(flaw)
    }
}

/// A cursor over the beginning of a file.
pub(super) struct Header {
    file: File,
    size: u64,
    bytes: Vec<u8>,
    at: usize,
}

impl Header {
    pub(super) fn new(file: File, size: u64) -> Self {
        Self { file, size, bytes: Vec::new(), at: 0 }
    }

    /// Size of the whole file.
    pub(super) fn file_size(&self) -> u64 {
        self.size
    }

    /// How many bytes have been taken.
    pub(super) fn position(&self) -> u64 {
        self.at as u64
    }

    /// How many bytes the file has beyond the cursor.
    pub(super) fn remaining(&self) -> u64 {
        self.size - self.position()
    }

    /// What has been taken.
    pub(super) fn into_bytes(mut self) -> Vec<u8> {
        self.bytes.truncate(self.at);
        self.bytes.shrink_to_fit();
        self.bytes
    }

    /// The next `count` bytes, as their place in the header.
    pub(super) fn take(&mut self, count: u64) -> Result<Range<usize>, Unreadable> {
        if count > self.remaining() {
            return Err(self.ends_early());
        }
        if self.position() + count > LARGEST {
            return Err(Flaw("its header is larger than 512 MB".to_owned()).into());
        }
        // Cannot be cut: it is at most LARGEST.
        let end = self.at + count as usize;
        if end > self.bytes.len() {
            self.read_to(end)?;
        }
        let range = self.at..end;
        self.at = end;
        Ok(range)
    }

    pub(super) fn u32(&mut self) -> Result<u32, Unreadable> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64, Unreadable> {
        self.array().map(u64::from_le_bytes)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Unreadable> {
        let range = self.take(N as u64)?;
        let mut array = [0; N];
        array.copy_from_slice(&self.bytes[range]);
        Ok(array)
    }

    /// Four bytes that were taken before.
    pub(super) fn u32_at(&self, range: &Range<usize>) -> u32 {
        let bytes = self.bytes.get(range.clone()).and_then(|bytes| bytes.first_chunk());
        bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes))
    }

    /// A string with its length before it.
    pub(super) fn string(&mut self) -> Result<&[u8], Unreadable> {
        let length = self.u64()?;
        let range = self.take(length)?;
        Ok(&self.bytes[range])
    }

    /// A name: a string that must be text.
    pub(super) fn name(&mut self, what: &str) -> Result<String, Unreadable> {
        let bytes = self.string()?;
        match std::str::from_utf8(bytes) {
            Ok(name) if !name.contains('\0') => Ok(name.to_owned()),
            _ => Err(Flaw(format!("{what} is no text")).into()),
        }
    }

    fn read_to(&mut self, end: usize) -> Result<(), Unreadable> {
        let available = usize::try_from(self.size).unwrap_or(usize::MAX);
        let wanted = end.max(self.bytes.len() + READ_AHEAD).min(available);
        let missing = (wanted - self.bytes.len()) as u64;
        (&mut self.file).take(missing).read_to_end(&mut self.bytes).map_err(Unreadable::Io)?;
        if self.bytes.len() < end { Err(self.ends_early()) } else { Ok(()) }
    }

    fn ends_early(&self) -> Unreadable {
        Unreadable::Flaw(Flaw(format!(
            "it ends after {} bytes, in the middle of its header",
            self.size
        )))
    }
}

/// `count` items of at least `each` bytes must fit into what is left of the file.
pub(super) fn plausible(header: &Header, count: u64, each: u64, what: &str) -> Result<(), Flaw> {
    match count.checked_mul(each) {
        Some(bytes) if bytes <= header.remaining() => Ok(()),
        _ => flaw!("it claims {count} {what}, more than its {} bytes can hold", header.file_size()),
    }
}
