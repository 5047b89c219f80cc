//! The files a page needs, embedded: style, script, fonts. Each has an address with the hash of its content, so that a
//! browser may keep it for ever. Nothing else is ever loaded, and nothing from elsewhere.

use std::sync::LazyLock;

/// A file under `/assets/`.
#[derive(Debug)]
pub struct Asset {
    /// The address, with the first 16 hex digits of the content's SHA-256: "/assets/desk-0123456789abcdef.css".
    pub path: String,
    /// The media type for `Content-Type`.
    pub mime: &'static str,
    /// The content.
    pub bytes: &'static [u8],
}

/// The header for a hashed address: it never changes.
pub const CACHE_CONTROL: &str = "public, max-age=31536000, immutable";

macro_rules! file {
    ($name:literal) => {
        include_bytes!(concat!("../../assets/", $name))
    };
}

static VOICE: LazyLock<Asset> = LazyLock::new(|| asset("voice", "woff2", "font/woff2", file!("voice.woff2")));
static PLAIN: LazyLock<Asset> = LazyLock::new(|| asset("plain", "woff2", "font/woff2", file!("plain.woff2")));
static SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| asset("desk", "js", "text/javascript; charset=utf-8", file!("desk.js")));
static FAVICON: LazyLock<Asset> = LazyLock::new(|| asset("lamp", "svg", "image/svg+xml", file!("lamp.svg")));
static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    // The style sheet names the fonts by their hashed addresses. Leaked once per process: it lives as long as the program.
    let text = String::from_utf8_lossy(file!("desk.css"))
        .replace("voice.woff2", &VOICE.path)
        .replace("plain.woff2", &PLAIN.path);
    asset("desk", "css", "text/css; charset=utf-8", Box::leak(text.into_boxed_str()).as_bytes())
});

/// The style sheet.
#[must_use]
pub fn style() -> &'static Asset {
    &STYLE
}

/// The script: live rows, countdowns, keys. Every page works without it.
#[must_use]
pub fn script() -> &'static Asset {
    &SCRIPT
}

/// The font of the people's voices (Source Serif 4, OFL) and of the house (Source Sans 3, OFL), in this order.
#[must_use]
pub fn fonts() -> [&'static Asset; 2] {
    [&VOICE, &PLAIN]
}

/// The icon in the browser's tab.
#[must_use]
pub fn favicon() -> &'static Asset {
    &FAVICON
}

/// All files.
#[must_use]
pub fn all() -> [&'static Asset; 5] {
    [&STYLE, &SCRIPT, &VOICE, &PLAIN, &FAVICON]
}

/// The file at an address like "/assets/desk-….css"; `None` if there is none (an old hash is gone).
#[must_use]
pub fn find(path: &str) -> Option<&'static Asset> {
    all().into_iter().find(|a| a.path == path)
}

fn asset(stem: &str, ending: &str, mime: &'static str, bytes: &'static [u8]) -> Asset {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    let hash: String = digest.as_ref().iter().take(8).map(|b| format!("{b:02x}")).collect();
    Asset { path: format!("/assets/{stem}-{hash}.{ending}"), mime, bytes }
}
