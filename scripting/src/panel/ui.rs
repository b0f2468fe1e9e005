//! `ui` as scripts know it: each function adds a widget, and answers what the person did to it.
//!
//! A value that was never set is `()`, and draws as empty, zero, off or the first of several, so that
//! `this.name = ui.text_edit("Name", this.name)` needs no preparation.

use std::sync::{Arc, Mutex, PoisonError};

use rhai::{Array, Dynamic, Engine, Map};

use super::values::{self, display};
use super::{Change, Container, Mark, Recorder, Widget};
use crate::runner::{ScriptResult, failure};

/// The recorder of the call of `on_ui` that is going on, if one is.
pub(crate) type Recording = Arc<Mutex<Option<Recorder>>>;

/// What `on_ui(ui)` is given. Only good while it runs.
#[derive(Clone)]
pub struct Ui {
    recording: Recording,
}

impl Ui {
    pub(crate) fn new(recording: &Recording) -> Self {
        Self { recording: Arc::clone(recording) }
    }

    fn with<T>(&self, draw: impl FnOnce(&mut Recorder) -> Result<T, String>) -> ScriptResult<T> {
        with(&self.recording, draw)
    }

    fn show(&self, widget: Widget) -> ScriptResult<()> {
        self.with(|recorder| recorder.show(widget))
    }

    fn notice(&self, mark: Mark, text: &Dynamic) -> ScriptResult<()> {
        self.show(Widget::Notice { mark, text: display(text) })
    }

    fn touch(
        &self,
        kind: &str,
        label: &str,
        make: impl FnOnce(Option<&Change>) -> Widget,
    ) -> ScriptResult<Option<Change>> {
        self.with(|recorder| recorder.touch(kind, label, make))
    }

    fn button(&self, label: &str, enabled: bool) -> ScriptResult<bool> {
        let widget = |_: Option<&Change>| Widget::Button { label: label.to_owned(), enabled };
        let change = self.touch("button", label, widget)?;
        // It may have been switched off between the click and now.
        Ok(enabled && change == Some(Change::Clicked))
    }

    fn text_edit(&self, label: &str, value: &Dynamic, options: &Map) -> ScriptResult<Dynamic> {
        let field = values::Field::read(options)?;
        let mut value = display(value);
        self.touch("text_edit", label, |change| {
            if let Some(Change::Text(text) | Change::Entered(text)) = change {
                value.clone_from(text);
            }
            Widget::TextEdit {
                label: label.to_owned(),
                value: value.clone(),
                hint: field.hint,
                lines: field.lines,
                secret: field.secret,
            }
        })?;
        Ok(value.into())
    }

    fn slider(
        &self,
        label: &str,
        value: &Dynamic,
        min: &Dynamic,
        max: &Dynamic,
    ) -> ScriptResult<Dynamic> {
        let whole = min.is_int() && max.is_int() && !value.is_float();
        let (min, max) = (values::number(min, "slider")?, values::number(max, "slider")?);
        if min > max {
            return Err(failure(format!("a slider cannot go from {min} to {max}: swap them")));
        }
        let mut value = if value.is_unit() { min } else { values::number(value, "slider")? };
        self.touch("slider", label, |change| {
            if let Some(Change::Number(number)) = change {
                value = *number;
            }
            value = if value.is_nan() { min } else { value.clamp(min, max) };
            Widget::Slider { label: label.to_owned(), value, min, max, whole }
        })?;
        Ok(values::number_back(value, whole))
    }

    fn number(&self, label: &str, value: &Dynamic) -> ScriptResult<Dynamic> {
        let whole = !value.is_float();
        let mut value = if value.is_unit() { 0.0 } else { values::number(value, "number")? };
        self.touch("number", label, |change| {
            if let Some(Change::Number(number)) = change {
                value = *number;
            }
            Widget::Number { label: label.to_owned(), value, whole }
        })?;
        Ok(values::number_back(value, whole))
    }

