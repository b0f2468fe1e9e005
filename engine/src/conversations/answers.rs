//! Answers that are being written: begun, updated as they stream, ended in one of several ways.

use rusqlite::{Transaction, params};

use super::messages::{self, state_word};
use super::process::Writer;
use super::store::{self, Failure};
use super::{
    AnswerEnd, AnswerText, MessageId, MessageState, NewMessage, Store, StoreError, StoredMessage,
    sources,
};
use crate::StopReason;

impl Store {
    /// Keeps an answer that is about to be written; it becomes its conversation's head.
    ///
    /// # Errors
    /// When the conversation or the parent is gone, or nothing can be written.
    pub fn begin_answer(&self, new: &NewMessage) -> Result<StoredMessage, StoreError> {
        let stored = self.write(|transaction| {
            let stored = messages::insert(transaction, new, MessageState::Streaming)?;
            self.claim(transaction, new.id)?;
            Ok(stored)
        })?;
        self.unfinished.borrow_mut().insert(new.id);
        Ok(stored)
    }

    /// Goes on writing an answer that was stopped or interrupted.
    ///
    /// # Errors
    /// When the message is gone or nothing can be written.
    pub fn resume_answer(&self, id: MessageId) -> Result<StoredMessage, StoreError> {
        let stored = self.write(|transaction| {
            messages::message(transaction, id)?;
            transaction.execute(
                "UPDATE messages SET state = 'streaming', error = NULL, finish = NULL WHERE id = ?1",
                [id],
            )?;
            self.claim(transaction, id)?;
            messages::message(transaction, id)
        })?;
        self.unfinished.borrow_mut().insert(id);
        Ok(stored)
    }

    /// Keeps what an answer says so far. Its words are not findable before it ends.
    ///
    /// # Errors
    /// When the message is gone or nothing can be written.
    pub fn update_answer(&self, id: MessageId, so_far: &AnswerText) -> Result<(), StoreError> {
        self.write(|transaction| set_text(transaction, id, so_far))
    }

    /// Keeps the whole answer and how it ended. Afterwards it is safe even from a power cut.
    ///
    /// # Errors
    /// When the message is gone or nothing can be written.
    pub fn finish_answer(
        &self,
        id: MessageId,
        text: &AnswerText,
        end: &AnswerEnd,
    ) -> Result<StoredMessage, StoreError> {
        let (state, error, finish) = match end {
            AnswerEnd::Finished(finish) if finish.reason == StopReason::Cancelled => {
                (MessageState::Stopped, None, Some(store::to_json(finish)?))
            }
            AnswerEnd::Finished(finish) => {
                (MessageState::Complete, None, Some(store::to_json(finish)?))
            }
            AnswerEnd::Failed(error) => (MessageState::Failed, Some(error), None),
            AnswerEnd::Stopped => (MessageState::Stopped, None, None),
            AnswerEnd::Interrupted => (MessageState::Interrupted, None, None),
        };
        let stored = self.write(|transaction| {
            set_text(transaction, id, text)?;
            transaction.execute(
                "UPDATE messages SET state = ?2, error = ?3, finish = ?4,
                     writer_process = NULL, writer_started = NULL WHERE id = ?1",
                params![id, state_word(state), error, finish],
            )?;
            let stored = messages::message(transaction, id)?;
            messages::index(transaction, id, &stored.content)?;
            store::touch(transaction, stored.conversation)?;
            Ok(stored)
        })?;
        self.unfinished.borrow_mut().remove(&id);
        self.write_through();
        Ok(stored)
    }

    /// Marks answers as interrupted whose writer is gone, and makes them findable. Answers how
    /// many. Part of [`Store::open`].
    ///
    /// # Errors
    /// When nothing can be read or written.
    pub fn recover_interrupted(&self) -> Result<usize, StoreError> {
        let streaming: Vec<(MessageId, Option<Writer>)> = self.read(|connection| {
            let mut statement = connection.prepare(
                "SELECT id, writer_process, writer_started FROM messages WHERE state = 'streaming'",
            )?;
            let rows = statement.query_map([], |row| {
                let process: Option<u32> = row.get(1)?;
                let started: Option<i64> = row.get(2)?;
                let writer = process.zip(started);
                Ok((row.get(0)?, writer.map(|(process, started)| Writer { process, started })))
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })?;
        let orphans =
            streaming.into_iter().filter(|(_, writer)| !writer.is_some_and(Writer::is_alive));
        let mut count = 0;
        for (id, _) in orphans {
            count += usize::from(self.mark_interrupted(id)?);
        }
        Ok(count)
    }

    /// Answers whether there was something to mark.
    pub(super) fn mark_interrupted(&self, id: MessageId) -> Result<bool, StoreError> {
        self.write(|transaction| {
            let marked = transaction.execute(
                "UPDATE messages SET state = 'interrupted', writer_process = NULL,
                     writer_started = NULL WHERE id = ?1 AND state = 'streaming'",
                [id],
            )?;
            if marked == 0 {
                return Ok(false);
            }
            let content: String = transaction.query_row(
                "SELECT content FROM messages WHERE id = ?1",
                [id],
                |row| row.get(0),
            )?;
            messages::index(transaction, id, &content)?;
            Ok(true)
        })
    }

    fn claim(&self, transaction: &Transaction<'_>, id: MessageId) -> Result<(), Failure> {
        transaction.execute(
            "UPDATE messages SET writer_process = ?2, writer_started = ?3 WHERE id = ?1",
            params![id, self.writer.process, self.writer.started],
        )?;
        Ok(())
    }

    /// Has the disk take what lies in the write-ahead log, as far as no reader is in the way.
    fn write_through(&self) {
        let checkpoint =
            self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        if let Err(error) = checkpoint {
            // The answer is in the log already; only a power cut could still cost it.
            tracing::warn!("the write-ahead log could not be written through: {error}");
        }
    }
}

fn set_text(
    transaction: &Transaction<'_>,
    id: MessageId,
    text: &AnswerText,
) -> Result<(), Failure> {
    let reasoning = (!text.reasoning.is_empty()).then_some(&text.reasoning);
    let (citations, grounds) = sources::to_json(&text.sources)?;
    let millis = messages::to_millis(text.reasoning_duration);
    let changed = transaction
        .prepare_cached(
            "UPDATE messages SET content = ?2, reasoning = ?3, reasoning_millis = ?4,
                 dropped_messages = ?5, citations = ?6, grounds = ?7
             WHERE id = ?1 AND deleted IS NULL",
        )?
        .execute(params![
            id,
            text.content,
            reasoning,
            millis,
            messages::to_sql(text.dropped_messages),
            citations,
            grounds,
        ])?;
    if changed == 0 { Err(StoreError::NoMessage.into()) } else { Ok(()) }
}
