//! Lines of GPIO chips: found by label and name, taken without an edge, kept over a restart.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::{AsFd as _, BorrowedFd};

use relay_config::Level;

use super::kernel::{ChipInfo, Kernel, MOST_LINES};
use super::{Found, LineError, Lines, Wanted, names};

/// Longest name in systemd's store.
const LONGEST_NAME: usize = 255;

/// A request that was kept over a restart, under the name that [`Lines::store`] gave it.
#[derive(Debug)]
pub struct Kept<R> {
    /// Its name in the store.
    pub name: String,
    /// The request.
    pub request: R,
}

/// Lines of one chip, in one request.
struct Held<R> {
    name: String,
    count: usize,
    request: R,
    fresh: bool,
}

/// Lines that are held.
pub struct Gpio<K: Kernel> {
    kernel: K,
    held: Vec<Held<K::Request>>,
    /// Request and bit of each line.
    place: Vec<(usize, usize)>,
    found: Vec<Found>,
}

/// What became of lines that were asked for.
pub struct Taken<K: Kernel> {
    /// They are held.
    pub lines: Gpio<K>,
    /// Names in the store that hold none of them, or nothing that works: to be taken out of it.
    pub unwanted: Vec<String>,
}

fn high(level: Level) -> bool {
    level == Level::High
}

fn level(bits: u64, bit: usize) -> Level {
    if bits >> bit & 1 == 1 { Level::High } else { Level::Low }
}

/// The name of a request in the store. It says which lines are in it and in which order, which the descriptor itself does not.
fn name(label: &str, offsets: &[u32]) -> String {
    let numbers: Vec<String> = offsets.iter().map(u32::to_string).collect();
    format!("{}={}", plain(label), numbers.join(","))
}

/// A label in the letters that the store takes.
fn plain(label: &str) -> String {
    let fine = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_' | '@');
    label.chars().map(|letter| if fine(letter) { letter } else { '_' }).collect()
}

/// The label and the numbers of a name.
fn read_name(name: &str) -> Option<(&str, Vec<u32>)> {
    let (label, numbers) = name.split_once('=')?;
    let numbers: Vec<u32> = numbers.split(',').map(str::parse).collect::<Result<_, _>>().ok()?;
    (numbers.len() <= MOST_LINES).then_some((label, numbers))
}

/// What the kernel says about a wanted line before anything is taken.
struct Look {
    line: usize,
    output: bool,
}

impl<K: Kernel> Gpio<K> {
    /// Takes lines, all or none. What `kept` holds of them stays at its level; the others of a chip are taken in one request with their levels: an output
    /// keeps the level that it has, everything else gets its safe one.
    ///
    /// # Errors
    /// Every line that cannot be had, before any is touched.
    pub fn take(kernel: K, wanted: &[Wanted], kept: Vec<Kept<K::Request>>) -> Result<Taken<K>, Vec<LineError>> {
        let mut lines = Self { kernel, held: Vec::new(), place: Vec::new(), found: Vec::new() };
        let mut place: Vec<Option<(usize, usize)>> = vec![None; wanted.len()];
        let mut found = vec![Found::Input; wanted.len()];
        let unwanted = lines.adopt(wanted, kept, &mut place, &mut found);
        let missing: Vec<usize> = (0..wanted.len()).filter(|&line| place[line].is_none()).collect();
        let chips = lines.kernel.chips().map_err(|error| vec![failed("looking for GPIO chips", &error)])?;
        let looks = lines.look(wanted, &missing, &chips)?;
        for (chip, looks) in &looks {
            for looks in looks.chunks(MOST_LINES) {
                let request = lines.request(&chips[*chip], looks, wanted, &mut found).map_err(|error| vec![error])?;
                for (bit, look) in looks.iter().enumerate() {
                    place[look.line] = Some((lines.held.len(), bit));
                }
                lines.held.push(request);
            }
        }
        lines.place = place.into_iter().map(|place| place.expect("every line was kept or taken")).collect();
        lines.found = found;
        Ok(Taken { lines, unwanted })
    }

