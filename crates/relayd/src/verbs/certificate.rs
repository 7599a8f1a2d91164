//! `wireloom-relayd certificate`: the fingerprint that whoever logs in compares.

use std::path::PathBuf;

use relay_config::RelayConfig;
use relayd::tls::Identity;

use crate::{FINE, Places, complain, say};

/// Where the daemon's own certificate is.
const FILE: &str = "tls.pem";

pub fn run(places: &Places, given: Option<(&PathBuf, &PathBuf)>) -> Result<u8, String> {
    let identity = match given {
        Some((certificate, key)) => Identity::load(certificate, key)?,
        None => {
            let path = places.state().join(FILE);
            let (identity, made) = Identity::load_or_make(&path, &names(config(places).as_ref()))?;
            if made {
                complain(format_args!("made a certificate in `{}`", path.display()));
            }
            identity
        }
    };
    let fingerprint = identity.fingerprint();
    relayd::tls::server(identity, None)?;
    say(format_args!("sha256 Fingerprint={fingerprint}"));
    Ok(FINE)
}

fn config(places: &Places) -> Option<RelayConfig> {
    std::fs::read_to_string(&places.config).ok().and_then(|text| relayd::config::read(&text).ok())
}

/// What the daemon may be called: its host, its controller, this machine.
pub fn names(config: Option<&RelayConfig>) -> Vec<String> {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default().trim().to_owned();
    let mut names = vec![host.clone(), format!("{host}.local")];
    names.retain(|name| !host.is_empty() && name.len() <= 64);
    names.extend(config.map(|config| config.slug.clone()));
    names.extend(["localhost", "127.0.0.1", "::1"].map(str::to_owned));
    names.dedup();
    names
}
