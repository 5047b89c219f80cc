//! Keeping: the nightly run that takes out what has had its time, and what a person can ask for: everything that is kept of them,
//! and that it goes. A legal hold stops both.

mod night;
mod person;
mod told;

pub use self::{
    night::NightSum,
    person::{Candidate, Erasure, Hold},
    told::{
        AccountTold, AnswerTold, CaseTold, ClockTold, ConsentTold, DecisionTold, DocumentTold, LabelTold, LinkTold,
        NoteTold, PersonTold, PostTold, ReadTold, RuleTold,
    },
};
