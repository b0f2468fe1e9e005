//! Tests of parsing, growing and copying.

use super::super::block::{BlockKind, DEEPEST, Gap, Level, Marker};
use super::*;

fn document(text: &str) -> Document {
    Document::new(text, Flavor::Markdown, SHOWN_AT_FIRST)
}

fn place(piece: usize, char: usize) -> TextPlace {
    TextPlace { piece, char }
}

fn words(block: &Block) -> String {
    (0..block.piece_count())
        .filter_map(|piece| block.piece(piece).map(|text| text.text.clone()))
        .collect::<Vec<_>>()
        .join("|")
}

const MIXED: &str = "# Title\n\nOne **two** three.\n\n- first\n- second\n  1. inner\n\n> quoted\n\n\
    ```rust\nfn a() {}\n```\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n---\n\nEnd.";

#[test]
fn a_document_becomes_blocks_with_their_surroundings() {
    let document = document(MIXED);
    let all: Vec<_> = document.blocks().iter().map(|block| words(block)).collect();
    assert_eq!(
        all,
        [
            "Title",
            "One two three.",
            "first",
            "second",
            "inner",
            "quoted",
            "fn a() {}",
            "a|b|1|2",
            "",
            "End."
        ]
    );
    let blocks = document.blocks();
    assert_eq!(blocks[3].marker, Some(Marker::Bullet));
    assert_eq!(blocks[3].gap, Gap::Tight);
    assert_eq!(blocks[4].levels, [Level::Item, Level::Item]);
    assert_eq!(blocks[4].marker, Some(Marker::Number(1)));
    assert_eq!(blocks[5].levels, [Level::Quote]);
}

#[test]
fn task_lists_images_and_html_are_shown_as_text() {
    let document = document("- [x] done\n- [ ] open\n\n![a cat](https://x.org/c.png)\n\n<b>hi</b>");
    let blocks = document.blocks();
    assert_eq!(blocks[0].marker, Some(Marker::Task(true)));
    assert_eq!(blocks[1].marker, Some(Marker::Task(false)));
    assert_eq!(words(&blocks[2]), "Image: a cat");
    assert_eq!(words(&blocks[3]), "<b>hi</b>");
}

#[test]
fn whole_blocks_are_copied_as_they_were_written() {
    let document = document(MIXED);
    assert_eq!(document.copy(place(0, 0), document.end()), MIXED);
    let list = document.copy(place(2, 0), place(4, 5));
    assert_eq!(list, "- first\n- second\n  1. inner");
}

#[test]
fn parts_of_blocks_are_copied_as_markdown() {
    let document = document(MIXED);
    assert_eq!(document.copy(place(1, 4), place(1, 9)), "**two** t");
    assert_eq!(document.copy(place(1, 8), place(2, 3)), "three.\n\nfir");
    assert_eq!(document.copy(place(6, 3), place(6, 6)), "a()");
    assert_eq!(document.copy(place(7, 0), place(8, 1)), "a | b");
}

#[test]
fn a_growing_answer_ends_up_like_one_parsed_at_once() {
    let mut growing = Document::new("", Flavor::GrowingMarkdown, SHOWN_AT_FIRST);
    for (end, _) in MIXED.char_indices() {
        growing.update(&MIXED[..end], Flavor::GrowingMarkdown, SHOWN_AT_FIRST);
    }
    growing.update(MIXED, Flavor::GrowingMarkdown, SHOWN_AT_FIRST);
    let grown: Vec<_> = growing.blocks().iter().map(|block| (**block).clone()).collect();
    let fresh: Vec<_> = document(MIXED).blocks().iter().map(|block| (**block).clone()).collect();
    assert_eq!(grown, fresh);
    let before: Vec<_> = growing.blocks().iter().map(Arc::as_ptr).collect();
    growing.update(MIXED, Flavor::Markdown, SHOWN_AT_FIRST);
    let after: Vec<_> = growing.blocks().iter().map(Arc::as_ptr).collect();
    assert_eq!(before, after, "unchanged blocks are kept");
}

#[test]
fn growing_keeps_the_blocks_before_the_last() {
    let mut document = Document::new("one\n\ntwo\n\nthr", Flavor::GrowingMarkdown, SHOWN_AT_FIRST);
    let first = Arc::as_ptr(&document.blocks()[0]);
    document.update("one\n\ntwo\n\nthree **fo", Flavor::GrowingMarkdown, SHOWN_AT_FIRST);
    assert_eq!(Arc::as_ptr(&document.blocks()[0]), first);
    assert_eq!(words(&document.blocks()[2]), "three fo");
}

#[test]
fn ten_thousand_quotes_deep_is_drawn_at_the_deepest_level_with_a_word_about_it() {
    let document = document(&format!("{}deep", "> ".repeat(10_000)));
    let blocks = document.blocks();
    assert!(blocks.iter().any(|block| matches!(block.kind, BlockKind::Note(_))));
    let last = blocks.last().expect("there is a block");
    assert_eq!(last.levels.len(), DEEPEST);
    assert_eq!(words(last), "deep");
}

#[test]
fn ten_thousand_lists_deep_is_parsed() {
    let nested: String =
        (0..10_000).map(|depth| format!("{}- x\n", " ".repeat(depth % 300 * 2))).collect();
    assert!(document(&nested).blocks().len() > 100);
    let inline = format!("{}x", "- ".repeat(10_000));
    assert!(document(&inline).blocks().iter().all(|block| block.levels.len() <= DEEPEST));
}

#[test]
fn a_line_of_ten_megabytes_is_cut_and_says_so() {
    let text = "word ".repeat(2_000_000);
    let mut document = document(&text);
    assert_eq!(document.hidden(), text.len() - SHOWN_AT_FIRST);
    let longest = document.blocks().iter().map(|block| words(block).len()).max();
    assert!(longest <= Some(8_000), "{longest:?}");
    let more = document.more().expect("more can be shown");
    document.update(&text, Flavor::Markdown, more);
    assert_eq!(document.hidden(), text.len() - more);
}

#[test]
fn hostile_markdown_is_parsed() {
    for text in [
        "[".repeat(20_000),
        "*".repeat(20_000),
        "`".repeat(20_001),
        "|".repeat(20_000),
        "![".repeat(10_000),
        "<".repeat(20_000),
        "\\".repeat(20_000),
        "a**b".repeat(8_000),
        format!("|{}\n|{}", "a|".repeat(5_000), "-|".repeat(5_000)),
        "\u{0}\u{202e}\u{fffd}\u{1f469}\u{200d}\u{1f4bb}".repeat(500),
        "> - ".repeat(5_000),
    ] {
        let document = document(&text);
        document.copy(place(0, 0), document.end());
        document.copy(place(0, 1), place(0, 3));
        let mut growing = Document::new("", Flavor::GrowingMarkdown, SHOWN_AT_FIRST);
        growing.update(&text, Flavor::GrowingMarkdown, SHOWN_AT_FIRST);
    }
}
