//! `http`: requests to the addresses that the app was granted, and to no others.
//!
//! ```text
//! request.rs  what the script asked for
//! network.rs  one hop over the network, on a thread of its own, with limits
//! guard.rs    names that lead into a private network
//! ```
//!
//! Redirects are followed here, one hop at a time, so that each address is looked up among the
//! grants.

mod guard;
mod network;
mod request;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Instant;

use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, HeaderMap, USER_AGENT};
use reqwest::{Method, StatusCode, Url};
use rhai::{Dynamic, Map};

use super::docs::{Call, Function, Module};
use super::module::Noun;
use crate::handles::HandleKind;
use crate::permissions::Need;
use crate::plugin::CorePlugin;
use crate::runner::{Context, ScriptError, ScriptResult, failure, reworded};
use network::{Hop, Network, Reply};
use request::Request;

const MAX_REDIRECTS: usize = 10;

pub(super) const DOCS: Module = Module {
    name: "http",
    summary: "Asks servers on the network.",
    notes: "\
Needs a permission for each address, such as `net = [\"https://api.example.com/*\"]`. Redirects are \
followed as far as they lead to granted addresses. Addresses of a private network and of this computer \
are reached only when the permission names them as such (`http://192.168.1.5/*`, `http://localhost:8080/*`).

**Options** of all functions:

| option | meaning |
|---|---|
| `headers` | map of names and texts |
| `query` | map of what is put behind `?` |
| `json` | a value to send as JSON |
| `form` | a map to send as a form |
| `body` | a text to send as it is |
| `timeout` | seconds until it is given up, at most 600; 30 if left out |
| `max_bytes` | how long the answer may be, at most 64 MB; 16 MB if left out |
| `blob` | `true` gives the `body` of the answer as a blob, not as text |

**Answers** are maps: `status` (as 200), `ok` (whether the status is 200 to 299), `body`, `headers` \
(names in lower case) and `url` (after redirects). A status such as 404 is an answer, no error.",
    call: Call::Namespace,
    functions: &[
        Function {
            signature: "get(url: string, options?: map) -> map",
            about: "Gets what lies at an address.",
            errors: "when the address is not granted, the server does not answer in time, or the answer is too long.",
            example: r#"
let answer = http::get("https://api.example.com/weather", #{ query: #{ city: "Ulm" } });
if !answer.ok { throw `The server says ${answer.status}`; }
print(json::parse(answer.body).city); // → Ulm"#,
            ..Function::EMPTY
        },
        Function {
            signature: "post(url: string, body: any, options?: map) -> map",
            about: "Sends something to an address: a text as it is, everything else as JSON.",
            errors: "as `http::get`.",
            example: r#"
let answer = http::post("https://api.example.com/echo", #{ question: "Tea?" });
print(json::parse(answer.body).question); // → Tea?"#,
            ..Function::EMPTY
        },
        Function {
            signature: "request(method: string, url: string, options?: map) -> map",
            about: "Any other request, such as `\"PUT\"`, `\"PATCH\"`, `\"DELETE\"` or `\"HEAD\"`.",
            errors: "as `http::get`.",
            example: r#"print(http::request("DELETE", "https://api.example.com/notes/1").status); // → 204"#,
            ..Function::EMPTY
        },
    ],
};

/// The noun `http`.
#[derive(Default)]
pub(super) struct Http {
    network: Option<Arc<Network>>,
}

impl CorePlugin for Http {
    fn name(&self) -> &'static str {
        DOCS.name
    }

    fn load(&mut self) -> Result<(), String> {
        self.network = Some(Arc::new(Network::start()?));
        Ok(())
    }

    fn register(&self, rhai: &mut rhai::Engine, context: &Arc<Context>) {
        let mut noun = Noun::new(&DOCS);
        let face = Face { context: Arc::clone(context), network: self.network.clone() };
        let own = face.clone();
        noun.add("get", move |url: &str| own.ask("GET", url, Map::new(), None));
        let own = face.clone();
        noun.add("get", move |url: &str, options: Map| own.ask("GET", url, options, None));
        let own = face.clone();
        noun.add("post", move |url: &str, body: Dynamic| {
            own.ask("POST", url, Map::new(), Some(body))
        });
        let own = face.clone();
        noun.add("post", move |url: &str, body: Dynamic, options: Map| {
            own.ask("POST", url, options, Some(body))
        });
        let own = face.clone();
        noun.add("request", move |method: &str, url: &str| own.ask(method, url, Map::new(), None));
        let own = face;
        noun.add("request", move |method: &str, url: &str, options: Map| {
            own.ask(method, url, options, None)
        });
        noun.register(rhai);
    }

    fn dispose(&mut self) {
        self.network = None;
    }
}

/// One app's way to the network.
#[derive(Clone)]
struct Face {
    context: Arc<Context>,
    network: Option<Arc<Network>>,
}

impl Face {
    fn ask(
        &self,
        method: &str,
        url: &str,
        options: Map,
        body: Option<Dynamic>,
    ) -> ScriptResult<Map> {
        let request = Request::read(self.context.app(), method, url, options, body)?;
        let network =
            self.network.as_ref().ok_or_else(|| failure("the network could not be set up"))?;
        let until = Instant::now() + request.timeout;
        let Request { mut method, mut url, mut headers, mut body, max_bytes, as_blob, .. } =
            request;
        for redirects in 0..=MAX_REDIRECTS {
            self.context.permit(Need::Net(&url)).map_err(|error| at(redirects, &url, error))?;
            let reply = self.hop(
                network,
                Hop {
                    method: method.clone(),
                    url: url.clone(),
                    headers: headers.clone(),
                    body: body.clone(),
                    until,
                    max_bytes,
                    may_be_private: self.context.rights().names_host(&url),
                },
            )?;
            let Some(next) = reply.redirect(&url) else {
                return Ok(reply.into_map(&url, as_blob));
            };
            if next.origin() != url.origin() {
                keep_harmless(&mut headers);
            }
            let repeats = matches!(
                reply.status,
                StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT
            );
            if !repeats && method != Method::HEAD {
                method = Method::GET;
                body = None;
                headers.remove(CONTENT_TYPE);
            }
            url = next;
        }
        Err(failure(format!("the server redirects more than {MAX_REDIRECTS} times: {url}")))
    }

    /// Waits for the answer of one address. Stopping the app breaks it off.
    fn hop(&self, network: &Network, hop: Hop) -> ScriptResult<Reply> {
        let url = hop.url.clone();
        let (inbox, abort) = network.send(hop, self.context.wake());
        let _handle =
            self.context.handles().acquire_with(HandleKind::Request, move || abort.abort());
        match self.context.receive(&inbox)? {
            Some(Ok(reply)) => Ok(reply),
            Some(Err(error)) => Err(failure(format!("{error}: {url}"))),
            None => Err(failure(format!("the request was broken off: {url}"))),
        }
    }
}

/// What may go on to another server: what says nothing of whom the person knows there.
fn keep_harmless(headers: &mut HeaderMap) {
    let harmless = [ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, USER_AGENT];
    let kept = headers.iter().filter(|(name, _)| harmless.contains(name));
    *headers = kept.map(|(name, value)| (name.clone(), value.clone())).collect();
}

/// Says which address was refused, and that it was not the script's own choice if it was not.
fn at(redirects: usize, url: &Url, refused: ScriptError) -> ScriptError {
    reworded(refused, |words| match redirects {
        0 => format!("{words}: {url}"),
        _ => format!("the server redirects to {url}, and {words}"),
    })
}
