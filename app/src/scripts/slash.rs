//! Apps behind `/` in the message field: `/summarize …` lets an app answer. What begins with `/` and
//! names no app is not sent before the person has said that it is meant as text.

use egui::{Key, Modifiers, Ui};

use super::State;
use crate::look::{self, ListRow};

/// How high the list may be, in points; more apps scroll.
const HEIGHT_MAX: f32 = 300.0;

/// And which part of the window's height.
const SHARE_MAX: f32 = 0.4;

/// The open list of apps.
#[derive(Debug, Default)]
pub(crate) struct Slash {
    selected: usize,
    /// Whether the arrow keys have moved since the list was drawn.
    moved: bool,
    /// The text for which the person closed the list.
    dismissed: Option<String>,
    /// The name that is meant as text, and not as an app's.
    as_text: Option<String>,
}

/// What was typed of a name, while nothing but `/` and a name is typed.
fn begun(text: &str) -> Option<&str> {
    let name = text.strip_prefix('/')?;
    name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-').then_some(name)
}

/// The name of the app and what is written for it, in `/name what is written`. With a space before
/// it, it is a text like any other.
pub(super) fn called(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix('/')?;
    let (name, text) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    (is_name && !name.is_empty()).then(|| (name, text.trim()))
}

impl Slash {
    /// Closes the list for the text that is typed.
    pub(crate) fn dismiss(&mut self, text: &str) {
        self.dismissed = Some(text.to_owned());
    }

    /// Whether nobody knows yet who answers this text: it names an app, and those that there are are
    /// still looked for.
    pub(crate) fn waits(&self, scripts: &State, text: &str) -> bool {
        !scripts.is_listed() && self.named(text).is_some()
    }

    /// The app that is meant by this text.
    fn named<'t>(&self, text: &'t str) -> Option<&'t str> {
        let (name, _) = called(text)?;
        (self.as_text.as_deref() != Some(name)).then_some(name)
    }

    /// Why no app answers this text, which names one; `None` where one does, none is named, the
    /// name is meant as text, or the apps are not known yet.
    pub(crate) fn refusal(&self, scripts: &State, text: &str) -> Option<String> {
        let name = self.named(text)?;
        if !scripts.is_listed() || self.is_open(scripts, text) {
            return None;
        }
        let as_text = "A space before / sends it as text";
        match scripts.rows().iter().find(|row| row.app.id.0 == name) {
            Some(row) if row.can_run() => None,
            Some(row) => {
                let (state, _) = row.state_words();
                Some(format!("{} cannot answer ({}). {as_text}", row.name(), state.to_lowercase()))
            }
            None => {
                let known = scripts.answering_rows().map(|row| row.app.id.0.as_str());
                let meant = scripting::nearest(name, known);
                let meant =
                    meant.map_or_else(|| ".".to_owned(), |id| format!(": did you mean /{id}?"));
                Some(format!("There is no app /{name}{meant} {as_text}"))
            }
        }
    }

    /// Takes the name in this text for what it says from now on, and not for that of an app.
    pub(crate) fn take_as_text(&mut self, text: &str) {
        self.as_text = called(text).map(|(name, _)| name.to_owned());
    }

    /// Whether a list is open for this text.
    pub(crate) fn is_open(&self, scripts: &State, text: &str) -> bool {
        self.dismissed.as_deref() != Some(text) && !offers(scripts, text).is_empty()
    }

    /// Takes the keys that choose from the list, before the message field does. Returns the text with
    /// the chosen app.
    pub(crate) fn listen(&mut self, ui: &Ui, scripts: &State, text: &str) -> Option<String> {
        if !self.is_open(scripts, text) {
            self.selected = 0;
            return None;
        }
        let offers = offers(scripts, text);
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        let count = offers.len();
        self.selected = self.selected.min(count - 1);
        // Several times in a frame, where frames are slow and somebody is quick.
        let times =
            |key| ui.input_mut(|input| input.count_and_consume_key(Modifiers::NONE, key)) % count;
        let (down, up) = (times(Key::ArrowDown), times(Key::ArrowUp));
        self.selected = (self.selected + down + count - up) % count;
        self.moved |= down + up > 0;
        // A name that is written out needs no completion: Enter sends it.
        let whole = offers.iter().any(|(id, ..)| begun(text) == Some(id));
        let accepted = pressed(Key::Tab) || (!whole && pressed(Key::Enter));
        let (id, ..) = offers.get(self.selected).filter(|_| accepted)?;
        Some(format!("/{id} "))
    }

    /// Draws the list, or what keeps the text from being sent. Returns the text with the app that was
    /// clicked.
    pub(crate) fn slash_ui(&mut self, ui: &mut Ui, scripts: &State, text: &str) -> Option<String> {
        if let Some(words) = self.refusal(scripts, text) {
            look::error_text(ui, &words);
            ui.add_space(look::space::TIGHT);
        }
        if !self.is_open(scripts, text) {
            return None;
        }
        let mut chosen = None;
        let moved = std::mem::take(&mut self.moved);
        let mut rows_ui = |ui: &mut Ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            for (place, (id, icon, name, description)) in
                offers(scripts, text).into_iter().enumerate()
            {
                let title = format!("/{id}  {name}");
                let selected = place == self.selected;
                let row = ListRow::new(&title).icon(icon).trailing(description);
                let row = ui.add(row.selected(selected));
                if selected && moved {
                    row.scroll_to_me(None);
                }
                if row.clicked() {
                    chosen = Some(format!("/{id} "));
                }
            }
        };
        // It grows upwards, over the conversation, and not within what the message field has.
        let height = HEIGHT_MAX.min(ui.ctx().content_rect().height() * SHARE_MAX);
        look::card(ui, |ui| {
            let list = egui::ScrollArea::vertical().max_height(height).min_scrolled_height(height);
            list.show(ui, &mut rows_ui);
        });
        ui.add_space(look::space::NORMAL);
        chosen
    }
}

