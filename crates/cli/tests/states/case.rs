//! One random build, read by both sides, and the names that they share.

use std::collections::BTreeMap;
use std::fmt;

use analysis::potentials::SourceRef;
use cli::Checked;
use oracle::{Build, generate};

use crate::memory::Workspace;

/// A build, twice.
pub struct Case {
    seed: u64,
    files: BTreeMap<String, String>,
    /// As brute force reads it.
    pub build: Build,
    /// As the command does.
    pub checked: Checked,
}

impl Case {
    pub fn new(seed: u64, variables: usize) -> Self {
        Self::of(seed, generate::build(seed, variables))
    }

    /// The build of these files.
    pub fn of(seed: u64, files: BTreeMap<String, String>) -> Self {
        let build = oracle::read(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
        let build = build.unwrap_or_else(|why| panic!("seed {seed}: {why}"));
        let checked = Workspace { files: files.clone(), ..Workspace::default() }.check();
        Self { seed, files, build, checked }
    }

    /// `psu.out`, and whether it is the plus.
    pub fn end(&self, (of, plus): (SourceRef, bool)) -> (String, bool) {
        let source = &self.checked.build.part_of(of.device).sources[of.index as usize];
        (format!("{}.{}", self.checked.build.device(of.device).name, source.name), plus)
    }

    /// The net of an end, as brute force counts nets.
    pub fn net(&self, end: (SourceRef, bool)) -> usize {
        let (source, plus) = self.end(end);
        let there = self.build.ends.iter().find(|end| end.source == source && end.plus == plus);
        self.build.net(there.unwrap_or_else(|| panic!("no end of `{source}`\n{self}")).terminal)
    }

    /// The nets of two rails of the network, ascending.
    pub fn nets(&self, rails: [u32; 2]) -> [usize; 2] {
        let [a, b] = rails.map(|rail| self.net(self.checked.facts.circuit.rails[rail as usize]));
        [a.min(b), a.max(b)]
    }
}

impl fmt::Display for Case {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(to, "seed {}, {} things move", self.seed, self.build.variables.len())?;
        let wiring = self.files.iter().filter(|(path, _)| path.starts_with("wiring"));
        wiring.map(|(_, text)| text).try_for_each(|text| to.write_str(text))
    }
}
