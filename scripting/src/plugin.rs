//! What a module of the host API is to the runtime: something that is loaded once, gives its
//! functions to every app, and is disposed of at the end, like an app itself.

use std::sync::Arc;

use crate::runner::Context;

/// A module of the host API, written in Rust.
pub trait CorePlugin: Send + Sync {
    /// Name of the module as scripts write it before `::`; also shown on the Apps page.
    fn name(&self) -> &'static str;

    /// Called once, before the first app is loaded.
    ///
    /// # Errors
    /// Words for a person; scripts are then told these words by the plugin's functions, and the
    /// Apps page shows them.
    fn load(&mut self) -> Result<(), String> {
        Ok(())
    }

    /// Gives the module's functions and types to the interpreter of one app. Called on each load
    /// and reload, on any thread; `context` lives as long as that version of the app.
    fn register(&self, rhai: &mut rhai::Engine, context: &Arc<Context>);

    /// Called once, after the last app was disposed of.
    fn dispose(&mut self) {}
}
