//! Writes down what `on_ui` says, and answers it with what the person did.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::{Change, Node, Widget, WidgetId};

/// More widgets than these are no panel.
pub(crate) const MOST_NODES: usize = 5_000;

/// More text than this is no panel, in bytes.
pub(crate) const MOST_TEXT: usize = 4_000_000;

/// Containers in containers, at most.
const DEEPEST: usize = 32;

/// What the person did since the last round: at most one thing per widget.
pub(crate) type Changes = HashMap<WidgetId, Change>;

/// One call of `on_ui`, while it goes on.
pub(crate) struct Recorder {
    /// The panel, and the containers that are open, outermost first.
    open: Vec<Level>,
    changes: Changes,
    /// Which tab is chosen, for each row of tabs; outlives the rounds.
    tabs: HashMap<WidgetId, usize>,
    nodes: usize,
    text: usize,
    entered: bool,
}

/// A container that is open.
struct Level {
    id: WidgetId,
    kind: Container,
    nodes: Vec<Node>,
    /// How many equal siblings there are so far, by what names them.
    equals: HashMap<u64, u64>,
}

/// What a container will be when it is closed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Container {
    Panel,
    Row,
    Column,
    Columns,
    Group(String),
    Collapsing(String),
    Tabs { titles: Vec<String>, chosen: usize },
    Scroll(f32),
}

impl Recorder {
    /// Begins a round in which these changes are answered.
    pub(crate) fn new(changes: Changes, tabs: HashMap<WidgetId, usize>) -> Self {
        let panel = Level::new(WidgetId(0), Container::Panel);
        Self { open: vec![panel], changes, tabs, nodes: 0, text: 0, entered: false }
    }

    /// Ends the round.
    pub(crate) fn finish(mut self) -> (Vec<Node>, HashMap<WidgetId, usize>) {
        // Containers close on every path; this is for a script that was stopped inside of one.
        while self.open.len() > 1 {
            self.close();
        }
        let nodes = self.open.pop().map(|level| level.nodes).unwrap_or_default();
        (nodes, self.tabs)
    }

    /// Adds a widget that nobody can touch.
    pub(crate) fn show(&mut self, widget: Widget) -> Result<(), String> {
        let id = self.name(kind_of(&widget), "");
        self.push(id, widget)
    }

    /// Adds a widget that a person can touch, and says what was done to it. `make` is given that,
    /// so that the widget shows its new value at once.
    pub(crate) fn touch(
        &mut self,
        kind: &str,
        label: &str,
        make: impl FnOnce(Option<&Change>) -> Widget,
    ) -> Result<Option<Change>, String> {
        let id = self.name(kind, label);
        let change = self.changes.remove(&id);
        self.entered = matches!(change, Some(Change::Entered(_)));
        self.push(id, make(change.as_ref()))?;
        Ok(change)
    }

    /// Whether Enter was pressed in the last field.
    pub(crate) fn entered(&self) -> bool {
        self.entered
    }

    /// Opens a container.
    pub(crate) fn open(&mut self, kind: Container) -> Result<(), String> {
        if self.open.len() > DEEPEST {
            return Err(format!("containers are nested more than {DEEPEST} deep"));
        }
        let (word, label) = match &kind {
            Container::Panel => ("panel", ""),
            Container::Row => ("row", ""),
            Container::Column => ("column", ""),
            Container::Columns => ("columns", ""),
            Container::Group(title) => ("group", title.as_str()),
            Container::Collapsing(title) => ("collapsing", title.as_str()),
            Container::Tabs { .. } => ("tabs", ""),
            Container::Scroll(_) => ("scroll", ""),
        };
        self.count(label.len())?;
        let id = self.name(word, label);
        let mut kind = kind;
        if let Container::Tabs { chosen, .. } = &mut kind {
            if let Some(Change::Chosen(index)) = self.changes.remove(&id) {
                self.tabs.insert(id, index);
            }
            *chosen = self.tabs.get(&id).copied().unwrap_or_default();
        }
        self.open.push(Level::new(id, kind));
        Ok(())
    }

    /// Closes the innermost container.
    pub(crate) fn close(&mut self) {
        if self.open.len() < 2 {
            return;
        }
        let Some(level) = self.open.pop() else { return };
        let (id, children) = (level.id, level.nodes);
        let widget = match level.kind {
            Container::Panel => return,
            Container::Row => Widget::Row { children },
            Container::Column => Widget::Column { children },
            Container::Columns => Widget::Columns { children: in_columns(children) },
            Container::Group(title) => Widget::Group { title, children },
            Container::Collapsing(title) => Widget::Collapsing { title, open: false, children },
            Container::Tabs { titles, chosen } => {
                let chosen = chosen.min(titles.len().saturating_sub(1));
                Widget::Tabs { titles, chosen, children }
            }
            Container::Scroll(height) => Widget::Scroll { height, children },
        };
        if let Some(parent) = self.open.last_mut() {
            parent.nodes.push(Node { id, widget });
        }
    }

