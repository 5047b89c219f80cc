//! Passwords: argon2id with the parameters of the OWASP cheat sheet (19 MiB, 2 passes, 1 lane), one at a time and never on
//! the threads that answer.

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use bedside_store::{StoreError, random};
use tokio::{sync::Semaphore, task::spawn_blocking};

/// The shortest password taken, in characters.
pub(super) const SHORTEST: usize = 12;
/// The longest: more is no safer and costs time to hash.
pub(super) const LONGEST: usize = 512;

const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const OUTPUT_BYTES: usize = 32;

/// What the memory for one hash is reserved as, in blocks of 1 KiB; only what is used is ever touched. Above 32 MiB the
/// C library always maps memory by itself and gives it back; below, each thread that ever hashed would keep its 19 MiB.
const RESERVED_BLOCKS: usize = 33 * 1024;

/// Compared with where a login does not exist: the hash of a password that nobody knows.
const DECOY: &str = "$argon2id$v=19$m=19456,t=2,p=1$YmVkc2lkZS1kZWNveS0x$6vlBvfJ4EHLfL1jN4HCnmMmDV3NIZ5Qb0wUXTKBzSVA";

/// Hashes and checks passwords.
#[derive(Debug)]
pub(super) struct Passwords {
    turn: Semaphore,
}

impl Passwords {
    pub(super) fn new() -> Self {
        Self { turn: Semaphore::new(1) }
    }

    /// The PHC string to be kept of a password.
    pub(super) async fn hash(&self, password: &str) -> Result<String, StoreError> {
        let password = password.as_bytes().to_vec();
        let _turn = self.turn.acquire().await;
        spawn_blocking(move || hash(&password)).await.unwrap_or(Err(StoreError::Randomness))
    }

    /// Whether the password fits. Takes as long when there is nobody to compare with: the time must not tell whether a
    /// login exists.
    pub(super) async fn fits(&self, password: &str, kept: Option<&str>) -> bool {
        let kept_or_decoy = kept.unwrap_or(DECOY).to_owned();
        let password = password.as_bytes().to_vec();
        let _turn = self.turn.acquire().await;
        let fits = spawn_blocking(move || verify(&password, &kept_or_decoy)).await.unwrap_or(false);
        fits && kept.is_some()
    }
}

fn hash(password: &[u8]) -> Result<String, StoreError> {
    let salt = random::<16>()?;
    phc(password, &salt).ok_or(StoreError::Randomness)
}

fn phc(password: &[u8], salt: &[u8]) -> Option<String> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).ok()?;
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).ok()?,
        salt: Some(Salt::new(salt).ok()?),
        hash: Some(derive(password, salt, Algorithm::Argon2id, Version::V0x13, params, OUTPUT_BYTES)?),
    };
    Some(hash.to_string())
}

/// The parameters are those of the kept string, so that old hashes stay good when ours grow.
fn verify(password: &[u8], kept: &str) -> bool {
    let fits = || {
        let kept = PasswordHash::new(kept).ok()?;
        let algorithm = Algorithm::try_from(kept.algorithm.as_str()).ok()?;
        let version = kept.version.map_or(Some(Version::V0x13), |version| Version::try_from(version).ok())?;
        let (salt, output) = (kept.salt?, kept.hash?);
        let params = Params::try_from(&kept).ok()?;
        // Compared in constant time by the type itself.
        Some(derive(password, &salt, algorithm, version, params, output.len())? == output)
    };
    fits().unwrap_or(false)
}

fn derive(
    password: &[u8],
    salt: &[u8],
    algorithm: Algorithm,
    version: Version,
    params: Params,
    bytes: usize,
) -> Option<Output> {
    let blocks = params.block_count();
    let mut memory: Vec<Block> = Vec::with_capacity(blocks.max(RESERVED_BLOCKS));
    memory.resize(blocks, Block::default());
    let mut out = [0; Output::MAX_LENGTH];
    let out = out.get_mut(..bytes)?;
    Argon2::new(algorithm, version, params).hash_password_into_with_memory(password, salt, out, &mut memory).ok()?;
    Output::new(out).ok()
}

