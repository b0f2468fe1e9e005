//! `store`: what an app remembers from one start to the next.

mod database;
mod transaction;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rhai::{Array, Dynamic};

use super::docs::{Call, Function, Module};
use super::json::value_of;
use super::module::Noun;
use crate::AppId;
use crate::plugin::CorePlugin;
use crate::runner::{Context, ScriptResult, failure};
use crate::value::to_dynamic;
use database::{Changes, Database};

pub use database::StoreError;

pub(super) const DOCS: Module = Module {
    name: "store",
    summary: "What the app remembers from one start to the next: values by key.",
    notes: "Each app has a store of its own that no other app sees. It needs no permission, survives \
            updates and reloads, and is written to the disk at once. Values are what JSON can hold. A \
            key has at most 512 bytes, a value 4 MB, a store 64 MB and 100,000 keys.\n\n\
            Several changes that belong together stand in a `transaction { … }` block: they are all \
            kept, or none of them when the block ends with an error or is stopped.",
    call: Call::Namespace,
    functions: &[
        Function {
            signature: "get(key: string, default?: any) -> any",
            about: "The value of a key; `default`, or `()` without one, if there is none.",
            example: r#"
store::set("visits", store::get("visits", 0) + 1);
print(store::get("visits"));   // → 1
print(store::get("nothing"));  // →"#,
            ..Function::EMPTY
        },
        Function {
            signature: "set(key: string, value: any)",
            about: "Remembers a value, in place of the one that the key had.",
            errors: "when the value has no JSON form, or key, value or store become larger than they may.",
            example: r#"
store::set("notes/1", #{ title: "Milk", done: false });
print(store::get("notes/1").title); // → Milk"#,
            ..Function::EMPTY
        },
        Function {
            signature: "delete(key: string) -> bool",
            about: "Forgets a key; whether there was one.",
            example: r#"
store::set("draft", "…");
print(store::delete("draft")); // → true
print(store::delete("draft")); // → false"#,
            ..Function::EMPTY
        },
        Function {
            signature: "keys(prefix?: string) -> array",
            about: "All keys, or those that begin with `prefix`, sorted.",
            example: r#"
store::set("notes/2", "Eggs");
store::set("other", 1);
print(store::keys("notes/")); // → ["notes/2"]"#,
            ..Function::EMPTY
        },
        Function {
            signature: "clear()",
            about: "Forgets everything.",
            example: r#"
store::set("a", 1);
store::clear();
print(store::keys()); // → []"#,
            ..Function::EMPTY
        },
    ],
};

pub(super) const BLOCK: Module = Module {
    name: "Transactions",
    summary: "A block whose changes of the `store` are all kept, or none of them.",
    notes: "",
    call: Call::Block,
    functions: &[Function {
        signature: "transaction()",
        about: "Runs the block, and keeps what it changed in the store when it ends; also when it is left \
                with `return` or `break`. When it ends with an error or is stopped, the store is as it \
                was. What it sets is seen at once by the block itself.",
        errors: "when it stands inside another one, or the changes cannot be kept.",
        example: r#"
store::set("left", 10);
store::set("right", 0);
transaction {
    store::set("left", store::get("left") - 3);
    store::set("right", store::get("right") + 3);
}
print(store::get("right")); // → 3"#,
        ..Function::EMPTY
    }],
};

/// The file in the data folder.
const FILE: &str = "apps.db";

/// The noun `store`.
#[derive(Default)]
pub(super) struct Store;

impl CorePlugin for Store {
    fn name(&self) -> &'static str {
        DOCS.name
    }

    fn register(&self, rhai: &mut rhai::Engine, context: &Arc<Context>) {
        let own = Arc::new(OwnStore::new(context));
        let mut noun = Noun::new(&DOCS);
        let store = Arc::clone(&own);
        noun.add("get", move |key: &str| {
            store.get(key).map(|value| value.unwrap_or(Dynamic::UNIT))
        });
        let store = Arc::clone(&own);
        noun.add("get", move |key: &str, default: Dynamic| {
            store.get(key).map(|value| value.unwrap_or(default))
        });
        let store = Arc::clone(&own);
        noun.add("set", move |key: &str, value: Dynamic| store.set(key, &value));
        let store = Arc::clone(&own);
        noun.add("delete", move |key: &str| store.delete(key));
        let store = Arc::clone(&own);
        noun.add("keys", move || store.keys(""));
        let store = Arc::clone(&own);
        noun.add("keys", move |prefix: &str| store.keys(prefix));
        let store = Arc::clone(&own);
        noun.add("clear", move || store.clear());
        noun.register(rhai);
        transaction::register(rhai, own);
    }
}

