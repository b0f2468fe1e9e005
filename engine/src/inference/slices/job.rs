//! The asker's end of a request that is worked off in slices.

use std::cell::Cell;

use serde::{Deserialize, Serialize};

use crate::{Error, Inbox, JobGuard};

/// What happens to one request for something about many texts; the last is `Finished` or `Failed`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum TextsEvent<T> {
    /// So many texts are done.
    Progressed {
        /// Texts that are done.
        done: usize,
        /// All texts.
        of: usize,
    },
    /// All are done.
    Finished(T),
    /// Nothing will come of it.
    Failed(Error),
}

impl<T> TextsEvent<T> {
    /// Whether nothing follows.
    pub(crate) fn is_last(&self) -> bool {
        matches!(self, Self::Finished(_) | Self::Failed(_))
    }
}

/// The asker's end of such a request. Dropping it stops the work.
#[derive(Debug)]
pub struct TextsJob<T> {
    events: Inbox<TextsEvent<T>>,
    guard: JobGuard,
    over: Cell<bool>,
}

impl<T> TextsJob<T> {
    pub(crate) fn new(events: Inbox<TextsEvent<T>>, guard: JobGuard) -> Self {
        Self { events, guard, over: Cell::new(false) }
    }

    /// What has arrived since the last look; never blocks. For windows.
    pub fn drain(&self) -> impl Iterator<Item = TextsEvent<T>> {
        self.events.try_iter()
    }

    /// The inbox itself, for who waits for more than one thing.
    pub fn events(&self) -> &Inbox<TextsEvent<T>> {
        &self.events
    }

    /// Everything, as it arrives; blocks, and ends after `Finished` or `Failed`.
    pub fn wait(&self) -> impl Iterator<Item = TextsEvent<T>> {
        std::iter::from_fn(|| {
            if self.over.get() {
                return None;
            }
            let event = self.events.recv().unwrap_or(TextsEvent::Failed(Error::Stopped));
            self.over.set(event.is_last());
            Some(event)
        })
    }

    /// What came of it; blocks.
    ///
    /// # Errors
    /// Why nothing did.
    pub fn finish(self) -> Result<T, Error> {
        let last = self.wait().last();
        drop(self.guard);
        match last {
            Some(TextsEvent::Finished(outcome)) => Ok(outcome),
            Some(TextsEvent::Failed(error)) => Err(error),
            Some(TextsEvent::Progressed { .. }) | None => Err(Error::Stopped),
        }
    }
}
