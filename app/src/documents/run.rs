//! What is asked about documents, carried out.

use std::path::PathBuf;

use engine::documents::index::canonical;
use engine::documents::search::Query;
use engine::documents::store::CollectionId;

use super::embedding::Embedding;
use super::listing::{Filter, View};
use super::state::{Dialog, Panel, Reply, Shown, State, Why};
use super::viewer::{Place, Viewer};
use super::{Action, Draft};
use crate::chat::{self, AskDocuments};
use crate::reach::Reach;
use crate::shell::{self, Wanted};

/// How many passages a search on the page lists.
const RESULTS: usize = 30;

impl State {
    /// Carries out one action.
    pub(crate) fn run(&mut self, action: Action, draft: &mut Draft, reach: &mut Reach<'_>) {
        match action {
            Action::ShowCollection(collection) => self.show(collection, draft),
            Action::OpenCollection(collection) => {
                self.show(Some(collection), draft);
                reach.then(shell::Action::Show(shell::Page::Documents));
            }
            Action::ShowManual => {
                self.begin();
                self.ask_manual();
                reach.then(shell::Action::Show(shell::Page::Documents));
            }
            Action::AskNew | Action::AskRename(_) | Action::AskDelete(_) => {
                self.open_dialog(&action, draft);
            }
            Action::CloseDialog => self.dialog = None,
            Action::AcceptName => self.accept_name(draft),
            Action::Delete(collection) => {
                self.dialog = None;
                self.change(move |store| store.remove_collection(collection), Reply::Changed);
            }
            Action::Browse { folder } => {
                reach.then(shell::Action::Pick(Wanted::Documents { folder }));
            }
            Action::TypePath(why) => {
                self.path_hint = Some(why);
                draft.focus_path = true;
            }
            Action::Add(paths) => {
                draft.path.clear();
                if let Some(collection) = self.shown.as_ref().map(|shown| shown.collection) {
                    self.add(collection, paths);
                }
            }
            Action::Dropped { paths, bind } => self.dropped(paths, bind, draft),
            Action::AcceptDropped => self.accept_dropped(draft, reach),
            Action::SetWatched { collection, path, watched } => self.change(
                move |store| match watched {
                    true => store.add_root(collection, &path, true),
                    false => store.unwatch(collection, &path),
                },
                Reply::Changed,
            ),
            Action::Remove { collection, path } => {
                let removed = path.clone();
                self.change(
                    move |store| store.remove_documents(collection, &removed),
                    move |removed| Reply::Removed(collection, path.clone(), removed),
                );
            }
            Action::AddAgain { collection, path } => self.add(collection, vec![path]),
            Action::Retry(collection, document) => self
                .change(move |store| store.retry(collection, document).map(drop), Reply::Changed),
            Action::SetPaused(paused) => {
                self.paused = paused;
                self.library().set_paused(paused);
            }
            Action::Refresh => {
                self.failure = None;
                self.stale = true;
                if self.embedding.failure().is_some() {
                    self.embedding = Embedding::default();
                }
                self.change(|_| Ok(()), Reply::Changed);
            }
            Action::DismissFailure => self.failure = None,
            Action::Search(_) | Action::SearchMore | Action::ListOnly(_) => {
                self.run_in_list(action);
            }
            Action::ChooseReranker(model) => self.reranking.choose(model, reach),
            action => self.run_in_panel(action, draft, reach),
        }
    }

    fn run_in_list(&mut self, action: Action) {
        let Some(shown) = &mut self.shown else { return };
        match action {
            Action::Search(query) => self.search(&query),
            Action::SearchMore => {
                shown.most += RESULTS;
                self.search_passages();
            }
            Action::ListOnly(only) => {
                shown.filter.only = only;
                self.choose_documents();
            }
            _ => {}
        }
    }

    fn run_in_panel(&mut self, action: Action, draft: &mut Draft, reach: &mut Reach<'_>) {
        match action {
            Action::OpenDocument(document) => {
                self.open(Place::of_document(&document), draft, reach);
            }
            Action::OpenPassage(passage) => {
                self.open(Place::of_passage(&passage), draft, reach);
            }
            Action::OpenSource(source) => self.open(Place::of_source(*source), draft, reach),
            Action::ShowWhy { answer, grounds } => {
                draft.prompt = None;
                self.panel = Some(Panel::Why(Why { answer, grounds }));
            }
            Action::EditPrompt => {
                if let Some(Panel::Why(why)) = &self.panel {
                    draft.prompt = Some(why.grounds.prompt.clone());
                }
            }
            Action::KeepPrompt => draft.prompt = None,
            Action::RunPrompt => {
                if let (Some(Panel::Why(why)), Some(prompt)) = (&self.panel, draft.prompt.take()) {
                    let reading = Some(why.grounds.reading);
                    let again = AskDocuments::again(&why.grounds);
                    let documents = AskDocuments { reading, prompt: Some(prompt), ..again };
                    reach.then(chat::Action::AskAgain(why.answer, documents));
                }
            }
            Action::Viewer(action) => {
                if let Some(Panel::Document(viewer)) = &mut self.panel {
                    viewer.run(action, draft, reach);
                }
            }
            Action::ClosePanel => self.panel = None,
            _ => {}
        }
    }

