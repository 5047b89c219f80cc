//! The road of a post, one step at a time: take, assess, hold, send. Each step ends in one transaction with its log
//! entry; the next step is a row in the job table or the outbox, never a callback. What people at the desk do is here
//! too, as one act each.

pub mod acts;
pub mod alarm;
mod audit;
pub mod care;
pub mod chart;
mod clock;
pub mod door;
mod emr;
mod error;
pub mod exchange;
mod facts;
mod house;
pub mod keeping;
pub mod library;
mod pace;
pub mod people;
pub mod replay;
mod road;
pub mod rules;
mod run;
mod second;
mod step;

pub use self::{
    acts::{
        ActError, Checked, Exported, LabelOrder, LinkVerdict, MediaSeen, Mending, OpenedFiling, PauseScope, Paused,
        PersonDecision, Suggested, WouldLeave, Wrong, is_crisis, note_person, store_role,
    },
    clock::{Clock, SystemClock, TestClock},
    emr::patient_facts,
    error::FlowError,
    house::{House, RulesFailing},
    road::{Change, Road, Settings, Tick},
    run::Stopping,
    step::{
        read::ReadOutcome,
        ring::is_near,
        send::{NoWitness, SendStep, Witness},
        take::ImportMark,
    },
};
