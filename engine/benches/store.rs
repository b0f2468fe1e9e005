//! How fast the store is with 10,000 conversations and 100,000 messages in it.

#![expect(clippy::expect_used, reason = "a benchmark that cannot write has nothing to measure")]

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use engine::conversations::{
    AnswerText, ConversationId, MessageId, NewMessage, Store, StoredMessage,
};

const CONVERSATIONS: usize = 10_000;
const MESSAGES_EACH: usize = 10;

/// Some words come up often and most hardly ever, as in real text.
fn sentence(seed: usize) -> String {
    let word = |position: usize| {
        let chance = (seed * 31 + position * 17).wrapping_mul(2_654_435_761) % 100_000;
        // The square root of a square: small numbers often.
        format!("w{}", (chance * chance / 100_000).min(20_000))
    };
    (0..60).map(|position| word(position) + " ").collect()
}

fn fill(path: &Path) -> Store {
    let store = Store::open(path).expect("a fresh file");
    for conversation in 0..CONVERSATIONS {
        let id = ConversationId::new();
        store.create(id).expect("space");
        let mut parent: Option<MessageId> = None;
        for message in 0..MESSAGES_EACH {
            let text = sentence(conversation * MESSAGES_EACH + message);
            let stored: StoredMessage =
                store.append(&NewMessage::user(id, parent, text)).expect("space");
            parent = Some(stored.id);
        }
    }
    store
}

fn store(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("conversations.db");
    let store = fill(&path);
    let newest = store.list().expect("a list")[0].id;
    let head = store.conversation(newest).expect("one").head;
    let answer = NewMessage::answer(newest, head, "Parrot");
    store.begin_answer(&answer).expect("space");
    let text = AnswerText { content: "word ".repeat(1000), ..AnswerText::default() };

    criterion.bench_function("open", |bench| bench.iter(|| Store::open(&path)));
    criterion.bench_function("list", |bench| bench.iter(|| black_box(store.list())));
    criterion.bench_function("read a conversation", |bench| bench.iter(|| store.messages(newest)));
    criterion.bench_function("update an answer of 5 kB", |bench| {
        bench.iter(|| store.update_answer(answer.id, &text));
    });
    for (name, query) in [
        ("search: first letter", "w"),
        ("search: frequent word", "w1"),
        ("search: two words", "w12 w345"),
        ("search: rare word", "w19876"),
        ("search: phrase", "\"w1 w2\""),
        ("search: nothing", "absent"),
    ] {
        criterion.bench_function(name, |bench| bench.iter(|| store.search(query, 50)));
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = store
}
criterion_main!(benches);
