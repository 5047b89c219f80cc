//! The packs that come with the program. Adding a jurisdiction is adding a folder and a line here.

use crate::site::Jurisdiction;

/// What rules may see and say.
pub(super) const SCHEMA: &str = include_str!("../../../../policies/schema.cedarschema");

/// The names of all facts, as the schema has them.
pub(super) fn fact_names() -> Vec<&'static str> {
    let facts = SCHEMA.split_once("type Facts = {").and_then(|(_, rest)| rest.split_once("};")).map(|(facts, _)| facts);
    let lines = facts.unwrap_or_default().lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.filter_map(|line| Some(line.split_once(':')?.0.trim().trim_end_matches('?'))).collect()
}

/// Who may do what at the desk.
pub(super) const DESK_SCHEMA: &str = include_str!("../../../../policies/desk/desk.cedarschema");
pub(super) const DESK: (&str, &str) =
    ("policies/desk/desk.cedar", include_str!("../../../../policies/desk/desk.cedar"));

const COMMON: [(&str, &str); 4] = [
    ("policies/common/1-alarm.cedar", include_str!("../../../../policies/common/1-alarm.cedar")),
    ("policies/common/2-post.cedar", include_str!("../../../../policies/common/2-post.cedar")),
    ("policies/common/3-wait.cedar", include_str!("../../../../policies/common/3-wait.cedar")),
    ("policies/common/4-speak.cedar", include_str!("../../../../policies/common/4-speak.cedar")),
];

/// The clocks of a jurisdiction: file name and text.
pub(super) const fn clocks<'t>(jurisdiction: Jurisdiction) -> (&'t str, &'t str) {
    match jurisdiction {
        Jurisdiction::De => ("policies/de/clocks.toml", include_str!("../../../../policies/de/clocks.toml")),
        Jurisdiction::Us => ("policies/us/clocks.toml", include_str!("../../../../policies/us/clocks.toml")),
        Jurisdiction::Uk => ("policies/uk/clocks.toml", include_str!("../../../../policies/uk/clocks.toml")),
        Jurisdiction::At => ("policies/at/clocks.toml", include_str!("../../../../policies/at/clocks.toml")),
    }
}

/// File names and texts of a jurisdiction's packs, common first.
pub(super) fn of<'t>(jurisdiction: Jurisdiction) -> Vec<(&'t str, &'t str)> {
    let own = match jurisdiction {
        Jurisdiction::De => ("policies/de/de.cedar", include_str!("../../../../policies/de/de.cedar")),
        Jurisdiction::Us => ("policies/us/us.cedar", include_str!("../../../../policies/us/us.cedar")),
        Jurisdiction::Uk => ("policies/uk/uk.cedar", include_str!("../../../../policies/uk/uk.cedar")),
        Jurisdiction::At => ("policies/at/at.cedar", include_str!("../../../../policies/at/at.cedar")),
    };
    COMMON.into_iter().chain([own]).collect()
}
