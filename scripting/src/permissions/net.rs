//! Which addresses an app may reach: `https://api.example.com/*`.

use std::fmt;

use reqwest::Url;

/// A pattern of addresses: scheme, host and port exactly, save that `*.` before a host stands for all
/// hosts under it and `*` alone for all hosts; in the path, `*` stands for anything.
///
/// A wildcard never stands for an address in numbers nor for this computer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NetPattern {
    scheme: String,
    host: Host,
    /// Always said, so that 443 and none are the same.
    port: u16,
    /// Percent-encoded, beginning with `/`.
    path: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Host {
    /// Lower case, in Punycode; numbers in their usual form.
    Exactly(String),
    Under(String),
    Any,
}

impl NetPattern {
    /// Understands a pattern.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let shown = text.escape_debug();
        let strange = |c: char| c.is_whitespace() || c.is_control() || "@?#\\".contains(c);
        if text.contains(strange) {
            return Err(format!("`{shown}` may not contain spaces, `@`, `?`, `#` or `\\`"));
        }
        let known = ["https://", "http://"].into_iter().find(|scheme| text.starts_with(scheme));
        let Some(rest) = known.and_then(|scheme| text.strip_prefix(scheme)) else {
            return Err(format!("`{shown}` has to begin with `https://` or `http://`"));
        };
        let scheme = if text.starts_with("https") { "https" } else { "http" };
        let Some(slash) = rest.find('/') else {
            return Err(format!("`{shown}` names no path: add `/*` for all of the host"));
        };
        let (authority, path) = rest.split_at(slash);
        if authority.is_empty() {
            return Err(format!("`{shown}` names no host"));
        }
        let (wild, name) = match authority.strip_prefix("*.") {
            Some(name) => (true, name),
            None => (false, authority),
        };
        // `*` alone, and with a port.
        let any = name == "*" || name.starts_with("*:");
        let stand_in = if any { name.replacen('*', "any.invalid", 1) } else { name.to_owned() };
        if stand_in.contains('*') {
            return Err(format!(
                "`{shown}` may have `*` only as its whole host, before the first dot, or in the path"
            ));
        }
        let url = Url::parse(&format!("{scheme}://{stand_in}{path}"))
            .map_err(|error| format!("`{shown}` is no address: {error}"))?;
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return Err(format!("`{shown}` names no host"));
        };
        if wild && (is_number(&url) || !host.trim_end_matches('.').contains('.')) {
            return Err(format!("`{shown}` is too wide: write as much as `*.example.com`"));
        }
        let host = match (any, wild) {
            (true, _) => Host::Any,
            (_, true) => Host::Under(host.to_owned()),
            _ => Host::Exactly(host.to_owned()),
        };
        Ok(Self { scheme: scheme.to_owned(), host, port, path: url.path().to_owned() })
    }

    /// Whether the address is among those meant. The query is not looked at; an address with a user
    /// name never matches.
    #[must_use]
    pub fn matches(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else { return false };
        let nobody = url.username().is_empty() && url.password().is_none();
        nobody
            && url.scheme() == self.scheme
            && url.port_or_known_default() == Some(self.port)
            && self.matches_host(host, url)
            && self.matches_path(url.path())
    }

    /// Whether the host is written out, so that an address of a private network is meant when it
    /// says one.
    #[must_use]
    pub fn names_its_host(&self) -> bool {
        matches!(self.host, Host::Exactly(_))
    }

    fn matches_host(&self, host: &str, url: &Url) -> bool {
        let reachable_by_wildcard = !is_number(url) && !is_this_computer(host);
        match &self.host {
            Host::Exactly(name) => host == name,
            Host::Under(name) => {
                let under = host.strip_suffix(name.as_str()).and_then(|sub| sub.strip_suffix('.'));
                reachable_by_wildcard && under.is_some_and(|sub| !sub.is_empty())
            }
            Host::Any => reachable_by_wildcard,
        }
    }

    fn matches_path(&self, path: &str) -> bool {
        if self.path == "/*" {
            return true;
        }
        // What a server might take apart once more could leave the folder that is granted.
        let lower = path.to_ascii_lowercase();
        let hidden = ["%2f", "%5c", "%2e", "%00"].iter().any(|code| lower.contains(code));
        !hidden && matches_wildcards(&self.path, path)
    }

    /// For a person: `api.example.com`.
    pub(super) fn words(&self) -> String {
        let port = self.own_port().map_or_else(String::new, |port| format!(":{port}"));
        let path = if self.path == "/*" { "" } else { self.path.as_str() };
        let place = match &self.host {
            Host::Exactly(host) => format!("{host}{port}{path}"),
            Host::Under(host) => format!("any address under {host}{port}{path}"),
            Host::Any if path.is_empty() => format!("any address on the internet{port}"),
            Host::Any => format!("any address on the internet that ends in {port}{path}"),
        };
        if self.scheme == "http" { format!("{place} (not encrypted)") } else { place }
    }

    fn own_port(&self) -> Option<u16> {
        let usual = if self.scheme == "https" { 443 } else { 80 };
        (self.port != usual).then_some(self.port)
    }
}

fn is_number(url: &Url) -> bool {
    // The brackets of IPv6, or a last label of digits, which the parser has made an IPv4 address.
    let host = url.host_str().unwrap_or_default();
    host.starts_with('[') || host.parse::<std::net::IpAddr>().is_ok()
}

fn is_this_computer(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    host == "localhost" || host.ends_with(".localhost") || host.ends_with(".local")
}

/// Whether `text` is `pattern`, where each `*` stands for any characters.
fn matches_wildcards(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut pieces: Vec<_> = pieces.collect();
    let Some(last) = pieces.pop() else { return rest.is_empty() };
    for piece in pieces {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}

impl fmt::Display for NetPattern {
    /// As in a manifest.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", self.scheme)?;
        match &self.host {
            Host::Exactly(host) => f.write_str(host)?,
            Host::Under(host) => write!(f, "*.{host}")?,
            Host::Any => f.write_str("*")?,
        }
        if let Some(port) = self.own_port() {
            write!(f, ":{port}")?;
        }
        f.write_str(&self.path)
    }
}
