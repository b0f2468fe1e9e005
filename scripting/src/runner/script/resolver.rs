//! `import`: the app's own folder, and nothing else.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rhai::{Engine, EvalAltResult, Module, ModuleResolver, Position, Scope, Shared};

use super::{Compiler, followed, sources};
use crate::runner::failure::{ScriptError, ScriptResult};

type SharedModule = Shared<Module>;

/// Finds the modules of one app. Each file is read and run once per load of the app.
pub(crate) struct Resolver {
    compiler: Compiler,
    found: Mutex<BTreeMap<PathBuf, Found>>,
}

enum Found {
    /// Its top level is running; importing it now would go round in a circle.
    Beginning,
    Ready(SharedModule),
}

impl Resolver {
    pub(crate) fn new(compiler: Compiler) -> Self {
        Self { compiler, found: Mutex::default() }
    }

    fn found(&self) -> MutexGuard<'_, BTreeMap<PathBuf, Found>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn load(&self, engine: &Engine, file: &Path, position: Position) -> ScriptResult<SharedModule> {
        let inside = |error: ScriptError| {
            Box::new(EvalAltResult::ErrorInModule(sources::name_of(file), error, position))
        };
        let text = self.compiler.sources.read(file).map_err(|words| at(position, words))?;
        let name = sources::name_of(file);
        let compiled = self.compiler.compile(engine, &name, &text).map_err(|e| inside(e.into()))?;
        let compiled = followed(&compiled);
        let module = Module::eval_ast_as_new(Scope::new(), &compiled, engine).map_err(inside)?;
        Ok(module.into())
    }
}

impl ModuleResolver for Resolver {
    fn resolve(
        &self,
        engine: &Engine,
        _source: Option<&str>,
        path: &str,
        position: Position,
    ) -> ScriptResult<SharedModule> {
        let file = file_of(path).map_err(|words| at(position, words))?;
        match self.found().get(&file) {
            Some(Found::Ready(module)) => return Ok(module.clone()),
            Some(Found::Beginning) => {
                return Err(at(position, format!("`{path}` is imported in a circle")));
            }
            None => {}
        }
        self.found().insert(file.clone(), Found::Beginning);
        let loaded = self.load(engine, &file, position);
        match &loaded {
            Ok(module) => self.found().insert(file, Found::Ready(module.clone())),
            Err(_) => self.found().remove(&file),
        };
        loaded
    }
}

/// The file that `import "path"` means, relative to the app's folder.
pub(super) fn file_of(path: &str) -> Result<PathBuf, String> {
    let refused = || {
        format!(
            "`{}` cannot be imported: a module is a file of the app's folder, as in \
             import \"words\" as words for words.rhai",
            path.escape_debug()
        )
    };
    let stem = path.strip_suffix(".rhai").unwrap_or(path);
    let sound = !stem.is_empty()
        && stem.split('/').all(|part| {
            !part.is_empty()
                && !part.starts_with('.')
                && !part.contains(|c: char| c == '\\' || c == ':' || c.is_control())
        });
    if sound { Ok(PathBuf::from(format!("{stem}.rhai"))) } else { Err(refused()) }
}

fn at(position: Position, words: String) -> ScriptError {
    Box::new(EvalAltResult::ErrorRuntime(words.into(), position))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_the_folder_can_be_named() {
        assert_eq!(file_of("words").unwrap(), Path::new("words.rhai"));
        assert_eq!(file_of("lib/words.rhai").unwrap(), Path::new("lib/words.rhai"));
        let bad =
            ["", "/etc/passwd", "../x", "lib/../x", "C:x", "a\\b", "./x", "a//b", "a/", "x\0"];
        for path in bad {
            assert!(file_of(path).is_err(), "{path:?} was taken");
        }
    }
}
