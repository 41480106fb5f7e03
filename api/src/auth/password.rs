//! Passwords: how they are hashed, compared and judged when new.
//!
//! Argon2id with the parameters that OWASP recommends (19 MiB, two passes, one lane). Each run takes
//! those 19 MiB, so only a few run at once, and never on the threads that serve requests. Nothing
//! here keeps, prints or logs a password.

use std::sync::Arc;
use std::time::Duration;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Fewest characters of a new password.
pub const SHORTEST: usize = 12;
/// Most characters of a new password.
pub const LONGEST: usize = 128;

/// How long a sign-in waits for its turn to hash before it gives up.
const PATIENCE: Duration = Duration::from_secs(5);

/// What an unknown account's password is compared with, so that the work is the same. No password
/// is known that hashes to it, and the answer is thrown away in any case.
const DECOY: &str = "$argon2id$v=19$m=19456,t=2,p=1$ZGVjb3ktc2FsdC0xMjM0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Passwords of at least [`SHORTEST`] characters that everybody tries first; lower case.
const COMMON: &[&str] = &[
    "password1234",
    "password12345",
    "passwordpassword",
    "contraseña123",
    "contraseña1234",
    "contrasena123",
    "contrasena1234",
    "micontraseña",
    "micontrasena",
    "administrador",
    "administrador1",
    "administrador123",
    "administrator",
    "administrator1",
    "admin1234567",
    "admin12345678",
    "adminadminadmin",
    "qwertyuiop12",
    "qwertyuiop123",
    "qwertyuiop1234",
    "qwerty123456",
    "q1w2e3r4t5y6",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "iloveyou1234",
    "teamo1234567",
    "tequieromucho",
    "presidencia1",
    "presidencia123",
    "municipio1234",
    "ayuntamiento",
    "ayuntamiento1",
    "ayuntamiento123",
    "torreon12345",
    "torreon123456",
    "torreoncoahuila",
    "santoslaguna",
    "santoslaguna1",
    "bienvenido123",
    "bienvenidos1",
    "changeme1234",
    "letmein12345",
    "welcome12345",
];

/// Why a new password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// Fewer than [`SHORTEST`] characters.
    TooShort,
    /// More than [`LONGEST`] characters.
    TooLong,
    /// The account's own e-mail, whole or up to the at sign.
    Email,
    /// One of those that everybody tries first, or hardly any different characters.
    Common,
}

impl Weakness {
    /// The code of the field error.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooShort => "password_too_short",
            Self::TooLong => "password_too_long",
            Self::Email => "password_is_email",
            Self::Common => "password_common",
        }
    }
}

/// Why a password could not be hashed or compared at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HashFailure {
    /// Too many sign-ins at once; again in a moment.
    Busy,
    /// The hash could not be computed: a stored hash that is not one, or no memory.
    Broken,
}

/// Judges a new password of the account with this e-mail.
///
/// # Errors
/// The first weakness found.
pub fn judge(password: &str, email: &str) -> Result<(), Weakness> {
    let characters = password.chars().count();
    if characters < SHORTEST {
        return Err(Weakness::TooShort);
    }
    if characters > LONGEST {
        return Err(Weakness::TooLong);
    }
    let lower = password.to_lowercase();
    let email = email.to_lowercase();
    let mailbox = email.split('@').next().unwrap_or_default();
    if lower == email || lower == mailbox {
        return Err(Weakness::Email);
    }
    if COMMON.contains(&lower.as_str()) || monotonous(&lower) || counting(&lower) {
        return Err(Weakness::Common);
    }
    Ok(())
}

/// Fewer than five different characters: `aaaaaaaaaaaa`, `abcabcabcabc`.
fn monotonous(password: &str) -> bool {
    let mut characters: Vec<char> = password.chars().collect();
    characters.sort_unstable();
    characters.dedup();
    characters.len() < 5
}

/// Nearly every character follows its neighbour: `123456789012`, `abcdefghijkl`, `cba…`.
fn counting(password: &str) -> bool {
    let characters: Vec<u32> = password.chars().map(u32::from).collect();
    let neighbours = characters.windows(2).filter(|pair| pair[0].abs_diff(pair[1]) <= 1).count();
    characters.len() > 1 && neighbours + 2 >= characters.len() - 1
}

