//! The daemon's certificate: made on the first start or given, known by its fingerprint; and whose certificates it asks for.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose, date_time_ymd};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};

use crate::digest::sha256;
use crate::durable::{Real, replace};

/// A certificate, those that vouch for it, and its key.
#[derive(Debug)]
pub struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl Identity {
    /// The SHA-256 of the certificate as browsers and `openssl x509 -fingerprint -sha256` show it: `AB:CD:…`.
    pub fn fingerprint(&self) -> String {
        let bytes = sha256(&self.chain[0]);
        bytes.map(|byte| format!("{byte:02X}")).join(":")
    }

    /// Reads one from the text of PEM files; the daemon's own certificate is the first.
    ///
    /// # Errors
    /// What is missing or cannot be read, in words.
    pub fn from_pem(certificates: &[u8], key: &[u8]) -> Result<Self, String> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificates).collect();
        let chain = chain.map_err(|error| format!("a certificate cannot be read: {error}"))?;
        if chain.is_empty() {
            return Err("there is no certificate in it".to_owned());
        }
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| format!("the key cannot be read: {error}"))?;
        Ok(Self { chain, key })
    }

    /// Reads one from files that somebody else looks after.
    ///
    /// # Errors
    /// Which file, and why; also where everybody may read the key.
    pub fn load(certificates: &Path, key: &Path) -> Result<Self, String> {
        let read = |path: &Path| fs::read(path).map_err(|error| format!("`{}`: {error}", path.display()));
        let mode = fs::metadata(key).map_err(|error| format!("`{}`: {error}", key.display()))?.permissions().mode();
        if mode & 0o007 != 0 {
            return Err(format!("`{}`: everybody may read this key (mode {:o})", key.display(), mode & 0o777));
        }
        Self::from_pem(&read(certificates)?, &read(key)?)
            .map_err(|words| format!("`{}`: {words}", certificates.display()))
    }

    /// Reads the one that was made on the first start, or makes it: for these names and addresses, signed by itself, without an end. The second value says
    /// whether it was made. A clock that stands wrong after a power cut must lock nobody out; whoever pins the fingerprint needs no end either.
    ///
    /// # Errors
    /// The file is there and cannot be used, or cannot be written. It is never replaced: people have noted its fingerprint.
    pub fn load_or_make(path: &Path, names: &[String]) -> Result<(Self, bool), String> {
        let about = |words: String| format!("`{}`: {words}", path.display());
        match fs::read(path) {
            Ok(text) => return Self::from_pem(&text, &text).map(|identity| (identity, false)).map_err(about),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(about(error.to_string())),
        }
        let text = make(names).map_err(|error| about(error.to_string()))?;
        // Key and certificate in one file: there is no moment with one and without the other.
        replace(&Real, path, text.as_bytes()).map_err(|error| about(error.to_string()))?;
        Self::from_pem(text.as_bytes(), text.as_bytes()).map(|identity| (identity, true)).map_err(about)
    }
}

/// A key and a certificate that it signed.
fn make(names: &[String]) -> Result<String, rcgen::Error> {
    let key = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256)?;
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, names.first().map_or("wireloom-relayd", String::as_str));
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    // RFC 5280, 4.1.2.5: the last moment stands for a certificate without a well-defined end.
    (params.not_before, params.not_after) = (date_time_ymd(2000, 1, 1), date_time_ymd(9999, 12, 31));
    Ok(format!("{}{}", key.serialize_pem(), params.self_signed(&key)?.pem()))
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// What a server needs: TLS 1.2 and 1.3, HTTP/1.1. With `clients`, certificates in PEM, only who shows one that these vouch for is spoken with.
///
/// # Errors
/// Key and certificate do not belong together, or `clients` has no certificate that can be used.
pub fn server(identity: Identity, clients: Option<&[u8]>) -> Result<Arc<ServerConfig>, String> {
    let words = |error: rustls::Error| error.to_string();
    let builder =
        ServerConfig::builder_with_provider(provider()).with_safe_default_protocol_versions().map_err(words)?;
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(text) => {
            let mut roots = RootCertStore::empty();
            for certificate in CertificateDer::pem_slice_iter(text) {
                let certificate =
                    certificate.map_err(|error| format!("a client's certificate cannot be read: {error}"))?;
                roots.add(certificate).map_err(words)?;
            }
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider()).build();
            builder.with_client_cert_verifier(verifier.map_err(|error| error.to_string())?)
        }
    };
    let mut config = builder.with_single_cert(identity.chain, identity.key).map_err(words)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

#[cfg(test)]
mod tests {
    use rustls::pki_types::ServerName;
    use rustls::{ClientConfig, ClientConnection, ServerConnection};

    use super::*;

    fn names() -> Vec<String> {
        ["pi-5", "localhost", "127.0.0.1", "::1"].map(str::to_owned).to_vec()
    }

