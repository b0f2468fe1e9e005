//! Answers with citations, told to the run as they come.

use std::sync::Arc;

use engine::documents::Documents;
use engine::documents::ask::{self, Answer, Answerer, AskError, AskEvent, Question, Reading};
use engine::{Inbox, Message, Role, channel};
use rhai::{Array, Dynamic, Map};

use super::{collections_of, find, ids_of, library, passage};
use crate::api::llm;
use crate::api::options::Options;
use crate::handles::HandleKind;
use crate::permissions::{Access, Need, Permission};
use crate::runner::{Context, ScriptError, ScriptResult, failure};
use crate::{Citation, PassagePlace};

/// The words for how documents are read.
const READINGS: [(&str, Reading); 4] = [
    ("passages", Reading::Passages),
    ("whole", Reading::Whole),
    ("summary", Reading::Summary),
    ("scan", Reading::Scan),
];

pub(super) fn ask(context: &Arc<Context>, question: &str, options: Map) -> ScriptResult<Map> {
    let documents = library(context, Access::Read)?;
    let mut options = Options::new("documents::ask", options);
    let asked = read(context, question, &mut options)?;
    // Outside of a run there is nobody to write to.
    let writes = options.take("write")?.unwrap_or_else(|| context.is_running());
    options.finish()?;
    asked.request.check().map_err(|error| failure(error.to_string()))?;

    Ok(map(&answer(context, documents, asked, writes)?))
}

/// Answers for an app without a script, from the collections that it names: `question` has all but
/// these.
pub(crate) fn for_assistant(
    context: &Context,
    names: &[String],
    question: Question,
) -> ScriptResult<()> {
    let documents = library(context, Access::Read)?;
    let collections = ids_of(context, names.to_vec())?;
    answer(context, documents, Question { collections, ..question }, true).map(drop)
}

fn answer(
    context: &Context,
    documents: &Documents,
    asked: Question,
    writes: bool,
) -> ScriptResult<Answer> {
    let (outbox, events) = channel(context.wake());
    let guard = ask::ask(documents, context.engine(), asked, outbox);
    let _handle = context.handles().acquire_with(HandleKind::Generation, move || drop(guard));
    let answer = follow(context, &events, writes)?;
    if writes {
        rest_on(context, &answer)?;
    }
    Ok(answer)
}

/// What is asked, from the options of a script.
fn read(context: &Context, text: &str, options: &mut Options) -> ScriptResult<Question> {
    let mut question = Question::new(collections_of(context, options)?, text);
    question.instructions = options.take("system")?.unwrap_or_default();
    question.most = find::limit(options)?;
    question.mode = find::mode(options)?;
    question.rerank = find::reranker(options)?;
    let words: Vec<&'static str> = READINGS.iter().map(|(word, _)| *word).collect();
    question.reading = options.take_word("reading", &words)?.map(|place| READINGS[place].1);
    question.answerer = answerer(context, options)?;
    question.earlier = messages(options, "messages")?.unwrap_or_default();
    // The conversation as a run is given it ends with the question itself.
    let is_question =
        |message: &Message| message.role == Role::User && message.content.trim() == text.trim();
    if question.earlier.last().is_some_and(is_question) {
        question.earlier.pop();
    }
    question.prompt = messages(options, "prompt")?;
    question.request = llm::request_of(context, options)?;
    question.request.messages = vec![Message::new(Role::User, text)];
    Ok(question)
}

fn answerer(context: &Context, options: &mut Options) -> ScriptResult<Answerer> {
    const ANSWERERS: [Answerer; 3] = [Answerer::Best, Answerer::Model, Answerer::Reader];
    let chosen = options.take_word("answerer", &["best", "model", "reader"])?;
    let answerer = ANSWERERS[chosen.unwrap_or(0)];
    let asks_for_models = context.manifest().permissions.contains(&Permission::Llm);
    match answerer {
        Answerer::Reader => Ok(Answerer::Reader),
        // An app that never asked for models gets along without.
        Answerer::Best if !asks_for_models => Ok(Answerer::Reader),
        Answerer::Best | Answerer::Model => {
            context.permit(Need::Llm)?;
            Ok(answerer)
        }
    }
}

/// Messages, which may be none.
fn messages(options: &mut Options, key: &'static str) -> ScriptResult<Option<Vec<Message>>> {
    let Some(given) = options.take::<Dynamic>(key)? else { return Ok(None) };
    if given.as_array_ref().is_ok_and(|array| array.is_empty()) {
        return Ok(Some(Vec::new()));
    }
    llm::read_messages(given).map(Some)
}

/// Tells the run what happens, up to the end.
fn follow(context: &Context, events: &Inbox<AskEvent>, writes: bool) -> ScriptResult<Answer> {
    let mut wrote = false;
    while let Some(event) = context.receive(events)? {
        match event {
            AskEvent::Progress { fraction, text } => context.progress(fraction, &text),
            AskEvent::Generating(event) => context.generating(event),
            AskEvent::Text(text) => {
                if writes {
                    context.write(&text)?;
                    wrote = true;
                }
            }
            AskEvent::Finished(answer) => {
                if writes && !wrote {
                    context.write(&answer.text)?;
                }
                return Ok(*answer);
            }
            AskEvent::Failed(error) => return Err(in_words(context, &error)),
        }
    }
    Err(failure("the library of documents ended before it answered"))
}

fn in_words(context: &Context, error: &AskError) -> ScriptError {
    match error {
        AskError::Model(error) => llm::in_words(context, error),
        other => failure(other.to_string()),
    }
}

/// Names what the answer rests on, for whoever asked for the run.
fn rest_on(context: &Context, answer: &Answer) -> ScriptResult<()> {
    for citation in &answer.citations {
        context.cite(Citation {
            number: citation.number,
            title: citation.name.clone(),
            source: citation.path.to_string_lossy().into_owned(),
            page: citation.page,
            text: citation.quote.clone(),
            place: Some(PassagePlace {
                document: citation.document,
                page_ordinal: citation.page_ordinal,
                characters: citation.characters.clone(),
            }),
        })?;
    }
    context.grounded(answer.grounds.clone());
    Ok(())
}

fn map(answer: &Answer) -> Map {
    let text = |text: Option<&String>| text.map_or(Dynamic::UNIT, |text| text.as_str().into());
    let citations: Array = answer
        .citations
        .iter()
        .map(|citation| Dynamic::from_map(passage::citation(citation)))
        .collect();
    let reading = READINGS.iter().find(|(_, reading)| *reading == answer.grounds.reading);
    [
        ("text".into(), answer.text.as_str().into()),
        ("citations".into(), citations.into()),
        ("found".into(), answer.found.into()),
        ("stopped".into(), answer.stopped.into()),
        ("reading".into(), reading.map_or("", |(word, _)| *word).into()),
        ("because".into(), answer.grounds.because.as_str().into()),
        ("standalone".into(), text(answer.grounds.standalone.as_ref())),
        ("model".into(), text(answer.grounds.model.as_ref())),
    ]
    .into()
}
