//! The messages of one conversation as a tree, and the ways through it.
//!
//! Editing or regenerating adds a sibling; nothing is overwritten. What a person reads is one path
//! from a first message down to the head. Plain data: the window keeps one for what it draws.

use std::collections::HashMap;

use super::{MessageId, StoredMessage};

/// The living messages of a conversation.
#[derive(Clone, Debug, Default)]
pub struct MessageTree {
    /// In the order of creation, which is that of their ids.
    messages: Vec<StoredMessage>,
    index: HashMap<MessageId, usize>,
    children: HashMap<Option<MessageId>, Vec<MessageId>>,
}

impl MessageTree {
    /// A tree of these messages, in any order. A message whose parent is missing counts as a first
    /// message, so that nothing becomes unreachable.
    #[must_use]
    pub fn new(mut messages: Vec<StoredMessage>) -> Self {
        messages.sort_by_key(|message| message.id);
        let index = messages.iter().enumerate().map(|(at, message)| (message.id, at)).collect();
        let mut tree = Self { messages, index, children: HashMap::new() };
        for at in 0..tree.messages.len() {
            let parent = tree.known_parent(&tree.messages[at]);
            let id = tree.messages[at].id;
            tree.children.entry(parent).or_default().push(id);
        }
        tree
    }

    /// Adds a message that is newer than all others, or replaces the one with the same id.
    pub fn insert(&mut self, message: StoredMessage) {
        if let Some(&at) = self.index.get(&message.id) {
            self.messages[at] = message;
            return;
        }
        self.children.entry(self.known_parent(&message)).or_default().push(message.id);
        self.index.insert(message.id, self.messages.len());
        self.messages.push(message);
    }

    fn known_parent(&self, message: &StoredMessage) -> Option<MessageId> {
        message.parent.filter(|parent| self.index.contains_key(parent))
    }

    /// The message of this name.
    #[must_use]
    pub fn get(&self, id: MessageId) -> Option<&StoredMessage> {
        self.index.get(&id).map(|&at| &self.messages[at])
    }

    /// The same, to be changed; its place in the tree must stay.
    pub fn get_mut(&mut self, id: MessageId) -> Option<&mut StoredMessage> {
        self.index.get(&id).map(|&at| &mut self.messages[at])
    }

    /// How many messages there are on all branches.
    #[must_use]
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// All messages, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &StoredMessage> {
        self.messages.iter()
    }

    /// The branch that ends at `head`, from the first message on.
    #[must_use]
    pub fn path_to(&self, head: MessageId) -> Vec<&StoredMessage> {
        // A damaged file could lead round in a circle.
        let mut path: Vec<_> =
            std::iter::successors(self.get(head), |message| self.get(message.parent?))
                .take(self.len())
                .collect();
        path.reverse();
        path
    }

    /// The versions of a message, itself included, oldest first.
    #[must_use]
    pub fn siblings(&self, id: MessageId) -> &[MessageId] {
        let Some(message) = self.get(id) else { return &[] };
        self.children(self.known_parent(message))
    }

    /// What directly follows a message, or the first messages for `None`; oldest first.
    #[must_use]
    pub fn children(&self, parent: Option<MessageId>) -> &[MessageId] {
        self.children.get(&parent).map_or(&[], Vec::as_slice)
    }

    /// The last message of the newest branch below `id`, or `id` itself.
    #[must_use]
    pub fn newest_leaf(&self, id: MessageId) -> MessageId {
        // Ids grow with time and children are newer than parents, so the newest message of a
        // subtree is always a leaf.
        self.subtree(id).into_iter().max().unwrap_or(id)
    }

    /// A message and all that follows it, on every branch.
    #[must_use]
    pub fn subtree(&self, id: MessageId) -> Vec<MessageId> {
        let mut found = vec![id];
        let mut at = 0;
        while let Some(&next) = found.get(at).filter(|_| at < self.len()) {
            found.extend(self.children(Some(next)));
            at += 1;
        }
        found
    }

    /// Where the head goes when `id` is deleted with its subtree: to the nearest other version, or
    /// else to the parent.
    #[must_use]
    pub fn head_without(&self, id: MessageId) -> Option<MessageId> {
        let siblings = self.siblings(id);
        let at = siblings.iter().position(|&sibling| sibling == id)?;
        let neighbour = at.checked_sub(1).or_else(|| siblings.get(at + 1).map(|_| at + 1));
        match neighbour.and_then(|at| siblings.get(at)) {
            Some(&sibling) => Some(self.newest_leaf(sibling)),
            None => self.get(id)?.parent,
        }
    }
}
