//! Signed notes and checkpoints against the examples of the standards.

use super::{ORIGIN, signer};
use crate::log::{Checkpoint, CheckpointError, Hash, NoteError, Signer, VerifierKey, open_note};

/// The example of the signed-note standard and of Go's note package.
const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const TEXT: &str =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const PETERS_LINE: &str =
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const ENOCHS_LINE: &str =
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

#[test]
fn the_standards_example_is_signed_and_opened() {
    use base64::Engine;
    let key: VerifierKey = PETER.parse().unwrap();
    assert_eq!(key.to_string(), PETER);
    // The seed in `PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz`, after its type.
    let secret = base64::engine::general_purpose::STANDARD.decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz");
    let seed = secret.unwrap()[1..].try_into().unwrap();
    let peter = Signer::from_seed("PeterNeumann", &seed).unwrap();
    assert_eq!(peter.verifier_key(), &key);
    let note = format!("{TEXT}\n{PETERS_LINE}");
    assert_eq!(peter.sign(TEXT).unwrap(), note);
    assert_eq!(open_note(note.as_bytes(), &key), Ok(TEXT));
    assert!(!format!("{peter:?}").contains("AYEKFA"));
}

#[test]
fn a_witness_beside_the_key_is_left_alone() {
    let key: VerifierKey = PETER.parse().unwrap();
    let both = format!("{TEXT}\n{ENOCHS_LINE}{PETERS_LINE}");
    assert_eq!(open_note(both.as_bytes(), &key), Ok(TEXT));
    let other = format!("{TEXT}\n{ENOCHS_LINE}");
    let refused = open_note(other.as_bytes(), &key).unwrap_err();
    assert_eq!(refused.to_string(), "not signed by the key PeterNeumann+c74f20a3, but by EnochRoot+af0cfe78");
    let changed = both.replace("don't know", "do know");
    let refused = open_note(changed.as_bytes(), &key);
    assert_eq!(refused, Err(NoteError::BadSignature { key: "PeterNeumann+c74f20a3".to_owned() }));
}

#[test]
fn what_is_no_note_is_refused() {
    let key: VerifierKey = PETER.parse().unwrap();
    let cases = [
        String::new(),
        TEXT.to_owned(),
        format!("{TEXT}\n"),
        format!("{TEXT}{PETERS_LINE}"),
        format!("{TEXT}\n{}", PETERS_LINE.trim_end()),
        format!("{TEXT}\n{}", PETERS_LINE.replace('—', "-")),
        format!("{TEXT}\n{}", PETERS_LINE.replace("AM=", "AN=")),
        format!("{TEXT}\n{PETERS_LINE}garbage\n"),
        format!("\t{TEXT}\n{PETERS_LINE}"),
    ];
    for note in cases {
        assert!(matches!(open_note(note.as_bytes(), &key), Err(NoteError::Malformed(_))), "{note:?}");
    }
    assert!(matches!(open_note(b"\xff\n\n", &key), Err(NoteError::Malformed(_))));
}

#[test]
fn a_mistyped_verifier_key_is_refused() {
    let rows = [
        ("PeterNeumann", NoteError::BadVerifierKey),
        ("PeterNeumann+c74f20a3+", NoteError::BadVerifierKey),
        ("PeterNeumann+c74f20a3+AhpcfQ==", NoteError::BadVerifierKey),
        ("+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", NoteError::BadName),
        ("PeterNeuman+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", NoteError::WrongKeyId),
        ("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", NoteError::WrongKeyId),
        ("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TX", NoteError::WrongKeyId),
    ];
    for (text, expected) in rows {
        assert_eq!(text.parse::<VerifierKey>(), Err(expected), "{text}");
    }
    assert!(matches!(Signer::from_seed("two words", &[0; 32]), Err(NoteError::BadName)));
}

#[test]
fn the_checkpoint_of_the_standard_is_read_and_written() {
    let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let checkpoint = Checkpoint::parse(text).unwrap();
    assert_eq!((checkpoint.origin(), checkpoint.size()), ("example.com/behind-the-sofa", 20_852_163));
    assert_eq!(checkpoint.root().to_string(), "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=");
    assert_eq!(checkpoint.text(), text);
    let extended = format!("{text}a line to come\n");
    assert_eq!(Checkpoint::parse(&extended).unwrap().text(), extended);
}

#[test]
fn what_is_no_checkpoint_is_refused() {
    let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    let cases = [
        String::new(),
        format!("a\n1\n{root}"),
        format!("\n1\n{root}\n"),
        format!("a\n01\n{root}\n"),
        format!("a\n+1\n{root}\n"),
        format!("a\n-1\n{root}\n"),
        format!("a\n18446744073709551616\n{root}\n"),
        "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n".to_owned(),
        "a\n1\nAAAA\n".to_owned(),
        "a\n1\n".to_owned(),
        format!("a\n1\n{root}\n\nb\n"),
    ];
    for text in cases {
        assert!(matches!(Checkpoint::parse(&text), Err(CheckpointError::Malformed(_))), "{text:?}");
    }
}

#[test]
fn a_checkpoint_belongs_to_one_log_and_one_key() {
    let key = signer().verifier_key().clone();
    let root = Hash::of_leaf(b"x");
    let own = Checkpoint::new(ORIGIN, 1, root).unwrap();
    assert_eq!(Checkpoint::open(own.sign(&signer()).unwrap().as_bytes(), &key), Ok(own.clone()));
    let other_log = Signer::from_seed("other.example", &[7; 32]).unwrap();
    assert!(matches!(own.sign(&other_log), Err(CheckpointError::OtherOrigin { .. })));
    let others = Checkpoint::new("other.example", 1, root).unwrap().sign(&other_log).unwrap();
    assert!(matches!(Checkpoint::open(others.as_bytes(), &key), Err(CheckpointError::OtherOrigin { .. })));
    let other_key = Signer::from_seed(ORIGIN, &[8; 32]).unwrap();
    let forged = own.sign(&other_key).unwrap();
    let refused = Checkpoint::open(forged.as_bytes(), &key);
    assert!(matches!(refused, Err(CheckpointError::Note(NoteError::NotSignedBy { .. }))));
}
