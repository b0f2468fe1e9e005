//! `clipboard`: copying and pasting, where the face has a clipboard.

use std::sync::Arc;

use engine::channel;

use super::docs::{Call, Function, Module};
use super::module::Noun;
use crate::handles::HandleKind;
use crate::permissions::Need;
use crate::plugin::CorePlugin;
use crate::runner::{Context, ScriptResult, failure};
use crate::services::Clipboard as Service;

pub(super) const DOCS: Module = Module {
    name: "clipboard",
    summary: "Copies and pastes text.",
    notes: "Needs the permission `clipboard = true`, and a window: on the command line there is none.",
    call: Call::Namespace,
    functions: &[
        Function {
            signature: "read() -> string",
            about: "The text in the clipboard.",
            errors: "when there is no text in it.",
            example: r#"
clipboard::write("a text");
print(clipboard::read()); // → a text"#,
            ..Function::EMPTY
        },
        Function {
            signature: "write(text: string)",
            about: "Puts a text into the clipboard.",
            example: r#"clipboard::write("a text");"#,
            ..Function::EMPTY
        },
    ],
};

/// The noun `clipboard`.
pub(super) struct Clipboard;

impl CorePlugin for Clipboard {
    fn name(&self) -> &'static str {
        DOCS.name
    }

    fn register(&self, rhai: &mut rhai::Engine, context: &Arc<Context>) {
        let mut noun = Noun::new(&DOCS);
        let own = Arc::clone(context);
        noun.add("read", move || read(&own));
        let own = Arc::clone(context);
        noun.add("write", move |text: &str| -> ScriptResult<()> {
            own.permit(Need::Clipboard)?;
            service(&own)?.write(text.to_owned());
            Ok(())
        });
        noun.register(rhai);
    }
}

fn read(context: &Context) -> ScriptResult<String> {
    context.permit(Need::Clipboard)?;
    let (outbox, inbox) = channel(context.wake());
    let _handle = context.handles().acquire(HandleKind::Dialog);
    service(context)?.read(outbox);
    match context.receive(&inbox)? {
        Some(text) => text.map_err(failure),
        None => Err(failure("the clipboard did not answer")),
    }
}

fn service(context: &Context) -> ScriptResult<&dyn Service> {
    let service = context.services().clipboard.as_deref();
    service.ok_or_else(|| failure("there is no clipboard here: run the app in the window"))
}
