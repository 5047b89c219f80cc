//! The pages. Each file holds one page: its view structs (plain data: words, microseconds UTC, enums) and the function
//! that makes the markup. A view holds words in the reader's language where they come from rules or people.

pub mod alarm;
pub mod author;
pub mod balance;
pub mod cards;
pub mod case;
pub mod channels;
pub mod document;
pub mod door;
pub mod error;
pub mod examples;
pub mod inbox;
pub mod incident;
pub mod kept;
pub mod keys;
pub mod library;
pub mod link;
pub mod links;
mod list;
pub mod log;
pub mod mark;
pub mod me;
pub mod message;
pub mod outgoing;
pub mod outside;
pub mod pause;
pub mod people;
pub mod planned;
pub mod privacy;
pub mod rules;
pub mod search;
pub mod sign_in;
pub mod told;
pub mod tour;
pub mod welcome;
pub mod wrong;
