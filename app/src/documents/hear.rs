//! What the library and its worker say, taken in.

use std::time::Duration;

use engine::documents::DocumentsError;
use engine::documents::index;
use engine::documents::store::{Collection, Root, file_name};

use super::state::{Panel, Reply, State};
use super::{Action, Draft};
use crate::reach::Reach;
use crate::{chat, models};

/// What there is is asked for so often at most, in seconds: a library may be large.
const ASK_EVERY: f64 = 0.5;

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
        self.ask_again(now)
    }

    /// Takes in what the engine says about models. `true` if it is about the embedding model only.
    pub(crate) fn hear_models(&mut self, event: &engine::models::Event, reach: &Reach<'_>) -> bool {
        let library = self.library().clone();
        self.embedding.hear(event, &library, reach)
    }

    /// Asks what there is, when that may have changed and not too often.
    fn ask_again(&mut self, now: f64) -> Option<Duration> {
        if !self.stale || self.asked {
            return None;
        }
        let wait = self.asked_at + ASK_EVERY - now;
        if self.listed && wait > 0.0 {
            return Some(Duration::from_secs_f64(wait));
        }
        self.stale = false;
        self.asked = true;
        self.asked_at = now;
        let all = |searcher: &mut engine::documents::search::Searcher| {
            let store = searcher.store();
            Ok((store.collections()?, store.roots()?))
        };
        self.look(all, Reply::Listed);
        self.ask_documents();
        None
    }

    /// Asks for the documents of the collection that is shown.
    pub(super) fn ask_documents(&self) {
        if let Some(shown) = &self.shown {
            let collection = shown.collection;
            self.look(
                move |searcher| searcher.store().documents(collection),
                move |documents| Reply::Documents(collection, documents),
            );
        }
    }

    fn hear_worker(&mut self, event: index::Event) {
        match event {
            index::Event::Progress(progress) => self.progress = Some(progress),
            index::Event::Ready { .. }
            | index::Event::Refused { .. }
            | index::Event::Removed { .. } => self.stale = true,
            index::Event::Idle => {
                self.progress = None;
                self.stale = true;
            }
            index::Event::Embedded { done, total } => self.embedding.embedded_some(done, total),
            index::Event::Unscanned { path, reason } => {
                self.failure = Some(format!("{}: {reason}", path.display()));
            }
            index::Event::Failed(error) => self.failure = Some(error.to_string()),
            index::Event::EmbeddingFailed(error) => self.embedding.failed(error.to_string()),
        }
    }

    fn hear_reply(&mut self, reply: Reply, draft: &mut Draft, reach: &mut Reach<'_>) {
        match reply {
            Reply::Listed(listed) => self.hear_listed(listed),
            Reply::Documents(collection, documents) => match documents {
                Ok(documents) => {
                    let shown = self.shown.as_mut();
                    if let Some(shown) = shown.filter(|shown| shown.collection == collection) {
                        shown.documents = documents;
                        shown.listed = true;
                    }
                }
                Err(error) => self.fail(&error),
            },
            Reply::Found(query, findings) => match findings {
                Ok(findings) => {
                    if let Some(shown) = self.shown.as_mut().filter(|shown| shown.query == query) {
                        shown.found = Some((query, findings));
                    }
                }
                Err(error) => self.fail(&error),
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
                        reach.notices.done(words, Some(("Undo".to_owned(), undo.into())));
                    }
                    Err(error) => self.fail(&error),
                }
            }
        }
    }

    fn hear_listed(&mut self, listed: Result<(Vec<Collection>, Vec<Root>), DocumentsError>) {
        self.asked = false;
        match listed {
            Ok((collections, roots)) => {
                self.collections = collections;
                self.roots = roots;
                self.listed = true;
                let gone = |shown: &mut super::state::Shown| {
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
