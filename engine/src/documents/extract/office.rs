//! What Word, PowerPoint and Excel files have in common.

use super::archive::Archive;
use super::refusal::Refusal;
use super::writer::Writer;
use super::xml::{self, Flow, Node};

/// Tells the title that stands in the document's properties.
pub(super) fn tell_title(archive: &mut Archive, writer: &mut Writer<'_>) -> Result<(), Refusal> {
    let title = text_of(archive, "docProps/core.xml", "title")?;
    writer.title(&title)
}

/// The text of the first element of this name in a part; empty where either is missing.
pub(super) fn text_of(
    archive: &mut Archive,
    part: &str,
    element_name: &str,
) -> Result<String, Refusal> {
    let mut found = String::new();
    let mut is_inside = false;
    let mut is_over = false;
    let deepest = archive.limits().depth;
    let Some(stream) = archive.stream(part)? else { return Ok(found) };
    xml::walk(stream, deepest, |node| {
        match node {
            Node::Start(element) => is_inside |= !is_over && element.name() == element_name,
            Node::Text(text) if is_inside => found.push_str(text),
            Node::End(name) if name == element_name => {
                is_over |= is_inside;
                is_inside = false;
            }
            Node::Text(_) | Node::End(_) => {}
        }
        Ok(Flow::Into)
    })?;
    Ok(found)
}
