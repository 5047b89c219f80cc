//! Intake: stores what the record sends. Whoever holds the turn commits everything that waits, so that many connections
//! share one commit, and a single one waits for nobody.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    mem,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use bedside_core::{
    channel::{NotTaken, Promise},
    emr::{LinkNews, Received, TakeEmr, TakenEmr, Verdict},
    id::{EmrLinkId, EmrMessageId},
    time::Timestamp,
};
use bedside_store::{
    DataKey, StoreError,
    channels::Health,
    emr::{
        link::{self, day},
        message::{self, MessageState, MessageText, NewMessage, TOGETHER},
    },
};
use tokio::sync::{Notify, oneshot};

use crate::{FlowError, Road, clock::ordered_seed};

/// What waits to be stored, and who may store it.
#[derive(Debug, Default)]
pub(crate) struct Intake {
    waiting: Mutex<Vec<Waiting>>,
    turn: tokio::sync::Mutex<DayKeys>,
    /// Messages committed since the start.
    taken: AtomicUsize,
    /// Something is stored that must be in the index at once.
    is_pressed: AtomicBool,
    pressing: Notify,
}

#[derive(Debug)]
struct Waiting {
    link: EmrLinkId,
    message: Received,
    answer: oneshot::Sender<Result<TakenEmr, NotTaken>>,
}

/// The keys of today's messages.
#[derive(Debug, Default)]
struct DayKeys {
    day: i64,
    keys: HashMap<EmrLinkId, DataKey>,
}

impl TakeEmr for Road {
    fn take_emr(&self, link: EmrLinkId, message: Received) -> Promise<'_, Result<TakenEmr, NotTaken>> {
        Box::pin(async move {
            let (answer, mut answered) = oneshot::channel();
            self.intake.lock().push(Waiting { link, message, answer });
            // Whoever has the turn takes along what waits; what was taken along is answered without a turn of its own.
            tokio::select! {
                biased;
                answer = &mut answered => answer.unwrap_or_else(|_| Err(lost())),
                mut keys = self.intake.turn.lock() => loop {
                    match answered.try_recv() {
                        Ok(answer) => return answer,
                        Err(oneshot::error::TryRecvError::Closed) => return Err(lost()),
                        Err(oneshot::error::TryRecvError::Empty) => self.take_waiting(&mut keys).await,
                    }
                },
            }
        })
    }

    fn tell_link(&self, link: EmrLinkId, news: Vec<(LinkNews, u32)>) -> Promise<'_, ()> {
        Box::pin(async move {
            if let Err(error) = self.note_link(link, &news).await {
                tracing::error!(%link, %error, "what happened on a link could not be noted");
            }
        })
    }
}

fn lost() -> NotTaken {
    NotTaken("the commit was lost".to_owned())
}

impl Waiting {
    fn tell(self, answer: Result<TakenEmr, NotTaken>) {
        // A connection that is gone needs no answer: its sender sends again.
        let _gone = self.answer.send(answer);
    }
}

