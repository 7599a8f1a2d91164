//! A daemon that speaks with nobody who shows no certificate (`[web] clients`).

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

use super::Served;

/// A daemon that takes what one authority signed; beside it `anna.pem` and `anna.key` by that, `eve.pem` and `eve.key` by themselves.
fn strict() -> Served {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let put = |name: &str, text: String| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("it can be written");
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("it is ours");
    };
    let pair = || KeyPair::generate().expect("a key");
    let named = |name: &str| CertificateParams::new(vec![name.to_owned()]).expect("a name");
    let (key, mut params) = (pair(), named("authority"));
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = params.self_signed(&key).expect("it signs itself");
    let issuer = Issuer::new(params, key);
    let (anna, eve) = (pair(), pair());
    put("anna.pem", named("anna").signed_by(&anna, &issuer).expect("it is signed").pem());
    put("anna.key", anna.serialize_pem());
    put("eve.pem", named("eve").self_signed(&eve).expect("it signs itself").pem());
    put("eve.key", eve.serialize_pem());
    put("clients.pem", authority.pem());
    let web = format!("clients = \"{}\"\n", folder.path().join("clients.pem").display());
    Served::start_in(folder, &web)
}

#[test]
fn whoever_shows_the_right_certificate_is_spoken_with_and_nobody_else() {
    let served = strict();
    let (status, out, err) = served.anna(&["status"]);
    assert!(status == 2 && out.is_empty(), "{out}{err}");
    assert!(err.contains("wants a certificate of whoever asks: `--certificate FILE --key FILE`"), "{err}");
    let with = |certificate: &str, key: &str, rest: &[&str]| {
        served.anna(&[rest, &["--certificate", certificate, "--key", key]].concat())
    };
    let (status, out, err) = with("eve.pem", "eve.key", &["status"]);
    assert!(status == 2 && out.is_empty() && err.contains("did not go on with the one of `--certificate`"), "{err}");
    let (status, out, err) = with("anna.pem", "anna.key", &["status"]);
    assert!(status == 0 && out.lines().count() == 3, "{out}{err}");
    let (status, out, err) = with("anna.pem", "anna.key", &["cycle", "pi[1]", "--reason", "it hangs", "--yes"]);
    assert!(status == 0 && out.contains("pi[1]  done: its power is on"), "{out}{err}");
    assert_eq!(served.cuts(), 1);
    // A stranger who asks for a certificate is a stranger first.
    let other = format!("{:064}", 0);
    let place = ["--at", &served.at, "--fingerprint", &other, "--certificate", "anna.pem", "--key", "anna.key"];
    let (status, _, err) = served.told("wlt_00_00", &[&["status"][..], &place].concat());
    assert!(status == 2 && err.contains("another certificate; nothing was sent"), "{err}");
}

#[test]
fn a_key_is_its_owners_alone_and_belongs_to_its_certificate() {
    let served = strict();
    let with = |certificate: &str, key: &str| {
        let (status, _, err) = served.anna(&["status", "--certificate", certificate, "--key", key]);
        assert_eq!(status, 2, "{err}");
        err
    };
    let key = served.folder.path().join("anna.key");
    for mode in [0o640, 0o604] {
        fs::set_permissions(&key, fs::Permissions::from_mode(mode)).expect("it is ours");
        let err = with("anna.pem", "anna.key");
        assert!(err.contains(&format!("others may read this key (mode {mode:o}); `chmod 600` it")), "{err}");
    }
    assert!(with("anna.pem", "eve.key").contains("certificate and key: "));
    assert!(with("eve.key", "eve.key").contains("there is no certificate in it"));
    assert!(with("eve.pem", "eve.pem").contains("the key cannot be read"));
    assert!(with("eve.pem", "absent").contains("`absent`: "));
    let (status, _, err) = served.anna(&["status", "--certificate", "anna.pem"]);
    assert!(status == 2 && err.contains("--key <FILE>"), "{err}");
    let plain = ["status", "--at", "http://127.0.0.1:1", "--certificate", "eve.pem", "--key", "eve.key"];
    let (status, _, err) = served.told("wlt_00_00", &plain);
    assert!(status == 2 && err.contains("is not asked over TLS"), "{err}");
}

#[test]
fn a_profile_names_both_beside_itself() {
    let served = strict();
    let folder = served.folder.path().join("wireloom");
    fs::create_dir(&folder).expect("a folder");
    let told = |keys: &str, more: &[&str]| {
        let (at, print) = (&served.at, &served.fingerprint);
        let text = format!("[profile.rack]\nat = \"{at}\"\nfingerprint = \"{print}\"\n{keys}");
        fs::write(folder.join("profiles.toml"), text).expect("it can be written");
        served.told(&served.tokens[1], &[&["status"], more].concat())
    };
    let (status, out, err) = told("certificate = \"../anna.pem\"\nkey = \"../anna.key\"\n", &[]);
    assert_eq!(status, 0, "{out}{err}");
    let (status, _, err) = told("certificate = \"../anna.pem\"\n", &[]);
    assert!(status == 2 && err.contains("both `certificate` and `key`, or neither"), "{err}");
    let (status, _, err) = told("certificate = \"../eve.pem\"\nkey = \"../eve.key\"\n", &[]);
    assert!(status == 2 && err.contains("or of the profile"), "{err}");
    // The command line goes before the profile.
    let more = ["--certificate", "anna.pem", "--key", "anna.key"];
    let (status, _, err) = told("certificate = \"../eve.pem\"\nkey = \"../eve.key\"\n", &more);
    assert_eq!(status, 0, "{err}");
}
