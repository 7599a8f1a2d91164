//! SHA-256, hexadecimal, random bytes, and comparing secrets without telling how far they agree.

use std::fmt::Write as _;

use ring::rand::SecureRandom as _;
use subtle::ConstantTimeEq as _;

/// SHA-256 of some bytes.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    digest.as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// Bytes as small hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// `N` bytes that nobody can foresee, as hexadecimal digits.
///
/// # Panics
/// Where the kernel gives none: a secret that can be guessed is worse than no daemon.
pub fn random_hex<const N: usize>() -> String {
    let mut bytes = [0; N];
    ring::rand::SystemRandom::new().fill(&mut bytes).expect("the kernel gives random bytes");
    hex(&bytes)
}

/// Whether two secrets are the same; takes as long for every pair of one length.
pub fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_the_standards_own() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(hex(&sha256(b"abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn secrets_are_long_and_differ() {
        let (one, other) = (random_hex::<32>(), random_hex::<32>());
        assert_eq!(one.len(), 64);
        assert!(same(&one, &one.clone()) && !same(&one, &other) && !same(&one, &one[1..]));
    }
}
