//! The child's side: limit yourself, read the files that are named, tell their pages, end.

use std::ffi::OsString;
use std::io::{self, BufRead as _, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use super::wire::{self, Frame};
use crate::documents::extract::{self, Limits, Refusal};

/// Damaged files lead parsers deep into recursion; what is never used costs nothing.
pub(in crate::documents) const STACK: usize = 256 << 20;

/// Reads the files that are named on standard input and tells their pages on standard output, for a
/// [`Reader`](super::Reader) in another process, until nobody asks any more. To be called first thing
/// in a process that does nothing else.
#[must_use]
pub fn run_child() -> ExitCode {
    limits::apply();
    limits::give_way();
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(read_on);
    match thread.map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        // The parent is gone, or the reader panicked and has said so on standard error.
        _ => ExitCode::FAILURE,
    }
}

fn read_on() -> io::Result<()> {
    let mut out = BufWriter::with_capacity(256 << 10, io::stdout().lock());
    wire::begin(&mut out)?;
    out.flush()?;
    for line in io::stdin().lock().lines() {
        let path: OsString = serde_json::from_str(&line?)?;
        tell(Path::new(&path), &mut out)?;
    }
    Ok(())
}

/// Tells all of one file.
fn tell(path: &Path, out: &mut impl Write) -> io::Result<()> {
    limits::allow_for(path);
    let mut is_heard = true;
    let result = extract::extract(path, Limits::default(), &mut |piece| {
        let written = wire::write(out, &Frame::Piece(piece)).and_then(|()| out.flush());
        is_heard = written.is_ok();
        written.map_err(|error| Refusal::from_io(&error))
    });
    if !is_heard {
        return Err(io::ErrorKind::BrokenPipe.into());
    }
    let last = match result {
        Ok(()) => Frame::Done,
        Err(refusal) => Frame::Refused(refusal),
    };
    wire::write(out, &last)?;
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

    /// Limits this process, but for its processor time.
    pub(in crate::documents) fn apply() {
        let limits = [
            (libc::RLIMIT_AS, MEMORY),
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

    /// Gives this process processor time for the file at `path`, on top of what it has used.
    pub(in crate::documents) fn allow_for(path: &Path) {
        let megabytes = std::fs::metadata(path).map_or(0, |file| file.len() >> 20);
        // SAFETY: both are plain numbers, for which zero is a value.
        let (mut used, mut limit) =
            unsafe { (std::mem::zeroed::<libc::rusage>(), std::mem::zeroed::<libc::rlimit>()) };
        // SAFETY: `used` and `limit` live until the calls return. Where the system refuses, the
        // parent's clock holds.
        unsafe {
            libc::getrusage(libc::RUSAGE_SELF, &raw mut used);
            libc::getrlimit(libc::RLIMIT_CPU, &raw mut limit);
        }
        let used = u64::try_from(used.ru_utime.tv_sec + used.ru_stime.tv_sec).unwrap_or(0);
        let most = used + 1 + SECONDS + SECONDS_PER_MEGABYTE * megabytes;
        limit.rlim_cur = most.min(limit.rlim_max);
        // SAFETY: as above.
        unsafe {
            libc::setrlimit(libc::RLIMIT_CPU, &raw const limit);
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

    pub(in crate::documents) fn apply() {}

    pub(in crate::documents) fn allow_for(_path: &std::path::Path) {}

    pub(in crate::documents) fn give_way() {}
}
