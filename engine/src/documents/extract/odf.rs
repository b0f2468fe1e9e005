//! OpenDocument: texts, presentations and sheets share one vocabulary.

use std::path::Path;

use super::archive::Archive;
use super::page::BlockKind;
use super::refusal::Refusal;
use super::writer::Writer;
use super::xml::{self, Element, Flow, Node};

/// Fields that a program fills in when it lays out pages.
const LAID_OUT: [&str; 3] = ["page-number", "page-count", "sheet-name"];

/// A repeated cell or row with content counts so many times at most; what a sheet repeats to its end
/// is empty.
const MOST_REPEATS: usize = 64;

pub(super) fn extract(path: &Path, writer: &mut Writer<'_>) -> Result<(), Refusal> {
    let mut archive = Archive::open(path, writer.limits())?;
    if is_encrypted(&mut archive)? {
        return Err(Refusal::Encrypted);
    }
    if !archive.has("content.xml") {
        return Err(Refusal::damaged("it holds no OpenDocument content"));
    }
    let title = super::office::text_of(&mut archive, "meta.xml", "title")?;
    writer.title(&title)?;
    read_part(&mut archive, "content.xml", writer)?;
    // Headers and footers stand with the styles of pages.
    read_part(&mut archive, "styles.xml", writer)
}

fn is_encrypted(archive: &mut Archive) -> Result<bool, Refusal> {
    let deepest = archive.limits().depth;
    let Some(stream) = archive.stream("META-INF/manifest.xml")? else { return Ok(false) };
    let mut found = false;
    xml::walk(stream, deepest, |node| {
        if let Node::Start(element) = node {
            found |= element.name() == "encryption-data";
        }
        Ok(Flow::Into)
    })?;
    Ok(found)
}

fn read_part(archive: &mut Archive, part: &str, writer: &mut Writer<'_>) -> Result<(), Refusal> {
    let deepest = archive.limits().depth;
    let Some(stream) = archive.stream(part)? else { return Ok(()) };
    let mut content = Content {
        writer,
        paragraphs: Vec::new(),
        tables: Vec::new(),
        is_sheet: false,
        is_title: false,
        pages: 0,
    };
    xml::walk(stream, deepest, |node| content.visit(&node))
}

#[derive(Default)]
struct Paragraph {
    text: String,
    level: Option<u8>,
}

/// A table that is being read.
#[derive(Default)]
struct Table {
    rows: String,
    row: String,
    cell: String,
    cell_repeats: usize,
    row_repeats: usize,
}

struct Content<'a, 'b> {
    writer: &'a mut Writer<'b>,
    paragraphs: Vec<Paragraph>,
    tables: Vec<Table>,
    is_sheet: bool,
    /// Within the frame that holds the title of a slide.
    is_title: bool,
    pages: u32,
}

impl Content<'_, '_> {
    fn visit(&mut self, node: &Node<'_>) -> Result<Flow, Refusal> {
        match node {
            Node::Start(element) => return self.start(element),
            Node::Text(text) => self.push_spaced(text),
            Node::End(name) => self.end(name)?,
        }
        Ok(Flow::Into)
    }

    fn start(&mut self, element: &Element<'_>) -> Result<Flow, Refusal> {
        match element.name() {
            "tracked-changes" | "automatic-styles" | "font-face-decls" | "forms" | "settings"
            | "scripts" => return Ok(Flow::Over),
            // They stand for what only a program that lays out pages knows.
            name if LAID_OUT.contains(&name) => return Ok(Flow::Over),
            "spreadsheet" => self.is_sheet = true,
            "h" => {
                let level = element.attribute("outline-level").and_then(|level| level.parse().ok());
                let level = Some(level.unwrap_or(1));
                self.paragraphs.push(Paragraph { level, ..Paragraph::default() });
            }
            "p" => {
                let level = self.is_title.then_some(1);
                self.paragraphs.push(Paragraph { level, ..Paragraph::default() });
            }
            "s" => {
                let count = element.attribute("c").and_then(|count| count.parse().ok());
                self.push(&" ".repeat(count.unwrap_or(1_usize).min(200)));
            }
            "tab" => self.push("\t"),
            "line-break" => self.push("\n"),
            "frame" => self.is_title = element.attribute("class").as_deref() == Some("title"),
            "page" => {
                self.pages += 1;
                self.writer.begin_page(Some(self.pages))?;
            }
            "soft-page-break" => self.break_page()?,
            "table" => self.begin_table(element)?,
            "table-row" => {
                if let Some(table) = self.tables.last_mut() {
                    table.row_repeats = repeats(element, "number-rows-repeated");
                }
            }
            "table-cell" | "covered-table-cell" => {
                if let Some(table) = self.tables.last_mut() {
                    table.cell_repeats = repeats(element, "number-columns-repeated");
                }
            }
            _ => {}
        }
        Ok(Flow::Into)
    }

