//! Tells calls from text while an answer streams in. What turns out to be no call is text again,
//! as it was written: nothing is lost.

use serde_json::Value;

use super::Tool;
use super::format::Format;
use super::spelling::{Found, read};
use crate::inference::pieces::{begun, take_front};

/// A piece of an answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Said {
    /// Words for the person.
    Text(String),
    /// A tool's name and arguments, an object.
    Call(String, Value),
}

/// Searches one answer for calls.
#[derive(Debug)]
pub(crate) struct CallParser {
    format: &'static Format,
    tools: Vec<Tool>,
    state: State,
    /// What is not decided yet, as it was written.
    held: String,
    calls: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// At the beginning or `after` a call, where a call needs no marker in some forms. After one,
    /// white space and the semicolons that some models put between calls are no text.
    Beginning { after: bool },
    /// Words.
    Text,
    /// In a call whose payload begins at this byte of what is held.
    Call { payload: usize },
}

impl CallParser {
    pub(crate) fn new(format: &'static Format, tools: Vec<Tool>) -> Self {
        Self {
            format,
            tools,
            state: State::Beginning { after: false },
            held: String::new(),
            calls: 0,
        }
    }

    /// How many calls have been found.
    pub(crate) fn calls(&self) -> usize {
        self.calls
    }

    /// What has come of a call after its opening marker, while one is being written.
    pub(crate) fn payload(&self) -> Option<&str> {
        match self.state {
            // A bare one has no marker, and may turn out to be anything.
            State::Call { payload } if payload > 0 => self.held.get(payload..),
            _ => None,
        }
    }

    /// Takes the next piece of the answer; returns what is decided.
    pub(crate) fn push(&mut self, text: &str) -> Vec<Said> {
        self.held.push_str(text);
        let mut said = Vec::new();
        while self.step(false, &mut said) {}
        said
    }

    /// The end: what was held back, as a call if it is one.
    pub(crate) fn finish(&mut self) -> Vec<Said> {
        let mut said = Vec::new();
        while self.step(true, &mut said) {}
        text(std::mem::take(&mut self.held), &mut said);
        said
    }

    /// Decides as much as one state can; whether the next state should have a look.
    fn step(&mut self, ended: bool, said: &mut Vec<Said>) -> bool {
        match self.state {
            State::Beginning { after } => self.begin(after),
            State::Text => self.words(said),
            State::Call { payload } => self.call(payload, ended, said),
        }
    }

    fn begin(&mut self, after: bool) -> bool {
        if after {
            self.held = self.held.trim_start_matches([';', ' ', '\n']).to_owned();
        }
        let start = self.held.trim_start();
        if start.is_empty() {
            return false;
        }
        self.state = if self.format.bare && start.starts_with('{') {
            State::Call { payload: 0 }
        } else {
            State::Text
        };
        true
    }

    fn words(&mut self, said: &mut Vec<Said>) -> bool {
        let open = self.format.open;
        if let Some(at) = self.held.find(open) {
            // White space before a call is part of the call.
            let words = self.held[..at].trim_end().len();
            text(self.held.drain(..words).collect(), said);
            self.state = State::Call { payload: at - words + open.len() };
            return true;
        }
        let decided = self.held.len() - begun(&self.held, open);
        let decided = self.held[..decided].trim_end().len();
        let keep = self.held.len() - decided;
        text(take_front(&mut self.held, keep), said);
        false
    }

    fn call(&mut self, payload: usize, ended: bool, said: &mut Vec<Said>) -> bool {
        let body = &self.held[payload..];
        if payload == 0 && !ended && !may_be_bare(body) {
            self.state = State::Text;
            return true;
        }
        match read(self.format, &self.tools, body, ended) {
            Found::Unfinished => false,
            Found::Nothing => {
                // The marker was text; a later one may still be one.
                let keep = self.held.len() - payload;
                text(take_front(&mut self.held, keep), said);
                self.state = State::Text;
                true
            }
            Found::Calls(calls, length) => {
                self.calls += calls.len();
                said.extend(calls.into_iter().map(|(name, arguments)| Said::Call(name, arguments)));
                self.held.drain(..payload + length);
                self.state = State::Beginning { after: true };
                true
            }
        }
    }
}

/// Whether an object that begins like this may be a call: its first key says so.
fn may_be_bare(body: &str) -> bool {
    let inside = body.trim_start().trim_start_matches('{').trim_start();
    ["\"name\"", "\"type\"", "\"function\"", "\"parameters\""]
        .iter()
        .any(|key| inside.starts_with(key) || key.starts_with(inside))
}

