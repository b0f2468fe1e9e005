//! Who answers in a conversation, and what they are asked: the model, the chat app, an app that was
//! named, or documents.

use engine::conversations::{MessageId, StoredMessage};
use engine::documents::ask::{self, Grounds, Question, Reading};
use engine::documents::store::CollectionId;
use engine::inference::Overflow;
use engine::{GenerateRequest, Message, Role, Wake, channel};
use scripting::{AppId, RunInput, RunRequest};

use super::answer::Answer;
use super::prompt;
use super::room::Room;
use super::run::Around;
use crate::demo;
use crate::reach::Reach;
use crate::scripts::Answerer;

/// How an answer is to be written, where that is not as usual.
#[derive(Clone, Debug, Default)]
pub(crate) struct How {
    /// What to do when the conversation is too long.
    pub(crate) overflow: Option<Overflow>,
    /// How documents are to be asked; `None` leaves it to the conversation and to what was written.
    pub(crate) documents: Option<AskDocuments>,
}

/// How documents are to be asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct AskDocuments {
    /// How they are read; `None` lets the question decide.
    pub(crate) reading: Option<Reading>,
    /// The prompt to send instead of the one that would be made.
    pub(crate) prompt: Option<Vec<Message>>,
    /// The collections to ask, as they were for the answer before: an app may have chosen them. Empty
    /// for those of the conversation.
    pub(crate) collections: Vec<CollectionId>,
    /// Who answers, as for the answer before: an app may be set to quote without a model.
    pub(crate) answerer: ask::Answerer,
}

impl AskDocuments {
    /// Asks as for an answer before, as far as nothing else is said.
    pub(crate) fn again(grounds: &Grounds) -> Self {
        let Grounds { collections, answerer, .. } = grounds;
        Self { collections: collections.clone(), answerer: *answerer, ..Self::default() }
    }
}

/// Who writes an answer.
pub(super) enum Answering<'a> {
    /// The model alone.
    Model,
    /// The chat, which is an app too, given this text.
    Chat(&'a str),
    /// An app that was named.
    App { app: &'a AppId, name: &'a str, text: &'a str },
    /// Documents, asked this.
    Documents(&'a str),
}

impl<'a> Answering<'a> {
    /// The name under which the answer stands until more is known.
    pub(super) fn name(&self, around: Around<'_>) -> String {
        match (self, around.models.answering()) {
            (Self::App { name, .. }, _) => (*name).to_owned(),
            (_, Some(model)) => demo::labelled(&model.name),
            (Self::Documents(_), None) => "Documents".to_owned(),
            (Self::Chat(_) | Self::Model, None) => String::new(),
        }
    }
}

impl Room {
    /// Who answers what was asked at a message.
    pub(super) fn answerer<'a>(
        &'a self,
        at: MessageId,
        how: &How,
        around: Around<'a>,
    ) -> Answering<'a> {
        let asked = self.asked_at(at);
        let named = match around.answerer(asked) {
            Answerer::App { app, name, text } => Answering::App { app, name, text },
            Answerer::Chat => Answering::Chat(asked),
            Answerer::Model => Answering::Model,
        };
        let from_documents = how.documents.is_some();
        match &named {
            Answering::App { text, .. } if from_documents => Answering::Documents(text),
            Answering::App { .. } => named,
            _ if from_documents || !self.conversation.collections.is_empty() => {
                Answering::Documents(asked)
            }
            _ => named,
        }
    }

    /// Whether an answer that was stopped begins anew instead of going on where it ended, as those of
    /// apps and from documents do.
    pub(super) fn begins_anew(&self, answerer: Answerer<'_, '_>, from_documents: bool) -> bool {
        matches!(answerer, Answerer::App { .. })
            || from_documents
            || !self.conversation.collections.is_empty()
    }

    /// Asks whoever answers for what comes after (or at the end of) `last`.
    pub(super) fn begin(
        &self,
        last: MessageId,
        how: &How,
        around: Around<'_>,
        reach: &Reach<'_>,
    ) -> Answer {
        let defaults = self.request(last, how.overflow, around);
        let wake = Wake::clone(reach.wake);
        let (app, text) = match self.answerer(last, how, around) {
            Answering::Model => return Answer::by_model(reach.engine.generate(defaults, wake)),
            Answering::Documents(text) => {
                return self.ask(text, last, how, defaults, around, reach);
            }
            Answering::Chat(text) => (around.scripts.chat(), text),
            Answering::App { app, text, .. } => (app, text),
        };
        let input =
            RunInput { text: text.to_owned(), data: None, messages: defaults.messages.clone() };
        let request = RunRequest { input, defaults, callers: Vec::new() };
        let run = around.scripts.host().run(app, request, wake);
        Answer::by_app(run, app == around.scripts.chat())
    }

    /// Asks documents.
    fn ask(
        &self,
        text: &str,
        last: MessageId,
        how: &How,
        request: GenerateRequest,
        around: Around<'_>,
        reach: &Reach<'_>,
    ) -> Answer {
        let documents = how.documents.clone().unwrap_or_default();
        let path = self.tree().path_to(last);
        let asked = path.iter().rposition(|message| message.role == Role::User);
        let earlier =
            path.into_iter().take(asked.unwrap_or_default()).map(StoredMessage::to_message);
        let collections = match documents.collections.as_slice() {
            [] => self.conversation.collections.clone(),
            chosen => chosen.to_vec(),
        };
        let question = Question::new(collections, text);
        // Documents are to be told, not varied: their way of choosing words goes before the person's.
        let sampling = question.request.sampling.clone();
        let question = Question {
            earlier: prompt::messages(None, earlier),
            reading: documents.reading,
            answerer: documents.answerer,
            prompt: documents.prompt,
            request: GenerateRequest { sampling, ..request },
            ..question
        };
        let (outbox, events) = channel(Wake::clone(reach.wake));
        let guard = ask::ask(around.documents.library(), reach.engine, question, outbox);
        Answer::from_documents(events, guard)
    }

    /// What the engine is asked for, to write what comes after (or at the end of) `last`.
    fn request(
        &self,
        last: MessageId,
        overflow: Option<Overflow>,
        around: Around<'_>,
    ) -> GenerateRequest {
        let settings = around.effective(&self.conversation.settings);
        GenerateRequest {
            model: around.models.answering().map(|model| model.id.clone()),
            messages: self.prompt_to(Some(last), &settings),
            overflow: overflow.unwrap_or(settings.overflow),
            sampling: settings.sampling,
            max_tokens: settings.max_tokens,
            stop: settings.stop,
            thinking: settings.thinking,
            ..GenerateRequest::default()
        }
    }

    /// Whether there is somebody who can answer what was asked at a message. Documents answer
    /// without a model too.
    pub(super) fn can_answer(&self, at: MessageId, how: &How, around: Around<'_>) -> bool {
        match self.answerer(at, how, around) {
            Answering::App { .. } | Answering::Documents(_) => true,
            Answering::Chat(_) | Answering::Model => around.models.can_answer(),
        }
    }

    /// Whether a new message can be answered here.
    pub(crate) fn can_answer_to(&self, text: &str, around: Around<'_>) -> bool {
        !self.conversation.collections.is_empty() || around.can_answer(text)
    }
}
