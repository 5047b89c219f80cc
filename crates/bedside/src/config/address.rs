//! The address people reach the desk at.

/// The desk's public address without a slash at its end; `None`: it is none.
pub(super) fn public_url(text: &str) -> Option<String> {
    let bare = text.trim_end_matches('/');
    let host = bare.strip_prefix("https://").or_else(|| bare.strip_prefix("http://"))?;
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, Some(port)),
        _ => (host, None),
    };
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-.[]:".contains(c));
    (is_name && port.is_none_or(|port| port.parse::<u16>().is_ok())).then(|| bare.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_address_is_a_scheme_and_a_host() {
        assert_eq!(public_url("https://desk.example.org/").as_deref(), Some("https://desk.example.org"));
        assert_eq!(public_url("http://[::1]:8080").as_deref(), Some("http://[::1]:8080"));
        assert_eq!(public_url("http://localhost:8080").as_deref(), Some("http://localhost:8080"));
        for text in
            ["desk.example.org", "https://", "https://a/b", "https://a b", "ftp://a", "https://a:port", "https://u@a"]
        {
            assert_eq!(public_url(text), None, "{text}");
        }
    }
}
