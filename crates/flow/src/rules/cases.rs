//! "This decision was wrong": kept as a case that proves the rules, run against rules in force or proposed, taken out for
//! `bedside policy test`.

use std::{collections::HashMap, sync::Arc};

use bedside_core::{
    code,
    id::{CaseId, DecisionId, PersonId, PolicyCaseId, RulesVersionId, SiteId},
    log::{Actor, Kind},
    policy::{
        Facts, SpeechForm,
        cases::{self, Case},
        desk::{DeskAction, Seat},
    },
    time::Timestamp,
    triage::{Lang, Signals, Triage, TriageInput},
};
use bedside_store::{
    Phi, Tx, balance,
    cases::{self as stored, CaseRow},
    posts::{self, Opened, PostRow},
    random,
    rules::{
        kept::{self, Kept, KeptRow, LastRun, NewKept},
        version::{self, VersionRow},
    },
};

use super::read::RulesRead;
use crate::{
    FlowError, Road,
    acts::{ActError, given},
    audit::Audit,
    facts,
};

/// The most cases of one house that are run or taken out.
const MOST: u32 = 5_000;

/// What a person says of a decision.
#[derive(Debug, Clone)]
pub struct Verdict<'a> {
    /// The decision that they saw.
    pub decision: DecisionId,
    /// What would have been right: words of actions, at least one.
    pub acceptable: Vec<String>,
    /// What would harm.
    pub forbidden: Vec<String>,
    /// What the rules missed.
    pub why: &'a str,
}

/// What a run of a house's own cases found.
#[derive(Debug, Clone, Default)]
pub struct CaseRun {
    /// Cases run.
    pub cases: usize,
    /// Those decided rightly.
    pub right: usize,
    /// Those with a part that harms.
    pub harms: usize,
    /// Cases whose texts were erased with their authors' keys.
    pub erased: usize,
    /// What was not right.
    pub wrong: Vec<NotRight>,
    /// The cases as stored, the newest first.
    pub rows: Vec<KeptRow>,
    /// What the rules missed, in people's words, by case; those that are erased have none.
    pub whys: HashMap<PolicyCaseId, Phi<String>>,
}

/// A case that is not decided rightly.
#[derive(Debug, Clone)]
pub struct NotRight {
    /// Which one.
    pub id: PolicyCaseId,
    /// From which case of the desk.
    pub case: CaseId,
    /// All parts of the decision.
    pub parts: Vec<String>,
    /// What would be right.
    pub acceptable: Vec<String>,
    /// Whether a part harms.
    pub harm: bool,
    /// The rules that made it.
    pub because: Vec<String>,
}

