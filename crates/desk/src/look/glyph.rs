//! The glyphs: a 20-px grid, stroke 1.5, one sprite inlined once per page. A glyph never stands alone for a meaning.

use maud::{Markup, PreEscaped, html};

macro_rules! glyphs {
    ($($name:ident $id:literal $doc:literal $paths:literal),* $(,)?) => {
        /// A glyph of the sprite.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Glyph { $(#[doc = $doc] $name),* }
        impl Glyph {
            fn id(self) -> &'static str {
                match self { $(Glyph::$name => $id),* }
            }
        }
        const SPRITE: &str = concat!($("<symbol id=\"i-", $id, "\" viewBox=\"0 0 20 20\">", $paths, "</symbol>"),*);
    };
}

glyphs! {
    Lamp "lamp" "The brand: a bedside lamp." r#"<path d="M5 9.5 8 3h5l3 6.5z"/><path d="M10.5 9.5V16"/><path d="M6.5 17h8"/><path d="M13.5 11.5v2"/>"#,
    Now "now" "Triangle: now, escalated, attention." r#"<path d="M10 3 17.5 16.5h-15z"/><path d="M10 8.2V12M10 14.2v.1"/>"#,
    Hold "hold" "Ring with two bars: hold." r#"<circle cx="10" cy="10" r="7"/><path d="M8 7.5v5M12 7.5v5"/>"#,
    Still "still" "Ring with one bar: silent." r#"<circle cx="10" cy="10" r="7"/><path d="M6.8 10h6.4"/>"#,
    Say "say" "Bubble: an answer." r#"<path d="M3 4.5h14v9H9l-3.5 3v-3H3z"/><path d="m7 9 2 2 4-4"/>"#,
    Door "door" "Door: private." r#"<path d="M5 17V3h10v14M3 17h14"/><path d="M12 10v.6"/>"#,
    Forbid "forbid" "Barred ring: forbids, blocked." r#"<circle cx="10" cy="10" r="7"/><path d="m5.2 5.2 9.6 9.6"/>"#,
    Flag "flag" "Flag: reported." r#"<path d="M5 17V3.5h10L13 7l2 3.5H5"/>"#,
    Seal "seal" "Shield: verified." r#"<path d="M10 2.5 16.5 5v4.5c0 4-2.6 6.7-6.5 8-3.9-1.3-6.5-4-6.5-8V5z"/><path d="m7 10 2.2 2.200L13.3 8"/>"#,
    Check "check" "Tick: done, permitted." r#"<path d="m4 10.5 4 4 8-9"/>"#,
    Chevron "chev" "Opens downwards." r#"<path d="m6 8 4 4 4-4"/>"#,
    Back "back" "Back to the list." r#"<path d="m12 4-6 6 6 6"/>"#,
    Eye "eye" "Someone is reading." r#"<path d="M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5z"/><circle cx="10" cy="10" r="2"/>"#,
    Pen "pen" "Someone is writing." r#"<path d="m4 16 .8-3.500L13 4.300l2.7 2.7-8.2 8.200z"/><path d="M11.5 5.8 14.2 8.5"/>"#,
    Find "find" "Search." r#"<circle cx="9" cy="9" r="5"/><path d="m13 13 4 4"/>"#,
    Label "label" "A label." r#"<path d="M3 4h7l7 7-6 6-8-8z"/><path d="M6.5 7.500v.1"/>"#,
    Log "log" "The log." r#"<path d="M4 5h12M4 10h12M4 15h8"/>"#,
    Wave "wave" "Channels." r#"<path d="M10 10v.1M6.5 13.500a5 5 0 0 1 0-7M13.5 6.500a5 5 0 0 1 0 7M4 16a8.5 8.5 0 0 1 0-12M16 4a8.5 8.5 0 0 1 0 12"/>"#,
    Plug "plug" "Links to the record's systems." r#"<path d="M7 3v4M13 3v4M4.500 7h11v2.500a5.500 5.5 0 0 1-11 0zM10 15v2.500"/>"#,
    People "people" "People and roles." r#"<circle cx="7.5" cy="7" r="2.7"/><path d="M2.5 16c.3-3 2.3-4.5 5-4.500s4.7 1.5 5 4.500M13 4.700a2.5 2.5 0 0 1 0 4.800M14.5 12c1.9.5 2.9 1.9 3 4"/>"#,
    Out "out" "Leads out of the desk." r#"<path d="M8 5H4.500v10.500H15V12M11 4h5v5M16 4l-7 7"/>"#,
    Undo "undo" "Calls back." r#"<path d="M7 5 3.5 8.5 7 12"/><path d="M4 8.500h8a4 4 0 0 1 0 8H9"/>"#,
    Book "book" "The library of statements." r#"<path d="M4 4.500c2-1 4-1 6 0v11.500c-2-1-4-1-6 0zM16 4.500c-2-1-4-1-6 0v11.500c2-1 4-1 6 0z"/>"#,
    Chart "chart" "The balance." r#"<path d="M4 16V9M10 16V4M16 16v-5"/>"#,
    Clock "clock" "A clock that runs." r#"<circle cx="10" cy="10" r="7"/><path d="M10 6v4.200l2.8 1.8"/>"#,
}

/// A glyph, hidden from assistive technology: the word beside it says the same.
#[must_use]
pub fn icon(glyph: Glyph) -> Markup {
    html! { svg.i viewBox="0 0 20 20" aria-hidden="true" { use href=(format_args!("#i-{}", glyph.id())) {} } }
}

/// The sprite, once per page.
pub(crate) fn sprite() -> Markup {
    html! { svg.sprite width="0" height="0" aria-hidden="true" focusable="false" { (PreEscaped(SPRITE)) } }
}
