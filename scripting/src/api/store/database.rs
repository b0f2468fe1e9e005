//! The SQLite file behind all stores: one table, keyed by app and key.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use serde_json::Value;

const MAX_KEY_BYTES: usize = 512;
const MAX_VALUE_BYTES: usize = 4_000_000;
const MAX_STORE_BYTES: i64 = 64_000_000;
const MAX_KEYS: i64 = 100_000;

/// How long to wait for another process that writes.
const PATIENCE: Duration = Duration::from_secs(5);

/// The layout of the file; higher ones belong to newer programs.
const LAYOUT: i64 = 1;

/// Why something was not remembered.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Too long, or empty.
    #[error("a key of the store has 1 to {MAX_KEY_BYTES} bytes, and this one {0}")]
    Key(usize),
    /// Too large for one value.
    #[error(
        "a value in the store has at most 4 MB, and {key:?} would have {bytes} bytes: keep large texts in files"
    )]
    Value {
        /// The key.
        key: String,
        /// Size of its value as JSON.
        bytes: usize,
    },
    /// Too much in all.
    #[error(
        "the app's store is full: it holds 64 MB and 100,000 keys at most; delete what is no longer needed"
    )]
    Full,
    /// Written by a newer program.
    #[error("the stores of the apps were written by a newer Satchel: update this one")]
    TooNew,
    /// SQLite refused.
    #[error("the store cannot be used: {0}")]
    Database(#[from] rusqlite::Error),
    /// What lies there is no JSON.
    #[error("the store is damaged at {key:?}: {reason}")]
    Damaged {
        /// The key.
        key: String,
        /// What is wrong.
        reason: String,
    },
}

/// Changes that are to be made together.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Whether everything goes first.
    clear: bool,
    /// What keys become; `None` where they go.
    keys: BTreeMap<String, Option<Value>>,
}

impl Changes {
    /// Forgets everything.
    pub(super) fn clearing() -> Self {
        Self { clear: true, keys: BTreeMap::new() }
    }

    pub(super) fn clears(&self) -> bool {
        self.clear
    }

    /// What the key is after these changes: `None` if they leave it as it is.
    pub(super) fn get(&self, key: &str) -> Option<Option<&Value>> {
        let changed = self.keys.get(key).map(Option::as_ref);
        changed.or(if self.clear { Some(None) } else { None })
    }

    pub(super) fn set(&mut self, key: &str, value: Value) -> Result<(), StoreError> {
        if key.is_empty() || key.len() > MAX_KEY_BYTES {
            return Err(StoreError::Key(key.len()));
        }
        self.keys.insert(key.to_owned(), Some(value));
        Ok(())
    }

    pub(super) fn delete(&mut self, key: &str) {
        self.keys.insert(key.to_owned(), None);
    }

    /// `kept` with these changes.
    pub(super) fn applied_to_keys(&self, kept: Vec<String>, prefix: &str) -> Vec<String> {
        let mut keys: Vec<_> =
            kept.into_iter().filter(|key| !self.keys.contains_key(key)).collect();
        let set =
            self.keys.iter().filter(|(key, value)| value.is_some() && key.starts_with(prefix));
        keys.extend(set.map(|(key, _)| key.clone()));
        keys.sort();
        keys
    }
}

/// An open file.
pub(super) struct Database {
    connection: Connection,
}

impl Database {
    pub(super) fn open(file: &Path) -> Result<Self, StoreError> {
        let mut connection = Connection::open(file)?;
        connection.busy_timeout(PATIENCE)?;
        // Readers of one app do not wait for the writer of another.
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        lay_out(&mut connection)?;
        Ok(Self { connection })
    }

    pub(super) fn get(&self, app: &str, key: &str) -> Result<Option<Value>, StoreError> {
        let mut find = self
            .connection
            .prepare_cached("SELECT value FROM entries WHERE app = ?1 AND key = ?2")?;
        let text: Option<String> = find.query_row([app, key], |row| row.get(0)).optional()?;
        let read = |text: String| {
            serde_json::from_str(&text).map_err(|error| StoreError::Damaged {
                key: key.to_owned(),
                reason: error.to_string(),
            })
        };
        text.map(read).transpose()
    }

