//! Messages that bear a signature instead of a token: who sent one, that it is meant for this daemon, and that it is fresh and the first of its kind.
//!
//! The signature is an HMAC-SHA-256 over the kind of message and the body as it was sent. The body names sender and recipient, a challenge and a number:
//!
//! - A challenge is made by the recipient, from a key that it drew at its start and its own clock since boot; it ends after [`FRESH_MS`] to twice that. What
//!   was recorded before the recipient started, or was held up on its way, bears one that ended.
//! - The number is larger than that of any message of this sender that the recipient took since it started. What was taken once is not taken again, and
//!   what was overtaken is not taken at all. A sender that starts anew is told both in an answer to its first message, and goes on from there; messages of
//!   its run before have smaller numbers.
//!
//! So neither side keeps anything on a disk, and no calendar is trusted: after a power cut a Pi's clock is wrong until it finds a network.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use ring::hmac;
use serde::{Deserialize, Serialize};

use crate::digest::{hex, random_hex};

/// The header with the signature: 64 hexadecimal digits.
pub const HEADER: &str = "wireloom-signature";
/// How long a challenge is given out, milliseconds; it is taken for as long again.
pub const FRESH_MS: u64 = 10_000;
/// Fewest letters of a secret.
pub const SHORTEST: usize = 32;
/// Most bytes of its file.
const LONGEST: u64 = 1024;

/// What is said. One kind's signature fits no other's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// A controller's state, for another one.
    Peer,
    /// A node lives.
    Heartbeat,
}

impl Kind {
    /// What is signed before the body.
    pub fn words(self) -> &'static str {
        match self {
            Self::Peer => "wireloom-relayd peer 1\n",
            Self::Heartbeat => "wireloom-relayd heartbeat 1\n",
        }
    }
}

/// What two share and nobody else knows.
#[derive(Clone, Debug)]
pub struct Secret(hmac::Key);

/// The text of a file that its owner alone may read.
///
/// # Errors
/// Which file, and why: a sentence.
pub(crate) fn private_text(path: &Path) -> Result<String, String> {
    let about = |words: String| format!("`{}`: {words}", path.display());
    let found = std::fs::metadata(path).map_err(|error| about(error.to_string()))?;
    let mode = found.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(about(format!("others may read this secret (mode {mode:o}, and 600 is asked for)")));
    }
    if !found.is_file() || LONGEST < found.len() {
        return Err(about(format!("a secret is a file of at most {LONGEST} bytes")));
    }
    std::fs::read_to_string(path).map_err(|error| about(error.to_string()))
}

impl Secret {
    /// The first line of a text.
    ///
    /// # Errors
    /// It is too short to be drawn at random, or there is a second one.
    pub fn new(text: &str) -> Result<Self, String> {
        let text = text.trim_end();
        if text.len() < SHORTEST || text.contains(['\n', '\r']) {
            return Err(format!(
                "a secret is one line of at least {SHORTEST} letters, such as `openssl rand -hex 32` prints"
            ));
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, text.as_bytes())))
    }

    /// From a file that its owner alone may read.
    ///
    /// # Errors
    /// Which file, and why.
    pub fn read(path: &Path) -> Result<Self, String> {
        Self::new(&private_text(path)?).map_err(|words| format!("`{}`: {words}", path.display()))
    }

    /// The signature of a body.
    pub fn sign(&self, kind: Kind, body: &[u8]) -> String {
        hex(hmac::sign(&self.0, &said(kind, body)).as_ref())
    }

    /// Whether a signature is that of a body; takes as long for each that is none.
    pub fn fits(&self, kind: Kind, body: &[u8], signature: &str) -> bool {
        let digits: Option<Vec<u32>> = signature.chars().map(|letter| letter.to_digit(16)).collect();
        let Some(digits) = digits.filter(|digits| digits.len() == 64) else { return false };
        let tag: Vec<u8> = digits.chunks(2).filter_map(|pair| u8::try_from(16 * pair[0] + pair[1]).ok()).collect();
        hmac::verify(&self.0, &said(kind, body), &tag).is_ok()
    }
}

