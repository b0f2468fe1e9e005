//! Word documents: every text in them once, headers, notes, comments and text boxes included.

use std::collections::HashMap;
use std::path::Path;

use super::archive::Archive;
use super::page::BlockKind;
use super::refusal::Refusal;
use super::relations::relations_of;
use super::writer::Writer;
use super::xml::{self, Element, Flow, Node};

/// Where Word keeps the running text, if the package does not say otherwise.
const BODY: &str = "word/document.xml";

/// Parts beside the running text, in the order in which they are read after it.
const BESIDE: [&str; 6] =
    ["header", "footer", "footnotes", "endnotes", "comments", "glossaryDocument"];

pub(super) fn extract(path: &Path, writer: &mut Writer<'_>) -> Result<(), Refusal> {
    let mut archive = Archive::open(path, writer.limits())?;
    let body = main_part(&mut archive)?;
    super::office::tell_title(&mut archive, writer)?;
    let relations = relations_of(&mut archive, &body)?;
    let styles = relations.iter().find(|relation| relation.kind == "styles");
    let levels = match styles {
        Some(styles) => heading_styles(&mut archive, &styles.target)?,
        None => HashMap::new(),
    };
    read_part(&mut archive, &body, &levels, writer)?;
    for kind in BESIDE {
        for relation in relations.iter().filter(|relation| relation.kind == kind) {
            if archive.has(&relation.target) {
                read_part(&mut archive, &relation.target, &levels, writer)?;
            }
        }
    }
    Ok(())
}

fn main_part(archive: &mut Archive) -> Result<String, Refusal> {
    let packed = relations_of(archive, "")?;
    let named = packed.into_iter().find(|relation| relation.kind == "officeDocument");
    let part = named.map_or_else(|| BODY.to_owned(), |relation| relation.target);
    if archive.has(&part) { Ok(part) } else { Err(Refusal::damaged("it holds no Word document")) }
}

/// Which paragraph styles are headings, and of which level.
fn heading_styles(archive: &mut Archive, part: &str) -> Result<HashMap<String, u8>, Refusal> {
    let mut levels = HashMap::new();
    let mut style = String::new();
    let deepest = archive.limits().depth;
    let Some(stream) = archive.stream(part)? else { return Ok(levels) };
    xml::walk(stream, deepest, |node| {
        if let Node::Start(element) = node {
            match element.name() {
                "style" => style = element.attribute("styleId").unwrap_or_default(),
                "name" => {
                    let name = element.attribute("val").unwrap_or_default().to_lowercase();
                    let level = match name.strip_prefix("heading ") {
                        Some(number) => number.parse().ok(),
                        None => (name == "title").then_some(1),
                    };
                    if let Some(level) = level {
                        levels.insert(style.clone(), level);
                    }
                }
                "outlineLvl" => {
                    if let Some(level) = outline_level(&element) {
                        levels.entry(style.clone()).or_insert(level);
                    }
                }
                _ => {}
            }
        }
        Ok(Flow::Into)
    })?;
    Ok(levels)
}

/// Whether a property is there only to say that it does not hold.
fn is_off(element: &Element<'_>) -> bool {
    matches!(element.attribute("val").as_deref(), Some("0" | "false" | "off"))
}

/// Word counts from 0, and 9 is body text.
fn outline_level(element: &Element<'_>) -> Option<u8> {
    let level: u8 = element.attribute("val")?.parse().ok()?;
    (level < 9).then_some(level + 1)
}

fn read_part(
    archive: &mut Archive,
    part: &str,
    levels: &HashMap<String, u8>,
    writer: &mut Writer<'_>,
) -> Result<(), Refusal> {
    let deepest = archive.limits().depth;
    let Some(stream) = archive.stream(part)? else { return Ok(()) };
    let mut body =
        Body { levels, writer, paragraphs: Vec::new(), tables: Vec::new(), in_text: false };
    xml::walk(stream, deepest, |node| body.visit(&node))?;
    body.flush()
}

/// A paragraph that is being read. Text boxes hold paragraphs within paragraphs.
#[derive(Default)]
struct Paragraph {
    text: String,
    level: Option<u8>,
}

struct Body<'a, 'b> {
    levels: &'a HashMap<String, u8>,
    writer: &'a mut Writer<'b>,
    paragraphs: Vec<Paragraph>,
    /// The open tables, each as the rows that were read so far.
    tables: Vec<String>,
    in_text: bool,
}

