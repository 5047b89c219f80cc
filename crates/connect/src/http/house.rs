//! Names that are looked up only inside the house: whatever a name server says, an address out on the internet is no answer.

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

    #[tokio::test]
    async fn a_name_of_this_machine_is_found() {
        let found = InTheHouse.resolve("localhost".parse().unwrap()).await.unwrap();
        assert!(found.map(|address| address.ip()).all(is_near));
    }
}