    /// Begins a tab; whether its inside is to be drawn.
    pub(crate) fn tab(&mut self, title: String) -> Result<bool, String> {
        self.count(title.len())?;
        match self.open.last_mut().map(|level| &mut level.kind) {
            Some(Container::Tabs { titles, chosen }) => {
                titles.push(title);
                Ok(titles.len() - 1 == *chosen)
            }
            _ => Err("`tab` stands inside of `tabs { … }`".to_owned()),
        }
    }

    fn push(&mut self, id: WidgetId, widget: Widget) -> Result<(), String> {
        self.count(text_of(&widget))?;
        if let Some(level) = self.open.last_mut() {
            level.nodes.push(Node { id, widget });
        }
        Ok(())
    }

    /// Names a widget by where it is, what it is, what it says and how many of its like precede it.
    fn name(&mut self, kind: &str, label: &str) -> WidgetId {
        let Some(level) = self.open.last_mut() else { return WidgetId(0) };
        let likeness = hash_of(&(level.id.0, kind, label));
        let number = level.equals.entry(likeness).or_default();
        let id = hash_of(&(likeness, *number));
        *number += 1;
        WidgetId(id)
    }

    fn count(&mut self, text: usize) -> Result<(), String> {
        self.nodes += 1;
        self.text += text;
        if self.nodes > MOST_NODES {
            return Err(format!(
                "a panel holds {MOST_NODES} widgets at most: show fewer at a time"
            ));
        }
        if self.text > MOST_TEXT {
            return Err(format!(
                "a panel holds {} MB of text at most: show less at a time",
                MOST_TEXT / 1_000_000
            ));
        }
        Ok(())
    }
}

impl Level {
    fn new(id: WidgetId, kind: Container) -> Self {
        Self { id, kind, nodes: Vec::new(), equals: HashMap::new() }
    }
}

/// Each child of `columns { … }` that is no column gets one of its own.
fn in_columns(children: Vec<Node>) -> Vec<Node> {
    let in_column = |node: Node| match node.widget {
        Widget::Column { .. } => node,
        _ => Node {
            id: WidgetId(hash_of(&(node.id.0, "column"))),
            widget: Widget::Column { children: vec![node] },
        },
    };
    children.into_iter().map(in_column).collect()
}

fn hash_of(value: &impl Hash) -> u64 {
    // The same for the same widget in every round, which is all that is asked of it.
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn kind_of(widget: &Widget) -> &'static str {
    match widget {
        Widget::Heading { .. } => "heading",
        Widget::Label { .. } => "label",
        Widget::Markdown { .. } => "markdown",
        Widget::Code { .. } => "code",
        Widget::Table { .. } => "table",
        Widget::Plot { .. } => "plot",
        Widget::Image { .. } => "image",
        Widget::Progress { .. } => "progress",
        Widget::Chat { .. } => "chat",
        Widget::Separator => "separator",
        Widget::Space { .. } => "space",
        Widget::Notice { .. } => "notice",
        _ => "widget",
    }
}

/// How much text a widget holds, in bytes.
fn text_of(widget: &Widget) -> usize {
    let all = |texts: &[String]| texts.iter().map(String::len).sum::<usize>();
    match widget {
        Widget::Heading { text }
        | Widget::Label { text, .. }
        | Widget::Markdown { text }
        | Widget::Progress { text, .. }
        | Widget::Notice { text, .. } => text.len(),
        Widget::Code { text, language } => text.len() + language.len(),
        Widget::Button { label, .. }
        | Widget::Slider { label, .. }
        | Widget::Number { label, .. }
        | Widget::Checkbox { label, .. }
        | Widget::FileDrop { label } => label.len(),
        Widget::TextEdit { label, value, hint, .. } => label.len() + value.len() + hint.len(),
        Widget::ComboBox { label, options, .. } | Widget::Radio { label, options, .. } => {
            label.len() + all(options)
        }
        Widget::Table { columns, rows } => {
            all(columns) + rows.iter().map(|row| all(row) + 16).sum::<usize>()
        }
        Widget::Plot { label, lines } => {
            label.len() + lines.iter().map(|l| l.name.len() + 16 * l.points.len()).sum::<usize>()
        }
        Widget::Image { source, alt } => source.len() + alt.len(),
        Widget::Chat { messages } => {
            messages.iter().map(|(who, text)| who.len() + text.len()).sum()
        }
        Widget::Separator
        | Widget::Space { .. }
        | Widget::Row { .. }
        | Widget::Column { .. }
        | Widget::Columns { .. }
        | Widget::Group { .. }
        | Widget::Collapsing { .. }
        | Widget::Tabs { .. }
        | Widget::Scroll { .. } => 0,
    }
}
