//! What a record may show of somebody's conversations: nothing without link and consent, and nothing once either is gone.

use bedside_core::{
    door::{Purpose, SpeaksFor},
    emr::{Change, Identifier, KVNR, Merge},
    id::PatientId,
};
use bedside_flow::{
    LinkVerdict,
    chart::{Conversation, Whose},
};

use crate::{
    door::at_the_door,
    emr::{link_in, person, tell},
    house::{Desk, post},
    linked::{closed_conversation, petra},
};

fn id(authority: &str, value: &str) -> Identifier {
    Identifier { authority: authority.to_owned(), value: value.to_owned(), kind: String::new() }
}

async fn patient(desk: &Desk, ids: &[Identifier]) -> Option<PatientId> {
    desk.road.patient_by(&mut desk.store.begin_read().await.unwrap(), desk.site, ids).await.unwrap()
}

async fn shown(desk: &Desk, whose: Whose) -> Vec<Conversation> {
    desk.road.conversations(&mut desk.store.begin_read().await.unwrap(), whose).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_shows_what_was_consented_to_and_nothing_from_the_moment_that_ends() {
    let desk = at_the_door().await;
    let link = link_in(&desk).await;
    let guest = closed_conversation(&desk, link, &[Purpose::CareTeam]).await;
    desk.hears(vec![post("q9", "somebody", "Wann ist Besuchszeit?")]).await;
    let eva = patient(&desk, &[id("KH", "4711")]).await.unwrap();
    let all = shown(&desk, Whose::Patient(desk.site, eva)).await;
    assert_eq!(all.len(), 1, "the conversation at the door, and nobody else's");
    assert_eq!((all[0].seat.author, all[0].patient), (guest.author, eva));
    let said = desk.road.said(&mut desk.store.begin_read().await.unwrap(), &all[0].case).await.unwrap();
    let last: Vec<_> = said.iter().rev().take(2).rev().map(|one| (one.by_house, one.text.as_str())).collect();
    let (asked, answered) = ("Wann ist am Samstag Besuchszeit?", "Guten Tag, am Samstag von 14 bis 18 Uhr.");
    assert_eq!(last, [(false, asked), (true, answered)]);
    let case = all[0].case.id;
    assert_eq!(shown(&desk, Whose::Case(case)).await.len(), 1);
    assert_eq!(shown(&desk, Whose::Site(desk.site)).await.len(), 1);

    desk.road.revoke(desk.site, guest.author, Purpose::CareTeam).await.unwrap();
    for whose in [Whose::Patient(desk.site, eva), Whose::Case(case), Whose::Site(desk.site)] {
        assert_eq!(shown(&desk, whose).await.len(), 0, "{whose:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_confirmed_link_or_before_the_consent_nothing_is_shown() {
    let desk = at_the_door().await;
    let link = link_in(&desk).await;
    tell(&desk, link, "1", 0, Change::Person { patient: petra() }).await;
    let guest = desk.guest(SpeaksFor::Myself).await;
    desk.road.door_consent(&guest, &[Purpose::CareTeam]).await.unwrap();
    let claim = desk.claims(&guest, "1980-02-03").await;
    let case = desk.door_case(&guest).await;
    assert_eq!(shown(&desk, Whose::Site(desk.site)).await.len(), 0, "what somebody knows is a claim");
    let confirmed = LinkVerdict::Confirmed { how: "in_person", representative: false };
    desk.road.settle_link(desk.jonas, case.id, claim, confirmed, "Ausweis gesehen").await.unwrap();
    assert_eq!(shown(&desk, Whose::Site(desk.site)).await.len(), 1);
    desk.road.door_unlink(&guest).await.unwrap();
    assert_eq!(shown(&desk, Whose::Site(desk.site)).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_is_named_by_authority_and_number_and_found_through_merges() {
    let desk = at_the_door().await;
    let link = link_in(&desk).await;
    closed_conversation(&desk, link, &[Purpose::CareTeam]).await;
    let eva = patient(&desk, &[id("KH", "4711")]).await;
    assert!(eva.is_some());
    assert_eq!(patient(&desk, &[id(KVNR, "A123456780"), id("KH", "4711"), id("LAB", "9")]).await, eva);
    for nobody in [id("KH", "4712"), id("OTHER", "4711"), id("", "4711")] {
        assert_eq!(patient(&desk, std::slice::from_ref(&nobody)).await, None, "{nobody:?}");
    }
    tell(&desk, link, "2", 5, Change::Person { patient: person("0815", "Weber") }).await;
    assert_eq!(patient(&desk, &[id("KH", "4711"), id("KH", "0815")]).await, None, "two people are nobody");
    let merge = Merge { into: person("0815", "Weber"), from: vec![id("KH", "4711")] };
    tell(&desk, link, "3", 6, Change::Merge { merges: vec![merge] }).await;
    let kept = patient(&desk, &[id("KH", "4711")]).await.unwrap();
    assert_eq!(patient(&desk, &[id("KH", "0815")]).await, Some(kept));
    for one in [kept, eva.unwrap()] {
        let all = shown(&desk, Whose::Patient(desk.site, one)).await;
        assert_eq!(all.iter().map(|one| one.patient).collect::<Vec<_>>(), [kept], "under whom the record is kept");
    }
    let ids = desk.road.identifiers_of(&mut desk.store.begin_read().await.unwrap(), eva.unwrap()).await.unwrap();
    assert!(ids.iter().any(|id| id.value == "0815"), "{ids:?}");
}
