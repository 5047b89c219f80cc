//! `bedside person export` and `erase`: what somebody who writes may ask of the house. A handle that fits several is never guessed.

use std::{
    fmt::Write as _,
    io::{self, BufRead as _, IsTerminal as _, Write as _},
    path::Path,
};

use anyhow::{Context as _, Result, bail};
use bedside_flow::{
    ActError, Road,
    keeping::{Candidate, Erasure, Hold},
};
use bedside_store::channels;

use crate::{
    cli::{PersonCommand, WhoArgs},
    say::{self, Tongue},
};

/// Hands out or erases somebody.
///
/// # Errors
/// Nobody or several have the handle, a legal hold stands, or nobody confirmed.
pub async fn person(road: &Road, command: &PersonCommand, tongue: Tongue) -> Result<String> {
    match command {
        PersonCommand::Export { who, out } => export(road, &found(road, who, tongue).await?, out, tongue).await,
        PersonCommand::Erase { who, yes } => erase(road, &found(road, who, tongue).await?, *yes, tongue).await,
    }
}

/// The one account that is meant.
async fn found(road: &Road, who: &WhoArgs, tongue: Tongue) -> Result<Candidate> {
    let channel = match &who.channel {
        None => None,
        Some(slug) => {
            let row = channels::by_slug(&mut road.store().begin_read().await?, slug).await?;
            Some(row.with_context(|| format!("no channel is called '{slug}'"))?.id)
        }
    };
    let mut candidates = road.find_person(&who.handle, channel).await?;
    match (candidates.len(), candidates.pop()) {
        (1, Some(one)) => Ok(one),
        (_, None) => bail!(
            "{}",
            tongue.pick(
                "niemand mit diesem Namen ist gespeichert, oder alles von ihm ist schon gelöscht",
                "nobody with that handle is kept here, or all of them was erased already"
            )
        ),
        (_, Some(last)) => {
            candidates.push(last);
            bail!("{}", several(&candidates, tongue))
        }
    }
}

fn several(candidates: &[Candidate], tongue: Tongue) -> String {
    let mut text = tongue
        .pick(
            "mehrere Konten heißen so. Nennen Sie den Kanal mit --channel, oder statt des Namens die Nummer:",
            "several accounts have that handle. Name the channel with --channel, or the id instead of the handle:",
        )
        .to_owned();
    for one in candidates {
        let _ = write!(
            text,
            "\n  {}  {:<16} @{}  {} {}",
            one.author,
            one.channel,
            one.handle,
            one.posts,
            tongue.pick("Beiträge", "posts")
        );
    }
    text
}

async fn export(road: &Road, who: &Candidate, out: &Path, tongue: Tongue) -> Result<String> {
    let told = road.export_person(None, who.author).await.map_err(|error| refused(&error, tongue))?;
    std::fs::create_dir_all(out).with_context(|| out.display().to_string())?;
    let name = format!("person-{}", who.author);
    let (json, page) = (out.join(format!("{name}.json")), out.join(format!("{name}.html")));
    private_file(&json, &format!("{}\n", serde_json::to_string_pretty(&told)?))?;
    private_file(&page, &bedside_desk::person_page(&told, tongue.as_str()))?;
    let (posts, cases) = (told.posts.len(), told.cases.len());
    Ok(match tongue {
        Tongue::De => format!(
            "{posts} Beiträge und {cases} Fälle stehen in {} und {}. Beide enthalten alles im Klartext: nur der Person geben.",
            json.display(),
            page.display()
        ),
        Tongue::En => format!(
            "{posts} posts and {cases} cases are in {} and {}. Both hold everything in the clear: give them to the person alone.",
            json.display(),
            page.display()
        ),
    })
}

/// A new file that only its owner may read.
fn private_file(path: &Path, text: &str) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).with_context(|| path.display().to_string())?;
    file.write_all(text.as_bytes()).with_context(|| path.display().to_string())
}

async fn erase(road: &Road, who: &Candidate, is_sure: bool, tongue: Tongue) -> Result<String> {
    let holds = road.holds_on(who.author).await?;
    // The road refuses too and writes that into the log; here it is said why.
    if holds.is_empty() && !is_sure {
        confirm(who, tongue)?;
    }
    match road.erase_person(None, who.author).await {
        Ok(went) => Ok(told(&went, tongue)),
        Err(error) if !holds.is_empty() => bail!("{}", held(&holds, &refused(&error, tongue).to_string(), tongue)),
        Err(error) => Err(refused(&error, tongue)),
    }
}