    fn begin_table(&mut self, element: &Element<'_>) -> Result<(), Refusal> {
        if self.is_sheet && self.tables.is_empty() {
            self.pages += 1;
            self.writer.begin_page(Some(self.pages))?;
            if let Some(name) = element.attribute("name") {
                self.writer.block(BlockKind::Heading(1), &name)?;
            }
        }
        self.tables.push(Table::default());
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<(), Refusal> {
        match name {
            "p" | "h" => self.end_paragraph()?,
            "frame" => self.is_title = false,
            "table-cell" | "covered-table-cell" => self.end_cell(),
            "table-row" => self.end_row()?,
            "table" => {
                if let Some(table) = self.tables.pop() {
                    match self.tables.last_mut() {
                        Some(outer) => outer.cell.push_str(&table.rows.replace('\n', " ")),
                        None => self.writer.block(BlockKind::Table, &table.rows)?,
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

    /// Runs of blanks in the file count as one; real ones are elements.
    fn push_spaced(&mut self, text: &str) {
        let Some(paragraph) = self.paragraphs.last_mut() else { return };
        for character in text.chars() {
            let is_blank = matches!(character, ' ' | '\t' | '\r' | '\n');
            if !is_blank {
                paragraph.text.push(character);
            } else if !paragraph.text.ends_with([' ', '\t', '\n']) {
                paragraph.text.push(' ');
            }
        }
    }

    fn end_paragraph(&mut self) -> Result<(), Refusal> {
        let Some(paragraph) = self.paragraphs.pop() else { return Ok(()) };
        if let Some(table) = self.tables.last_mut() {
            let text = paragraph.text.split_whitespace().collect::<Vec<_>>().join(" ");
            if !text.is_empty() && !table.cell.is_empty() {
                table.cell.push(' ');
            }
            table.cell.push_str(&text);
            return Ok(());
        }
        let kind = paragraph.level.map_or(BlockKind::Text, BlockKind::Heading);
        self.writer.block(kind, &paragraph.text)
    }

    fn end_cell(&mut self) {
        let Some(table) = self.tables.last_mut() else { return };
        let cell = std::mem::take(&mut table.cell);
        let times = if cell.is_empty() { 1 } else { table.cell_repeats };
        for _ in 0..times {
            table.row.push_str(&cell);
            table.row.push('\t');
        }
    }

    fn end_row(&mut self) -> Result<(), Refusal> {
        let is_outermost = self.tables.len() == 1;
        let Some(table) = self.tables.last_mut() else { return Ok(()) };
        let row = std::mem::take(&mut table.row);
        let row = row.trim_end_matches('\t');
        if !row.trim().is_empty() {
            for _ in 0..table.row_repeats {
                table.rows.push_str(row);
                table.rows.push('\n');
            }
        }
        // A sheet may have a million rows: they need not all be held.
        if is_outermost && table.rows.len() > 32 << 10 {
            let rows = std::mem::take(&mut table.rows);
            self.writer.block(BlockKind::Table, &rows)?;
        }
        Ok(())
    }

    fn break_page(&mut self) -> Result<(), Refusal> {
        if !self.tables.is_empty() || (self.paragraphs.is_empty() && self.writer.page_is_empty()) {
            return Ok(());
        }
        if let Some(paragraph) = self.paragraphs.last_mut() {
            let kind = paragraph.level.map_or(BlockKind::Text, BlockKind::Heading);
            let before = std::mem::take(&mut paragraph.text);
            self.writer.block(kind, &before)?;
        }
        self.writer.number_page(1);
        let number = self.writer.page_number().unwrap_or(1);
        self.writer.begin_page(Some(number + 1))
    }
}

fn repeats(element: &Element<'_>, name: &str) -> usize {
    let count = element.attribute(name).and_then(|count| count.parse().ok());
    count.unwrap_or(1_usize).clamp(1, MOST_REPEATS)
}
