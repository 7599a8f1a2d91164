//! Which line drives which outlet, over everything that is held: lines that were there at start, and those that a reload added.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::AsFd as _;
use std::sync::{Arc, Mutex, PoisonError};

use relay_config::{Level, Outlet, Power, RelayConfig};
use relay_engine::truth;

use super::simulated::Simulated;
use crate::lines::gpio::{Gpio, Kept, Taken};
use crate::lines::kernel::{Descriptor, Devices, Kernel};
use crate::lines::{Found, LineError, Lines, Wanted, wanted};
use crate::systemd;

/// Lines that were taken together.
pub trait Bank: Lines + Send {
    /// The same lines through descriptors of its own, for a thread that does not wait for the one which has these.
    ///
    /// # Errors
    /// No descriptor is free.
    fn twin(&self) -> io::Result<Box<dyn Bank>>;
}

impl<K> Bank for Gpio<K>
where
    K: Kernel + Clone + Send + 'static,
    K::Request: From<std::os::fd::OwnedFd> + Send,
{
    fn twin(&self) -> io::Result<Box<dyn Bank>> {
        Ok(Box::new(self.copy(|request| request.as_fd().try_clone_to_owned().map(K::Request::from))?))
    }
}

/// A bank's twin, shared with the guard.
pub(crate) type Twin = Arc<Mutex<Box<dyn Bank>>>;

/// Where lines come from.
#[derive(Clone, Debug)]
pub enum Source {
    /// GPIO chips.
    Chips(Devices),
    /// A simulated box.
    Sim(Simulated),
}

/// Lines that were taken, and names in systemd's store that hold none of them.
type Bought = (Box<dyn Bank>, Vec<String>);

impl Source {
    fn take(
        &self,
        wanted: &[Wanted],
        kept: Vec<Kept<Descriptor>>,
        config: &RelayConfig,
    ) -> Result<Bought, Vec<LineError>> {
        match self {
            Self::Chips(devices) => {
                let Taken { lines, unwanted } = Gpio::take(devices.clone(), wanted, kept)?;
                Ok((Box::new(lines), unwanted))
            }
            Self::Sim(sim) => Ok((Box::new(sim.take(wanted, config)), Vec::new())),
        }
    }
}

/// Lines and whose they are.
pub struct Panel {
    source: Source,
    banks: Vec<(Box<dyn Bank>, Twin)>,
    /// Bank and line of each outlet, and the level that it was last told.
    places: BTreeMap<String, Place>,
    /// Lines that are held and drive no outlet any more: the kernel gives back only all of a request.
    spare: Vec<Place>,
}

#[derive(Clone, Debug)]
struct Place {
    bank: usize,
    line: usize,
    told: Level,
    chip: String,
    offset: u32,
}

/// Lines of a config that is not in force yet.
pub(crate) struct Prepared {
    bank: Option<Box<dyn Bank>>,
    /// Outlets that get lines of that bank, in its order.
    added: Vec<Wanted>,
    /// Outlets that get a line which is held already: another outlet gives it up, or did so before.
    moved: Vec<(Wanted, Place)>,
}

impl Panel {
    /// Takes all lines of a config, or none.
    ///
    /// # Errors
    /// Every line that cannot be had.
    pub fn take(source: Source, config: &RelayConfig, kept: Vec<Kept<Descriptor>>) -> Result<Self, Vec<LineError>> {
        let wanted = wanted(config);
        let (bank, unwanted) = source.take(&wanted, kept, config)?;
        for name in &unwanted {
            let _ = systemd::forget(name);
        }
        let mut panel = Self { source, banks: Vec::new(), places: BTreeMap::new(), spare: Vec::new() };
        panel.add(bank, &wanted).map_err(|error| vec![error])?;
        Ok(panel)
    }

