//! Whether a silent child works: one that hangs or was stopped uses no processor time.

/// How often in succession a child has to be found idle.
pub(super) const LOOKS: u32 = 4;

/// Looks at a child again and again.
#[derive(Debug, Default)]
pub(super) struct Idleness {
    /// The processor time that it had used at the last look, in ticks.
    used: Option<u64>,
    /// How often in succession that was the same. Looks are counted and not the clock, which goes on
    /// while this process is stopped along with its child.
    idle: u32,
}

impl Idleness {
    /// Looks at the child of this number. Whether it has been idle for as long as is looked at all.
    pub(super) fn look(&mut self, process: u32) -> bool {
        let used = used(process);
        let is_idle = used.is_some() && used == self.used;
        self.idle = if is_idle { self.idle + 1 } else { 0 };
        self.used = used;
        self.idle >= LOOKS
    }
}

/// The processor time that a process has used, in ticks; `None` where nobody knows, or while it waits for a
/// disk, which it cannot help.
#[cfg(target_os = "linux")]
fn used(process: u32) -> Option<u64> {
    used_in(&std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?)
}

/// Elsewhere the clock alone decides.
#[cfg(not(target_os = "linux"))]
fn used(_process: u32) -> Option<u64> {
    None
}

/// Takes it out of what Linux tells of a process.
#[cfg(target_os = "linux")]
fn used_in(stat: &str) -> Option<u64> {
    // Its name comes first, in parentheses, and may hold anything.
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace();
    if fields.next()? == "D" {
        return None;
    }
    let user: u64 = fields.nth(10)?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_found_behind_any_name() {
        let stat = |state: &str| {
            format!("17 (a ) b) {state} 1 17 17 0 -1 4194304 99 0 0 0 250 31 0 0 30 10 1 0 5 6 7")
        };
        assert_eq!(used_in(&stat("S")), Some(281));
        assert_eq!(used_in(&stat("T")), Some(281));
        assert_eq!(used_in(&stat("D")), None, "it waits for a disk");
        assert!(used(std::process::id()).is_some());
    }
}