/// The apps that can be meant: id, icon, name and description.
fn offers<'a>(scripts: &'a State, text: &str) -> Vec<(&'a str, look::Icon, &'a str, &'a str)> {
    let Some(begun) = begun(text) else { return Vec::new() };
    let rows: Vec<_> = scripts.answering_rows().collect();
    let names = rows.iter().map(|row| row.app.id.0.as_str());
    crate::shell::rank(begun, names)
        .into_iter()
        .filter_map(|place| rows.get(place))
        .map(|row| (row.app.id.0.as_str(), row.icon(), row.name(), row.description()))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use engine::folder::DataFolder;
    use engine::{Engine, asleep};

    use super::super::desk::DeskEvent;
    use super::super::draft::Draft;
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(60);

    #[test]
    fn only_a_name_at_the_beginning_offers_apps() {
        assert_eq!(begun("/sum"), Some("sum"));
        assert_eq!(begun("/"), Some(""));
        for text in ["", "sum", " /sum", "/sum up", "/usr/bin"] {
            assert_eq!(begun(text), None, "{text}");
        }
    }

    #[test]
    fn a_call_is_a_name_and_what_is_written() {
        assert_eq!(called("/summarize  a\nlong text "), Some(("summarize", "a\nlong text")));
        assert_eq!(called("/summarize"), Some(("summarize", "")));
        assert_eq!(called("1/2"), None);
        assert_eq!(called("/ hello"), None);
        assert_eq!(called(" /summarize this"), None);
        assert_eq!(called("/usr/bin is a folder"), None);
    }

    #[test]
    fn before_the_apps_are_known_nobody_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::open_shared(Some(folder.path())).unwrap();
        let apps = crate::shipped::library(&data).unwrap();
        let documents = crate::document_library::open(&data, None).unwrap();
        let engine = Engine::start(engine::Config::default()).unwrap();
        let path = folder.path().to_owned();
        let mut scripts = State::new(engine, path, apps, documents, &asleep()).unwrap();
        let mut slash = Slash::default();
        let (guide, nobody) = ("/guide how do I export", "/nobody hello");
        for text in [guide, nobody] {
            assert!(slash.waits(&scripts, text) && slash.refusal(&scripts, text).is_none());
        }
        assert!(!slash.waits(&scripts, "hello"));
        slash.take_as_text(nobody);
        assert!(!slash.waits(&scripts, nobody), "it is meant as text");

        let slash = Slash::default();
        let Ok(DeskEvent::Listed(listed)) = scripts.desk_news.recv_timeout(PATIENCE) else {
            panic!("the apps are listed first")
        };
        scripts.hear_list(listed, &mut Draft::default(), &egui::Context::default());
        assert!(!slash.waits(&scripts, guide) && slash.refusal(&scripts, guide).is_none());
        let refusal = slash.refusal(&scripts, nobody).unwrap();
        assert!(refusal.starts_with("There is no app /nobody"), "{refusal}");
    }
}
