//! What the daemon would do to which line, without touching any: chips, names, levels, firmware.

use std::fmt::Write as _;

use relay_config::{Contact, Level, Outlet, Power, RelayConfig};

use crate::firmware::{Verdict, compare};
use crate::lines::gpio::{find, look_at};
use crate::lines::kernel::Kernel;
use crate::lines::wanted;
use crate::peers::{Known, Neighbour};
use crate::settings::Settings;
use crate::signed::Kind;

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// For a person.
    pub text: String,
    /// Nothing stands in the daemon's way, and the firmware holds what it should.
    pub fine: bool,
}

fn power(power: Power) -> &'static str {
    match power {
        Power::On => "on",
        Power::Off => "off",
    }
}

fn word(level: Level) -> &'static str {
    match level {
        Level::Low => "low",
        Level::High => "high",
    }
}

/// The row of an outlet's two levels: `high: on` at rest, `low: off` energised.
fn levels(outlet: &Outlet) -> [String; 2] {
    let (rest, energised) = match outlet.contact {
        Contact::Nc => (Power::On, Power::Off),
        Contact::No => (Power::Off, Power::On),
    };
    [(outlet.safe, rest), (outlet.active, energised)].map(|(level, load)| format!("{}: {}", word(level), power(load)))
}

/// Looks at everything. `firmware` is the path and text of `config.txt`, `persist` what the driver says happens to lines that are given back.
pub fn report(
    config: &RelayConfig,
    kernel: &impl Kernel,
    firmware: Option<(&str, &str)>,
    persist: Option<&str>,
) -> Report {
    let mut text = format!("{} {}, controller `{}`\n\n", config.build.name, config.build.version, config.controller);
    let mut problems = Vec::new();
    let chips = kernel.chips().unwrap_or_else(|error| {
        problems.push(format!("looking for GPIO chips: {error}"));
        Vec::new()
    });
    for chip in &config.chips {
        let _ = match find(&chips, &chip.label) {
            Ok(at) => {
                writeln!(text, "chip `{}`: {}, {} lines", chip.label, chips[at].device.display(), chips[at].lines)
            }
            Err(error) => {
                problems.push(error.to_string());
                writeln!(text, "chip `{}`: not found", chip.label)
            }
        };
    }
    let mut rows = vec![["outlet", "line", "contact", "at rest", "energised", "is"].map(str::to_owned)];
    for (outlet, wanted) in config.outlets.iter().zip(wanted(config)) {
        let is = match find(&chips, &outlet.chip) {
            Err(_) => "?".to_owned(),
            Ok(at) => match look_at(kernel, &chips[at], &wanted) {
                Ok(true) => "an output: its level is taken over".to_owned(),
                Ok(false) => format!("an input: will be driven {}", word(outlet.safe)),
                Err(error) => {
                    problems.push(error.to_string());
                    "not to be had".to_owned()
                }
            },
        };
        let contact = match outlet.contact {
            Contact::Nc => "NC",
            Contact::No => "NO",
        };
        let [rest, energised] = levels(outlet);
        let line = format!("{} ({})", outlet.line, outlet.offset);
        rows.push([outlet.name.clone(), line, contact.to_owned(), rest, energised, is]);
    }
    text.push('\n');
    table(&rows, &mut text);
    text.push('\n');
    match firmware {
        _ if config.config_txt.is_empty() => {}
        None => text += "config.txt: no firmware settings on this machine; not compared\n",
        Some((path, found)) => settings(&config.config_txt, path, found, &mut text, &mut problems),
    }
    match persist {
        Some("Y") => text += "given back, a line stays as it was (persist_gpio_outputs = Y)\n",
        Some(_) => text += "given back, a line becomes an input, and its pull decides (persist_gpio_outputs = N)\n",
        None => text += "given back, a line does what its driver wants: the driver does not say\n",
    }
    if !problems.is_empty() {
        text += "\nIn the way:\n";
        for problem in &problems {
            let _ = writeln!(text, "- {problem}");
        }
    }
    Report { text, fine: problems.is_empty() }
}

