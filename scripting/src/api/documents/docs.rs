//! What `documents` says of itself.

use crate::api::docs::{Call, Function, Module};

pub(in crate::api) const DOCS: Module = Module {
    name: "documents",
    summary: "Searches the person's documents, answers from them with citations, and adds some.",
    notes: "Needs the permission `documents = \"read\"`, and `documents = \"write\"` to add and remove. \
            `documents::ask` also needs `llm = true` where a model is to answer.\n\n\
            A **passage** is a part of a document: a map with `text`, `title`, `source` (path), \
            `document` (its number, for `documents::passages`), `page` (or `()`), `part` (which of the \
            pages or parts, from 0), `characters` (`[from, to]` in the document's text) and `headings` \
            (those above it). One that was found also has `score` (comparable within one answer only), \
            `words_rank` and `meaning_rank` (its place among those found by words and by meaning, from \
            1, or `()`), and where a reranker ordered what was found, `reranker_score` (in the model's own \
            measure) and `rank_before` (its place without it). With `number` added it fits into `app::cite`, and a click on the number opens \
            the document there. A **citation** is a passage with its `number`.",
    call: Call::Namespace,
    functions: &[
        Function {
            signature: "collections() -> array",
            about: "The person's collections.",
            returns: "maps: `name`, `documents` (how many can be searched), `waiting` and `refused` (how \
                      many are still to be read, and could not be), `scanning` (whether something that was \
                      added is still to be looked through, so that more may wait), `passages`",
            errors: "when there is no library of documents.",
            example: r#"print(documents::collections()[0].name); // → Papers"#,
            ..Function::EMPTY
        },
        Function {
            signature: "search(text: string, options?: map) -> array",
            about: "The passages that answer a question best, the best first.",
            parameters: &[(
                "options",
                "`collections`: a name or several (all of the person's own if left out); `limit`: how \
                 many passages, 1 to 100 (8 if left out); `mode`: `\"hybrid\"` (if left out), \
                 `\"words\"` or `\"meaning\"`; `weigh`: whether to weigh how much of the question \
                 each one holds, which takes a moment longer (false if left out); `reranker`: whether \
                 the reranker that the person chose, if any, orders what was found and is not weighed \
                 (true if left out)",
            )],
            returns: "passages; those that were weighed have `share` (how much of the question they \
                      hold, rarer words counting more: 0.0 to 1.0) and `answers` (whether that is \
                      enough for an answer), and are sorted by both",
            errors: "when there is no such collection, or `\"meaning\"` is asked for without an \
                     embedding model.",
            example: r#"
let found = documents::search("What is a satchel?", #{ collections: "Papers", limit: 3 });
print(found[0].title); // → Bags"#,
        },
        Function {
            signature: "passages(document: int) -> array",
            about: "All passages of one document, in order.",
            parameters: &[("document", "`document` of a passage that was found")],
            returns: "passages",
            errors: "when there is no such document.",
            example: r#"
let found = documents::search("What is a satchel?");
print(documents::passages(found[0].document).len); // → 1"#,
        },
        Function {
            signature: "documents(collection: string) -> array",
            about: "The documents of a collection, by path.",
            returns: "maps: `document` (its number), `title`, `source` (path), `state` (`\"ready\"`, \
                      `\"waiting\"` or `\"refused\"`), `reason` (why it was refused, or `()`), `pages`, \
                      `passages`, `size` (in bytes)",
            errors: "when there is no such collection.",
            example: r#"
for document in documents::documents("Papers") {
    print(`${document.title}: ${document.state}`); // → Bags: ready
}"#,
            ..Function::EMPTY
        },
        Function {
            signature: "ask(question: string, options?: map) -> map",
            about: "Answers a question from documents, with citations. In a run, the answer is written \
                    as it comes, with its citations, and its caller can see why it is as it is. A \
                    question that follows from `messages` is put so that it stands alone; whether \
                    passages or everything is read depends on the question, and can be chosen.",
            parameters: &[(
                "options",
                "`collections`, `limit`, `mode` and `reranker` as for `documents::search`; `reading`: \
                 `\"passages\"`, `\"whole\"` (everything, word for word), `\"summary\"` (everything, \
                 part by part) or `\"scan\"` (every passage, for \"list all\"), chosen by the question \
                 if left out; `answerer`: `\"best\"` (a model where a real one is loaded, if left out), \
                 `\"model\"` or `\"reader\"` (quotes sentences, without any model); `messages`: the \
                 conversation before; `system`: who the model is and how it should write; `prompt`: messages for the model instead of those that would be \
                 made; `write`: whether the run is told (true if left out); and for models, as in \
                 `llm::chat`: `model`, `temperature`, `max_tokens` and the like",
            )],
            returns: "a map: `text`, `citations`, `found` (whether anything answers it), `reading`, \
                      `because` (why it was read so), `standalone` (the question as it was searched \
                      for, where that is another, or `()`), `model` (its name, or `()` for the reader), \
                      `stopped`",
            errors: "when there is no such collection, the documents do not fit the reading that was \
                     asked for, or the model fails.",
            example: r#"
let answer = documents::ask("What is a satchel?", #{ answerer: "reader", write: false });
print(answer.text); // → A satchel is a bag with a strap. [1]
print(answer.citations[0].title); // → Bags"#,
        },
        Function {
            signature: "quote(question: string, passages: array, options?: map) -> map",
            about: "The sentences of some passages that answer a question best, word for word: the \
                    reader that answers without a model. Needs no permission.",
            parameters: &[
                ("passages", "passages, or maps or plain texts of your own"),
                ("options", "`limit`: how many sentences, 1 to 100 (3 if left out)"),
            ],
            returns: "a map: `text` (empty when nothing answers) and `citations`",
            errors: "when a passage has no text.",
            example: r#"
let found = documents::quote("Who has a strap?", ["A satchel has a strap.", "Birds have wings."]);
print(found.text); // → A satchel has a strap. [1]"#,
        },
        Function {
            signature: "add(collection: string, path: string, options?: map) -> map",
            about: "Reads a file, or all files of a folder, into a collection, which is made if it is \
                    missing, and waits until they are read. The app must be allowed to read them. \
                    Where the run is stopped meanwhile, the library goes on reading by itself.",
            parameters: &[(
                "options",
                "`wait`: whether to wait until all is read (true if left out); how far it is then \
                 stands in `documents::collections`",
            )],
            returns: "a map: `documents` and `passages` (how many), `problems` (texts: what could not \
                      be read, and why)",
            errors: "when nothing at all could be read.",
            example: r#"print(documents::add("Papers", "notes.txt").documents); // → 1"#,
        },
        Function {
            signature: "remove(collection: string, path?: string) -> int",
            about: "Takes a document, all documents of a folder, or the whole collection out of the \
                    library. The files stay.",
            returns: "how many documents there were",
            errors: "when there is no such collection.",
            example: r#"
documents::add("Drafts", "notes.txt");
print(documents::remove("Drafts")); // → 1"#,
            ..Function::EMPTY
        },
    ],
};
