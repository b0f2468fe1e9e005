//! Short news in the corner of the window: what was done and can be undone, and errors that have
//! no place of their own.

use std::time::Duration;

use crate::{Action, shell};

/// How long a notice that is no error stays.
const STAYS: Duration = Duration::from_secs(8);
/// How long one stays that offers something.
const OFFERS: Duration = Duration::from_secs(15);
/// How much can be undone.
const UNDOABLE: usize = 50;
/// How many are kept; older ones make room.
const AT_MOST: usize = 5;

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    /// Something was done; goes away by itself.
    Done,
    /// Something failed; stays until it is closed.
    Failed,
}

/// One notice.
#[derive(Clone, Debug)]
pub(crate) struct Notice {
    /// For closing it.
    pub(crate) id: u64,
    /// How much it matters.
    pub(crate) weight: Weight,
    /// One sentence.
    pub(crate) text: String,
    /// A button: its name and what it does.
    pub(crate) offer: Option<(String, Action)>,
    /// Seconds since the window was opened, at which it goes away; `None` for never.
    pub(crate) ends_at: Option<f64>,
    /// Whether the pointer or the keyboard is on it, so that it stays.
    pub(crate) held: bool,
}

/// Something that was done and can be undone as long as the window is open.
#[derive(Clone, Debug)]
pub(crate) struct Undoable {
    /// Of its notice.
    id: u64,
    /// What was done.
    pub(crate) text: String,
    undo: Action,
}

/// The notices on screen, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Notices {
    list: Vec<Notice>,
    undoable: Vec<Undoable>,
    /// Whether a text was changed after the last of them was done.
    typed_since: bool,
    next_id: u64,
    /// Seconds since the window was opened, from the last [`Notices::expire`].
    now: f64,
}

