//! The guide, asked what people ask: does it open the right section of the manual?

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test may give up, and tells its figures"
)]

use std::collections::BTreeMap;
use std::path::Path;

use engine::folder::DataFolder;
use engine::{Config, Engine, asleep};
use satchel::document_library;
use scripting::{
    AppId, Citation, HostConfig, Library, Outcome, RunEvent, RunInput, RunRequest, ScriptHost,
    Services,
};
use serde::Deserialize;

/// The share of questions that have to open the right section, in percent.
const RIGHT: usize = 85;
/// The share of those that the manual answers which it may not say that it does not, in percent.
const TOLD: usize = 90;
/// What the guide says where the manual does not tell.
const NOT_TOLD: &str = "does not seem to tell that";

#[derive(Deserialize)]
struct Questions {
    question: Vec<Question>,
    held_out: Vec<Question>,
    other_words: Vec<Question>,
    told_since: Vec<Question>,
    users: Vec<Question>,
    unanswered: Vec<String>,
}

impl Questions {
    fn read() -> Self {
        toml::from_str(include_str!("guide/questions.toml")).expect("questions")
    }

    /// Those that the manual answers.
    fn answered(&self) -> [(&'static str, &[Question]); 5] {
        [
            ("questions", &self.question),
            ("held-out questions", &self.held_out),
            ("questions in other words", &self.other_words),
            ("questions that are told since", &self.told_since),
            ("questions as users type them", &self.users),
        ]
    }
}

#[derive(Debug, Deserialize)]
struct Question {
    ask: String,
    sections: Vec<String>,
}

/// The guide on an empty data folder, without any model.
struct Guide {
    host: ScriptHost,
    _folder: tempfile::TempDir,
}

impl Guide {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let data = DataFolder::open_shared(Some(folder.path())).expect("a data folder");
        let apps = Path::new(env!("CARGO_MANIFEST_DIR")).join("../apps");
        let documents = document_library::open(&data, None).expect("threads");
        let host = ScriptHost::start(HostConfig {
            library: Library::open(Some(apps), data.apps()),
            data_folder: folder.path().to_owned(),
            engine: Engine::start(Config::default()).expect("an engine thread"),
            services: Services { documents: Some(documents), ..Services::default() },
            plugins: scripting::api::all(),
            grants: BTreeMap::new(),
            icons: &[],
            resident: false,
        })
        .expect("a supervisor");
        Self { host, _folder: folder }
    }

    fn ask(&self, question: &str) -> (Outcome, Vec<Citation>) {
        let input = RunInput { text: question.to_owned(), ..RunInput::default() };
        let request = RunRequest { input, ..RunRequest::default() };
        let guide = AppId::parse("guide").expect("an id");
        let run = self.host.run(&guide, request, asleep());
        let mut citations = Vec::new();
        for event in run.wait() {
            match event {
                RunEvent::Cited(citation) => citations.push(citation),
                RunEvent::Finished(outcome) => return (outcome, citations),
                RunEvent::Failed(problem) => panic!("{question}: {problem}"),
                _ => {}
            }
        }
        panic!("{question}: the run ended without a word")
    }

    /// The section that the first citation opens, as `conversations: Deleting a conversation`.
    fn opened(&self, question: &str) -> Option<String> {
        let (outcome, citations) = self.ask(question);
        let citation = citations.first()?;
        let page = Path::new(&citation.source).file_stem()?.to_str()?;
        let value = outcome.value?;
        let (_, heading) = value[0].as_str()?.split_once(" > ")?;
        // What is marked when it is opened.
        assert!(citation.text.contains(heading) && citation.place.is_some(), "{citation:?}");
        Some(format!("{page}: {heading}"))
    }

    /// How many of the questions open the right section, and what happened to the others.
    fn right(&self, questions: &[Question]) -> (usize, Vec<String>) {
        let mut misses = Vec::new();
        for Question { ask, sections } in questions {
            let opened = self.opened(ask).unwrap_or_else(|| "nothing".to_owned());
            if !sections.contains(&opened) {
                misses.push(format!("{ask}: {opened} instead of {sections:?}"));
            }
        }
        (questions.len() - misses.len(), misses)
    }
}

#[test]
fn every_question_names_sections_that_there_are() {
    let manual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/manual");
    let questions = Questions::read();
    let all = questions.answered().into_iter().flat_map(|(_, questions)| questions);
    for section in all.flat_map(|question| &question.sections) {
        let (page, heading) = section.split_once(": ").expect("a page and a heading");
        let page = manual.join(page).with_extension("md");
        let text = std::fs::read_to_string(&page).expect(section);
        assert!(text.contains(&format!("\n## {heading}\n")), "{section}");
    }
}

