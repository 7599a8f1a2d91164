//! The certificate that whoever asks shows, where a daemon wants one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustls::SignatureScheme;
use rustls::client::ResolvesClientCert;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;

/// A certificate, those that vouch for it, and its key.
#[derive(Debug)]
pub struct Own {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl Own {
    /// Reads one from the text of PEM files; one's own certificate is the first.
    ///
    /// # Errors
    /// What is missing or cannot be read: a sentence.
    pub fn read(certificate: &[u8], key: &[u8]) -> Result<Self, String> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificate).collect();
        let chain = chain.map_err(|error| format!("the certificate cannot be read: {error}"))?;
        if chain.is_empty() {
            return Err("there is no certificate in it".to_owned());
        }
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| format!("the key cannot be read: {error}"))?;
        Ok(Self { chain, key })
    }
}

/// What is shown to a daemon that asks, and whether one did.
#[derive(Debug)]
pub struct Shown {
    own: Option<Arc<CertifiedKey>>,
    was_asked: AtomicBool,
    /// An answer came: whatever breaks later has another cause.
    was_taken: AtomicBool,
}

impl Shown {
    /// # Errors
    /// Certificate and key do not belong together: a sentence.
    pub fn new(own: Option<Own>, provider: &CryptoProvider) -> Result<Self, String> {
        let pair = |Own { chain, key }| CertifiedKey::from_der(chain, key, provider).map(Arc::new);
        let own = own.map(pair).transpose().map_err(|error| format!("certificate and key: {error}"))?;
        Ok(Self { own, was_asked: AtomicBool::new(false), was_taken: AtomicBool::new(false) })
    }

    /// Notes that the daemon answered.
    pub fn taken(&self) {
        self.was_taken.store(true, Ordering::Relaxed);
    }

    /// What a connection that broke was about, if it broke where the daemon had asked for a certificate.
    pub fn why(&self) -> Option<&'static str> {
        let was_asked = self.was_asked.load(Ordering::Relaxed) && !self.was_taken.load(Ordering::Relaxed);
        was_asked.then_some(match self.own {
            None => "the daemon wants a certificate of whoever asks: `--certificate FILE --key FILE`, or both in the profile",
            Some(_) => "the daemon asked for a certificate and did not go on with the one of `--certificate`, or of the profile",
        })
    }
}

impl ResolvesClientCert for Shown {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.was_asked.store(true, Ordering::Relaxed);
        self.own.clone()
    }

    fn has_certs(&self) -> bool {
        self.own.is_some()
    }
}