    fn checkbox(&self, label: &str, on: &Dynamic) -> ScriptResult<bool> {
        let mut on = match on {
            on if on.is_unit() => false,
            on => on.as_bool().map_err(|_| failure("a checkbox is either true or false"))?,
        };
        self.touch("checkbox", label, |change| {
            if let Some(Change::On(now)) = change {
                on = *now;
            }
            Widget::Checkbox { label: label.to_owned(), on }
        })?;
        Ok(on)
    }

    /// One of several, folded or not.
    fn choice(
        &self,
        kind: &str,
        label: &str,
        options: &Array,
        value: &Dynamic,
    ) -> ScriptResult<Dynamic> {
        let texts: Vec<String> = options.iter().map(display).collect();
        let current = display(value);
        let mut chosen = texts.iter().position(|text| *text == current).unwrap_or_default();
        self.touch(kind, label, |change| {
            if let Some(Change::Chosen(index)) = change
                && *index < texts.len()
            {
                chosen = *index;
            }
            let (label, options) = (label.to_owned(), texts);
            match kind {
                "radio" => Widget::Radio { label, options, chosen },
                _ => Widget::ComboBox { label, options, chosen },
            }
        })?;
        Ok(options.get(chosen).cloned().unwrap_or(Dynamic::UNIT))
    }

    fn file_drop(&self, label: &str) -> ScriptResult<Array> {
        let widget = |_: Option<&Change>| Widget::FileDrop { label: label.to_owned() };
        let files = match self.touch("file_drop", label, widget)? {
            Some(Change::Files(files)) => files,
            _ => Vec::new(),
        };
        Ok(files.into_iter().map(|file| file.to_string_lossy().into_owned().into()).collect())
    }

    fn progress(&self, fraction: &Dynamic, text: &str) -> ScriptResult<()> {
        let fraction = match fraction {
            unknown if unknown.is_unit() => None,
            known => Some(values::number(known, "progress")?.clamp(0.0, 1.0) as f32),
        };
        self.show(Widget::Progress { fraction, text: text.to_owned() })
    }
}

fn with<T>(
    recording: &Recording,
    draw: impl FnOnce(&mut Recorder) -> Result<T, String>,
) -> ScriptResult<T> {
    let mut recording = recording.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(recorder) = recording.as_mut() else {
        return Err(failure("panels are drawn in on_ui, and nowhere else"));
    };
    draw(recorder).map_err(failure)
}

/// Gives a script `ui` and the container blocks.
pub(crate) fn register(rhai: &mut Engine, recording: &Recording) {
    rhai.register_type_with_name::<Ui>("ui");
    register_shown(rhai);
    register_touched(rhai);
    let recording = Arc::clone(recording);
    crate::runner::register_blocks(rhai, move |word, head, inside| {
        container(&recording, word, head, inside)
    });
}

/// What is only looked at.
fn register_shown(rhai: &mut Engine) {
    rhai.register_fn("heading", |ui: &mut Ui, text: Dynamic| {
        ui.show(Widget::Heading { text: display(&text) })
    })
    .register_fn("label", |ui: &mut Ui, text: Dynamic| {
        ui.show(Widget::Label { text: display(&text), weak: false })
    })
    .register_fn("weak", |ui: &mut Ui, text: Dynamic| {
        ui.show(Widget::Label { text: display(&text), weak: true })
    })
    .register_fn("markdown", |ui: &mut Ui, text: Dynamic| {
        ui.show(Widget::Markdown { text: display(&text) })
    })
    .register_fn("code", |ui: &mut Ui, text: &str| {
        ui.show(Widget::Code { text: text.to_owned(), language: String::new() })
    })
    .register_fn("code", |ui: &mut Ui, text: &str, language: &str| {
        ui.show(Widget::Code { text: text.to_owned(), language: language.to_owned() })
    })
    .register_fn("table", |ui: &mut Ui, columns: Array, rows: Array| {
        ui.show(values::table(&columns, &rows)?)
    })
    .register_fn("plot", |ui: &mut Ui, label: &str, lines: Dynamic| {
        ui.show(values::plot(label, &lines)?)
    })
    .register_fn("image", |ui: &mut Ui, source: &str| {
        ui.show(Widget::Image { source: source.to_owned(), alt: String::new() })
    })
    .register_fn("image", |ui: &mut Ui, source: &str, alt: &str| {
        ui.show(Widget::Image { source: source.to_owned(), alt: alt.to_owned() })
    })
    .register_fn("progress", |ui: &mut Ui, fraction: Dynamic| ui.progress(&fraction, ""))
    .register_fn("progress", |ui: &mut Ui, fraction: Dynamic, text: &str| {
        ui.progress(&fraction, text)
    })
    .register_fn("chat", |ui: &mut Ui, messages: Array| ui.show(values::chat(&messages)?))
    .register_fn("separator", |ui: &mut Ui| ui.show(Widget::Separator))
    .register_fn("space", |ui: &mut Ui, points: Dynamic| {
        let points = values::number(&points, "space")?.clamp(0.0, 1_000.0) as f32;
        ui.show(Widget::Space { points })
    })
    .register_fn("info", |ui: &mut Ui, text: Dynamic| ui.notice(Mark::Info, &text))
    .register_fn("success", |ui: &mut Ui, text: Dynamic| ui.notice(Mark::Success, &text))
    .register_fn("warning", |ui: &mut Ui, text: Dynamic| ui.notice(Mark::Warning, &text))
    .register_fn("error", |ui: &mut Ui, text: Dynamic| ui.notice(Mark::Error, &text));
}

