//! What kind of file it is: by its first bytes where those are telling, else by its name.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::encoding;
use super::refusal::Refusal;

/// The formats that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// PDF.
    Pdf,
    /// Word.
    Docx,
    /// PowerPoint.
    Pptx,
    /// Excel.
    Xlsx,
    /// Excel from before 2007.
    Xls,
    /// OpenDocument texts, presentations and sheets.
    Odf,
    /// EPUB books.
    Epub,
    /// Web pages.
    Html,
    /// Markdown.
    Markdown,
    /// reStructuredText.
    Rst,
    /// Org.
    Org,
    /// Comma-separated values and their like.
    Csv,
    /// JSON.
    Json,
    /// Rich text.
    Rtf,
    /// E-mail.
    Mail,
    /// Source code and configuration.
    Code,
    /// Any other text.
    Text,
}

impl Kind {
    /// Whether a file of this kind holds text alone, and no pictures.
    pub(super) fn is_text_alone(self) -> bool {
        matches!(
            self,
            Self::Markdown
                | Self::Rst
                | Self::Org
                | Self::Csv
                | Self::Json
                | Self::Code
                | Self::Text
                | Self::Html
        )
    }
}

/// Endings of names, in lower case, with what they stand for.
const ENDINGS: &[(&str, Kind)] = &[
    ("pdf", Kind::Pdf),
    ("docx", Kind::Docx),
    ("docm", Kind::Docx),
    ("dotx", Kind::Docx),
    ("pptx", Kind::Pptx),
    ("pptm", Kind::Pptx),
    ("ppsx", Kind::Pptx),
    ("xlsx", Kind::Xlsx),
    ("xlsm", Kind::Xlsx),
    ("xls", Kind::Xls),
    ("odt", Kind::Odf),
    ("ott", Kind::Odf),
    ("odp", Kind::Odf),
    ("ods", Kind::Odf),
    ("odg", Kind::Odf),
    ("epub", Kind::Epub),
    ("html", Kind::Html),
    ("htm", Kind::Html),
    ("xhtml", Kind::Html),
    ("md", Kind::Markdown),
    ("markdown", Kind::Markdown),
    ("mdx", Kind::Markdown),
    ("rst", Kind::Rst),
    ("org", Kind::Org),
    ("csv", Kind::Csv),
    ("tsv", Kind::Csv),
    ("json", Kind::Json),
    ("jsonl", Kind::Json),
    ("ndjson", Kind::Json),
    ("rtf", Kind::Rtf),
    ("eml", Kind::Mail),
    ("mht", Kind::Mail),
    ("mhtml", Kind::Mail),
    ("txt", Kind::Text),
    ("text", Kind::Text),
    ("log", Kind::Text),
    ("tex", Kind::Text),
    ("adoc", Kind::Text),
    ("srt", Kind::Text),
    ("vtt", Kind::Text),
];

/// Endings of source code and configuration, which are all read in the same way.
const CODE: &[&str] = &[
    "bash", "bat", "c", "cc", "cfg", "clj", "cmake", "conf", "cpp", "cs", "css", "cxx", "dart",
    "el", "erl", "ex", "exs", "f90", "fs", "go", "gradle", "groovy", "h", "hh", "hpp", "hs", "ini",
    "java", "jl", "js", "jsx", "kt", "kts", "less", "lisp", "lua", "m", "mjs", "ml", "mm", "nim",
    "nix", "pas", "php", "pl", "pm", "proto", "ps1", "py", "r", "rb", "rhai", "rs", "sass",
    "scala", "scm", "scss", "sh", "sql", "svelte", "swift", "tcl", "toml", "ts", "tsx", "v", "vb",
    "vhd", "vim", "vue", "xml", "xsd", "xsl", "yaml", "yml", "zig", "zsh",
];

/// What the name of a file says; `None` for endings that nobody here reads.
#[must_use]
pub fn by_name(path: &Path) -> Option<Kind> {
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    let listed = ENDINGS.iter().find(|(known, _)| *known == ending).map(|(_, kind)| *kind);
    listed.or_else(|| CODE.contains(&ending.as_str()).then_some(Kind::Code))
}

/// What the file is: its bytes have the last word, since names lie.
pub(super) fn detect(path: &Path) -> Result<Kind, Refusal> {
    let io = |error: std::io::Error| Refusal::from_io(&error);
    let mut head = Vec::new();
    File::open(path).map_err(io)?.take(4096).read_to_end(&mut head).map_err(io)?;
    let named = by_name(path);
    if head.is_empty() {
        return Err(Refusal::Empty);
    }
    if head.get(..1024.min(head.len())).is_some_and(|start| contains(start, b"%PDF-")) {
        return Ok(Kind::Pdf);
    }
    if head.starts_with(b"{\\rtf") {
        return Ok(Kind::Rtf);
    }
    if head.starts_with(b"PK\x03\x04") {
        return in_archive(path, named);
    }
    if head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        // An office document with a password, or one from before 2007.
        return Ok(match named {
            Some(kind @ (Kind::Docx | Kind::Pptx | Kind::Xlsx)) => kind,
            Some(Kind::Xls) => Kind::Xls,
            _ => Kind::Docx,
        });
    }
    match named {
        Some(Kind::Pdf) => Err(Refusal::damaged("it does not begin like a PDF")),
        Some(Kind::Docx | Kind::Pptx | Kind::Xlsx | Kind::Odf | Kind::Epub) => {
            Err(Refusal::damaged("it does not begin like an archive, as such files do"))
        }
        Some(Kind::Xls) => Err(Refusal::damaged("it does not begin like an Excel file")),
        Some(Kind::Rtf) => Err(Refusal::damaged("it does not begin like rich text")),
        Some(kind) => Ok(kind),
        None if encoding::is_binary(&head) => Err(Refusal::Unsupported { kind: ending_of(path) }),
        None if looks_like_html(&head) => Ok(Kind::Html),
        None => Ok(Kind::Text),
    }
}

fn in_archive(path: &Path, named: Option<Kind>) -> Result<Kind, Refusal> {
    let limits = super::limits::Limits::default();
    let names = match super::archive::Archive::open(path, limits) {
        Ok(archive) => archive.names(),
        // A broken directory is told by the reader of the format.
        Err(refusal) => return named.filter(|kind| is_archive(*kind)).ok_or(refusal),
    };
    let has = |start: &str| names.iter().any(|name| name.starts_with(start));
    if has("META-INF/container.xml") && names.iter().any(|name| name.ends_with(".opf")) {
        Ok(Kind::Epub)
    } else if has("word/") {
        Ok(Kind::Docx)
    } else if has("ppt/") {
        Ok(Kind::Pptx)
    } else if has("xl/") {
        Ok(Kind::Xlsx)
    } else if has("content.xml") {
        Ok(Kind::Odf)
    } else {
        match named.filter(|kind| is_archive(*kind)) {
            Some(kind) => Ok(kind),
            None => Err(Refusal::Unsupported { kind: "a zip archive".to_owned() }),
        }
    }
}

fn is_archive(kind: Kind) -> bool {
    matches!(kind, Kind::Docx | Kind::Pptx | Kind::Xlsx | Kind::Odf | Kind::Epub)
}

fn looks_like_html(head: &[u8]) -> bool {
    let start = String::from_utf8_lossy(head).trim_start().to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html")
}

fn ending_of(path: &Path) -> String {
    match path.extension() {
        Some(ending) => format!(".{}", ending.to_string_lossy()),
        None => "binary data".to_owned(),
    }
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}
