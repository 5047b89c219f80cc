use super::*;

const GOOD: &str =
    r#"{"id":"1","channel":"facebook","author":"@eva","text":"Grüße\nja","at":"2026-11-14T14:02:00+01:00"}"#;

fn json(text: &str) -> Result<Row, String> {
    from_json(7, text).map_err(|e| e.to_string())
}

fn rows(format: Format, text: &str) -> Vec<Result<Row, String>> {
    Rows::new(format, text.as_bytes()).unwrap().map(|row| row.map_err(|e| e.to_string())).collect()
}

#[test]
fn a_row_needs_five_fields_and_the_rest_is_given_sensibly() {
    let row = json(GOOD).unwrap();
    assert_eq!((row.channel.as_str(), row.site), ("facebook", None));
    let post = row.post;
    assert_eq!((post.external_id.as_str(), post.text.as_str()), ("1", "Grüße\nja"));
    assert_eq!((post.author.handle.as_str(), post.author.external_id.as_str()), ("eva", "eva"));
    assert_eq!(post.at.to_rfc3339(), "2026-11-14T13:02:00Z");
    assert_eq!((post.visibility, post.addressed, post.media_count), (Visibility::Public, true, 0));
}

#[test]
fn every_optional_field_is_read() {
    let row = json(
        r#"{"id":17,"channel":"x","author":"eva","text":"t","at":"2026-11-14T14:02:00Z","url":"https://x.example/1",
            "in_reply_to":16,"thread_root":"1","visibility":"Direct","lang":"en_GB","site":"nord","author_name":"Eva",
            "author_id":"u1","author_is_bot":true,"media_count":2,"likes":[1,{"a":2}]}"#,
    )
    .unwrap();
    let post = row.post;
    assert_eq!(row.site.as_deref(), Some("nord"));
    assert_eq!(post.external_id, "17");
    assert_eq!(post.in_reply_to.as_deref(), Some("16"));
    assert_eq!(post.thread_root.as_deref(), Some("1"));
    assert_eq!((post.visibility, post.lang_hint.as_deref()), (Visibility::Direct, Some("en-GB")));
    assert_eq!((post.author.is_bot, post.media_count), (true, 2));
    assert_eq!(post.author.display_name.as_deref(), Some("Eva"));
    assert_eq!(post.author.external_id, "u1");
}

#[test]
fn a_bad_row_is_named_with_line_field_and_reason_and_without_its_text() {
    let with = |field: &str, value: &str| {
        let mut fields: serde_json::Value = serde_json::from_str(GOOD).unwrap();
        fields[field] = serde_json::from_str(value).unwrap();
        json(&fields.to_string()).unwrap_err()
    };
    for (field, value, reason) in [
        ("id", "null", "line 7: id is missing"),
        ("id", "\" \"", "line 7: id is empty"),
        ("author", "\"@\"", "line 7: author is empty"),
        ("text", "\"\\n \"", "line 7: text is empty"),
        ("text", "[\"a\"]", "line 7: text is a list or an object, one value is expected"),
        ("channel", "{}", "line 7: channel is a list or an object, one value is expected"),
        ("visibility", "\"secret\"", "line 7: visibility is not public, unlisted, followers or direct"),
        ("url", "\"javascript:alert(1)\"", "line 7: url begins neither with https:// nor with http://"),
        ("lang", "\"deutsch\"", "line 7: lang is no language tag (expected e.g. de or en-GB)"),
        ("media_count", "-1", "line 7: media_count is no whole number between 0 and 65535"),
        ("author_is_bot", "\"maybe\"", "line 7: author_is_bot is neither true nor false"),
    ] {
        assert_eq!(with(field, value), reason);
    }
    for time in ["\"2026-11-14T14:02:00\"", "\"14.11.2026\"", "1763125320"] {
        assert!(with("at", time).starts_with("line 7: at is no RFC 3339 time"), "{time}");
    }
    assert_eq!(json("{\"id\":\"geheim\"").unwrap_err(), "line 7: is no JSON: it ends too early (column 14)");
    assert_eq!(json("[1]").unwrap_err(), "line 7: is no JSON object");
    assert!(with("id", &format!("\"{}\"", "x".repeat(3000))).contains("longer than"));
}

#[test]
fn json_lines_go_on_after_a_bad_one() {
    let text = format!("\u{feff}{GOOD}\r\n\n{{\"id\":\"2\"}}\nnonsense\n{GOOD}");
    let got = rows(Format::JsonLines, &text);
    assert_eq!(got.len(), 4);
    assert!(got[0].is_ok() && got[3].is_ok());
    assert_eq!(got[1], Err("line 3: channel is missing".to_owned()));
    assert_eq!(got[2], Err("line 4: is no JSON object".to_owned()));
}

#[test]
fn a_line_that_is_too_long_or_no_utf8_is_one_bad_row() {
    let long = format!("{{\"id\":\"{}\"}}", "x".repeat(3 << 20));
    let mut bytes = format!("{long}\n").into_bytes();
    bytes.extend_from_slice(b"{\"id\":\"\xff\"}\n");
    bytes.extend_from_slice(GOOD.as_bytes());
    let total = bytes.len() as u64;
    let mut rows = Rows::new(Format::JsonLines, bytes.as_slice()).unwrap();
    assert_eq!(rows.next().unwrap().unwrap_err().to_string(), "line 1: is longer than 1 MiB");
    assert_eq!(rows.next().unwrap().unwrap_err().to_string(), "line 2: is not UTF-8");
    assert!(rows.next().unwrap().is_ok());
    assert!(rows.next().is_none());
    assert_eq!(rows.bytes_read(), total);
}

#[test]
fn csv_is_read_by_its_header_with_any_common_separator() {
    for (separator, end) in [(",", "\n"), (";", "\r\n"), ("\t", "\n")] {
        let text = "AT|text|author|id|likes|channel\n2026-11-14T14:02:00Z|\"zwei\nZeilen, \"\"ja\"\"; x\"|eva|1|3|x\n\n2026-11-14T14:02:00Z||eva|2|3|x\n"
            .replace('|', separator)
            .replace('\n', end);
        let got = rows(Format::Csv, &format!("\u{feff}{text}"));
        assert_eq!(got[0].as_ref().unwrap().post.text, format!("zwei{end}Zeilen, \"ja\"; x"));
        assert_eq!(got[1], Err("line 5: text is empty".to_owned()));
        assert_eq!(got.len(), 2);
    }
}

#[test]
fn csv_without_a_needed_column_or_with_too_many_fields_is_refused_with_a_reason() {
    let header = Rows::new(Format::Csv, "id,author,text,at\n".as_bytes()).err().unwrap();
    assert_eq!(header.to_string(), "line 1: channel is no column of the header");
    let got = rows(Format::Csv, "id,channel,author,text,at\n1,x,eva,t,2026-11-14T14:02:00Z,more\n2,x,eva\n");
    assert_eq!(got[0], Err("line 2: has 6 fields, the header has 5".to_owned()));
    assert_eq!(got[1], Err("line 3: text is missing".to_owned()));
}

#[test]
fn the_files_name_tells_its_format() {
    for (name, format) in
        [("posts.jsonl", Some(Format::JsonLines)), ("a.b.CSV", Some(Format::Csv)), ("posts.txt", None), ("posts", None)]
    {
        assert_eq!(Format::of_name(name), format);
    }
}