    fn add(&mut self, bank: Box<dyn Bank>, wanted: &[Wanted]) -> Result<(), LineError> {
        let twin = bank.twin();
        let twin =
            twin.map_err(|error| LineError::Io { what: "copying descriptors".to_owned(), why: error.to_string() })?;
        for (name, fd) in bank.store() {
            let _ = systemd::keep(&name, fd);
        }
        let levels = bank.levels()?;
        for ((line, wanted), told) in wanted.iter().enumerate().zip(levels) {
            let (chip, offset) = (wanted.chip.clone(), wanted.offset);
            self.places.insert(wanted.outlet.clone(), Place { bank: self.banks.len(), line, told, chip, offset });
        }
        self.banks.push((bank, Arc::new(Mutex::new(twin))));
        Ok(())
    }

    /// How each outlet's line was found, for the engine.
    pub fn found(&self) -> Vec<relay_engine::Found> {
        let level = |place: &Place| match self.banks[place.bank].0.found()[place.line] {
            Found::Input => None,
            Found::Output(level) | Found::Kept(level) => Some(level),
        };
        let found =
            |(outlet, place): (&String, &Place)| relay_engine::Found { outlet: outlet.clone(), level: level(place) };
        self.places.iter().map(found).collect()
    }

    /// Drives an outlet's line.
    ///
    /// # Errors
    /// In words.
    pub fn set(&mut self, outlet: &str, level: Level) -> Result<(), String> {
        let place = self.places.get_mut(outlet).ok_or_else(|| format!("`{outlet}` has no line"))?;
        place.told = level;
        self.banks[place.bank].0.set(place.line, level).map_err(|error| error.to_string())
    }

    /// The level that an outlet's line drives.
    ///
    /// # Errors
    /// In words.
    pub fn level(&self, outlet: &str) -> Result<Level, String> {
        let place = self.places.get(outlet).ok_or_else(|| format!("`{outlet}` has no line"))?;
        let levels = self.banks[place.bank].0.levels().map_err(|error| error.to_string())?;
        Ok(levels[place.line])
    }

    /// Whether every line drives what it was last told.
    ///
    /// # Errors
    /// The first that does not, in words.
    pub fn look(&self) -> Result<(), String> {
        let levels: Result<Vec<Vec<Level>>, LineError> = self.banks.iter().map(|(bank, _)| bank.levels()).collect();
        let levels = levels.map_err(|error| error.to_string())?;
        match self.places.iter().find(|(_, place)| levels[place.bank][place.line] != place.told) {
            None => Ok(()),
            Some((outlet, _)) => Err(format!("the line of `{outlet}` reads another level than it was told")),
        }
    }

    /// The guard's way to an outlet's line.
    pub(crate) fn twin(&self, outlet: &str) -> Option<(Twin, usize)> {
        self.places.get(outlet).map(|place| (self.banks[place.bank].1.clone(), place.line))
    }

    /// Takes the lines that another config has and this one has not, each at the level that powers its load. Touches no other.
    ///
    /// # Errors
    /// Every line that cannot be had, in words; nothing was taken.
    pub(crate) fn prepare(&self, old: &RelayConfig, new: &RelayConfig) -> Result<Prepared, String> {
        let powered =
            |wanted: &Wanted, outlet: &Outlet| Wanted { safe: truth::level_for(outlet, Power::On), ..wanted.clone() };
        let stays =
            |outlet: &Outlet| old.outlets.iter().any(|other| other.name == outlet.name && same_line(other, outlet));
        let mut prepared = Prepared { bank: None, added: Vec::new(), moved: Vec::new() };
        for (wanted, outlet) in wanted(new).iter().zip(&new.outlets).filter(|(_, outlet)| !stays(outlet)) {
            let wanted = powered(wanted, outlet);
            match self.places.values().chain(&self.spare).find(|place| place.is_line_of(&wanted)) {
                Some(place) => prepared.moved.push((wanted, place.clone())),
                None => prepared.added.push(wanted),
            }
        }
        if !prepared.added.is_empty() {
            let words = |errors: Vec<LineError>| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
            prepared.bank = Some(self.source.take(&prepared.added, Vec::new(), new).map_err(words)?.0);
        }
        Ok(prepared)
    }

