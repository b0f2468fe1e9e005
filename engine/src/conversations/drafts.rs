//! What was typed and not sent. It waits with its conversation, whatever ends the program.

use rusqlite::params;
use serde::{Deserialize, Serialize};

use super::{ConversationId, Store, StoreError};

/// A text that was typed and not sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// For which conversation; `None` for one that has not begun.
    pub conversation: Option<ConversationId>,
    /// The text; never empty.
    pub text: String,
}

impl Store {
    /// Keeps what is typed in place of what was kept before; an empty text forgets it, and so does a
    /// conversation that is gone for good.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep_draft(&self, draft: &Draft) -> Result<(), StoreError> {
        let Draft { conversation, text } = draft;
        self.write(|transaction| {
            transaction
                .prepare_cached("DELETE FROM drafts WHERE conversation IS ?1")?
                .execute([conversation])?;
            transaction
                .prepare_cached(
                    "INSERT INTO drafts (conversation, text) SELECT ?1, ?2 WHERE ?2 <> '' AND
                         (?1 IS NULL OR EXISTS (SELECT 1 FROM conversations WHERE id = ?1))",
                )?
                .execute(params![conversation, text])?;
            Ok(())
        })
    }

    /// Everything that was typed and not sent, that of deleted conversations too.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn drafts(&self) -> Result<Vec<Draft>, StoreError> {
        self.read(|connection| {
            let mut statement = connection
                .prepare("SELECT conversation, text FROM drafts ORDER BY conversation")?;
            let rows = statement
                .query_map([], |row| Ok(Draft { conversation: row.get(0)?, text: row.get(1)? }))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }
}
