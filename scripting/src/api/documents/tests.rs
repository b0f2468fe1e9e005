//! The noun `documents` on a real library, which a child of this test program reads for.

use rhai::{Array, Dynamic, Map};

use crate::RunEvent;
use crate::api::testing::{Setting, Stage, stop_while};

fn run(stage: &Stage, script: &str) -> Dynamic {
    stage.run(script).unwrap_or_else(|error| panic!("{script}: {error}"))
}

fn text(stage: &Stage, script: &str) -> String {
    run(stage, script).to_string()
}

#[test]
fn what_was_added_is_listed_found_and_read_passage_by_passage() {
    let stage = Stage::new().with_documents();
    let collections = text(&stage, "documents::collections()");
    for words in ["\"name\": \"Papers\"", "\"documents\": 1", "\"refused\": 0", "\"passages\": 1"] {
        assert!(collections.contains(words), "{words} is not in {collections}");
    }
    let found = run(&stage, "documents::search(\"What has a handle?\")[0]").cast::<Map>();
    assert_eq!(found["title"].to_string(), "Bags");
    assert_eq!(found["headings"].to_string(), "[\"Bags\"]");
    assert_eq!(
        (found["words_rank"].to_string().as_str(), found["meaning_rank"].is_unit()),
        ("1", true)
    );
    assert!(found["source"].to_string().ends_with("bags.md"));
    let range = found["characters"].clone().cast::<Array>();
    let (first, last) = (range[0].as_int().unwrap(), range[1].as_int().unwrap());
    assert_eq!(last - first, found["text"].to_string().chars().count() as i64);
    let read = "documents::passages(documents::search(\"handle\")[0].document)[0].text";
    assert_eq!(text(&stage, read), found["text"].to_string());
    let listed = text(&stage, "documents::documents(\"papers\")");
    assert!(listed.contains("\"state\": \"ready\"") && listed.contains("\"title\": \"Bags\""));
}

#[test]
fn what_could_not_be_read_is_told_and_the_rest_is_there() {
    let stage = Stage::new();
    std::fs::write(stage.notes().join("good.txt"), "A good file about herons.").expect("written");
    std::fs::write(stage.notes().join("bad.pdf"), "no PDF").expect("written");
    let added = run(&stage, "documents::add(\"All\", \"~/Notes\")").cast::<Map>();
    assert_eq!(added["documents"].to_string(), "1");
    let problems = added["problems"].to_string();
    assert!(problems.contains("bad.pdf: it is damaged"), "{problems}");
    let refused = text(&stage, "documents::documents(\"All\").filter(|d| d.state == \"refused\")");
    assert!(refused.contains("bad.pdf") && refused.contains("it is damaged"), "{refused}");
    let error = stage.error("documents::add(\"All\", \"~/Notes/bad.pdf\")");
    assert!(error.contains("nothing could be read") && error.contains("bad.pdf"), "{error}");
    let told = stage.told.try_iter();
    assert!(told.filter(|event| matches!(event, RunEvent::Progress { .. })).count() > 0);
}

#[test]
fn what_is_removed_is_gone_and_its_file_stays() {
    let stage = Stage::new().with_documents();
    assert_eq!(text(&stage, "documents::remove(\"Papers\", \"~/Notes/bags.md\")"), "1");
    assert_eq!(text(&stage, "documents::search(\"satchel\")"), "[]");
    assert!(stage.notes().join("bags.md").exists());
    assert_eq!(text(&stage, "documents::remove(\"Papers\")"), "0");
    assert!(
        stage.error("documents::search(\"a\", #{ collections: \"Papers\" })").contains("Papers")
    );
}

#[test]
fn an_answer_is_written_cited_and_grounded() {
    let stage = Stage::new().with_documents();
    while stage.told.try_recv().is_ok() {}
    let script = "documents::ask(\"What has a handle?\", #{ answerer: \"reader\" })";
    let answer = run(&stage, script).cast::<Map>();
    assert_eq!(answer["text"].to_string(), "A suitcase has a handle. [1]");
    assert_eq!((answer["found"].as_bool(), answer["model"].is_unit()), (Ok(true), true));
    let mut written = String::new();
    let (mut cited, mut grounded) = (None, None);
    for event in stage.told.try_iter() {
        match event {
            RunEvent::Text(piece) => written.push_str(&piece),
            RunEvent::Cited(citation) => cited = Some(citation),
            RunEvent::Grounded(grounds) => grounded = Some(grounds),
            _ => {}
        }
    }
    assert_eq!(written, "A suitcase has a handle. [1]");
    let cited = cited.expect("a citation");
    assert_eq!((cited.number, cited.text.as_str()), (1, "A suitcase has a handle."));
    let place = cited.place.expect("a place");
    assert_eq!(place.characters.end - place.characters.start, cited.text.chars().count() as u64);
    assert_eq!(grounded.expect("grounds").question, "What has a handle?");
}

