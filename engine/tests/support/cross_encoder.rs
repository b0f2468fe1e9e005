//! A BERT with a head that scores, computed plainly from its file: what a reranker must say.

use std::collections::HashMap;
use std::path::Path;

use engine::models::Gguf;

const HEADS: usize = 2;

/// A model of 32-bit floats.
pub(crate) struct CrossEncoder {
    tensors: HashMap<String, Vec<f32>>,
    tokens: HashMap<String, usize>,
    layers: usize,
    width: usize,
}

impl CrossEncoder {
    pub(crate) fn open(path: &Path) -> Self {
        let file = Gguf::open(path).expect("a sound model");
        let bytes = std::fs::read(path).expect("its bytes");
        let data = file.parts()[0].data_offset;
        let tensors = file.tensors().iter().map(|tensor| {
            let start = (data + tensor.offset) as usize;
            let numbers = bytes[start..start + tensor.bytes() as usize].chunks_exact(4);
            let numbers = numbers.map(|four| f32::from_le_bytes(four.try_into().expect("four")));
            (tensor.name.clone(), numbers.collect())
        });
        let tokens = file.tokens().expect("a vocabulary");
        let tokens = tokens.strings().enumerate();
        Self {
            tensors: tensors.collect(),
            tokens: tokens
                .map(|(id, token)| (String::from_utf8_lossy(token).into_owned(), id))
                .collect(),
            layers: file.block_count() as usize,
            width: file.embedding_length() as usize,
        }
    }

    /// The score of a passage; of both texts, words that are tokens.
    pub(crate) fn score(&self, question: &str, passage: &str) -> f32 {
        let words = |text: &str| -> Vec<usize> {
            text.split_whitespace().map(|word| self.tokens[&format!("\u{2581}{word}")]).collect()
        };
        let (begin, end) = (self.tokens["[CLS]"], self.tokens["[SEP]"]);
        let ids = [vec![begin], words(question), vec![end], words(passage), vec![end]].concat();
        let mut rows: Vec<Vec<f32>> = ids.iter().enumerate().map(|pair| self.row(pair)).collect();
        for layer in 0..self.layers {
            rows = self.layer(&format!("blk.{layer}."), &rows);
        }
        let head: Vec<f32> = self.linear("cls", &rows[0]).into_iter().map(f32::tanh).collect();
        self.linear("cls.output", &head)[0]
    }

    fn row(&self, (position, id): (usize, &usize)) -> Vec<f32> {
        let part = |name: &str, index: usize| {
            &self.tensors[name][index * self.width..(index + 1) * self.width]
        };
        let token = part("token_embd.weight", *id);
        let position = part("position_embd.weight", position);
        let kind = part("token_types.weight", 0);
        let sum = (0..self.width).map(|place| token[place] + position[place] + kind[place]);
        self.normal("token_embd_norm", sum.collect())
    }

    fn layer(&self, block: &str, rows: &[Vec<f32>]) -> Vec<Vec<f32>> {
        let each = |part: &str| -> Vec<Vec<f32>> {
            rows.iter().map(|row| self.linear(&format!("{block}{part}"), row)).collect()
        };
        let (queries, keys, values) = (each("attn_q"), each("attn_k"), each("attn_v"));
        let mut out = Vec::new();
        for (row, query) in rows.iter().zip(&queries) {
            let seen = self.linear(&format!("{block}attn_output"), &look(query, &keys, &values));
            let row = self.normal(&format!("{block}attn_output_norm"), sum(row, &seen));
            let up = self.linear(&format!("{block}ffn_up"), &row).into_iter().map(gelu).collect();
            let down = self.linear::<Vec<f32>>(&format!("{block}ffn_down"), &up);
            out.push(self.normal(&format!("{block}layer_output_norm"), sum(&row, &down)));
        }
        out
    }

    fn linear<R: AsRef<[f32]>>(&self, name: &str, row: &R) -> Vec<f32> {
        let row = row.as_ref();
        let weights = self.tensors[&format!("{name}.weight")].chunks_exact(row.len());
        let dots = weights.map(|weights| weights.iter().zip(row).map(|(a, b)| a * b).sum::<f32>());
        dots.zip(&self.tensors[&format!("{name}.bias")]).map(|(dot, bias)| dot + bias).collect()
    }

    fn normal(&self, name: &str, row: Vec<f32>) -> Vec<f32> {
        let count = row.len() as f32;
        let mean = row.iter().sum::<f32>() / count;
        let variance = row.iter().map(|x| (x - mean).powi(2)).sum::<f32>() / count;
        let (weight, bias) =
            (&self.tensors[&format!("{name}.weight")], &self.tensors[&format!("{name}.bias")]);
        let place = |(index, x): (usize, f32)| {
            (x - mean) / (variance + 1e-12).sqrt() * weight[index] + bias[index]
        };
        row.into_iter().enumerate().map(place).collect()
    }
}

/// What a token sees of all tokens, head by head.
fn look(query: &[f32], keys: &[Vec<f32>], values: &[Vec<f32>]) -> Vec<f32> {
    let length = query.len() / HEADS;
    let mut seen = Vec::new();
    for head in 0..HEADS {
        let part = head * length..(head + 1) * length;
        let dot = |key: &Vec<f32>| -> f32 {
            query[part.clone()].iter().zip(&key[part.clone()]).map(|(a, b)| a * b).sum()
        };
        let weights: Vec<f32> =
            keys.iter().map(|key| (dot(key) / (length as f32).sqrt()).exp()).collect();
        let all: f32 = weights.iter().sum();
        for place in part {
            let share = weights.iter().zip(values).map(|(weight, value)| weight * value[place]);
            seen.push(share.sum::<f32>() / all);
        }
    }
    seen
}

fn sum(a: &[f32], b: &[f32]) -> Vec<f32> {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}

/// By the tanh, as ggml has it.
fn gelu(x: f32) -> f32 {
    0.5 * x * (1.0 + (0.797_884_6 * (x + 0.044_715 * x.powi(3))).tanh())
}
