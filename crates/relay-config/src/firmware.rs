//! What `config.txt` makes of a pin between power-on and the daemon.

use crate::{Level, RelayConfig};

impl RelayConfig {
    /// The level that the firmware's lines drive a pin to; `None` if they leave it an input. Later lines win.
    pub fn firmware_level(&self, pin: u32) -> Option<Level> {
        held(&self.config_txt, pin)
    }
}

/// The level that `gpio=` lines drive a pin to; `None` if they leave it an input. Later lines win.
pub fn held<S: AsRef<str>>(lines: &[S], pin: u32) -> Option<Level> {
    let (mut output, mut level) = (false, None);
    for line in lines {
        let Some((pins, options)) = line.as_ref().strip_prefix("gpio=").and_then(|rest| rest.split_once('=')) else {
            continue;
        };
        let number = |text: &str| text.trim().parse::<u32>().ok();
        let meant = pins.split(',').any(|one| match one.split_once('-') {
            Some((from, to)) => number(from).zip(number(to)).is_some_and(|(from, to)| (from..=to).contains(&pin)),
            None => number(one) == Some(pin),
        });
        for option in options.split(',').filter(|_| meant) {
            match option.trim() {
                "op" => output = true,
                "ip" | "a0" | "a1" | "a2" | "a3" | "a4" | "a5" => output = false,
                "dh" => level = Some(Level::High),
                "dl" => level = Some(Level::Low),
                _ => {}
            }
        }
    }
    level.filter(|_| output)
}

#[cfg(test)]
mod tests {
    use super::{Level, held};

    #[test]
    fn later_firmware_lines_win() {
        let lines = |text: &str| -> Vec<String> { text.lines().map(str::to_owned).collect() };
        assert_eq!(held(&lines("gpio=4-6=pu\ngpio=4-6=op,dh"), 5), Some(Level::High));
        assert_eq!(held(&lines("gpio=4,6=op,dh\ngpio=6=dl"), 6), Some(Level::Low));
        assert_eq!(held(&lines("gpio=4,6=op,dh\ngpio=6=ip"), 6), None);
        assert_eq!(held(&lines("gpio=4=op,dh\ndtparam=spi=off\ngpio=x=op,dl"), 18), None);
    }
}
