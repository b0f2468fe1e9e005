//! The texts of one request on their way to vectors.

use super::{EmbedRequest, Embeddings, Prefixes};
use crate::Error;
use crate::inference::llama::{Context, Model};
use crate::inference::slices::{self, Read, Slices, Text};
use crate::models::LoadedModel;

/// A loaded embedding model with its requests.
pub(crate) type Embedder = Slices<Work>;

/// How far a request has come.
pub(crate) struct Work {
    request: EmbedRequest,
    done: Embeddings,
}

impl slices::Work for Work {
    type Request = EmbedRequest;
    type Outcome = Embeddings;
    type Kit = Prefixes;

    fn begin(request: EmbedRequest, model: &LoadedModel) -> Result<Self, Error> {
        request.check()?;
        let done = Embeddings { model: model.name.clone(), ..Embeddings::default() };
        Ok(Self { request, done })
    }

    fn texts(&self) -> usize {
        self.request.texts.len()
    }

    fn done(&self) -> usize {
        self.done.vectors.len()
    }

    fn tokens(
        &self,
        index: usize,
        prefixes: &Prefixes,
        model: &Model,
        longest: usize,
    ) -> Result<Text, Error> {
        let request = &self.request;
        let text = request.texts.get(index).map_or("", String::as_str);
        let too_long = |tokens: usize| Error::TextTooLong {
            index,
            tokens: u32::try_from(tokens).unwrap_or(u32::MAX),
            longest: u32::try_from(longest).unwrap_or(u32::MAX),
        };
        let readable = slices::readable(text, longest);
        let mut cut = readable.len() < text.len();
        if cut && !request.truncate {
            return Err(too_long(text.len() / 4));
        }
        let words = format!("{}{readable}", prefixes.of(request.kind));
        let mut tokens = model.tokenize(&words, true, false);
        if tokens.is_empty() {
            let words = format!("text {} is empty, and this model reads no empty texts", index + 1);
            return Err(Error::InvalidRequest(words));
        }
        if tokens.len() > longest {
            if !request.truncate {
                return Err(too_long(tokens.len()));
            }
            // The token that the model puts at the end stays there: some models read the vector off it.
            let last = tokens.last().copied().filter(|last| model.is_control(*last));
            tokens.truncate(longest);
            if let (Some(end), Some(last)) = (tokens.last_mut(), last) {
                *end = last;
            }
            cut = true;
        }
        Ok(Text { tokens, cut })
    }

    fn keep(&mut self, context: &mut Context, sequence: i32, read: Read) -> Result<(), Error> {
        let vector = context.embedding(sequence).and_then(normalised).ok_or(Error::NoVector)?;
        if read.cut {
            self.done.truncated.push(self.done.vectors.len());
        }
        self.done.vectors.push(vector);
        self.done.tokens.push(read.tokens);
        Ok(())
    }

    fn outcome(self) -> Embeddings {
        self.done
    }
}

/// A vector of length 1 in the same direction; `None` if it has none.
fn normalised(vector: &[f32]) -> Option<Vec<f32>> {
    let square: f64 = vector.iter().map(|x| f64::from(*x) * f64::from(*x)).sum();
    let length = square.sqrt();
    (length.is_finite() && length > 0.0)
        .then(|| vector.iter().map(|x| (f64::from(*x) / length) as f32).collect())
}

#[cfg(test)]
mod tests {
    use super::normalised;

    #[test]
    fn a_vector_gets_the_length_of_one_and_a_broken_one_is_refused() {
        assert_eq!(normalised(&[3.0, 4.0]), Some(vec![0.6, 0.8]));
        assert_eq!(normalised(&[0.0, 0.0]), None);
        assert_eq!(normalised(&[f32::NAN, 1.0]), None);
        assert_eq!(normalised(&[f32::INFINITY, 1.0]), None);
    }
}
