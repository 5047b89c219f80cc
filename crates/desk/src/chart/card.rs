//! The card: that somebody wrote, where, when, and where it stands. Never a word of what was said.

use bedside_clinical::fhir::{
    cds::{Card, Indicator, Link, LinkKind, Source, Summary, escape_markdown},
    data::Coding,
};
use bedside_core::{channel::ChannelKind, id::CardId, time::Span};
use bedside_flow::{FlowError, chart::Conversation};
use bedside_store::{Tx, channels::ChannelRow, outbox, random, sites::Site};

use super::{Chart, standing::Standing};
use crate::{
    serve::DeskState,
    text::{Reader, key},
};

/// What is over is shown so long.
const RECENT: Span = Span::days(14);
/// More cards than this are read by nobody.
pub(super) const MOST: usize = 5;
/// The code system of our reasons for passing over a card.
const REASONS: &str = "urn:bedside:card-override-reason";
/// Their codes; feedback with any other is kept without its reason.
pub(super) const REASON_CODES: [&str; 2] = ["known", "not-now"];

/// A conversation that a card tells of.
pub(super) struct Told {
    /// Which.
    pub conversation: Conversation,
    /// Where it stands.
    pub standing: Standing,
}

/// The conversations that are open or recent, the last changed first.
pub(super) async fn told(
    state: &DeskState,
    tx: &mut Tx,
    conversations: Vec<Conversation>,
) -> Result<Vec<Told>, FlowError> {
    let now = state.clock.now();
    let mut all = Vec::new();
    for conversation in conversations {
        let standing = standing(tx, &conversation).await?;
        if !standing.is_over() || now.since(conversation.case.updated_at) < RECENT {
            all.push(Told { conversation, standing });
        }
    }
    all.truncate(MOST);
    Ok(all)
}

/// Where a conversation stands; answered is what the house said after the post that the case waits with.
pub(super) async fn standing(tx: &mut Tx, conversation: &Conversation) -> Result<Standing, FlowError> {
    let case = &conversation.case;
    let replies = outbox::of_case(tx, case.id).await?;
    let answered = replies.iter().any(|row| row.state == outbox::OutboxState::Confirmed && row.post == case.post);
    Ok(Standing::of(case, answered))
}

/// A card with the id it is logged under.
pub(super) fn card(
    state: &DeskState,
    chart: &Chart,
    (site, r): (&Site, &Reader),
    told: &Told,
    channels: &[ChannelRow],
) -> Result<(CardId, Card), FlowError> {
    let id = CardId::new(state.clock.now(), &random()?);
    let case = &told.conversation.case;
    let ago = ago(r, r.now.saturating_sub(case.posted_at.as_micros()));
    let state_words = told.standing.words(r);
    let channel = channels.iter().find(|row| row.id == case.channel);
    let words = [("ago", ago.into()), ("stands", state_words.into())];
    let summary = match channel.filter(|row| row.kind != ChannelKind::Door) {
        Some(row) => {
            let [ago, stands] = words;
            r.say("chart-card-wrote", &[("channel", row.name.clone().into()), ago, stands])
        }
        None => r.say("chart-card-wrote-door", &words),
    };
    let since = r.date(told.conversation.seat.since.as_micros());
    let detail = r.say("chart-card-consent", &[("since", since.into())]);
    let card = Card {
        uuid: id.uuid(),
        summary: Summary::new(&summary),
        detail: Some(escape_markdown(&detail)),
        indicator: if told.standing.is_escalated() { Indicator::Warning } else { Indicator::Info },
        source: Source {
            label: r.say("chart-card-source", &[("site", site.name.clone().into())]),
            url: Some(state.settings.public_url.clone()),
            topic: None,
        },
        links: vec![link(state, chart, r, case.number)],
        override_reasons: reasons(r),
    };
    Ok((id, card))
}

/// The app, where the EMR opens it; else the case at the desk, for who works there.
fn link(state: &DeskState, chart: &Chart, r: &Reader, number: i64) -> Link {
    let base = state.settings.public_url.trim_end_matches('/');
    if chart.app.is_some() {
        return Link {
            label: r.t("chart-card-open"),
            url: format!("{base}/chart/launch"),
            kind: LinkKind::Smart { app_context: Some(format!("F-{number}")) },
        };
    }
    Link { label: r.t("chart-card-desk"), url: format!("{base}/case/{number}"), kind: LinkKind::Absolute }
}

fn reasons(r: &Reader) -> Vec<Coding> {
    let words = [r.t("chart-card-known"), r.t("chart-card-not-now")];
    REASON_CODES.into_iter().zip(words).map(|(code, words)| Coding::new(REASONS, code, words)).collect()
}

/// "2 hours ago", in words.
pub(super) fn ago(r: &Reader, micros: i64) -> String {
    let minutes = micros.max(0) / Span::minutes(1).as_micros();
    let (key, count) = match minutes {
        0 => return r.t("chart-ago-now"),
        1..=59 => (key!("chart-ago-minutes"), minutes),
        60..=2_879 => (key!("chart-ago-hours"), minutes / 60),
        _ => (key!("chart-ago-days"), minutes / 1_440),
    };
    r.say(key, &[("count", count.into())])
}