    fn pem() -> Vec<u8> {
        make(&names()).unwrap().into_bytes()
    }

    /// A client that trusts one certificate, and shows another.
    fn client(trusted: &[u8], own: Option<&[u8]>) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(trusted).unwrap()).unwrap();
        let builder = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions().unwrap();
        let builder = builder.with_root_certificates(roots);
        match own {
            None => builder.with_no_client_auth(),
            Some(text) => {
                let Identity { chain, key } = Identity::from_pem(text, text).unwrap();
                builder.with_client_auth_cert(chain, key).unwrap()
            }
        }
    }

    /// Speaks until both are content or one is not.
    fn shake(server: Arc<ServerConfig>, client: ClientConfig, name: &str) -> Result<(), rustls::Error> {
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let mut client = ClientConnection::new(Arc::new(client), name).unwrap();
        let mut server = ServerConnection::new(server).unwrap();
        for _ in 0..10 {
            let mut bytes = Vec::new();
            while client.wants_write() {
                client.write_tls(&mut bytes).unwrap();
            }
            server.read_tls(&mut bytes.as_slice()).unwrap();
            server.process_new_packets()?;
            bytes.clear();
            while server.wants_write() {
                server.write_tls(&mut bytes).unwrap();
            }
            client.read_tls(&mut bytes.as_slice()).unwrap();
            client.process_new_packets()?;
        }
        assert!(!client.is_handshaking() && !server.is_handshaking());
        Ok(())
    }

    fn own(text: &[u8]) -> Identity {
        Identity::from_pem(text, text).unwrap()
    }

    #[test]
    fn a_certificate_is_made_once_and_kept_with_its_fingerprint() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tls.pem");
        let (first, made) = Identity::load_or_make(&path, &names()).unwrap();
        assert!(made);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let (again, made) = Identity::load_or_make(&path, &["another".to_owned()]).unwrap();
        assert!(!made);
        assert_eq!(first.fingerprint(), again.fingerprint());
        assert_eq!((first.fingerprint().len(), first.fingerprint().matches(':').count()), (95, 31));
        let text = fs::read(&path).unwrap();
        fs::write(&path, &text[..text.len() / 2]).unwrap();
        assert!(Identity::load_or_make(&path, &names()).is_err());
        assert_eq!(fs::read(&path).unwrap().len(), text.len() / 2, "what somebody pinned is never replaced");
    }

    #[test]
    fn whoever_trusts_the_certificate_can_speak_with_the_daemon_by_each_of_its_names() {
        let text = pem();
        for name in ["pi-5", "localhost", "127.0.0.1", "::1"] {
            shake(server(own(&text), None).unwrap(), client(&text, None), name).unwrap();
        }
        assert!(shake(server(own(&text), None).unwrap(), client(&text, None), "elsewhere").is_err());
        assert!(shake(server(own(&text), None).unwrap(), client(&pem(), None), "pi-5").is_err());
    }

    #[test]
    fn with_clients_named_nobody_else_is_spoken_with() {
        // Who vouches for clients: an authority of the owner's, and a certificate that it signed.
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let authority = params.self_signed(&key).unwrap();
        let issuer = rcgen::Issuer::new(params, key);
        let key = KeyPair::generate().unwrap();
        let signed = CertificateParams::new(vec!["anna".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
        let anna = format!("{}{}", key.serialize_pem(), signed.pem()).into_bytes();
        let text = pem();
        let strict = || server(own(&text), Some(authority.pem().as_bytes())).unwrap();
        shake(strict(), client(&text, Some(&anna)), "pi-5").unwrap();
        assert!(shake(strict(), client(&text, None), "pi-5").is_err());
        assert!(shake(strict(), client(&text, Some(&pem())), "pi-5").is_err());
        assert!(server(own(&text), Some(b"")).is_err(), "nobody named is a mistake, not an open door");
    }

    #[test]
    fn files_that_do_not_belong_together_or_are_open_to_all_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (folder.path().join("one.pem"), folder.path().join("other.pem"));
        for path in [&one, &other] {
            fs::write(path, pem()).unwrap();
            fs::set_permissions(path, fs::Permissions::from_mode(0o640)).unwrap();
        }
        assert!(server(Identity::load(&one, &one).unwrap(), None).is_ok());
        let words = server(Identity::load(&one, &other).unwrap(), None).unwrap_err();
        assert!(words.contains("keys may not be consistent"), "{words}");
        fs::set_permissions(&one, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(Identity::load(&one, &one).unwrap_err().contains("everybody may read this key"));
        fs::write(&other, "nothing").unwrap();
        assert!(Identity::load(&other, &other).unwrap_err().contains("there is no certificate in it"));
        assert!(Identity::load(&folder.path().join("absent"), &other).unwrap_err().contains("absent"));
    }
}
