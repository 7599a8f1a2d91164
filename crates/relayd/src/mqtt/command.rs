//! A message that asks for something: what it asks, whether it may, and what came of it. It goes the way of every other request, through the engine, without `force`.

use relay_engine::{Actor, Answer, Call, Request, Verb};
use rumqttc::{Publish, QoS};
use serde_json::{Value, json};
use tracing::{info, warn};

use super::Seen;
use super::words::{Names, answered};
use crate::access::{Role, Who};
use crate::control::{Handle, OwnRecord, State};
use crate::http::door::Door;

/// Where requests come from, in the audit log.
const FROM: &str = "mqtt";
/// Most letters of somebody else's text in a line of the log.
const SHOWN: usize = 40;

/// Why a message is not done: the word for the numbers, and a sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct No {
    /// One of few words.
    pub why: &'static str,
    /// A sentence.
    pub words: String,
}

impl No {
    fn new(why: &'static str, words: impl Into<String>) -> Self {
        Self { why, words: words.into() }
    }
}

/// What is asked of which outlet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    /// Its name.
    pub outlet: String,
    /// Its slug.
    pub slug: String,
    /// What.
    pub verb: Verb,
}

/// Reads a message.
///
/// # Errors
/// It asks for nothing that is done.
pub fn read(names: &Names, state: &State, message: &Publish) -> Result<Asked, No> {
    if message.retain {
        return Err(No::new("kept", "the broker kept it for later, and what is old is not done"));
    }
    // Asked for was at most once: what comes with a number may come twice.
    if message.dup || message.qos != QoS::AtMostOnce {
        return Err(No::new("again", "it may come twice, and what comes twice is not done"));
    }
    let slug = names.slug(&message.topic).unwrap_or_default();
    let own = state.snapshot.outlets.iter().find(|own| own.slug == slug);
    let own = own.ok_or_else(|| No::new("no-such-outlet", "no outlet has this topic"))?;
    let verb = match message.payload.as_ref() {
        b"ON" => Verb::On,
        b"OFF" => Verb::Off { for_ms: None },
        b"CYCLE" => Verb::Cycle { off_ms: None },
        other => {
            let shown = shown(&String::from_utf8_lossy(other));
            return Err(No::new("unknown", format!("`{shown}` is none of `ON`, `OFF`, `CYCLE`")));
        }
    };
    Ok(Asked { outlet: own.name.clone(), slug: own.slug.clone(), verb })
}

/// Somebody else's text, short, and without what would end a line or move a cursor.
pub fn shown(text: &str) -> String {
    let short: String = text.chars().take(SHOWN).collect();
    let more = if text.chars().nth(SHOWN).is_some() { "…" } else { "" };
    format!("{}{more}", short.escape_debug())
}

/// Acts as one account.
#[derive(Debug)]
pub struct Listener {
    /// Accounts as their file has them.
    pub door: Door,
    /// The account.
    pub account: String,
}

impl Listener {
    /// The account, which has to be an operator's: an administrator may switch what nobody granted.
    ///
    /// # Errors
    /// There is no such account, or it is another's.
    pub fn who(&self) -> Result<Who, No> {
        let name = &self.account;
        let accounts = self.door.accounts();
        let found =
            accounts.find(name).ok_or_else(|| No::new("no-account", format!("no account is called `{name}`")))?;
        if found.role == Role::Operator {
            return Ok(found.who());
        }
        Err(No::new("role", format!("`{name}` is {}, and messages switch as an operator alone", found.role.name())))
    }

    /// Does what a message asks, if it may, and says what came of it: for the topic of the answers.
    pub async fn carry_out(&self, handle: &Handle, seen: &Seen, asked: &Asked) -> Value {
        match self.try_to_carry_out(handle, asked).await {
            Ok(answer) => {
                let (word, value) = answered(&answer);
                seen.count(word);
                info!("{} over MQTT: {word}", asked.outlet);
                value
            }
            Err(No { why, words }) => {
                seen.count(why);
                warn!("{} over MQTT: refused: {words}", asked.outlet);
                json!({ "state": "refused", "rule": why, "detail": words })
            }
        }
    }

    async fn try_to_carry_out(&self, handle: &Handle, asked: &Asked) -> Result<Answer, No> {
        let Asked { outlet, verb, .. } = asked;
        let allowed = self.who().and_then(|who| match who.may_switch(outlet) {
            true => Ok(()),
            false => Err(No::new("not-granted", format!("`{}` may not switch `{outlet}`", self.account))),
        });
        let actor = Actor::Account(self.account.clone());
        // The engine's records say who and what; this one says from where.
        let record = OwnRecord {
            actor: actor.to_string(),
            from: FROM.to_owned(),
            action: crate::http::shapes::verb(*verb).to_owned(),
            subject: outlet.clone(),
            outcome: allowed.as_ref().err().map_or("asked", |no| no.why).to_owned(),
            ..OwnRecord::default()
        };
        let recorded = handle.record(record).await;
        allowed?;
        // Power is given without waiting for a disk.
        if let (Err(words), true) = (recorded, *verb != Verb::On) {
            return Err(No::new("disk", format!("it cannot be recorded: {words}")));
        }
        let request = Request {
            call: Call(0),
            outlet: outlet.clone(),
            verb: *verb,
            actor,
            reason: "asked over MQTT".to_owned(),
            force: false,
            dry_run: false,
        };
        Ok(handle.request(request).await)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_else_wrote_cannot_end_a_line_of_the_log() {
        assert_eq!(shown("ON\n2026 ERROR \u{1b}[2J"), "ON\\n2026 ERROR \\u{1b}[2J");
        assert_eq!(shown(&"x".repeat(1000)).chars().count(), SHOWN + 1);
    }
}