impl Body<'_, '_> {
    fn visit(&mut self, node: &Node<'_>) -> Result<Flow, Refusal> {
        match node {
            Node::Start(element) => return self.start(element),
            Node::Text(text) if self.in_text => self.push(text),
            Node::Text(_) => {}
            Node::End(name) => self.end(name)?,
        }
        Ok(Flow::Into)
    }

    fn start(&mut self, element: &Element<'_>) -> Result<Flow, Refusal> {
        match element.name() {
            // The same text boxes once more, for programs of another age; and formatting, which holds
            // elements of the same names, as tab stops.
            "Fallback" | "rPr" | "tabs" | "sectPr" | "tblPr" | "instrText" | "delText" => {
                return Ok(Flow::Over);
            }
            "p" => self.paragraphs.push(Paragraph::default()),
            "t" => self.in_text = true,
            "tab" => self.push("\t"),
            "br" if element.attribute("type").as_deref() == Some("page") => self.break_page()?,
            "lastRenderedPageBreak" => self.break_page()?,
            "pageBreakBefore" if !is_off(element) => self.break_page()?,
            "br" | "cr" => self.push("\n"),
            "noBreakHyphen" => self.push("\u{2011}"),
            "tbl" => {
                self.flush_paragraph()?;
                self.tables.push(String::new());
            }
            "pStyle" => {
                let level = element.attribute("val").and_then(|id| self.levels.get(&id).copied());
                self.set_level(level);
            }
            "outlineLvl" => self.set_level(outline_level(element)),
            _ => {}
        }
        Ok(Flow::Into)
    }

    fn end(&mut self, name: &str) -> Result<(), Refusal> {
        match name {
            "t" => self.in_text = false,
            "p" => self.flush_paragraph()?,
            "tc" => self.close_cell('\t'),
            "tr" => self.close_cell('\n'),
            "tbl" => {
                if let Some(rows) = self.tables.pop() {
                    match self.tables.last_mut() {
                        Some(outer) => outer.push_str(rows.trim_end()),
                        None => self.writer.block(BlockKind::Table, &rows)?,
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn push(&mut self, text: &str) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.text.push_str(text);
        }
    }

    fn set_level(&mut self, level: Option<u8>) {
        if let (Some(paragraph), Some(level)) = (self.paragraphs.last_mut(), level) {
            paragraph.level = Some(level);
        }
    }

    fn flush_paragraph(&mut self) -> Result<(), Refusal> {
        let Some(paragraph) = self.paragraphs.pop() else { return Ok(()) };
        if let Some(rows) = self.tables.last_mut() {
            // The paragraphs of a cell stay on one line.
            let text = paragraph.text.split_whitespace().collect::<Vec<_>>().join(" ");
            if !text.is_empty() && !rows.is_empty() && !rows.ends_with(['\t', '\n']) {
                rows.push(' ');
            }
            rows.push_str(&text);
            return Ok(());
        }
        let kind = paragraph.level.map_or(BlockKind::Text, BlockKind::Heading);
        self.writer.block(kind, &paragraph.text)
    }

    fn close_cell(&mut self, mark: char) {
        if let Some(rows) = self.tables.last_mut() {
            if mark == '\n' {
                rows.truncate(rows.trim_end_matches('\t').len());
            }
            rows.push(mark);
        }
    }

    /// Word says where it broke pages when it last saved the file.
    fn break_page(&mut self) -> Result<(), Refusal> {
        // Pages cannot be broken within a table; the mark after an explicit break is the same break.
        if !self.tables.is_empty() {
            return Ok(());
        }
        let [.., paragraph] = self.paragraphs.as_mut_slice() else { return Ok(()) };
        let before = std::mem::take(&mut paragraph.text);
        if before.trim().is_empty() && self.writer.page_is_empty() {
            return Ok(());
        }
        let kind = paragraph.level.map_or(BlockKind::Text, BlockKind::Heading);
        self.writer.number_page(1);
        self.writer.block(kind, &before)?;
        let number = self.writer.page_number().unwrap_or(1);
        self.writer.begin_page(Some(number + 1))
    }

    fn flush(&mut self) -> Result<(), Refusal> {
        while !self.paragraphs.is_empty() {
            self.flush_paragraph()?;
        }
        Ok(())
    }
}
