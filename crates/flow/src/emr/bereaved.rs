//! Bereaved: whoever writes from an account that is linked with a record in which a death is recorded, is somebody close. The
//! account carries the label for as long as the record says so and the link is consented to.

use bedside_core::{
    id::{AuthorId, LabelId, SiteId},
    label::{LabelKind, LabelTarget},
    log::{Actor, Kind},
    time::{Span, Timestamp},
    triage::Lang,
};
use bedside_store::{
    Tx,
    labels::{self, NewLabel},
    random,
};

use crate::{
    FlowError, Road,
    audit::Audit,
    door::link_facts,
    step::mark::{house_lang, with_words},
};

/// Who set it, where no person did.
const BY: &str = "emr";
/// So long grief is counted with after the record told of the death.
const LASTS: Span = Span::days(365);

impl Road {
    /// Sets or removes the label on an account, after what its record says or its consent has changed.
    pub(crate) async fn keep_bereaved(
        &self,
        tx: &mut Tx,
        site: SiteId,
        author: AuthorId,
        now: Timestamp,
    ) -> Result<(), FlowError> {
        let is_dead = link_facts(tx, author, now).await?.and_then(|facts| facts.deceased) == Some(true);
        let known = labels::on_author(tx, site, author, now).await?;
        let ours = known.iter().find(|label| label.kind == LabelKind::Bereaved && label.set_by == BY);
        let mut audit = Audit::at(now);
        match (is_dead, ours) {
            (true, None) => {
                let id = self.set_bereaved(tx, site, author, now).await?;
                audit.add(Kind::LabelSet, Actor::System, Some(site), None, |entry| {
                    with_words(entry.about(id), LabelKind::Bereaved, LabelTarget::Author)
                })?;
            }
            (false, Some(label)) => {
                if labels::remove(tx, label.id, BY, now).await? {
                    audit.add(Kind::LabelRemoved, Actor::System, Some(site), None, |entry| entry.about(label.id))?;
                }
            }
            (true, Some(_)) | (false, None) => {}
        }
        audit.write(tx).await
    }

    async fn set_bereaved(
        &self,
        tx: &mut Tx,
        site: SiteId,
        author: AuthorId,
        now: Timestamp,
    ) -> Result<LabelId, FlowError> {
        let reason = match house_lang(self.house_of(site)?) {
            Lang::De => "Die verknüpfte Akte meldet einen Todesfall.",
            Lang::En | Lang::Unknown => "The linked record reports a death.",
        };
        let key = self.store.keys().of(&format!("site:{site}"), now).await?;
        let label = NewLabel {
            id: LabelId::new(now, &random()?),
            site,
            target: LabelTarget::Author,
            target_id: author.to_string(),
            case: None,
            kind: LabelKind::Bereaved,
            reason,
            set_by: BY.to_owned(),
            expires_at: Some(now.plus(LASTS)),
        };
        labels::set(tx, &label, &key, now).await?;
        Ok(label.id)
    }
}
