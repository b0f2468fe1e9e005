//! What the library and its worker say, taken in.

use std::sync::Arc;
use std::time::{Duration, Instant};

use engine::Outbox;
use engine::documents::DocumentsError;
use engine::documents::index;
use engine::documents::search::Searcher;
use engine::documents::store::{Collection, CollectionId, Unscanned, file_name};

use super::listing::{Listing, View};
use super::state::{Panel, Reply, Shown, State};
use super::{Action, Draft};
use crate::reach::Reach;
use crate::{chat, models};

/// What there is is asked for so often at most, in seconds.
const ASK_EVERY: f64 = 0.5;
/// Where that takes long, the library rests so many times as long: there are searches to be done too.
const REST: f64 = 10.0;

impl State {
    /// Takes in what happened since the last frame. Returns when to come again.
    pub(crate) fn hear(
        &mut self,
        models: &models::State,
        draft: &mut Draft,
        reach: &mut Reach<'_>,
        now: f64,
    ) -> Option<Duration> {
        // Not before the first frame is there: it shall not wait for a disk.
        if self.exists && reach.ctx.cumulative_frame_nr() > 1 {
            self.exists = false;
            self.begin();
        }
        let news: Vec<_> = self.news.try_iter().collect();
        for event in news {
            self.hear_worker(event);
        }
        let replies: Vec<_> = self.replies.try_iter().collect();
        for reply in replies {
            self.hear_reply(reply, draft, reach);
        }
        if let Some(Panel::Document(viewer)) = &mut self.panel {
            viewer.hear(draft, reach);
        }
        if self.collections.iter().any(|collection| collection.chunks > 0) {
            self.embedding.load_if_wanted(models, reach);
        }
        self.weigh_meaning();
        let library = self.library().clone();
        self.reranking.tell(models, &library, reach);
        self.ask_again(now)
    }

    /// Takes in what the engine says about models. `true` if it is about the embedding model or the
    /// reranker only.
    pub(crate) fn hear_models(&mut self, event: &engine::models::Event, reach: &Reach<'_>) -> bool {
        let library = self.library().clone();
        self.embedding.hear(event, &library, reach) || self.reranking.is_told_by(event)
    }

    /// Asks what there is, when that may have changed and not too often.
    fn ask_again(&mut self, now: f64) -> Option<Duration> {
        if !self.stale || self.asked {
            return None;
        }
        let pause = ASK_EVERY.max(self.reading_takes.as_secs_f64() * REST);
        let wait = self.asked_at + pause - now;
        if self.listed && wait > 0.0 {
            return Some(Duration::from_secs_f64(wait));
        }
        self.stale = false;
        self.asked = true;
        self.asked_at = now;
        self.look(|searcher| searcher.store().collections(), Reply::Listed);
        self.ask_documents();
        None
    }

    /// Asks for the documents of the collection that is shown.
    pub(super) fn ask_documents(&self) {
        let Some(shown) = &self.shown else { return };
        let (collection, filter) = (shown.collection, shown.filter.clone());
        let read = move |searcher: &mut Searcher| {
            let begun = Instant::now();
            let listing = Arc::new(Listing::read(searcher.store(), collection)?);
            Ok((View::new(listing, filter), begun.elapsed()))
        };
        self.look(read, move |read| Reply::Documents(collection, read));
    }

    /// Asks how much the search by meaning counts in the collection that is shown, once everything is
    /// embedded and again when there is more.
    fn weigh_meaning(&mut self) {
        let is_busy = self.progress.is_some() || self.embedding.embedded().is_some();
        let Some(shown) = &self.shown else { return };
        let Some(chunks) = self.collection(shown.collection).map(|known| known.chunks) else {
            return;
        };
        let is_known = shown.weighed.is_some_and(|(then, _)| then == chunks);
        if is_busy || is_known || chunks == 0 || !self.embedding.is_loaded() {
            return;
        }
        let collection = shown.collection;
        if let Some(shown) = &mut self.shown {
            shown.weighed = Some((chunks, None));
        }
        self.look(
            move |searcher| searcher.meaning_weight(collection),
            move |weight| Reply::Weighed(collection, weight),
        );
    }

    /// Has those documents chosen that are to be listed.
    pub(super) fn choose_documents(&self) {
        let Some(shown) = &self.shown else { return };
        let (collection, filter) = (shown.collection, shown.filter.clone());
        let listing = Arc::clone(&shown.view.listing);
        self.look(
            move |_| Ok(View::new(listing, filter)),
            move |chosen| match chosen {
                Ok(view) => Reply::Chosen(collection, view),
                Err(error) => Reply::Changed(Err(error)),
            },
        );
    }

    /// Lists what was chosen, unless the documents were read again or something else was chosen since.
    fn list_chosen(&mut self, collection: CollectionId, view: View) {
        let shown = self.shown.as_ref().filter(|shown| shown.collection == collection);
        let is_current = |shown: &&Shown| Arc::ptr_eq(&shown.view.listing, &view.listing);
        if shown.filter(is_current).is_some_and(|shown| shown.filter == view.filter) {
            self.list(collection, view);
        }
    }

