//! How models write calls: a table of the forms that are known.

/// One form.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Format {
    /// Begins a call, or a list of them.
    pub(crate) open: &'static str,
    /// Ends it; empty where the payload says itself where it ends.
    pub(crate) close: &'static str,
    /// What is between.
    pub(crate) payload: Payload,
    /// What the arguments are called there.
    pub(crate) arguments: &'static str,
    /// Whether a call may stand at the beginning of the answer without `open`.
    pub(crate) bare: bool,
}

/// What a call is between its markers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Payload {
    /// `{"name": "f", "arguments": {…}}`
    Object,
    /// `[{"name": "f", "arguments": {…}}, …]`
    List,
    /// `f[ARGS]{…}`, `f[CALL_ID]…[ARGS]{…}` or `f{…}`
    Named,
    /// `<function=f><parameter=a>1</parameter></function>`
    Functions,
    /// `f<arg_key>a</arg_key><arg_value>1</arg_value>`
    Pairs,
}

/// Between the name and the arguments of [`Payload::Named`].
pub(super) const NAMED_SEPARATOR: &str = "[ARGS]";

const fn object(open: &'static str, close: &'static str) -> Format {
    Format { open, close, payload: Payload::Object, arguments: "arguments", bare: false }
}

/// Hermes, Qwen 2.5 and 3, SmolLM 3, and whatever knows no tools of its own.
pub(crate) const TAGS: Format = object("<tool_call>", "</tool_call>");
const FUNCTIONS: Format = Format { payload: Payload::Functions, ..TAGS };
const PAIRS: Format = Format { payload: Payload::Pairs, ..TAGS };
const LLAMA: Format =
    Format { arguments: "parameters", bare: true, ..object("<|python_tag|>", "") };
const MISTRAL_LIST: Format = Format { payload: Payload::List, ..object("[TOOL_CALLS]", "") };
const MISTRAL_NAMED: Format = Format { payload: Payload::Named, ..MISTRAL_LIST };
const PHI: Format = Format { payload: Payload::List, ..object("<|tool_call|>", "<|/tool_call|>") };
const GRANITE: Format = Format { close: "", ..PHI };

/// All forms that are known.
const KNOWN: [&Format; 8] =
    [&TAGS, &FUNCTIONS, &PAIRS, &LLAMA, &MISTRAL_LIST, &MISTRAL_NAMED, &PHI, &GRANITE];

impl Format {
    /// The form for a call that is held to a grammar from its beginning: arguments in tags of their
    /// own are no JSON, and models that write those understand JSON as well.
    pub(crate) fn held(&'static self) -> &'static Self {
        match self.payload {
            Payload::Functions | Payload::Pairs => &TAGS,
            Payload::Object | Payload::List | Payload::Named => self,
        }
    }

    /// All forms with markers of their own.
    pub(crate) fn all() -> impl Iterator<Item = &'static Self> {
        KNOWN.into_iter().filter(|format| !format.bare)
    }

    /// The one that a chat template speaks of.
    pub(crate) fn mentioned(template: &str) -> Option<&'static Self> {
        let has = |words: &str| template.contains(words);
        if has(TAGS.open) {
            return Some(if has("<arg_key>") {
                &PAIRS
            } else if has("<function=") {
                &FUNCTIONS
            } else {
                &TAGS
            });
        }
        if has(MISTRAL_LIST.open) {
            return Some(if has(NAMED_SEPARATOR) { &MISTRAL_NAMED } else { &MISTRAL_LIST });
        }
        if has(PHI.open) {
            return Some(if has(PHI.close) { &PHI } else { &GRANITE });
        }
        // Llama 3 tells the model to answer with an object that has these two.
        (has(LLAMA.open) || (has("\"parameters\"") && has("ipython"))).then_some(&LLAMA)
    }
}

/// Whether a special token of this name marks a call, and so must be spelled out to be found.
pub(crate) fn is_marker(name: &str) -> bool {
    name == NAMED_SEPARATOR
        || name == "[CALL_ID]"
        || (!name.is_empty()
            && KNOWN.iter().any(|format| format.open == name || format.close == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_tells_how_its_model_writes_calls() {
        let cases = [
            ("… <tool_call>\\n{\"name\": …}\\n</tool_call>", Some(&TAGS)),
            ("<tool_call>\n<function=f>", Some(&FUNCTIONS)),
            ("<tool_call>{name}<arg_key>", Some(&PAIRS)),
            ("{{ '[TOOL_CALLS][' }}", Some(&MISTRAL_LIST)),
            ("[TOOL_CALLS] name [ARGS]", Some(&MISTRAL_NAMED)),
            ("<|python_tag|>", Some(&LLAMA)),
            ("<|tool_call|> <|/tool_call|>", Some(&PHI)),
            ("<|im_start|>", None),
        ];
        for (template, format) in cases {
            assert_eq!(Format::mentioned(template), format, "{template}");
        }
    }

    #[test]
    fn markers_are_known_by_name() {
        assert!(is_marker("[TOOL_CALLS]") && is_marker("[ARGS]") && is_marker("</tool_call>"));
        assert!(!is_marker("") && !is_marker("<|im_end|>"));
    }
}