/// Looks whom the daemon would know by a secret. Nobody is spoken with.
pub fn others(config: &RelayConfig, settings: &Settings) -> Report {
    let (known, problems) = Known::open(settings, config);
    let mut text = String::new();
    for (name, Neighbour { place, fingerprint, .. }) in known.peers() {
        let _ = writeln!(text, "controller `{name}`: told at {place}, sha256 Fingerprint={fingerprint}");
    }
    for name in settings.node.keys().filter(|name| known.secret(Kind::Heartbeat, name).is_some()) {
        let _ = writeln!(text, "node `{name}`: signs its heartbeats");
    }
    for name in config.expected_peers().into_iter().filter(|name| !settings.peer.contains_key(*name)) {
        let _ = writeln!(text, "controller `{name}`: not spoken with; `[peer.\"{name}\"]` would say how");
    }
    if !problems.is_empty() {
        text += "\nIn the way:\n";
        for problem in &problems {
            let _ = writeln!(text, "- {problem}");
        }
    }
    Report { text, fine: problems.is_empty() }
}

/// Looks which broker would be told what. Nobody is spoken with.
#[cfg(feature = "mqtt")]
pub fn broker(config: &RelayConfig, settings: &Settings) -> Report {
    use crate::mqtt::{Broker, Names};
    let Some(own) = &settings.mqtt else { return Report { text: String::new(), fine: true } };
    let broker = match Broker::open(own) {
        Ok(broker) => broker,
        Err(words) => return Report { text: format!("In the way:\n- broker: {words}\n"), fine: false },
    };
    let names = Names::new(own, config);
    let mut text = format!("broker: told at {broker}, {}, below `{}`\n", broker.known_by(), names.base());
    match names.discovery() {
        Some(prefix) => text += &format!("Home Assistant finds its outlets below `{prefix}`\n"),
        None => text += "Home Assistant finds nothing: `discovery-prefix` is empty\n",
    }
    match &own.switch_as {
        Some(account) => text += &format!("messages switch as account `{account}`, which has to be an operator's\n"),
        None => text += "messages switch nothing; `switch-as` would name an account\n",
    }
    Report { text, fine: true }
}

/// Nothing: this program was built without MQTT, and settings that name a broker are refused.
#[cfg(not(feature = "mqtt"))]
pub fn broker(_: &RelayConfig, _: &Settings) -> Report {
    Report { text: String::new(), fine: true }
}

/// Compares firmware lines.
fn settings(wanted: &[String], path: &str, found: &str, text: &mut String, problems: &mut Vec<String>) {
    let _ = writeln!(text, "{path}:");
    for (line, verdict) in wanted.iter().zip(compare(wanted, found)) {
        let words = match &verdict {
            Verdict::There => "is there".to_owned(),
            Verdict::Missing => "is missing".to_owned(),
            Verdict::Filtered(filter) => format!("stands under `[{filter}]` only"),
            Verdict::Undone(later) => format!("is undone by `{later}` below it"),
        };
        let _ = writeln!(text, "  `{line}` {words}");
        if verdict != Verdict::There {
            problems.push(format!("{path}: `{line}` {words}"));
        }
    }
    if found.lines().any(|line| line.trim_start().starts_with("include ")) {
        *text += "  (it includes other files, which were not read)\n";
    }
}

