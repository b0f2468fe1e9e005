//! Has the system hold weights in large pages, where it leaves that to programs.
//!
//! For each token all weights are read once, and with pages of 4 KiB the processor looks up where they
//! lie a hundred thousand times. Some systems use pages of 2 MiB by themselves, others (Ubuntu among
//! them) only where a program asks: `/sys/kernel/mm/transparent_hugepage/enabled` says which. llama.cpp
//! does not ask. `tests/benches/RESULTS.md` has the figures.

use std::ops::Range;

/// Smaller allocations are left alone: none of them is a model's, and large pages would waste some of
/// them. In bytes.
const LEAST: usize = 32 << 20;

/// Asks for all large allocations of this process. To be called when weights have got their memory and
/// before they are read into it: large pages then cost nothing, they are even filled faster. Not for a
/// context, which is written to while it is made: the system would move it during the first prompts,
/// which then take a twentieth longer. A system that refuses goes on as it was.
#[cfg(target_os = "linux")]
pub(super) fn ask() {
    let Ok(mappings) = std::fs::read_to_string("/proc/self/maps") else { return };
    for range in allocations(&mappings) {
        let memory = std::ptr::with_exposed_provenance_mut(range.start);
        // SAFETY: the advice changes neither what lies in the memory nor who may reach it; where it was
        // given back since it was listed, the call fails or advises about what has come into its place.
        unsafe { libc::madvise(memory, range.len(), libc::MADV_HUGEPAGE) };
    }
}

/// Other systems do it by themselves or not at all.
#[cfg(not(target_os = "linux"))]
pub(super) fn ask() {}

/// Where the large ones among a process's allocations lie, by what the system lists of its memory:
/// `man 5 proc_pid_maps`.
fn allocations(mappings: &str) -> impl Iterator<Item = Range<usize>> {
    mappings.lines().filter_map(allocation).filter(|range| range.len() >= LEAST)
}

/// Where one lies, unless it is a file's.
fn allocation(line: &str) -> Option<Range<usize>> {
    let mut words = line.split_whitespace();
    let (start, end) = words.next()?.split_once('-')?;
    let place = |digits| usize::from_str_radix(digits, 16).ok();
    let range = place(start)?..place(end)?;
    let is_writable = words.next()? == "rw-p";
    // Offset, device and number of the file follow; what has a name is a file, a stack or the like.
    let file = words.nth(2)?;
    (is_writable && file == "0" && words.next().is_none()).then_some(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_large_allocations_are_asked_for() {
        let mappings = "\
7f0000000000-7f0010000000 rw-p 00000000 00:00 0
7f0040000000-7f0050000000 r--p 00000000 fe:00 1234    /models/some model.gguf
7f0060000000-7f0060100000 rw-p 00000000 00:00 0
7f0070000000-7f0080000000 ---p 00000000 00:00 0
7f0080000000-7f0082000000 rw-p 00000000 00:00 0
7ffc00000000-7ffc10000000 rw-p 00000000 00:00 0       [stack]
";
        let found = allocations(mappings).collect::<Vec<_>>();
        let expected = [0x7f00_0000_0000..0x7f00_1000_0000, 0x7f00_8000_0000..0x7f00_8200_0000];
        assert_eq!(found, expected);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn an_allocation_of_this_process_is_found_and_keeps_what_is_in_it() {
        let numbers: Vec<u32> = (0..32 << 20).collect();
        let place = numbers.as_ptr().addr();
        let mappings = std::fs::read_to_string("/proc/self/maps").unwrap();
        assert!(allocations(&mappings).any(|range| range.contains(&place)), "{mappings}");
        ask();
        assert!((0..32 << 20).eq(numbers.iter().copied()));
    }
}
