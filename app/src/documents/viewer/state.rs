//! The document that is open, and what is asked of it.

use std::path::PathBuf;
use std::sync::Arc;

use egui::Context;
use engine::documents::drawing::Studio;
use engine::documents::extract::Refusal;
use engine::documents::store::StoredPage;
use engine::documents::{Documents, DocumentsError};
use engine::{Inbox, Outbox, Wake, channel};

use super::painter::{Drawn, Painter};
use super::pdf::PdfView;
use super::place::{self, File, Found, Place};
use super::text::TextView;
use crate::documents::Draft;
use crate::reach::Reach;
use crate::settings;

/// How much a page is enlarged at least and at most, against the width of the panel.
pub(super) const ZOOMS: std::ops::RangeInclusive<f32> = 0.5..=4.0;

/// What can be asked of the open document.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// Show a page, by its place from 0.
    GoTo(u64),
    /// Enlarge by a factor.
    Zoom(f32),
    /// As wide as the panel.
    FitWidth,
    /// Show the passage again.
    ShowPassage,
    /// Copy the passage.
    CopyQuote,
    /// Open the file in the system's program.
    OpenOutside,
}

/// What the library and the painter answer.
enum Answer {
    Found(Result<Box<Found>, DocumentsError>),
    Page(Result<StoredPage, DocumentsError>),
    Sizes(Result<Vec<[f32; 2]>, Refusal>),
    Drawn(Drawn),
}

/// What is shown.
pub(super) enum Showing {
    /// It is being looked up.
    Opening,
    /// It cannot be shown; why, in words.
    Failed(String),
    /// Its pages as they are printed.
    Pdf(Box<PdfView>),
    /// Its text.
    Text(Box<TextView>),
}

/// A document that is open.
pub(crate) struct Viewer {
    pub(super) place: Place,
    /// What the library knows of it, once it does.
    pub(super) found: Option<Box<Found>>,
    pub(super) showing: Showing,
    library: Documents,
    studio: Studio,
    answers: Inbox<Answer>,
    outbox: Outbox<Answer>,
}

impl Viewer {
    /// Looks a place up, to show it.
    pub(crate) fn open(place: Place, library: &Documents, studio: &Studio, wake: &Wake) -> Self {
        let (outbox, answers) = channel(Arc::clone(wake));
        let viewer = Self {
            place,
            found: None,
            showing: Showing::Opening,
            library: library.clone(),
            studio: studio.clone(),
            answers,
            outbox,
        };
        viewer.look_up();
        viewer
    }

    fn look_up(&self) {
        let (place, outbox) = (self.place.clone(), self.outbox.clone());
        self.library.look(
            move |searcher| place::find(searcher.store(), &place).map(Box::new),
            Outbox::new(move |found| outbox.send(Answer::Found(found))),
        );
    }

    /// Goes to another place of the same document, if this is one.
    pub(crate) fn go_to(&mut self, place: &Place) -> bool {
        let is_same = self.found.as_ref().is_some_and(|found| place.is_in(&found.document));
        if is_same {
            self.place = place.clone();
            self.look_up();
        }
        is_same
    }

    /// Takes in what the library and the painter say.
    pub(crate) fn hear(&mut self, draft: &mut Draft, reach: &mut Reach<'_>) {
        let answers: Vec<_> = self.answers.try_iter().collect();
        for answer in answers {
            match answer {
                Answer::Found(Ok(found)) => self.show(*found, draft),
                Answer::Found(Err(error)) => {
                    self.showing = Showing::Failed(place::words(&error, &self.place));
                }
                Answer::Page(Ok(page)) => {
                    if let Showing::Text(view) = &mut self.showing {
                        view.show(page, None);
                    }
                    draft.page.clear();
                }
                Answer::Page(Err(error)) => reach.notices.failed(error.to_string()),
                Answer::Sizes(Ok(sizes)) => {
                    if let Showing::Pdf(view) = &mut self.showing {
                        view.take_sizes(sizes);
                    }
                }
                Answer::Sizes(Err(refusal)) => self.show_text_instead(&refusal),
                Answer::Drawn(drawn) => self.take_in(drawn, reach.ctx),
            }
        }
    }

    fn show(&mut self, found: Found, draft: &mut Draft) {
        draft.page.clear();
        self.place.name = found.document.name();
        let number = found.page.number.unwrap_or(1);
        match &mut self.showing {
            Showing::Pdf(view) if found.is_pdf => view.go_to(number, found.wanted()),
            _ if found.is_pdf => match self.start_painter(found.document.path.clone()) {
                Ok(painter) => {
                    let view = PdfView::new(painter, number, found.wanted());
                    self.showing = Showing::Pdf(Box::new(view));
                }
                Err(refusal) => {
                    self.found = Some(Box::new(found));
                    self.show_text_instead(&refusal);
                    return;
                }
            },
            Showing::Text(view) => view.show(found.page.clone(), found.passage.clone()),
            _ => {
                let view = TextView::new(found.page.clone(), found.passage.clone());
                self.showing = Showing::Text(Box::new(view));
            }
        }
        self.found = Some(Box::new(found));
    }

