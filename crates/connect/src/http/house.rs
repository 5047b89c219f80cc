//! Names that are looked up only inside the house, or only outside of it: whatever a name server says, an address of the other
//! side is no answer.

use std::{
    io,
    net::{IpAddr, SocketAddr},
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::lookup_host;

/// Looks names up as the machine does and keeps private addresses alone.
pub(super) struct InTheHouse;

impl Resolve for InTheHouse {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = lookup_host((name.as_str(), 0)).await?;
            let near: Vec<SocketAddr> = found.filter(|address| is_near(address.ip())).collect();
            if near.is_empty() {
                return Err(io::Error::other("the name leads out of the house").into());
            }
            Ok(Box::new(near.into_iter()) as Addrs)
        })
    }
}

/// Looks names up as the machine does and keeps addresses of the internet alone.
pub(super) struct Outside;

impl Resolve for Outside {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = lookup_host((name.as_str(), 0)).await?;
            let far: Vec<SocketAddr> = found.filter(|address| is_outside(address.ip())).collect();
            if far.is_empty() {
                return Err(io::Error::other("the name leads into a private network").into());
            }
            Ok(Box::new(far.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is one of the internet: none that IANA's registries of special-purpose addresses (RFC 6890) keep for
/// machines, networks, tunnels or examples.
pub(super) fn is_outside(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            let is_shared = a == 100 && (64..128).contains(&b);
            let is_protocol = a == 192 && b == 0 && c == 0;
            let is_bench = a == 198 && (b == 18 || b == 19);
            let is_kept = is_shared || is_protocol || is_bench || a == 0 || a >= 224;
            !(is_kept || ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_documentation())
        }
        IpAddr::V6(ip) => {
            let [first, second, ..] = ip.segments();
            // 2000::/3 is what is given out; of it 2001::/23 is for protocols, 2001:db8::/32 for examples, and 2002::/16 holds
            // addresses of the other kind.
            let is_given = first & 0xe000 == 0x2000;
            let is_kept = (first == 0x2001 && (second < 0x0200 || second == 0x0db8)) || first == 0x2002;
            is_given && !is_kept
        }
    }
}

/// Whether an address belongs to this machine or a private network (RFC 1918, RFC 4193).
pub(super) fn is_near(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_internet_and_of_the_cloud_s_own_services_are_far() {
        for near in ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "::1", "fd00::1", "::ffff:10.0.0.1"] {
            assert!(is_near(near.parse().unwrap()), "{near}");
        }
        for far in ["8.8.8.8", "169.254.169.254", "172.32.0.1", "0.0.0.0", "2001:4860::1", "fe80::1", "::ffff:8.8.8.8"]
        {
            assert!(!is_near(far.parse().unwrap()), "{far}");
        }
    }

    #[test]
    fn only_addresses_of_the_internet_are_outside() {
        for far in
            ["8.8.8.8", "172.32.0.1", "100.63.0.1", "198.20.0.1", "2001:4860::1", "2a00:1450::1", "::ffff:8.8.8.8"]
        {
            assert!(is_outside(far.parse().unwrap()), "{far}");
        }
        let near = [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "192.0.2.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "2001:db8::1",
            "2001::1",
        ];
        for near in near {
            assert!(!is_outside(near.parse().unwrap()), "{near}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_into_the_house_is_no_way_out() {
        assert!(Outside.resolve("localhost".parse().unwrap()).await.is_err());
    }

    #[tokio::test]
    async fn a_name_of_this_machine_is_found() {
        let found = InTheHouse.resolve("localhost".parse().unwrap()).await.unwrap();
        assert!(found.map(|address| address.ip()).all(is_near));
    }
}
