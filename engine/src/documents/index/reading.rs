//! One document from its file into the library.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::Told;
use crate::documents::DocumentsError;
use crate::documents::chunk::{Chunk, Chunker};
use crate::documents::extract::{Page, Piece, Refusal};
use crate::documents::reading::{Reader, Unread};
use crate::documents::store::{DocumentId, Facts, Stamp, Store, Waiting, Writing};
use crate::documents::tokens::Language;

/// A file that changes while it is read is read again so many times.
const ATTEMPTS: usize = 3;

/// So much text is held back before the library is locked for writing: most documents are written in
/// a moment then, and the first pages tell the language.
const HELD: usize = 8 << 20;

/// What became of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It was read.
    Read,
    /// It is what it was.
    Unchanged,
    /// It was moved here from another place.
    Moved { document: DocumentId, from: PathBuf },
    /// It could not be read.
    Refused(Refusal),
    /// Its file is gone.
    Gone,
    /// Whoever watches over the work has asked to stop.
    Stopped,
}

/// Reads the document whose turn it is.
pub(super) fn read(
    store: &Store,
    reader: &Reader,
    waiting: &Waiting,
    tell: &mut dyn FnMut(Told) -> bool,
) -> Result<Outcome, DocumentsError> {
    let mut changed = 0;
    loop {
        let stamp = match Stamp::of(&waiting.path) {
            Ok(stamp) => stamp,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return gone(store, waiting);
            }
            Err(error) => return refuse(store, waiting, &Refusal::from_io(&error), None, None),
        };
        let hash = match hash(&waiting.path, tell) {
            Ok(Some(hash)) => hash,
            Ok(None) => return Ok(Outcome::Stopped),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return gone(store, waiting),
            Err(error) => {
                return refuse(store, waiting, &Refusal::from_io(&error), Some(stamp), None);
            }
        };
        if waiting.known_hash == Some(hash) {
            store.unchanged(waiting.id, stamp)?;
            return Ok(Outcome::Unchanged);
        }
        if let Some((document, from)) = store.moved_from(waiting, &hash)? {
            store.take_over(document, waiting, stamp)?;
            return Ok(Outcome::Moved { document, from });
        }
        let mut intake = Intake::new(store, waiting);
        match intake.read(reader, stamp, tell)? {
            Ended::Stopped => return Ok(Outcome::Stopped),
            Ended::Again => continue,
            Ended::Refused(Refusal::Gone) => return gone(store, waiting),
            Ended::Refused(refusal) => {
                drop(intake);
                return refuse(store, waiting, &refusal, Some(stamp), Some(&hash));
            }
            Ended::Read if Stamp::of(&waiting.path).ok() == Some(stamp) => {
                intake.finish(stamp, hash)?;
                return Ok(Outcome::Read);
            }
            Ended::Read => changed += 1,
        }
        if changed == ATTEMPTS {
            drop(intake);
            return refuse(store, waiting, &Refusal::Changing, Some(stamp), None);
        }
    }
}

fn gone(store: &Store, waiting: &Waiting) -> Result<Outcome, DocumentsError> {
    store.forget(waiting.id)?;
    Ok(Outcome::Gone)
}

fn refuse(
    store: &Store,
    waiting: &Waiting,
    refusal: &Refusal,
    stamp: Option<Stamp>,
    hash: Option<&[u8; 32]>,
) -> Result<Outcome, DocumentsError> {
    // What may pass is tried again whenever the file is looked at.
    let lasts = !refusal.is_passing();
    store.refuse(waiting.id, refusal, stamp.filter(|_| lasts), hash.filter(|_| lasts))?;
    Ok(Outcome::Refused(refusal.clone()))
}

/// The hash of a file; `None` when stopped.
fn hash(path: &Path, tell: &mut dyn FnMut(Told) -> bool) -> io::Result<Option<[u8; 32]>> {
    let mut file = File::open(path)?;
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(Some(*hasher.finalize().as_bytes())),
            read => hasher.update(&buffer[..read]),
        };
        if !tell(Told::Nothing) {
            return Ok(None);
        }
    }
}

