//! How a SQLite file of an older format becomes one of the newest.
//!
//! `user_version` in the file counts the steps that were taken. Each step is a transaction.

use rusqlite::{Connection, Transaction, TransactionBehavior};

/// The format of the file: how many steps were taken.
pub(crate) fn version(connection: &Connection) -> rusqlite::Result<u32> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Takes the steps that were not taken yet. Step n, counted from 1, leads to format n.
pub(crate) fn take(connection: &Connection, steps: &[&str]) -> rusqlite::Result<()> {
    for (to, step) in (1..).zip(steps) {
        take_step(connection, to, step)?;
    }
    Ok(())
}

fn take_step(connection: &Connection, to: u32, step: &str) -> rusqlite::Result<()> {
    if version(connection)? >= to {
        return Ok(());
    }
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    // Another process may have been faster.
    if version(&transaction)? < to {
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "user_version", to)?;
    }
    transaction.commit()
}