impl Road {
    /// Keeps a decision that a person says was wrong as a case that proves the rules. It changes nothing about the case.
    ///
    /// # Errors
    /// The person may not, says not what would be right or why, saw another decision than the one in force, or the post can't be read
    /// any more.
    pub async fn keep_wrong_decision(
        &self,
        by: PersonId,
        case: CaseId,
        verdict: &Verdict<'_>,
    ) -> Result<PolicyCaseId, ActError> {
        let now = self.now();
        let why = given(verdict.why, "reason_missing")?;
        let (acceptable, forbidden) = words_of(verdict)?;
        let mut tx = self.store.begin().await?;
        let case = self.case_for(&mut tx, by, case, DeskAction::MarkWrong).await?;
        if case.decision_id != verdict.decision {
            return Err(ActError::Changed("decision_changed"));
        }
        let post = posts::by_id(&mut tx, case.post).await?.ok_or(ActError::Gone)?;
        let opened = self.store.open_posts(std::slice::from_ref(&post)).await?;
        let (text, _) = opened.into_iter().find_map(Opened::text).ok_or(ActError::Gone)?;
        let mut facts = self.facts_of_decision(&mut tx, &case, &post).await?;
        // What the record said is asked for with each decision and ends with the consent; a case is kept for longer.
        facts.link = None;
        let read = read(&self.triage, &text.0.text, text.0.lang_hint.as_deref(), post.at);
        let id = PolicyCaseId::new(now, &random()?);
        let kept_case = Case {
            acceptable_actions: acceptable,
            forbidden_actions: forbidden,
            ..Case::kept(id.to_string(), &text.0.text, &facts, &read)
        };
        let kept = Kept { case: kept_case, why: why.to_owned() };
        let new = NewKept {
            id,
            site: case.site,
            case: case.id,
            post: post.id,
            decision: case.decision_id,
            was: case.decision.parts(),
            rules_version: &case.decision.rules_version,
            kept: &kept,
        };
        let key = self.store.key_of_post(&post).await?.ok_or(ActError::Gone)?;
        kept::add(&mut tx, &new, &key, by, now).await?;
        balance::mark_wrong(&mut tx, case.decision_id, now).await?;
        let mut audit = Audit::at(now);
        audit.add(Kind::DecisionWrong, Actor::Person(by), Some(case.site), Some(case.id), |entry| {
            entry.about(case.decision_id).about(id)
        })?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// The facts under which the decision in force was made, as far as they can still be known.
    async fn facts_of_decision(&self, tx: &mut Tx, case: &CaseRow, post: &PostRow) -> Result<Facts, ActError> {
        let decisions = stored::decisions(tx, case.id).await?;
        let at = decisions.iter().find(|one| one.id == case.decision_id).map_or(case.updated_at, |one| one.at);
        let signals = post.signals.clone().ok_or(ActError::Changed("not_sorted_yet"))?;
        let around = facts::around(tx, post, at).await?;
        Ok(facts::of(self.house_of(case.site)?, post, &signals, Some(case), &around, at))
    }

    /// Sets a case aside that no longer says what is right.
    ///
    /// # Errors
    /// The person may not, or it is not there.
    pub async fn drop_policy_case(&self, by: PersonId, id: PolicyCaseId) -> Result<(), ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let row = kept::by_id(&mut tx, id).await?.ok_or(ActError::Gone)?;
        self.may(&mut tx, by, row.site, DeskAction::MarkWrong, Seat::default()).await?;
        kept::drop_it(&mut tx, &row, by, now).await?;
        let mut audit = Audit::at(now);
        audit
            .add(Kind::PolicyCaseDropped, Actor::Person(by), Some(row.site), Some(row.case), |entry| entry.about(id))?;
        audit.write(&mut tx).await?;
        Ok(tx.commit().await?)
    }

    /// Decides a house's own cases by the rules in force, or by those of a version.
    ///
    /// # Errors
    /// The person may not, or the version's rules can't be read.
    pub async fn run_policy_cases(
        self: &Arc<Self>,
        by: PersonId,
        site: SiteId,
        under: Option<RulesVersionId>,
    ) -> Result<CaseRun, ActError> {
        let now = self.now();
        let mut tx = self.store.begin_read().await?;
        self.may(&mut tx, by, site, DeskAction::RunPolicyCases, Seat::default()).await?;
        self.follow_rules(&mut tx, site, now).await?;
        let rules = self.rules_under(&mut tx, site, under).await?;
        let rows = kept::of_site(&mut tx, site, MOST).await?;
        drop(tx);
        let (texts, whys, erased) = self.open_kept(&rows).await?;
        let from: HashMap<String, CaseId> = rows.iter().map(|row| (row.id.to_string(), row.case)).collect();
        let road = Arc::clone(self);
        let scored = tokio::task::spawn_blocking(move || {
            let sorting = |_: &Case, text: &str, at: Timestamp| read(&road.triage, text, None, at);
            cases::score(&texts, &sorting, &|_| Some(rules.rules()))
        });
        let score = scored.await.map_err(|_| ActError::Flow(FlowError::Lost))?;
        let wrong = score.wrong.into_iter().filter_map(|one| {
            Some(NotRight {
                id: one.id.parse().ok()?,
                case: *from.get(&one.id)?,
                parts: one.parts,
                acceptable: one.acceptable,
                harm: one.harm,
                because: one.because,
            })
        });
        let (cases, right, harms, wrong) = (score.cases, score.right, score.harms, wrong.collect());
        Ok(CaseRun { cases, right, harms, erased, wrong, rows, whys })
    }