    /// Sorted by bytes, as SQLite compares.
    pub(super) fn keys(&self, app: &str, prefix: &str) -> Result<Vec<String>, StoreError> {
        let mut list = self.connection.prepare_cached(
            "SELECT key FROM entries WHERE app = ?1 AND substr(key, 1, length(?2)) = ?2 ORDER BY key",
        )?;
        let keys = list.query_map([app, prefix], |row| row.get(0))?;
        Ok(keys.collect::<Result<_, _>>()?)
    }

    /// Makes all changes or none.
    pub(super) fn apply(&mut self, app: &str, changes: &Changes) -> Result<(), StoreError> {
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut used = Used::of(&transaction, app)?;
        if changes.clear {
            transaction.execute("DELETE FROM entries WHERE app = ?1", [app])?;
            used = Used::default();
        }
        for (key, value) in &changes.keys {
            used.forget(&transaction, app, key)?;
            if let Some(value) = value {
                used.remember(&transaction, app, key, value)?;
            }
        }
        if used.bytes > MAX_STORE_BYTES || used.keys > MAX_KEYS {
            // Dropping the transaction takes everything back.
            return Err(StoreError::Full);
        }
        used.keep(&transaction, app)?;
        Ok(transaction.commit()?)
    }
}

fn lay_out(connection: &mut Connection) -> Result<(), StoreError> {
    let layout = |connection: &Connection| -> rusqlite::Result<i64> {
        connection.pragma_query_value(None, "user_version", |row| row.get(0))
    };
    match layout(connection)? {
        LAYOUT => return Ok(()),
        newer if newer > LAYOUT => return Err(StoreError::TooNew),
        _ => {}
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another app may have been quicker.
    transaction.execute_batch(
        "CREATE TABLE IF NOT EXISTS entries (
             app TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (app, key)
         ) WITHOUT ROWID;
         CREATE TABLE IF NOT EXISTS used (
             app TEXT PRIMARY KEY, bytes INTEGER NOT NULL, keys INTEGER NOT NULL
         ) WITHOUT ROWID;",
    )?;
    transaction.pragma_update(None, "user_version", LAYOUT)?;
    Ok(transaction.commit()?)
}

/// What an app's store takes, counted along so that a limit costs no look at all entries.
#[derive(Default)]
struct Used {
    bytes: i64,
    keys: i64,
}

impl Used {
    fn of(transaction: &Transaction<'_>, app: &str) -> rusqlite::Result<Self> {
        transaction
            .prepare_cached("SELECT bytes, keys FROM used WHERE app = ?1")?
            .query_row([app], |row| Ok(Self { bytes: row.get(0)?, keys: row.get(1)? }))
            .optional()
            .map(Option::unwrap_or_default)
    }

    fn keep(&self, transaction: &Transaction<'_>, app: &str) -> rusqlite::Result<()> {
        transaction
            .prepare_cached("INSERT OR REPLACE INTO used (app, bytes, keys) VALUES (?1, ?2, ?3)")?
            .execute(params![app, self.bytes, self.keys])
            .map(drop)
    }

    fn forget(
        &mut self,
        transaction: &Transaction<'_>,
        app: &str,
        key: &str,
    ) -> rusqlite::Result<()> {
        let bytes: Option<i64> = transaction
            .prepare_cached(
                "DELETE FROM entries WHERE app = ?1 AND key = ?2
                 RETURNING length(CAST(key AS BLOB)) + length(CAST(value AS BLOB))",
            )?
            .query_row([app, key], |row| row.get(0))
            .optional()?;
        if let Some(bytes) = bytes {
            self.bytes -= bytes;
            self.keys -= 1;
        }
        Ok(())
    }

