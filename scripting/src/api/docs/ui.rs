//! The panel: `panel/` makes these functions, and here is what they do.

use super::{Call, Function, Module};

pub(super) const WIDGETS: Module = Module {
    name: "ui",
    summary: "Draws the app's panel, in `fn on_ui(ui)`.",
    notes: "\
A panel is written down anew whenever something changed. A widget that holds a value is given the value \
it has and gives back the value it should have: `this.name = ui.text_edit(\"Name\", this.name);`. A value \
that was never set is `()`, and counts as empty, zero, off or the first of several. Its label names a \
widget, so labels within one container should differ.

A panel holds 5,000 widgets and 4 MB of text, and `on_ui` has to be quick: a model is asked in a function \
that a button begins with `app::start`.",
    call: Call::Method,
    functions: &[
        Function {
            signature: "heading(text: any)",
            about: "A title.",
            example: r#"ui.heading("Notes");"#,
            ..Function::EMPTY
        },
        Function {
            signature: "label(text: any)",
            about: "Plain text.",
            example: r#"ui.label("Three notes");"#,
            ..Function::EMPTY
        },
        Function {
            signature: "weak(text: any)",
            about: "Plain text, less loud.",
            example: r#"ui.weak("Saved a minute ago");"#,
            ..Function::EMPTY
        },
        Function {
            signature: "markdown(text: any)",
            about: "Text with Markdown in it.",
            example: r#"ui.markdown("Some *important* words");"#,
            ..Function::EMPTY
        },
        Function {
            signature: "code(text: string, language?: string)",
            about: "Source code, with highlighting where the language is known.",
            example: r#"ui.code("print(1);", "rhai");"#,
            ..Function::EMPTY
        },
        Function {
            signature: "button(label: string, enabled?: bool) -> bool",
            about: "Something to press: `true` in the one call after it was pressed.",
            example: r#"
this.count = this.count ?? 0;
if ui.button("More") { this.count += 1; }"#,
            ..Function::EMPTY
        },
        Function {
            signature: "text_edit(label: string, value: any, options?: map) -> string",
            about: "A field for text.",
            parameters: &[(
                "options",
                "`hint` (shown while it is empty), `lines` (1 to 200, 1 if left out), `secret` (`true` \
                 for a password)",
            )],
            errors: "when there is another option.",
            example: r#"this.name = ui.text_edit("Name", this.name, #{ hint: "Your name" });"#,
            ..Function::EMPTY
        },
        Function {
            signature: "entered() -> bool",
            about: "Whether Enter was pressed in the text field that was drawn last.",
            example: r#"
this.question = ui.text_edit("Question", this.question);
if ui.entered() { app::start("answer"); }"#,
            ..Function::EMPTY
        },
        Function {
            signature: "slider(label: string, value: int|float|(), min: int|float, max: int|float) -> int|float",
            about: "A number in a range; a whole one if `min` and `max` are whole and the value is not \
                    a float.",
            errors: "when `min` is more than `max`.",
            example: r#"this.size = ui.slider("Size", this.size, 1, 10);"#,
            ..Function::EMPTY
        },
        Function {
            signature: "number(label: string, value: int|float|()) -> int|float",
            about: "A number to type or drag; a whole one unless the value is a float.",
            example: r#"this.amount = ui.number("Amount", this.amount);"#,
            ..Function::EMPTY
        },
        Function {
            signature: "checkbox(label: string, on: bool|()) -> bool",
            about: "On or off.",
            example: r#"this.done = ui.checkbox("Done", this.done);"#,
            ..Function::EMPTY
        },
        Function {
            signature: "combo_box(label: string, options: array, value: any) -> any",
            about: "One of several, folded; gives back the chosen option.",
            example: r#"this.tone = ui.combo_box("Tone", ["friendly", "formal"], this.tone);"#,
            ..Function::EMPTY
        },
        Function {
            signature: "radio(label: string, options: array, value: any) -> any",
            about: "One of several, all visible; gives back the chosen option.",
            example: r#"this.size = ui.radio("Size", ["small", "large"], this.size);"#,
            ..Function::EMPTY
        },
        Function {
            signature: "table(columns: array, rows: array)",
            about: "Rows and columns of text. A row is an array of cells, or a map that has them by the \
                    names of the columns.",
            errors: "when a row is something else.",
            example: r#"ui.table(["name", "age"], [["Ada", 36], #{ name: "Grace", age: 85 }]);"#,
            ..Function::EMPTY
        },
        Function {
            signature: "plot(label: string, lines: array|map)",
            about: "A line in a coordinate system, or several by their names. A point is a number (its \
                    place is counted) or `[x, y]`.",
            errors: "when a point is something else.",
            example: r#"ui.plot("Growth", #{ cats: [1, 2, 4], dogs: [[0, 3], [2, 1.5]] });"#,
            ..Function::EMPTY
        },
        Function {
            signature: "image(source: string, alt?: string)",
            about: "A picture: a file of the app's folder or one that the app may read, or a `data:` \
                    address.",
            parameters: &[("alt", "what it shows, for who cannot see it")],
            example: r#"ui.image("logo.png", "A satchel");"#,
            ..Function::EMPTY
        },
        Function {
            signature: "progress(fraction: int|float|(), text?: string)",
            about: "How far something is: 0.0 to 1.0, or `()` when nobody knows.",
            example: r#"ui.progress(0.5, "Half of it");"#,
            ..Function::EMPTY
        },
        Function {
            signature: "file_drop(label: string) -> array",
            about: "A place to drop files on or to pick some: their paths in the one call after that, \
                    otherwise an empty array. The app may read them from now on.",
            example: r#"
for path in ui.file_drop("Drop a text here") {
    this.text = files::read(path);
}"#,
            ..Function::EMPTY
        },
        Function {
            signature: "chat(messages: array)",
            about: "A conversation, from messages as `llm` takes them: maps with `role` and `content`.",
            errors: "when a message is no map.",
            example: r#"ui.chat([#{ role: "user", content: "Hello" }]);"#,
            ..Function::EMPTY
        },
        Function {
            signature: "separator()",
            about: "A thin line.",
            example: "ui.separator();",
            ..Function::EMPTY
        },
        Function {
            signature: "space(points: int|float)",
            about: "Room between widgets.",
            example: "ui.space(12);",
            ..Function::EMPTY
        },
        Function {
            signature: "info(text: any)",
            about: "Something that is good to know, in a box.",
            example: r#"ui.info("Nothing to do");"#,
            ..Function::EMPTY
        },
        Function {
            signature: "success(text: any)",
            about: "Something that worked, in a box.",
            example: r#"ui.success("Saved");"#,
            ..Function::EMPTY
        },
        Function {
            signature: "warning(text: any)",
            about: "Something to take care of, in a box.",
            example: r#"ui.warning("The text is very long");"#,
            ..Function::EMPTY
        },
        Function {
            signature: "error(text: any)",
            about: "Something that failed, in a box.",
            example: r#"ui.error("There is no such file");"#,
            ..Function::EMPTY
        },
    ],
};

