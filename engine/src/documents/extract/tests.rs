//! Each format, and each way in which a file can be bad.
//!
//! The fixtures are one letter, written as Markdown and turned into the other formats by pandoc and
//! LibreOffice; `tests/fixtures/documents/make.sh` says how. Bad files are made here.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::{BlockKind, Limits, Page, Piece, Refusal, extract};

/// What was read of a file.
#[derive(Debug, Default)]
struct Read {
    title: Option<String>,
    pages: Vec<Page>,
}

impl Read {
    fn text(&self) -> String {
        self.pages.iter().map(|page| page.text.as_str()).collect()
    }

    /// The headings with their levels.
    fn headings(&self) -> Vec<(u8, &str)> {
        let blocks = self.pages.iter().flat_map(|page| page.blocks.iter().map(move |b| (page, b)));
        let headings = blocks.filter_map(|(page, block)| match block.kind {
            BlockKind::Heading(level) => Some((level, page.text[block.range.clone()].trim())),
            _ => None,
        });
        headings.collect()
    }

    fn table(&self) -> Option<&str> {
        let blocks = self.pages.iter().flat_map(|page| page.blocks.iter().map(move |b| (page, b)));
        let mut tables = blocks.filter(|(_, block)| block.kind == BlockKind::Table);
        tables.next().map(|(page, block)| &page.text[block.range.clone()])
    }
}

fn read(path: &Path) -> Result<Read, Refusal> {
    read_within(path, Limits::default())
}

fn read_within(path: &Path, limits: Limits) -> Result<Read, Refusal> {
    let mut read = Read::default();
    extract(path, limits, &mut |piece| {
        match piece {
            Piece::Title(title) => read.title = Some(title),
            Piece::Page(page) => read.pages.push(page),
            Piece::Pages(_) | Piece::Missing(_) => {}
        }
        Ok(())
    })?;
    for page in &read.pages {
        let mut end = 0;
        for block in &page.blocks {
            assert!(block.range.start >= end && page.text.get(block.range.clone()).is_some());
            end = block.range.end;
        }
    }
    Ok(read)
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/documents").join(name)
}

/// A file with this content that disappears with its folder.
fn file(name: &str, content: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    (folder, path)
}

fn refused(name: &str, content: &[u8]) -> Refusal {
    let (_folder, path) = file(name, content);
    read(&path).unwrap_err()
}

/// A zip archive with these members.
fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const SENTENCES: [&str; 5] = [
    "The lighthouse was built in 1872 by the engineer Ada Quill.",
    "Since 1933 the light works without a keeper.",
    "The lamp was replaced in 1954.",
    "Söderlund",
    "naïve café",
];

#[test]
fn the_letter_is_read_in_every_format() {
    for name in [
        "letter.docx",
        "letter-libreoffice.docx",
        "letter.odt",
        "letter.epub",
        "letter.html",
        "letter.md",
        "letter.rst",
        "letter.org",
        "letter.rtf",
        "letter-libreoffice.rtf",
        "letter.pptx",
        "letter.pdf",
        "letter.eml",
    ] {
        let read = read(&fixture(name)).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
        let words = read.text().split_whitespace().collect::<Vec<_>>().join(" ");
        for sentence in SENTENCES {
            assert!(words.contains(sentence), "{name} lacks “{sentence}”: {words}");
        }
    }
}

#[test]
fn headings_are_known_with_their_levels() {
    for name in [
        "letter.docx",
        "letter-libreoffice.docx",
        "letter.odt",
        "letter.html",
        "letter.md",
        "letter.org",
    ] {
        let read = read(&fixture(name)).unwrap();
        let headings = read.headings();
        let keepers = headings.iter().find(|(_, words)| words.contains("Keepers"));
        let repairs = headings.iter().find(|(_, words)| words.contains("Repairs"));
        assert!(
            keepers.is_some() && keepers.map(|k| k.0) == repairs.map(|r| r.0),
            "{name}: {headings:?}"
        );
    }
}

#[test]
fn tables_keep_their_rows() {
    for name in
        ["letter.docx", "letter-libreoffice.docx", "letter.odt", "letter.html", "letter.pptx"]
    {
        let read = read(&fixture(name)).unwrap();
        let table = read.table().unwrap_or_else(|| panic!("{name} has no table"));
        let row = table.lines().find(|line| line.starts_with("Irma"));
        assert_eq!(row, Some("Irma Söderlund\t1901\t1933"), "{name}");
    }
}

