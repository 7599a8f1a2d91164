//! The certificate of a daemon, known by its SHA-256 fingerprint and by nothing else: no name, no date, nobody who vouches for it.
//!
//! The tool asks daemons and daemons tell each other in this way; what a client shows of itself, and what is said when the pin does not fit, is theirs.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use ring::digest::{SHA256, digest};
use rustls::client::WantsClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{self, CryptoProvider};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, ConfigBuilder, DigitallySignedStruct, OtherError, SignatureScheme};

/// The SHA-256 of a certificate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Reads one: 64 hexadecimal digits, with or without colons, also as `sha256 Fingerprint=AB:CD:…`.
    ///
    /// # Errors
    /// It is none: a sentence.
    pub fn read(text: &str) -> Result<Self, String> {
        let digits = text.rsplit('=').next().unwrap_or_default().trim();
        let digits: Vec<u32> = digits.chars().filter(|&c| c != ':').map(|c| c.to_digit(16).unwrap_or(16)).collect();
        if digits.len() != 64 || digits.contains(&16) {
            let shown = text.escape_debug();
            return Err(format!("`{shown}` is no SHA-256 fingerprint: 64 hexadecimal digits, with or without colons"));
        }
        let byte = |at: usize| u8::try_from(16 * digits[2 * at] + digits[2 * at + 1]).expect("two digits are a byte");
        Ok(Self(std::array::from_fn(byte)))
    }

    /// That of a certificate in DER.
    pub fn of(certificate: &[u8]) -> Self {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, certificate).as_ref());
        Self(bytes)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0.map(|byte| format!("{byte:02X}")).join(":"))
    }
}

/// Another certificate was shown; nothing was sent.
#[derive(Clone, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub struct WrongPin {
    pub expected: Fingerprint,
    pub shown: Fingerprint,
}

impl WrongPin {
    /// What a failed handshake was about, if about that.
    pub fn of(error: &rustls::Error) -> Option<&Self> {
        match error {
            rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(inner))) => inner.downcast_ref(),
            _ => None,
        }
    }

    /// The same, of a handshake that a stream reports.
    pub fn of_io(error: &std::io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref().and_then(Self::of)
    }
}

impl fmt::Display for WrongPin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "it shows another certificate, {}; nothing was sent", self.shown)
    }
}

impl Error for WrongPin {}

/// The beginning of a client's settings: it takes this certificate and no other, and still has to say what it shows of itself.
///
/// # Errors
/// TLS cannot be had: a sentence.
pub fn client(
    expected: Fingerprint,
    provider: &Arc<CryptoProvider>,
) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, String> {
    let builder = ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| error.to_string())?;
    let verifier = Arc::new(Pinned { expected, provider: provider.clone() });
    Ok(builder.dangerous().with_custom_certificate_verifier(verifier))
}

/// Takes one certificate. That its owner holds the key is proved by the handshake's signature, as ever.
#[derive(Debug)]
struct Pinned {
    expected: Fingerprint,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let shown = Fingerprint::of(certificate);
        if shown == self.expected {
            return Ok(ServerCertVerified::assertion());
        }
        let wrong = WrongPin { expected: self.expected, shown };
        Err(CertificateError::Other(OtherError(Arc::new(wrong))).into())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        crypto::verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        crypto::verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_read_as_the_daemon_and_as_openssl_print_it() {
        let own = Fingerprint::of(b"abc");
        let shown = own.to_string();
        assert!(shown.starts_with("BA:78:16:BF:8F:01:CF:EA:"), "{shown}");
        let plain = shown.replace(':', "").to_lowercase();
        for text in [shown.as_str(), &plain, &format!("sha256 Fingerprint={shown}\n")] {
            assert_eq!(Fingerprint::read(text), Ok(own));
        }
        for text in ["", "ab", &plain[1..], &format!("{plain}0"), &plain.replace('b', "g"), &plain.replace('b', "é")] {
            assert!(Fingerprint::read(text).is_err(), "{text}");
        }
    }
}
