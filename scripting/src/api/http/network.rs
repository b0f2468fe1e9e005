//! One request and its answer over the network. reqwest needs an async runtime; it has one thread,
//! and nobody here waits for it but through an inbox.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use engine::{Inbox, Wake, channel};
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, StatusCode, Url};
use rhai::{Blob, Dynamic, Map};
use tokio::runtime::{Builder, Runtime};
use tokio::task::AbortHandle;

use super::guard::{OnlyPublic, is_plainly_private};

const CONNECTING: Duration = Duration::from_secs(15);

/// The thread and the connections that all apps share.
pub(super) struct Network {
    /// Taken when the network is dropped.
    runtime: Option<Runtime>,
    public: Client,
    /// For addresses that a permission names as private.
    private: Client,
}

impl Network {
    pub(super) fn start() -> Result<Self, String> {
        // Another part of the program may have been first; all of them choose the same.
        rustls::crypto::ring::default_provider().install_default().ok();
        let client = || {
            Client::builder()
                .redirect(Policy::none())
                .connect_timeout(CONNECTING)
                // Cookies and referrers are for browsers.
                .referer(false)
        };
        let words =
            |error: reqwest::Error| format!("the network cannot be used: {}", causes(&error));
        let public = client().dns_resolver(Arc::new(OnlyPublic)).build().map_err(words)?;
        // A proxy is for the internet, and would look up names by itself.
        let private = client().no_proxy().build().map_err(words)?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("apps-network")
            .enable_all()
            .build()
            .map_err(|error| format!("the network cannot be used: {error}"))?;
        Ok(Self { runtime: Some(runtime), public, private })
    }

    /// Sends a request; the answer, or what went wrong, comes to the inbox.
    pub(super) fn send(&self, hop: Hop, wake: Wake) -> (Inbox<Result<Reply, String>>, AbortHandle) {
        let (outbox, inbox) = channel(wake);
        let is_private = is_plainly_private(&hop.url);
        let client = if is_private { self.private.clone() } else { self.public.clone() };
        let task = async move {
            let reply = if is_private && !hop.may_be_private {
                Err("an address of a private network is reached only when the permission names it"
                    .to_owned())
            } else {
                hop.carry_out(&client).await
            };
            outbox.send(reply);
        };
        let runtime = self.runtime.as_ref();
        let abort = match runtime {
            Some(runtime) => runtime.spawn(task).abort_handle(),
            // Only while it is being dropped, when nobody can call this.
            None => unreachable!("the runtime lives as long as the network"),
        };
        (inbox, abort)
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // A lookup of a name may hang; nobody waits for it.
            runtime.shutdown_background();
        }
    }
}

/// One request to one address.
pub(super) struct Hop {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Vec<u8>>,
    pub(super) until: Instant,
    pub(super) max_bytes: usize,
    /// Whether the permission names this host.
    pub(super) may_be_private: bool,
}

impl Hop {
    async fn carry_out(self, client: &Client) -> Result<Reply, String> {
        let until = tokio::time::Instant::from_std(self.until);
        let answered = tokio::time::timeout_at(until, self.exchange(client)).await;
        answered.unwrap_or_else(|_| Err("the server did not answer in time".to_owned()))
    }

    async fn exchange(self, client: &Client) -> Result<Reply, String> {
        let mut request = client.request(self.method, self.url).headers(self.headers);
        if let Some(body) = self.body {
            request = request.body(body);
        }
        let mut response = request.send().await.map_err(|error| causes(&error))?;
        let status = response.status();
        let headers = response.headers().clone();
        let too_long =
            || format!("the answer is longer than {} bytes: raise max_bytes", self.max_bytes);
        let mut body = Vec::new();
        while let Some(part) = response.chunk().await.map_err(|error| causes(&error))? {
            if body.len() + part.len() > self.max_bytes {
                return Err(too_long());
            }
            body.extend_from_slice(&part);
        }
        Ok(Reply { status, headers, body })
    }
}

/// An error with what lies below it, since reqwest's own words say only what was tried; the address
/// is put behind it by the caller.
fn causes(error: &reqwest::Error) -> String {
    let mut causes = Vec::new();
    let mut below = error.source();
    while let Some(cause) = below {
        causes.push(cause.to_string());
        below = cause.source();
    }
    match causes.last() {
        Some(last) => format!("the server cannot be reached: {last}"),
        None => format!("the request failed: {error}"),
    }
}

/// What a server answered.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Reply {
    /// Where it leads instead, if it does.
    pub(super) fn redirect(&self, from: &Url) -> Option<Url> {
        let leads_on = matches!(self.status.as_u16(), 301 | 302 | 303 | 307 | 308);
        let place = self.headers.get(LOCATION).filter(|_| leads_on)?;
        let mut next = from.join(place.to_str().ok()?).ok()?;
        next.set_fragment(None);
        Some(next)
    }

    /// The map that the reference describes.
    pub(super) fn into_map(self, url: &Url, as_blob: bool) -> Map {
        let mut headers: BTreeMap<&str, String> = BTreeMap::new();
        for (name, value) in &self.headers {
            let value = String::from_utf8_lossy(value.as_bytes());
            let all = headers.entry(name.as_str()).or_default();
            if !all.is_empty() {
                all.push_str(", ");
            }
            all.push_str(&value);
        }
        let headers: Map =
            headers.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        let status = i64::from(self.status.as_u16());
        let ok = self.status.is_success();
        let body: Dynamic = if as_blob { Blob::from(self.body).into() } else { self.text().into() };
        [
            ("status".into(), status.into()),
            ("ok".into(), ok.into()),
            ("headers".into(), headers.into()),
            ("url".into(), url.to_string().into()),
            ("body".into(), body),
        ]
        .into()
    }

    /// The body as text, in the encoding that the server names, or UTF-8.
    fn text(&self) -> String {
        let kind = self.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let charset = kind.and_then(|kind| {
            let mut parameters = kind.split(';').skip(1).filter_map(|part| part.split_once('='));
            let charset = parameters.find(|(key, _)| key.trim().eq_ignore_ascii_case("charset"));
            charset.map(|(_, name)| name.trim().trim_matches('"').to_owned())
        });
        let encoding = charset.and_then(|name| encoding_rs::Encoding::for_label(name.as_bytes()));
        encoding.unwrap_or(encoding_rs::UTF_8).decode(&self.body).0.into_owned()
    }
}
