//! The document that is open, and what is asked of it.

use std::path::PathBuf;
use std::sync::Arc;

use engine::documents::drawing::Studio;
use engine::documents::extract::Refusal;
use engine::documents::find;
use engine::documents::store::StoredPage;
use engine::documents::{Documents, DocumentsError};
use engine::{Inbox, Outbox, Wake, channel};

use super::find::Find;
use super::painter::{Painted, Painter};
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
    /// Open the find bar, or put the cursor into it.
    OpenFind,
    /// Close the find bar.
    CloseFind,
    /// The text of the find bar was typed in.
    Find(String),
    /// Go to the next match (1) or the one before (-1).
    FindMove(isize),
}

/// What the library and the painter answer.
enum Answer {
    Found(Result<Box<Found>, DocumentsError>),
    Page(Result<StoredPage, DocumentsError>),
    /// What was found on some pages, in this search.
    Matches(u64, Result<find::Found, DocumentsError>),
    Painted(Painted),
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
    /// The find bar, if it is open.
    pub(super) find: Option<Find>,
    /// How many searches there were.
    rounds: u64,
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
            find: None,
            rounds: 0,
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
            self.find = None;
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
                Answer::Matches(round, found) => self.take_matches(round, found, reach),
                Answer::Painted(Painted::Sizes(Ok(sizes))) => {
                    if let Showing::Pdf(view) = &mut self.showing {
                        view.take_sizes(sizes);
                    }
                }
                Answer::Painted(Painted::Sizes(Err(refusal))) => self.show_text_instead(&refusal),
                Answer::Painted(painted) => {
                    if let Showing::Pdf(view) = &mut self.showing {
                        view.take_in(painted, reach.ctx);
                    }
                }
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
        // It may be another text now, and nothing could be found before it was known.
        if let Some(query) = self.find.as_ref().map(|find| find.query().to_owned()) {
            self.look_for(query);
        }
    }

    fn start_painter(&self, path: PathBuf) -> Result<Painter, Refusal> {
        let outbox = self.outbox.clone();
        let painted = Outbox::new(move |painted| outbox.send(Answer::Painted(painted)));
        Painter::start(&self.studio, path, painted)
    }

    /// The pages cannot be drawn: their text is there all the same.
    fn show_text_instead(&mut self, refusal: &Refusal) {
        let Some(found) = &self.found else { return };
        let mut view = TextView::new(found.page.clone(), found.passage.clone());
        view.note = Some(format!("This PDF cannot be drawn, so this is its text: {refusal}"));
        self.showing = Showing::Text(Box::new(view));
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
            Action::ShowPassage => {
                self.find = None;
                self.look_up();
            }
            Action::CopyQuote => {
                reach.ctx.copy_text(self.place.quote.clone());
                reach.notices.done("Copied", None);
            }
            Action::OpenOutside => {
                let path = self.found.as_ref().map(|found| found.document.path.clone());
                let path = path.unwrap_or_else(|| self.place.path().to_owned());
                settings::open_outside(path, reach);
            }
            Action::OpenFind => {
                let origin = self.current();
                self.find.get_or_insert_with(|| Find::new(origin));
                draft.focus_find = true;
            }
            Action::CloseFind => self.find = None,
            Action::Find(query) => self.look_for(query),
            Action::FindMove(steps) => {
                if let Some(find) = &mut self.find {
                    find.move_by(steps);
                    self.show_match();
                }
            }
        }
    }

    fn look_for(&mut self, query: String) {
        let Some(find) = &mut self.find else { return };
        self.rounds += 1;
        if find.begin(query, self.rounds) {
            self.look_for_more(0);
        }
    }

    /// Looks for what the find bar says from a page on.
    fn look_for_more(&self, from: u64) {
        let (Some(find), Some(found)) = (&self.find, &self.found) else { return };
        let (document, round, room) = (found.document.id, find.round(), find.room());
        let (query, outbox) = (find.query().to_owned(), self.outbox.clone());
        self.library.look(
            move |searcher| find::find(searcher.store(), document, &query, from, room),
            Outbox::new(move |found| outbox.send(Answer::Matches(round, found))),
        );
    }

    fn take_matches(
        &mut self,
        round: u64,
        found: Result<find::Found, DocumentsError>,
        reach: &mut Reach<'_>,
    ) {
        let find = self.find.as_mut().filter(|find| find.round() == round);
        match (find, found) {
            (Some(find), Ok(found)) => {
                let had_none = find.current().is_none();
                let next = find.take_in(found);
                if had_none && find.current().is_some() {
                    self.show_match();
                }
                if let Some(next) = next {
                    self.look_for_more(next);
                }
            }
            (Some(_), Err(error)) => reach.notices.failed(error.to_string()),
            // Something else is looked for meanwhile.
            (None, _) => {}
        }
    }

    /// Leads the eye to the match that is looked at.
    fn show_match(&mut self) {
        let Some(ordinal) = self.find.as_ref().and_then(Find::current).map(|hit| hit.page_ordinal)
        else {
            return;
        };
        match &mut self.showing {
            Showing::Pdf(view) => view.go_to_match(),
            Showing::Text(view) if view.page().ordinal == ordinal => view.go_to_match(),
            Showing::Text(_) => self.read_part(ordinal),
            Showing::Opening | Showing::Failed(_) => {}
        }
    }

    /// Has another part of the text read and shown.
    fn read_part(&self, ordinal: u64) {
        let Some(found) = &self.found else { return };
        let (document, outbox) = (found.document.id, self.outbox.clone());
        self.library.look(
            move |searcher| searcher.store().page(document, ordinal),
            Outbox::new(move |page| outbox.send(Answer::Page(page))),
        );
    }

    fn turn_to(&mut self, ordinal: u64, draft: &mut Draft) {
        draft.page.clear();
        let ordinal = ordinal.min(self.count().saturating_sub(1));
        match &mut self.showing {
            Showing::Pdf(view) => view.go_to(u32::try_from(ordinal).unwrap_or(0) + 1, None),
            Showing::Text(_) => self.read_part(ordinal),
            Showing::Opening | Showing::Failed(_) => {}
        }
    }

    /// Whether the find bar is open.
    pub(crate) fn is_finding(&self) -> bool {
        self.find.is_some()
    }

    /// The name of the document.
    pub(crate) fn name(&self) -> &str {
        &self.place.name
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
            Showing::Pdf(view)
                if self.find.as_ref().is_some_and(|find| view.is_match_unlocated(find)) =>
            {
                notes.push(
                    "The match is on this page, but where it is printed cannot be told".to_owned(),
                );
            }
            Showing::Pdf(view) if view.is_passage_unlocated() => notes.push(
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
