//! `notify`: a short notice outside of any panel.

use std::sync::Arc;

use super::docs::{Call, Function, Module};
use super::module::Noun;
use crate::permissions::Need;
use crate::plugin::CorePlugin;
use crate::runner::{Context, ScriptResult, failure};

pub(super) const DOCS: Module = Module {
    name: "notify",
    summary: "Shows a short notice, also while the app is not in view.",
    notes: "Needs the permission `notifications = true`, and a window: on the command line there is none.",
    call: Call::Namespace,
    functions: &[Function {
        signature: "show(title: string, text?: string)",
        about: "Shows a notice with the app's name.",
        errors: "when the face shows no notices.",
        example: r#"notify::show("Tea is ready", "It drew for four minutes");"#,
        ..Function::EMPTY
    }],
};

/// The noun `notify`.
pub(super) struct Notify;

impl CorePlugin for Notify {
    fn name(&self) -> &'static str {
        DOCS.name
    }

    fn register(&self, rhai: &mut rhai::Engine, context: &Arc<Context>) {
        let mut noun = Noun::new(&DOCS);
        let own = Arc::clone(context);
        noun.add("show", move |title: &str| show(&own, title, ""));
        let own = Arc::clone(context);
        noun.add("show", move |title: &str, text: &str| show(&own, title, text));
        noun.register(rhai);
    }
}

fn show(context: &Context, title: &str, text: &str) -> ScriptResult<()> {
    context.permit(Need::Notifications)?;
    let service = context.services().notify.as_ref();
    let service = service
        .ok_or_else(|| failure("notices cannot be shown here: run the app in the window"))?;
    service.notify(&context.rights().manifest().name, title, text);
    Ok(())
}
