//! A noun of the host API on its way into an interpreter: its functions, each with its documentation.

use rhai::{Engine, FuncRegistration, Module as RhaiModule, RhaiNativeFunc, Shared};

use super::docs::Module;

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
        FuncRegistration::new(name)
            .with_comments([format!("/// {about}")])
            // What a function gives back depends on the world, as a rule.
            .with_volatility(true)
            .set_into_module(&mut self.functions, function);
    }

    /// Gives the noun to an interpreter, under its name.
    pub(super) fn register(self, rhai: &mut Engine) {
        let module = Shared::new(self.functions);
        rhai.register_static_module(self.docs.name, module);
    }
}
