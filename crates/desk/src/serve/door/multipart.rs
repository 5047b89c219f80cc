//! Forms with a file (multipart/form-data, RFC 7578): fields as text, and at most one file as bytes. What the browser says
//! of the file's name and type is not kept.

use axum::{
    body::Bytes,
    extract::{FromRequest as _, Request},
    http::header,
};

use super::super::{DeskState, answer::Stop};

/// The longest boundary (RFC 2046 §5.1.1).
const BOUNDARY_CHARS: usize = 70;
/// More parts than any form of ours has.
const MOST_PARTS: usize = 20;

/// What such a form holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Multipart {
    /// Its fields, in the order sent.
    pub fields: Vec<(String, String)>,
    /// The file; `None`: none was chosen.
    pub file: Option<Vec<u8>>,
}

impl Multipart {
    /// Reads a request's body, up to the limit of its route.
    pub(super) async fn read(request: Request, state: &DeskState) -> Result<Self, Stop> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let boundary = kind.and_then(boundary).ok_or(Stop::Unclear)?;
        let body = Bytes::from_request(request, state).await.map_err(|_| Stop::Unclear)?;
        Self::of(&body, &boundary).ok_or(Stop::Unclear)
    }

    /// Reads a body; `None`: it is not what the standard says.
    fn of(body: &[u8], boundary: &str) -> Option<Self> {
        let delimiter = format!("\r\n--{boundary}");
        let mut form = Self::default();
        // The first delimiter stands at the very beginning, without a line end before it.
        let mut rest = body.strip_prefix(delimiter.trim_start().as_bytes())?;
        for _ in 0..MOST_PARTS {
            if rest.starts_with(b"--") {
                return Some(form);
            }
            rest = rest.strip_prefix(b"\r\n")?;
            let end = find(rest, delimiter.as_bytes())?;
            let (part, after) = rest.split_at_checked(end)?;
            form.take(part)?;
            rest = after.get(delimiter.len()..)?;
        }
        None
    }

    fn take(&mut self, part: &[u8]) -> Option<()> {
        let at = find(part, b"\r\n\r\n")?;
        let (head, value) = part.split_at_checked(at)?;
        let value = value.get(4..)?;
        let head = std::str::from_utf8(head).ok()?;
        let disposition = head.split("\r\n").find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-disposition").then_some(value)
        })?;
        let name = parameter(disposition, "name")?;
        if parameter(disposition, "filename").is_none() {
            self.fields.push((name, String::from_utf8(value.to_vec()).ok()?));
        } else if name == "file" && !value.is_empty() && self.file.is_none() {
            self.file = Some(value.to_vec());
        }
        Some(())
    }
}

fn boundary(kind: &str) -> Option<String> {
    let found = kind.split(';').find_map(|part| part.trim().strip_prefix("boundary="))?;
    let found = found.trim_matches('"');
    (!found.is_empty() && found.len() <= BOUNDARY_CHARS && found.is_ascii()).then(|| found.to_owned())
}

/// The value of a parameter in quotes. Browsers write a quote within it as `%22` (HTML, multipart/form-data encoding).
fn parameter(disposition: &str, name: &str) -> Option<String> {
    let mark = format!("{name}=\"");
    let parts = disposition.split(';').map(str::trim_start);
    let found = parts.filter_map(|part| part.strip_prefix(mark.as_str())).next()?;
    found.split_once('"').map(|(value, _)| value.to_owned())
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut all = Vec::new();
        for (head, value) in parts {
            all.extend_from_slice(b"--x42\r\n");
            all.extend_from_slice(head.as_bytes());
            all.extend_from_slice(b"\r\n\r\n");
            all.extend_from_slice(value);
            all.extend_from_slice(b"\r\n");
        }
        all.extend_from_slice(b"--x42--\r\n");
        all
    }

    #[test]
    fn fields_and_a_file_are_read_as_browsers_send_them() {
        let sent = body(&[
            ("Content-Disposition: form-data; name=\"text\"", "Grüße;\r\nname=\"x\"".as_bytes()),
            (
                "content-disposition: form-data; name=\"file\"; filename=\"Bef%22und.pdf\"\r\nContent-Type: application/pdf",
                b"%PDF-1.7\r\n\r\n--x4\0\xff",
            ),
            ("Content-Disposition: form-data; name=\"name\"", b""),
        ]);
        let form = Multipart::of(&sent, "x42").unwrap();
        let fields = [("text", "Grüße;\r\nname=\"x\""), ("name", "")];
        assert_eq!(form.fields, fields.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(form.file.as_deref(), Some(&b"%PDF-1.7\r\n\r\n--x4\0\xff"[..]));
    }

    #[test]
    fn an_empty_file_field_is_no_file() {
        let sent = body(&[("Content-Disposition: form-data; name=\"file\"; filename=\"\"", b"")]);
        assert_eq!(Multipart::of(&sent, "x42"), Some(Multipart::default()));
    }

    #[test]
    fn what_breaks_off_or_is_none_is_refused() {
        let whole = body(&[("Content-Disposition: form-data; name=\"a\"", b"1")]);
        for end in 0..whole.len() - 4 {
            assert_eq!(Multipart::of(&whole[..end], "x42"), None, "{end}");
        }
        assert_eq!(Multipart::of(&whole, "other"), None);
        assert_eq!(Multipart::of(&body(&[("Content-Type: text/plain", b"1")]), "x42"), None);
        let many: Vec<_> = (0..30).map(|_| ("Content-Disposition: form-data; name=\"a\"", &b"1"[..])).collect();
        assert_eq!(Multipart::of(&body(&many), "x42"), None);
    }

    #[test]
    fn the_boundary_is_read_with_and_without_quotes() {
        assert_eq!(boundary("multipart/form-data; boundary=x42").as_deref(), Some("x42"));
        assert_eq!(boundary("multipart/form-data; charset=utf-8; boundary=\"x 42\"").as_deref(), Some("x 42"));
        assert_eq!(boundary("multipart/form-data"), None);
        assert_eq!(boundary("multipart/form-data; boundary="), None);
    }
}