fn text(text: String, said: &mut Vec<Said>) {
    match said.last_mut() {
        Some(Said::Text(last)) => last.push_str(&text),
        _ if text.is_empty() => {}
        _ => said.push(Said::Text(text)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tools() -> Vec<Tool> {
        let parameters = json!({
            "type": "object",
            "properties": { "city": { "type": "string" }, "days": { "type": "integer" } },
        });
        let tool = |name: &str| Tool {
            name: name.to_owned(),
            description: String::new(),
            parameters: parameters.clone(),
        };
        vec![tool("weather"), tool("sun")]
    }

    /// All that is said, with the answer cut into pieces of so many characters.
    fn said(template: &str, answer: &str, size: usize) -> Vec<Said> {
        let format = Format::mentioned(template).expect("a known form");
        let mut parser = CallParser::new(format, tools());
        let letters: Vec<char> = answer.chars().collect();
        let mut said = Vec::new();
        for piece in letters.chunks(size) {
            said.extend(parser.push(&piece.iter().collect::<String>()));
        }
        said.extend(parser.finish());
        let mut joined: Vec<Said> = Vec::new();
        for piece in said {
            match (joined.last_mut(), piece) {
                (Some(Said::Text(last)), Said::Text(more)) => last.push_str(&more),
                (_, piece) => joined.push(piece),
            }
        }
        joined
    }

    fn words(text: &str) -> Said {
        Said::Text(text.to_owned())
    }

    fn weather(arguments: Value) -> Said {
        Said::Call("weather".to_owned(), arguments)
    }

    const HERMES: &str = "<tool_call>";
    const LLAMA: &str = "<|python_tag|>";
    const MISTRAL: &str = "[TOOL_CALLS]";

    #[test]
    fn each_form_of_a_call_is_found_however_it_is_cut() {
        let rome = || weather(json!({ "city": "Rome" }));
        let both = || {
            let sun = Said::Call("sun".to_owned(), json!({}));
            vec![weather(json!({ "city": "}{\"" })), sun]
        };
        let call = r#"{"name": "weather", "arguments": {"city": "Rome"}}"#;
        let odd = r#"{"name": "weather", "arguments": {"city": "}{\""}}"#;
        let sun = r#"{"name": "sun", "arguments": {}}"#;
        let cases = [
            (HERMES, format!("So:\n\n<tool_call>\n{call}\n</tool_call>\n"), vec![words("So:"), rome()]),
            (HERMES, format!("<tool_call>{odd}</tool_call>\n<tool_call>{sun}</tool_call>"), both()),
            (HERMES, format!("<tool_call>{call}"), vec![rome()]),
            (HERMES, format!("<tool_call>[{odd}, {sun}]</tool_call>"), both()),
            (LLAMA, call.replace("arguments", "parameters"), vec![rome()]),
            (LLAMA, format!("<|python_tag|>{odd}; {sun}"), both()),
            (MISTRAL, format!("[TOOL_CALLS] [{odd}, {sun}]"), both()),
            ("[TOOL_CALLS][ARGS]", r#"[TOOL_CALLS]weather[ARGS]{"city": "Rome"}"#.to_owned(), vec![rome()]),
            ("[TOOL_CALLS][ARGS]", r#"[TOOL_CALLS]weather[CALL_ID]a1b2c3d4e[ARGS]{"city": "}{\""}[TOOL_CALLS]sun[ARGS]{}"#.to_owned(), both()),
            ("<|tool_call|><|/tool_call|>", format!("<|tool_call|>[{call}]<|/tool_call|>"), vec![rome()]),
            (
                "<tool_call><function=",
                "<tool_call>\n<function=weather>\n<parameter=city>\n12\n</parameter>\n<parameter=days>\n3\n</parameter>\n</function>\n</tool_call>".to_owned(),
                vec![weather(json!({ "city": "12", "days": 3 }))],
            ),
            (
                "<tool_call><arg_key>",
                "<tool_call>weather\n<arg_key>city</arg_key>\n<arg_value>Rome</arg_value>\n</tool_call>".to_owned(),
                vec![rome()],
            ),
        ];
        for (template, answer, expected) in cases {
            for size in [1, 3, 7, 1000] {
                assert_eq!(said(template, &answer, size), expected, "{size}: {answer}");
            }
        }
    }

    #[test]
    fn what_is_no_call_is_text_as_it_was_written() {
        let cases = [
            (HERMES, "Write <tool_call> around it, then </tool_call>."),
            (HERMES, "  <tool_call>\n{\"name\": \"rm\", \"arguments\": {}}\n</tool_call>\n"),
            (HERMES, "<tool_call>{\"name\": \"weather\", \"arguments\": [1]}</tool_call>"),
            (HERMES, "<tool_call>{\"name\": \"weather\", \"arguments\": {"),
            (HERMES, "a <tool_ca"),
            (HERMES, "{\"name\": \"weather\", \"arguments\": {}}"),
            (LLAMA, "{\"names\": [\"weather\"]}"),
            (LLAMA, "{\"name\": \"Ann\", \"age\": 3} is an object"),
            (MISTRAL, "[TOOL_CALLS] are what it writes"),
            ("[TOOL_CALLS][ARGS]", "[TOOL_CALLS]remove[ARGS]{}"),
            ("<tool_call><function=", "<tool_call><function=rm></function></tool_call> \n"),
        ];
        for (template, answer) in cases {
            for size in [1, 4, 1000] {
                assert_eq!(said(template, answer, size), [words(answer)], "{size}");
            }
        }
    }

    #[test]
    fn an_object_that_cannot_be_a_call_streams_at_once() {
        let format = Format::mentioned(LLAMA).expect("a known form");
        let mut parser = CallParser::new(format, tools());
        assert_eq!(parser.push("{\"age\""), [words("{\"age\"")]);
    }
}