#[test]
fn pages_have_the_numbers_that_readers_see() {
    let pdf = read(&fixture("pages.pdf")).unwrap();
    let slides = read(&fixture("slides.odp")).unwrap();
    for (name, read) in [("pages.pdf", pdf), ("slides.odp", slides)] {
        let numbers: Vec<_> = read.pages.iter().map(|page| page.number).collect();
        assert_eq!(numbers, [Some(1), Some(2), Some(3)], "{name}");
        assert!(read.pages[1].text.contains("second"), "{name}: {:?}", read.pages[1]);
    }
    let docx = read(&fixture("pages.docx")).unwrap();
    let second = docx.pages.iter().find(|page| page.text.contains("second")).unwrap();
    assert_eq!(second.number, Some(2));
}

#[test]
fn sheets_are_pages_of_rows() {
    for name in ["sheets.xlsx", "sheets.ods", "sheets.xls"] {
        let read = read(&fixture(name)).unwrap();
        assert_eq!(read.headings(), [(1, "Stock"), (1, "Prices")], "{name}");
        let rows: Vec<&str> = read.pages[0].text.lines().collect();
        assert!(rows.contains(&"Lamp oil\t12\t2024-03-01"), "{name}: {rows:?}");
        assert_eq!(read.pages[1].number, Some(2), "{name}");
    }
}

#[test]
fn the_text_of_markdown_is_the_file_itself() {
    let path = fixture("letter.md");
    let read = read(&path).unwrap();
    assert_eq!(read.text().trim_end(), std::fs::read_to_string(path).unwrap().trim_end());
    assert_eq!(read.title.as_deref(), Some("The lighthouse of Zelmont"));
}

#[test]
fn notes_comments_and_text_boxes_are_part_of_a_word_document() {
    let body = br#"<w:document xmlns:w="w" xmlns:mc="mc"><w:body>
        <w:p><w:r><w:t>Running text</w:t><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r>
        <w:t>Boxed</w:t></w:r></w:p></w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent><w:p><w:r>
        <w:t>Boxed</w:t></w:r></w:p></w:txbxContent></mc:Fallback></mc:AlternateContent></w:r>
        <w:del><w:r><w:delText>deleted</w:delText></w:r></w:del></w:p></w:body></w:document>"#;
    let part =
        |text: &str| format!("<w:x xmlns:w=\"w\"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:x>");
    let relation = |kind: &str| {
        format!("<Relationship Id=\"{kind}\" Type=\"http://x/{kind}\" Target=\"{kind}.xml\"/>")
    };
    let relations = format!(
        "<Relationships>{}{}{}</Relationships>",
        relation("footnotes"),
        relation("comments"),
        relation("header")
    );
    let content = archive(&[
        ("word/document.xml", body),
        ("word/_rels/document.xml.rels", relations.as_bytes()),
        ("word/footnotes.xml", part("A footnote").as_bytes()),
        ("word/comments.xml", part("A comment").as_bytes()),
        ("word/header.xml", part("A header").as_bytes()),
    ]);
    let (_folder, path) = file("a.docx", &content);
    let text = read(&path).unwrap().text();
    for words in ["Running text", "Boxed", "A footnote", "A comment", "A header"] {
        assert_eq!(text.matches(words).count(), 1, "{words} in {text}");
    }
    assert!(!text.contains("deleted"));
}

#[test]
fn old_encodings_are_read() {
    let russian =
        "Маяк был построен в 1872 году инженером Адой Квилл. Он стоит на скале к северу от гавани.";
    let (bytes, ..) = encoding_rs::WINDOWS_1251.encode(russian);
    let (_folder, path) = file("old.txt", &bytes);
    assert_eq!(read(&path).unwrap().text().trim_end(), russian);
    let html = format!(
        "<html><head><meta charset=\"windows-1251\"><title>Маяк</title></head><body><p>{russian}</p></body></html>"
    );
    let (bytes, ..) = encoding_rs::WINDOWS_1251.encode(&html);
    let (_folder, path) = file("old.html", &bytes);
    let page = read(&path).unwrap();
    assert_eq!((page.title.as_deref(), page.text().trim()), (Some("Маяк"), russian));
}

#[test]
fn a_late_character_decides_the_encoding_of_a_long_text() {
    let mut bytes = "plain ascii line\n".repeat(80_000).into_bytes();
    bytes.extend_from_slice(&encoding_rs::WINDOWS_1252.encode("Größe und Maß der Straße\n").0);
    let (_folder, path) = file("long.txt", &bytes);
    let text = read(&path).unwrap().text();
    assert!(text.ends_with("Größe und Maß der Straße\n"), "{}", &text[text.len() - 40..]);
}

#[test]
fn rich_text_without_a_word_processor_is_read() {
    let rtf = br"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset204 Arial;}}{\info{\title T}}\pard Gr\'fc\'dfe \u8364? {\*\unknown hidden}\par{\f0 \'cc\'e0\'ff\'ea}\par}";
    let (_folder, path) = file("a.rtf", rtf);
    let read = read(&path).unwrap();
    assert_eq!(read.text().trim_end(), "Grüße €\n\nМаяк");
    assert_eq!(read.title.as_deref(), Some("T"));
}

