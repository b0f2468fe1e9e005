//! A request as the script asked for it.

use std::time::Duration;

use reqwest::header::{
    CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue, TE,
    TRANSFER_ENCODING, UPGRADE, USER_AGENT,
};
use reqwest::{Method, Url};
use rhai::{Dynamic, Map};

use crate::AppId;
use crate::api::json::value_of;
use crate::api::options::Options;
use crate::runner::{ScriptResult, failure};

const TIMEOUT: f64 = 30.0;
const MAX_BYTES: i64 = 16_000_000;

pub(super) struct Request {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Vec<u8>>,
    pub(super) timeout: Duration,
    pub(super) max_bytes: usize,
    pub(super) as_blob: bool,
}

impl Request {
    pub(super) fn read(
        app: &AppId,
        method: &str,
        url: &str,
        options: Map,
        body: Option<Dynamic>,
    ) -> ScriptResult<Self> {
        let mut options = Options::new("the request", options);
        let url = address(url, &mut options)?;
        let mut headers = headers(app, &mut options)?;
        let body = content(body, &mut headers, &mut options)?;
        let timeout = options.take_within("timeout", 0.001..=600.0)?.unwrap_or(TIMEOUT);
        let max_bytes = options.take_within("max_bytes", 1..=64_000_000)?.unwrap_or(MAX_BYTES);
        let as_blob = options.take("blob")?.unwrap_or(false);
        options.finish()?;
        let method = Method::from_bytes(method.to_ascii_uppercase().as_bytes()).map_err(|_| {
            failure(format!("{method:?} is no method of HTTP: write GET, POST, PUT, …"))
        })?;
        Ok(Self {
            method,
            url,
            headers,
            body,
            timeout: Duration::from_secs_f64(timeout),
            max_bytes: usize::try_from(max_bytes).unwrap_or(usize::MAX),
            as_blob,
        })
    }
}

fn address(url: &str, options: &mut Options) -> ScriptResult<Url> {
    let mut url =
        Url::parse(url).map_err(|error| failure(format!("{url:?} is no address: {error}")))?;
    // A fragment is for readers, not for servers.
    url.set_fragment(None);
    if let Some(query) = options.take::<Map>("query")? {
        let mut pairs = url.query_pairs_mut();
        for (key, value) in query {
            pairs.append_pair(&key, &value.to_string());
        }
    }
    Ok(url)
}

fn headers(app: &AppId, options: &mut Options) -> ScriptResult<HeaderMap> {
    let mut headers = HeaderMap::new();
    let agent = format!("Satchel/{} ({app})", env!("CARGO_PKG_VERSION"));
    if let Ok(agent) = HeaderValue::from_str(&agent) {
        headers.insert(USER_AGENT, agent);
    }
    for (name, value) in options.take::<Map>("headers")?.unwrap_or_default() {
        let wrong = || failure(format!("the header {name:?} cannot be sent"));
        let key = HeaderName::try_from(name.as_str()).map_err(|_| wrong())?;
        // Those say what the connection is; with another host, a grant would mean nothing.
        let reserved = [HOST, CONTENT_LENGTH, TRANSFER_ENCODING, CONNECTION, UPGRADE, TE];
        if reserved.contains(&key) || key.as_str().starts_with("proxy-") {
            return Err(failure(format!("the header {name:?} is made by Satchel: leave it out")));
        }
        headers.insert(key, HeaderValue::from_str(&value.to_string()).map_err(|_| wrong())?);
    }
    Ok(headers)
}

/// What is sent, and what it is.
fn content(
    body: Option<Dynamic>,
    headers: &mut HeaderMap,
    options: &mut Options,
) -> ScriptResult<Option<Vec<u8>>> {
    let given =
        [
            body.map(|body| {
                if body.is_string() { ("text/plain; charset=utf-8", body) } else { (JSON, body) }
            }),
            options.take::<Dynamic>("json")?.map(|body| (JSON, body)),
            options.take::<Map>("form")?.map(|body| (FORM, body.into())),
            options.take::<String>("body")?.map(|body| ("text/plain; charset=utf-8", body.into())),
        ];
    let mut given = given.into_iter().flatten();
    let Some((kind, value)) = given.next() else { return Ok(None) };
    if given.next().is_some() {
        return Err(failure("a request has one content: give one of body, json and form"));
    }
    headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static(kind));
    let bytes = match kind {
        JSON => value_of(&value)?.to_string().into_bytes(),
        FORM => encoded(&value).into_bytes(),
        _ => value.to_string().into_bytes(),
    };
    Ok(Some(bytes))
}

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// A form, by way of a query, which is written alike.
fn encoded(form: &Dynamic) -> String {
    let mut url = Url::parse("http://form/").ok();
    let (Some(url), Ok(form)) = (&mut url, form.as_map_ref()) else { return String::new() };
    for (key, value) in form.iter() {
        url.query_pairs_mut().append_pair(key, &value.to_string());
    }
    url.query().unwrap_or_default().to_owned()
}
