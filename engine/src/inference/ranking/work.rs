//! The passages of one request on their way to scores.

use super::{Pairs, Ranking, RerankRequest};
use crate::Error;
use crate::inference::llama::{Context, Model};
use crate::inference::slices::{self, Read, Slices, Text};
use crate::models::LoadedModel;

/// A loaded reranker with its requests.
pub(crate) type Reranker = Slices<Work>;

/// How far a request has come.
pub(crate) struct Work {
    request: RerankRequest,
    done: Ranking,
}

impl slices::Work for Work {
    type Request = RerankRequest;
    type Outcome = Ranking;
    type Kit = Pairs;

    fn begin(request: RerankRequest, model: &LoadedModel) -> Result<Self, Error> {
        request.check()?;
        let done = Ranking { model: model.name.clone(), ..Ranking::default() };
        Ok(Self { request, done })
    }

    fn texts(&self) -> usize {
        self.request.passages.len()
    }

    fn done(&self) -> usize {
        self.done.scores.len()
    }

    fn tokens(
        &self,
        index: usize,
        pairs: &Pairs,
        _model: &Model,
        longest: usize,
    ) -> Result<Text, Error> {
        let passage = self.request.passages.get(index).map_or("", String::as_str);
        pairs.tokens(&self.request.question, passage, longest)
    }

    fn keep(&mut self, context: &mut Context, sequence: i32, read: Read) -> Result<(), Error> {
        let score = context.score(sequence).filter(|score| score.is_finite());
        let score = score.ok_or(Error::NoScore)?;
        if read.cut {
            self.done.truncated.push(self.done.scores.len());
        }
        self.done.scores.push(score);
        self.done.tokens.push(read.tokens);
        Ok(())
    }

    fn outcome(self) -> Ranking {
        self.done
    }
}
