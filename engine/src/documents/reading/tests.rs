//! Children are this test program once more, told to run one of the `child_…` functions.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Patience, Reader, Unread, run_child};
use crate::documents::extract::{Page, Piece, Refusal};

/// A reader whose children run this function of these tests.
fn reader_running(child: &str) -> Reader {
    let name = format!("documents::reading::tests::{child}");
    let arguments = ["--exact", "--ignored", "--nocapture", "--test-threads=1", &name];
    let arguments = arguments.map(Into::into).into_iter().collect();
    Reader::new(std::env::current_exe().unwrap(), arguments)
}

/// A reader as the program's own.
pub(in crate::documents) fn reader() -> Reader {
    reader_running("child_that_reads")
}

#[test]
#[ignore = "a child of other tests"]
fn child_that_reads() {
    std::process::exit(i32::from(run_child() != std::process::ExitCode::SUCCESS));
}

#[test]
#[ignore = "a child of other tests"]
fn child_that_hangs() {
    loop {
        std::thread::park();
    }
}

#[test]
#[ignore = "a child of other tests"]
fn child_that_computes() {
    let mut number = 0_u64;
    loop {
        number = std::hint::black_box(number.wrapping_add(1));
    }
}

#[test]
#[ignore = "a child of other tests"]
fn child_that_crashes() {
    super::wire::begin(&mut std::io::stdout()).unwrap();
    std::io::stdin().read_line(&mut String::new()).unwrap();
    std::process::abort();
}

#[test]
#[ignore = "a child of other tests"]
fn child_that_does_not_begin() {
    std::io::stdin().read_line(&mut String::new()).unwrap();
    std::process::abort();
}

fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

fn pages(reader: &Reader, path: &Path) -> Result<Vec<Page>, Unread> {
    let pieces: Result<Vec<_>, _> = reader.read(path)?.collect();
    let only_pages = |piece| match piece {
        Piece::Page(page) => Some(page),
        _ => None,
    };
    Ok(pieces?.into_iter().filter_map(only_pages).collect())
}

#[test]
fn a_child_tells_all_pages_of_a_long_file() {
    let text: String = (0..40_000).map(|line| format!("Line {line} of a long file.\n")).collect();
    let (_folder, path) = file(&text);
    let pages = pages(&reader(), &path).unwrap();
    let told: String = pages.into_iter().map(|page| page.text).collect();
    assert_eq!(told, text);
}

#[test]
fn a_refusal_reaches_the_parent_as_it_was_said() {
    let (folder, path) = file("x");
    let pdf = folder.path().join("broken.pdf");
    std::fs::rename(path, &pdf).unwrap();
    let refusal = pages(&reader(), &pdf).unwrap_err();
    let damaged = Refusal::Damaged { what: "it does not begin like a PDF".to_owned() };
    assert_eq!(refusal, Unread::Refused(damaged));
    let gone = folder.path().join("gone.txt");
    assert_eq!(pages(&reader(), &gone), Err(Unread::Refused(Refusal::Gone)));
}

#[test]
fn a_child_that_hangs_is_ended() {
    let (_folder, path) = file("x");
    let patience = Patience { silence: Duration::from_millis(300), ..Patience::default() };
    let reader = reader_running("child_that_hangs").with_patience(patience);
    let mut reading = reader.read(&path).unwrap();
    let process = reading.process().unwrap();
    assert!(matches!(reading.next(), Some(Err(Unread::Refused(Refusal::TimedOut { .. })))));
    assert_eq!(reading.next(), None);
    #[cfg(target_os = "linux")]
    assert!(!Path::new(&format!("/proc/{process}")).exists());
}

#[cfg(target_os = "linux")]
#[test]
fn a_child_that_uses_no_processor_time_is_ended_long_before_one_that_computes() {
    let (_folder, path) = file("x");
    let seconds = |child: &str| {
        let (idle, silence) = (Duration::from_secs(2), Duration::from_secs(8));
        let patience = Patience { idle, silence, ..Patience::default() };
        let refused = pages(&reader_running(child).with_patience(patience), &path).unwrap_err();
        let Unread::Refused(Refusal::TimedOut { seconds }) = refused else { panic!("{refused:?}") };
        seconds
    };
    assert!(seconds("child_that_computes") >= 8);
    assert!(seconds("child_that_hangs") < 8);
}

#[test]
fn a_child_that_crashes_takes_nothing_with_it() {
    let (_folder, path) = file("x");
    let refusal = pages(&reader_running("child_that_crashes"), &path).unwrap_err();
    let Unread::Refused(refusal) = refusal else { panic!("it has read nothing before") };
    assert!(matches!(refusal, Refusal::TooLarge { .. } | Refusal::Crashed { .. }), "{refusal}");
}

#[test]
fn a_child_that_does_not_start_says_nothing_of_the_file() {
    let (folder, path) = file("x");
    let none = Reader::new(folder.path().join("no-program"), Vec::new());
    let missing = "there is no such file or folder".to_owned();
    assert_eq!(none.read(&path).unwrap_err(), Unread::NoReader(missing));
    let unread = pages(&reader_running("child_that_does_not_begin"), &path).unwrap_err();
    assert!(matches!(unread, Unread::NoReader(_)), "{unread}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_reading_that_is_dropped_ends_its_child() {
    let (_folder, path) = file("x");
    let reading = reader_running("child_that_hangs").read(&path).unwrap();
    let process = format!("/proc/{}", reading.process().unwrap());
    assert!(Path::new(&process).exists());
    drop(reading);
    assert!(!Path::new(&process).exists());
}

#[test]
fn a_child_reads_one_file_after_the_other() {
    let (folder, path) = file("The first one.");
    let other = folder.path().join("b.txt");
    std::fs::write(&other, "The second one.").unwrap();
    let broken = folder.path().join("broken.pdf");
    std::fs::write(&broken, "no PDF").unwrap();
    let reader = reader();
    let first = reader.read(&path).unwrap();
    let process = first.process();
    assert_eq!(first.filter(Result::is_ok).count(), 1);
    // A file that is refused does not end it.
    assert!(matches!(pages(&reader, &broken), Err(Unread::Refused(Refusal::Damaged { .. }))));
    let second = reader.read(&other).unwrap();
    assert_eq!(second.process(), process);
    let pieces: Vec<_> = second.map(Result::unwrap).collect();
    assert!(matches!(&pieces[..], [Piece::Page(page)] if page.text == "The second one.\n"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_reader_that_rests_has_no_child() {
    let (_folder, path) = file("The first one.");
    let reader = reader();
    let reading = reader.read(&path).unwrap();
    let process = format!("/proc/{}", reading.process().unwrap());
    assert_eq!(reading.filter(Result::is_ok).count(), 1);
    assert!(Path::new(&process).exists());
    reader.rest();
    assert!(!Path::new(&process).exists());
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_whose_child_has_died_is_read_by_another_one() {
    let (_folder, path) = file("The first one.");
    let reader = reader();
    let reading = reader.read(&path).unwrap();
    let process = reading.process().unwrap();
    assert_eq!(reading.filter(Result::is_ok).count(), 1);
    // SAFETY: a plain system call without pointers.
    assert_eq!(unsafe { libc::kill(i32::try_from(process).unwrap(), libc::SIGKILL) }, 0);
    // Whether it takes the order before it is gone is up to the system.
    let read = match pages(&reader, &path) {
        Err(Unread::Again) => pages(&reader, &path),
        read => read,
    };
    assert_eq!(read.unwrap()[0].text, "The first one.\n");
}