/// Columns as wide as their widest cell.
fn table(rows: &[[String; 6]], text: &mut String) {
    let wide = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let _ = write!(line, "{cell:<width$}  ", width = wide(column));
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::file;
    use crate::lines::fake::Fake;

    #[test]
    fn a_box_that_is_ready_is_shown_and_no_line_is_touched() {
        let config = RelayConfig::parse(&file(&[4, 18])).unwrap();
        let fake = Fake::with("pinctrl", 54);
        fake.pin(18, |pin| pin.info.output = true);
        let report = report(&config, &fake, Some(("/boot/config.txt", "gpio=4=op,dh\n")), Some("N"));
        let expected = "\
pi-1u 2, controller `host`

chip `pinctrl`: /dev/gpiochip0, 54 lines

outlet  line         contact  at rest   energised  is
pi[4]   GPIO4 (4)    NC       high: on  low: off   an input: will be driven high
pi[18]  GPIO18 (18)  NC       high: on  low: off   an output: its level is taken over

/boot/config.txt:
  `gpio=4=op,dh` is there
given back, a line becomes an input, and its pull decides (persist_gpio_outputs = N)
";
        assert_eq!(report, Report { text: expected.to_owned(), fine: true });
        assert!(fake.edges().is_empty() && fake.0.borrow().calls.is_empty());
    }

    #[test]
    fn what_is_in_the_way_is_listed() {
        let config = RelayConfig::parse(&file(&[4, 5])).unwrap();
        let fake = Fake::with("pinctrl", 54);
        fake.pin(5, |pin| (pin.info.used, pin.info.consumer) = (true, "spi0 CS1".to_owned()));
        let busy = report(&config, &fake, Some(("/boot/config.txt", "include other.txt\n")), None);
        assert!(!busy.fine);
        let end = "In the way:\n- outlet `pi[5]`: line `GPIO5` is held by `spi0 CS1`\n- /boot/config.txt: `gpio=4=op,dh` is missing\n";
        assert!(busy.text.ends_with(end), "{}", busy.text);
        let absent = report(&config, &Fake::with("other", 4), None, None);
        let end = "In the way:\n- no GPIO chip has the label `pinctrl`; there are `other` (/dev/gpiochip0)\n";
        assert!(!absent.fine && absent.text.ends_with(end), "{}", absent.text);
    }

    #[test]
    fn other_controllers_are_shown_and_nobody_is_spoken_with() {
        use std::os::unix::fs::PermissionsExt as _;
        let text = file(&[4]).replace("config-txt", "watched-by = [\"pi[7]\", \"pi[8]\"]\nconfig-txt");
        let config = RelayConfig::parse(&text).unwrap();
        assert!(others(&RelayConfig::parse(&file(&[4])).unwrap(), &Settings::default()).text.is_empty());
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("secret");
        std::fs::write(&secret, "0123456789abcdef0123456789abcdef\n").unwrap();
        std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).unwrap();
        let path = secret.display();
        let print = "ab".repeat(32);
        let settings = format!(
            "[peer.\"pi[7]\"]\nurl = \"https://10.0.0.7\"\nfingerprint = \"{print}\"\nsecret-file = \"{path}\"\n[node.\"pi[4]\"]\nsecret-file = \"{path}\"\n"
        );
        let colons = vec!["AB"; 32].join(":");
        let expected = format!(
            "controller `pi[7]`: told at https://10.0.0.7:8443, sha256 Fingerprint={colons}\nnode `pi[4]`: signs its heartbeats\n\
             controller `pi[8]`: not spoken with; `[peer.\"pi[8]\"]` would say how\n"
        );
        let report = others(&config, &Settings::read(&settings).unwrap());
        assert_eq!(report, Report { text: expected, fine: true });
        let wrong = Settings::read(&settings.replace("pi[7]", "pi[9]")).unwrap();
        assert!(!others(&config, &wrong).fine);
    }
    #[cfg(feature = "mqtt")]
    #[test]
    fn the_broker_is_shown_with_what_it_is_known_by_and_nobody_is_spoken_with() {
        let config = RelayConfig::parse(&file(&[4])).unwrap();
        let shown = |text: &str| broker(&config, &Settings::read(text).unwrap());
        assert!(shown("").text.is_empty());
        let here = shown("[mqtt]\nbroker = \"localhost\"\n");
        let expected = "broker: told at localhost:1883, without TLS, on this machine alone, below `wireloom/host`\n\
            Home Assistant finds its outlets below `homeassistant`\nmessages switch nothing; `switch-as` would name an account\n";
        assert_eq!(here, Report { text: expected.to_owned(), fine: true });
        let pin = "ab".repeat(32);
        let there = format!("[mqtt]\nbroker = \"10.0.0.9\"\nfingerprint = \"{pin}\"\nswitch-as = \"home\"\n");
        assert!(shown(&there).text.starts_with("broker: told at 10.0.0.9:8883, over TLS, sha256 Fingerprint=AB:AB:"));
        assert!(shown(&there).text.ends_with("messages switch as account `home`, which has to be an operator's\n"));
        let absent = shown("[mqtt]\nbroker = \"localhost\"\nuser = \"w\"\npassword-file = \"/nonexistent/p\"\n");
        assert!(!absent.fine && absent.text.contains("- broker: `/nonexistent/p`: "), "{}", absent.text);
    }
}
