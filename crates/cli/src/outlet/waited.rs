//! What became of each outlet's request, looked at until nothing is under way.

use std::thread;
use std::time::Duration;

use cli::remote::Remote;
use serde::{Deserialize, Serialize};

use super::shown::Is;
use super::{No, get, understood};

/// Between two looks.
const LOOK: Duration = Duration::from_millis(400);
/// Looks in a row that may fail: a daemon that is started again is away for some seconds.
const MOST_MISSED: u32 = 60;

/// What became of a plan.
#[derive(Deserialize)]
pub struct Run {
    /// An outlet each.
    pub results: Vec<Ended>,
}

/// What became of one outlet's request.
#[derive(Deserialize, Serialize, Clone, PartialEq, Eq, Debug)]
pub struct Ended {
    /// The outlet's node.
    pub node: String,
    /// `accepted`, `queued`; at the end `done`, `refused`, `failed`, `cancelled`, `unknown`.
    pub state: String,
    /// A sentence.
    pub detail: String,
    /// The operation's number.
    pub operation: Option<u64>,
    /// What it waits for, or what refused it.
    pub rule: Option<String>,
}

impl Ended {
    /// Whether it is done, or will be.
    pub fn is_well(&self) -> bool {
        matches!(self.state.as_str(), "done" | "accepted" | "queued")
    }

    fn end(&mut self, state: &str, detail: String, rule: Option<String>) {
        (self.state, self.detail, self.rule) = (state.to_owned(), detail, rule);
    }
}

/// One operation.
#[derive(Deserialize)]
struct Operation {
    id: u64,
    state: String,
    rule: Option<String>,
    detail: Option<String>,
}

/// Waits until each has ended, and tells of each as it does. An `off` has ended when the load is off, although its operation goes on to the lease's end.
///
/// # Errors
/// The daemon does not answer any more; what was begun goes on without a listener.
pub fn wait(
    remote: &Remote,
    results: &mut [Ended],
    told: &mut impl FnMut(&Ended) -> Result<(), String>,
) -> Result<(), No> {
    let is_open = |one: &Ended| matches!(one.state.as_str(), "accepted" | "queued");
    for one in results.iter() {
        // What waits is told of at once, with what it waits for.
        if one.state != "accepted" {
            told(one)?;
        }
    }
    let mut missed = 0;
    while results.iter().any(is_open) {
        let looked = look(remote);
        let (operations, outlets) = match looked {
            Ok(looked) => looked,
            Err(No::Failed(_)) if missed < MOST_MISSED => {
                missed += 1;
                thread::sleep(LOOK);
                continue;
            }
            Err(No::Failed(words)) => {
                return Err(No::Failed(format!("{words}\nwhat was begun goes on; nobody told its end")));
            }
            Err(no) => return Err(no),
        };
        missed = 0;
        for one in results.iter_mut().filter(|one| is_open(one)) {
            if is_ended(one, &operations, &outlets) {
                told(one)?;
            }
        }
        if results.iter().any(is_open) {
            thread::sleep(LOOK);
        }
    }
    Ok(())
}

fn look(remote: &Remote) -> Result<(Vec<Operation>, Vec<Is>), No> {
    // Operations first: an outlet that is looked at later is never older than what is told of its operation.
    let operations = understood(get(remote, "/api/v1/operations")?)?;
    Ok((operations, understood(get(remote, "/api/v1/outlets")?)?))
}

/// Ends it, if it has ended.
fn is_ended(one: &mut Ended, operations: &[Operation], outlets: &[Is]) -> bool {
    let Some(operation) = operations.iter().find(|own| Some(own.id) == one.operation) else {
        one.end("unknown", "the daemon tells no more of it; its audit log does".to_owned(), None);
        return true;
    };
    let outlet = outlets.iter().find(|own| own.node == one.node);
    let detail = || operation.detail.clone().unwrap_or_default();
    match operation.state.as_str() {
        "done" => {
            let power = outlet.map_or("unknown", |own| own.commanded.as_str());
            one.end("done", format!("its power is {power}"), None);
        }
        "failed" | "cancelled" => one.end(&operation.state, detail(), operation.rule.clone()),
        "running" => {
            let Some(outlet) = outlet else { return false };
            if let Some(fault) = &outlet.fault {
                one.end("failed", format!("{fault}; the daemon keeps trying"), Some("line".to_owned()));
                return true;
            }
            let Some(lease) = &outlet.lease else { return false };
            if lease.cycle || outlet.phase != "off" || lease.operation != operation.id {
                return false;
            }
            one.end("done", format!("its power is off until {}", lease.off_until), None);
        }
        _ => return false,
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(operations: &str, outlets: &str) -> Option<(String, String)> {
        let mut one = Ended {
            node: "pi[1]".to_owned(),
            state: "accepted".to_owned(),
            detail: String::new(),
            operation: Some(7),
            rule: None,
        };
        let operations: Vec<Operation> = serde_json::from_str(operations).expect("operations");
        let outlets: Vec<Is> = serde_json::from_str(outlets).expect("outlets");
        is_ended(&mut one, &operations, &outlets).then_some((one.state, one.detail))
    }

    fn outlet(phase: &str, lease: u64, cycle: bool, fault: &str) -> String {
        format!(
            r#"[{{"id":"pi-1","node":"pi[1]","commanded":"off","observed":null,"phase":"{phase}","health":"unknown","silent":0,"lock":null,
                "lease":{{"operation":{lease},"cycle":{cycle},"off_until":"2026-01-01T00:00:00Z","reason":"r","actor":"a"}},"queued":null,"fault":{fault},"takes_down":[]}}]"#
        )
    }

    fn operation(state: &str) -> String {
        format!(r#"[{{"id":7,"state":"{state}","rule":"queue-max","detail":"it waited"}}]"#)
    }

    #[test]
    fn an_off_ends_when_the_load_is_off_and_a_cycle_when_its_power_is_back() {
        let off = outlet("off", 7, false, "null");
        let done = Some(("done".to_owned(), "its power is off until 2026-01-01T00:00:00Z".to_owned()));
        assert_eq!(after(&operation("running"), &off), done);
        assert_eq!(after(&operation("running"), &outlet("cutting", 7, false, "null")), None);
        assert_eq!(after(&operation("running"), &outlet("off", 6, false, "null")), None, "another's lease");
        assert_eq!(after(&operation("running"), &outlet("off", 7, true, "null")), None, "a cycle");
        assert_eq!(after(&operation("queued"), &off), None);
        assert_eq!(after(&operation("done"), &off).map(|(state, _)| state), Some("done".to_owned()));
    }

    #[test]
    fn what_fails_is_no_success_and_what_is_not_known_is_told_so() {
        let (state, detail) = after(&operation("failed"), "[]").expect("an end");
        assert_eq!((state.as_str(), detail.as_str()), ("failed", "it waited"));
        let (state, detail) = after(&operation("running"), &outlet("off", 7, false, r#""stuck""#)).expect("an end");
        assert_eq!((state.as_str(), detail.as_str()), ("failed", "stuck; the daemon keeps trying"));
        assert_eq!(after("[]", "[]").expect("an end").0, "unknown");
    }
}
