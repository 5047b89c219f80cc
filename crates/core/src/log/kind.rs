//! What happened: a closed list. A new kind is added; one that was ever logged stays, or old entries can't be read.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A word that is none of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a word of the log's list of {list}")]
pub struct UnknownWord {
    /// The list that was looked in.
    pub list: &'static str,
}

macro_rules! words {
    ($(#[$about:meta])* $name:ident, $list:literal { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// All of them, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word that stands in the entry.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = UnknownWord;

            fn from_str(word: &str) -> Result<Self, UnknownWord> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(UnknownWord { list: $list }),
                }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                out.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let word = std::borrow::Cow::<str>::deserialize(from)?;
                word.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

words! {
    /// What happened. The order is that of a post's road, then of the house.
    Kind, "kinds" {
        /// A post was taken in from a channel.
        PostTaken = "post_taken",
        /// Signals were found in a post.
        Assessed = "assessed",
        /// A case was opened for a thread.
        CaseOpened = "case_opened",
        /// The rules decided.
        Decided = "decided",
        /// A hold ended, by the clock or because the facts changed.
        HoldWoken = "hold_woken",
        /// A draft was written or changed.
        DraftWritten = "draft_written",
        /// The guard read a draft.
        Guarded = "guarded",
        /// A second person was asked to approve.
        ApprovalAsked = "approval_asked",
        /// A draft was approved.
        Approved = "approved",
        /// A draft was sent back to its author.
        SentBack = "sent_back",
        /// A reply was put into the outbox.
        Queued = "queued",
        /// A reply was taken out of the outbox within its undo window.
        Undone = "undone",
        /// A reply was claimed for sending.
        SendStarted = "send_started",
        /// A reply is confirmed to be on the channel.
        Sent = "sent",
        /// An attempt to send failed.
        SendFailed = "send_failed",
        /// The claim's last check refused; the reply went back to the desk.
        Returned = "returned",
        /// Speech was paused.
        Paused = "paused",
        /// Speech was allowed again.
        Resumed = "resumed",
        /// A label was set.
        LabelSet = "label_set",
        /// A label was removed or ran out.
        LabelRemoved = "label_removed",
        /// A case was given to a person or a queue.
        Assigned = "assigned",
        /// A person took an escalation.
        EscalationTaken = "escalation_taken",
        /// A note was written.
        NoteWritten = "note_written",
        /// A case was resolved.
        CaseResolved = "case_resolved",
        /// A person signed in.
        SignedIn = "signed_in",
        /// Somebody failed to sign in.
        SignInFailed = "sign_in_failed",
        /// A person got a role.
        RoleGranted = "role_granted",
        /// A person lost a role.
        RoleRevoked = "role_revoked",
        /// A channel account's access ended.
        ChannelSignedOut = "channel_signed_out",
        /// Posts were imported.
        Imported = "imported",
        /// A post was edited on its channel.
        UpstreamEdited = "upstream_edited",
        /// A post was deleted on its channel.
        UpstreamDeleted = "upstream_deleted",
        /// A pack of rules went live.
        RulesLoaded = "rules_loaded",
        /// A data key was erased, and with it every text it sealed.
        KeyErased = "key_erased",
        /// Messages of the record were taken in and brought into the patient index.
        EmrTaken = "emr_taken",
        /// The record reports a death.
        DeathTold = "death_told",
        /// The record takes a death back.
        DeathTakenBack = "death_taken_back",
        /// Two records of one patient were merged.
        PatientsMerged = "patients_merged",
        /// A merge was undone.
        MergeUndone = "merge_undone",
        /// Messages of the record whose time was over were deleted, and their keys with them.
        EmrPruned = "emr_pruned",
        /// A document of a closed, consented conversation was put in line for the record.
        FilingMade = "filing_made",
        /// The record has taken a document, or taken it back.
        Filed = "filed",
        /// A document could not be filed: a person must look.
        FilingFailed = "filing_failed",
        /// Documents were not sent, because the consent was taken back or a person dropped them.
        FilingDropped = "filing_dropped",
        /// A one-time link to the private door was made for somebody who wrote privately.
        DoorInvited = "door_invited",
        /// Somebody proved at the private door that an account is theirs.
        DoorProven = "door_proven",
        /// Somebody at the private door said whose record their account belongs to.
        LinkClaimed = "link_claimed",
        /// A member of staff confirmed the link of an account to a record.
        LinkConfirmed = "link_confirmed",
        /// A member of staff refused such a link.
        LinkRefused = "link_refused",
        /// The person undid such a link.
        LinkUndone = "link_undone",
        /// A consent was given, for one purpose.
        ConsentGiven = "consent_given",
        /// A consent was taken back.
        ConsentRevoked = "consent_revoked",
        /// A person had a message of the record brought into the patient index once more.
        EmrAgain = "emr_again",
        /// A person looked at what a message of the record holds.
        EmrShown = "emr_shown",
        /// A published reply was taken off its channel.
        TakenDown = "taken_down",
        /// A one-time link was made for a person.
        LinkMade = "link_made",
        /// A person chose a password.
        PasswordSet = "password_set",
        /// A person was locked out.
        PersonLocked = "person_locked",
        /// A person was let in again.
        PersonUnlocked = "person_unlocked",
        /// A letter was sent to the contact that a patient's record holds.
        LetterSent = "letter_sent",
        /// A person looked at what a document for the record says.
        FilingShown = "filing_shown",
        /// A person mended a document that could not be filed.
        FilingMended = "filing_mended",
        /// A person had a document that could not be filed sent again.
        FilingAgain = "filing_again",
        /// A client was given resources of consented conversations over FHIR.
        ExchangeRead = "exchange_read",
        /// A subscriber or a webhook was told of a consented conversation, or that a consent ended.
        ExchangeSent = "exchange_sent",
        /// What waited to be told is not told any more: the consent was taken back.
        ExchangeDropped = "exchange_dropped",
        /// A subscriber or a webhook could not be told for long: a person must look.
        ExchangeFailed = "exchange_failed",
        /// A client of the FHIR server signed in with its key.
        ClientSignedIn = "client_signed_in",
        /// A client of the FHIR server was not let in.
        ClientRefused = "client_refused",
        /// A client asked to be told of what happens, or changed what it asks for.
        SubscriptionSet = "subscription_set",
        /// A client doesn't want to be told any more.
        SubscriptionRemoved = "subscription_removed",
        /// A card in the chart told that somebody who consents had written.
        CardShown = "card_shown",
        /// The care team opened somebody's conversations in the chart.
        ChartOpened = "chart_opened",
        /// The care team wrote a note to the desk.
        CareNoted = "care_noted",
        /// The care team suggested an answer.
        CareSuggested = "care_suggested",
        /// A person took a suggestion over as their draft.
        SuggestionTaken = "suggestion_taken",
        /// A person set a suggestion aside.
        SuggestionSetAside = "suggestion_set_aside",
        /// A person had more drafts checked within an hour than anybody writes.
        ChecksSpent = "checks_spent",
        /// A person said that something was found wrongly, or not at all.
        FindingWrong = "finding_wrong",
        /// What people said so was exported as labelled examples.
        ExamplesExported = "examples_exported",
        /// A person opened the texts of a case in full.
        OpenedInFull = "opened_in_full",
        /// A post that somebody had to look at was opened.
        LookOpened = "look_opened",
        /// A post that somebody had to look at was opened by nobody: the rota was called.
        LookPaged = "look_paged",
        /// A model was asked for a second opinion on a post that sorting left unsure.
        SecondOpinion = "second_opinion",
        /// A person had a model asked for a draft; the masked post leaves for the configured host right after.
        ModelAsked = "model_asked",
        /// What became of that: a draft in the person's name, or why there is none.
        ModelAnswered = "model_answered",
        /// An alarm called a member of a rota.
        AlarmCalled = "alarm_called",
        /// A member of a rota said that they know of an alarm.
        AlarmAcknowledged = "alarm_acknowledged",
        /// An alarm about Bedside itself was raised, or tests were sent.
        AlarmRaised = "alarm_raised",
        /// What an alarm about Bedside itself told of is over.
        AlarmOver = "alarm_over",
        /// A crisis reply was taken unchanged from the approved statements and sent without a second person before.
        CrisisReplied = "crisis_replied",
        /// A second person has read a crisis reply.
        CrisisRead = "crisis_read",
        /// A version of a house's own rules was written, or came from the configured files.
        RulesWritten = "rules_written",
        /// A replay of stored posts under a version began.
        ReplayBegun = "replay_begun",
        /// A replay ended.
        ReplayEnded = "replay_ended",
        /// A person put a version in force, now or from a time on.
        RulesOrdered = "rules_ordered",
        /// A person took a version back that was to come into force.
        RulesWithdrawn = "rules_withdrawn",
        /// A version decides from now on.
        RulesInForce = "rules_in_force",
        /// A person went one step back to the rules before.
        RulesSteppedBack = "rules_stepped_back",
        /// A version in force can't be read by this program: nothing is said until a person mends it.
        RulesUnreadable = "rules_unreadable",
        /// A person said that a decision was wrong; it is kept as a case that proves the rules.
        DecisionWrong = "decision_wrong",
        /// Such a case was set aside.
        PolicyCaseDropped = "policy_case_dropped",
        /// Such cases were exported with their texts.
        PolicyCasesExported = "policy_cases_exported",
        /// A clock of law or contract was started.
        ClockStarted = "clock_started",
        /// It ends soon: the case came before the desk.
        ClockNear = "clock_near",
        /// It is late.
        ClockLate = "clock_late",
        /// A person ended it, with a reason.
        ClockEnded = "clock_ended",
        /// Whose hold it is was told that it ends soon.
        HoldEndsSoon = "hold_ends_soon",
        /// A person had an abusive post count no more.
        StrikeWaived = "strike_waived",
        /// Incident mode was switched on.
        IncidentBegun = "incident_begun",
        /// It was said where an incident stands.
        IncidentStage = "incident_stage",
        /// Incident mode was switched off.
        IncidentEnded = "incident_ended",
        /// A statement for an incident was written.
        IncidentTextWritten = "incident_text_written",
        /// A statement for an incident was approved.
        IncidentTextApproved = "incident_text_approved",
        /// A statement for an incident was withdrawn.
        IncidentTextWithdrawn = "incident_text_withdrawn",
        /// A person wrote a version of a statement.
        StatementWritten = "statement_written",
        /// A person asked for its approval.
        StatementAsked = "statement_asked",
        /// A second person approved it.
        StatementApproved = "statement_approved",
        /// A second person sent it back.
        StatementSentBack = "statement_sent_back",
        /// A person took a statement out of use.
        StatementRetired = "statement_retired",
        /// A person put a statement into a draft.
        StatementTaken = "statement_taken",
        /// A person set a version of a house's own rules aside.
        RulesDropped = "rules_dropped",
        /// An escalation that only an incident asked for is over: the rules ask for it no longer, and nobody had taken it.
        EscalationOver = "escalation_over",
        /// A person had a reply taken down that is on its platform, or may be: a privacy incident.
        TakeDownAsked = "take_down_asked",
        /// The nightly run of a house: what was due of a class, what was held, what went.
        RetentionRun = "retention_run",
        /// A person was given everything that is kept of somebody.
        PersonExported = "person_exported",
        /// Somebody was erased: their data keys went, and with them every text.
        PersonErased = "person_erased",
        /// An erasure was refused, because a legal hold stands.
        ErasureRefused = "erasure_refused",
        /// Whoever owns a hold that ends soon was told by mail.
        HoldMailed = "hold_mailed",
        /// A person planned a post of the house's own, or changed one.
        OwnPostWritten = "own_post_written",
        /// A second person approved it for its time.
        OwnPostApproved = "own_post_approved",
        /// A person withdrew it.
        OwnPostWithdrawn = "own_post_withdrawn",
        /// Its time had come and something stood against it: it was kept back.
        OwnPostKeptBack = "own_post_kept_back",
        /// It is on the platform.
        OwnPostSaid = "own_post_said",
        /// A person looked at a picture, video or file of a post for the first time.
        MediaSeen = "media_seen",
    }
}
