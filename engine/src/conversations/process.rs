//! Which process is writing an answer, and whether it still lives.
//!
//! A process id alone is given to another one sooner or later; with the time of its start it is not.

use sysinfo::{Pid, ProcessRefreshKind, ProcessStatus, ProcessesToUpdate, System};

/// A process that writes an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Writer {
    pub(super) process: u32,
    /// In seconds since 1970.
    pub(super) started: i64,
}

/// The start is computed from the boot time, which moves a little when the clock is set.
const TOLERANCE_SECONDS: u64 = 2;

impl Writer {
    /// This process.
    pub(super) fn this() -> Self {
        let process = std::process::id();
        Self { process, started: start_of(process).unwrap_or(0) }
    }

    pub(super) fn is_alive(self) -> bool {
        start_of(self.process).is_some_and(|at| at.abs_diff(self.started) <= TOLERANCE_SECONDS)
    }
}

fn start_of(process: u32) -> Option<i64> {
    let pid = Pid::from_u32(process);
    let mut system = System::new();
    system.refresh_processes_specifics(
        ProcessesToUpdate::Some(&[pid]),
        true,
        ProcessRefreshKind::nothing(),
    );
    let found = system.process(pid)?;
    // Killed, and its parent has not looked yet.
    let dead = matches!(found.status(), ProcessStatus::Zombie | ProcessStatus::Dead);
    i64::try_from(found.start_time()).ok().filter(|_| !dead)
}
