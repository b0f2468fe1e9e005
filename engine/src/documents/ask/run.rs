//! A question from beginning to end: who answers, what is asked, how it is read.

use super::answerer::{self, Model, Who};
use super::asking::{Asking, Audience, Halt};
use super::choosing::{self, Choice, Known};
use super::scope::{self, Scope};
use super::{
    Answer, AskError, AskEvent, Grounds, Reading, demonstration, passages, prompt, quoting,
    rewriting, scanning, summary,
};
use crate::documents::search;
use crate::inference::Message;

/// What is said when nothing answers.
pub(super) const NOTHING: &str = "Nothing in these documents answers that";
const NO_DOCUMENTS: &str = "There are no documents to answer from yet";

/// What has been decided about a question.
pub(super) struct Plan {
    pub(super) standalone: Option<String>,
    /// The question as it is put to the documents.
    pub(super) asked: String,
    /// The conversation before, as it can be read again.
    pub(super) earlier: Vec<Message>,
    pub(super) scope: Scope,
    pub(super) choice: Choice,
    /// The model that answers; `None` for the reader.
    pub(super) model: Option<Model>,
}

/// Answers, and tells the end.
pub(super) fn run(asking: &Asking) {
    let last = match answer(asking) {
        Ok(answer) => AskEvent::Finished(Box::new(answer)),
        Err(Halt::Stopped) => AskEvent::Finished(Box::new(unfinished(asking))),
        Err(Halt::Failed(error)) => AskEvent::Failed(error),
    };
    asking.events.send(last);
}

/// Of a question that was stopped before anything was known.
fn unfinished(asking: &Asking) -> Answer {
    let reading = asking.question.reading.unwrap_or(Reading::Passages);
    let because = "It was stopped before anything was read".to_owned();
    let grounds = Grounds::new(&asking.question.text, reading, because);
    Answer { text: String::new(), citations: Vec::new(), found: false, grounds, stopped: true }
}

fn answer(asking: &Asking) -> Result<Answer, Halt> {
    asking.progress(None, "Looking for what to read")?;
    let plan = plan(asking)?;
    if plan.scope.documents.is_empty() {
        return Ok(plan.nothing(NO_DOCUMENTS, asking));
    }
    let by_demonstration = plan.model.as_ref().is_some_and(|model| model.is_demonstration);
    let asked = plan.asked.clone();
    let answer = read(asking, plan)?;
    Ok(if by_demonstration { demonstration::with_quotes(asking, &asked, answer) } else { answer })
}

/// Reads as was chosen.
fn read(asking: &Asking, plan: Plan) -> Result<Answer, Halt> {
    match (plan.choice.reading, &plan.model) {
        (Reading::Passages, Some(_)) => passages::answer(asking, plan),
        (Reading::Whole, Some(_)) => passages::answer_from_all(asking, plan),
        (Reading::Summary, Some(_)) => summary::answer(asking, plan),
        (Reading::Scan, Some(model)) => {
            let model = model.clone();
            scanning::answer(asking, &plan, &model)
        }
        (Reading::Passages, None) => quoting::passages(asking, &plan),
        (Reading::Whole, None) => quoting::whole(asking, &plan),
        (Reading::Summary, None) => quoting::summary(asking, &plan),
        (Reading::Scan, None) => quoting::mentions(asking, plan),
    }
}

fn plan(asking: &Asking) -> Result<Plan, Halt> {
    let question = &asking.question;
    let (model, why_quoted) = match answerer::decide(question, &asking.engine.loaded()) {
        Who::Model(model) => (Some(model), None),
        Who::Reader(why) => (None, Some(why)),
    };
    let earlier = prompt::earlier(&question.earlier);
    let read = search::read_of(&question.text);
    let standalone = standalone(asking, &read, &earlier, model.is_some())?;
    let asked = standalone.clone().unwrap_or_else(|| read.clone().into_owned());
    let (collections, words) = (question.collections.clone(), asked.clone());
    let scope = asking
        .look(move |searcher| Ok(Scope::of(searcher.store(), &collections)?.narrowed(&words)))?;
    let mut choice = choosing::choose(&asked, known(asking, &scope, model.as_ref()));
    if question.prompt.is_some() && choice.reading == Reading::Scan {
        choice.reading = Reading::Passages;
        choice.because = "An edited prompt is sent once".to_owned();
    }
    if scope.is_named {
        choice
            .because
            .push_str(&format!("; only {} is read, since the question names it", scope.names()));
    }
    if let Some(why) = why_quoted {
        choice.because.push_str(&format!("; {why}"));
    }
    if let Some(left_out) = search::left_out(&question.text) {
        choice.because.push_str(&format!("; {left_out}"));
    }
    Ok(Plan { standalone, asked, earlier, scope, choice, model })
}

fn known(asking: &Asking, scope: &Scope, model: Option<&Model>) -> Known {
    let context = model.map_or(0, |model| model.context);
    let part = scanning::part_tokens(context, asking.question.request.max_tokens);
    Known {
        chosen: asking.question.reading,
        has_model: model.is_some(),
        rounds: scope.stretches(scope::characters_for(part)).len(),
        // No tokenizer makes so few tokens of a text.
        may_fit: scope.characters() / MOST_CHARACTERS_A_TOKEN < u64::from(context),
    }
}

const MOST_CHARACTERS_A_TOKEN: u64 = 6;

/// The question made to stand alone, where that is another one.
fn standalone(
    asking: &Asking,
    question: &str,
    earlier: &[Message],
    has_model: bool,
) -> Result<Option<String>, Halt> {
    if earlier.is_empty() {
        return Ok(None);
    }
    if !has_model {
        return Ok(rewriting::carried_over(question, earlier));
    }
    asking.progress(None, "Making the question stand alone")?;
    let request = rewriting::request(question, earlier, &asking.question.request);
    let written = asking.write(request, Audience::Nobody)?;
    let accepted = rewriting::accepted(&written.text, question, earlier);
    // What a model made nonsense of is still more than nothing with the words before.
    Ok(accepted.or_else(|| rewriting::carried_over(question, earlier)))
}

impl Plan {
    /// Why an answer is as it is, as far as that is known before.
    pub(super) fn grounds(&self, asking: &Asking) -> Grounds {
        let Choice { reading, because } = self.choice.clone();
        Grounds {
            standalone: self.standalone.clone(),
            collections: asking.question.collections.clone(),
            answerer: asking.question.answerer,
            model: self.model.as_ref().map(|model| model.name.clone()),
            ..Grounds::new(&asking.question.text, reading, because)
        }
    }

    /// An answer that says that there is none.
    pub(super) fn nothing(&self, words: &str, asking: &Asking) -> Answer {
        let grounds = Grounds { model: None, ..self.grounds(asking) };
        asking.tell(AskEvent::Text(words.to_owned()));
        let text = words.to_owned();
        Answer { text, citations: Vec::new(), found: false, grounds, stopped: false }
    }
}

/// Whether an error says that a text does not fit.
pub(super) fn is_too_long(halt: &Halt) -> bool {
    matches!(halt, Halt::Failed(AskError::TooLong { .. }))
}
