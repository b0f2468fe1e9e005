//! A noun of the host API on its way into an interpreter: its functions, each with its documentation.

use rhai::{Engine, FuncRegistration, Module as RhaiModule, RhaiNativeFunc, Shared};

use super::docs::Module;
use crate::runner::placed;

/// Collects the functions of one noun.
pub(super) struct Noun {
    docs: &'static Module,
    functions: RhaiModule,
}

impl Noun {
    pub(super) fn new(docs: &'static Module) -> Self {
        let mut functions = RhaiModule::new();
        functions.set_doc(docs.summary);
        Self { docs, functions }
    }

    /// Adds a function, or another form of one, with what the table says of it.
    pub(super) fn add<A: 'static, const N: usize, const X: bool, R, const F: bool, FUNC>(
        &mut self,
        name: &'static str,
        function: FUNC,
    ) where
        R: rhai::Variant + Clone,
        FUNC: RhaiNativeFunc<A, N, X, R, F> + Send + Sync + 'static,
    {
        let mut docs = self.docs.functions.iter();
        let about =
            docs.find(|entry| entry.signature().name == name).map_or("", |entry| entry.about);
        // What a function gives back depends on the world, as a rule.
        let function = placed(function.into_rhai_function(false, true));
        FuncRegistration::new(name).with_comments([format!("/// {about}")]).set_into_module_raw(
            &mut self.functions,
            FUNC::param_types(),
            function,
        );
    }

    /// Gives the noun to an interpreter, under its name.
    pub(super) fn register(self, rhai: &mut Engine) {
        let module = Shared::new(self.functions);
        rhai.register_static_module(self.docs.name, module);
    }
}
