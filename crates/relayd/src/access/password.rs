//! Passwords: argon2id in as little memory as the daemon has, one at a time.

use std::sync::{Mutex, PoisonError};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};

/// Fewest letters of a password.
pub const SHORTEST: usize = 10;
/// Most bytes of one.
pub const LONGEST: usize = 1024;

/// The hash of a password that nobody has, in the shape of the others: a name without an account takes as long.
pub const NOBODYS: &str =
    "$argon2id$v=19$m=7168,t=5,p=1$bm9ib2R5J3Mgc2FsdCE$7pYqqt6Lw3g2Jj9vTq9rcY1CrmV2CwDlXoRQ7pYlm1E";

/// One of the settings that OWASP's cheat sheet on password storage counts as equal, the one with the least memory but one: 7 MiB, 5 passes.
fn settings() -> Argon2<'static> {
    let params = Params::new(7168, 5, 1, None).expect("the parameters are within argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// One password at a time is looked at: a hundred log-ins at once would take a hundred times the memory.
static TURN: Mutex<()> = Mutex::new(());

/// Why a password is not taken.
///
/// # Errors
/// A sentence.
pub fn judge(password: &str) -> Result<(), String> {
    if password.chars().count() < SHORTEST {
        return Err(format!("a password has at least {SHORTEST} letters"));
    }
    if LONGEST < password.len() {
        return Err(format!("a password has at most {LONGEST} bytes"));
    }
    Ok(())
}

/// The hash of a password, with a salt of its own.
///
/// # Panics
/// Where the kernel gives no random bytes.
pub fn hash(password: &str) -> String {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    settings().hash_password(password.as_bytes()).expect("random bytes, and a password within bounds").to_string()
}

/// Whether a password is the one of a hash.
pub fn check(password: &str, hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else { return false };
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    password.len() <= LONGEST && settings().verify_password(password.as_bytes(), &hash).is_ok()
}

/// Whether a text is a hash that [`check`] can read.
pub fn is_hash(text: &str) -> bool {
    text.starts_with("$argon2id$") && PasswordHash::new(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_its_own_hash_and_no_other() {
        let (one, other) = (hash("correct horse"), hash("correct horse"));
        assert_ne!(one, other, "salted");
        assert!(one.starts_with("$argon2id$v=19$m=7168,t=5,p=1$"));
        assert!(is_hash(&one) && is_hash(NOBODYS) && !is_hash("correct horse"));
        assert!(check("correct horse", &one) && !check("correct mule", &one) && !check("", NOBODYS));
        assert!(!check("correct horse", "correct horse"));
    }

    #[test]
    fn a_password_is_neither_short_nor_a_book() {
        assert!(judge("123456789").is_err() && judge("äöüäöüäöüä").is_ok() && judge(&"x".repeat(1025)).is_err());
    }
}