impl Notices {
    /// The notices on screen, oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Notice> {
        self.list.iter()
    }

    /// Tells what was done.
    pub(crate) fn done(&mut self, text: impl Into<String>, offer: Option<(String, Action)>) {
        let stays = if offer.is_some() { OFFERS } else { STAYS };
        let ends_at = Some(self.now + stays.as_secs_f64());
        self.push(Weight::Done, text.into(), offer, ends_at);
    }

    /// Tells what was done, and remembers how to undo it.
    pub(crate) fn undoable(&mut self, text: impl Into<String>, undo: Action) {
        let (id, text) = (self.next_id, text.into());
        self.done(text.clone(), Some(("Undo".to_owned(), shell::Action::Undo(Some(id)).into())));
        self.undoable.push(Undoable { id, text, undo });
        self.typed_since = false;
        if self.undoable.len() > UNDOABLE {
            self.undoable.remove(0);
        }
    }

    /// Notes that a text was changed, which a field undoes by itself.
    pub(crate) fn typed(&mut self) {
        self.typed_since = true;
    }

    /// Notes that what was typed has been sent, so that there is no typing left to undo.
    pub(crate) fn sent(&mut self) {
        self.typed_since = false;
    }

    /// Whether the last thing that was done is one that can be undone here, and no typing.
    pub(crate) fn is_undo_nearest(&self) -> bool {
        !self.undoable.is_empty() && !self.typed_since
    }

    /// What would be undone first.
    pub(crate) fn last_undoable(&self) -> Option<&Undoable> {
        self.undoable.last()
    }

    /// How to undo what this notice told, or what was done last. It is undone once.
    pub(crate) fn take_undo(&mut self, notice: Option<u64>) -> Option<Action> {
        let place = match notice {
            Some(id) => self.undoable.iter().position(|done| done.id == id)?,
            None => self.undoable.len().checked_sub(1)?,
        };
        let done = self.undoable.remove(place);
        self.close(done.id);
        Some(done.undo)
    }

    /// Notes whether the pointer or the keyboard is on a notice. It stays so long, and a while after.
    pub(crate) fn hold(&mut self, id: u64, held: bool) {
        if let Some(notice) = self.list.iter_mut().find(|notice| notice.id == id) {
            notice.held = held;
            let later = self.now + STAYS.as_secs_f64();
            notice.ends_at = notice.ends_at.map(|end| end.max(later));
        }
    }

    /// Tells what failed. The same failure is told once.
    pub(crate) fn failed(&mut self, text: impl Into<String>) {
        self.failed_with(text, None);
    }

    /// Tells what failed and offers a way out.
    pub(crate) fn failed_with(&mut self, text: impl Into<String>, offer: Option<(String, Action)>) {
        let text = text.into();
        if self.list.iter().all(|notice| notice.text != text) {
            self.push(Weight::Failed, text, offer, None);
        }
    }

    fn push(
        &mut self,
        weight: Weight,
        text: String,
        offer: Option<(String, Action)>,
        ends_at: Option<f64>,
    ) {
        let held = false;
        self.list.push(Notice { id: self.next_id, weight, text, offer, ends_at, held });
        self.next_id += 1;
        if self.list.len() > AT_MOST {
            self.list.remove(0);
        }
    }

    /// Takes one off the screen.
    pub(crate) fn close(&mut self, id: u64) {
        self.list.retain(|notice| notice.id != id);
    }

    /// Takes off what has been there long enough. Returns when to look again.
    pub(crate) fn expire(&mut self, now: f64) -> Option<Duration> {
        self.now = now;
        let stays = |notice: &Notice| notice.held || notice.ends_at.is_none_or(|end| end > now);
        self.list.retain(stays);
        let passing = self.list.iter().filter(|notice| !notice.held);
        let next = passing.filter_map(|notice| notice.ends_at).min_by(f64::total_cmp)?;
        Some(Duration::from_secs_f64((next - now).max(0.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_goes_away_by_itself_and_failures_stay() {
        let mut notices = Notices::default();
        notices.expire(100.0);
        notices.done("Deleted", None);
        notices.failed("The disk is full");
        assert_eq!(notices.expire(104.0), Some(Duration::from_secs(4)));
        assert_eq!(notices.expire(108.5), None);
        let texts: Vec<_> = notices.iter().map(|notice| notice.text.as_str()).collect();
        assert_eq!(texts, ["The disk is full"]);
    }

    #[test]
    fn a_notice_stays_while_it_is_held_and_what_it_offers_stays_after_it() {
        let mut notices = Notices::default();
        notices.expire(0.0);
        notices.undoable("Deleted", shell::Action::Find.into());
        notices.expire(14.0);
        let id = notices.iter().map(|notice| notice.id).next();
        notices.hold(id.unwrap(), true);
        assert_eq!(notices.expire(500.0), None);
        assert_eq!(notices.iter().count(), 1);
        notices.hold(id.unwrap(), false);
        assert_eq!(notices.expire(501.0), Some(Duration::from_secs(7)));
        assert_eq!(notices.expire(600.0), None);
        assert_eq!(notices.iter().count(), 0);
        assert!(notices.take_undo(None).is_some());
        assert!(notices.take_undo(None).is_none(), "it is undone once");
        assert!(!notices.is_undo_nearest());
    }

    #[test]
    fn typing_is_undone_before_what_was_done_before_it() {
        let mut notices = Notices::default();
        notices.typed();
        notices.undoable("Deleted", shell::Action::Find.into());
        assert!(notices.is_undo_nearest());
        notices.typed();
        assert!(!notices.is_undo_nearest());
    }

    #[test]
    fn the_same_failure_is_told_once() {
        let mut notices = Notices::default();
        notices.failed("The disk is full");
        notices.failed("The disk is full");
        assert_eq!(notices.iter().count(), 1);
    }

    #[test]
    fn old_notices_make_room() {
        let mut notices = Notices::default();
        for number in 0..20 {
            notices.failed(format!("Failure {number}"));
        }
        assert_eq!(notices.iter().count(), AT_MOST);
        assert_eq!(notices.iter().last().map(|notice| notice.text.as_str()), Some("Failure 19"));
    }
}
