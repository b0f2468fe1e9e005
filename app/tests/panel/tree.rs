//! A panel with every widget that a script can record.

use scripting::panel::{Mark, Node, PlotLine, Widget, WidgetId};

/// Numbers the widgets as they come.
#[derive(Default)]
struct Tree(u64);

impl Tree {
    fn node(&mut self, widget: Widget) -> Node {
        self.0 += 1;
        Node { id: WidgetId(self.0), widget }
    }

    fn fields(&mut self) -> Vec<Node> {
        let text = |label: &str, value: &str, lines, secret| Widget::TextEdit {
            label: label.to_owned(),
            value: value.to_owned(),
            hint: "Type here".to_owned(),
            lines,
            secret,
        };
        let options = ["Short", "Long"].map(str::to_owned).to_vec();
        let add = Widget::Button { label: "Add".to_owned(), enabled: true };
        let row = vec![self.node(text("Item", "Apples", 1, false)), self.node(add)];
        vec![
            self.node(Widget::Row { children: row }),
            self.node(text("Password", "secret", 1, true)),
            self.node(text("Notes", "", 2, false)),
            self.node(Widget::Slider {
                label: "Warmth".to_owned(),
                value: 0.7,
                min: 0.0,
                max: 1.0,
                whole: false,
            }),
            self.node(Widget::Number { label: "Pieces".to_owned(), value: 3.0, whole: true }),
            self.node(Widget::Checkbox { label: "With sugar".to_owned(), on: true }),
            self.node(Widget::ComboBox {
                label: "Length".to_owned(),
                options: options.clone(),
                chosen: 1,
            }),
            self.node(Widget::Radio { label: "Tone".to_owned(), options, chosen: 0 }),
        ]
    }

    fn shown(&mut self) -> Vec<Node> {
        let cells = [["Apples", "3"], ["Pears", "12"]];
        let rows = cells.map(|row| row.map(str::to_owned).to_vec()).to_vec();
        let columns = ["Fruit", "Count"].map(str::to_owned).to_vec();
        let points = (0..30).map(|x| [f64::from(x), (f64::from(x) * 0.4).sin()]).collect();
        let messages = [("user", "How many?"), ("assistant", "**Three** apples")];
        let messages = messages.map(|(role, text)| (role.to_owned(), text.to_owned())).to_vec();
        vec![
            self.node(Widget::Table { columns, rows }),
            self.node(Widget::Plot {
                label: "A wave".to_owned(),
                lines: vec![PlotLine { name: "sine".to_owned(), points }],
            }),
            self.node(Widget::Progress { fraction: Some(0.4), text: "4 of 10".to_owned() }),
            self.node(Widget::Chat { messages }),
            self.node(Widget::Code {
                text: "let a = llm::chat(\"hi\");".to_owned(),
                language: "rhai".to_owned(),
            }),
            self.node(Widget::FileDrop { label: String::new() }),
            self.node(Widget::Image { source: "data:,".to_owned(), alt: "None".to_owned() }),
            self.node(Widget::Notice { mark: Mark::Success, text: "It worked".to_owned() }),
        ]
    }
}

/// See the module documentation.
pub(crate) fn every_widget() -> Vec<Node> {
    let mut tree = Tree::default();
    let (fields, shown) = (tree.fields(), tree.shown());
    let left = tree.node(Widget::Column { children: fields });
    let right = tree.node(Widget::Column { children: shown });
    let inner = tree.node(Widget::Label { text: "In a group".to_owned(), weak: true });
    vec![
        tree.node(Widget::Heading { text: "Every widget".to_owned() }),
        tree.node(Widget::Markdown { text: "With *Markdown* and `code`".to_owned() }),
        tree.node(Widget::Separator),
        tree.node(Widget::Columns { children: vec![left, right] }),
        tree.node(Widget::Group { title: "Group".to_owned(), children: vec![inner] }),
        tree.node(Widget::Notice { mark: Mark::Warning, text: "Take care".to_owned() }),
    ]
}
