//! The panel: `panel/` makes these functions, and here is what they do.

use super::{Call, Module};

pub(super) const WIDGETS: Module = Module {
    name: "ui",
    summary: "Draws the app's panel, in `fn on_ui(ui)`.",
    notes: "A panel is written down anew whenever something changed. A widget that holds a value is \
            given the value it has and gives back the value it should have: \
            `this.name = ui.text_edit(\"Name\", this.name);`. Its label names it, so the labels within \
            one container should differ.",
    call: Call::Method,
    functions: &[],
};

pub(super) const CONTAINERS: Module = Module {
    name: "Containers",
    summary: "Blocks that put widgets beside, below or into one another, in `fn on_ui(ui)`.",
    notes: "Inside of a block, `this` and all variables are those outside of it.",
    call: Call::Block,
    functions: &[],
};
