//! Which daemon is asked, and with which token: what the command line says, or a profile in the user's folder.

use std::collections::BTreeMap;
use std::env;
use std::fs::{self, File};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use clap::Args;
use cli::remote::Remote;
use cli::remote::address::Address;
use cli::remote::own::Own;
use pin::Fingerprint;
use serde::Deserialize;

/// Where the token stands unless a profile names a file.
const TOKEN: &str = "WIRELOOM_TOKEN";

/// Most that is read of a file, bytes.
const LARGEST: u64 = 1 << 20;

/// Which daemon.
#[derive(Args)]
pub struct Place {
    /// Its address: https://pi-5:8443; without TLS on loopback alone
    #[arg(long, value_name = "URL", conflicts_with = "profile")]
    at: Option<String>,
    /// Its certificate's fingerprint, as `wireloom-relayd certificate` prints it
    #[arg(long, value_name = "SHA256", requires = "at")]
    fingerprint: Option<String>,
    /// A certificate in PEM to show to a daemon that asks for one, those that vouch for it below it
    #[arg(long, value_name = "FILE", requires = "key")]
    certificate: Option<PathBuf>,
    /// Its key in PEM; nobody else may read the file
    #[arg(long, value_name = "FILE", requires = "certificate")]
    key: Option<PathBuf>,
    /// One of `wireloom/profiles.toml` in the folder of your settings [default: its `default`, or its only one]
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
}

/// The file of profiles.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Profiles {
    default: Option<String>,
    #[serde(default)]
    profile: BTreeMap<String, Profile>,
}

#[derive(Deserialize, Clone, Default)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Profile {
    at: String,
    fingerprint: Option<String>,
    /// Relative to the file of profiles.
    token_file: Option<PathBuf>,
    /// These as well.
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
    /// For completion alone.
    outlets: Option<Vec<String>>,
}

impl Place {
    /// The daemon, with the token.
    ///
    /// # Errors
    /// What is missing or wrong: a sentence.
    pub fn remote(&self) -> Result<Remote, String> {
        let (profile, folder) = match &self.at {
            Some(at) => {
                let own = Profile { at: at.clone(), fingerprint: self.fingerprint.clone(), ..Profile::default() };
                (own, PathBuf::new())
            }
            None => self.in_file()?,
        };
        let address = Address::read(&profile.at)?;
        let fingerprint = profile.fingerprint.as_deref().map(Fingerprint::read).transpose()?;
        let token = match (env::var(TOKEN), &profile.token_file) {
            (Ok(token), _) if !token.trim().is_empty() => token,
            (_, Some(file)) => secret(&folder.join(file), "token")?,
            _ => return Err(format!("no token: `{TOKEN}` has none, and no profile names a `token-file`")),
        };
        let own = match (&self.certificate, &self.key, &profile.certificate, &profile.key) {
            (Some(certificate), Some(key), ..) => Some(own(certificate, key)?),
            (.., Some(certificate), Some(key)) => Some(own(&folder.join(certificate), &folder.join(key))?),
            (.., None, None) => None,
            _ => return Err("a profile has both `certificate` and `key`, or neither".to_owned()),
        };
        Remote::new(address, fingerprint, own, &token)
    }

    fn in_file(&self) -> Result<(Profile, PathBuf), String> {
        let folder = settings().ok_or("no daemon: neither `--at` nor a folder of settings (`HOME`)")?;
        let path = folder.join("profiles.toml");
        let about = |words: &str| format!("`{}`: {}", path.display(), words.trim_end());
        let text = fs::read_to_string(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => {
                format!("no daemon: name it with `--at URL --fingerprint SHA256`, or in `{}`", path.display())
            }
            _ => about(&error.to_string()),
        })?;
        let profiles: Profiles = toml::from_str(&text).map_err(|error| about(&error.to_string()))?;
        let name = profiles.chosen(self.profile.as_deref());
        let name = name.ok_or_else(|| about("it has no `default`; choose with `--profile NAME`"))?;
        let known = || profiles.profile.keys().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let found = profiles.profile.get(name);
        found.cloned().map(|own| (own, folder)).ok_or_else(|| about(&format!("no profile `{name}` in {}", known())))
    }
}

impl Profiles {
    /// The name of the profile that is meant.
    fn chosen<'a>(&'a self, named: Option<&'a str>) -> Option<&'a str> {
        let only = || if self.profile.len() == 1 { self.profile.keys().next() } else { None };
        named.or_else(|| self.default.as_ref().or_else(only).map(String::as_str))
    }
}

/// The names of all profiles; none where they cannot be read.
pub fn profiles() -> Vec<String> {
    known().map(|profiles| profiles.profile.into_keys().collect()).unwrap_or_default()
}

/// What a profile calls its daemon's outlets, if it does.
pub fn outlets(profile: Option<&str>) -> Option<Vec<String>> {
    let profiles = known()?;
    profiles.profile.get(profiles.chosen(profile)?)?.outlets.clone()
}

/// The profiles, where they can be read.
fn known() -> Option<Profiles> {
    let path = settings()?.join("profiles.toml");
    let about = fs::metadata(&path).ok()?;
    let is_fit = about.is_file() && about.len() <= LARGEST;
    is_fit.then(|| fs::read_to_string(path).ok())?.and_then(|text| toml::from_str(&text).ok())
}

/// The folder of this program's settings.
fn settings() -> Option<PathBuf> {
    let variable = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let own = variable("XDG_CONFIG_HOME").or_else(|| Some(variable("HOME")?.join(".config")));
    own.map(|folder| folder.join("wireloom"))
}

/// A certificate and its key.
fn own(certificate: &Path, key: &Path) -> Result<Own, String> {
    let chain = File::open(certificate).and_then(text);
    let chain = chain.map_err(|error| format!("`{}`: {error}", certificate.display()))?;
    let secret = secret(key, "key")?;
    Own::read(chain.as_bytes(), secret.as_bytes())
        .map_err(|words| format!("`{}`, `{}`: {words}", certificate.display(), key.display()))
}

/// The text of a file that its owner alone may read.
fn secret(path: &Path, what: &str) -> Result<String, String> {
    let about = |error: std::io::Error| format!("`{}`: {error}", path.display());
    let file = File::open(path).map_err(about)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = file.metadata().map_err(about)?.permissions().mode();
        if mode & 0o077 != 0 {
            let mode = mode & 0o777;
            return Err(format!("`{}`: others may read this {what} (mode {mode:o}); `chmod 600` it", path.display()));
        }
    }
    text(file).map_err(about)
}

fn text(file: File) -> std::io::Result<String> {
    let mut text = String::new();
    file.take(LARGEST).read_to_string(&mut text).map(|_| text)
}
