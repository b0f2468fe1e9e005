//! The words that embedding models were trained to see before a text, from their model cards.

use super::TextKind;

/// What stands before a question and before a passage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Prefixes {
    pub(crate) query: &'static str,
    pub(crate) passage: &'static str,
}

const fn both(query: &'static str, passage: &'static str) -> Prefixes {
    Prefixes { query, passage }
}

const REPRESENT: &str = "Represent this sentence for searching relevant passages: ";

/// A part of a model's name, in small letters, and its prefixes. The first that is found counts.
const KNOWN: [(&str, Prefixes); 14] = [
    ("nomic-embed", both("search_query: ", "search_document: ")),
    ("modernbert-embed", both("search_query: ", "search_document: ")),
    (
        "e5-large-instruct",
        both("Instruct: Given a question, retrieve passages that answer it\nQuery: ", ""),
    ),
    (
        "e5-mistral",
        both("Instruct: Given a question, retrieve passages that answer it\nQuery: ", ""),
    ),
    ("e5-", both("query: ", "passage: ")),
    ("bge-m3", both("", "")),
    ("bge-large-zh", both("为这个句子生成表示以用于检索相关文章：", "")),
    ("bge-base-zh", both("为这个句子生成表示以用于检索相关文章：", "")),
    ("bge-small-zh", both("为这个句子生成表示以用于检索相关文章：", "")),
    ("bge-", both(REPRESENT, "")),
    ("mxbai-embed", both(REPRESENT, "")),
    ("snowflake-arctic-embed-l-v2", both("query: ", "")),
    (
        "qwen3-embedding",
        both(
            "Instruct: Given a web search query, retrieve relevant passages that answer the query\n\
             Query:",
            "",
        ),
    ),
    ("embeddinggemma", both("task: search result | query: ", "title: none | text: ")),
];

impl Prefixes {
    /// By the names that a file gives its model; none for models that were trained without, and for
    /// unknown ones.
    pub(crate) fn of_model<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let plain: Vec<String> =
            names.map(|name| name.trim().to_lowercase().replace([' ', '_'], "-")).collect();
        KNOWN
            .iter()
            .find(|(part, _)| plain.iter().any(|name| name.contains(part)))
            .map(|(_, prefixes)| *prefixes)
            .unwrap_or_default()
    }

    pub(super) fn of(self, kind: TextKind) -> &'static str {
        match kind {
            TextKind::Plain => "",
            TextKind::Query => self.query,
            TextKind::Passage => self.passage,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_are_known_by_a_part_of_their_name() {
        let of = |name: &str| Prefixes::of_model([name].into_iter());
        assert_eq!(of("nomic-embed-text-v1.5").of(TextKind::Passage), "search_document: ");
        assert_eq!(of("Multilingual E5 Small").of(TextKind::Query), "query: ");
        assert_eq!(of("bge-m3").of(TextKind::Query), "");
        assert!(of("BGE Small En v1.5").of(TextKind::Query).starts_with("Represent"));
        assert!(of("Qwen3 Embedding 0.6B").of(TextKind::Query).ends_with("\nQuery:"));
        assert_eq!(of("all-MiniLM-L6-v2"), Prefixes::default());
        assert_eq!(of("nomic-embed-text-v1.5").of(TextKind::Plain), "");
    }
}