    fn remember(
        &mut self,
        transaction: &Transaction<'_>,
        app: &str,
        key: &str,
        value: &Value,
    ) -> Result<(), StoreError> {
        let text = value.to_string();
        if text.len() > MAX_VALUE_BYTES {
            return Err(StoreError::Value { key: key.to_owned(), bytes: text.len() });
        }
        transaction
            .prepare_cached("INSERT INTO entries (app, key, value) VALUES (?1, ?2, ?3)")?
            .execute([app, key, &text])?;
        self.bytes += i64::try_from(key.len() + text.len()).unwrap_or(i64::MAX);
        self.keys += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::{Changes, Database, MAX_STORE_BYTES, StoreError};

    fn database() -> (tempfile::TempDir, Database) {
        let folder = tempfile::tempdir().expect("a folder");
        let database = Database::open(&folder.path().join("apps.db")).expect("a database");
        (folder, database)
    }

    fn set(key: &str, value: Value) -> Changes {
        let mut changes = Changes::default();
        changes.set(key, value).expect("a good key");
        changes
    }

    #[test]
    fn apps_do_not_see_one_another() {
        let (_folder, mut database) = database();
        database.apply("one", &set("key", json!(1))).expect("stored");
        database.apply("two", &set("key", json!(2))).expect("stored");
        database.apply("two", &Changes::clearing()).expect("cleared");
        assert_eq!(database.get("one", "key").expect("read"), Some(json!(1)));
        assert_eq!(database.get("two", "key").expect("read"), None);
    }

    #[test]
    fn a_full_store_refuses_and_keeps_what_it_had() {
        let (_folder, mut database) = database();
        let text = "x".repeat(3_900_000);
        let all = usize::try_from(MAX_STORE_BYTES).expect("64 MB") / text.len();
        for number in 0..all {
            database.apply("app", &set(&number.to_string(), json!(text))).expect("room");
        }
        let full = database.apply("app", &set("more", json!(text)));
        assert!(matches!(full, Err(StoreError::Full)));
        assert_eq!(database.keys("app", "").expect("keys").len(), all);
        // Replacing is no growing.
        database.apply("app", &set("0", json!(text))).expect("room");
        database.apply("app", &set("0", json!(0))).expect("room");
        database.apply("app", &set("more", json!("y".repeat(1000)))).expect("room again");
    }

    #[test]
    fn keys_and_values_have_limits() {
        let (_folder, mut database) = database();
        assert!(matches!(Changes::default().set("", json!(1)), Err(StoreError::Key(0))));
        assert!(matches!(
            Changes::default().set(&"k".repeat(513), json!(1)),
            Err(StoreError::Key(513))
        ));
        let large = database.apply("app", &set("key", json!("x".repeat(5 << 20))));
        assert!(matches!(large, Err(StoreError::Value { .. })));
    }

    #[test]
    fn a_file_of_a_newer_program_is_left_alone() {
        let (folder, database) = database();
        database.connection.pragma_update(None, "user_version", 9).expect("a newer layout");
        drop(database);
        let newer = Database::open(&folder.path().join("apps.db"));
        assert!(matches!(newer, Err(StoreError::TooNew)));
    }

    #[derive(Clone, Debug)]
    enum Step {
        Set(String, i64),
        Delete(String),
        Clear,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            6 => ("[ab%_é]{1,2}", any::<i64>()).prop_map(|(key, value)| Step::Set(key, value)),
            2 => "[ab%_é]{1,2}".prop_map(Step::Delete),
            1 => Just(Step::Clear),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn it_is_a_map_that_lasts(
            groups in prop::collection::vec(prop::collection::vec(step(), 0..5), 0..5),
            prefix in "[ab%_é]{0,1}"
        ) {
            let (folder, mut database) = database();
            let mut expected: BTreeMap<String, Value> = BTreeMap::new();
            for group in &groups {
                let mut changes = Changes::default();
                for step in group {
                    match step.clone() {
                        Step::Set(key, value) => {
                            expected.insert(key.clone(), json!(value));
                            changes.set(&key, json!(value)).expect("a good key");
                        }
                        Step::Delete(key) => {
                            expected.remove(&key);
                            changes.delete(&key);
                        }
                        Step::Clear => {
                            expected.clear();
                            changes = Changes::clearing();
                        }
                    }
                }
                database.apply("app", &changes).expect("applied");
                database = Database::open(&folder.path().join("apps.db")).expect("opened anew");
            }
            let keys: Vec<_> = expected.keys().filter(|key| key.starts_with(&prefix)).cloned().collect();
            prop_assert_eq!(database.keys("app", &prefix).expect("keys"), keys);
            for (key, value) in &expected {
                let kept = database.get("app", key).expect("read");
                prop_assert_eq!(kept.as_ref(), Some(value));
            }
            let used: (i64, i64) = database.connection.query_row(
                "SELECT coalesce(sum(length(CAST(key AS BLOB)) + length(CAST(value AS BLOB))), 0), count(*) FROM entries",
                [], |row| Ok((row.get(0)?, row.get(1)?)),
            ).expect("counted");
            let counted: Option<(i64, i64)> = database.connection.query_row(
                "SELECT bytes, keys FROM used", [], |row| Ok((row.get(0)?, row.get(1)?)),
            ).ok();
            prop_assert_eq!(counted.unwrap_or_default(), used);
        }
    }
}
