//! Visits: somebody knocks with the name of their account, gets a code, and comes in once the account has sent it; or
//! comes in by a one-time link that was sent to it.

use bedside_core::{
    code,
    door::{self as words, Code},
    id::{AuthorId, ChannelId, SiteId},
    log::{Actor, Kind},
    time::Span,
};
use bedside_store::door::{self, Pass, VisitRow};

use super::UNPROVEN_HOLDS;
use crate::{FlowError, Road, acts::ActError, audit::Audit};

/// How long a code holds.
pub const CODE_HOLDS: Span = Span::minutes(15);
/// How long somebody stays in.
pub const VISIT_HOLDS: Span = Span::hours(12);
/// How long a one-time link holds.
pub const PASS_HOLDS: Span = Span::hours(24);

/// Somebody who knocks: nothing is known of them yet.
#[derive(Debug, Clone, Copy)]
pub struct Knock<'a> {
    /// At whose door.
    pub site: SiteId,
    /// The channel on which they have an account.
    pub channel: ChannelId,
    /// The account's handle, as they typed it.
    pub handle: &'a str,
    /// Hash of the secret that their browser gets.
    pub token_hash: &'a [u8],
    /// The secret of their forms.
    pub csrf: &'a str,
    /// The language they read.
    pub lang: &'a str,
}

/// Somebody who has come in: the account is theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// At whose door.
    pub site: SiteId,
    /// Their account.
    pub author: AuthorId,
    /// The language they read.
    pub lang: String,
}

impl Guest {
    /// Who a visit is, once they have come in.
    #[must_use]
    pub fn of(visit: &VisitRow) -> Option<Self> {
        let author = visit.author.filter(|_| visit.entered_at.is_some())?;
        Some(Self { site: visit.site, author, lang: visit.lang.clone() })
    }
}

impl Road {
    /// Begins a visit that waits for a code. It asks nobody whether there is such an account, so the answer and its time
    /// are the same for all.
    ///
    /// # Errors
    /// The channel is none of the site's, or the store refuses.
    pub async fn knock(&self, knock: &Knock<'_>) -> Result<(), ActError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let channels = self.door_channels(&mut tx, knock.site).await?;
        if channels.iter().all(|row| row.id != knock.channel) {
            return Err(ActError::Gone);
        }
        door::sweep_visits(&mut tx, now).await?;
        let visit = VisitRow {
            token_hash: knock.token_hash.to_vec(),
            site: knock.site,
            csrf: knock.csrf.to_owned(),
            lang: knock.lang.to_owned(),
            channel: Some(knock.channel),
            code_hash: None,
            code_until: None,
            author: None,
            proven_at: None,
            entered_at: None,
            expires_at: now.plus(UNPROVEN_HOLDS),
        };
        door::open_visit(&mut tx, &visit, now).await?;
        let handle = words::handle(knock.handle);
        let account = self.account_hash(knock.channel, &handle);
        let name = self.name_hash(knock.channel, words::name_in(&handle));
        let code = self.code_hash(knock.channel, &self.door_code(knock.token_hash));
        let until = now.plus(CODE_HOLDS);
        door::ask_code(&mut tx, knock.token_hash, knock.channel, (&account, &name), &code, until).await?;
        Ok(tx.commit().await?)
    }

    /// The code of a visit. It is derived, so that it can be shown again and is stored nowhere.
    #[must_use]
    pub fn door_code(&self, token_hash: &[u8]) -> Code {
        let token: String = token_hash.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut bytes = [0; 8];
        for (byte, of) in bytes.iter_mut().zip(self.store.lookup().hash(&["door", "code", &token])) {
            *byte = of;
        }
        Code::of(bytes)
    }

    pub(super) fn account_hash(&self, channel: ChannelId, handle: &str) -> Vec<u8> {
        self.store.lookup().hash(&["door", "account", &channel.to_string(), handle])
    }

    pub(super) fn name_hash(&self, channel: ChannelId, name: &str) -> Vec<u8> {
        self.store.lookup().hash(&["door", "name", &channel.to_string(), name])
    }

    fn code_hash(&self, channel: ChannelId, code: &Code) -> Vec<u8> {
        self.store.lookup().hash(&["door", "sent", &channel.to_string(), code.plain()])
    }

    pub(super) fn code_fits(&self, kept: &[u8], channel: ChannelId, code: &Code) -> bool {
        self.store.lookup().fits(kept, &["door", "sent", &channel.to_string(), code.plain()])
    }

    /// Lets in whose account has sent the code, under a new secret. `false`: it has not been read yet.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn door_enter(&self, token_hash: &[u8], new: (&[u8], &str)) -> Result<bool, FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let is_in = door::enter_visit(&mut tx, token_hash, new, now, now.plus(VISIT_HOLDS)).await?;
        tx.commit().await?;
        Ok(is_in)
    }

    /// Lets in by a one-time link, which is spent. `false`: it was spent, is over, or is for another door.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn door_enter_by_pass(
        &self,
        site: SiteId,
        pass_hash: &[u8],
        (token_hash, csrf): (&[u8], &str),
        lang: &str,
    ) -> Result<bool, FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let Some(Pass { site: of, author, case }) = door::pass(&mut tx, pass_hash, now).await? else {
            return Ok(false);
        };
        if of != site || !door::spend_pass(&mut tx, pass_hash, now).await? {
            return Ok(false);
        }
        let visit = VisitRow {
            token_hash: token_hash.to_vec(),
            site,
            csrf: csrf.to_owned(),
            lang: lang.to_owned(),
            channel: None,
            code_hash: None,
            code_until: None,
            author: Some(author),
            proven_at: Some(now),
            entered_at: Some(now),
            expires_at: now.plus(VISIT_HOLDS),
        };
        door::open_visit(&mut tx, &visit, now).await?;
        let mut audit = Audit::at(now);
        audit.add(Kind::DoorProven, Actor::System, Some(site), Some(case), |entry| {
            entry.about(author).code(code!("by"), code!("link"))
        })?;
        audit.write(&mut tx).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Ends a visit.
    ///
    /// # Errors
    /// The store refuses.
    pub async fn door_leave(&self, token_hash: &[u8]) -> Result<(), FlowError> {
        let mut tx = self.store.begin().await?;
        door::close_visit(&mut tx, token_hash).await?;
        Ok(tx.commit().await?)
    }
}