fn said(kind: Kind, body: &[u8]) -> Vec<u8> {
    [kind.words().as_bytes(), body].concat()
}

/// What every signed message says besides what it is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Envelope<'a> {
    /// Who sent it: the name of a controller or a node.
    pub from: &'a str,
    /// For whom: the name of a controller.
    pub to: &'a str,
    /// As the recipient gave it; empty where the sender has none yet.
    pub challenge: &'a str,
    /// Larger than that of every message before.
    pub sequence: u64,
}

/// What the sender's next message bears.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Next {
    /// The challenge; it is good for ten seconds at least, and for twenty at most.
    pub challenge: String,
    /// The largest number that was taken: the next message's is larger.
    pub sequence: u64,
}

/// Why a message that its sender did sign is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refused {
    /// It is for somebody else.
    Recipient,
    /// One with its number, or a later one, was taken.
    Replayed,
    /// It bears no challenge, or one that ended: a sender that started, or was away.
    Stale,
}

impl Refused {
    /// A fixed word for records and numbers.
    pub fn id(self) -> &'static str {
        match self {
            Self::Recipient => "wrong-recipient",
            Self::Replayed => "replayed",
            Self::Stale => "stale",
        }
    }
}

/// The recipient's memory, from its start on.
#[derive(Debug)]
pub struct Desk {
    own: String,
    key: hmac::Key,
    taken: BTreeMap<(Kind, String), u64>,
}