enum Ended {
    Read,
    /// It must be tried again from the beginning.
    Again,
    Refused(Refusal),
    Stopped,
}

/// A document on its way.
struct Intake<'a> {
    store: &'a Store,
    waiting: &'a Waiting,
    chunker: Chunker,
    held: Vec<(Page, u64, Vec<Chunk>)>,
    held_bytes: usize,
    writing: Option<Writing<'a>>,
    title: String,
    missing: Vec<u32>,
}

impl<'a> Intake<'a> {
    fn new(store: &'a Store, waiting: &'a Waiting) -> Self {
        Self {
            store,
            waiting,
            chunker: Chunker::default(),
            held: Vec::new(),
            held_bytes: 0,
            writing: None,
            title: String::new(),
            missing: Vec::new(),
        }
    }

    fn read(
        &mut self,
        reader: &Reader,
        stamp: Stamp,
        tell: &mut dyn FnMut(Told) -> bool,
    ) -> Result<Ended, DocumentsError> {
        let mut reading = match reader.read(&self.waiting.path) {
            Ok(reading) => reading,
            Err(Unread::Refused(refusal)) => return Ok(Ended::Refused(refusal)),
            Err(Unread::Again) => return Ok(Ended::Again),
            Err(Unread::NoReader(why)) => return Err(DocumentsError::NoReader(why)),
        };
        let mut pages = 0;
        let mut of = None;
        let mut bytes = 0;
        for piece in &mut reading {
            match piece {
                Err(Unread::Refused(refusal)) => return Ok(Ended::Refused(refusal)),
                Err(Unread::Again) => return Ok(Ended::Again),
                Err(Unread::NoReader(why)) => return Err(DocumentsError::NoReader(why)),
                Ok(Piece::Title(title)) => self.title = title,
                Ok(Piece::Pages(count)) => of = Some(count),
                Ok(Piece::Missing(number)) => self.missing.push(number),
                Ok(Piece::Page(page)) => {
                    pages = page.number.unwrap_or(pages + 1);
                    bytes += page.text.len() as u64;
                    self.take(page)?;
                }
            }
            // Text files tell no number of pages, but are about as long as their text.
            let share = of.map_or(bytes as f64 / stamp.size.max(1) as f64, |of| {
                f64::from(pages) / f64::from(of.max(1))
            });
            if !tell(Told::Page { page: pages, of, share: share.min(1.0) }) {
                return Ok(Ended::Stopped);
            }
        }
        Ok(Ended::Read)
    }

    fn take(&mut self, page: Page) -> Result<(), DocumentsError> {
        let first = self.chunker.characters();
        let chunks = self.chunker.cut(&page);
        if let Some(writing) = &mut self.writing {
            return writing.page(&page, first, &chunks);
        }
        self.held_bytes += page.text.len();
        self.held.push((page, first, chunks));
        if self.held_bytes > HELD { self.write_held() } else { Ok(()) }
    }

    fn write_held(&mut self) -> Result<(), DocumentsError> {
        let sample: String =
            self.held.iter().map(|(page, ..)| page.text.as_str()).take(40).collect();
        let Waiting { id, collection, path, .. } = self.waiting;
        let language = Language::of(&sample);
        let mut writing =
            self.store.begin_writing(*id, *collection, path, &self.title, language)?;
        for (page, first, chunks) in self.held.drain(..) {
            writing.page(&page, first, &chunks)?;
        }
        self.held_bytes = 0;
        self.writing = Some(writing);
        Ok(())
    }

    fn finish(mut self, stamp: Stamp, hash: [u8; 32]) -> Result<(), DocumentsError> {
        if self.writing.is_none() {
            self.write_held()?;
        }
        let facts = Facts {
            stamp,
            hash,
            title: self.title,
            missing: self.missing,
            characters: self.chunker.characters(),
        };
        match self.writing {
            Some(writing) => writing.finish(&facts),
            None => Ok(()),
        }
    }
}