    /// The same lines through other requests.
    pub(crate) fn copy(&self, copy: impl Fn(&K::Request) -> io::Result<K::Request>) -> io::Result<Self>
    where
        K: Clone,
    {
        let held = self.held.iter().map(|held| {
            let Held { name, count, request, .. } = held;
            Ok(Held { name: name.clone(), count: *count, request: copy(request)?, fresh: false })
        });
        Ok(Self {
            kernel: self.kernel.clone(),
            held: held.collect::<io::Result<_>>()?,
            place: self.place.clone(),
            found: self.found.clone(),
        })
    }

    /// Goes on with requests that were kept; gives the names of those that hold nothing wanted.
    fn adopt(
        &mut self,
        wanted: &[Wanted],
        kept: Vec<Kept<K::Request>>,
        place: &mut [Option<(usize, usize)>],
        found: &mut [Found],
    ) -> Vec<String> {
        let mut unwanted = Vec::new();
        for Kept { name, request } in kept {
            let read = read_name(&name).map(|(label, offsets)| (label.to_owned(), offsets));
            let Some((label, offsets)) = read else {
                unwanted.push(name);
                continue;
            };
            let Ok(bits) = self.kernel.levels(&request, offsets.len()) else {
                unwanted.push(name);
                continue;
            };
            let mut used = false;
            for (bit, offset) in offsets.iter().enumerate() {
                let line = wanted.iter().position(|line| plain(&line.chip) == label && line.offset == *offset);
                if let Some(line) = line.filter(|&line| place[line].is_none()) {
                    place[line] = Some((self.held.len(), bit));
                    found[line] = Found::Kept(level(bits, bit));
                    used = true;
                }
            }
            if used {
                self.held.push(Held { name, count: offsets.len(), request, fresh: false });
            } else {
                unwanted.push(name);
            }
        }
        unwanted
    }

