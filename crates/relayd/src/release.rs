//! Giving power to whatever should have it although no daemon runs: for systemd, after the daemon has ended in whatever way.

use relay_config::{Contact, Level, RelayConfig};
use relay_engine::{Now, Standing};

use crate::clock::Moment;
use crate::journal::{Contents, Damage, Journal, Lease};
use crate::lines::gpio::Gpio;
use crate::lines::kernel::Kernel;
use crate::lines::{CONSUMER, LineError, Lines, Wanted, wanted};

/// Which leases are ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Which {
    /// Those that are over: another daemon comes and ends the others in time.
    Overdue,
    /// All: no other daemon comes.
    All,
}

/// What became of an outlet that was to have power.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fate {
    /// Its line is driven to the level that gives power, and the pin has it.
    Powered,
    /// As [`Fate::Powered`], but its load hangs on an NO contact: it loses power again when nobody holds the line.
    WhileHeld,
    /// A daemon holds its line: it is running, or systemd keeps the line for it.
    Held,
    /// Why it could not be done.
    Failed(LineError),
    /// The config does not name it.
    Unknown,
}

/// What was done about an outlet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Done {
    /// The outlet's name.
    pub outlet: String,
    /// What became of it.
    pub fate: Fate,
}

/// Whether a lease is over, or its clock cannot be believed.
fn is_over(lease: &Lease, now: &Moment) -> bool {
    let (wall_ms, mono_ms) = (now.wall_ms, now.mono_ms);
    // How long a lease may be, the config says, which may be the thing that is broken.
    !matches!(lease.standing(Now { mono_ms, wall_ms }, &now.boot, u64::MAX), Standing::Runs { .. })
}

/// Outlets whose lease is to be ended. With a damaged journal, every outlet: a lease may be lost, and giving power to what has it does no harm.
pub fn due(
    config: &RelayConfig,
    contents: &Contents,
    damage: Option<&Damage>,
    which: Which,
    now: &Moment,
) -> Vec<String> {
    let over = |lease: &&Lease| which == Which::All || is_over(lease, now);
    let mut names: Vec<String> = contents.leases.iter().filter(over).map(|lease| lease.outlet.clone()).collect();
    if damage.is_some() {
        names.extend(config.outlets.iter().map(|outlet| outlet.name.clone()));
    }
    names.sort();
    names.dedup();
    names
}

/// Drives the lines of some outlets to the level that gives power; each by itself, so that one that cannot be had keeps no other dark. The lines are held
/// until the second value is dropped.
pub fn power<'a, K: Kernel>(kernel: &'a K, config: &RelayConfig, outlets: &[String]) -> (Vec<Done>, Vec<Gpio<&'a K>>) {
    let (all, mut done, mut held) = (wanted(config), Vec::new(), Vec::new());
    for outlet in outlets {
        let at = config.outlets.iter().position(|other| other.name == *outlet);
        let fate = match at {
            None => Fate::Unknown,
            Some(at) => {
                let (contact, active) = (config.outlets[at].contact, config.outlets[at].active);
                let level = if contact == Contact::Nc { all[at].safe } else { active };
                match drive(kernel, &all[at], level) {
                    Ok(lines) => {
                        held.push(lines);
                        if contact == Contact::Nc { Fate::Powered } else { Fate::WhileHeld }
                    }
                    Err(LineError::Busy { holder, .. }) if holder == CONSUMER => Fate::Held,
                    Err(error) => Fate::Failed(error),
                }
            }
        };
        done.push(Done { outlet: outlet.clone(), fate });
    }
    (done, held)
}

/// Takes a line, drives it and reads it back.
fn drive<'a, K: Kernel>(kernel: &'a K, wanted: &Wanted, level: Level) -> Result<Gpio<&'a K>, LineError> {
    // The level goes with the request: the line never stands at another one.
    let wanted = Wanted { safe: level, ..wanted.clone() };
    let taken = Gpio::take(kernel, std::slice::from_ref(&wanted), Vec::new());
    let mut lines = taken.map_err(|mut errors| errors.remove(0))?.lines;
    lines.set(0, level)?;
    if lines.levels()? == [level] {
        return Ok(lines);
    }
    Err(LineError::Io { what: format!("driving `{}`", wanted.line), why: "the pin reads the other level".to_owned() })
}

/// Strikes the leases of outlets that have power from the journal.
///
/// # Errors
/// Whatever the disk says; the next daemon ends those leases once more.
pub fn strike(journal: &mut Journal, done: &[Done]) -> std::io::Result<()> {
    let powered = |outlet: &String| done.iter().any(|done| done.outlet == *outlet && done.fate == Fate::Powered);
    let mut contents = journal.contents().clone();
    contents.leases.retain(|lease| !powered(&lease.outlet));
    if contents == *journal.contents() { Ok(()) } else { journal.persist(contents) }
}

#[cfg(test)]
mod tests {
    use relay_engine::Actor;

