//! PDF, page by page. A page that cannot be read is told and does not keep the others from it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use pdf_oxide::PdfDocument;
use pdf_oxide::object::Object;

use super::page::BlockKind;
use super::refusal::Refusal;
use super::writer::Writer;

pub(super) fn extract(path: &Path, writer: &mut Writer<'_>) -> Result<(), Refusal> {
    let io = |error: std::io::Error| Refusal::from_io(&error);
    let limit = writer.limits().file;
    if std::fs::metadata(path).map_err(io)?.len() > limit {
        return Err(Refusal::TooLarge { what: format!("a PDF of more than {} MB", limit >> 20) });
    }
    let document = PdfDocument::open(path).map_err(refused)?;
    // Many are locked with no password at all.
    let is_locked = document.is_encrypted()
        && !document.is_authenticated()
        && !document.authenticate(b"").unwrap_or(false);
    if is_locked {
        return Err(Refusal::Encrypted);
    }
    let count = document.page_count().map_err(refused)?;
    if count == 0 {
        return Err(Refusal::damaged("it has no pages"));
    }
    writer.pages(count)?;
    writer.title(&title(&document).unwrap_or_default())?;
    let mut problem = None;
    let mut read = 0;
    for (index, number) in (0..count).zip(1..) {
        // The library is known to give up on some damaged pages by a panic.
        match catch_unwind(AssertUnwindSafe(|| document.extract_text(index))) {
            Ok(Ok(text)) => {
                read += 1;
                writer.begin_page(Some(number))?;
                for paragraph in text.replace(['\0', '\u{c}', '\r'], "").split("\n\n") {
                    writer.block(BlockKind::Text, paragraph)?;
                }
            }
            Ok(Err(error)) => {
                problem = Some(refused(error));
                writer.missing(number)?;
            }
            Err(_) => {
                problem = Some(Refusal::damaged("a page made no sense to the reader"));
                writer.missing(number)?;
            }
        }
    }
    match problem {
        Some(problem) if read == 0 => Err(problem),
        _ => Ok(()),
    }
}

fn refused(error: pdf_oxide::Error) -> Refusal {
    match error {
        pdf_oxide::Error::Io(error) => Refusal::from_io(&error),
        other => {
            let words = other.to_string();
            let lower = words.to_lowercase();
            if lower.contains("encrypt") || lower.contains("password") {
                Refusal::Encrypted
            } else {
                Refusal::damaged(words)
            }
        }
    }
}

/// The title in the document's own description.
fn title(document: &PdfDocument) -> Option<String> {
    let information = document.trailer().as_dict()?.get("Info")?.clone();
    let information = match information {
        Object::Reference(reference) => document.load_object(reference).ok()?,
        other => other,
    };
    let Object::String(bytes) = information.as_dict()?.get("Title")? else { return None };
    let title = if bytes.starts_with(&[0xFE, 0xFF]) {
        encoding_rs::UTF_16BE.decode(bytes).0
    } else if let Ok(text) = std::str::from_utf8(bytes) {
        text.into()
    } else {
        encoding_rs::WINDOWS_1252.decode(bytes).0
    };
    // Names of files are what printer drivers write there.
    let is_name = [".doc", ".docx", ".tex", ".dvi", ".indd", ".pdf", ".qxd"]
        .iter()
        .any(|ending| title.to_lowercase().ends_with(ending));
    (!is_name && !title.contains('\0')).then(|| title.into_owned())
}
