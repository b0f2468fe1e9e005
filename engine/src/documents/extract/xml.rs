//! Walking through XML of any length without holding it in memory.
//!
//! Entities that a document defines itself are left out, so that none can unfold into a bomb; names
//! come without their namespace prefix.

use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::refusal::Refusal;

/// What a walk comes by. An empty element is a start and an end.
pub(super) enum Node<'a> {
    Start(Element<'a>),
    End(&'a str),
    Text(&'a str),
}

/// Whether to look into the element that was just entered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    Into,
    /// Passes over the element and all that is in it; its end is not told.
    Over,
}

/// The start of an element.
pub(super) struct Element<'a>(&'a BytesStart<'a>);

impl Element<'_> {
    /// Its name without a prefix.
    pub(super) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// The value of the attribute of this name, prefixes disregarded.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        self.attribute_where(|_, local| local == name)
    }

    /// The value of the attribute of exactly this name, prefix included.
    pub(super) fn exact_attribute(&self, name: &str) -> Option<String> {
        self.attribute_where(|full, _| full == name)
    }

    fn attribute_where(&self, wanted: impl Fn(&str, &str) -> bool) -> Option<String> {
        let mut attributes = self.0.attributes();
        attributes.with_checks(false);
        let found = attributes.flatten().find(|attribute| {
            wanted(attribute.key.as_ref(), attribute.key.local_name().into_inner())
        })?;
        let value = quick_xml::escape::unescape(&found.value);
        Some(value.map_or_else(|_| found.value.to_string(), std::borrow::Cow::into_owned))
    }
}

/// Tells `visit` everything in document order.
pub(super) fn walk(
    source: impl BufRead,
    deepest: usize,
    mut visit: impl FnMut(Node<'_>) -> Result<Flow, Refusal>,
) -> Result<(), Refusal> {
    let mut reader = Reader::from_reader(source);
    let settings = reader.config_mut();
    settings.check_end_names = false;
    settings.allow_dangling_amp = true;
    settings.allow_unmatched_ends = true;
    let mut buffer = Vec::new();
    let mut depth = 0;
    // The depth of the element that is being passed over.
    let mut over: Option<usize> = None;
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer).map_err(refused)?;
        match event {
            Event::Start(start) => {
                depth += 1;
                if depth > deepest {
                    let what = format!("its XML is nested more than {deepest} levels deep");
                    return Err(Refusal::TooLarge { what });
                }
                if over.is_none() && visit(Node::Start(Element(&start)))? == Flow::Over {
                    over = Some(depth);
                }
            }
            Event::Empty(start) => {
                if over.is_none() && visit(Node::Start(Element(&start)))? == Flow::Into {
                    visit(Node::End(start.local_name().into_inner()))?;
                }
            }
            Event::End(end) => {
                match over {
                    Some(level) if level == depth => over = None,
                    Some(_) => {}
                    None => {
                        visit(Node::End(end.local_name().into_inner()))?;
                    }
                }
                depth = depth.saturating_sub(1);
            }
            Event::Eof if depth > 0 => return Err(Refusal::damaged("it ends too early")),
            Event::Eof => return Ok(()),
            _ if over.is_some() => {}
            Event::Text(text) => {
                visit(Node::Text(&text.xml10_content()))?;
            }
            Event::CData(text) => {
                visit(Node::Text(&text.xml10_content()))?;
            }
            Event::GeneralRef(reference) => {
                let character = reference.resolve_char_ref().ok().flatten();
                let text = match character {
                    Some(character) => character.to_string(),
                    None => predefined(&reference.into_inner()).to_owned(),
                };
                visit(Node::Text(&text))?;
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

fn predefined(name: &str) -> &'static str {
    match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        "nbsp" => "\u{A0}",
        _ => "",
    }
}

fn refused(error: quick_xml::Error) -> Refusal {
    match error {
        quick_xml::Error::Io(error) => Refusal::from_io(&error),
        other => Refusal::damaged(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(xml: &str) -> Result<String, Refusal> {
        let mut found = String::new();
        walk(xml.as_bytes(), 100, |node| {
            match node {
                Node::Start(element) if element.name() == "skip" => return Ok(Flow::Over),
                Node::Start(element) => {
                    found.push('<');
                    found.push_str(element.attribute("a").as_deref().unwrap_or_default());
                }
                Node::Text(text) => found.push_str(text),
                Node::End(_) => found.push('>'),
            }
            Ok(Flow::Into)
        })?;
        Ok(found)
    }

    #[test]
    fn elements_and_texts_are_told_in_order_without_what_is_skipped() {
        let xml = "<r><x:b p:a='1 &amp; 2'>t&lt;&#233;<![CDATA[<]]></x:b><skip><b>no</b></skip><skip/><e/></r>";
        assert_eq!(texts(xml).unwrap(), "<<1 & 2t<é<><>>");
    }

    #[test]
    fn entities_of_the_document_do_not_unfold() {
        let xml = "<!DOCTYPE r [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;\">]><r>&b;!</r>";
        assert_eq!(texts(xml).unwrap(), "<!>");
    }

    #[test]
    fn nesting_without_end_and_cut_files_are_refused() {
        assert_eq!(texts(&"<a>".repeat(1000)).unwrap_err().word(), "too_large");
        assert_eq!(texts("<a><b>").unwrap_err().word(), "damaged");
    }
}
