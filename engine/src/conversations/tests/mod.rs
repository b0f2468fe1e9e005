//! Tests of the store as a whole; what can be tested on its own is tested in its file.

mod answers;
mod branches;
mod conversations;
mod crash;
mod disk;
mod files;
mod search;
mod sources;
mod worker;

use tempfile::TempDir;

use super::{ConversationId, MessageId, NewMessage, Store, StoredMessage};

/// A store in a folder of its own.
struct World {
    store: Store,
    folder: TempDir,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("conversations.db")).unwrap();
        Self { store, folder }
    }

    fn database(&self) -> std::path::PathBuf {
        self.folder.path().join("conversations.db")
    }

    fn conversation(&self) -> ConversationId {
        self.store.create(ConversationId::new()).unwrap().id
    }

    /// A message of the person.
    fn say(
        &self,
        conversation: ConversationId,
        parent: Option<MessageId>,
        text: &str,
    ) -> StoredMessage {
        self.store.append(&NewMessage::user(conversation, parent, text)).unwrap()
    }

    /// A whole answer.
    fn answer(&self, parent: &StoredMessage, text: &str) -> StoredMessage {
        let mut new = NewMessage::answer(parent.conversation, Some(parent.id), "Parrot");
        new.content = text.to_owned();
        self.store.append(&new).unwrap()
    }

    fn head(&self, conversation: ConversationId) -> Option<MessageId> {
        self.store.conversation(conversation).unwrap().head
    }

    /// The texts of the branch that is shown.
    fn shown(&self, conversation: ConversationId) -> Vec<String> {
        let head = self.head(conversation);
        let path = head.map(|head| self.store.path_to(head).unwrap()).unwrap_or_default();
        path.into_iter().map(|message| message.content).collect()
    }
}

/// SQLite's own opinion of a file.
fn is_sound(database: &std::path::Path) -> bool {
    let connection = rusqlite::Connection::open(database).unwrap();
    let answer: String =
        connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    let strays: i64 = connection
        .query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0))
        .unwrap();
    answer == "ok" && strays == 0
}
