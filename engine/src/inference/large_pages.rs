//! Has the system hold weights and caches in large pages, where it leaves that to programs.
//!
//! For each token all weights are read once, and with pages of 4 KiB the processor looks up where they
//! lie a hundred thousand times. Some systems use pages of 2 MiB by themselves, others (Ubuntu among
//! them) only where a program asks: `/sys/kernel/mm/transparent_hugepage/enabled` says which. llama.cpp
//! asks for what it maps from a file only, so what it has allocated is asked for here.
//! `tests/benches/RESULTS.md` has the figures.

use std::ops::Range;

/// Smaller allocations are left alone: none of them is a model's, and large pages would waste some of
/// them. In bytes.
const LEAST: usize = 32 << 20;

/// A large page, in bytes.
const PAGE: usize = 2 << 20;

/// Asks for all large allocations of this process. To be called when weights have got their memory and
/// before they are read into it: large pages then cost nothing, they are even filled faster. And again
/// when a context has been made and nothing computes with it yet: what is in use already is moved to
/// large pages, which takes some tenths of a second for a gigabyte. A system that refuses goes on as it
/// was.
#[cfg(target_os = "linux")]
pub(super) fn ask() {
    let Ok(mappings) = std::fs::read_to_string("/proc/self/smaps") else { return };
    for allocation in allocations(&mappings) {
        if advise(&allocation.range, libc::MADV_HUGEPAGE) && allocation.is_used {
            // Else a thread of the system would do it within minutes. Since Linux 6.1. One by one,
            // because a page that cannot be moved ends the call.
            for page in pages(&allocation.range) {
                advise(&page, libc::MADV_COLLAPSE);
            }
        }
    }
}

/// Whether the system took the advice.
#[cfg(target_os = "linux")]
fn advise(range: &Range<usize>, advice: i32) -> bool {
    let memory = std::ptr::with_exposed_provenance_mut(range.start);
    // SAFETY: neither kind of advice given here changes what lies in the memory, nor who may reach it;
    // where it was given back since it was listed, the call fails or advises about what has come into
    // its place.
    unsafe { libc::madvise(memory, range.len(), advice) == 0 }
}

/// The large pages that have room in it.
fn pages(range: &Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let end = range.end;
    (range.start.next_multiple_of(PAGE)..end)
        .step_by(PAGE)
        .map(|start| start..start + PAGE)
        .take_while(move |page| page.end <= end)
}

/// Other systems do it by themselves or not at all.
#[cfg(not(target_os = "linux"))]
pub(super) fn ask() {}

/// Memory that was allocated as a whole.
#[derive(Debug, PartialEq, Eq)]
struct Allocation {
    /// Where it lies.
    range: Range<usize>,
    /// Whether most of it has been written to and lies in small pages.
    is_used: bool,
}

/// The large ones among a process's mappings, as the system describes them: `man 5 proc_pid_smaps`.
fn allocations(mappings: &str) -> Vec<Allocation> {
    let mut found: Vec<Allocation> = Vec::new();
    let mut is_wanted = false;
    for line in mappings.lines() {
        if let Some((range, is_allocated)) = mapping(line) {
            is_wanted = is_allocated && range.len() >= LEAST;
            if is_wanted {
                found.push(Allocation { range, is_used: false });
            }
        } else if let Some(allocation) = found.last_mut().filter(|_| is_wanted) {
            let is_half = |bytes| bytes >= allocation.range.len() / 2;
            if let Some(resident) = bytes_of(line, "Rss:") {
                allocation.is_used = is_half(resident);
            } else if bytes_of(line, "AnonHugePages:").is_some_and(is_half) {
                allocation.is_used = false;
            }
        }
    }
    found
}

/// What a line says of the mapping above it, in bytes, if it is about `what`.
fn bytes_of(line: &str, what: &str) -> Option<usize> {
    let kibibytes = line.strip_prefix(what)?.split_whitespace().next()?.parse::<usize>().ok()?;
    Some(kibibytes << 10)
}

/// The first line about a mapping, and whether it is memory of the program's own and no file's.
fn mapping(line: &str) -> Option<(Range<usize>, bool)> {
    let mut words = line.split_whitespace();
    let (start, end) = words.next()?.split_once('-')?;
    let place = |digits| usize::from_str_radix(digits, 16).ok();
    let range = place(start)?..place(end)?;
    let is_writable = words.next()? == "rw-p";
    // Offset, device and number of the file follow; what has a name is a file, a stack or the like.
    let file = words.nth(2)?;
    Some((range, is_writable && file == "0" && words.next().is_none()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_large_allocations_are_asked_for() {
        let mappings = "\
7f0000000000-7f0010000000 rw-p 00000000 00:00 0
Size:             262144 kB
Rss:              262140 kB
AnonHugePages:         0 kB
7f0010000000-7f0020000000 rw-p 00000000 00:00 0
Rss:              262140 kB
AnonHugePages:    260096 kB
7f0020000000-7f0030000000 rw-p 00000000 00:00 0
Rss:                 512 kB
7f0040000000-7f0050000000 r--p 00000000 fe:00 1234    /models/some model.gguf
Rss:              262140 kB
7f0060000000-7f0060100000 rw-p 00000000 00:00 0
Rss:                1024 kB
7ffc00000000-7ffc10000000 rw-p 00000000 00:00 0       [stack]
Rss:              262140 kB
";
        let expected =
            [(0x7f00_0000_0000, true), (0x7f00_1000_0000, false), (0x7f00_2000_0000, false)];
        let expected = expected
            .map(|(start, is_used)| Allocation { range: start..start + 0x1000_0000, is_used });
        assert_eq!(allocations(mappings), expected);
    }

    #[test]
    fn only_whole_large_pages_are_moved() {
        let inside = pages(&(PAGE - 4096..4 * PAGE + 4096)).collect::<Vec<_>>();
        assert_eq!(inside, [PAGE..2 * PAGE, 2 * PAGE..3 * PAGE, 3 * PAGE..4 * PAGE]);
        assert_eq!(pages(&(4096..PAGE)).count(), 0);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn an_allocation_of_this_process_is_found_and_keeps_what_is_in_it() {
        let numbers: Vec<u32> = (0..32 << 20).collect();
        let place = numbers.as_ptr().addr();
        let mappings = std::fs::read_to_string("/proc/self/smaps").unwrap();
        let known = allocations(&mappings);
        assert!(known.iter().any(|one| one.range.contains(&place) && one.is_used), "{known:?}");
        ask();
        assert!((0..32 << 20).eq(numbers.iter().copied()));
    }
}
