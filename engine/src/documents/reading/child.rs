//! The child's side: limit yourself, read the file, tell its pages, end.

use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::wire::{self, Frame};
use crate::documents::extract::{self, Limits, Refusal};

/// Damaged files lead parsers deep into recursion; what is never used costs nothing.
pub(in crate::documents) const STACK: usize = 256 << 20;

/// Reads the file at `path` and tells its pages on standard output, for
/// [`Reader`](super::Reader) in another process. To be called first thing in a process that does
/// nothing else.
#[must_use]
pub fn run_child(path: &Path) -> ExitCode {
    limits::apply(path);
    limits::give_way();
    let path = PathBuf::from(path);
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(move || tell(&path));
    match thread.map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        // The parent is gone, or the reader panicked and has said so on standard error.
        _ => ExitCode::FAILURE,
    }
}

fn tell(path: &Path) -> std::io::Result<()> {
    let mut out = BufWriter::with_capacity(256 << 10, std::io::stdout().lock());
    wire::begin(&mut out)?;
    let mut is_heard = true;
    let result = extract::extract(path, Limits::default(), &mut |piece| {
        let written = wire::write(&mut out, &Frame::Piece(piece)).and_then(|()| out.flush());
        is_heard = written.is_ok();
        written.map_err(|error| Refusal::from_io(&error))
    });
    if !is_heard {
        return Err(std::io::ErrorKind::BrokenPipe.into());
    }
    let last = match result {
        Ok(()) => Frame::Done,
        Err(refusal) => Frame::Refused(refusal),
    };
    wire::write(&mut out, &last)?;
    out.flush()
}

#[cfg(unix)]
pub(in crate::documents) mod limits {
    //! What this process may take.

    use std::path::Path;

    /// Address space, in bytes: the program itself, its stacks, and what an honest file needs.
    const MEMORY: u64 = 3 << 30;

    /// Processor time for any file, in seconds, and for each megabyte of it.
    const SECONDS: u64 = 60;
    const SECONDS_PER_MEGABYTE: u64 = 4;

    /// Limits this process, which works on the file at `path`.
    pub(in crate::documents) fn apply(path: &Path) {
        let megabytes = std::fs::metadata(path).map_or(0, |file| file.len() >> 20);
        let limits = [
            (libc::RLIMIT_AS, MEMORY),
            (libc::RLIMIT_CPU, SECONDS + SECONDS_PER_MEGABYTE * megabytes),
            // No dumps of what may be private, and no files.
            (libc::RLIMIT_CORE, 0),
            (libc::RLIMIT_FSIZE, 0),
        ];
        for (what, most) in limits {
            let limit = libc::rlimit { rlim_cur: most, rlim_max: most };
            // SAFETY: `limit` lives until the call returns. Where the system refuses, a limit that is
            // already lower holds, or the parent's clock does.
            unsafe {
                libc::setrlimit(what, &raw const limit);
            }
        }
        #[cfg(target_os = "linux")]
        // SAFETY: a plain system call without pointers.
        unsafe {
            libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
        }
    }

    /// Lets everything else go first.
    pub(in crate::documents) fn give_way() {
        // SAFETY: a plain system call without pointers.
        unsafe {
            libc::setpriority(libc::PRIO_PROCESS, 0, 10);
        }
    }
}

#[cfg(not(unix))]
pub(in crate::documents) mod limits {
    //! Elsewhere the parent's clock is the only limit.

    pub(in crate::documents) fn apply(_path: &std::path::Path) {}

    pub(in crate::documents) fn give_way() {}
}
