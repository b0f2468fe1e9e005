//! Finding text in what is open: the document at the right or the conversation beside it.

#![expect(clippy::unwrap_used, reason = "a test may give up")]

use std::fmt::Write as _;
use std::path::Path;

use egui::{Key, Modifiers};
use harness::{World, fixture};

/// Opens the only document of a new collection, by its name in the list.
pub(super) fn opened(file: &Path, name: &str) -> World {
    let mut world = World::new();
    world.drop_file(file.to_owned());
    world.write("Name of the new collection", "Papers");
    world.click("Add");
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::D);
    world.see("1 document  ·");
    world.click("Open Papers");
    world.see(name);
    world.click(name);
    world
}

/// A PDF of so many pages, each of which says which it is.
fn long_pdf(pages: usize) -> Vec<u8> {
    let mut objects = vec!["<< /Type /Catalog /Pages 2 0 R >>".to_owned(), String::new()];
    objects.push("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned());
    let mut kids = String::new();
    for page in 1..=pages {
        let number = objects.len() + 1;
        write!(kids, "{number} 0 R ").unwrap();
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents {} 0 R \
             /Resources << /Font << /F 3 0 R >> >> >>",
            number + 1
        ));
        let words = if page % 100 == 77 { "a marmot" } else { "nothing of note" };
        let text = format!("BT /F 14 Tf 20 120 Td (This is page {page}, about {words}.) Tj ET");
        objects.push(format!("<< /Length {} >> stream\n{text}\nendstream", text.len()));
    }
    objects[1] = format!("<< /Type /Pages /Count {pages} /Kids [{kids}] >>");
    let mut pdf = "%PDF-1.4\n".to_owned();
    let mut places = String::new();
    for (place, object) in objects.iter().enumerate() {
        writeln!(places, "{:010} 00000 n ", pdf.len()).unwrap();
        writeln!(pdf, "{} 0 obj\n{object}\nendobj", place + 1).unwrap();
    }
    let (count, table) = (objects.len() + 1, pdf.len());
    write!(
        pdf,
        "xref\n0 {count}\n0000000000 65535 f \n{places}\
         trailer << /Size {count} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n"
    )
    .unwrap();
    pdf.into_bytes()
}

#[test]
fn what_is_typed_is_found_on_the_pages_of_a_pdf_and_marked_there() {
    let mut world = opened(&fixture("documents/pages.pdf"), "pages.pdf");
    world.see("Page 1 of 3");
    world.press(Modifiers::COMMAND, Key::F);
    world.write("Find in this document", "THIS IS");
    world.see("1 of 3");
    world.see("The match");
    world.press(Modifiers::NONE, Key::Enter);
    world.see("2 of 3");
    world.see("Page 2 of 3");
    world.press(Modifiers::SHIFT, Key::Enter);
    world.press(Modifiers::SHIFT, Key::Enter);
    world.see("3 of 3");
    world.see("The match");
    world.activate("Next match in this document");
    world.see("1 of 3");
    world.write("Find in this document", "walrusés");
    world.see("1 of 1");
    world.write("Find in this document", "unicorn");
    world.see("No matches");
    // The field is closed before anything else is.
    world.press(Modifiers::NONE, Key::Escape);
    world.see_no("Next match in this document");
    world.see("Page 1 of 3");
    world.see("Add files…");
}

#[test]
fn the_last_page_of_a_very_long_pdf_is_found_and_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.pdf");
    std::fs::write(&path, long_pdf(2_000)).unwrap();
    let mut world = opened(&path, "long.pdf");
    world.see("Page 1 of 2000");
    world.press(Modifiers::COMMAND, Key::F);
    world.write("Find in this document", "marmot");
    world.see("1 of 20");
    world.see("Page 77 of 2000");
    world.see("The match");
    world.press(Modifiers::SHIFT, Key::Enter);
    world.see("20 of 20");
    world.see("Page 1977 of 2000");
    world.see("The match");
    // What is typed next is looked for from there on.
    world.write("Find in this document", "page 1978");
    world.see("1 of 1");
    world.see("Page 1978 of 2000");
    world.see("The match");
}

#[test]
fn what_is_typed_is_found_in_formatted_text_and_marked_there() {
    let mut world = opened(&fixture("documents/letter.docx"), "The lighthouse of Zelmont");
    world.see("The lamp was replaced in 1954.");
    world.click("Find in this document");
    world.write("Find in this document", "soderlund");
    world.see("1 of 1");
    world.see("The match");
    world.write("Find in this document", "МОСКВА, 東京");
    world.see("1 of 1");
    world.see("The match");
    world.activate("Stop finding in this document");
    world.see_no("The match");
}

#[test]
fn the_keys_find_in_what_was_used_last() {
    let mut world = super::documents::asking("letter.pdf");
    super::documents::read_all(&mut world);
    world.say("Who built the lighthouse?");
    world.hear_out();
    world.click_containing("Source 1: ");
    world.see("The marked passage");
    // What was just opened counts.
    world.press(Modifiers::COMMAND, Key::F);
    world.see("Find in this document");
    world.write("Find in this document", "lamp");
    world.see("1 of 1");
    // Only what is looked for is marked.
    world.see_no("The marked passage");
    world.press(Modifiers::COMMAND, Key::L);
    world.press(Modifiers::COMMAND, Key::F);
    world.see("Find in this conversation");
    world.write("Find in this conversation", "lighthouse");
    world.press(Modifiers::NONE, Key::Escape);
    world.see_no("Find in this conversation");
    world.see("Next match in this document");
    world.press(Modifiers::NONE, Key::Escape);
    world.see_no("Next match in this document");
    world.see("The marked passage");
    world.press(Modifiers::NONE, Key::Escape);
    world.see_no("The marked passage");
    world.press(Modifiers::COMMAND, Key::F);
    world.see("Find in this conversation");
}