#[test]
fn questions_in_other_words_open_the_right_section() {
    let guide = Guide::new();
    let questions = Questions::read();
    assert!(questions.question.len() >= 40 && questions.held_out.len() >= 20);
    for (name, questions) in questions.answered() {
        let (right, misses) = guide.right(questions);
        let all = questions.len();
        println!("{right} of {all} {name} open the right section: {misses:#?}");
        assert!(right * 100 >= all * RIGHT, "{right} of {all} {name}: {misses:#?}");
    }
}

#[test]
fn the_manual_is_said_to_tell_what_it_tells_and_not_what_it_does_not() {
    let guide = Guide::new();
    let is_told = |ask: &str| !guide.ask(ask).0.text.contains(NOT_TOLD);
    let questions = Questions::read();
    for (name, questions) in questions.answered() {
        let missed: Vec<_> = questions.iter().filter(|one| !is_told(&one.ask)).collect();
        let (all, told) = (questions.len(), questions.len() - missed.len());
        println!("{told} of {all} {name} are answered: not {missed:#?}");
        assert!(told * 100 >= all * TOLD, "{told} of {all} {name}: {missed:#?}");
    }
    let all = questions.unanswered.len();
    let told: Vec<_> = questions.unanswered.iter().filter(|ask| is_told(ask)).collect();
    println!("{} of {all} are said not to be told: {told:#?}", all - told.len());
    assert!(told.len() * 100 <= all * (100 - TOLD), "{} of {all}: {told:#?}", told.len());
}

#[test]
fn what_is_added_is_not_mistaken_for_something_else_that_is() {
    let guide = Guide::new();
    assert_eq!(guide.opened("How do I add a model?").as_deref(), Some("models: Adding a model"));
    let documents = guide.opened("How do I add documents?");
    assert_eq!(documents.as_deref(), Some("documents: Adding documents"));
}

#[test]
fn a_section_is_shown_as_it_stands_with_others_behind_it() {
    let (outcome, citations) = Guide::new().ask("How do I export a conversation?");
    let begins = "**Exporting a conversation** [1]\n\nExport… in the menu";
    assert!(outcome.text.starts_with(begins), "{}", outcome.text);
    assert!(
        outcome.text.contains("Or did you mean: ") && outcome.text.contains("[2]"),
        "{outcome:?}"
    );
    assert!(!outcome.text.contains("index:") && !outcome.text.contains('#'), "{}", outcome.text);
    let numbers: Vec<u32> = citations.iter().map(|citation| citation.number).collect();
    assert_eq!(numbers, [1, 2, 3]);
    let value = outcome.value.expect("the sections");
    assert_eq!(value[0], "Conversations > Exporting a conversation");
}

#[test]
fn what_the_manual_does_not_know_is_not_made_up() {
    let guide = Guide::new();
    let (outcome, citations) = guide.ask("How do I connect a printer?");
    assert!(outcome.text.contains(NOT_TOLD) && !outcome.text.contains("**"), "{}", outcome.text);
    // What comes nearest can be opened.
    assert!(outcome.text.contains("What comes nearest: ") && !citations.is_empty(), "{outcome:?}");
    let (outcome, citations) = guide.ask("Who is the president of France?");
    assert!(outcome.text.contains(NOT_TOLD) && citations.is_empty(), "{}", outcome.text);
}

#[test]
fn a_question_in_another_language_is_told_that_the_manual_is_in_english() {
    let guide = Guide::new();
    for question in [
        "如何添加模型？",
        "Как добавить модель?",
        "Wie füge ich ein Modell hinzu?",
        "Qui a construit le phare de Zelmont?",
    ] {
        let text = guide.ask(question).0.text;
        assert!(text.starts_with("The manual is in English"), "{question}: {text}");
    }
    // What is not known to be another language is taken for a question like any other.
    let told = guide.ask("Modell hinzufügen").0.text;
    assert!(told.contains("which is in English"), "{told}");
    assert!(!guide.ask("hotkeys").0.text.contains("in English"));
}

#[test]
fn without_a_question_the_pages_are_listed() {
    let (outcome, citations) = Guide::new().ask("");
    assert!(outcome.text.contains("- Conversations [") && citations.len() >= 12, "{outcome:?}");
    assert!(citations.iter().all(|citation| citation.place.is_some()));
}