/// What a person can touch.
fn register_touched(rhai: &mut Engine) {
    rhai.register_fn("button", |ui: &mut Ui, label: &str| ui.button(label, true))
        .register_fn("button", |ui: &mut Ui, label: &str, enabled: bool| ui.button(label, enabled))
        .register_fn("text_edit", |ui: &mut Ui, label: &str, value: Dynamic| {
            ui.text_edit(label, &value, &Map::new())
        })
        .register_fn("text_edit", |ui: &mut Ui, label: &str, value: Dynamic, options: Map| {
            ui.text_edit(label, &value, &options)
        })
        .register_fn("entered", |ui: &mut Ui| ui.with(|recorder| Ok(recorder.entered())))
        .register_fn(
            "slider",
            |ui: &mut Ui, label: &str, value: Dynamic, min: Dynamic, max: Dynamic| {
                ui.slider(label, &value, &min, &max)
            },
        )
        .register_fn("number", |ui: &mut Ui, label: &str, value: Dynamic| ui.number(label, &value))
        .register_fn("checkbox", |ui: &mut Ui, label: &str, on: Dynamic| ui.checkbox(label, &on))
        .register_fn("combo_box", |ui: &mut Ui, label: &str, options: Array, value: Dynamic| {
            ui.choice("combo_box", label, &options, &value)
        })
        .register_fn("radio", |ui: &mut Ui, label: &str, options: Array, value: Dynamic| {
            ui.choice("radio", label, &options, &value)
        })
        .register_fn("file_drop", |ui: &mut Ui, label: &str| ui.file_drop(label));
}

/// Draws a container: opened, filled, and closed whichever way its inside ends.
fn container(
    recording: &Recording,
    word: &'static str,
    head: Option<Dynamic>,
    inside: &mut dyn FnMut() -> ScriptResult<Dynamic>,
) -> ScriptResult<Dynamic> {
    let title = || head.as_ref().map(display).unwrap_or_default();
    let kind = match word {
        "row" => Container::Row,
        "column" => Container::Column,
        "columns" => Container::Columns,
        "tabs" => Container::Tabs { titles: Vec::new(), chosen: 0 },
        "group" => Container::Group(title()),
        "collapsing" => Container::Collapsing(title()),
        "scroll" => {
            let height =
                head.as_ref().map_or(Ok(0.0), |height| values::number(height, "scroll"))?;
            Container::Scroll(height.clamp(0.0, 10_000.0) as f32)
        }
        // Not a container of its own: its inside belongs to the tabs.
        _ => {
            let is_chosen = with(recording, |recorder| recorder.tab(title()))?;
            return if is_chosen { inside() } else { Ok(Dynamic::UNIT) };
        }
    };
    with(recording, |recorder| recorder.open(kind))?;
    let result = inside();
    with(recording, |recorder| {
        recorder.close();
        Ok(())
    })?;
    result.map(|_| Dynamic::UNIT)
}
