//! What the tests in the virtual machine say, a line each: `ok`, `fail`, `left-out` or `note`, a room, what was looked at, what was seen, parted by tabs;
//! at the end `end` and how many of the first three there were.

use anyhow::bail;

/// What was said.
#[derive(Default)]
pub struct Log {
    passed: usize,
    failed: Vec<String>,
    left_out: usize,
    end: Option<usize>,
    strange: Vec<String>,
}

impl Log {
    /// Hears a line; gives it as a person reads it.
    pub fn hear(&mut self, line: &str) -> Option<String> {
        let fields: Vec<&str> = line.split('\t').collect();
        let row = |word: &str| format!("{word:<9}{:<9}{}: {}", fields[1], fields[2], fields[3]);
        match fields[..] {
            ["ok", ..] if fields.len() == 4 => {
                self.passed += 1;
                Some(row("ok"))
            }
            ["fail", ..] if fields.len() == 4 => {
                self.failed.push(row("").trim_start().to_owned());
                Some(row("FAILED"))
            }
            ["left-out", ..] if fields.len() == 4 => {
                self.left_out += 1;
                Some(row("LEFT OUT"))
            }
            ["note", ..] if fields.len() == 4 => Some(row("")),
            ["end", count] => {
                self.end = count.parse().ok();
                None
            }
            // The firmware clears a screen that is not there.
            _ if line.chars().all(|letter| letter.is_control() || letter.is_whitespace()) => None,
            _ => {
                self.strange.push(line.to_owned());
                Some(format!("?        {line}"))
            }
        }
    }

    /// The sum of what was seen.
    ///
    /// # Errors
    /// Something failed, or the tests did not come to their end.
    pub fn verdict(&self, what: &str) -> anyhow::Result<()> {
        let Self { passed, failed, left_out, end, strange } = self;
        println!("{what}: {passed} ok, {} failed, {left_out} left out", failed.len());
        let heard = passed + failed.len() + left_out;
        if !failed.is_empty() {
            bail!("in the virtual machine failed:\n{}", failed.join("\n"));
        }
        if !strange.is_empty() {
            bail!("the virtual machine said what nobody understands: {}", strange.join(" / "));
        }
        match end {
            None => bail!("the tests in the virtual machine did not come to their end"),
            Some(0) => bail!("nothing was looked at in the virtual machine"),
            Some(end) if *end != heard => bail!("the virtual machine said {end} things, and {heard} were heard"),
            Some(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(lines: &[&str]) -> String {
        let mut log = Log::default();
        for line in lines {
            log.hear(line);
        }
        log.verdict("a log").map_or_else(|error| error.to_string(), |()| "fine".to_owned())
    }

    #[test]
    fn only_a_whole_log_without_a_failure_is_fine() {
        let ok = "ok\tlines\ttaken\teight";
        assert_eq!(
            verdict(&[ok, "note\tlines\ttime\t3 ms", "left-out\ttable\tpower loss\tno power here", "end\t2"]),
            "fine"
        );
        assert!(verdict(&[ok]).contains("did not come to their end"));
        assert!(verdict(&[ok, "end\t2"]).contains("2 things, and 1 were heard"));
        assert!(verdict(&["end\t0"]).contains("nothing was looked at"));
        assert!(verdict(&[ok, "fail\tlines\tkept\tan edge", "end\t2"]).contains("kept: an edge"));
        assert!(verdict(&[ok, "thread 'main' panicked", "end\t1"]).contains("nobody understands"));
    }
}
