//! Where a request comes from: the peer, or what a trusted proxy in front of us says.

use std::{
    net::{IpAddr, SocketAddr},
    str::FromStr,
};

use axum::{extract::ConnectInfo, http::request::Parts};

/// A range of addresses, written `10.0.0.0/8`, `fd00::/8` or a single address (RFC 4632).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    base: u128,
    bits: u32,
}

/// The text is no range of addresses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no range of addresses (expected e.g. 10.0.0.0/8, fd00::/8 or 127.0.0.1)")]
pub struct BadNetwork(String);

impl FromStr for Network {
    type Err = BadNetwork;

    fn from_str(text: &str) -> Result<Self, BadNetwork> {
        let bad = || BadNetwork(text.to_owned());
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.trim().parse().map_err(|_| bad())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits: u32 = bits.map_or(Ok(most), |bits| bits.trim().parse()).map_err(|_| bad())?;
        if bits > most {
            return Err(bad());
        }
        Ok(Self { base: number(address), bits: bits + 128 - most })
    }
}

impl Network {
    /// Whether `address` lies in this range.
    #[must_use]
    pub fn holds(self, address: IpAddr) -> bool {
        let rest = 128 - self.bits;
        (number(address) ^ self.base).checked_shr(rest).unwrap_or(0) == 0
    }
}

/// An address as 128 bits; IPv4 as IPv4-mapped (RFC 4291 §2.5.5.2), so that both spellings meet.
fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

/// The address a request comes from. The header `X-Forwarded-For` counts only as far as trusted proxies wrote it: read
/// from its end, up to the first address that is none of them. `None`: the server doesn't tell (a test).
pub(crate) fn of(parts: &Parts, trusted: &[Network]) -> Option<IpAddr> {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip();
    let is_trusted = |address: IpAddr| trusted.iter().any(|net| net.holds(address));
    if !is_trusted(peer) {
        return Some(peer);
    }
    let said = parts.headers.get_all("x-forwarded-for").into_iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = said.flat_map(|value| value.split(',')).map(str::trim).collect();
    let mut client = peer;
    for hop in hops.iter().rev() {
        let Ok(address) = hop.parse() else { break };
        client = address;
        if !is_trusted(address) {
            break;
        }
    }
    Some(client)
}

/// The name under which failed tries from an address are counted: an IPv6 customer has a whole /64.
pub(crate) fn counted(address: IpAddr) -> String {
    let bits = number(address);
    match address {
        IpAddr::V4(_) => format!("{bits:x}"),
        IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some() => format!("{bits:x}"),
        IpAddr::V6(_) => format!("{:x}/64", bits >> 64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(peer: &str, said: &str) -> String {
        let request = axum::http::Request::builder().header("x-forwarded-for", said).body(()).unwrap();
        let (mut parts, ()) = request.into_parts();
        parts.extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
        let trusted = ["10.0.0.0/8".parse().unwrap(), "::1".parse().unwrap()];
        of(&parts, &trusted).unwrap().to_string()
    }

    #[test]
    fn only_what_trusted_proxies_wrote_is_believed() {
        assert_eq!(from("192.0.2.1", "198.51.100.7"), "192.0.2.1");
        assert_eq!(from("10.0.0.1", "203.0.113.9, 198.51.100.7"), "198.51.100.7");
        assert_eq!(from("10.0.0.1", "198.51.100.7, 10.2.3.4"), "198.51.100.7");
        assert_eq!(from("::1", "not an address"), "::1");
        assert_eq!(from("10.0.0.1", ""), "10.0.0.1");
    }

    #[test]
    fn a_range_is_read_and_its_edges_hold() {
        let net: Network = "10.0.0.0/8".parse().unwrap();
        assert!(net.holds("10.255.255.255".parse().unwrap()) && net.holds("::ffff:10.1.1.1".parse().unwrap()));
        assert!(!net.holds("11.0.0.0".parse().unwrap()) && !net.holds("fd00::1".parse().unwrap()));
        assert!("0.0.0.0/0".parse::<Network>().unwrap().holds("192.0.2.1".parse().unwrap()));
        for bad in ["10.0.0.0/33", "ten", "10.0.0.0/", "fd00::/129"] {
            assert!(bad.parse::<Network>().is_err(), "{bad}");
        }
    }

    #[test]
    fn tries_are_counted_per_v4_address_and_per_v6_network() {
        let name = |text: &str| counted(text.parse().unwrap());
        assert_eq!(name("192.0.2.1"), name("::ffff:192.0.2.1"));
        assert_ne!(name("192.0.2.1"), name("192.0.2.2"));
        assert_eq!(name("2001:db8::1"), name("2001:db8::2"));
    }
}
