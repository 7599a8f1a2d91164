//! Accounts and tokens, in one TOML file that only the daemon's account may read.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Role, Who, password};
use crate::digest::{hex, random_hex, same, sha256};
use crate::durable::{Real, append_to, replace};

/// The version of the file.
const SCHEMA: u32 = 1;
/// What a token begins with, so that one that was leaked is recognised.
const PREFIX: &str = "wlt_";

/// An account.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Account {
    /// Its name: small letters, digits, `.`, `_`, `-`, at most 64.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// Outlets that an operator may switch, by name; all where this is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outlets: Option<Vec<String>>,
    /// The password's hash. It stands last: of an account that is cut off in the middle nothing is left that could be more than it was.
    pub password: String,
}

impl Account {
    /// What it may do, for somebody who has shown that it is theirs.
    pub fn who(&self) -> Who {
        Who { name: self.name.clone(), role: self.role, outlets: self.outlets.clone() }
    }
}

/// A key for a program, in the name of an account.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Token {
    /// The part of it that may be shown.
    pub id: String,
    /// Whose it is.
    pub user: String,
    /// The most that it may do, where that is less than its account may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// When it ends, wall time, milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_ms: Option<u64>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// SHA-256 of the whole token: 32 random bytes need no slower hash. It stands last as the password does.
    pub sha256: String,
}

/// The file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accounts {
    schema: u32,
    #[serde(default, rename = "user", skip_serializing_if = "Vec::is_empty")]
    users: Vec<Account>,
    #[serde(default, rename = "token", skip_serializing_if = "Vec::is_empty")]
    tokens: Vec<Token>,
}

/// Why a change is not made, in a sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused(pub String);

impl Default for Accounts {
    fn default() -> Self {
        Self { schema: SCHEMA, users: Vec::new(), tokens: Vec::new() }
    }
}

