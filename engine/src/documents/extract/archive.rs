//! Zip archives, as Office, OpenDocument and EPUB files are, opened with a guard against bombs.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek as _, SeekFrom};
use std::path::Path;

use zip::result::ZipError;

use super::limits::Limits;
use super::refusal::Refusal;

/// An open archive that counts what is unpacked from it.
pub(super) struct Archive {
    zip: zip::ZipArchive<BufReader<File>>,
    limits: Limits,
    unpacked: u64,
}

impl Archive {
    pub(super) fn open(path: &Path, limits: Limits) -> Result<Self, Refusal> {
        let mut file = File::open(path).map_err(|error| Refusal::from_io(&error))?;
        refuse_protected(&mut file)?;
        let zip = zip::ZipArchive::new(BufReader::new(file)).map_err(refused)?;
        Ok(Self { zip, limits, unpacked: 0 })
    }

    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    /// The names of all members.
    pub(super) fn names(&self) -> Vec<String> {
        self.zip.file_names().filter_map(Result::ok).map(std::borrow::Cow::into_owned).collect()
    }

    /// Whether there is a member of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// A member to be read as a stream, at most [`Limits::member`] long; `None` where it is missing.
    pub(super) fn stream<'a>(
        &'a mut self,
        name: &str,
    ) -> Result<Option<impl BufRead + use<'a>>, Refusal> {
        // Some programs write absolute names into relations and plain ones into the directory.
        let name = name.trim_start_matches('/');
        let Some(index) = self.zip.index_for_name(name) else { return Ok(None) };
        let limits = self.limits;
        let left = limits.archive.saturating_sub(self.unpacked);
        let member = self.zip.by_index(index).map_err(refused)?;
        if member.encrypted() {
            return Err(Refusal::Encrypted);
        }
        let guard = Guard {
            allowed: left.min(limits.member),
            suspicious: limits
                .suspicious
                .max(member.compressed_size().saturating_mul(limits.ratio)),
            read: 0,
            total: &mut self.unpacked,
            member,
        };
        Ok(Some(BufReader::with_capacity(64 << 10, guard)))
    }

    /// The whole of a member; `None` where it is missing.
    pub(super) fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
        let Some(mut stream) = self.stream(name)? else { return Ok(None) };
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).map_err(|error| Refusal::from_io(&error))?;
        Ok(Some(bytes))
    }
}

/// A member that refuses to go on once it has unfolded into more than it may.
struct Guard<'a, R> {
    member: R,
    read: u64,
    allowed: u64,
    suspicious: u64,
    total: &'a mut u64,
}

impl<R: Read> Read for Guard<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.member.read(buffer)?;
        self.read += read as u64;
        *self.total += read as u64;
        if self.read > self.allowed || self.read > self.suspicious {
            let megabytes = self.read >> 20;
            let what = format!("a part of it unfolds into more than {megabytes} MB");
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, what));
        }
        Ok(read)
    }
}

fn refused(error: ZipError) -> Refusal {
    match error {
        ZipError::Io(error) => Refusal::from_io(&error),
        ZipError::UnsupportedArchive(what) if what == ZipError::PASSWORD_REQUIRED => {
            Refusal::Encrypted
        }
        ZipError::InvalidPassword => Refusal::Encrypted,
        other => Refusal::damaged(other),
    }
}

/// Office wraps a document with a password into a container of another kind, which starts like old
/// Word files and names its contents in UTF-16.
fn refuse_protected(file: &mut File) -> Result<(), Refusal> {
    const CONTAINER: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    let mut head = Vec::new();
    let io = |error: io::Error| Refusal::from_io(&error);
    file.by_ref().take(8).read_to_end(&mut head).map_err(io)?;
    if head == CONTAINER {
        let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        file.by_ref().take(4 << 20).read_to_end(&mut head).map_err(io)?;
        let is_protected = head.windows(name.len()).any(|window| window == name);
        return Err(if is_protected {
            Refusal::Encrypted
        } else {
            Refusal::Unsupported { kind: "an Office file from before 2007".to_owned() }
        });
    }
    file.seek(SeekFrom::Start(0)).map_err(io)?;
    Ok(())
}
