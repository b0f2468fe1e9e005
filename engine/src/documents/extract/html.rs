//! Web pages: the article where there is one, else everything that can be seen.

use std::path::Path;

use dom_smoothie::Readability;
use htmd::HtmlToMarkdown;

use super::encoding;
use super::markdown;
use super::refusal::Refusal;
use super::writer::Writer;

/// What is never meant to be read.
const HIDDEN: [&str; 9] =
    ["script", "style", "noscript", "template", "svg", "iframe", "head", "canvas", "object"];

/// An article is believed to be the page if it holds at least so much of what can be seen: on pages
/// of tables and short notes, what looks like an article is a fragment.
const LEAST_PERCENT: usize = 40;

/// On shorter pages there is too little to tell an article from what surrounds it.
const SHORT: usize = 1500;

pub(super) fn extract(path: &Path, writer: &mut Writer<'_>) -> Result<(), Refusal> {
    let io = |error: std::io::Error| Refusal::from_io(&error);
    let limit = writer.limits().file / 4;
    if std::fs::metadata(path).map_err(io)?.len() > limit {
        let what = format!("a web page of more than {} MB", limit >> 20);
        return Err(Refusal::TooLarge { what });
    }
    let bytes = std::fs::read(path).map_err(io)?;
    let html = encoding::decode(&bytes, declared(&bytes).as_deref());
    page(&html, writer)
}

/// Writes a page that has been decoded.
pub(super) fn page(html: &str, writer: &mut Writer<'_>) -> Result<(), Refusal> {
    if let Some(title) = title(html) {
        writer.title(&title)?;
    }
    let everything = to_markdown(html)?;
    let article = (everything.len() > SHORT).then(|| article(html, everything.len())).flatten();
    markdown::rendered(article.as_deref().unwrap_or(&everything), writer)
}

/// Writes a page of which every word counts, as a chapter of a book.
pub(super) fn chapter(html: &str, writer: &mut Writer<'_>) -> Result<(), Refusal> {
    markdown::rendered(&to_markdown(html)?, writer)
}

fn to_markdown(html: &str) -> Result<String, Refusal> {
    let converter = HtmlToMarkdown::builder().skip_tags(HIDDEN.to_vec()).build();
    converter.convert(html).map_err(Refusal::damaged)
}

fn article(html: &str, everything: usize) -> Option<String> {
    let article = Readability::new(html, None, None).ok()?.parse().ok()?;
    let markdown = to_markdown(&article.content).ok()?;
    (markdown.len() * 100 >= everything * LEAST_PERCENT).then_some(markdown)
}

/// What stands in `<title>`.
fn title(html: &str) -> Option<String> {
    let lower = html.get(..html.len().min(64 << 10)).unwrap_or(html).to_ascii_lowercase();
    let open = lower.find("<title")?;
    let start = open + lower[open..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    let words = html.get(start..end)?;
    // As a paragraph, so that its entities are resolved and nothing in it is taken for a tag.
    htmd::convert(&format!("<p>{}</p>", words.replace('<', "&lt;")))
        .ok()
        .map(|markdown| markdown.replace('\\', ""))
}

/// The encoding that the page itself claims.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..bytes.len().min(4096))?;
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let at =
        ["charset=", "encoding="].iter().find_map(|key| head.find(key).map(|at| at + key.len()))?;
    let label: String = head[at..]
        .trim_start_matches(['"', '\'', ' '])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "-_:.".contains(*c))
        .collect();
    (!label.is_empty()).then_some(label)
}
