//! The child's side: limit yourself, open the file, draw what is asked until nobody asks any more.

use std::io::{self, BufRead as _, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::page::Opened;
use super::{Reply, Request};
#[cfg(feature = "drawing")]
use crate::documents::extract::Refusal;
use crate::documents::reading::{STACK, limits, wire};

/// Draws pages of the PDF at `path` as they are asked for on standard input, for an
/// [`Artist`](super::Artist) in another process. To be called first thing in a process that does
/// nothing else.
#[must_use]
pub fn run_artist(path: &Path) -> ExitCode {
    limits::apply();
    limits::allow_for(path);
    let path = PathBuf::from(path);
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(move || draw(&path));
    match thread.map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        // The parent is gone, or the library panicked and has said so on standard error.
        _ => ExitCode::FAILURE,
    }
}

fn draw(path: &Path) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(256 << 10, io::stdout().lock());
    wire::begin(&mut out)?;
    out.flush()?;
    let opened = Opened::open(path);
    let mut drawer = opened.as_ref().map(Opened::drawer);
    for line in io::stdin().lock().lines() {
        let request: Request = serde_json::from_str(&line?)?;
        match &mut drawer {
            Err(refusal) => tell(&mut out, &Reply::Refused((*refusal).clone()), &[])?,
            Ok(drawer) => match request {
                Request::Sizes => tell(&mut out, &Reply::Sizes(drawer.sizes()), &[])?,
                Request::Page(asked) => match drawer.draw(&asked) {
                    Ok(drawn) => {
                        tell(&mut out, &Reply::Page { size: drawn.size }, &drawn.pixels)?;
                    }
                    Err(refusal) => tell(&mut out, &Reply::Refused(refusal), &[])?,
                },
                Request::Locate { page, wanted } => {
                    let located = drawer.locate(page, &wanted);
                    tell(&mut out, &located.map_or_else(Reply::Refused, Reply::Located), &[])?;
                }
            },
        }
    }
    Ok(())
}

fn tell(out: &mut impl Write, reply: &Reply, pixels: &[u8]) -> io::Result<()> {
    wire::write(out, reply)?;
    out.write_all(pixels)?;
    out.flush()
}

/// The bytes of a file that is to be drawn.
#[cfg(feature = "drawing")]
pub(super) fn bytes_of(path: &Path) -> Result<Vec<u8>, Refusal> {
    let io = |error: io::Error| Refusal::from_io(&error);
    let limit = crate::documents::extract::Limits::default().file;
    if std::fs::metadata(path).map_err(io)?.len() > limit {
        return Err(Refusal::TooLarge { what: format!("a PDF of more than {} MB", limit >> 20) });
    }
    std::fs::read(path).map_err(io)
}
