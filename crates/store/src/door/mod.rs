//! The private door: visits, conversations, links to records and consents. Whoever reads these tables without the keys
//! learns that somebody came, never who.

pub(crate) mod consent;
pub(crate) mod file;
pub(crate) mod letter;
pub(crate) mod link;
pub(crate) mod person;
pub(crate) mod said;
pub(crate) mod seat;
pub(crate) mod visit;

pub use self::{
    consent::{ConsentRow, consents, consents_open, give_consent, revoke_consent},
    file::{FileRow, NewFile, add_file, file, files_in},
    letter::{
        LetterRow, LetterState, add_letter, count_letter_try, lease_letter, letter, letter_due, letters_of,
        settle_letter, spend_letter,
    },
    link::{
        ClaimText, LinkRow, Settled, add_link, link_of, linked, linked_to, links_of, match_link, settle_link,
        undo_links, unmatched_links,
    },
    person::{DoorPerson, by_door_author, by_thread, code_posts, mark_code_post, person, put_person, seat_person},
    said::{SaidRow, said_in, said_once, say, unsay},
    seat::{Seat, seat_of_case, seats_of_patients, seats_of_site},
    visit::{
        Pass, VisitRow, ask_code, close_visit, count_code_try, enter_visit, make_pass, open_visit, pass, prove_visit,
        set_visit_lang, spend_pass, sweep_visits, visit, waiting_for_code,
    },
};
