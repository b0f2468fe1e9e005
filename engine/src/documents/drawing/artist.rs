//! The parent's side: keep a child for a document, ask it for pages, and end it when it hangs.

use std::ffi::OsString;
use std::io::{self, Read as _};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::{Located, PagePicture, PageRequest, Reply, Request, Wanted};
use crate::documents::extract::Refusal;
use crate::documents::reading::{Call, Output, Silence, Talk, wire};

/// How long a page may take, on the clock.
const PATIENCE: Duration = Duration::from_secs(30);
/// No picture has more bytes than this.
const LARGEST: u64 = 128 << 20;

/// A reply, and the pixels that belong to it.
type Answer = (Reply, Vec<u8>);

/// Starts children that draw pages.
#[derive(Clone, Debug)]
pub struct Studio {
    call: Call,
    patience: Duration,
}

impl Studio {
    /// Children are `program` called with `arguments` and the path of the file; they must do
    /// [`run_artist`](super::run_artist) and nothing else.
    #[must_use]
    pub fn new(program: PathBuf, arguments: Vec<OsString>) -> Self {
        Self { call: Call { program, arguments }, patience: PATIENCE }
    }

    /// Gives children another limit on the clock, for each page.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Somebody who draws the pages of the PDF at `path`. Nothing is started before it is asked.
    #[must_use]
    pub fn artist(&self, path: PathBuf) -> Artist {
        Artist { studio: self.clone(), path, working: None }
    }
}

/// Draws the pages of one document, in a child that is started when it is needed. Dropping it ends
/// the child. Waits for the child: not for a thread that draws a window.
#[derive(Debug)]
pub struct Artist {
    studio: Studio,
    path: PathBuf,
    working: Option<Working>,
}

#[derive(Debug)]
struct Working {
    talk: Talk<Answer>,
    /// How many requests it has answered.
    answered: u32,
}

impl Artist {
    /// Width and height of all pages, in points of 1/72 inch.
    ///
    /// # Errors
    /// When the file cannot be drawn.
    pub fn sizes(&mut self) -> Result<Vec<[f32; 2]>, Refusal> {
        match self.ask(&Request::Sizes)? {
            (Reply::Sizes(sizes), _) => Ok(sizes),
            (Reply::Refused(refusal), _) => Err(refusal),
            _ => Err(senseless()),
        }
    }

    /// Draws a page.
    ///
    /// # Errors
    /// When it cannot be drawn. Another page may be all the same.
    pub fn draw(&mut self, page: PageRequest) -> Result<PagePicture, Refusal> {
        match self.ask(&Request::Page(page))? {
            (Reply::Page { size }, pixels) => Ok(PagePicture { size, pixels }),
            (Reply::Refused(refusal), _) => Err(refusal),
            _ => Err(senseless()),
        }
    }

    /// Where passages stand on a page, which is counted from 1: one answer for each, in their order.
    ///
    /// # Errors
    /// When the page cannot be read.
    pub fn locate(&mut self, page: u32, wanted: Vec<Wanted>) -> Result<Vec<Located>, Refusal> {
        let count = wanted.len();
        match self.ask(&Request::Locate { page, wanted })? {
            (Reply::Located(located), _) if located.len() == count => Ok(located),
            (Reply::Refused(refusal), _) => Err(refusal),
            _ => Err(senseless()),
        }
    }

    fn ask(&mut self, request: &Request) -> Result<Answer, Refusal> {
        loop {
            let mut working = match self.working.take() {
                Some(working) => working,
                None => self.begin()?,
            };
            let began = Instant::now();
            match working.ask(request, self.studio.patience) {
                Ok(answer) => {
                    self.working = Some(working);
                    return Ok(answer);
                }
                // What earlier pages have taken counts towards the limits of a child.
                Err(_) if working.answered > 0 => {}
                Err(silence) => return Err(working.talk.refusal(silence, began.elapsed())),
            }
        }
    }

    fn begin(&self) -> Result<Working, Refusal> {
        let begun = self.studio.call.begin(Some(&self.path), 1, next);
        let talk = begun.map_err(|error| Refusal::Unreadable {
            what: format!("the drawing process cannot be started ({error})"),
        })?;
        Ok(Working { talk, answered: 0 })
    }
}

impl Working {
    fn ask(&mut self, request: &Request, patience: Duration) -> Result<Answer, Silence> {
        // One that takes no request has ended.
        self.talk.tell(request).map_err(|_| Silence::Ended)?;
        let answer = self.talk.hear(patience)?;
        self.answered += 1;
        Ok(answer)
    }
}

fn senseless() -> Refusal {
    Refusal::Crashed { what: "the drawing process gave another answer than was asked".to_owned() }
}

/// Reads a reply and its pixels.
fn next(output: &mut Output) -> io::Result<Option<Answer>> {
    let Some(reply) = wire::read::<Reply>(output)? else { return Ok(None) };
    let Reply::Page { size: [width, height] } = reply else {
        return Ok(Some((reply, Vec::new())));
    };
    let bytes = u64::from(width) * u64::from(height) * 4;
    if bytes > LARGEST {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a picture that is too large"));
    }
    let mut pixels = vec![0; bytes as usize];
    output.read_exact(&mut pixels)?;
    Ok(Some((reply, pixels)))
}