    use super::*;
    use crate::config::tests::file;
    use crate::lines::fake::Fake;

    fn lease(outlet: &str, until: u64) -> Lease {
        let text = |text: &str| text.to_owned();
        Lease {
            outlet: text(outlet),
            operation: 1,
            boot: text("this"),
            off_at_ms: 0,
            off_until_ms: until,
            off_at_mono_ms: 1,
            off_until_mono_ms: until,
            actor: Actor::Account(text("anna")),
            reason: text("hangs"),
            cycle: true,
        }
    }

    fn now(mono_ms: u64) -> Moment {
        Moment { boot: "this".to_owned(), wall_ms: 5, mono_ms }
    }

    #[test]
    fn a_lease_ends_by_the_clock_that_nobody_sets_and_after_a_reboot_by_the_other() {
        let moment = |boot: &str, wall_ms, mono_ms| Moment { boot: boot.to_owned(), wall_ms, mono_ms };
        let wall = 1_000_000;
        let times =
            Lease { off_at_ms: wall, off_until_ms: wall + 10_000, off_at_mono_ms: 500, ..lease("pi[1]", 10_500) };
        let ends = |boot: &str, wall_ms, mono_ms| is_over(&times, &moment(boot, wall_ms, mono_ms));
        assert!(!ends("this", 0, 500) && !ends("this", u64::MAX, 10_499));
        assert!(ends("this", wall + 1, 10_500) && ends("this", wall + 1, 499));
        assert!(!ends("next", wall + 9_999, 1));
        assert!(ends("next", wall + 10_000, 1) && ends("next", wall - 1, 1));
    }

    #[test]
    fn overdue_leases_end_and_the_others_run_on_unless_nobody_comes() {
        let config = RelayConfig::parse(&file(&[4, 5, 6])).unwrap();
        let contents = Contents { leases: vec![lease("pi[4]", 100), lease("pi[5]", 200)], ..Contents::default() };
        let due = |which, damage: Option<Damage>| due(&config, &contents, damage.as_ref(), which, &now(150));
        assert_eq!(due(Which::Overdue, None), ["pi[4]"]);
        assert_eq!(due(Which::All, None), ["pi[4]", "pi[5]"]);
        assert_eq!(due(Which::Overdue, Some(Damage("torn".to_owned()))), ["pi[4]", "pi[5]", "pi[6]"]);
    }

    #[test]
    fn power_comes_back_for_each_that_can_have_it_and_its_lease_is_struck() {
        let config = RelayConfig::parse(&file(&[4, 5, 6, 7])).unwrap();
        let fake = Fake::with("pinctrl", 54);
        // As a daemon left them on a kernel that keeps outputs: both energised.
        fake.pin(4, |pin| (pin.high, pin.info.output) = (false, true));
        fake.pin(5, |pin| (pin.high, pin.info.output) = (false, true));
        fake.pin(6, |pin| (pin.info.used, pin.info.consumer) = (true, CONSUMER.to_owned()));
        fake.pin(7, |pin| (pin.info.used, pin.info.consumer) = (true, "fan".to_owned()));
        let names = ["pi[4]", "pi[5]", "pi[6]", "pi[7]", "pi[9]"].map(str::to_owned);
        let (done, held) = power(&fake, &config, &names);
        assert_eq!(fake.edges(), [(4, true), (5, true)]);
        let fates: Vec<&Fate> = done.iter().map(|done| &done.fate).collect();
        assert!(
            matches!(fates[..], [Fate::Powered, Fate::Powered, Fate::Held, Fate::Failed(_), Fate::Unknown]),
            "{fates:?}"
        );
        assert_eq!(held.len(), 2);
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::read(&folder.path().join("journal")).unwrap().0;
        let leases = names.iter().map(|name| lease(name, 9)).collect();
        journal.persist(Contents { leases, ..Contents::default() }).unwrap();
        strike(&mut journal, &done).unwrap();
        let left = Journal::read(&folder.path().join("journal")).unwrap().0;
        let left: Vec<&str> = left.contents().leases.iter().map(|lease| lease.outlet.as_str()).collect();
        assert_eq!(left, ["pi[6]", "pi[7]", "pi[9]"]);
    }

    #[test]
    fn a_load_on_a_normally_open_contact_has_power_only_while_the_line_is_held() {
        let text = file(&[4]).replace("contact = \"nc\"\nat-rest = \"on\"", "contact = \"no\"\nat-rest = \"off\"");
        let config = RelayConfig::parse(&text).unwrap();
        let fake = Fake::with("pinctrl", 54);
        let (done, held) = power(&fake, &config, &["pi[4]".to_owned()]);
        assert_eq!((done[0].fate.clone(), fake.edges()), (Fate::WhileHeld, vec![(4, false)]));
        drop(held);
        assert!(!fake.0.borrow().chips[0].1[4].info.used);
    }
}