    /// Lists these documents, if they are still to be.
    fn list(&mut self, collection: CollectionId, view: View) {
        let shown = self.shown.as_mut().filter(|shown| shown.collection == collection);
        let Some(shown) = shown else { return };
        shown.listed = true;
        let is_meant = view.filter == shown.filter;
        // What is not listed any more may be a lot: another thread lets it go.
        let old = std::mem::replace(&mut shown.view, view);
        let let_go = move |_: &mut Searcher| {
            drop(old);
            Ok(())
        };
        self.library().look(let_go, Outbox::new(|_| true));
        if !is_meant {
            self.choose_documents();
        }
    }

    fn hear_worker(&mut self, event: index::Event) {
        match event {
            index::Event::Progress(progress) => self.progress = Some(progress),
            index::Event::Ready { .. }
            | index::Event::Refused { .. }
            | index::Event::Moved { .. }
            | index::Event::Removed { .. } => self.stale = true,
            index::Event::Idle => {
                self.progress = None;
                self.stale = true;
            }
            index::Event::Embedded { done, total } => {
                self.embedding.embedded_some(done, total);
                if let Some(shown) = self.shown.as_mut().filter(|_| done >= total) {
                    shown.weighed = None;
                }
            }
            index::Event::Unscanned(Unscanned { path, reason }) => {
                self.failure = Some(format!("{}: {reason}", path.display()));
            }
            index::Event::Failed(error) => self.failure = Some(error.to_string()),
            index::Event::EmbeddingFailed(error) => self.embedding.failed(error.to_string()),
        }
    }

    fn hear_reply(&mut self, reply: Reply, draft: &mut Draft, reach: &mut Reach<'_>) {
        match reply {
            Reply::Listed(listed) => self.hear_listed(listed),
            Reply::Documents(collection, read) => match read {
                Ok((view, took)) => {
                    self.reading_takes = took;
                    self.list(collection, view);
                }
                Err(error) => self.fail(&error),
            },
            Reply::Chosen(collection, view) => self.list_chosen(collection, view),
            Reply::Found(query, findings) => match findings {
                Ok(findings) => {
                    let shown = self.shown.as_mut();
                    if let Some(shown) = shown.filter(|shown| shown.filter.words == query) {
                        shown.found = Some((query, findings));
                    }
                }
                Err(error) => self.fail(&error),
            },
            Reply::Weighed(collection, weight) => match weight {
                Ok(weight) => {
                    let shown = self.shown.as_mut();
                    let shown = shown.filter(|shown| shown.collection == collection);
                    if let Some((_, known)) = shown.and_then(|shown| shown.weighed.as_mut()) {
                        *known = weight;
                    }
                }
                Err(error) => self.embedding.failed(error.to_string()),
            },
            Reply::Manual(found) => match found {
                Ok(found) => {
                    self.manual = found.into_iter().next();
                    let id = self.manual.as_ref().map(|manual| manual.id);
                    reach.then(Action::ShowCollection(id));
                }
                Err(error) => self.fail(&error),
            },
            Reply::Created(created) => match created {
                Ok(collection) => self.created(&collection, draft, reach),
                Err(error) => self.fail(&error),
            },
            Reply::Changed(changed) => {
                self.stale = true;
                if let Err(error) = changed {
                    self.fail(&error);
                }
            }
            Reply::Removed(collection, path, removed) => {
                self.stale = true;
                match removed {
                    Ok(_) => {
                        let words = format!("Took {} out of the collection", file_name(&path));
                        let undo = Action::AddAgain { collection, path };
                        reach.notices.undoable(words, undo.into());
                    }
                    Err(error) => self.fail(&error),
                }
            }
        }
    }

    fn hear_listed(&mut self, listed: Result<Vec<Collection>, DocumentsError>) {
        self.asked = false;
        match listed {
            Ok(collections) => {
                self.collections = collections;
                self.listed = true;
                let gone = |shown: &mut Shown| {
                    let mut known = self.collections.iter().chain(&self.manual);
                    known.all(|known| known.id != shown.collection)
                };
                self.shown.take_if(gone);
            }
            Err(error) => self.fail(&error),
        }
    }

    /// The collection is there that was made for these files, or to be looked at.
    fn created(&mut self, collection: &Collection, draft: &mut Draft, reach: &mut Reach<'_>) {
        self.stale = true;
        match self.after_creating.take() {
            Some((paths, bind)) => {
                self.add(collection.id, paths);
                if bind {
                    reach.then(chat::Action::AddCollection(collection.id));
                }
            }
            None => {
                draft.query.clear();
                reach.then(Action::ShowCollection(Some(collection.id)));
            }
        }
    }

    pub(super) fn fail(&mut self, error: &DocumentsError) {
        self.failure = Some(error.to_string());
    }
}
