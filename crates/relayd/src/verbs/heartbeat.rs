//! `wireloom-relayd heartbeat`: a node tells a controller that it lives, under a signature instead of a token.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use pin::Fingerprint;
use relayd::edge::exchange::{Line, Place};
use relayd::signed::{Kind, Secret};

use crate::{FINE, FOUND, complain};

/// What a node has to know.
#[derive(Args)]
pub struct Heartbeat {
    /// This node: the name of its outlet, `pi[2]`
    #[arg(long, value_name = "NAME")]
    node: String,
    /// The controller, `pi[5]`
    #[arg(long, value_name = "NAME")]
    controller: String,
    /// Where it serves: `https://pi-5:8443`
    #[arg(long, value_name = "URL", value_parser = Place::read)]
    at: Place,
    /// Of its certificate, as `wireloom-relayd certificate` prints it there
    #[arg(long, value_name = "SHA256", value_parser = Fingerprint::read)]
    fingerprint: Fingerprint,
    /// What this node shares with the controller; nobody else may read the file
    #[arg(long, value_name = "FILE")]
    secret_file: PathBuf,
    /// Go on, once in so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=3600))]
    every: Option<u32>,
}

pub fn run(given: &Heartbeat) -> Result<u8, String> {
    let Heartbeat { node, controller, at, fingerprint, secret_file, every } = given;
    let secret = Secret::read(secret_file)?;
    let mut line = Line::new(at.clone(), *fingerprint, secret, (Kind::Heartbeat, node, controller))?;
    // Brackets stand for themselves in an address, but for strict readers of it.
    let path = format!("/api/v1/heartbeat/{}", node.replace('[', "%5B").replace(']', "%5D"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| error.to_string())?.block_on(async {
        loop {
            let said = line.say(&path, &serde_json::json!({})).await;
            if let Err(words) = &said {
                complain(format_args!("{controller} did not take it: {words}"));
            }
            let Some(every) = every else { return Ok(if said.is_ok() { FINE } else { FOUND }) };
            tokio::time::sleep(Duration::from_secs(u64::from(*every))).await;
        }
    })
}
