//! The list of a collection: its documents, or what was found in it. However much there is, only what
//! can be seen is drawn.

use std::path::{Path, PathBuf};

use egui::{Align, Id, IdSalt, Layout, Response, Ui, UiBuilder};
use engine::documents::search::Passage;
use engine::documents::store::{Document, DocumentId, DocumentState};

use crate::look::{self, Icon, Tone};
use crate::measures;

/// Height of a row, in points.
const ROW: f32 = 54.0;
/// How much of a passage is shown in the results, in characters.
const SHOWN: usize = 240;

/// What is listed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Listed<'a> {
    /// Documents of the collection.
    pub documents: &'a [Document],
    /// The places of those that are listed; `None` for all.
    pub rows: Option<&'a [usize]>,
    /// What was found for a search; `None` without one.
    pub passages: Option<&'a [Passage]>,
    /// Whether there may be more passages.
    pub has_more: bool,
    /// The file that is being read.
    pub reading: Option<&'a Path>,
    /// Whether documents can be taken out.
    pub can_remove: bool,
}

/// What is asked of a list.
#[derive(Clone, Debug)]
pub enum Asked {
    /// Show a document.
    Open(Box<Document>),
    /// Take a document out of the collection.
    Remove(PathBuf),
    /// Read a document again.
    Retry(DocumentId),
    /// Show a passage.
    OpenPassage(Box<Passage>),
    /// Look for more passages.
    More,
}

/// A row of the list.
enum Line<'a> {
    Heading(&'static str),
    Document(&'a Document),
    Passage(&'a Passage),
    More,
}

impl<'a> Listed<'a> {
    fn document_count(&self) -> usize {
        self.rows.map_or(self.documents.len(), <[usize]>::len)
    }

    fn document(&self, place: usize) -> Option<&'a Document> {
        let place = self.rows.map_or(Some(place), |rows| rows.get(place).copied())?;
        self.documents.get(place)
    }

    /// How many rows there are. Documents and passages have headings where there is both.
    fn count(&self) -> usize {
        let documents = self.document_count();
        match self.passages {
            None | Some([]) => documents,
            Some(passages) => self.heads() * 2 + documents + passages.len() + self.mores(),
        }
    }

    fn heads(&self) -> usize {
        usize::from(self.document_count() > 0)
    }

    fn mores(&self) -> usize {
        usize::from(self.has_more)
    }

    /// What a row is known by, unless it is a heading.
    fn key(&self, place: usize) -> Option<IdSalt> {
        match self.line(place)? {
            Line::Heading(_) => None,
            Line::Document(document) => Some(IdSalt::new(("document", document.id.0))),
            Line::Passage(passage) => {
                let (document, characters) = (passage.document.0, &passage.characters);
                Some(IdSalt::new(("passage", document, characters.start)))
            }
            // Once there are more, the first of them has its place.
            Line::More => Some(IdSalt::new(("more", place))),
        }
    }

    fn line(&self, place: usize) -> Option<Line<'a>> {
        let Some(passages) = self.passages.filter(|passages| !passages.is_empty()) else {
            return self.document(place).map(Line::Document);
        };
        let (heads, documents) = (self.heads(), self.document_count());
        if heads > 0 && place == 0 {
            return Some(Line::Heading("Documents of this name"));
        }
        if place < heads + documents {
            return self.document(place - heads).map(Line::Document);
        }
        if heads > 0 && place == heads + documents {
            return Some(Line::Heading("Passages"));
        }
        let passage = passages.get(place - heads * 2 - documents).map(Line::Passage);
        passage.or_else(|| self.has_more.then_some(Line::More))
    }
}

/// Draws it into all the room there is.
pub fn list_ui(ui: &mut Ui, listed: &Listed<'_>) -> Option<Asked> {
    let mut asked = None;
    let name = if listed.passages.is_some() { "What was found" } else { "Documents" };
    let (count, key) = (listed.count(), |place| listed.key(place));
    let list = look::LongList { name, height: ROW, count, key: &key };
    look::long_list(ui, &list, |ui, place| match listed.line(place) {
        Some(Line::Document(document)) => document_ui(ui, listed, document, &mut asked),
        Some(Line::Passage(passage)) => passage_ui(ui, passage, &mut asked),
        Some(Line::Heading(words)) => heading_ui(ui, words),
        Some(Line::More) => {
            let row = sized_ui(ui, |ui, id| main_ui(ui, id, look::ListRow::new("Show more")));
            if row.clicked() {
                asked = Some(Asked::More);
            }
            row
        }
        None => heading_ui(ui, ""),
    });
    asked
}

