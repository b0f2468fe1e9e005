//! What every script has besides the nouns: the functions that Satchel calls, and a few plain words.

use super::{Call, Function, Module};

pub(super) const HOOKS: Module = Module {
    name: "Functions that Satchel calls",
    summary: "An app writes those of them that it needs.",
    notes: "In each, `this` is the app's state: a map that stays when the app is reloaded and goes when \
            it is closed (what should last belongs into `store`). All calls of an app happen one after \
            the other, except that the panel may be drawn between two steps of a long one.",
    call: Call::Hook,
    functions: &[
        Function {
            signature: "on_load()",
            about: "The app was loaded or reloaded. The place to give `this` what is missing in it and \
                    to start timers.",
            example: r#"
fn on_load() {
    this.count = this.count ?? 0;
    app::every("tick", 60.0);
}"#,
            ..Function::EMPTY
        },
        Function {
            signature: "on_run(input: map) -> any",
            about: "Somebody wants an answer: a person in a conversation, another app, the command \
                    line. What is given to `app::write` is the answer, piece by piece; without any, a \
                    returned text is.",
            parameters: &[(
                "input",
                "`text` (what was written), `data` (structured input, as `[input]` of the manifest \
                 says) and `messages` (the conversation so far, with the text as its last message)",
            )],
            example: r#"
fn on_run(input) {
    for piece in llm::stream(input.messages) {
        app::write(piece);
    }
}"#,
            ..Function::EMPTY
        },
        Function {
            signature: "on_ui(ui: ui)",
            about: "Draws the app's panel: called whenever something may have changed. It has to be \
                    quick; long work begins with `app::start`.",
            example: r#"
fn on_ui(ui) {
    this.count = this.count ?? 0;
    if ui.button("More") { this.count += 1; }
    ui.label(`Pressed ${this.count} times`);
}"#,
            ..Function::EMPTY
        },
        Function {
            signature: "on_event(event: map)",
            about: "Something happened. `event.kind` says what: `\"timer\"` (with `name`), \
                    `\"schedule\"` (as `[activation]` of the manifest says), `\"files\"` (with `files`: \
                    paths that were dropped on the app, which it may read from now on) or \
                    `\"settings\"` (with `key`: its person changed a setting).",
            example: r#"
fn on_event(event) {
    if event.kind == "timer" { app::log(`${event.name} is due`); }
}"#,
            ..Function::EMPTY
        },
        Function {
            signature: "on_dispose()",
            about: "The app is about to be closed or replaced by a newer version of itself. Timers, \
                    requests and generations end by themselves.",
            example: r#"
fn on_dispose() {
    store::set("count", this.count ?? 0);
}"#,
            ..Function::EMPTY
        },
    ],
};

pub(super) const GLOBALS: Module = Module {
    name: "Everywhere",
    summary: "Functions without a name before them, besides those of Rhai itself.",
    notes: "What Rhai brings is told in [its book](https://rhai.rs/book/): strings, arrays, maps, \
            numbers, `switch`, closures. `eval` is switched off, and `import` finds the modules of the \
            app's own folder: `import \"parts\" as parts;` reads `parts.rhai`.",
    call: Call::Plain,
    functions: &[
        Function {
            signature: "print(value: any)",
            about: "Writes a line to the app's console.",
            example: r#"print(1 + 2); // → 3"#,
            ..Function::EMPTY
        },
        Function {
            signature: "debug(value: any)",
            about: "Writes a value to the app's console as it would stand in a script, for finding errors.",
            example: r#"debug(#{ name: "Ada" });"#,
            ..Function::EMPTY
        },
        Function {
            signature: "sleep(seconds: int|float)",
            about: "Waits. A stopped app wakes at once.",
            errors: "when the app may not wait that long, as while its panel is drawn.",
            example: "sleep(0.01);",
            ..Function::EMPTY
        },
    ],
};