    /// Decides a house's own cases by the rules of a version and keeps with it what that found, for its page.
    ///
    /// # Errors
    /// As [`Road::run_policy_cases`].
    pub async fn try_policy_cases(self: &Arc<Self>, by: PersonId, version: &VersionRow) -> Result<LastRun, ActError> {
        let newest = kept::stands(&mut self.store.begin_read().await?, version.site).await?;
        let found = self.run_policy_cases(by, version.site, Some(version.id)).await?;
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let (cases, right, harms, erased) = (found.cases, found.right, found.harms, found.erased);
        let (cases, right, harms, erased) = (count(cases), count(right), count(harms), count(erased));
        let run = LastRun { at: self.now(), cases, right, harms, erased, newest };
        let mut tx = self.store.begin().await?;
        kept::keep_run(&mut tx, version.id, &run).await?;
        tx.commit().await?;
        Ok(run)
    }

    async fn rules_under(
        &self,
        tx: &mut Tx,
        site: SiteId,
        under: Option<RulesVersionId>,
    ) -> Result<Arc<RulesRead>, ActError> {
        let house = self.house_of(site)?;
        let Some(id) = under else { return Ok(house.rules().read()) };
        let version = version::by_id(tx, id).await?.filter(|version| version.site == site).ok_or(ActError::Gone)?;
        let read = self.rules_read.of(house.site.jurisdiction, &version.files);
        read.map_err(|_| ActError::Changed("rules_unreadable"))
    }

    /// A house's own cases as lines that `bedside policy test` reads, and how many are erased.
    ///
    /// # Errors
    /// The person may not.
    pub async fn export_policy_cases(&self, by: PersonId, site: SiteId) -> Result<(Vec<String>, usize), ActError> {
        let now = self.now();
        // Thousands of texts are opened; nobody who writes waits for that.
        let mut tx = self.store.begin_read().await?;
        self.may(&mut tx, by, site, DeskAction::ExportPolicyCases, Seat::default()).await?;
        let rows = kept::of_site(&mut tx, site, MOST).await?;
        drop(tx);
        let (texts, _, erased) = self.open_kept(&rows).await?;
        let lines: Vec<String> = texts.iter().map(Case::line).collect();
        let mut audit = Audit::at(now);
        let count = i64::try_from(lines.len()).unwrap_or(i64::MAX);
        let mut tx = self.store.begin().await?;
        self.may(&mut tx, by, site, DeskAction::ExportPolicyCases, Seat::default()).await?;
        audit.add(Kind::PolicyCasesExported, Actor::Person(by), Some(site), None, |entry| {
            entry.number(code!("rows"), count)
        })?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        Ok((lines, erased))
    }

    /// The texts of cases and what people said of each, and how many are erased.
    async fn open_kept(&self, rows: &[KeptRow]) -> Result<Opening, ActError> {
        let (mut texts, mut whys, mut erased) = (Vec::with_capacity(rows.len()), HashMap::new(), 0);
        for row in rows {
            match self.store.open_kept(row).await? {
                Some(kept) => {
                    texts.push(kept.0.case);
                    whys.insert(row.id, Phi(kept.0.why));
                }
                None => erased += 1,
            }
        }
        Ok((texts, whys, erased))
    }
}

/// Texts, words of people by case, and how many are erased.
type Opening = (Vec<Case>, HashMap<PolicyCaseId, Phi<String>>, usize);

/// What sorting reads in a text alone.
fn read(triage: &Triage, text: &str, lang: Option<&str>, at: Timestamp) -> Signals {
    triage.read(&TriageInput { text, lang_hint: lang.map_or(Lang::Unknown, Lang::from_tag), at })
}

/// Words of actions as cases have them.
fn words_of(verdict: &Verdict<'_>) -> Result<(Vec<String>, Vec<String>), ActError> {
    let others = ["escalate_now", "remove_or_report", "hold", "stay_silent", "left_to_person"];
    let is_known = |word: &String| SpeechForm::from_word(word).is_some() || others.contains(&word.as_str());
    if !verdict.acceptable.iter().chain(&verdict.forbidden).all(is_known) {
        return Err(ActError::Invalid("right_unknown"));
    }
    if verdict.acceptable.is_empty() {
        return Err(ActError::Invalid("right_missing"));
    }
    if verdict.acceptable.iter().any(|word| verdict.forbidden.contains(word)) {
        return Err(ActError::Invalid("right_and_harm"));
    }
    Ok((verdict.acceptable.clone(), verdict.forbidden.clone()))
}