#[test]
fn files_with_a_password_are_told_from_damaged_ones() {
    assert_eq!(read(&fixture("locked.pdf")).unwrap_err(), Refusal::Encrypted);
    let mut container = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    assert_eq!(refused("old.docx", &container).word(), "unsupported");
    container.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(refused("locked.docx", &container), Refusal::Encrypted);
    let manifest = b"<manifest><file-entry><encryption-data/></file-entry></manifest>";
    let members = [("META-INF/manifest.xml", &manifest[..]), ("content.xml", b"\x01\x02")];
    assert_eq!(refused("locked.odt", &archive(&members)), Refusal::Encrypted);
}

#[test]
fn files_that_are_cut_are_refused_or_read_in_part() {
    for name in
        ["letter.docx", "letter.odt", "letter.epub", "letter.pptx", "sheets.xlsx", "letter.pdf"]
    {
        let whole = std::fs::read(fixture(name)).unwrap();
        for part in [3, 2] {
            let (_folder, path) = file(name, &whole[..whole.len() / part]);
            let told = match read(&path) {
                Ok(_) => "read",
                Err(refusal) => refusal.word(),
            };
            assert!(["read", "damaged", "no_text"].contains(&told), "{name}: {told}");
        }
    }
}

#[test]
fn what_is_no_document_is_said() {
    for blank in ["", " \n\t\r\n", "\u{feff}", "\u{a0}\n"] {
        for name in ["a.txt", "a.md", "a.html", "a.csv", "a.rs"] {
            assert_eq!(refused(name, blank.as_bytes()), Refusal::Empty, "{name}: {blank:?}");
        }
    }
    assert_eq!(refused("a.pdf", b""), Refusal::Empty);
    assert_eq!(refused("a.txt", b"--- ***"), Refusal::Empty);
    assert_eq!(refused("a.png", b"\x89PNG\r\n\x1a\n\0\0\0").word(), "unsupported");
    assert_eq!(refused("a.zip", &archive(&[("a", b"b")])).word(), "unsupported");
    assert_eq!(refused("a.docx", b"plain text").word(), "damaged");
    assert_eq!(refused("a.docx", &archive(&[("word/other.xml", b"<a/>")])).word(), "damaged");
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(read(folder.path()).unwrap_err().word(), "unsupported");
    assert_eq!(read(&folder.path().join("gone")).unwrap_err(), Refusal::Gone);
}

#[test]
fn a_zip_bomb_is_refused_before_it_unfolds() {
    let bomb = vec![b' '; 8 << 20];
    let content = archive(&[("word/document.xml", &bomb)]);
    let (_folder, path) = file("bomb.docx", &content);
    let limits = Limits { suspicious: 1 << 20, ..Limits::default() };
    assert_eq!(read_within(&path, limits).unwrap_err().word(), "too_large");
    let limits = Limits { archive: 1 << 20, ..Limits::default() };
    assert_eq!(read_within(&path, limits).unwrap_err().word(), "too_large");
}

#[test]
fn an_xml_bomb_stays_what_it_is() {
    let body = b"<!DOCTYPE d [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\"><!ENTITY c \"&b;&b;\">]>
        <w:document xmlns:w='w'><w:p><w:r><w:t>before &c; after</w:t></w:r></w:p></w:document>";
    let (_folder, path) = file("bomb.docx", &archive(&[("word/document.xml", body)]));
    assert_eq!(read(&path).unwrap().text().trim_end(), "before  after");
    let deep = format!("<w:document>{}", "<w:p>".repeat(200_000));
    let (_folder, path) = file("deep.docx", &archive(&[("word/document.xml", deep.as_bytes())]));
    assert_eq!(read(&path).unwrap_err().word(), "too_large");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(40))]

    /// Any damage ends in text or in a refusal; nothing panics in the parsers of our own.
    #[test]
    fn damaged_files_are_read_or_refused(
        which in 0_usize..7,
        places in proptest::collection::vec((0.0_f64..1.0, proptest::prelude::any::<u8>()), 1..20),
    ) {
        let name = ["letter.docx", "letter.odt", "letter.rtf", "letter.html", "letter.md",
            "letter.eml", "letter-libreoffice.rtf"][which];
        let mut bytes = std::fs::read(fixture(name)).unwrap();
        for (place, byte) in places {
            let at = (place * bytes.len() as f64) as usize;
            bytes[at] = byte;
        }
        let (_folder, path) = file(name, &bytes);
        let _ = read(&path);
    }
}