/// Whether a password of 12 characters or more is one that guessers try first: a known one, a run, a repetition, or made of
/// the person's own name or address.
pub(super) fn is_common(password: &str, login: &str, name: &str) -> bool {
    let plain: String = password.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    let own = login.split(['@', '.', '-', '_']).chain(name.split_whitespace()).filter(|word| word.chars().count() > 3);
    let mut rest = plain.clone();
    for word in own.map(str::to_lowercase).chain(KNOWN_WORDS.iter().map(|word| (*word).to_owned())) {
        rest = rest.replace(&word, "");
    }
    let distinct: std::collections::HashSet<char> = plain.chars().collect();
    // What is left when known words are gone has to be worth something by itself.
    distinct.len() < 5 || rest.trim_matches(|c: char| c.is_ascii_digit()).chars().count() < 4 || is_run(&plain)
}

/// The words of the passwords most often found in leaks, German and English, that can make up twelve characters.
const KNOWN_WORDS: &[&str] = &[
    "passwort",
    "password",
    "kennwort",
    "geheim",
    "secret",
    "hospital",
    "krankenhaus",
    "klinikum",
    "klinik",
    "bedside",
    "willkommen",
    "welcome",
    "hallo",
    "hello",
    "qwertzuiop",
    "qwertyuiop",
    "asdfghjkl",
    "yxcvbnm",
    "zxcvbnm",
    "qwertz",
    "qwerty",
    "asdfgh",
    "iloveyou",
    "ichliebedich",
    "schatz",
    "sommer",
    "winter",
    "herbst",
    "summer",
    "changeme",
    "letmein",
    "administrator",
    "admin",
    "master",
    "dragon",
    "football",
    "fussball",
    "sunshine",
    "princess",
    "abc",
];

/// "abcdefghijkl" and the same backwards.
fn is_run(word: &str) -> bool {
    let steps: Vec<i64> = word
        .chars()
        .zip(word.chars().skip(1))
        .map(|(a, b)| i64::from(u32::from(b)) - i64::from(u32::from(a)))
        .collect();
    let mostly = |step: i64| steps.iter().filter(|s| **s == step).count() * 5 >= steps.len() * 4;
    !steps.is_empty() && (mostly(1) || mostly(-1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_guessers_try_first_is_common() {
        for password in [
            "123456789012",
            "aaaaaaaaaaaa",
            "passwort1234",
            "PasswordPassword!",
            "abcdefghijklm",
            "Klinikum2026!!",
            "qwertzuiop12",
            "lindqvist2026",
            "1212121212121",
        ] {
            assert!(is_common(password, "mara.lindqvist@example.org", "Mara Lindqvist"), "{password}");
        }
        for password in ["drei Tassen Tee am Fenster", "korrekt-pferd-batterie", "xK7#pq!vZ2mL"] {
            assert!(!is_common(password, "mara.lindqvist@example.org", "Mara Lindqvist"), "{password}");
        }
    }

    #[tokio::test]
    async fn a_password_fits_its_own_hash_alone() {
        let passwords = Passwords::new();
        let kept = passwords.hash("drei Tassen Tee").await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(passwords.fits("drei Tassen Tee", Some(&kept)).await);
        assert!(!passwords.fits("drei Tassen tee", Some(&kept)).await);
        assert!(!passwords.fits("drei Tassen Tee", None).await);
        assert!(PasswordHash::new(DECOY).unwrap().hash.is_some(), "the decoy costs as much as any other");
    }

    #[test]
    fn what_other_programs_wrote_is_understood() {
        // RFC 9106 has no PHC strings; this one is of the reference program: argon2 "somesalt" -id -t 2 -m 16 -p 1.
        let kept = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assert!(verify(b"password", kept));
        assert!(!verify(b"Password", kept));
        for bad in ["", "password", "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ", "$2b$12$abc"] {
            assert!(!verify(b"password", bad), "{bad}");
        }
    }
}
