//! One version of an app: what was saved, read and compiled, ready to be run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rhai::{AST, Engine};

use super::context::{Context, House};
use super::desk::Desk;
use super::interpreter;
use super::script::{Blocks, Compiler, Sources, followed};
use super::timers::Timers;
use super::watch::Watch;
use crate::Problem;
use crate::handles::Handles;
use crate::plugin::CorePlugin;
use crate::rights::Rights;

/// A version of an app that compiled.
pub(crate) struct Version {
    pub(super) context: Arc<Context>,
    pub(super) rhai: Arc<Engine>,
    pub(super) watch: Arc<Watch>,
    /// `None` for an assistant, which has no script.
    pub(super) compiled: Option<AST>,
}

/// Where a version comes from.
pub(crate) struct Origin<'a> {
    pub(crate) folder: &'a Path,
    /// [`Context::memory`].
    pub(crate) memory: String,
    pub(crate) rights: Arc<Rights>,
    /// Texts that count instead of what is on disk, by their paths relative to the folder.
    pub(crate) unsaved: BTreeMap<PathBuf, String>,
}

impl Version {
    /// Reads and compiles an app, without running any of it.
    pub(crate) fn make(
        house: &Arc<House>,
        plugins: &[Box<dyn CorePlugin>],
        desk: &Arc<Desk>,
        origin: Origin<'_>,
    ) -> Result<Self, Problem> {
        let (mut version, compiler) = Self::prepare(house, plugins, desk, origin);
        if let Some(entry) = version.context.manifest().entry.clone() {
            version.compiled = Some(followed(&version.read(&compiler, &entry)?));
        }
        Ok(version)
    }

    fn prepare(
        house: &Arc<House>,
        plugins: &[Box<dyn CorePlugin>],
        desk: &Arc<Desk>,
        origin: Origin<'_>,
    ) -> (Self, Compiler) {
        let sources = Arc::new(Sources::new(origin.folder, origin.unsaved));
        let compiler = Compiler { sources: Arc::clone(&sources), blocks: Arc::<Blocks>::default() };
        let context = Arc::new(Context {
            desk: Arc::clone(desk),
            folder: origin.folder.to_owned(),
            memory: origin.memory,
            rights: origin.rights,
            house: Arc::clone(house),
            sources,
            handles: Handles::default(),
            timers: Timers::default(),
            interpreter: OnceLock::new(),
            script: OnceLock::new(),
            trail: Arc::default(),
        });
        let watch = Arc::new(Watch::default());
        let rhai = Arc::new(interpreter::build(&context, &compiler, plugins, &watch));
        context.set_interpreter(&rhai);
        (Self { context, rhai, watch, compiled: None }, compiler)
    }

    /// What the app holds.
    pub(crate) fn handles(&self) -> &Handles {
        &self.context.handles
    }

    fn read(&self, compiler: &Compiler, file: &Path) -> Result<AST, Problem> {
        let told = |error: Box<rhai::EvalAltResult>| self.context.words(&self.rhai).problem(&error);
        compiler.read(&self.rhai, file).map_err(told)
    }
}

/// Compiles these scripts of an app, and says what is wrong with each: the first mistake of its
/// grammar, or else all that can be seen without running it.
pub(crate) fn check(
    house: &Arc<House>,
    plugins: &[Box<dyn CorePlugin>],
    desk: &Arc<Desk>,
    origin: Origin<'_>,
    files: &[PathBuf],
) -> Vec<Problem> {
    let (version, compiler) = Version::prepare(house, plugins, desk, origin);
    let host = version.context.words(&version.rhai).host_functions();
    let check = |file: &PathBuf| match version.read(&compiler, file) {
        Ok(compiled) => {
            let name = compiled.source().unwrap_or_default();
            version.context.words(&version.rhai).findings(&compiled, name, &host)
        }
        Err(problem) => vec![problem],
    };
    files.iter().flat_map(check).collect()
}
