//! `[second_opinion]` and `[suggest]`: the two places where an operator may put a model of their own. Both are off without their
//! section.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use bedside_connect::{
    Clock,
    http::Trust,
    opinion::{self, BadModel, Scores},
    suggest::{self, Chat},
};
use bedside_core::{log::Code, second::SecondOpinion, time::Span, triage::Topic};

use super::{
    Problem,
    read::{secret, word},
    secret::{SecretAt, problem},
    section::{At, Section, Told},
};

/// How long a second opinion on one post may take, where nothing is said, in milliseconds.
const USUAL_MS: i64 = 200;
/// The longest time for one: all posts of a batch wait for it.
const MOST_MS: i64 = 1_000;
/// From which score on a topic is suggested, where nothing is said.
const USUAL_PERCENT: i64 = 50;
/// How long a model may write, where nothing is said.
const USUAL_TIMEOUT: Span = Span::seconds(30);
/// How long somebody at the desk may wait at most.
const MOST_TIMEOUT: Span = Span::minutes(2);
/// What stands in `labels` for an output that means nothing here.
const NOTHING: &str = "-";
/// The most bytes of a name in the log.
const NAME_BYTES: usize = 40;

/// A model for second opinions, as configured.
#[derive(Debug, Clone)]
pub struct SecondOpinionAt {
    config: opinion::Config,
    at: At,
    file: String,
}

pub(super) fn second_opinion(mut section: Section<'_>, folder: &Path) -> Option<SecondOpinionAt> {
    if !section.is_there() {
        section.end();
        return None;
    }
    let page = section.page();
    let at = section.at("");
    let model = section.needed("model", "the ONNX file, e.g. model = \"second.onnx\"");
    let tokenizer = section.needed("tokenizer", "its tokenizer, e.g. tokenizer = \"tokenizer.json\"");
    let name = section.text("name");
    let labels = labels(&mut section);
    let max_ms = section.number("max_ms");
    let within = number(&section, max_ms, USUAL_MS, 1..=MOST_MS, "1 to 1000 milliseconds");
    let known = ["sigmoid", "softmax", "as_is"];
    let scores = section.text("scores").map_or(Some(Scores::default()), |told| word(page, &told, &known, scores));
    let min_percent = section.number("min_percent");
    let min = number(&section, min_percent, USUAL_PERCENT, 1..=100, "1 to 100");
    section.end();
    let (model, tokenizer) = (model?, tokenizer?);
    let stem = Path::new(&model.value).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let config = opinion::Config {
        name: log_name(&name.map_or(stem, |told| told.value))?,
        model: folder.join(model.value),
        tokenizer: folder.join(tokenizer.value),
        labels: labels?,
        scores: scores?,
        // From 1 to 100: exact.
        min_score: f32::from(u8::try_from(min?).ok()?) / 100.0,
        within: Duration::from_millis(u64::try_from(within?).ok()?),
    };
    Some(SecondOpinionAt { config, at, file: page.file.to_owned() })
}

fn labels(section: &mut Section<'_>) -> Option<Vec<Option<Topic>>> {
    let page = section.page();
    let told = section.texts("labels");
    if told.is_empty() {
        let help = "what each of the model's outputs means, in order, e.g. labels = [\"complaint\", \"-\", \"praise\"]";
        page.problem_with_help(&section.at("labels"), "is missing", help);
        return None;
    }
    let known: Vec<&str> = Topic::ALL.iter().map(|topic| topic.as_str()).chain([NOTHING]).collect();
    let count = told.len();
    let label = |one: Told<String>| {
        let read = |word: &str| if word == NOTHING { Some(None) } else { Topic::from_word(word).map(Some) };
        word(page, &one, &known, read)
    };
    let labels: Vec<Option<Topic>> = told.into_iter().filter_map(label).collect();
    (labels.len() == count).then_some(labels)
}

fn scores(word: &str) -> Option<Scores> {
    match word {
        "sigmoid" => Some(Scores::Sigmoid),
        "softmax" => Some(Scores::Softmax),
        "as_is" => Some(Scores::AsIs),
        _ => None,
    }
}