impl Accounts {
    /// Reads a file; one that is not there has no account.
    ///
    /// # Errors
    /// It cannot be read, or not be understood: then nobody is let in rather than somebody by mistake.
    pub fn load(path: &Path) -> io::Result<Self> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text).map_err(|refused| io::Error::new(io::ErrorKind::InvalidData, refused.0)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub fn parse(text: &str) -> Result<Self, Refused> {
        // The reader's own words would show the line, and with it a hash.
        let place = |error: &toml::de::Error| {
            let line = error.span().map_or(0, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            Refused(format!("line {line}: {}", error.message()))
        };
        let accounts: Self = toml::from_str(text).map_err(|error| place(&error))?;
        accounts.check()?;
        Ok(accounts)
    }

    fn check(&self) -> Result<(), Refused> {
        if self.schema != SCHEMA {
            return Err(Refused(format!("it has schema {}, and this program reads schema {SCHEMA}", self.schema)));
        }
        let (mut names, mut ids) = (BTreeSet::new(), BTreeSet::new());
        for user in &self.users {
            fits(&user.name)?;
            if !names.insert(&user.name) {
                return Err(Refused(format!("account `{}` stands twice", user.name)));
            }
            if !password::is_hash(&user.password) {
                return Err(Refused(format!("the password of `{}` is no argon2id hash", user.name)));
            }
        }
        for token in &self.tokens {
            if !names.contains(&token.user) {
                return Err(Refused(format!(
                    "token `{}` is of `{}`, and there is no such account",
                    token.id, token.user
                )));
            }
            if !ids.insert(&token.id) {
                return Err(Refused(format!("token `{}` stands twice", token.id)));
            }
        }
        Ok(())
    }

    /// Reads the file, changes it and writes it, with nobody else changing it meanwhile.
    ///
    /// # Errors
    /// [`Accounts::load`]'s; `InvalidInput` with the sentence where the change was refused; whatever the disk says. The file is as it was then.
    pub fn change<T>(path: &Path, change: impl FnOnce(&mut Self) -> Result<T, Refused>) -> io::Result<T> {
        let mut beside = path.as_os_str().to_owned();
        beside.push(".lock");
        let lock = append_to(Path::new(&beside))?;
        lock.lock()?;
        let mut accounts = Self::load(path)?;
        let refused = |refused: Refused| io::Error::new(io::ErrorKind::InvalidInput, refused.0);
        let result = change(&mut accounts).map_err(refused)?;
        replace(&Real, path, accounts.to_toml().as_bytes())?;
        Ok(result)
    }

    /// The text of the file.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("every value of this type has a TOML form")
    }

    /// All accounts.
    pub fn users(&self) -> &[Account] {
        &self.users
    }

    /// All tokens.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// An account by its name.
    pub fn find(&self, name: &str) -> Option<&Account> {
        self.users.iter().find(|user| user.name == name)
    }

    /// Adds an account.
    ///
    /// # Errors
    /// The name is taken or does not fit, or the password is too short or long.
    pub fn add(&mut self, name: &str, role: Role, given: &str, outlets: Option<Vec<String>>) -> Result<(), Refused> {
        fits(name)?;
        password::judge(given).map_err(Refused)?;
        if self.find(name).is_some() {
            return Err(Refused(format!("there is an account `{name}`")));
        }
        self.users.push(Account { name: name.to_owned(), role, password: password::hash(given), outlets });
        Ok(())
    }

    /// Gives an account another password.
    ///
    /// # Errors
    /// There is no such account, or the password is too short or long.
    pub fn set_password(&mut self, name: &str, given: &str) -> Result<(), Refused> {
        password::judge(given).map_err(Refused)?;
        let user = self.users.iter_mut().find(|user| user.name == name);
        user.ok_or_else(|| nobody(name))?.password = password::hash(given);
        Ok(())
    }

    /// Takes an account away, and its tokens.
    ///
    /// # Errors
    /// There is no such account, or it is the last administrator.
    pub fn remove(&mut self, name: &str) -> Result<(), Refused> {
        let user = self.find(name).ok_or_else(|| nobody(name))?;
        let administrators = self.users.iter().filter(|user| user.role == Role::Administrator).count();
        if user.role == Role::Administrator && administrators == 1 && 1 < self.users.len() {
            return Err(Refused(format!("`{name}` is the last administrator")));
        }
        self.users.retain(|user| user.name != name);
        self.tokens.retain(|token| token.user != name);
        Ok(())
    }

    /// Makes a token and gives its text, which is kept nowhere.
    ///
    /// # Errors
    /// There is no such account, or it may do less than the token was to.
    pub fn add_token(
        &mut self,
        user: &str,
        role: Option<Role>,
        until_ms: Option<u64>,
        note: &str,
    ) -> Result<String, Refused> {
        let account = self.find(user).ok_or_else(|| nobody(user))?;
        if role.is_some_and(|role| account.role < role) {
            return Err(Refused(format!("`{user}` is {}, and a token may not do more", account.role.name())));
        }
        let id = random_hex::<6>();
        let text = format!("{PREFIX}{id}_{}", random_hex::<32>());
        let (user, note, sha256) = (user.to_owned(), note.to_owned(), hex(&sha256(text.as_bytes())));
        self.tokens.push(Token { id, user, sha256, role, until_ms, note });
        Ok(text)
    }

    /// Takes a token away.
    ///
    /// # Errors
    /// There is no such token.
    pub fn remove_token(&mut self, id: &str) -> Result<(), Refused> {
        let before = self.tokens.len();
        self.tokens.retain(|token| token.id != id);
        if self.tokens.len() == before { Err(Refused(format!("there is no token `{id}`"))) } else { Ok(()) }
    }

    /// Who bears a token. `now_ms` is wall time.
    pub fn bearer(&self, text: &str, now_ms: u64) -> Option<Who> {
        let (id, _) = text.strip_prefix(PREFIX)?.split_once('_')?;
        let token = self.tokens.iter().find(|token| token.id == id)?;
        if !same(&hex(&sha256(text.as_bytes())), &token.sha256) || token.until_ms.is_some_and(|until| until <= now_ms) {
            return None;
        }
        let who = self.find(&token.user)?.who();
        Some(Who { role: token.role.map_or(who.role, |role| role.min(who.role)), ..who })
    }
}

fn nobody(name: &str) -> Refused {
    Refused(format!("there is no account `{name}`"))
}

/// Names go into records and headers.
fn fits(name: &str) -> Result<(), Refused> {
    let fine = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'-');
    if name.is_empty() || 64 < name.len() || !name.bytes().all(fine) {
        return Err(Refused(format!(
            "{name:?} is no account's name: small letters, digits, `.`, `_`, `-`, at most 64"
        )));
    }
    Ok(())
}
