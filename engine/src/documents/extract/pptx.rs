//! PowerPoint presentations: a slide is a page, its notes, comments, charts and diagrams belong to it.

use std::path::Path;

use super::archive::Archive;
use super::page::BlockKind;
use super::refusal::Refusal;
use super::relations::{Relation, relations_of};
use super::writer::Writer;
use super::xml::{self, Element, Flow, Node};

const PRESENTATION: &str = "ppt/presentation.xml";

/// What is read with a slide, after it.
const BESIDE: [&str; 5] = ["chart", "diagramData", "notesSlide", "comments", "chartEx"];

pub(super) fn extract(path: &Path, writer: &mut Writer<'_>) -> Result<(), Refusal> {
    let mut archive = Archive::open(path, writer.limits())?;
    let packed = relations_of(&mut archive, "")?;
    let named = packed.into_iter().find(|relation| relation.kind == "officeDocument");
    let presentation = named.map_or_else(|| PRESENTATION.to_owned(), |relation| relation.target);
    if !archive.has(&presentation) {
        return Err(Refusal::damaged("it holds no presentation"));
    }
    super::office::tell_title(&mut archive, writer)?;
    let relations = relations_of(&mut archive, &presentation)?;
    let slides = slides(&mut archive, &presentation, &relations)?;
    writer.pages(slides.len())?;
    for (number, slide) in (1..).zip(slides) {
        writer.begin_page(Some(number))?;
        read_part(&mut archive, &slide, writer)?;
        let relations = relations_of(&mut archive, &slide)?;
        for kind in BESIDE {
            for relation in relations.iter().filter(|relation| relation.kind == kind) {
                read_part(&mut archive, &relation.target, writer)?;
            }
        }
    }
    Ok(())
}

/// The slides in the order in which they are shown.
fn slides(
    archive: &mut Archive,
    presentation: &str,
    relations: &[Relation],
) -> Result<Vec<String>, Refusal> {
    let mut found = Vec::new();
    let deepest = archive.limits().depth;
    let Some(stream) = archive.stream(presentation)? else { return Ok(found) };
    xml::walk(stream, deepest, |node| {
        if let Node::Start(element) = node
            && element.name() == "sldId"
            && let Some(id) = element.exact_attribute("r:id")
            && let Some(relation) = relations.iter().find(|relation| relation.id == id)
        {
            found.push(relation.target.clone());
        }
        Ok(Flow::Into)
    })?;
    if found.is_empty() {
        let slides = relations.iter().filter(|relation| relation.kind == "slide");
        found.extend(slides.map(|relation| relation.target.clone()));
    }
    Ok(found)
}

fn read_part(archive: &mut Archive, part: &str, writer: &mut Writer<'_>) -> Result<(), Refusal> {
    let deepest = archive.limits().depth;
    let Some(stream) = archive.stream(part)? else { return Ok(()) };
    let mut slide = Slide {
        writer,
        paragraph: String::new(),
        shape: Shape::default(),
        rows: None,
        in_text: false,
    };
    xml::walk(stream, deepest, |node| slide.visit(&node))?;
    slide.end_paragraph();
    slide.end_shape()
}

/// What has been read of one shape.
#[derive(Default)]
struct Shape {
    text: String,
    is_title: bool,
    /// Numbers of slides and dates, which stand on every slide.
    is_furniture: bool,
}

struct Slide<'a, 'b> {
    writer: &'a mut Writer<'b>,
    paragraph: String,
    shape: Shape,
    rows: Option<String>,
    in_text: bool,
}

impl Slide<'_, '_> {
    fn visit(&mut self, node: &Node<'_>) -> Result<Flow, Refusal> {
        match node {
            Node::Start(element) => return self.start(element),
            Node::Text(text) if self.in_text => self.paragraph.push_str(text),
            Node::Text(_) => {}
            Node::End(name) => self.end(name)?,
        }
        Ok(Flow::Into)
    }

    fn start(&mut self, element: &Element<'_>) -> Result<Flow, Refusal> {
        match element.name() {
            // Numbers of a chart without their labels say nothing.
            "Fallback" | "rPr" | "numCache" | "numLit" => return Ok(Flow::Over),
            "sp" | "graphicFrame" | "pt" | "cm" => {
                self.end_shape()?;
            }
            "ph" => match element.attribute("type").as_deref() {
                Some("title" | "ctrTitle") => self.shape.is_title = true,
                Some("sldNum" | "dt" | "sldImg") => self.shape.is_furniture = true,
                _ => {}
            },
            "tbl" => self.rows = Some(String::new()),
            // Text of shapes; values of charts; texts of comments.
            "t" | "v" | "text" => self.in_text = true,
            "br" => self.paragraph.push('\n'),
            "tab" => self.paragraph.push('\t'),
            _ => {}
        }
        Ok(Flow::Into)
    }

    fn end(&mut self, name: &str) -> Result<(), Refusal> {
        match name {
            "t" => self.in_text = false,
            "v" | "text" => {
                self.in_text = false;
                self.end_paragraph();
            }
            "p" => self.end_paragraph(),
            "tc" => self.close_cell('\t'),
            "tr" => self.close_cell('\n'),
            "tbl" => {
                if let Some(rows) = self.rows.take() {
                    self.writer.block(BlockKind::Table, &rows)?;
                }
            }
            "sp" | "graphicFrame" | "cm" => self.end_shape()?,
            _ => {}
        }
        Ok(())
    }

    fn end_paragraph(&mut self) {
        let text = std::mem::take(&mut self.paragraph);
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        match &mut self.rows {
            Some(rows) => {
                if !rows.is_empty() && !rows.ends_with(['\t', '\n']) {
                    rows.push(' ');
                }
                rows.push_str(&text.split_whitespace().collect::<Vec<_>>().join(" "));
            }
            None => {
                if !self.shape.text.is_empty() {
                    self.shape.text.push('\n');
                }
                self.shape.text.push_str(text);
            }
        }
    }

    fn close_cell(&mut self, mark: char) {
        if let Some(rows) = &mut self.rows {
            if mark == '\n' {
                rows.truncate(rows.trim_end_matches('\t').len());
            }
            rows.push(mark);
        }
    }

    fn end_shape(&mut self) -> Result<(), Refusal> {
        self.end_paragraph();
        let shape = std::mem::take(&mut self.shape);
        if shape.is_furniture {
            return Ok(());
        }
        let kind = if shape.is_title { BlockKind::Heading(1) } else { BlockKind::Text };
        self.writer.block(kind, &shape.text)
    }
}
