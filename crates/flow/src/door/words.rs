//! What letters say, in German and English. No diagnosis, no stay, no name: whoever reads a mailbox learns that somebody was
//! asked, and how to undo it.

use bedside_core::time::Timestamp;

use crate::House;

/// The letter that brings a code: subject and text.
pub(super) fn code_letter(house: &House, lang: &str, code: &str, until: Timestamp) -> (String, String) {
    let (name, until) = (&house.site.name, clock_time(house, until));
    if lang == "de" {
        let text = format!(
            "Guten Tag,\n\njemand hat auf der Seite „Private Tür“ von {name} darum gebeten, ein Konto mit Ihrer Akte zu \
             verknüpfen. Wenn Sie das selbst waren, geben Sie dort diesen Code ein:\n\n    {code}\n\nEr gilt bis {until}.\n\n\
             Wenn Sie das nicht waren, brauchen Sie nichts zu tun. Geben Sie den Code niemandem weiter, auch nicht am \
             Telefon.\n\n{name}\n\nDiese Nachricht wurde automatisch verschickt. Bitte antworten Sie nicht darauf.\n"
        );
        return (format!("Ihr Code für {name}"), text);
    }
    let text = format!(
        "Good day,\n\nsomebody asked at the private door of {name} for an account to be linked to your record. If that was you, \
         enter this code there:\n\n    {code}\n\nIt holds until {until}.\n\nIf it was not you, there is nothing to do. Give \
         the code to nobody, not on the telephone either.\n\n{name}\n\nThis message was sent automatically. Please do not \
         reply to it.\n"
    );
    (format!("Your code for {name}"), text)
}

/// The letter that tells of a link: subject and text.
pub(super) fn linked_letter(house: &House, lang: &str, undo: &str, at: Timestamp) -> (String, String) {
    let (name, at) = (&house.site.name, clock_time(house, at));
    if lang == "de" {
        let text = format!(
            "Guten Tag,\n\nam {at} wurde bei {name} ein Konto eines sozialen Netzwerks mit Ihrer Akte verknüpft, weil Sie oder \
             jemand in Ihrem Namen darum gebeten hat.\n\nWenn Sie das nicht möchten, heben Sie die Verknüpfung hier auf, \
             jederzeit und ohne Angabe von Gründen:\n\n    {undo}\n\nWas bis dahin in Ihre Akte übernommen wurde, bleibt \
             dort.\n\n{name}\n\nDiese Nachricht wurde automatisch verschickt. Bitte antworten Sie nicht darauf.\n"
        );
        return (format!("{name}: Ein Konto wurde mit Ihrer Akte verknüpft"), text);
    }
    let text = format!(
        "Good day,\n\non {at} an account of a social network was linked to your record at {name}, because you, or somebody in \
         your name, asked for it.\n\nIf you do not want that, undo the link here, at any time and without giving a \
         reason:\n\n    {undo}\n\nWhat has been filed in your record until then stays there.\n\n{name}\n\nThis message was \
         sent automatically. Please do not reply to it.\n"
    );
    (format!("{name}: an account was linked to your record"), text)
}

/// Day and time on the house's own clock.
fn clock_time(house: &House, at: Timestamp) -> String {
    let Ok(instant) = jiff::Timestamp::from_microsecond(at.as_micros()) else { return at.to_rfc3339() };
    instant.to_zoned(house.zone().clone()).strftime("%Y-%m-%d %H:%M").to_string()
}
