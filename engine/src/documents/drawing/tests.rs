//! Children are this test program once more, told to run one of the `child_…` functions.

#![expect(clippy::unwrap_used, reason = "a test may give up")]

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Area, Artist, PagePicture, PageRequest, Studio, Wanted, run_artist};
use crate::documents::extract::{Limits, Piece, Refusal, extract};

fn studio_running(child: &str) -> Studio {
    let name = format!("documents::drawing::tests::{child}");
    let arguments = ["--exact", "--ignored", "--nocapture", "--test-threads=1", &name];
    let arguments = arguments.map(Into::into).into_iter().collect();
    Studio::new(std::env::current_exe().unwrap(), arguments)
}

fn artist(path: &Path) -> Artist {
    studio_running("child_that_draws").artist(path.to_owned())
}

#[test]
#[ignore = "a child of other tests"]
fn child_that_draws() {
    let path = PathBuf::from(std::env::args_os().next_back().expect("only started by other tests"));
    std::process::exit(i32::from(run_artist(&path) != std::process::ExitCode::SUCCESS));
}

#[test]
#[ignore = "a child of other tests"]
fn child_that_hangs() {
    loop {
        std::thread::park();
    }
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/documents").join(name)
}

/// The text of a page, as the library of documents has it.
fn text_of(path: &Path, page: u32) -> String {
    let mut text = String::new();
    extract(path, Limits::default(), &mut |piece| {
        if let Piece::Page(read) = piece
            && read.number == Some(page)
        {
            text.push_str(&read.text);
        }
        Ok(())
    })
    .unwrap();
    text
}

fn page(page: u32) -> PageRequest {
    PageRequest { page, width: 400 }
}

/// Where a text stands on a page.
fn place(artist: &mut Artist, page: u32, text: &str) -> Option<Vec<Area>> {
    let wanted = Wanted { text: text.to_owned(), before: String::new() };
    artist.locate(page, vec![wanted]).unwrap().remove(0)
}

/// How many pixels are darker than paper within the marks, of how many.
fn ink(drawn: &PagePicture, marks: &[Area]) -> (usize, usize) {
    let [width, height] = drawn.size;
    let (mut dark, mut all) = (0, 0);
    for mark in marks {
        for y in (mark.top * height as f32) as u32..(mark.bottom * height as f32) as u32 {
            for x in (mark.left * width as f32) as u32..(mark.right * width as f32) as u32 {
                let at = ((y * width + x) * 4) as usize;
                all += 1;
                dark += usize::from(drawn.pixels[at] < 200);
            }
        }
    }
    (dark, all)
}

#[test]
fn a_page_is_drawn_and_its_passage_marked_where_its_ink_is() {
    let path = fixture("letter.pdf");
    let text = text_of(&path, 1);
    let sentence = text.split_inclusive('.').next().unwrap().trim();
    let mut artist = artist(&path);
    let sizes = artist.sizes().unwrap();
    let drawn = artist.draw(page(1)).unwrap();
    assert_eq!(drawn.size[0], 400);
    let ratio = sizes[0][1] / sizes[0][0];
    assert!((drawn.size[1] as f32 - 400.0 * ratio).abs() < 2.0, "{:?} {sizes:?}", drawn.size);
    assert_eq!(drawn.pixels.len(), (drawn.size[0] * drawn.size[1] * 4) as usize);
    let marks = place(&mut artist, 1, sentence).unwrap();
    let (dark, all) = ink(&drawn, &marks);
    assert!(all > 0 && dark * 20 > all, "{dark} of {all} pixels are dark: {marks:?}");
}

#[test]
fn every_place_of_a_word_is_marked_where_its_ink_is() {
    let path = fixture("letter.pdf");
    let text = text_of(&path, 1);
    let places: Vec<_> = text.match_indices("the").map(|(at, _)| at).collect();
    assert!(places.len() > 2, "{text}");
    let chars = |at: usize| text[..at].chars().count();
    let wanted = |at: &usize| Wanted::of(&text, chars(*at)..chars(*at) + 3);
    let mut artist = artist(&path);
    let drawn = artist.draw(page(1)).unwrap();
    let located = artist.locate(1, places.iter().map(wanted).collect()).unwrap();
    let mut seen: Vec<Area> = Vec::new();
    for marks in located {
        let marks = marks.unwrap();
        let (dark, all) = ink(&drawn, &marks);
        assert!(dark * 20 > all, "{dark} of {all} pixels are dark: {marks:?}");
        assert!(!seen.contains(&marks[0]), "{:?} is marked twice", marks[0]);
        seen.push(marks[0]);
    }
}

#[test]
fn a_passage_that_is_not_on_the_page_is_not_marked() {
    let mut artist = artist(&fixture("letter.pdf"));
    let elsewhere = "Whales are the largest animals that have ever lived on this planet.";
    assert_eq!(place(&mut artist, 1, elsewhere), None);
    assert_eq!(artist.locate(1, Vec::new()), Ok(Vec::new()));
}

#[test]
fn every_page_has_its_own_text() {
    let path = fixture("pages.pdf");
    let mut artist = artist(&path);
    let pages = u32::try_from(artist.sizes().unwrap().len()).unwrap();
    assert!(pages > 1);
    for number in 1..=pages {
        let text = text_of(&path, number);
        assert!(place(&mut artist, number, &text).is_some(), "page {number}: {text}");
    }
    let none = artist.draw(page(pages + 1)).unwrap_err();
    assert!(none.to_string().contains("no page"), "{none}");
}

#[test]
fn what_cannot_be_drawn_is_refused_in_words() {
    assert_eq!(artist(&fixture("locked.pdf")).sizes(), Err(Refusal::Encrypted));
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.pdf");
    std::fs::write(&broken, "no PDF").unwrap();
    assert!(matches!(artist(&broken).sizes(), Err(Refusal::Damaged { .. })));
    assert_eq!(artist(&folder.path().join("gone.pdf")).sizes(), Err(Refusal::Gone));
}

#[test]
fn a_child_that_hangs_is_ended() {
    let path = fixture("letter.pdf");
    let studio = studio_running("child_that_hangs").with_patience(Duration::from_millis(300));
    let mut artist = studio.artist(path);
    assert!(matches!(artist.sizes(), Err(Refusal::TimedOut { .. })));
}