/// Has the handle typed once more.
fn confirm(who: &Candidate, tongue: Tongue) -> Result<()> {
    let asked = match tongue {
        Tongue::De => format!(
            "@{} auf {} mit {} Beiträgen wird gelöscht. Das lässt sich nicht zurücknehmen. Zum Bestätigen den Namen eintippen: ",
            who.handle, who.channel, who.posts
        ),
        Tongue::En => format!(
            "@{} on {} with {} posts will be erased. This can't be undone. Type the handle to confirm: ",
            who.handle, who.channel, who.posts
        ),
    };
    let mut typed = String::new();
    if io::stdin().is_terminal() {
        let _ = write!(io::stderr().lock(), "{asked}");
    } else {
        say::note(&asked);
    }
    io::stdin().lock().read_line(&mut typed)?;
    if typed.trim().trim_start_matches('@').to_lowercase() != who.handle.to_lowercase() {
        bail!(
            "{}",
            tongue.pick(
                "das war ein anderer Name: nichts wurde gelöscht (--yes fragt nicht)",
                "that was another handle: nothing was erased (--yes doesn't ask)"
            )
        );
    }
    Ok(())
}

fn refused(error: &ActError, tongue: Tongue) -> anyhow::Error {
    let said = match error {
        ActError::Invalid("legal_hold") => tongue.pick(
            "nichts wurde gelöscht: Eine Aufbewahrungspflicht besteht",
            "nothing was erased: a legal hold stands",
        ),
        ActError::Invalid("reply_leaving") => tongue.pick(
            "nichts wurde gelöscht: Eine Antwort an diese Person geht gerade hinaus. Zurückholen oder abwarten",
            "nothing was erased: a reply to this person is just leaving. Take it back or wait",
        ),
        ActError::Gone => tongue.pick("davon ist nichts mehr gespeichert", "nothing of them is kept any more"),
        other => return anyhow::anyhow!("{other}"),
    };
    anyhow::anyhow!("{said}")
}

fn held(holds: &[Hold], said: &str, tongue: Tongue) -> String {
    let mut text = said.to_owned();
    for hold in holds {
        let on = match hold.on {
            bedside_core::label::LabelTarget::Author => tongue.pick("auf der Person", "on the person"),
            bedside_core::label::LabelTarget::Thread => tongue.pick("auf einem Faden", "on a thread"),
            bedside_core::label::LabelTarget::Site => tongue.pick("auf dem Haus", "on the house"),
        };
        let reason = hold.reason.as_deref().unwrap_or_default();
        let _ = write!(text, "\n  {on}, {} {}: {reason}", tongue.pick("seit", "since"), hold.since.to_rfc3339());
    }
    text
}

/// What went, what stayed and why.
fn told(went: &Erasure, tongue: Tongue) -> String {
    let mut text = match tongue {
        Tongue::De => format!(
            "Gelöscht: {} Beiträge, {} Fälle mit Entwürfen, Notizen und Begründungen, {} Schlüssel, {} Einwilligungen beendet.\n\
             Auch alte Sicherungen der Daten lassen sich damit nicht mehr lesen, sofern die Schlüssel getrennt gesichert sind.\n\
             Geblieben: eigene Nummern, Zeiten und Wörter geschlossener Listen, damit Protokoll und Bilanz stimmen; das Protokoll selbst.",
            went.posts, went.cases, went.keys, went.consents
        ),
        Tongue::En => format!(
            "Erased: {} posts, {} cases with drafts, notes and reasons, {} data keys; {} consents ended.\n\
             Old backups of the data can't be read any more either, as long as the keys are backed up apart.\n\
             Stayed: own ids, times and words of closed lists, so that log and balance stay true; the log itself.",
            went.posts, went.cases, went.keys, went.consents
        ),
    };
    let lines = [
        (
            went.standing,
            tongue.pick(
                "Antworten des Hauses stehen noch auf der Plattform: dort oder vorher am Fall abnehmen",
                "replies of the house still stand on the platform: take them down there",
            ),
        ),
        (
            went.filed,
            tongue.pick(
                "Dokumente liegen in der Akte, die nach eigenem Recht aufbewahrt wird (BGB § 630f)",
                "documents are in the record, which is kept by its own law (BGB § 630f, GDPR Art. 17(3)(b))",
            ),
        ),
        (
            went.open,
            tongue.pick(
                "Fälle bleiben offen, weil eine Frist läuft oder niemand die Eskalation übernommen hat",
                "cases stay open, because a deadline runs or nobody has taken the escalation",
            ),
        ),
        (
            went.elsewhere,
            tongue.pick(
                "Gespräche anderer gehen ohne ihren Anteil weiter; was das Haus dort schrieb, verlässt alte Sicherungen mit dem nächsten Nachtlauf",
                "conversations of others go on without their part; what the house wrote there leaves old backups with the next night's run",
            ),
        ),
    ];
    for (count, line) in lines.iter().filter(|(count, _)| *count > 0) {
        let _ = write!(text, "\n  {count} {line}");
    }
    text
}
