//! Reads HTML and XML.

use super::lexer::{CodeKind, CodeRun, Runs};

/// Reads code made of tags.
pub(super) fn runs(code: &str) -> Vec<CodeRun> {
    let mut runs = Runs::default();
    let mut at = 0;
    while at < code.len() {
        let rest = &code[at..];
        if rest.starts_with("<!--") {
            at = rest.find("-->").map_or(code.len(), |end| at + end + 3);
            runs.push(at, CodeKind::Comment);
        } else if rest.starts_with('<') {
            at = tag(&mut runs, code, at);
        } else {
            at = rest.find('<').map_or(code.len(), |end| at + end);
            runs.push(at, CodeKind::Plain);
        }
    }
    runs.finish()
}

/// Reads one tag and returns where it ends.
fn tag(runs: &mut Runs, code: &str, start: usize) -> usize {
    let mut at = start + 1;
    while code[at..].starts_with(['/', '!', '?']) {
        at += 1;
    }
    at = name_end(code, at);
    runs.push(at, CodeKind::Keyword);
    while at < code.len() {
        let rest = &code[at..];
        let Some(first) = rest.chars().next() else { break };
        match first {
            '>' => {
                runs.push(at + 1, CodeKind::Keyword);
                return at + 1;
            }
            '<' => return at,
            '"' | '\'' => {
                let body = at + 1;
                at = code[body..].find(first).map_or(code.len(), |end| body + end + 1);
                runs.push(at, CodeKind::String);
            }
            c if is_name(c) => {
                at = name_end(code, at);
                runs.push(at, CodeKind::Type);
            }
            c => {
                at += c.len_utf8();
                runs.push(at, CodeKind::Plain);
            }
        }
    }
    at
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | ':' | '@')
}

fn name_end(code: &str, at: usize) -> usize {
    code[at..].find(|c| !is_name(c)).map_or(code.len(), |length| at + length)
}
