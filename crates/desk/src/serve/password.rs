//! Passwords: argon2id with the parameters of the OWASP cheat sheet (19 MiB, 2 passes, 1 lane), a few at a time and never
//! on the threads that answer.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use bedside_store::StoreError;
use tokio::{sync::Semaphore, task::spawn_blocking};

/// The shortest password taken, in characters.
pub(super) const SHORTEST: usize = 12;
/// The longest: more is no safer and costs time to hash.
pub(super) const LONGEST: usize = 512;

const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// So many are hashed at once: 40 MB of memory at the most.
const AT_ONCE: usize = 2;

/// Hashes and checks passwords.
#[derive(Debug)]
pub(super) struct Passwords {
    turn: Semaphore,
    decoy: String,
}

impl Passwords {
    pub(super) fn new() -> Result<Self, StoreError> {
        let nobodys = bedside_store::random::<32>()?;
        Ok(Self { turn: Semaphore::new(AT_ONCE), decoy: hash(&nobodys)? })
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
        let kept_or_decoy = kept.unwrap_or(&self.decoy).to_owned();
        let password = password.as_bytes().to_vec();
        let _turn = self.turn.acquire().await;
        let fits = spawn_blocking(move || verify(&password, &kept_or_decoy)).await.unwrap_or(false);
        fits && kept.is_some()
    }
}

fn argon2() -> Option<Argon2<'static>> {
    Params::new(MEMORY_KIB, PASSES, LANES, None)
        .ok()
        .map(|params| Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &[u8]) -> Result<String, StoreError> {
    let argon2 = argon2().ok_or(StoreError::Randomness)?;
    argon2.hash_password(password).map(|hash| hash.to_string()).map_err(|_| StoreError::Randomness)
}

/// The parameters are those of the kept string, so that old hashes stay good when ours grow.
fn verify(password: &[u8], kept: &str) -> bool {
    let (Some(argon2), Ok(kept)) = (argon2(), PasswordHash::new(kept)) else {
        return false;
    };
    argon2.verify_password(password, &kept).is_ok()
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
        let passwords = Passwords::new().unwrap();
        let kept = passwords.hash("drei Tassen Tee").await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(passwords.fits("drei Tassen Tee", Some(&kept)).await);
        assert!(!passwords.fits("drei Tassen tee", Some(&kept)).await);
        assert!(!passwords.fits("drei Tassen Tee", None).await);
    }
}