    /// The config is in force: outlets that are gone lose their lines, others get theirs. A chip's lines that were taken together stay held together until
    /// none of them is used, because the kernel gives back only all of a request.
    pub(crate) fn commit(&mut self, prepared: Prepared, removed: &[String]) -> Result<(), String> {
        let Prepared { bank, added, moved } = prepared;
        self.spare.extend(removed.iter().filter_map(|outlet| self.places.remove(outlet)));
        let mut failed = None;
        for (wanted, place) in moved {
            self.spare.retain(|spare| !spare.is_line_of(&wanted));
            self.places.insert(wanted.outlet.clone(), place);
            if self.level(&wanted.outlet) != Ok(wanted.safe) {
                failed = self.set(&wanted.outlet, wanted.safe).err().or(failed);
            }
        }
        if let Some(bank) = bank {
            failed = self.add(bank, &added).err().map(|error| error.to_string()).or(failed);
            // A line that was an output already kept its level.
            for wanted in &added {
                failed = self.set(&wanted.outlet, wanted.safe).err().or(failed);
            }
        }
        failed.map_or(Ok(()), Err)
    }
}

impl Place {
    fn is_line_of(&self, wanted: &Wanted) -> bool {
        self.chip == wanted.chip && self.offset == wanted.offset
    }
}

/// Nothing that the pin or its meaning hangs on differs.
fn same_line(old: &Outlet, new: &Outlet) -> bool {
    (&old.chip, &old.line, old.offset, old.active, old.contact)
        == (&new.chip, &new.line, new.offset, new.active, new.contact)
}

/// What a lock guards stays usable when a thread died with it: levels are single writes.
pub(crate) fn unpoisoned<T: ?Sized>(lock: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines::sim::Habits;

    /// A config with outlets of these numbers, each at the line of its number.
    fn config(outlets: &[u32]) -> RelayConfig {
        let head = "schema = 1\ncontroller = \"pi[0]\"\nslug = \"pi-0\"\nstagger-ms = 0\nconfig-txt = []\n[build]\nname = \"b\"\nversion = \"1\"\n[[chip]]\nlabel = \"c\"\n";
        let outlet = |n: &u32| {
            format!(
                "[[outlet]]\nname = \"pi[{n}]\"\nslug = \"pi-{n}\"\nchip = \"c\"\nline = \"GPIO{n}\"\noffset = {n}\nactive = \"low\"\ncontact = \"nc\"\nat-rest = \"on\"\nsafe = \"high\"\noff-ms = 10\non-min-ms = 0\noff-min-ms = 0\ntakes-down = [\"pi[{n}]\"]\nfeeds-host = false\nfeeds-rescuer = false\nwatch = false\n"
            )
        };
        RelayConfig::parse(&(head.to_owned() + &outlets.iter().map(outlet).collect::<String>())).expect("a config")
    }

    fn reload(panel: &mut Panel, old: &[u32], new: &[u32]) {
        let prepared = panel.prepare(&config(old), &config(new)).expect("its lines can be had");
        let removed: Vec<String> = old.iter().filter(|n| !new.contains(n)).map(|n| format!("pi[{n}]")).collect();
        panel.commit(prepared, &removed).expect("its lines obey");
    }

    #[test]
    fn an_outlet_that_comes_back_gets_the_line_that_is_still_held() {
        let sim = Simulated::new(&config(&[1, 2]), Habits::default(), 0, None);
        let mut panel = Panel::take(Source::Sim(sim), &config(&[1, 2]), Vec::new()).expect("its lines can be had");
        reload(&mut panel, &[1, 2], &[1]);
        assert_eq!((panel.places.len(), panel.spare.len()), (1, 1));
        assert!(panel.set("pi[2]", Level::High).is_err());
        reload(&mut panel, &[1], &[1, 2, 3]);
        // Asked for a second time, a chip would refuse it: it is held by this very process.
        assert_eq!((panel.places.len(), panel.spare.len(), panel.banks.len()), (3, 0, 2));
        assert_eq!(panel.banks[1].0.found().len(), 1);
        panel.set("pi[2]", Level::Low).expect("it obeys");
        assert_eq!(panel.level("pi[2]"), Ok(Level::Low));
    }
}
