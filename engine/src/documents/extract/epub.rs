//! EPUB books: a chapter is a page, in the order of reading.

use std::collections::HashMap;
use std::path::Path;

use super::archive::Archive;
use super::refusal::Refusal;
use super::relations::resolve;
use super::writer::Writer;
use super::xml::{self, Flow, Node};
use super::{encoding, html, office};

pub(super) fn extract(path: &Path, writer: &mut Writer<'_>) -> Result<(), Refusal> {
    let mut archive = Archive::open(path, writer.limits())?;
    let package = package(&mut archive)?;
    writer.title(&office::text_of(&mut archive, &package, "title")?)?;
    let chapters = chapters(&mut archive, &package)?;
    let protected = protected(&mut archive)?;
    if !chapters.is_empty() && chapters.iter().all(|chapter| protected.contains(chapter)) {
        return Err(Refusal::Encrypted);
    }
    writer.pages(chapters.len())?;
    for (number, chapter) in (1..).zip(&chapters) {
        let Some(bytes) = archive.read(chapter)? else { continue };
        writer.begin_page(Some(number))?;
        html::chapter(&encoding::decode(&bytes, Some("utf-8")), writer)?;
    }
    Ok(())
}

/// Where the description of the book lies.
fn package(archive: &mut Archive) -> Result<String, Refusal> {
    let deepest = archive.limits().depth;
    let mut found = None;
    if let Some(stream) = archive.stream("META-INF/container.xml")? {
        xml::walk(stream, deepest, |node| {
            if let Node::Start(element) = node
                && element.name() == "rootfile"
            {
                found = found.take().or(element.attribute("full-path"));
            }
            Ok(Flow::Into)
        })?;
    }
    let by_name = || archive.names().into_iter().find(|name| name.ends_with(".opf"));
    found.or_else(by_name).ok_or_else(|| Refusal::damaged("it holds no description of a book"))
}

/// The chapters' members in the order of reading.
fn chapters(archive: &mut Archive, package: &str) -> Result<Vec<String>, Refusal> {
    let deepest = archive.limits().depth;
    let folder = package.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let mut members: HashMap<String, String> = HashMap::new();
    let mut order = Vec::new();
    let Some(stream) = archive.stream(package)? else {
        return Err(Refusal::damaged("the description of the book is missing"));
    };
    xml::walk(stream, deepest, |node| {
        if let Node::Start(element) = node {
            match element.name() {
                "item" => {
                    let address = element.attribute("href").map(|address| unescaped(&address));
                    if let (Some(id), Some(address)) = (element.attribute("id"), address) {
                        members.insert(id, resolve(&folder, &address));
                    }
                }
                "itemref" => order.extend(element.attribute("idref")),
                _ => {}
            }
        }
        Ok(Flow::Into)
    })?;
    Ok(order.iter().filter_map(|id| members.get(id).cloned()).collect())
}

/// The members that only a reader with a licence can decrypt.
fn protected(archive: &mut Archive) -> Result<Vec<String>, Refusal> {
    let deepest = archive.limits().depth;
    let mut found = Vec::new();
    if let Some(stream) = archive.stream("META-INF/encryption.xml")? {
        xml::walk(stream, deepest, |node| {
            if let Node::Start(element) = node
                && element.name() == "CipherReference"
            {
                found.extend(element.attribute("URI"));
            }
            Ok(Flow::Into)
        })?;
    }
    Ok(found)
}

/// An address without its percent signs.
fn unescaped(address: &str) -> String {
    let bytes = address.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let digits = address.get(at + 1..at + 3).filter(|_| byte == b'%');
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(value) => {
                plain.push(value);
                at += 3;
            }
            None => {
                plain.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

#[cfg(test)]
mod tests {
    use super::unescaped;

    #[test]
    fn addresses_are_unescaped_once() {
        assert_eq!(unescaped("a%20b%2541%zz%"), "a b%41%zz%");
        assert_eq!(unescaped("%C3%A9.xhtml"), "é.xhtml");
    }
}
