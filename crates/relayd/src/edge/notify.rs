//! Tells people: a thread of its own, which may be slow, and which nobody waits for.

use std::io;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use relay_engine::Notice;
use serde_json::json;
use tokio::sync::broadcast::Receiver as Changes;
use tokio::sync::broadcast::error::RecvError;
use tracing::{error, warn};

use super::webhook::{Address, SYSTEM, trust};
use crate::clock;
use crate::control::{Change, What};
use crate::settings::Notify;

/// Notices that wait; the next one is dropped, and said.
const WAITING: usize = 64;
/// Tries of a webhook, and the wait after the first, which doubles.
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_secs(2);
/// How long a program may run, in looks at it.
const LOOKS: u32 = 300;
const LOOK: Duration = Duration::from_millis(100);

/// A notice, when, and whose.
pub type Told = (Notice, u64, String);

/// Starts the thread that tells; nothing where nobody is to be told. It is started before the daemon shuts itself off, because programs are run from it.
///
/// # Errors
/// There is no thread to be had, or nothing vouches for the webhook.
pub fn start(settings: Notify) -> io::Result<Option<SyncSender<Told>>> {
    if settings.webhook.is_none() && settings.command.is_empty() {
        return Ok(None);
    }
    let webhook = settings.webhook.as_deref().map(Address::read).transpose().map_err(io::Error::other)?;
    let file = settings.webhook_ca.clone().unwrap_or_else(|| SYSTEM.into());
    let secure = settings.webhook.as_deref().is_some_and(|address| address.starts_with("https"));
    let trusted = secure.then(|| trust(&file)).transpose()?;
    let (sender, receiver) = sync_channel(WAITING);
    let run = move || tell_all(&receiver, webhook.as_ref(), trusted.as_ref(), &settings.command);
    thread::Builder::new().name("notify".to_owned()).spawn(run)?;
    Ok(Some(sender))
}

/// Passes notices on until nobody makes any.
pub async fn pass(mut changes: Changes<Change>, controller: String, sender: SyncSender<Told>) {
    loop {
        match changes.recv().await {
            Ok(Change { what: What::Notice(notice), at_ms, .. }) => {
                if sender.try_send((notice, at_ms, controller.clone())).is_err() {
                    error!("a notice was dropped: {WAITING} wait already");
                }
            }
            Ok(_) => {}
            Err(RecvError::Lagged(missed)) => warn!("{missed} changes were missed; a notice may be among them"),
            Err(RecvError::Closed) => return,
        }
    }
}

fn tell_all(
    notices: &Receiver<Told>,
    webhook: Option<&Address>,
    trusted: Option<&std::sync::Arc<rustls::ClientConfig>>,
    command: &[String],
) {
    for told in notices {
        if let Err(error) = run(command, &told) {
            error!("telling by program: {error}");
        }
        let Some(webhook) = webhook else { continue };
        let json = body(&told);
        for attempt in 0..TRIES {
            match webhook.post(&json, trusted) {
                Ok(()) => break,
                Err(error) => warn!("telling by webhook: {error}"),
            }
            if attempt + 1 < TRIES {
                thread::sleep(PAUSE * 2u32.pow(attempt));
            }
        }
    }
}

/// What the webhook gets.
fn body((notice, at_ms, controller): &Told) -> String {
    let at = clock::text(*at_ms);
    let (what, outlet, sentence, urgent) = (notice.what, &notice.outlet, &notice.sentence, notice.urgent);
    json!({ "at": at, "controller": controller, "what": what, "outlet": outlet, "sentence": sentence, "urgent": urgent }).to_string()
}

/// Runs the program; kills it after half a minute.
fn run(command: &[String], (notice, at_ms, controller): &Told) -> io::Result<()> {
    let Some((program, arguments)) = command.split_first() else { return Ok(()) };
    let child = Command::new(program)
        .args(arguments)
        .env("WIRELOOM_AT", clock::text(*at_ms))
        .env("WIRELOOM_CONTROLLER", controller)
        .env("WIRELOOM_WHAT", notice.what)
        .env("WIRELOOM_OUTLET", notice.outlet.as_deref().unwrap_or_default())
        .env("WIRELOOM_SENTENCE", &notice.sentence)
        .env("WIRELOOM_URGENT", if notice.urgent { "1" } else { "0" })
        .env_remove("NOTIFY_SOCKET")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()?;
    wait(child)
}

fn wait(mut child: Child) -> io::Result<()> {
    for _ in 0..LOOKS {
        if let Some(status) = child.try_wait()? {
            return if status.success() { Ok(()) } else { Err(io::Error::other(status.to_string())) };
        }
        thread::sleep(LOOK);
    }
    child.kill()?;
    child.wait()?;
    Err(io::Error::from(io::ErrorKind::TimedOut))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told() -> Told {
        let sentence = "`pi[2]` is silent; $(reboot)\n".to_owned();
        (Notice { what: "gave-up", outlet: Some("pi[2]".to_owned()), sentence, urgent: true }, 0, "pi[5]".to_owned())
    }

    #[test]
    fn a_program_is_run_without_a_shell_and_its_failure_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("told");
        // The test's own shell: the words reach it through the environment and are not read as code.
        let script = format!("printf %s \"$WIRELOOM_WHAT $WIRELOOM_SENTENCE\" > {}", path.display());
        run(&["/bin/sh".to_owned(), "-c".to_owned(), script], &told()).unwrap();
        assert_eq!(std::fs::read_to_string(path).unwrap(), "gave-up `pi[2]` is silent; $(reboot)\n");
        assert!(run(&["/bin/false".to_owned()], &told()).is_err());
        assert!(run(&["/nonexistent".to_owned()], &told()).is_err());
    }

    #[test]
    fn the_webhook_gets_one_object() {
        let body: serde_json::Value = serde_json::from_str(&body(&told())).unwrap();
        assert_eq!((body["what"].as_str(), body["urgent"].as_bool()), (Some("gave-up"), Some(true)));
    }
}