    /// The page of documents is shown: what there is is wanted now.
    pub(crate) fn visited(&mut self) {
        self.begin();
    }

    fn show(&mut self, collection: Option<CollectionId>, draft: &mut Draft) {
        self.begin();
        draft.query.clear();
        self.path_hint = None;
        self.shown = collection.map(|collection| Shown {
            collection,
            view: View::default(),
            listed: false,
            found: None,
            most: RESULTS,
            weighed: None,
            filter: Filter::default(),
        });
        self.ask_documents();
    }

    fn open_dialog(&mut self, action: &Action, draft: &mut Draft) {
        draft.focus_name = true;
        draft.name.clear();
        self.dialog = Some(match *action {
            Action::AskRename(id) => {
                if let Some(collection) = self.collection(id) {
                    draft.name.clone_from(&collection.name);
                }
                Dialog::Rename(id)
            }
            Action::AskDelete(id) => Dialog::Delete(id),
            _ => Dialog::New,
        });
    }

    fn accept_name(&mut self, draft: &mut Draft) {
        let name = std::mem::take(&mut draft.name);
        match self.dialog.take() {
            Some(Dialog::New) => {
                self.begin();
                self.change(move |store| store.create_collection(&name), Reply::Created);
            }
            Some(Dialog::Rename(id)) => {
                self.change(move |store| store.rename_collection(id, &name), Reply::Changed);
            }
            other => self.dialog = other,
        }
    }

    /// Adds files and folders to a collection; what is not there is told.
    pub(super) fn add(&mut self, collection: CollectionId, paths: Vec<PathBuf>) {
        self.begin();
        self.failure = None;
        self.path_hint = None;
        let add = move |store: &engine::documents::store::Store| {
            let mut missing = None;
            for path in &paths {
                match canonical(path) {
                    Ok(path) => store.add_root(collection, &path, false)?,
                    Err(error) => missing = Some(error),
                }
            }
            missing.map_or(Ok(()), Err)
        };
        self.change(add, Reply::Changed);
    }

    fn dropped(&mut self, paths: Vec<PathBuf>, bind: bool, draft: &mut Draft) {
        self.begin();
        draft.name.clear();
        // More of what is being asked about already.
        if let Some(Dialog::Dropped { paths: known, .. }) = &mut self.dialog {
            known.extend(paths);
            return;
        }
        let to = self.shown.as_ref().map(|shown| shown.collection);
        let to = to.or_else(|| self.collections.first().map(|first| first.id));
        self.dialog = Some(Dialog::Dropped { paths, to, bind });
    }

    fn accept_dropped(&mut self, draft: &mut Draft, reach: &mut Reach<'_>) {
        let Some(Dialog::Dropped { paths, to, bind }) = self.dialog.take() else { return };
        match to {
            Some(collection) => {
                self.add(collection, paths);
                if bind {
                    reach.then(chat::Action::AddCollection(collection));
                }
            }
            None => {
                let name = std::mem::take(&mut draft.name);
                self.after_creating = Some((paths, bind));
                self.change(move |store| store.create_collection(&name), Reply::Created);
            }
        }
    }

    fn search(&mut self, query: &str) {
        let Some(shown) = &mut self.shown else { return };
        shown.filter.words = query.trim().to_owned();
        shown.most = RESULTS;
        if shown.filter.words.is_empty() {
            shown.found = None;
        }
        self.choose_documents();
        self.search_passages();
    }

    fn search_passages(&self) {
        let Some(shown) = self.shown.as_ref().filter(|shown| !shown.filter.words.is_empty()) else {
            return;
        };
        let (collection, words) = (shown.collection, shown.filter.words.clone());
        // What is asked anew with every letter does not wait for a reranker.
        let asked = Query::new(vec![collection], words.clone());
        let asked = Query { most: shown.most, rerank: false, ..asked };
        self.look(
            move |searcher| searcher.search(&asked),
            move |found| Reply::Found(words.clone(), found),
        );
    }

    fn open(&mut self, place: Place, draft: &mut Draft, reach: &Reach<'_>) {
        self.begin();
        draft.page.clear();
        draft.in_hand = true;
        // What opened it keeps the keyboard, and is not what is used from now on.
        draft.focused = reach.ctx.memory(egui::Memory::focused);
        let library = self.library().clone();
        // The same document stays as it is, and is moved to the place.
        if let Some(Panel::Document(viewer)) = &mut self.panel
            && viewer.go_to(&place)
        {
            return;
        }
        let viewer = Viewer::open(place, &library, &self.studio, &self.wake);
        self.panel = Some(Panel::Document(Box::new(viewer)));
    }
}