fn number(
    section: &Section<'_>,
    told: Option<Told<i64>>,
    usual: i64,
    allowed: std::ops::RangeInclusive<i64>,
    help: &str,
) -> Option<i64> {
    let Some(told) = told else { return Some(usual) };
    if allowed.contains(&told.value) {
        return Some(told.value);
    }
    section.page().problem_with_help(&told.at, format!("{} is too little or too much", told.value), help);
    None
}

/// A name as the log takes it: small letters, digits, `_`, `.` and `-`.
fn log_name(name: &str) -> Option<Code> {
    let is_kept = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let name: String = name.chars().map(|c| if is_kept(c) { c.to_ascii_lowercase() } else { '-' }).collect();
    Code::configured(&name.chars().take(NAME_BYTES).collect::<String>()).ok()
}

impl SecondOpinionAt {
    /// The model at work. Reads its files.
    ///
    /// # Errors
    /// The program was built without ONNX models, or the files can't be used.
    pub fn open(&self) -> Result<Arc<dyn SecondOpinion>, Problem> {
        opinion::open(&self.config).map_err(|bad: BadModel| problem(&self.file, &self.at, bad.to_string()))
    }

    /// What it is, in words for `check-config`.
    #[must_use]
    pub fn told(&self) -> String {
        let topics = self.config.labels.iter().flatten().count();
        format!("second opinions by {} on posts without a topic: {topics} topics", self.config.name)
    }
}

/// A model that suggests drafts, as configured.
#[derive(Debug, Clone)]
pub struct SuggestAt {
    url: Told<String>,
    model: String,
    name: Code,
    key: Option<SecretAt>,
    authority: Option<Told<PathBuf>>,
    within: Duration,
    file: String,
}

pub(super) fn suggest(mut section: Section<'_>, folder: &Path) -> Option<SuggestAt> {
    if !section.is_there() {
        section.end();
        return None;
    }
    let page = section.page();
    let url = section.needed("url", "where the interface begins, e.g. \"http://10.1.2.30:8000/v1\"");
    let model = section.needed("model", "what the server calls the model");
    let name = section.text("name");
    let refused = "a secret has no place in the configuration, which is copied, mailed and backed up";
    section.refuse("key", refused, "put it into a file of its own and name that: key_file = \"…\"");
    let key = secret(&mut section, folder, "key_file", "key_env");
    let authority = section.text("ca_file").map(|told| told.map(|file| folder.join(file)));
    let timeout = section.text("timeout").map_or(Some(USUAL_TIMEOUT), |told| match told.value.parse::<Span>() {
        Ok(span) if span >= Span::seconds(1) && span <= MOST_TIMEOUT => Some(span),
        Ok(_) => {
            page.problem_with_help(&told.at, format!("'{}' is too short or too long", told.value), "1s to 2m");
            None
        }
        Err(bad) => {
            page.problem(&told.at, bad.to_string());
            None
        }
    });
    section.end();
    let (url, model) = (url?, model?);
    Some(SuggestAt {
        url,
        name: log_name(name.as_ref().map_or(&model.value, |told| &told.value))?,
        model: model.value,
        key,
        authority,
        within: Duration::from_micros(u64::try_from(timeout?.as_micros()).ok()?),
        file: page.file.to_owned(),
    })
}

impl SuggestAt {
    /// The way to the model. Reads the key and the certificate authority.
    ///
    /// # Errors
    /// A file can't be read, or the address is none or leads out of the house.
    pub fn open(&self, clock: &Clock) -> Result<Chat, Problem> {
        let bad = |at: &At, what: String| problem(&self.file, at, what);
        let mut trust = Trust::default();
        if let Some(told) = &self.authority {
            let place = told.value.display();
            let pem = std::fs::read(&told.value);
            let pem = pem.map_err(|why| bad(&told.at, format!("{place} can't be read: {}", why.kind())))?;
            trust = trust.with_authority(&pem).map_err(|why| bad(&told.at, format!("{place} {why}")))?;
        }
        let config = suggest::Config {
            url: self.url.value.clone(),
            model: self.model.clone(),
            name: self.name.clone(),
            key: self.key.as_ref().map(SecretAt::read).transpose()?,
            trust,
            within: self.within,
        };
        Chat::new(config, clock.clone()).map_err(|why| bad(&self.url.at, why.to_string()))
    }

