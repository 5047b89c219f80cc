//! `bedside hl7 check` and `bedside hl7 send`: what an integration engineer needs before and while a link is set up.
//! Shows structure, identifiers' owners and what would be done; never a name, and of an identifier only its last signs.

use std::{
    path::Path,
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use bedside_clinical::hl7::{self, Content, Message, Reading};
use bedside_connect::{
    emr::hl7v2::{self, Manner, Sender},
    tls::ClientTls,
};
use bedside_core::{
    emr::{Change, Identifier, PatientTold, Told, Verdict, VisitTold},
    time::Timestamp,
};
use bedside_store::{
    Store,
    emr::{filing, link, message},
};
use serde_json::{Value, json};

use crate::{
    cli::{Common, Hl7Command},
    clock,
    config::Config,
    say,
};

/// What a command ends with where a message was refused.
const REFUSED: u8 = 2;

/// Runs one of the commands.
///
/// # Errors
/// A file or the configuration can't be read, or the receiver can't be reached.
pub async fn run(command: Hl7Command, common: &Common) -> Result<ExitCode> {
    match command {
        Hl7Command::Check { files, link, json } => {
            let manner = manner(link.as_deref(), common)?;
            let mut refused = 0;
            for file in files {
                refused += check(&file, &manner, json)?;
            }
            Ok(if refused > 0 { ExitCode::from(REFUSED) } else { ExitCode::SUCCESS })
        }
        // Needs the data: main hands it to `status`.
        Hl7Command::Status { .. } => Ok(ExitCode::SUCCESS),
        Hl7Command::Send { file, to, patience, tls_ca, cert, key } => {
            let sender = Sender::new(&to, Duration::from_secs(patience));
            let sender = match tls(tls_ca.as_deref(), cert.as_deref().zip(key.as_deref()))? {
                Some(tls) => sender.under(tls),
                None => sender,
            };
            send(&file, &to, sender).await
        }
    }
}

/// What is kept of each link, for people or as JSON Lines.
///
/// # Errors
/// The store can't be read.
pub async fn status(store: &Store, as_json: bool) -> Result<String> {
    let mut tx = store.begin_read().await?;
    let mut lines = Vec::new();
    for link in link::all(&mut tx).await? {
        let states = message::states(&mut tx, link.id).await?;
        let documents = filing::counts(&mut tx, link.id).await?;
        let resent: i64 = states.iter().map(|(_, _, resent)| resent).sum();
        if as_json {
            let kept: serde_json::Map<String, Value> =
                states.iter().map(|(state, n, _)| (state.as_str().to_owned(), json!(n))).collect();
            let documents: serde_json::Map<String, Value> =
                documents.iter().map(|(state, n)| (state.as_str().to_owned(), json!(n))).collect();
            lines.push(
                json!({
                    "link": link.slug,
                    "kind": link.kind.as_str(),
                    "health": link.health.as_str(),
                    "messages": kept,
                    "resent": resent,
                    "documents": documents,
                })
                .to_string(),
            );
            continue;
        }
        let mut words: Vec<String> = states.iter().map(|(state, n, _)| format!("{n} {}", state.as_str())).collect();
        words.extend(documents.iter().map(|(state, n)| format!("{n} documents {}", state.as_str())));
        words.push(format!("{resent} came again"));
        lines.push(format!("{} ({}): {}, {}", link.slug, link.kind.as_str(), link.health.as_str(), words.join(", ")));
    }
    if lines.is_empty() {
        lines.push("no link is set up: see [[hl7]] in bedside.example.toml".to_owned());
    }
    Ok(lines.join("\n"))
}

fn manner(link: Option<&str>, common: &Common) -> Result<Manner> {
    let Some(slug) = link else { return Ok(Manner::default()) };
    let config = Config::load(common.config.as_deref())?;
    let found = config.hl7.iter().find(|link| link.slug == slug);
    found.map(|link| link.manner().clone()).with_context(|| format!("there is no [[hl7]] link '{slug}'"))
}

/// Checks every message of a file; gives how many would be refused.
fn check(file: &Path, manner: &Manner, as_json: bool) -> Result<usize> {
    let bytes = std::fs::read(file).with_context(|| format!("{} can't be read", file.display()))?;
    let mut refused = 0;
    for (number, one) in (1_u32..).zip(hl7::split(&bytes)) {
        let checked = Checked::of(one, manner, clock::now());
        refused += usize::from(!checked.is_accepted);
        if as_json {
            say::result(&checked.json(file, number).to_string());
        } else {
            say::result(&checked.lines(file, number).join("\n"));
        }
    }
    Ok(refused)
}

/// What is found out about one message.
struct Checked {
    is_accepted: bool,
    trigger: String,
    charset: String,
    does: String,
    keeps_bytes: usize,
    drops: Vec<String>,
    flaws: Vec<String>,
    answer: Option<String>,
}

impl Checked {
    fn of(bytes: &[u8], manner: &Manner, now: Timestamp) -> Self {
        let message = match Message::parse(bytes, &Reading { charset: manner.charset }) {
            Ok(message) => message,
            Err(error) => return Self::unreadable(&error.to_string()),
        };
        let Some(read) = hl7v2::read(bytes, manner, now) else { return Self::unreadable("not a message") };
        let content = Content::read(&message);
        let (is_accepted, does) = match &read.received.verdict {
            Verdict::Accepted(event) => (true, does(&event.change)),
            Verdict::Refused { code } => (false, format!("refuses it: {code}")),
        };
        Self {
            is_accepted,
            trigger: read.received.trigger,
            charset: message.charset().name().to_owned(),
            does,
            keeps_bytes: read.received.raw.len(),
            drops: manner.keep.dropped(&message).into_iter().map(str::to_owned).collect(),
            flaws: content.flaws.all().iter().map(ToString::to_string).collect(),
            answer: read.ack.map(|ack| answer(&ack)),
        }
    }

    fn unreadable(why: &str) -> Self {
        Self {
            is_accepted: false,
            trigger: "-".to_owned(),
            charset: "-".to_owned(),
            does: format!("can't read it: {why}"),
            keeps_bytes: 0,
            drops: Vec::new(),
            flaws: Vec::new(),
            answer: None,
        }
    }

    fn lines(&self, file: &Path, number: u32) -> Vec<String> {
        let name = file.display();
        let mut lines = vec![format!("{name}:{number}: {}, {}", self.trigger, self.charset)];
        lines.push(format!("  Bedside {}", self.does));
        if self.keeps_bytes > 0 {
            let dropped =
                if self.drops.is_empty() { String::new() } else { format!(", drops {}", self.drops.join(" ")) };
            lines.push(format!("  keeps {} bytes{dropped}", self.keeps_bytes));
        }
        lines.extend(self.flaws.iter().map(|flaw| format!("  flaw {flaw}")));
        let answer = self.answer.as_deref().map_or_else(
            || vec!["  answers nothing".to_owned()],
            |answer| answer.lines().map(|line| format!("  answers {line}")).collect(),
        );
        lines.extend(answer);
        lines
    }

    fn json(&self, file: &Path, number: u32) -> Value {
        json!({
            "file": file.display().to_string(),
            "number": number,
            "accepted": self.is_accepted,
            "trigger": self.trigger,
            "charset": self.charset,
            "does": self.does,
            "keeps_bytes": self.keeps_bytes,
            "drops": self.drops,
            "flaws": self.flaws,
            "answer": self.answer,
        })
    }
}

/// MSA and ERR of an answer: what the sender looks at.
fn answer(ack: &[u8]) -> String {
    let text = String::from_utf8_lossy(ack);
    let lines = text.split('\r').filter(|line| line.starts_with("MSA") || line.starts_with("ERR"));
    lines.collect::<Vec<_>>().join("\n")
}

/// What a change does, in words, without a name.
fn does(change: &Change) -> String {
    match change {
        Change::Person { patient } => format!("updates {}", who(patient)),
        Change::Remove { patient } => format!("takes {} out of the index", who(patient)),
        Change::Visit { patient, visit, change } => {
            let what = format!("{change:?}").to_lowercase();
            format!("updates {} and visit {}: {what}", who(patient), number(visit))
        }
        Change::Merge { merges } => {
            let each = merges.iter().map(|one| format!("merges {} into {}", ids(&one.from), ids(&one.into.ids)));
            each.collect::<Vec<_>>().join("; ")
        }
        Change::MoveVisits { into, number, before } => format!(
            "gives visit {} to {}",
            before.as_ref().or(number.as_ref()).map_or_else(|| "without number".to_owned(), id),
            who(into)
        ),
        Change::MoveIds { into, ids: moved } => format!("moves {} to {}", ids(moved), who(into)),
        Change::ChangeId { patient, before } => format!("knows {} as {} from now on", ids(before), ids(&patient.ids)),
        Change::Link { one, other, together: true } => format!("links {} with {}", ids(&one.ids), ids(&other.ids)),
        Change::Link { one, other, together: false } => format!("unlinks {} from {}", ids(&one.ids), ids(&other.ids)),
        Change::Record { patient, merges, .. } => {
            let merged = merges.iter().map(|one| format!("; {} merged into {}", ids(&one.from), ids(&one.into.ids)));
            format!("updates {}{}", who(patient), merged.collect::<String>())
        }
        Change::Several { changes } => changes.iter().map(does).collect::<Vec<_>>().join("; "),
        Change::Nothing => "accepts it and does nothing with it".to_owned(),
    }
}

fn who(patient: &PatientTold) -> String {
    let mut told = vec![ids(&patient.ids)];
    told.extend((!patient.name.is_unsaid()).then(|| "name".to_owned()));
    told.extend((!patient.born.is_unsaid()).then(|| "date of birth".to_owned()));
    told.extend((!patient.lang.is_unsaid()).then(|| "language".to_owned()));
    told.extend((!patient.contacts.is_unsaid()).then(|| "contacts".to_owned()));
    match &patient.death {
        Told::Unsaid => {}
        Told::Cleared => told.push("no death".to_owned()),
        Told::Said(_) => told.push("death".to_owned()),
    }
    told.join(", ")
}

fn number(visit: &VisitTold) -> String {
    visit.number.as_ref().map_or_else(|| "without number".to_owned(), id)
}

fn ids(all: &[Identifier]) -> String {
    all.iter().map(id).collect::<Vec<_>>().join(" ")
}

/// Its owner and its last two signs: enough to tell two apart, too little to name anybody.
fn id(id: &Identifier) -> String {
    let signs: Vec<char> = id.value.chars().collect();
    let last: String = signs.iter().skip(signs.len().saturating_sub(2)).collect();
    let owner = if id.authority.is_empty() { "?" } else { &id.authority };
    format!("{owner}:…{last}")
}

/// What TLS needs, from its files; `None`: none is wanted.
fn tls(authority: Option<&Path>, own: Option<(&Path, &Path)>) -> Result<Option<ClientTls>> {
    let Some(authority) = authority else { return Ok(None) };
    let read = |file: &Path| std::fs::read(file).with_context(|| format!("{} can't be read", file.display()));
    let own = own.map(|(cert, key)| Ok::<_, anyhow::Error>((read(cert)?, read(key)?))).transpose()?;
    let own = own.as_ref().map(|(cert, key)| (cert.as_slice(), key.as_slice()));
    Ok(Some(ClientTls::from_pem(&read(authority)?, own)?))
}

async fn send(file: &Path, to: &str, mut sender: Sender) -> Result<ExitCode> {
    let bytes = std::fs::read(file).with_context(|| format!("{} can't be read", file.display()))?;
    let messages = hl7::split(&bytes);
    if messages.is_empty() {
        bail!("{} holds no message", file.display());
    }
    let mut refused = 0;
    for (number, message) in (1_u32..).zip(&messages) {
        let control_id = Message::parse(message, &Reading::default()).map(|one| one.control_id().to_owned());
        let control_id = control_id.with_context(|| format!("{}:{number}", file.display()))?;
        let begun = Instant::now();
        match sender.send(message, &control_id).await {
            Ok(answer) => {
                let code = answer.code.map_or("", hl7::ack::Code::text);
                say::result(&format!("{number}: {code} after {:.1} ms", begun.elapsed().as_secs_f64() * 1000.0));
            }
            Err(hl7v2::SendFault::Refused { code, texts }) => {
                refused += 1;
                say::result(&format!("{number}: {code} {}", texts.join("; ")));
            }
            Err(fault) => bail!("{number} of {}: {to}: {fault}", messages.len()),
        }
    }
    Ok(if refused > 0 { ExitCode::from(REFUSED) } else { ExitCode::SUCCESS })
}

#[cfg(test)]
mod tests {
    use bedside_clinical::hl7::FlawKind;
    use bedside_desk::text::{Lang, Reader, flaw};
    use jiff::tz::TimeZone;

    #[test]
    fn every_flaw_has_a_sentence_at_the_desk_in_both_languages() {
        for lang in Lang::ALL {
            let reader = Reader::new(lang, 0, TimeZone::UTC);
            for kind in FlawKind::ALL {
                let said = flaw(&reader, kind.word());
                assert!(said.is_some_and(|said| said.len() > 10), "{lang:?} {}", kind.word());
            }
        }
    }
}
