//! Who answers: a chat model, or the reader that quotes.

use super::{Answerer, Question};
use crate::models::{LoadedModel, library};

/// The model that answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Model {
    /// Display name.
    pub(super) name: String,
    /// What its context holds, in tokens.
    pub(super) context: u32,
    /// Whether it is the demonstration model.
    pub(super) is_demonstration: bool,
}

/// Who answers, and in words why it is no model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Who {
    Model(Model),
    Reader(&'static str),
}

/// What is assumed of a model that is not loaded, until it is asked.
const UNKNOWN_CONTEXT: u32 = 4096;

/// Decides, from what is loaded in the order of loading.
pub(super) fn decide(question: &Question, loaded: &[LoadedModel]) -> Who {
    if question.answerer == Answerer::Reader {
        return Who::Reader("sentences are quoted without a model, as was chosen");
    }
    let mut writers = loaded.iter().rev().filter(|model| model.can_chat());
    let found = match &question.request.model {
        Some(id) => writers.find(|model| model.id == *id),
        None => writers.next(),
    };
    let model = found.map(|model| Model {
        name: model.name.clone(),
        context: model.context_length,
        is_demonstration: model.id.0 == library::DEMO,
    });
    match (question.answerer, model) {
        (Answerer::Best, Some(model)) if model.is_demonstration => Who::Reader(
            "sentences are quoted, since the demonstration model knows too little to answer",
        ),
        (_, Some(model)) => Who::Model(model),
        // It fails when it is asked, in words that say what to do.
        (Answerer::Model, None) => {
            let (name, context) = (String::new(), UNKNOWN_CONTEXT);
            Who::Model(Model { name, context, is_demonstration: false })
        }
        (_, None) => Who::Reader("sentences are quoted, since no chat model is loaded"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::{Embedding, ModelId};

    fn model(id: &str, is_embedding: bool) -> LoadedModel {
        let nothing = String::new;
        LoadedModel {
            id: ModelId(id.to_owned()),
            path: id.into(),
            name: id.to_owned(),
            architecture: nothing(),
            parameters: 0,
            size: 0,
            context_length: 512,
            trained_context_length: 512,
            threads: 1,
            sequences: 1,
            template_note: None,
            can_think: false,
            embedding: is_embedding.then(|| Embedding {
                dimensions: 1,
                query_prefix: nothing(),
                passage_prefix: nothing(),
            }),
            is_reranker: id == "reranker",
            load_millis: 0,
        }
    }

    fn who(question: &Question, loaded: &[LoadedModel]) -> Option<String> {
        match decide(question, loaded) {
            Who::Model(model) => Some(model.name),
            Who::Reader(_) => None,
        }
    }

    #[test]
    fn a_chat_model_answers_where_it_is_more_than_a_demonstration() {
        let question = Question::new(Vec::new(), "Who?");
        let (chat, demo, bert) = (model("chat", false), model("demo", false), model("bert", true));
        assert_eq!(who(&question, &[chat.clone(), bert.clone()]).as_deref(), Some("chat"));
        assert_eq!(who(&question, std::slice::from_ref(&demo)), None);
        assert_eq!(who(&question, &[bert]), None);
        assert_eq!(who(&question, &[model("reranker", false)]), None);
        assert_eq!(who(&question, &[]), None);
        let by_model = Question { answerer: Answerer::Model, ..question.clone() };
        assert_eq!(who(&by_model, std::slice::from_ref(&demo)).as_deref(), Some("demo"));
        let by_reader = Question { answerer: Answerer::Reader, ..question.clone() };
        assert_eq!(who(&by_reader, std::slice::from_ref(&chat)), None);
        let mut named = question;
        named.request.model = Some(ModelId("chat".to_owned()));
        assert_eq!(who(&named, &[chat, demo]).as_deref(), Some("chat"));
    }
}
