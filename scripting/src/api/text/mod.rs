//! `text`: what apps do with texts before a model reads them and after it wrote them.

mod cut;
mod diff;
mod template;

use std::sync::Arc;

use engine::documents::tokens;
use rhai::{Array, Dynamic, ImmutableString};
use unicode_segmentation::UnicodeSegmentation;

use super::docs::{Call, Function, Module};
use super::module::Noun;
use crate::plugin::CorePlugin;
use crate::runner::{Context, ScriptResult, failure};

pub(super) const DOCS: Module = Module {
    name: "text",
    summary: "Cuts, compares and fills in texts.",
    notes: "Lengths are in characters, as in Rhai's own `len`.",
    call: Call::Namespace,
    functions: &[
        Function {
            signature: "split(text: string, length: int, overlap?: int) -> array",
            about: "Cuts a text into pieces for a model to read. Each piece has at most `length` \
                    characters and ends, if it can, with a paragraph, else with a sentence, else with a word.",
            parameters: &[(
                "overlap",
                "how many characters of a piece the next one begins with at most; less than `length`, 0 if left out",
            )],
            returns: "the pieces, in order, without the white space around them",
            errors: "when `length` is less than 1 or `overlap` is not less than `length`.",
            example: r#"
let pieces = text::split("One short. Two short. Three short.", 22);
print(pieces.len);  // → 2
print(pieces[0]);   // → One short. Two short."#,
        },
        Function {
            signature: "sentences(text: string) -> array",
            about: "The sentences of a text, without the white space around them.",
            example: r#"print(text::sentences("Who is it? It is I.").len); // → 2"#,
            ..Function::EMPTY
        },
        Function {
            signature: "words(text: string) -> array",
            about: "The words of a text, without punctuation.",
            example: r#"print(text::words("Don't panic, please!")); // → ["Don't", "panic", "please"]"#,
            ..Function::EMPTY
        },
        Function {
            signature: "lines(text: string) -> array",
            about: "The lines of a text, without their line breaks.",
            example: r#"print(text::lines("one\ntwo\r\nthree")); // → ["one", "two", "three"]"#,
            ..Function::EMPTY
        },
        Function {
            signature: "language(text: string) -> any",
            about: "The language that a text is written in, told by its script and its little words.",
            returns: "its English name in lower case, as `\"german\"`; `\"other\"` where it is in letters \
                      that English does not have and no more is known; `()` where a text has too few \
                      words to tell",
            example: r#"
print(text::language("Wie geht es dir?")); // → german
print(text::language("灯塔在哪里？"));        // → chinese"#,
            ..Function::EMPTY
        },
        Function {
            signature: "similarity(one: string, other: string) -> float",
            about: "How alike two texts are, by the pairs of letters that both have: 0.0 for not at \
                    all, 1.0 for the same. It knows nothing of meaning; for that there is `llm::embed`.",
            example: r#"
print(text::similarity("night", "nacht"));  // → 0.25
print(text::similarity("same", "same"));    // → 1.0"#,
            ..Function::EMPTY
        },
        Function {
            signature: "diff(old: string, new: string, by?: string) -> array",
            about: "What changed between two texts.",
            parameters: &[("by", "`\"words\"` (if left out), `\"lines\"` or `\"characters\"`")],
            returns: "pieces `#{ kind, text }` in order, where `kind` is `\"same\"`, `\"removed\"` or \
                      `\"added\"`",
            errors: "when `by` is another word.",
            example: r#"
let shown = "";
for piece in text::diff("a red car", "a blue car") {
    shown += switch piece.kind {
        "removed" => `[-${piece.text}]`,
        "added" => `[+${piece.text}]`,
        _ => piece.text,
    };
}
print(shown); // → a [-red][+blue] car"#,
        },
        Function {
            signature: "patch(old: string, new: string) -> string",
            about: "What changed between two texts, by lines, in the form of a patch file. It is \
                    empty where nothing changed.",
            example: r#"print(text::patch("one\ntwo\n", "one\nthree\n").contains("+three")); // → true"#,
            ..Function::EMPTY
        },
        Function {
            signature: "template(template: string, values: map) -> string",
            about: "Fills values into a text, in the language of Jinja: `{{ name }}`, \
                    `{% if … %}`, `{% for … %}`, filters such as `{{ names|join(\", \") }}`.",
            errors: "when the template is wrong or uses a value that is not given, with its line; \
                     when it works too long or writes more than 4 MB.",
            example: r#"
let letter = text::template("Dear {{ name }},{% for gift in gifts %} thanks for the {{ gift }}!{% endfor %}",
    #{ name: "Ada", gifts: ["book"] });
print(letter); // → Dear Ada, thanks for the book!"#,
            ..Function::EMPTY
        },
        Function {
            signature: "trim(text: string) -> string",
            about: "The text without white space at both ends. Rhai's own `trim` changes a variable \
                    in place; this one gives back a new text.",
            example: r#"print(text::trim("  hello ")); // → hello"#,
            ..Function::EMPTY
        },
        Function {
            signature: "truncate(text: string, length: int) -> string",
            about: "The text, or its beginning with `…` behind it, if it has more than `length` \
                    characters. It is cut between words where that costs little.",
            errors: "when `length` is less than 1.",
            example: r#"print(text::truncate("A title that is too long", 12)); // → A title…"#,
            ..Function::EMPTY
        },
        Function {
            signature: "dedent(text: string) -> string",
            about: "The text without the indentation that all its lines have in common, and without \
                    empty lines at both ends. For long texts inside a script.",
            example: r#"
let prompt = text::dedent(`
    Be brief.
      Be kind.
`);
print(prompt == "Be brief.\n  Be kind."); // → true"#,
            ..Function::EMPTY
        },
        Function {
            signature: "one_line(text: string) -> string",
            about: "The text in one line: each run of white space becomes one space.",
            example: r#"print(text::one_line(" a \n\n b ")); // → a b"#,
            ..Function::EMPTY
        },
        Function {
            signature: "unfence(text: string) -> string",
            about: "What stands in the first fenced code block of a Markdown text, or the trimmed \
                    text if there is none. For models that put their answer into a fence.",
            example: r#"print(text::unfence("Here:\n```json\n[1]\n```")); // → [1]"#,
            ..Function::EMPTY
        },
    ],
};

/// The noun `text`.
pub(super) struct Text;

impl CorePlugin for Text {
    fn name(&self) -> &'static str {
        DOCS.name
    }

    fn register(&self, rhai: &mut rhai::Engine, _context: &Arc<Context>) {
        let mut noun = Noun::new(&DOCS);
        noun.add("split", |text: &str, length: i64| split(text, length, 0));
        noun.add("split", split);
        noun.add("sentences", |text: &str| trimmed(text.unicode_sentences()));
        noun.add("words", |text: &str| trimmed(text.unicode_words()));
        noun.add("lines", |text: &str| array(text.lines()));
        noun.add("language", |text: &str| {
            tokens::name_of_language(text).map_or(Dynamic::UNIT, Into::into)
        });
        noun.add("similarity", |one: &str, other: &str| strsim::sorensen_dice(one, other));
        noun.add("diff", |old: &str, new: &str| diff::pieces(old, new, "words"));
        noun.add("diff", diff::pieces);
        noun.add("patch", diff::patch);
        noun.add("template", template::fill);
        noun.add("trim", |text: &str| text.trim().to_owned());
        noun.add("truncate", truncate);
        noun.add("dedent", cut::dedent);
        noun.add("one_line", cut::one_line);
        noun.add("unfence", |text: &str| cut::unfence(text).to_owned());
        noun.register(rhai);
    }
}

fn split(text: &str, length: i64, overlap: i64) -> ScriptResult<Array> {
    let length = at_least_one("length", length)?;
    let overlap =
        usize::try_from(overlap).ok().filter(|overlap| *overlap < length).ok_or_else(|| {
            failure(format!("overlap is {overlap}: it must be at least 0 and less than {length}"))
        })?;
    Ok(cut::pieces(text, length, overlap).into_iter().map(Dynamic::from).collect())
}

fn truncate(text: ImmutableString, length: i64) -> ScriptResult<ImmutableString> {
    let length = at_least_one("length", length)?;
    Ok(cut::truncate(&text, length).map_or(text, Into::into))
}

fn at_least_one(name: &str, value: i64) -> ScriptResult<usize> {
    usize::try_from(value)
        .ok()
        .filter(|value| *value > 0)
        .ok_or_else(|| failure(format!("{name} is {value}: it must be at least 1")))
}

fn trimmed<'a>(parts: impl Iterator<Item = &'a str>) -> Array {
    array(parts.map(str::trim).filter(|part| !part.is_empty()))
}

fn array<'a>(parts: impl Iterator<Item = &'a str>) -> Array {
    parts.map(|part| Dynamic::from(part.to_owned())).collect()
}
