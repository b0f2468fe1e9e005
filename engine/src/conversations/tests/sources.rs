//! What answers rest on, kept with them.

use std::path::PathBuf;

use super::World;
use crate::StopReason;
use crate::conversations::{
    AnswerEnd, AnswerText, ExportFormat, NewMessage, Source, Sources, Store, StoredMessage,
};
use crate::documents::ask::{Citation, Grounds, Reading};
use crate::documents::store::{CollectionId, DocumentId};

fn citation() -> Citation {
    Citation {
        number: 1,
        document: DocumentId(7),
        name: "Lease".to_owned(),
        path: PathBuf::from("/papers/lease.pdf"),
        page: Some(3),
        page_ordinal: 2,
        characters: 40..72,
        headings: vec!["Term".to_owned()],
        quote: "The notice period is six months.".to_owned(),
    }
}

fn grounds() -> Grounds {
    let because = "the question is about a detail".to_owned();
    Grounds {
        dropped_numbers: vec![4],
        ..Grounds::new("How long is the notice period?", Reading::Passages, because)
    }
}

fn sources() -> Sources {
    Sources { citations: vec![Source::from(citation())], grounds: Some(Box::new(grounds())) }
}

fn grounded(world: &World) -> StoredMessage {
    let id = world.conversation();
    let question = world.say(id, None, "How long?");
    let answer = NewMessage::answer(id, Some(question.id), "Documents");
    world.store.begin_answer(&answer).unwrap();
    let content = "Six months [1].".to_owned();
    let text = AnswerText { content, sources: sources(), ..AnswerText::default() };
    let end = AnswerEnd::Finished(super::answers::finish(StopReason::EndOfTurn));
    world.store.finish_answer(answer.id, &text, &end).unwrap()
}

#[test]
fn what_an_answer_rests_on_is_there_after_a_restart() {
    let world = World::new();
    let answer = grounded(&world);
    assert_eq!(answer.sources, sources());
    assert_eq!(answer.sources.of(1).unwrap().words(), "Lease, page 3");
    assert_eq!(answer.sources.of(2), None);
    let again = Store::open(&world.database()).unwrap();
    assert_eq!(again.message(answer.id).unwrap(), answer);
}

#[test]
fn sources_that_another_version_has_written_cost_no_answer() {
    let world = World::new();
    let answer = grounded(&world);
    world.store.connection.execute_batch("UPDATE messages SET grounds = '{\"new\": 1}'").unwrap();
    let read = world.store.message(answer.id).unwrap();
    assert_eq!((read.content.as_str(), read.sources.grounds), ("Six months [1].", None));
    assert_eq!(read.sources.citations, sources().citations);
}

#[test]
fn an_export_has_footnotes_as_markdown_and_everything_as_json() {
    let world = World::new();
    let id = grounded(&world).conversation;
    let markdown = world.store.export(id, ExportFormat::Markdown).unwrap();
    let footnote = "[^1]: Lease, page 3: “The notice period is six months.” (/papers/lease.pdf)";
    assert!(markdown.contains("Six months [^1]."), "{markdown}");
    assert!(markdown.trim_end().ends_with(footnote), "{markdown}");
    let json = world.store.export(id, ExportFormat::Json).unwrap();
    let other = World::new();
    let imported = other.store.import(&json).unwrap();
    assert_eq!(other.store.messages(imported.id).unwrap()[1].sources, sources());
}

#[test]
fn a_conversation_remembers_the_collections_it_is_answered_from() {
    let world = World::new();
    let id = world.conversation();
    assert!(world.store.conversation(id).unwrap().collections.is_empty());
    let collections = [CollectionId(2), CollectionId(5)];
    world.store.set_collections(id, &collections).unwrap();
    let again = Store::open(&world.database()).unwrap();
    assert_eq!(again.conversation(id).unwrap().collections, collections);
    // Elsewhere these are other collections.
    let json = world.store.export(id, ExportFormat::Json).unwrap();
    let other = World::new();
    let imported = other.store.import(&json).unwrap();
    assert!(imported.collections.is_empty());
}
