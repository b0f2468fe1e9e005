//! The widget tree and the interactions, as they cross from script to window and back.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Names a widget of one panel: the same from round to round, as long as the script draws it in the
/// same container with the same label (and, among equals, in the same order).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WidgetId(pub u64);

/// What one call of `on_ui` recorded.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Panel {
    /// Grows with each call of `on_ui`.
    pub round: u64,
    /// The newest interaction that the call knew of; see [`Interaction::number`].
    pub heard: u64,
    /// The widgets, from the top.
    pub nodes: Vec<Node>,
}

/// A widget with its name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// Its name.
    pub id: WidgetId,
    /// What it is.
    pub widget: Widget,
}

/// What a script can draw. Fields are what the script said; texts are shown as they are unless it
/// says Markdown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "each variant says what it is; its fields are what it is made of")]
pub enum Widget {
    /// A title.
    Heading { text: String },
    /// Plain text; `weak` is drawn less loud.
    Label { text: String, weak: bool },
    /// Text with Markdown in it.
    Markdown { text: String },
    /// Source code with highlighting.
    Code { text: String, language: String },
    /// Something to press.
    Button { label: String, enabled: bool },
    /// Text that can be changed.
    TextEdit { label: String, value: String, hint: String, lines: u32, secret: bool },
    /// A number in a range.
    Slider { label: String, value: f64, min: f64, max: f64, whole: bool },
    /// A number to type or drag.
    Number { label: String, value: f64, whole: bool },
    /// On or off.
    Checkbox { label: String, on: bool },
    /// One of several, folded.
    ComboBox { label: String, options: Vec<String>, chosen: usize },
    /// One of several, all visible.
    Radio { label: String, options: Vec<String>, chosen: usize },
    /// Rows and columns of text.
    Table { columns: Vec<String>, rows: Vec<Vec<String>> },
    /// Lines in a coordinate system.
    Plot { label: String, lines: Vec<PlotLine> },
    /// A picture: a file of the app's folder or one that it may read, or a `data:` address.
    Image { source: String, alt: String },
    /// How far something is, 0..=1; `None` when nobody knows.
    Progress { fraction: Option<f32>, text: String },
    /// A place to drop files on, or to pick them.
    FileDrop { label: String },
    /// A conversation: `(role, Markdown)`, oldest first.
    Chat { messages: Vec<(String, String)> },
    /// A thin line.
    Separator,
    /// Room, in points.
    Space { points: f32 },
    /// Children beside one another.
    Row { children: Vec<Node> },
    /// Children below one another.
    Column { children: Vec<Node> },
    /// Columns of equal width; each child is a [`Widget::Column`].
    Columns { children: Vec<Node> },
    /// Children in a frame with a title.
    Group { title: String, children: Vec<Node> },
    /// Children that can be folded away; `open` is how it begins.
    Collapsing { title: String, open: bool, children: Vec<Node> },
    /// Named pages of which one is visible. The script records only the chosen one's children.
    Tabs { titles: Vec<String>, chosen: usize, children: Vec<Node> },
    /// Children that scroll when they are higher than `height` points (0: as high as there is room).
    Scroll { height: f32, children: Vec<Node> },
    /// Something went wrong or deserves attention.
    Notice { mark: Mark, text: String },
}

/// How loud a [`Widget::Notice`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Good to know.
    Info,
    /// It worked.
    Success,
    /// Take care.
    Warning,
    /// It failed.
    Error,
}

/// One line of a [`Widget::Plot`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlotLine {
    /// Name in the legend.
    pub name: String,
    /// Its points.
    pub points: Vec<[f64; 2]>,
}

/// Something a person did in a panel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interaction {
    /// Counts up from 1 for each interaction of this panel. The window keeps what was typed until a
    /// panel with [`Panel::heard`] of at least this number comes: so nothing typed is ever lost.
    pub number: u64,
    /// Which widget.
    pub widget: WidgetId,
    /// What happened to it.
    pub change: Change,
}

/// What happened to a widget.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A button was pressed.
    Clicked,
    /// A field says this now.
    Text(String),
    /// Enter was pressed in a field of one line, which says this now.
    Entered(String),
    /// A slider or number is this now.
    Number(f64),
    /// A checkbox is this now.
    On(bool),
    /// This option or tab was chosen, from 0.
    Chosen(usize),
    /// Files were dropped or picked.
    Files(Vec<PathBuf>),
}
