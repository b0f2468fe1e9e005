//! A model answers from the passages that fit the question best, or from everything where that fits
//! into one prompt.

use super::asking::{Asking, Audience, Halt, Written};
use super::budget::{self, Fitted, Wanted};
use super::citations::{self, Checked};
use super::run::{self, NOTHING, Plan};
use super::scope::Stretch;
use super::source::Source;
use super::{Answer, Candidate, Grounds, Reading, choosing, prompt, support};
use crate::documents::search::{Findings, Passage, Query};
use crate::inference::Message;
use crate::{GenerateRequest, StopReason};

/// Passages of a text that is read whole are about so long, in tokens: short enough to cite.
const PASSAGE_TOKENS: usize = 440;

/// Answers from the best passages.
pub(super) fn answer(asking: &Asking, plan: Plan) -> Result<Answer, Halt> {
    let findings = find(asking, &plan)?;
    if !answers_something(&plan, &findings) {
        let mut answer = plan.nothing(NOTHING, asking);
        answer.grounds.candidates = unread(findings.passages, TOO_LITTLE);
        answer.grounds.meaning_weight = findings.meaning_weight;
        answer.grounds.reranking = findings.reranking;
        return Ok(answer);
    }
    let Findings { passages, meaning_weight, reranking } = findings;
    let sources: Vec<Source> =
        (1..).zip(passages).map(|(number, passage)| Source::of_passage(number, passage)).collect();
    let reader = Reader { asking, plan: &plan, instructions: prompt::ANSWER, asks: "Question" };
    let fitted = reader.fit(sources.clone(), false)?;
    let mut answer = reader.answer(sources, fitted, meaning_weight)?;
    answer.grounds.reranking = reranking;
    Ok(answer)
}

/// Answers from everything; from the best passages where that turns out too long and nobody chose it.
pub(super) fn answer_from_all(asking: &Asking, mut plan: Plan) -> Result<Answer, Halt> {
    let sources = all(asking, &plan)?;
    let reader = Reader { asking, plan: &plan, instructions: prompt::ANSWER, asks: "Question" };
    match reader.fit(sources.clone(), true) {
        Ok(fitted) => reader.answer(sources, fitted, None),
        Err(halt) if run::is_too_long(&halt) && asking.question.reading.is_none() => {
            plan.choice.reading = Reading::Passages;
            let whole = "The documents are short enough to be read whole";
            plan.choice.because = plan.choice.because.replace(whole, choosing::PASSAGES);
            self::answer(asking, plan)
        }
        Err(halt) => Err(halt),
    }
}

/// The passages that fit the question best.
pub(super) fn find(asking: &Asking, plan: &Plan) -> Result<Findings, Halt> {
    asking.progress(None, "Looking for passages")?;
    let query = Query {
        documents: plan.scope.only(),
        most: asking.question.most.clamp(1, 100),
        mode: asking.question.mode,
        rerank: asking.question.rerank,
        ..Query::new(plan.scope.collections.clone(), plan.asked.clone())
    };
    if !plan.scope.is_built_in {
        return asking.search(query);
    }
    asking.look(move |searcher| {
        let weighed = searcher.search_weighed(&query)?;
        let answers = weighed.iter().any(|one| one.answers);
        let passages = weighed.into_iter().filter(|_| answers).map(|one| one.passage).collect();
        Ok(Findings { passages, meaning_weight: None, reranking: None })
    })
}

/// Whether passages may hold an answer: they share words with the question, or were found by more than
/// their words: by an embedding model that reads them, or by what is written beside the manual.
pub(super) fn answers_something(plan: &Plan, findings: &Findings) -> bool {
    let is_near = findings.meaning_weight.is_some_and(|weight| weight > 0.0)
        && findings.passages.iter().any(|passage| passage.meaning_rank.is_some());
    let is_told = plan.scope.is_built_in && !findings.passages.is_empty();
    is_near || is_told || support::is_enough(&plan.asked, &findings.passages)
}

/// The whole text of all documents, as numbered passages.
pub(super) fn all(asking: &Asking, plan: &Plan) -> Result<Vec<Source>, Halt> {
    asking.progress(None, "Reading the documents")?;
    let scope = plan.scope.clone();
    let passages = asking.look(move |searcher| {
        let mut passages = Vec::new();
        for (document, about) in scope.documents.iter().enumerate() {
            let stretch = Stretch { document, chunks: 0..about.chunks };
            passages.extend(scope.passages(searcher.store(), &stretch, PASSAGE_TOKENS)?);
        }
        Ok(passages)
    })?;
    let numbered = (1..).zip(passages);
    Ok(numbered.map(|(number, passage)| Source::of_passage(number, passage)).collect())
}