    /// Looks at lines, by chip; touches none.
    fn look(
        &self,
        wanted: &[Wanted],
        lines: &[usize],
        chips: &[ChipInfo],
    ) -> Result<BTreeMap<usize, Vec<Look>>, Vec<LineError>> {
        let (mut looks, mut errors) = (BTreeMap::<usize, Vec<Look>>::new(), Vec::new());
        for &line in lines {
            match find(chips, &wanted[line].chip).and_then(|chip| {
                let output = look_at(&self.kernel, &chips[chip], &wanted[line])?;
                Ok((chip, Look { line, output }))
            }) {
                Ok((chip, look)) => looks.entry(chip).or_default().push(look),
                // A chip that is not there is said once.
                Err(error) if errors.contains(&error) => {}
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() { Ok(looks) } else { Err(errors) }
    }

    /// Takes lines of a chip in one request.
    fn request(
        &self,
        chip: &ChipInfo,
        looks: &[Look],
        wanted: &[Wanted],
        found: &mut [Found],
    ) -> Result<Held<K::Request>, LineError> {
        let offsets: Vec<u32> = looks.iter().map(|look| wanted[look.line].offset).collect();
        let safe =
            looks.iter().enumerate().fold(0, |bits, (bit, look)| bits | u64::from(high(wanted[look.line].safe)) << bit);
        let outputs = looks.iter().enumerate().fold(0, |bits, (bit, look)| bits | u64::from(look.output) << bit);
        let what = |verb: &str| format!("{verb} lines {offsets:?} of `{}`", chip.label);
        let refused = |verb: &str, error: &io::Error| {
            // Somebody may have come between the look and the request.
            let holder = looks.iter().find_map(|look| look_at(&self.kernel, chip, &wanted[look.line]).err());
            holder.filter(|_| error.raw_os_error() == Some(16)).unwrap_or_else(|| failed(what(verb), error))
        };
        let request = if outputs == 0 {
            self.kernel.take_output(chip, &offsets, safe).map_err(|error| refused("taking", &error))?
        } else {
            // An output's level can be read only by who holds it, and taking it as an output would set it: so it is taken as it stands first.
            let request = self.kernel.take_as_found(chip, &offsets).map_err(|error| refused("taking", &error))?;
            let read = self.kernel.levels(&request, offsets.len()).map_err(|error| failed(what("reading"), &error))?;
            let levels = read & outputs | safe & !outputs;
            self.kernel
                .make_output(&request, offsets.len(), levels)
                .map_err(|error| failed(what("driving"), &error))?;
            for (bit, look) in looks.iter().enumerate().filter(|(_, look)| look.output) {
                found[look.line] = Found::Output(level(read, bit));
            }
            request
        };
        Ok(Held { name: name(&chip.label, &offsets), count: offsets.len(), request, fresh: true })
    }
}

fn failed(what: impl Into<String>, error: &io::Error) -> LineError {
    LineError::Io { what: what.into(), why: error.to_string() }
}

/// The chip with a label.
///
/// # Errors
/// There is none, or more than one.
pub fn find(chips: &[ChipInfo], label: &str) -> Result<usize, LineError> {
    let device = |chip: &ChipInfo| chip.device.display().to_string();
    let all: Vec<usize> = (0..chips.len()).filter(|&chip| chips[chip].label == label).collect();
    match all.as_slice() {
        &[one] => Ok(one),
        [] => {
            let exist = chips.iter().map(|chip| format!("`{}` ({})", chip.label, device(chip))).collect();
            Err(LineError::NoChip { label: label.to_owned(), exist })
        }
        several => {
            let devices = several.iter().map(|&chip| device(&chips[chip])).collect();
            Err(LineError::TwoChips { label: label.to_owned(), devices })
        }
    }
}

/// Whether a line that can be had is an output.
///
/// # Errors
/// It is not there, is another one, or is held.
pub fn look_at(kernel: &impl Kernel, chip: &ChipInfo, wanted: &Wanted) -> Result<bool, LineError> {
    let Wanted { outlet, line, offset, .. } = wanted;
    let (outlet, offset) = (outlet.clone(), *offset);
    if chip.lines <= offset {
        return Err(LineError::NoLine { outlet, chip: chip.label.clone(), offset, lines: chip.lines });
    }
    let ask = |offset| kernel.line(chip, offset).map_err(|error| failed(format!("looking at line {offset}"), &error));
    let info = ask(offset)?;
    if !names::fits(&chip.label, line, offset, &info.name) {
        let mut named = None;
        for other in 0..chip.lines {
            if ask(other)?.name == *line {
                named = Some(other);
            }
        }
        return Err(LineError::OtherLine { outlet, line: line.clone(), offset, found: info.name, named });
    }
    if info.used {
        return Err(LineError::Busy { outlet, line: line.clone(), holder: info.consumer });
    }
    Ok(info.output)
}

impl<K: Kernel> Lines for Gpio<K> {
    fn found(&self) -> &[Found] {
        &self.found
    }

    fn set(&mut self, line: usize, level: Level) -> Result<(), LineError> {
        let (held, bit) = self.place[line];
        let Held { request, name, .. } = &self.held[held];
        let set = self.kernel.set(request, u64::from(high(level)) << bit, 1 << bit);
        set.map_err(|error| failed(format!("driving a line of `{name}`"), &error))
    }

    fn levels(&self) -> Result<Vec<Level>, LineError> {
        let read = |held: &Held<K::Request>| {
            let bits = self.kernel.levels(&held.request, held.count);
            bits.map_err(|error| failed(format!("reading the lines of `{}`", held.name), &error))
        };
        let bits: Vec<u64> = self.held.iter().map(read).collect::<Result<_, _>>()?;
        Ok(self.place.iter().map(|&(held, bit)| level(bits[held], bit)).collect())
    }

    /// Those that are not in the store yet.
    fn store(&self) -> Vec<(String, BorrowedFd<'_>)> {
        let fresh = self.held.iter().filter(|held| held.fresh && held.name.len() <= LONGEST_NAME);
        fresh.map(|held| (held.name.clone(), held.request.as_fd())).collect()
    }
}

#[cfg(test)]
#[path = "gpio_tests.rs"]
mod tests;