    /// What it is, in words for `check-config`.
    #[must_use]
    pub fn told(&self) -> String {
        format!("drafts suggested by {} at {}: masked posts go there when somebody asks", self.name, self.url.value)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Config, *};

    const SECOND: &str = "[second_opinion]\nmodel = \"My Model.onnx\"\ntokenizer = \"t.json\"\n";
    const SUGGEST: &str = "[suggest]\nmodel = \"House LLM\"\n";

    fn parse(text: &str) -> Config {
        Config::parse("bedside.toml", text, Path::new("/etc/bedside")).unwrap()
    }

    /// The problems of a text hold these words.
    fn check(text: &str, expect: &str) {
        let problems = Config::parse("bedside.toml", text, Path::new("/etc/bedside")).unwrap_err().to_string();
        assert!(problems.contains(expect), "{text}\n{problems}");
    }

    #[test]
    fn both_are_off_without_their_section() {
        let config = parse("");
        assert!(config.second_opinion.is_none() && config.suggest.is_none());
    }

    #[test]
    fn a_model_for_second_opinions_is_read() {
        let config =
            parse(&format!("{SECOND}labels = [\"complaint\", \"-\", \"threat\"]\nmax_ms = 90\nmin_percent = 70\n"));
        let config = config.second_opinion.unwrap().config;
        assert_eq!(config.name.as_str(), "my-model");
        assert_eq!(config.labels, [Some(Topic::Complaint), None, Some(Topic::Threat)]);
        assert_eq!(config.model, Path::new("/etc/bedside/My Model.onnx"));
        assert_eq!((config.within, config.min_score), (Duration::from_millis(90), 0.7));
    }

    #[test]
    fn what_is_wrong_with_a_model_is_said() {
        check("[second_opinion]\n", "model: is missing");
        check(SECOND, "labels: is missing");
        check(&format!("{SECOND}labels = [\"complaints\"]\n"), "did you mean complaint?");
        let labelled = format!("{SECOND}labels = [\"praise\"]\n");
        check(&format!("{labelled}max_ms = 60000\n"), "60000 is too little or too much");
        check(&format!("{labelled}min_percent = 0\n"), "0 is too little or too much");
        check(&format!("{labelled}scores = \"linear\"\n"), "'linear' is not known");
        check(&format!("{labelled}speak = true\n"), "unknown key");
    }

    #[test]
    fn a_model_whose_files_are_missing_or_that_this_program_can_t_run_is_refused() {
        let at = parse(&format!("{SECOND}labels = [\"praise\"]\n")).second_opinion.unwrap();
        let problem = at.open().err().unwrap().to_string();
        let expect = if cfg!(feature = "onnx") { "My Model.onnx can't be read" } else { "built without ONNX models" };
        assert!(problem.contains("[second_opinion]") && problem.contains(expect), "{problem}");
    }

    #[test]
    fn a_model_for_drafts_is_read_and_must_be_in_the_house() {
        let clock: Clock = Arc::new(|| bedside_core::time::Timestamp::from_micros(0));
        let config = parse(&format!("{SUGGEST}url = \"http://10.1.2.30:8000/v1\"\ntimeout = \"45s\"\n"));
        let at = config.suggest.unwrap();
        assert_eq!(
            (at.name.as_str(), at.model.as_str(), at.within),
            ("house-llm", "House LLM", Duration::from_secs(45))
        );
        assert!(at.open(&clock).is_ok());
        let outside = parse(&format!("{SUGGEST}url = \"https://8.8.8.8/v1\"\n")).suggest.unwrap();
        let problem = outside.open(&clock).err().unwrap().to_string();
        assert!(problem.contains("leads out of the house"), "{problem}");
        check(SUGGEST, "url: is missing");
        let there = format!("{SUGGEST}url = \"http://10.1.2.30/v1\"\n");
        check(&format!("{there}timeout = \"5m\"\n"), "too short or too long");
        check(&format!("{there}key = \"sk-1\"\n"), "has no place in the configuration");
    }
}