impl Intake {
    /// How many messages were committed since the start.
    pub(crate) fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }

    /// Whether something was stored since that must be in the index at once.
    pub(crate) fn is_pressed(&self) -> bool {
        self.is_pressed.load(Ordering::Relaxed)
    }

    /// Whether it was so until now: what presses from here on counts anew.
    pub(crate) fn take_press(&self) -> bool {
        self.is_pressed.swap(false, Ordering::Relaxed)
    }

    /// Something must be in the index at once.
    pub(crate) fn press(&self) {
        self.is_pressed.store(true, Ordering::Relaxed);
        self.pressing.notify_one();
    }

    /// Waits until something must be.
    pub(crate) async fn pressed(&self) {
        while !self.is_pressed() {
            self.pressing.notified().await;
        }
    }

    fn note(&self, batch: &[Waiting]) {
        let presses =
            |one: &Waiting| matches!(&one.message.verdict, Verdict::Accepted(event) if event.change.is_pressing());
        self.taken.fetch_add(batch.len(), Ordering::Relaxed);
        if batch.iter().any(presses) {
            self.press();
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The longest waiting.
    fn next(&self) -> Vec<Waiting> {
        let mut waiting = self.lock();
        if waiting.len() <= TOGETHER { mem::take(&mut *waiting) } else { waiting.drain(..TOGETHER).collect() }
    }
}

impl Road {
    /// Stores the longest waiting and answers them.
    async fn take_waiting(&self, keys: &mut DayKeys) {
        let batch = self.intake.next();
        match self.commit(&batch, keys).await {
            Ok(taken) => {
                self.intake.note(&batch);
                batch.into_iter().zip(taken).for_each(|(one, taken)| one.tell(Ok(taken)));
            }
            Err(error) => {
                tracing::error!(messages = batch.len(), %error, "messages of the record could not be stored");
                batch.into_iter().for_each(|one| one.tell(Err(NotTaken(error.to_string()))));
            }
        }
        self.record.notify_one();
    }

    /// Stores a batch in one transaction; gives for each message whether it was new.
    async fn commit(&self, batch: &[Waiting], keys: &mut DayKeys) -> Result<Vec<TakenEmr>, FlowError> {
        let now = self.now();
        let texts: Vec<MessageText> = batch.iter().map(|one| text_of(&one.message)).collect();
        let mut messages = Vec::with_capacity(batch.len());
        for (place, (one, text)) in batch.iter().zip(&texts).enumerate() {
            let key = self.day_key(one.link, keys, now).await?;
            let (state, code) = match &one.message.verdict {
                Verdict::Accepted(_) => (MessageState::New, ""),
                Verdict::Refused { code } => (MessageState::Refused, *code),
            };
            let new = NewMessage {
                id: EmrMessageId::new(now, &ordered_seed(now, place)?),
                link: one.link,
                same: message::same(&self.store, &one.message.control_id, &one.message.whole),
                trigger: &one.message.trigger,
                text,
                raw: &one.message.raw,
                flaws: &one.message.flaws,
                state,
                code,
                at: now,
            };
            messages.push((new, key));
        }
        let new = message::insert(&self.store, &messages).await?;
        if let Err(error) = self.count_odd(&messages, &new, now).await {
            // They are stored and will be acknowledged all the same: a count is no promise.
            tracing::warn!(%error, "messages that came again or were refused are not counted");
        }
        let is_new = |id| if new.contains(id) { TakenEmr::New } else { TakenEmr::Known };
        Ok(messages.iter().map(|(message, _)| is_new(&message.id)).collect())
    }

    /// Counts resends and refusals, with what was wrong with the refused. Ordinary messages are counted when they are
    /// brought into the index, so that they cost no second write here.
    async fn count_odd(
        &self,
        messages: &[(NewMessage<'_>, DataKey)],
        new: &HashSet<EmrMessageId>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut counts: BTreeMap<(EmrLinkId, &str), i64> = BTreeMap::new();
        for (message, _) in messages {
            let mut add = |name| *counts.entry((message.link, name)).or_default() += 1;
            if !new.contains(&message.id) {
                add("resent");
            } else if message.state == MessageState::Refused {
                add(MessageState::Refused.as_str());
                add(message.trigger);
                message.flaws.iter().for_each(|flaw| add(flaw));
            }
        }
        if counts.is_empty() {
            return Ok(());
        }
        let mut tx = self.store.begin().await?;
        for (message, _) in messages.iter().filter(|(message, _)| !new.contains(&message.id)) {
            message::resent(&mut tx, message.link, &message.same).await?;
        }
        link::count(&mut tx, counts.into_iter().map(|((link, name), n)| (link, name, n)), now).await?;
        tx.commit().await
    }

    async fn note_link(&self, link: EmrLinkId, news: &[(LinkNews, u32)]) -> Result<(), FlowError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        link::count(&mut tx, news.iter().map(|(news, n)| (link, news.as_str(), i64::from(*n))), now).await?;
        if let Some((trouble, _)) = news.iter().find(|(news, _)| news.is_trouble()) {
            link::set_health(&mut tx, link, Health::Slow, trouble.as_str(), now).await?;
        }
        Ok(tx.commit().await?)
    }

    async fn day_key(&self, link: EmrLinkId, keys: &mut DayKeys, now: Timestamp) -> Result<DataKey, FlowError> {
        if keys.day != day(now) {
            *keys = DayKeys { day: day(now), keys: HashMap::new() };
        }
        if let Some(key) = keys.keys.get(&link) {
            return Ok(key.clone());
        }
        let key = self.store.keys().of(&message::key_owner(link, now), now).await?;
        keys.keys.insert(link, key.clone());
        Ok(key)
    }
}

fn text_of(message: &Received) -> MessageText {
    let event = match &message.verdict {
        Verdict::Accepted(event) => Some(event.as_ref().clone()),
        Verdict::Refused { .. } => None,
    };
    MessageText { control_id: message.control_id.clone(), event }
}
