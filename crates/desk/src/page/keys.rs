//! The keys, and how to switch them off (WCAG 2.1.4).

use maud::{Markup, html};

use crate::look::part::{self, Weight};
use crate::look::{Frame, Place, Shell, shell};
use crate::text::key;

/// The page.
#[must_use]
pub fn keys(f: &Frame) -> Markup {
    let r = &f.reader;
    let title = r.t("keys-title");
    let groups = [
        (
            key!("keys-list"),
            vec![
                ("j", key!("key-next")),
                ("k", key!("key-previous")),
                ("o", key!("key-open")),
                (".", key!("key-new")),
                ("/", key!("key-search")),
            ],
        ),
        (
            key!("keys-case"),
            vec![
                ("Esc", key!("key-back")),
                ("a", key!("key-assign")),
                ("h", key!("key-hold")),
                ("u", key!("key-release")),
                ("r", key!("key-reply")),
                ("l", key!("key-label")),
                ("n", key!("key-note")),
                ("Ctrl ↵", key!("key-submit")),
            ],
        ),
        (
            key!("keys-everywhere"),
            vec![
                ("g n", key!("key-go-now")),
                ("g w", key!("key-go-waiting")),
                ("g s", key!("key-go-silent")),
                ("g d", key!("key-go-done")),
                ("z", key!("key-undo")),
                ("?", key!("key-help")),
            ],
        ),
    ];
    let inner = html! {
        div.top { h1 { (title) } }
        div.body.narrow {
            p { @if f.keys { (r.t("keys-on")) } @else { (r.t("keys-off")) } " " (r.t("keys-typing")) }
            @for (heading, rows) in groups {
                section.stack {
                    h2 { (r.t(heading)) }
                    table.tbl.keys-tbl {
                        thead.vh { tr { th scope="col" { (r.t("keys-key")) } th scope="col" { (r.t("keys-does")) } } }
                        tbody { @for (key, does) in rows { tr { th scope="row" { @for k in key.split(' ') { kbd { (k) } " " } } td { (r.t(does)) } } } }
                    }
                }
            }
            p { (r.t("keys-never")) }
            div { (part::link(&r.t("keys-settings"), Weight::Plain, "/me")) }
        }
    };
    shell(f, Shell { title: &title, place: Place::Elsewhere, case: None, inner })
}
