//! Names that lead into a private network. A server on the internet may give its name any address,
//! also one behind the person's own router; such an address is reached only where the permission
//! says so in plain sight.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Whether an address says by itself that it is not on the internet.
pub(super) fn is_plainly_private(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    match host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
        Ok(address) => is_private(address),
        Err(_) => is_local_name(host),
    }
}

/// Names that no server on the internet can have.
fn is_local_name(host: &str) -> bool {
    const ENDINGS: [&str; 7] =
        ["localhost", "local", "lan", "internal", "intranet", "home", "home.arpa"];
    let ends = |ending: &&str| host == *ending || host.ends_with(&format!(".{ending}"));
    !host.contains('.') || ENDINGS.iter().any(ends)
}

/// Whether an address is not one of the internet.
pub(super) fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_private_v4(address),
        IpAddr::V6(address) => match embedded(address) {
            Some(within) => is_private_v4(within),
            None => is_private_v6(address),
        },
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || first == 0
        || first >= 240
        // Shared by a provider's customers, protocol assignments, benchmarks.
        || (first == 100 && (64..128).contains(&second))
        || (first == 192 && second == 0 && third == 0)
        || (first == 198 && (second == 18 || second == 19))
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_unique_local()
        || address.is_unicast_link_local()
}

/// The IPv4 address that a translating IPv6 address stands for.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let octets = address.octets();
    let four = |from: usize| {
        Ipv4Addr::new(octets[from], octets[from + 1], octets[from + 2], octets[from + 3])
    };
    match address.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, _, _] => Some(four(12)),
        [0x2002, ..] => Some(four(2)),
        // Compatible addresses, save `::` and `::1`, which are something else.
        [0, 0, 0, 0, 0, 0, high, low] if (high, low) > (0, 1) => Some(four(12)),
        _ => address.to_ipv4_mapped(),
    }
}

/// Looks names up, and finds only addresses of the internet.
pub(super) struct OnlyPublic;

impl Resolve for OnlyPublic {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let name = name.as_str().to_owned();
            let looked_up = tokio::task::spawn_blocking(move || look_up(&name)).await?;
            Ok(Box::new(looked_up?.into_iter()) as Addrs)
        })
    }
}

fn look_up(name: &str) -> io::Result<Vec<SocketAddr>> {
    let all: Vec<SocketAddr> = (name, 0).to_socket_addrs()?.collect();
    let (private, public): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|address| is_private(address.ip()));
    match (public.is_empty(), private.first()) {
        (true, Some(address)) => {
            let address = address.ip();
            Err(io::Error::other(format!(
                "{name} leads to {address}, an address of a private network, which is reached only when the permission names it"
            )))
        }
        _ => Ok(public),
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use reqwest::Url;

    use super::{is_plainly_private, is_private, look_up};

    #[test]
    fn addresses_of_private_networks_are_known_in_every_disguise() {
        let private = [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.5",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "255.255.255.255",
            "224.0.0.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "ff02::1",
            "::ffff:192.168.1.5",
            "64:ff9b::10.0.0.1",
            "2002:7f00:1::",
            "::127.0.0.1",
        ];
        for address in private {
            assert!(is_private(address.parse::<IpAddr>().expect(address)), "{address}");
        }
        for address in
            ["1.1.1.1", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
        {
            assert!(!is_private(address.parse::<IpAddr>().expect(address)), "{address}");
        }
    }

    #[test]
    fn names_of_private_networks_are_known() {
        let is = |url: &str| is_plainly_private(&Url::parse(url).expect(url));
        for url in [
            "http://localhost:80/",
            "http://nas.local/",
            "http://router/",
            "http://[::1]/",
            "http://2130706433/",
        ] {
            assert!(is(url), "{url}");
        }
        assert!(!is("https://example.com/") && !is("https://localhost.example.com/"));
    }

    #[test]
    fn a_name_that_leads_home_is_not_looked_up() {
        let error = look_up("localhost").expect_err("an address of this computer").to_string();
        assert!(error.contains("leads to") && error.contains("private network"), "{error}");
    }
}
