//! E-mail: who wrote to whom, the text, and the names of what was attached.

use std::path::Path;

use mail_parser::{Address, MessageParser, MimeHeaders as _};

use super::page::BlockKind;
use super::refusal::Refusal;
use super::writer::Writer;
use super::{html, page};

/// Forwarded messages within forwarded messages are followed so far.
const DEEPEST: usize = 8;

pub(super) fn extract(path: &Path, writer: &mut Writer<'_>) -> Result<(), Refusal> {
    let io = |error: std::io::Error| Refusal::from_io(&error);
    let limit = writer.limits().file / 2;
    if std::fs::metadata(path).map_err(io)?.len() > limit {
        return Err(Refusal::TooLarge {
            what: format!("a message of more than {} MB", limit >> 20),
        });
    }
    let bytes = std::fs::read(path).map_err(io)?;
    let message = MessageParser::default()
        .parse(&bytes)
        .filter(|message| !message.headers().is_empty())
        .ok_or_else(|| Refusal::damaged("it is no e-mail message"))?;
    write(&message, 0, writer)
}

fn write(
    message: &mail_parser::Message<'_>,
    depth: usize,
    writer: &mut Writer<'_>,
) -> Result<(), Refusal> {
    if let Some(subject) = message.subject() {
        writer.title(subject)?;
        let level = u8::try_from(depth + 1).unwrap_or(u8::MAX);
        writer.block(BlockKind::Heading(level), subject)?;
    }
    let mut lines = Vec::new();
    for (name, address) in [("From", message.from()), ("To", message.to()), ("Cc", message.cc())] {
        if let Some(people) = address.map(people).filter(|people| !people.is_empty()) {
            lines.push(format!("{name}: {people}"));
        }
    }
    if let Some(date) = message.date() {
        lines.push(format!("Date: {}", date.to_rfc3339()));
    }
    writer.block(page::BlockKind::Text, &lines.join("\n"))?;
    write_body(message, writer)?;
    let attached: Vec<&str> =
        message.attachments().filter_map(|part| part.attachment_name()).collect();
    if !attached.is_empty() {
        writer.block(BlockKind::Text, &format!("Attachments: {}", attached.join(", ")))?;
    }
    if depth < DEEPEST {
        for inner in message.attachments().filter_map(mail_parser::MessagePart::message) {
            write(inner, depth + 1, writer)?;
        }
    }
    Ok(())
}

fn write_body(message: &mail_parser::Message<'_>, writer: &mut Writer<'_>) -> Result<(), Refusal> {
    let mut bodies = message.text_bodies().peekable();
    if bodies.peek().is_none() {
        for part in message.html_bodies() {
            html::chapter(part.text_contents().unwrap_or_default(), writer)?;
        }
    }
    for part in bodies {
        let text = part.text_contents().unwrap_or_default();
        // A message that was only written as a web page appears among the texts as well.
        if part.is_text_html() {
            html::chapter(text, writer)?;
        } else {
            writer.block(BlockKind::Text, &text.replace("\r\n", "\n"))?;
        }
    }
    Ok(())
}

fn people(address: &Address<'_>) -> String {
    let people = address.iter().filter_map(|person| match (&person.name, &person.address) {
        (Some(name), Some(address)) => Some(format!("{name} <{address}>")),
        (Some(only), None) | (None, Some(only)) => Some(only.to_string()),
        (None, None) => None,
    });
    people.collect::<Vec<_>>().join(", ")
}
