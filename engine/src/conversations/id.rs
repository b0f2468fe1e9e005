//! Names for conversations and messages, made by whoever creates them.
//!
//! A window must not wait for the store to learn what its new message is called. So an id is made
//! on the spot: 42 bits of milliseconds since 1970 and 21 bits of chance. Within a process ids only
//! grow; two processes that create in the same millisecond collide once in two million times, and
//! then the store refuses the second one.

use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicI64, Ordering};

use serde::{Deserialize, Serialize};

const CHANCE_BITS: u32 = 21;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl $name {
            /// A new one, greater than all that this process made before.
            #[must_use]
            pub fn new() -> Self {
                Self(next())
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl rusqlite::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                self.0.to_sql()
            }
        }

        impl rusqlite::types::FromSql for $name {
            fn column_result(
                value: rusqlite::types::ValueRef<'_>,
            ) -> rusqlite::types::FromSqlResult<Self> {
                i64::column_result(value).map(Self)
            }
        }
    };
}

id! {
    /// Names a conversation. Sorts by time of creation.
    ConversationId
}
id! {
    /// Names a message. Sorts by time of creation.
    MessageId
}

static LAST: AtomicI64 = AtomicI64::new(0);

/// Makes all ids from now on greater than this one, which was found on disk: a clock that was set
/// back must not make a child older than its parent.
pub(super) fn grow_from(greatest: i64) {
    LAST.fetch_max(greatest, Ordering::Relaxed);
}

fn next() -> i64 {
    let chance = (RandomState::new().build_hasher().finish() >> (64 - CHANCE_BITS)).cast_signed();
    let fresh = (jiff::Timestamp::now().as_millisecond() << CHANCE_BITS) | chance;
    let mut last = LAST.load(Ordering::Relaxed);
    loop {
        // A clock that was set back, or a second id in the same millisecond.
        let id = fresh.max(last + 1);
        match LAST.compare_exchange_weak(last, id, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => return id,
            Err(newer) => last = newer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_only_grow_and_never_repeat() {
        let ids: Vec<_> = (0..10_000).map(|_| MessageId::new()).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
    }
}
