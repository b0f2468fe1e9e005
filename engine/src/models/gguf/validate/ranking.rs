//! The head of a reranker: llama.cpp reads as many scores as there are labels, whether the head has
//! computed so many or not, and without a head it reads what is no score at all.

use super::super::facts::Kind;
use super::super::flaw::{Flaw, flaw};
use super::super::value::text;
use super::super::{Gguf, ValueType};
use super::require_type;

pub(super) fn check(gguf: &Gguf) -> Result<(), Flaw> {
    if gguf.kind() != Kind::Reranker {
        return Ok(());
    }
    let Some(head) = gguf.rank_head() else {
        flaw!("it is to rank passages but has no head that this program can rank with");
    };
    let outputs = head.shape.get(1).copied().unwrap_or(1);
    let labels = labels(gguf)?;
    let promised = labels.len().max(1) as u64;
    if outputs != promised {
        flaw!("its head has {outputs} outputs, not {promised}, and ranks nothing");
    }
    // Of several, the first must be the score.
    match labels.first() {
        Some(first) if labels.len() > 1 && !first.eq_ignore_ascii_case("yes") => {
            flaw!("it sorts texts into {} classes and ranks none", labels.len())
        }
        _ => Ok(()),
    }
}

fn labels(gguf: &Gguf) -> Result<Vec<String>, Flaw> {
    let key = gguf.own_key("classifier.output_labels");
    require_type(gguf, &key, ValueType::Array)?;
    match gguf.array(&key) {
        None => Ok(Vec::new()),
        Some(array) if array.item_type() == ValueType::String => {
            Ok(array.strings().map(|label| text(label).into_owned()).collect())
        }
        Some(array) => flaw!("{key} is a list of {}", array.item_type().name()),
    }
}