/// Makes a password that a person can type from a sheet of paper: five groups of four characters
/// without look-alikes, about 98 bits.
#[must_use]
pub fn one_use() -> String {
    const ALPHABET: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let mut made = String::with_capacity(24);
    for place in 0..20 {
        if place > 0 && place % 4 == 0 {
            made.push('-');
        }
        made.push(char::from(ALPHABET[rand::random_range(0..ALPHABET.len())]));
    }
    made
}

/// Hashes on the calling thread: for the command line.
///
/// # Errors
/// [`HashFailure::Broken`] when there is no memory or no randomness.
pub fn hash_blocking(password: &str) -> Result<String, HashFailure> {
    Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(|_| HashFailure::Broken)
}

/// The bounded place where passwords are hashed.
#[derive(Clone, Debug)]
pub struct Passwords {
    room: Arc<Semaphore>,
}

impl Passwords {
    /// Room for as many at once as there are cores, four at most (76 MiB).
    #[must_use]
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { room: Arc::new(Semaphore::new(cores.min(4))) }
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit, HashFailure> {
        tokio::time::timeout(PATIENCE, Arc::clone(&self.room).acquire_owned())
            .await
            .map_err(|_| HashFailure::Busy)?
            .map_err(|_| HashFailure::Busy)
    }

    /// Hashes a password into the form that is kept.
    ///
    /// # Errors
    /// See [`HashFailure`].
    pub async fn hash(&self, password: String) -> Result<String, HashFailure> {
        let turn = self.turn().await?;
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            hash_blocking(&password)
        })
        .await
        .map_err(|_| HashFailure::Broken)?
    }

    /// Whether the password is the one that was hashed. `None` stands for an account that does not
    /// exist: the work is done all the same, and the answer is no.
    ///
    /// # Errors
    /// See [`HashFailure`].
    pub async fn verify(&self, password: String, kept: Option<String>) -> Result<bool, HashFailure> {
        let turn = self.turn().await?;
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let (known, hash) = match kept {
                Some(hash) => (true, hash),
                None => (false, DECOY.to_owned()),
            };
            let same = Argon2::default().verify_password(password.as_bytes(), hash.as_str()).is_ok();
            Ok(known && same)
        })
        .await
        .map_err(|_| HashFailure::Broken)?
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_named_by_their_weakness() {
        let email = "maria.lopez.garza@torreon.gob.mx";
        let cases = [
            ("corta", Err(Weakness::TooShort)),
            ("maria.lopez.garza", Err(Weakness::Email)),
            ("MARIA.lopez.garza@torreon.gob.mx", Err(Weakness::Email)),
            ("Contraseña123", Err(Weakness::Common)),
            ("aaaaaaaaaaaaaa", Err(Weakness::Common)),
            ("abcabcabcabcabc", Err(Weakness::Common)),
            ("1234567890123", Err(Weakness::Common)),
            ("nopqrstuvwxyz", Err(Weakness::Common)),
            ("doce palmas junto al bosque", Ok(())),
            ("Xk29-ventana", Ok(())),
        ];
        for (password, expected) in cases {
            assert_eq!(judge(password, email), expected, "{password}");
        }
        assert_eq!(judge(&"áb3$é".repeat(26), email), Err(Weakness::TooLong));
    }

    #[test]
    fn a_made_password_passes_its_own_judgement_and_differs_each_time() {
        let first = one_use();
        assert_eq!(judge(&first, "a@b.mx"), Ok(()));
        assert_ne!(first, one_use());
    }

    #[tokio::test]
    async fn only_the_right_password_of_a_known_account_matches() {
        let passwords = Passwords::new();
        let hash = passwords.hash("doce palmas junto al bosque".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(passwords.verify("doce palmas junto al bosque".into(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("doce palmas junto al bosquE".into(), Some(hash)).await.unwrap());
        assert!(!passwords.verify("doce palmas junto al bosque".into(), None).await.unwrap());
    }

    #[test]
    fn the_decoy_asks_for_the_same_work_as_a_real_hash() {
        let decoy = argon2::password_hash::phc::PasswordHash::new(DECOY).unwrap();
        let real = argon2::password_hash::phc::PasswordHash::new(&hash_blocking("x").unwrap()).unwrap();
        assert_eq!((decoy.algorithm, decoy.version, decoy.params), (real.algorithm, real.version, real.params));
        assert_eq!(decoy.hash.map(|h| h.len()), real.hash.map(|h| h.len()));
    }
}