impl Desk {
    /// That of a controller of this name. Nothing that was signed for another desk, or for one of this name before, is taken at it.
    pub fn new(own: &str) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, random_hex::<32>().as_bytes());
        Self { own: own.to_owned(), key, taken: BTreeMap::new() }
    }

    fn challenge(&self, kind: Kind, from: &str, round: u64) -> String {
        let words = format!("{}{from}\n{round}", kind.words());
        hex(&hmac::sign(&self.key, words.as_bytes()).as_ref()[..16])
    }

    /// What a sender's next message has to bear. `now_ms` is a clock that nobody sets.
    pub fn next(&self, kind: Kind, from: &str, now_ms: u64) -> Next {
        let sequence = self.taken.get(&(kind, from.to_owned())).copied().unwrap_or(0);
        Next { challenge: self.challenge(kind, from, now_ms / FRESH_MS), sequence }
    }

    /// Takes a message whose signature fits, once.
    ///
    /// # Errors
    /// Why it is not taken; then nothing has changed.
    pub fn take(&mut self, kind: Kind, message: Envelope<'_>, now_ms: u64) -> Result<(), Refused> {
        let Envelope { from, to, challenge, sequence } = message;
        if to != self.own {
            return Err(Refused::Recipient);
        }
        if challenge.is_empty() {
            return Err(Refused::Stale);
        }
        let key = (kind, from.to_owned());
        if sequence <= self.taken.get(&key).copied().unwrap_or(0) {
            return Err(Refused::Replayed);
        }
        let round = now_ms / FRESH_MS;
        let is_fresh = |round: u64| challenge == self.challenge(kind, from, round);
        // No secret is compared: whoever may see a challenge is told it.
        if !is_fresh(round) && !round.checked_sub(1).is_some_and(is_fresh) {
            return Err(Refused::Stale);
        }
        self.taken.insert(key, sequence);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    fn message<'a>(challenge: &'a str, sequence: u64) -> Envelope<'a> {
        Envelope { from: "pi[1]", to: "pi[2]", challenge, sequence }
    }

    #[test]
    fn a_signature_fits_its_body_its_kind_and_its_secret_alone() {
        // The sum is openssl's:
        // printf 'wireloom-relayd peer 1\n{}' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
        let secret = Secret::new(&format!("{SECRET}\n")).unwrap();
        let signature = secret.sign(Kind::Peer, b"{}");
        assert_eq!(signature, "45810ec5265524fc34dd8ced28aea20dbff6d697966682d7950f0f0c5d97fb39");
        assert!(
            secret.fits(Kind::Peer, b"{}", &signature) && secret.fits(Kind::Peer, b"{}", &signature.to_uppercase())
        );
        assert!(!secret.fits(Kind::Heartbeat, b"{}", &signature), "another kind");
        assert!(!secret.fits(Kind::Peer, b"{ }", &signature), "another body");
        assert!(!Secret::new(&SECRET.replace('0', "1")).unwrap().fits(Kind::Peer, b"{}", &signature), "another secret");
        for text in ["", "é", &signature[1..], &signature.replace(|_| true, "g"), &format!("{signature}00")] {
            assert!(!secret.fits(Kind::Peer, b"{}", text), "{text}");
        }
    }

    #[test]
    fn a_secret_is_long_and_its_owners_alone() {
        assert!(Secret::new(&SECRET[1..]).is_err() && Secret::new(&format!("{SECRET}\n{SECRET}")).is_err());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, SECRET).unwrap();
        for (mode, fits) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o644, false)] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(Secret::read(&path).is_ok(), fits, "{mode:o}");
        }
        assert!(Secret::read(folder.path()).is_err() && Secret::read(&folder.path().join("absent")).is_err());
        assert!(!format!("{:?}", Secret::new(SECRET).unwrap()).contains(SECRET), "it is never shown");
    }

    #[test]
    fn a_message_is_taken_once_in_its_order_and_while_it_is_fresh() {
        let mut desk = Desk::new("pi[2]");
        let at = 1_000_000;
        assert_eq!(desk.take(Kind::Peer, message("", 1), at), Err(Refused::Stale), "who has no challenge is told one");
        let Next { challenge, sequence } = desk.next(Kind::Peer, "pi[1]", at);
        assert_eq!(sequence, 0);
        assert_eq!(desk.take(Kind::Peer, message(&challenge, 1), at), Ok(()));
        assert_eq!(desk.take(Kind::Peer, message(&challenge, 1), at), Err(Refused::Replayed), "the same again");
        assert_eq!(desk.take(Kind::Peer, message(&challenge, 3), at + 9_999), Ok(()));
        assert_eq!(desk.take(Kind::Peer, message(&challenge, 2), at + 9_999), Err(Refused::Replayed), "overtaken");
        assert_eq!(desk.take(Kind::Peer, message(&challenge, 4), at + 2 * FRESH_MS), Err(Refused::Stale), "held up");
        assert_eq!(desk.next(Kind::Peer, "pi[1]", at).sequence, 3, "what is refused counts for nothing");
        let away = Envelope { to: "pi[3]", ..message(&challenge, 9) };
        assert_eq!(desk.take(Kind::Peer, away, at), Err(Refused::Recipient));
        let other = Envelope { from: "pi[3]", ..message(&challenge, 9) };
        assert_eq!(desk.take(Kind::Peer, other, at), Err(Refused::Stale), "another's challenge");
        assert_eq!(desk.take(Kind::Heartbeat, message(&challenge, 9), at), Err(Refused::Stale), "another kind's");
    }

    #[test]
    fn a_sender_that_starts_anew_goes_on_and_nothing_from_before_is_taken_again() {
        let (mut desk, at) = (Desk::new("pi[2]"), 5_000);
        let before = desk.next(Kind::Peer, "pi[1]", at);
        for sequence in 1..=7 {
            desk.take(Kind::Peer, message(&before.challenge, sequence), at).unwrap();
        }
        // The sender knows nothing any more.
        assert_eq!(desk.take(Kind::Peer, message("", 1), at), Err(Refused::Stale));
        let next = desk.next(Kind::Peer, "pi[1]", at);
        assert_eq!(next.sequence, 7);
        desk.take(Kind::Peer, message(&next.challenge, 8), at).unwrap();
        for sequence in 1..=7 {
            assert_eq!(desk.take(Kind::Peer, message(&before.challenge, sequence), at), Err(Refused::Replayed));
        }
        // The recipient knows nothing any more: whatever was signed for it before bears a challenge that it never gave.
        let mut anew = Desk::new("pi[2]");
        for sequence in 1..=9 {
            assert_eq!(anew.take(Kind::Peer, message(&before.challenge, sequence), at), Err(Refused::Stale));
        }
    }
}