/// A row of the right height, from right to left. What takes the keyboard is given the same name whatever
/// stands beside it, so that it keeps the keyboard when that changes.
fn sized_ui<T>(ui: &mut Ui, contents: impl FnOnce(&mut Ui, Id) -> T) -> T {
    let id = ui.scope_id().with("row");
    let size = egui::vec2(ui.available_width(), ROW);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        ui.set_min_size(size);
        contents(ui, id)
    })
    .inner
}

fn main_ui(ui: &mut Ui, id: Id, row: look::ListRow<'_>) -> Response {
    ui.scope_builder(UiBuilder::new().scope_id(id), |ui| ui.add(row)).inner
}

fn heading_ui(ui: &mut Ui, words: &str) -> Response {
    let size = egui::vec2(ui.available_width(), ROW);
    ui.allocate_ui_with_layout(size, Layout::bottom_up(Align::Min), |ui| {
        ui.set_min_size(size);
        ui.add_space(look::space::TIGHT);
        look::caption(ui, words)
    })
    .inner
}

fn document_ui(
    ui: &mut Ui,
    listed: &Listed<'_>,
    document: &Document,
    asked: &mut Option<Asked>,
) -> Response {
    sized_ui(ui, |ui, id| {
        let name = document.name();
        let remove = format!("Take {name} out of the collection");
        if listed.can_remove && look::icon_button(ui, Icon::X, &remove).clicked() {
            *asked = Some(Asked::Remove(document.path.clone()));
        }
        match &document.state {
            DocumentState::Refused(_) => {
                if look::named_button(ui, "Retry", &format!("Retry {name}")).clicked() {
                    *asked = Some(Asked::Retry(document.id));
                }
                look::badge(ui, "Not read", Tone::Danger);
            }
            DocumentState::Waiting => {
                let is_read = listed.reading == Some(document.path.as_path());
                look::badge(ui, if is_read { "Reading" } else { "Waiting" }, Tone::Accent);
            }
            DocumentState::Ready => {}
        }
        let detail = detail(document);
        let row = look::ListRow::new(&name).icon(Icon::FileText).detail(&detail);
        let row = main_ui(ui, id, row).on_hover_text(document.path.display().to_string());
        if matches!(document.state, DocumentState::Refused(_)) {
            let role = egui::accesskit::Role::Button;
            let words = format!("{name}: {detail}");
            row.widget_info(|| egui::WidgetInfo::labeled(role, ui.is_enabled(), &words));
        }
        if row.clicked() && document.chunks > 0 {
            *asked = Some(Asked::Open(Box::new(document.clone())));
        }
        row
    })
}

/// Pages and size, or why it was not read.
fn detail(document: &Document) -> String {
    if let DocumentState::Refused(refusal) = &document.state {
        return look::sentence(&refusal.to_string());
    }
    let mut parts = Vec::new();
    match document.pages {
        0 => {}
        1 => parts.push("1 page".to_owned()),
        pages => parts.push(format!("{} pages", crate::measures::grouped(pages))),
    }
    if document.size > 0 {
        parts.push(measures::bytes(document.size));
    }
    match document.missing_pages.as_slice() {
        [] => {}
        [page] => parts.push(format!("page {page} could not be read")),
        pages => parts.push(format!("{} pages could not be read", pages.len())),
    }
    parts.push(document.path.display().to_string());
    parts.join("  ·  ")
}

fn passage_ui(ui: &mut Ui, passage: &Passage, asked: &mut Option<Asked>) -> Response {
    let title = match passage.page {
        Some(page) => format!("{}, page {page}", passage.name),
        None => passage.name.clone(),
    };
    let text: String = passage.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text: String = text.chars().take(SHOWN).collect();
    let row = look::ListRow::new(&title).icon(Icon::Quote).detail(&text);
    let row = sized_ui(ui, |ui, id| main_ui(ui, id, row));
    // Told apart from the document of the same title.
    let (role, words) = (egui::accesskit::Role::Button, format!("Passage: {title}"));
    row.widget_info(|| egui::WidgetInfo::labeled(role, ui.is_enabled(), &words));
    if row.clicked() {
        *asked = Some(Asked::OpenPassage(Box::new(passage.clone())));
    }
    row
}