pub(super) const CONTAINERS: Module = Module {
    name: "Containers",
    summary: "Blocks that put widgets beside, below or into one another, in `fn on_ui(ui)`.",
    notes: "Inside of a block, `this` and all variables are those outside of it. The words are containers \
            only at the beginning of a statement; elsewhere they are names like others.",
    call: Call::Block,
    functions: &[
        Function {
            signature: "row()",
            about: "Widgets beside one another.",
            example: r#"
row {
    if ui.button("Yes") { this.answer = true; }
    if ui.button("No") { this.answer = false; }
}"#,
            ..Function::EMPTY
        },
        Function {
            signature: "column()",
            about: "Widgets below one another, as they are anyway outside of a row.",
            example: r#"
row {
    column { ui.label("one"); ui.label("two"); }
    ui.label("beside both");
}"#,
            ..Function::EMPTY
        },
        Function {
            signature: "columns()",
            about: "Columns of equal width: one for each `column` in it.",
            example: r#"
columns {
    column { ui.label("left"); }
    column { ui.label("right"); }
}"#,
            ..Function::EMPTY
        },
        Function {
            signature: "group(title: string)",
            about: "Widgets in a frame with a title.",
            example: r#"group "Options" { this.loud = ui.checkbox("Loud", this.loud); }"#,
            ..Function::EMPTY
        },
        Function {
            signature: "collapsing(title: string)",
            about: "Widgets that can be folded away.",
            example: r#"collapsing "Details" { ui.label("Rarely needed"); }"#,
            ..Function::EMPTY
        },
        Function {
            signature: "tabs()",
            about: "Pages of which one is visible: one for each `tab` in it.",
            example: r#"
tabs {
    tab "Text" { ui.label("A text"); }
    tab "Log" { ui.label("A log"); }
}"#,
            ..Function::EMPTY
        },
        Function {
            signature: "tab(title: string)",
            about: "A page of `tabs`. Its block only runs while it is the visible one.",
            example: r#"tabs { tab "Only" { ui.label("The only page"); } }"#,
            ..Function::EMPTY
        },
        Function {
            signature: "scroll(height?: int|float)",
            about: "Widgets that scroll when they are higher than `height` points, or than there is room.",
            example: r#"
scroll 200 {
    for number in 0..50 { ui.label(`Line ${number}`); }
}"#,
            ..Function::EMPTY
        },
    ],
};