    fn start_painter(&self, path: PathBuf) -> Result<Painter, Refusal> {
        let (for_sizes, for_drawn) = (self.outbox.clone(), self.outbox.clone());
        let sizes = Outbox::new(move |sizes| for_sizes.send(Answer::Sizes(sizes)));
        let drawn = Outbox::new(move |drawn| for_drawn.send(Answer::Drawn(drawn)));
        Painter::start(&self.studio, path, sizes, drawn)
    }

    /// The pages cannot be drawn: their text is there all the same.
    fn show_text_instead(&mut self, refusal: &Refusal) {
        let Some(found) = &self.found else { return };
        let mut view = TextView::new(found.page.clone(), found.passage.clone());
        view.note = Some(format!("This PDF cannot be drawn, so this is its text: {refusal}"));
        self.showing = Showing::Text(Box::new(view));
    }

    fn take_in(&mut self, drawn: Drawn, ctx: &Context) {
        if let Showing::Pdf(view) = &mut self.showing {
            view.take_in(drawn, ctx);
        }
    }

    /// Carries out one action.
    pub(crate) fn run(&mut self, action: Action, draft: &mut Draft, reach: &mut Reach<'_>) {
        match action {
            Action::GoTo(ordinal) => self.turn_to(ordinal, draft),
            Action::Zoom(factor) => {
                if let Showing::Pdf(view) = &mut self.showing {
                    view.zoom_to(view.zoom() * factor);
                }
            }
            Action::FitWidth => {
                if let Showing::Pdf(view) = &mut self.showing {
                    view.zoom_to(1.0);
                }
            }
            Action::ShowPassage => self.look_up(),
            Action::CopyQuote => {
                reach.ctx.copy_text(self.place.quote.clone());
                reach.notices.done("Copied", None);
            }
            Action::OpenOutside => {
                let path = self.found.as_ref().map(|found| found.document.path.clone());
                let path = path.unwrap_or_else(|| self.place.path().to_owned());
                settings::open_outside(path, reach);
            }
        }
    }

    fn turn_to(&mut self, ordinal: u64, draft: &mut Draft) {
        draft.page.clear();
        let ordinal = ordinal.min(self.count().saturating_sub(1));
        match &mut self.showing {
            Showing::Pdf(view) => view.go_to(u32::try_from(ordinal).unwrap_or(0) + 1, None),
            Showing::Text(_) => {
                let Some(found) = &self.found else { return };
                let (document, outbox) = (found.document.id, self.outbox.clone());
                self.library.look(
                    move |searcher| searcher.store().page(document, ordinal),
                    Outbox::new(move |page| outbox.send(Answer::Page(page))),
                );
            }
            Showing::Opening | Showing::Failed(_) => {}
        }
    }

    /// The page that is looked at, by its place from 0.
    pub(super) fn current(&self) -> u64 {
        match &self.showing {
            Showing::Pdf(view) => u64::from(view.current().saturating_sub(1)),
            Showing::Text(view) => view.page().ordinal,
            Showing::Opening | Showing::Failed(_) => 0,
        }
    }

    /// How many pages or parts there are.
    pub(super) fn count(&self) -> u64 {
        match &self.showing {
            Showing::Pdf(view) => view.count() as u64,
            _ => self.found.as_ref().map_or(0, |found| found.document.pages),
        }
    }

    /// What a person should know about what is shown.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let Some(found) = &self.found else { return notes };
        match found.file {
            File::Same => {}
            File::Changed => {
                notes.push("The file has changed since it was read".to_owned());
            }
            File::Missing => notes
                .push("The file is no longer there; this is its text as it was read".to_owned()),
        }
        let has_passage = !self.place.quote.trim().is_empty();
        let lost = "The passage cannot be found in this document any more; nothing is marked";
        match &self.showing {
            _ if has_passage && found.passage.is_none() => notes.push(lost.to_owned()),
            Showing::Pdf(view) if view.is_unlocated() => notes.push(
                "The passage is on this page, but where it is printed cannot be told; nothing is \
                 marked"
                    .to_owned(),
            ),
            Showing::Text(view) => notes.extend(view.note.clone()),
            _ => {}
        }
        notes
    }
}
