//! What the window lends to apps: file dialogs, the clipboard, notices.
//!
//! Apps ask from threads of their own. What needs the window is handed to it as a [`Favour`] and done
//! in the next frame.

use std::path::PathBuf;
use std::sync::Arc;

use engine::documents::Documents;
use engine::models::Library;
use engine::{Inbox, Outbox, Wake, channel};
use scripting::{Clipboard, Notify, PickFiles, PickRequest, Services};

/// Something that only the window can do.
pub(super) enum Favour {
    /// Let the person choose files.
    Pick(PickRequest, Outbox<Vec<PathBuf>>),
    /// Put a text into the clipboard.
    Copy(String),
    /// Tell the person something.
    Tell(String),
}

/// The services of a window with these models, and where what they ask of it arrives.
pub(super) fn services(
    models: Arc<Library>,
    documents: Option<Documents>,
    wake: Wake,
) -> (Services, Inbox<Favour>) {
    let (outbox, favours) = channel(wake);
    let window = Arc::new(Window { favours: outbox });
    let services = Services {
        pick_files: Some(window.clone()),
        clipboard: Some(window.clone()),
        notify: Some(window),
        asks_permission: true,
        models: Some(models),
        documents,
    };
    (services, favours)
}

struct Window {
    favours: Outbox<Favour>,
}

impl PickFiles for Window {
    fn pick(&self, request: PickRequest, answer: Outbox<Vec<PathBuf>>) {
        self.favours.send(Favour::Pick(request, answer));
    }
}

impl Clipboard for Window {
    fn read(&self, answer: Outbox<Result<String, String>>) {
        // Some clipboards answer only after a while.
        let read = move || {
            let text = arboard::Clipboard::new().and_then(|mut clipboard| clipboard.get_text());
            answer.send(text.map_err(|error| match error {
                arboard::Error::ContentNotAvailable => "there is no text in the clipboard".into(),
                other => other.to_string(),
            }));
        };
        if let Err(error) = std::thread::Builder::new().name("clipboard".to_owned()).spawn(read) {
            tracing::warn!("no thread for the clipboard: {error}");
        }
    }

    fn write(&self, text: String) {
        self.favours.send(Favour::Copy(text));
    }
}

impl Notify for Window {
    fn notify(&self, app: &str, title: &str, text: &str) {
        let words = [app, title, text].into_iter().filter(|part| !part.is_empty());
        self.favours.send(Favour::Tell(words.collect::<Vec<_>>().join(": ")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_says_whose_it_is() {
        let models = Arc::new(Library::new(PathBuf::from("models"), None));
        let (services, favours) = services(models, None, engine::asleep());
        services.notify.unwrap().notify("Weather", "", "It rains");
        assert!(
            matches!(favours.try_recv(), Ok(Favour::Tell(words)) if words == "Weather: It rains")
        );
    }
}