/// Why nothing is said of passages that were found.
pub(super) const TOO_LITTLE: &str = "It shares too little with the question";

/// Candidates of which none was read.
pub(super) fn unread(passages: Vec<Passage>, why: &str) -> Vec<Candidate> {
    let candidate = |passage| Candidate { passage, number: None, left_out: why.to_owned() };
    passages.into_iter().map(candidate).collect()
}

/// One prompt with its sources, and what a model makes of it.
pub(super) struct Reader<'a> {
    pub(super) asking: &'a Asking,
    pub(super) plan: &'a Plan,
    pub(super) instructions: &'a str,
    /// What the question is called in the prompt.
    pub(super) asks: &'a str,
}

impl Reader<'_> {
    /// The prompt with as many of the sources as fit, or with all of them.
    pub(super) fn fit(&self, sources: Vec<Source>, whole: bool) -> Result<Fitted, Halt> {
        let wishes = &self.asking.question.instructions;
        let instructions = prompt::with_wishes(self.instructions, wishes);
        let wanted = Wanted {
            instructions: &instructions,
            earlier: &self.plan.earlier,
            sources,
            asks: self.asks,
            question: &self.plan.asked,
            max_tokens: self.asking.question.request.max_tokens,
            whole,
        };
        budget::fit(wanted, &|request| self.asking.measure(request))
    }

    /// Has the model answer and checks what it wrote. `found`: all that was found, in its order.
    pub(super) fn answer(
        &self,
        found: Vec<Source>,
        fitted: Fitted,
        meaning_weight: Option<f64>,
    ) -> Result<Answer, Halt> {
        let edited = self.asking.question.prompt.clone();
        let messages = edited.unwrap_or_else(|| fitted.messages.clone());
        let written = self.asking.write(self.request(&messages), Audience::Asker)?;
        let candidates = candidates(found, &fitted);
        let grounds = Grounds {
            candidates,
            meaning_weight,
            budget: Some(fitted.budget),
            prompt: messages,
            ..self.plan.grounds(self.asking)
        };
        self.checked(&written, &fitted.sources, grounds)
    }

    pub(super) fn request(&self, messages: &[Message]) -> GenerateRequest {
        let like = &self.asking.question.request;
        GenerateRequest { messages: messages.to_vec(), ..like.clone() }
    }

    /// The answer with its citations.
    pub(super) fn checked(
        &self,
        written: &Written,
        sources: &[Source],
        grounds: Grounds,
    ) -> Result<Answer, Halt> {
        let Checked { text, citations, dropped, doubts } = citations::check(&written.text, sources);
        let reads = grounds.meaning_weight.is_some_and(|weight| weight > 0.0);
        let mut lasting = Vec::new();
        for doubt in doubts {
            if !(reads && is_nearest(self.asking, &doubt, sources)?) {
                lasting.push(doubt);
            }
        }
        Ok(Answer {
            text,
            found: !citations.is_empty(),
            citations,
            grounds: Grounds { dropped_numbers: dropped, doubts: lasting, ..grounds },
            stopped: written.reason == StopReason::Cancelled,
        })
    }
}

/// Whether of all that was read, what a sentence cites is nearest to it in meaning: then it is
/// supported in other words. With fewer than three to compare that says nothing.
fn is_nearest(asking: &Asking, doubt: &super::Doubt, sources: &[Source]) -> Result<bool, Halt> {
    if sources.len() < 3 {
        return Ok(false);
    }
    let sentence = doubt.sentence.clone();
    let numbers: Vec<u32> = sources.iter().map(|source| source.number).collect();
    let texts: Vec<String> = sources.iter().map(Source::block).collect();
    let near = asking.look(move |searcher| {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        searcher.similarities(&sentence, &texts)
    })?;
    let Some(near) = near else { return Ok(false) };
    let best = numbers.iter().zip(near).max_by(|a, b| a.1.total_cmp(&b.1));
    Ok(best.is_some_and(|(number, _)| *number == doubt.number))
}

/// All that was found, with what became of it.
fn candidates(found: Vec<Source>, fitted: &Fitted) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for source in found {
        let is_read = fitted.sources.iter().any(|read| read.number == source.number);
        let why = fitted.left_out.iter().find(|(number, _)| *number == source.number);
        let left_out = why.map(|(_, why)| why.clone()).unwrap_or_default();
        candidates.extend(source.passages.into_iter().map(|passage| Candidate {
            passage,
            number: is_read.then_some(source.number),
            left_out: left_out.clone(),
        }));
    }
    candidates
}
