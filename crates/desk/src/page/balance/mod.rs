//! The balance: what was decided, said, held and missed. Charts with the table behind each; figures of houses and rules, never of
//! people.

pub mod chart;
mod parts;
mod table;

use maud::{Markup, html};

pub use table::{Cell, Table};

use crate::look::part;
use crate::look::{Frame, Glyph, Place, Shell, icon, shell};
use crate::text::{Reader, key};

/// What the page shows.
#[derive(Clone, Debug)]
pub struct Balance {
    /// The first and the last day (ISO 8601).
    pub days: (String, String),
    /// The same in words.
    pub period: String,
    /// By day, week or month.
    pub by: By,
    /// Which houses, in words.
    pub houses: String,
    /// The houses that can be chosen: slug, name, chosen. Empty: there is no choice.
    pub sites: Vec<(String, String, bool)>,
    /// The time zone that days are counted in.
    pub zone: String,
    /// All in one sentence.
    pub sentence: String,
    /// Posts in the period.
    pub posts: i64,
    /// The four figures at the top.
    pub figures: Vec<Figure>,
    /// Under each bar.
    pub labels: Vec<String>,
    /// What was decided, over time.
    pub decided: Vec<chart::Series>,
    /// What stands beside speech, over time.
    pub beside: Vec<chart::Series>,
    /// How long people waited.
    pub waits: Vec<chart::Range>,
    /// What a description of the waits says.
    pub waits_desc: String,
    /// The rules behind decisions: sentence, posts, what it reads as.
    pub reasons: Vec<(String, i64, String)>,
    /// How soon alarms were taken: word, alarms, what it reads as.
    pub alarms: Vec<(String, i64, String)>,
    /// Alarms in one sentence.
    pub alarms_sentence: String,
    /// Holds in one sentence.
    pub holds_sentence: String,
    /// Silences that were none in the end.
    pub missed: Vec<Missed>,
    /// How many there are in all.
    pub missed_total: i64,
    /// Imported posts, which are in none of the figures.
    pub imported: i64,
    /// The tables, by their names.
    pub tables: Vec<Table>,
    /// All tables stand open: for paper.
    pub print: bool,
}

/// By which stretches of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Days.
    Day,
    /// Weeks, from Monday (ISO 8601).
    Week,
    /// Months.
    Month,
}

impl By {
    /// In the order they are offered.
    pub const ALL: [By; 3] = [By::Day, By::Week, By::Month];

    /// The value in addresses.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            By::Day => "day",
            By::Week => "week",
            By::Month => "month",
        }
    }

    fn word(self, r: &Reader) -> String {
        r.t(match self {
            By::Day => key!("balance-by-day"),
            By::Week => key!("balance-by-week"),
            By::Month => key!("balance-by-month"),
        })
    }
}

/// A figure at the top.
#[derive(Clone, Debug)]
pub struct Figure {
    /// What it counts.
    pub word: String,
    /// Its glyph.
    pub glyph: Glyph,
    /// Its tone.
    pub tone: part::Tone,
    /// The number.
    pub n: i64,
    /// What belongs to it.
    pub more: String,
}

/// A silence that was none in the end.
#[derive(Clone, Debug)]
pub struct Missed {
    /// The case; `None`: not for this reader.
    pub case: Option<i64>,
    /// Why we were silent.
    pub why: String,
    /// How it showed.
    pub how: String,
    /// When.
    pub at: i64,
    /// The house, where several are shown.
    pub site: Option<String>,
}

impl Balance {
    /// The address of the same balance, or of one of its tables.
    #[must_use]
    pub fn href(&self, path: &str) -> String {
        let site = self.sites.iter().find(|(.., chosen)| *chosen).map_or("", |(slug, ..)| slug.as_str());
        format!(
            "{path}?from={}&to={}&by={}&site={}",
            self.days.0,
            self.days.1,
            self.by.code(),
            crate::look::rail::encoded(site)
        )
    }

    /// A table by its name.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }
}

/// The page.
#[must_use]
pub fn balance(f: &Frame, v: &Balance) -> Markup {
    let r = &f.reader;
    let title = r.t("nav-balance");
    let inner = html! {
        div.top {
            h1 { (title) } span.quiet { (v.houses) ", " (v.period) }
            span.push.row { a.btn href={ (v.href("/balance")) "&print=yes" } { (icon(Glyph::Out)) (r.t("balance-print")) } }
        }
        div.body.balance {
            (parts::asked(r, v))
            (chart::patterns())
            @if v.posts == 0 {
                div.nothing { (icon(Glyph::Chart)) h2 { (r.t("balance-none")) } p.quiet { (r.t("balance-none-body")) } }
            } @else {
                p.lead { (v.sentence) }
                (parts::figures(r, v))
                (parts::decided(r, v))
                (parts::beside(r, v))
                (parts::waits(r, v))
                (parts::reasons(r, v))
                (parts::missed(r, v))
                (parts::alarms(r, v))
                @if let Some(table) = v.table("houses") { (parts::plain(r, v, table)) }
            }
            p.small.quiet {
                @if v.imported > 0 { (r.say("balance-imported", &[("count", v.imported.into())])) " " }
                (r.say("balance-zone", &[("zone", v.zone.clone().into())])) " " (r.t("balance-nobody"))
            }
        }
    };
    shell(f, Shell { title: &title, place: Place::Balance, case: None, inner })
}
