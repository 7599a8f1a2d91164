//! GPIO chips in memory, for tests: every edge that a pin would see is counted.

use std::cell::RefCell;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::rc::Rc;

use super::CONSUMER;
use super::kernel::{ChipInfo, Kernel, LineInfo, mask};

/// A pin: what is said of it, and its level.
#[derive(Clone, Default)]
pub(crate) struct Pin {
    pub info: LineInfo,
    pub high: bool,
}

/// Chips in memory, and what happened to their outputs.
#[derive(Default)]
pub(crate) struct Board {
    pub chips: Vec<(ChipInfo, Vec<Pin>)>,
    pub edges: Vec<(u32, bool)>,
    pub calls: Vec<&'static str>,
}

#[derive(Clone, Default)]
pub(crate) struct Fake(pub Rc<RefCell<Board>>);

pub(crate) struct Request {
    pub fake: Fake,
    pub chip: usize,
    pub offsets: Vec<u32>,
    /// A copy of the descriptor, as systemd holds one, does not give the lines back.
    pub owner: bool,
    pub fd: File,
}

impl AsFd for Request {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        for &offset in self.offsets.iter().filter(|_| self.owner) {
            let info = &mut self.fake.0.borrow_mut().chips[self.chip].1[offset as usize].info;
            *info = LineInfo { name: info.name.clone(), ..LineInfo::default() };
        }
    }
}

impl Fake {
    /// A chip with lines `GPIO0` and up; every pin is an input with a pull-down.
    pub fn with(label: &str, lines: u32) -> Self {
        let fake = Self::default();
        fake.add(label, lines);
        fake
    }

    pub fn add(&self, label: &str, lines: u32) {
        let mut board = self.0.borrow_mut();
        let device = format!("/dev/gpiochip{}", board.chips.len()).into();
        let pin = |n| Pin { info: LineInfo { name: format!("GPIO{n}"), ..LineInfo::default() }, high: false };
        board.chips.push((ChipInfo { device, label: label.to_owned(), lines }, (0..lines).map(pin).collect()));
    }

    pub fn pin(&self, offset: u32, change: impl FnOnce(&mut Pin)) {
        change(&mut self.0.borrow_mut().chips[0].1[offset as usize]);
    }

    fn drive(&self, chip: usize, offset: u32, high: bool) {
        let mut board = self.0.borrow_mut();
        let pin = &mut board.chips[chip].1[offset as usize];
        let edge = pin.high != high || !pin.info.output;
        (pin.high, pin.info.output) = (high, true);
        if edge {
            board.edges.push((offset, high));
        }
    }

    fn take(&self, chip: &ChipInfo, offsets: &[u32], call: &'static str) -> io::Result<Request> {
        let mut board = self.0.borrow_mut();
        board.calls.push(call);
        let chip = board.chips.iter().position(|(info, _)| info == chip).unwrap();
        for &offset in offsets {
            let info = &mut board.chips[chip].1[offset as usize].info;
            if info.used {
                return Err(io::Error::from_raw_os_error(16));
            }
            (info.used, info.consumer) = (true, CONSUMER.to_owned());
        }
        let fd = File::open("/dev/null").unwrap();
        Ok(Request { fake: self.clone(), chip, offsets: offsets.to_vec(), owner: true, fd })
    }

    pub fn edges(&self) -> Vec<(u32, bool)> {
        std::mem::take(&mut self.0.borrow_mut().edges)
    }
}

impl Kernel for Fake {
    type Request = Request;

    fn chips(&self) -> io::Result<Vec<ChipInfo>> {
        Ok(self.0.borrow().chips.iter().map(|(info, _)| info.clone()).collect())
    }

    fn line(&self, chip: &ChipInfo, offset: u32) -> io::Result<LineInfo> {
        let board = self.0.borrow();
        let (_, pins) = board.chips.iter().find(|(info, _)| info == chip).unwrap();
        Ok(pins[offset as usize].info.clone())
    }

    fn take_as_found(&self, chip: &ChipInfo, offsets: &[u32]) -> io::Result<Request> {
        self.take(chip, offsets, "as found")
    }

    fn take_output(&self, chip: &ChipInfo, offsets: &[u32], levels: u64) -> io::Result<Request> {
        let request = self.take(chip, offsets, "output")?;
        self.set(&request, levels, mask(offsets.len()))?;
        Ok(request)
    }

    fn make_output(&self, request: &Request, count: usize, levels: u64) -> io::Result<()> {
        self.set(request, levels, mask(count))
    }

    fn levels(&self, request: &Request, count: usize) -> io::Result<u64> {
        if count != request.offsets.len() {
            return Err(io::Error::from_raw_os_error(22));
        }
        let board = self.0.borrow();
        let bit = |(bit, &offset): (usize, &u32)| u64::from(board.chips[request.chip].1[offset as usize].high) << bit;
        Ok(request.offsets.iter().enumerate().map(bit).sum())
    }

    fn set(&self, request: &Request, levels: u64, mask: u64) -> io::Result<()> {
        for (bit, &offset) in request.offsets.iter().enumerate().filter(|(bit, _)| mask >> bit & 1 == 1) {
            self.drive(request.chip, offset, levels >> bit & 1 == 1);
        }
        Ok(())
    }
}