#[test]
fn an_answer_that_is_not_to_be_written_only_comes_back() {
    let stage = Stage::new().with_documents();
    while stage.told.try_recv().is_ok() {}
    stage.does("documents::ask(\"What has a handle?\", #{ answerer: \"reader\", write: false })");
    let is_answer = |event: &RunEvent| {
        matches!(event, RunEvent::Text(_) | RunEvent::Cited(_) | RunEvent::Grounded(_))
    };
    assert_eq!(stage.told.try_iter().filter(is_answer).count(), 0);
}

#[test]
fn the_last_message_of_a_conversation_may_be_the_question_itself() {
    let stage = Stage::new().with_documents();
    let answer = run(
        &stage,
        "let question = \"What has a handle?\";
         let messages = [#{ role: \"user\", content: question }];
         documents::ask(question, #{ answerer: \"reader\", messages: messages })",
    );
    assert!(answer.cast::<Map>()["standalone"].is_unit());
    stage.does("documents::ask(\"straps?\", #{ answerer: \"reader\", messages: [] })");
}

#[test]
fn a_model_needs_the_permission_for_models() {
    let permissions = "documents = \"write\"\nfiles = [\"NOTES/**\"]";
    let stage = Stage::set(&Setting { permissions, ..Setting::default() }).with_documents();
    let error = stage.error("documents::ask(\"bags\", #{ answerer: \"model\" })");
    assert!(error.contains("add `llm = true"), "{error}");
    // Left to choose, the reader answers.
    let answer = run(&stage, "documents::ask(\"What has a strap?\")").cast::<Map>();
    assert!(answer["model"].is_unit() && answer["found"].as_bool() == Ok(true));
}

#[test]
fn a_collection_of_the_program_is_there_when_it_is_named() {
    let stage = Stage::new();
    assert_eq!(text(&stage, "documents::collections()"), "[]");
    let found = "documents::search(\"How do I mend it?\", #{ collections: \"Handbook\" })[0]";
    assert_eq!(text(&stage, &format!("{found}.headings")), "[\"Straps\", \"Mending a strap\"]");
    assert_eq!(text(&stage, "documents::search(\"mending\")"), "[]");
    assert_eq!(text(&stage, "documents::collections()"), "[]");
    for script in ["documents::remove(\"Handbook\")", "documents::add(\"handbook\", \"~/Notes\")"] {
        assert!(stage.error(script).contains("Handbook comes with Satchel"), "{script}");
    }
}

#[test]
fn a_passage_that_was_found_can_be_cited_as_it_is() {
    let stage = Stage::new().with_documents();
    while stage.told.try_recv().is_ok() {}
    stage.does(
        "let found = documents::search(\"handle\")[0];
         found.number = 1;
         app::cite(found);
         let quoted = documents::quote(\"What has a handle?\", [found]);
         app::cite(quoted.citations[0]);",
    );
    let cited: Vec<_> = stage
        .told
        .try_iter()
        .filter_map(|event| match event {
            RunEvent::Cited(citation) => Some(citation),
            _ => None,
        })
        .collect();
    assert!(cited.iter().all(|citation| citation.number == 1 && citation.title == "Bags"));
    assert_eq!(cited[1].text, "A suitcase has a handle.");
    let places: Vec<_> = cited.iter().filter_map(|citation| citation.place.as_ref()).collect();
    assert!(places[1].characters.start >= places[0].characters.start);
    assert_eq!(places[0].document, places[1].document);
}

#[test]
fn what_makes_no_sense_is_said() {
    let stage = Stage::new().with_documents();
    for (script, words) in [
        ("documents::search(\"a\", #{ limit: 0 })", "must be between 1 and 100"),
        ("documents::search(\"a\", #{ mode: \"vibes\" })", "must be one of hybrid, words, meaning"),
        ("documents::search(\"a\", #{ mode: \"meaning\" })", "needs an embedding model"),
        ("documents::search(\"a\", #{ collections: \"Paper\" })", "there is only Papers"),
        ("documents::passages(77)", "not in the collection"),
        ("documents::documents(\"Paper\")", "no collection Paper"),
        ("documents::ask(\"a\", #{ reading: \"fast\" })", "passages, whole, summary, scan"),
        ("documents::ask(\"a\", #{ answrer: \"reader\" })", "did you mean `answerer`?"),
        ("documents::quote(\"a\", [7])", "passage 1 is a int"),
        ("documents::quote(\"a\", [#{ title: \"b\" }])", "needs text"),
        ("documents::add(\" - \", \"notes.txt\")", "needs a name"),
        ("documents::add(\"Papers\", \"nothing.txt\")", "there is no file"),
        ("app::cite(#{ number: 1, document: 1, characters: [5, 2] })", "two whole numbers"),
    ] {
        let error = stage.error(script);
        assert!(error.contains(words), "{script}: {error}");
    }
}

#[test]
fn a_run_that_is_stopped_does_not_wait_for_the_rest() {
    let stage = Stage::new();
    let long = "The keeper climbs the stairs. ".repeat(400);
    for number in 0..200 {
        let text = format!("{number} {long}");
        std::fs::write(stage.notes().join(format!("{number}.txt")), text).expect("written");
    }
    // Made by the worker that reads.
    let lock = stage.root().join("data/library.db.lock");
    let script = "documents::add(\"Long\", \"~/Notes\")";
    stop_while(&stage, script, || lock.exists());
}