/// Removes what an app remembers; for an app that is deleted for good.
///
/// # Errors
/// When the file cannot be written.
pub fn forget(data_folder: &std::path::Path, app: &AppId) -> Result<(), StoreError> {
    let file = data_folder.join(FILE);
    if !file.exists() {
        return Ok(());
    }
    Database::open(&file)?.apply(&app.0, &Changes::clearing())
}

/// The store of one app.
struct OwnStore {
    app: String,
    file: std::path::PathBuf,
    state: Mutex<State>,
}

/// Opened when it is first used: most apps have no use for it.
#[derive(Default)]
struct State {
    database: Option<Database>,
    /// What the running `transaction` block has changed so far.
    transaction: Option<Changes>,
}

impl OwnStore {
    fn new(context: &Context) -> Self {
        Self {
            app: context.memory().to_owned(),
            file: context.data_folder().join(FILE),
            state: Mutex::default(),
        }
    }

    fn get(&self, key: &str) -> ScriptResult<Option<Dynamic>> {
        self.with(|database, app, changes| match changes.get(key) {
            Some(change) => Ok(change.cloned()),
            None => database.get(app, key),
        })
        .map(|value| value.as_ref().map(to_dynamic))
    }

    fn set(&self, key: &str, value: &Dynamic) -> ScriptResult<()> {
        let value = value_of(value)?;
        self.change(|changes| changes.set(key, value))
    }

    fn delete(&self, key: &str) -> ScriptResult<bool> {
        let was_there = self.get(key)?.is_some();
        self.change(|changes| {
            changes.delete(key);
            Ok(())
        })?;
        Ok(was_there)
    }

    fn keys(&self, prefix: &str) -> ScriptResult<Array> {
        let keys = self.with(|database, app, changes| {
            let kept = if changes.clears() { Vec::new() } else { database.keys(app, prefix)? };
            Ok(changes.applied_to_keys(kept, prefix))
        })?;
        Ok(keys.into_iter().map(Dynamic::from).collect())
    }

    fn clear(&self) -> ScriptResult<()> {
        self.change(|changes| {
            *changes = Changes::clearing();
            Ok(())
        })
    }

    /// Begins a block of changes.
    fn begin(&self) -> ScriptResult<()> {
        let mut state = self.state();
        if state.transaction.is_some() {
            return Err(failure("a transaction is going on: one cannot stand inside another"));
        }
        state.transaction = Some(Changes::default());
        Ok(())
    }

    /// Ends it: keeps the changes, or forgets them.
    fn end(&self, keep: bool) -> ScriptResult<()> {
        let changes = self.state().transaction.take().unwrap_or_default();
        if keep { self.with(|database, app, _| database.apply(app, &changes)) } else { Ok(()) }
    }

    fn change(
        &self,
        change: impl FnOnce(&mut Changes) -> Result<(), StoreError>,
    ) -> ScriptResult<()> {
        if let Some(changes) = &mut self.state().transaction {
            return change(changes).map_err(in_words);
        }
        let mut changes = Changes::default();
        change(&mut changes).map_err(in_words)?;
        self.with(|database, app, _| database.apply(app, &changes))
    }

    fn with<T>(
        &self,
        work: impl FnOnce(&mut Database, &str, &Changes) -> Result<T, StoreError>,
    ) -> ScriptResult<T> {
        let mut state = self.state();
        let State { database, transaction } = &mut *state;
        let database = match database {
            Some(database) => database,
            None => database.insert(Database::open(&self.file).map_err(in_words)?),
        };
        let none = Changes::default();
        work(database, &self.app, transaction.as_ref().unwrap_or(&none)).map_err(in_words)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn in_words(error: StoreError) -> crate::runner::ScriptError {
    failure(error.to_string())
}
