//! What the kernel is asked about GPIO: a trait, so that lines can be tried where no chip exists, and the character device behind it.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use gpiocdev_uapi::v2::{self, Error, LineConfig, LineFlags, LineRequest, LineValues, Name, get_chip_info};

use super::CONSUMER;

/// Most lines of one request.
pub const MOST_LINES: usize = 64;

/// A chip that was looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChipInfo {
    /// Its device: `/dev/gpiochip0`.
    pub device: PathBuf,
    /// What its driver calls it.
    pub label: String,
    /// How many lines it has.
    pub lines: u32,
}

/// A line that was looked at.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct LineInfo {
    /// Its name; may be empty.
    pub name: String,
    /// Who holds it; may be empty.
    pub consumer: String,
    /// Somebody holds it.
    pub used: bool,
    /// It is an output.
    pub output: bool,
}

/// The kernel's side of GPIO. Levels are bits in the order of a request's lines; 1 is high.
pub trait Kernel {
    /// Lines that are held until this is dropped.
    type Request: AsFd;

    /// The chips that can be opened.
    ///
    /// # Errors
    /// The devices cannot be listed.
    fn chips(&self) -> io::Result<Vec<ChipInfo>>;

    /// A line of a chip.
    ///
    /// # Errors
    /// Whatever the kernel says.
    fn line(&self, chip: &ChipInfo, offset: u32) -> io::Result<LineInfo>;

    /// Takes lines as they are, direction and level.
    ///
    /// # Errors
    /// `EBUSY` where one is held; whatever else the kernel says.
    fn take_as_found(&self, chip: &ChipInfo, offsets: &[u32]) -> io::Result<Self::Request>;

    /// Takes lines as outputs at these levels: direction and level are set together.
    ///
    /// # Errors
    /// `EBUSY` where one is held; whatever else the kernel says.
    fn take_output(&self, chip: &ChipInfo, offsets: &[u32], levels: u64) -> io::Result<Self::Request>;

    /// Makes all lines of a request outputs at these levels.
    ///
    /// # Errors
    /// Whatever the kernel says.
    fn make_output(&self, request: &Self::Request, count: usize, levels: u64) -> io::Result<()>;

    /// The levels of the first `count` lines.
    ///
    /// # Errors
    /// Whatever the kernel says.
    fn levels(&self, request: &Self::Request, count: usize) -> io::Result<u64>;

    /// Drives the lines in `mask`.
    ///
    /// # Errors
    /// Whatever the kernel says.
    fn set(&self, request: &Self::Request, levels: u64, mask: u64) -> io::Result<()>;
}

impl<K: Kernel> Kernel for &K {
    type Request = K::Request;

    fn chips(&self) -> io::Result<Vec<ChipInfo>> {
        (**self).chips()
    }

    fn line(&self, chip: &ChipInfo, offset: u32) -> io::Result<LineInfo> {
        (**self).line(chip, offset)
    }

    fn take_as_found(&self, chip: &ChipInfo, offsets: &[u32]) -> io::Result<Self::Request> {
        (**self).take_as_found(chip, offsets)
    }

    fn take_output(&self, chip: &ChipInfo, offsets: &[u32], levels: u64) -> io::Result<Self::Request> {
        (**self).take_output(chip, offsets, levels)
    }

    fn make_output(&self, request: &Self::Request, count: usize, levels: u64) -> io::Result<()> {
        (**self).make_output(request, count, levels)
    }

    fn levels(&self, request: &Self::Request, count: usize) -> io::Result<u64> {
        (**self).levels(request, count)
    }

    fn set(&self, request: &Self::Request, levels: u64, mask: u64) -> io::Result<()> {
        (**self).set(request, levels, mask)
    }
}

/// Bits of the first `count` lines.
pub fn mask(count: usize) -> u64 {
    if count < MOST_LINES { (1 << count) - 1 } else { u64::MAX }
}

/// GPIO character devices, version 2.
#[derive(Clone, Debug)]
pub struct Devices {
    /// The folder that they are in.
    pub folder: PathBuf,
}

impl Default for Devices {
    fn default() -> Self {
        Self { folder: PathBuf::from("/dev") }
    }
}

/// A descriptor of a line request.
#[derive(Debug)]
pub struct Descriptor(File);

impl AsFd for Descriptor {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl From<OwnedFd> for Descriptor {
    fn from(fd: OwnedFd) -> Self {
        Self(File::from(fd))
    }
}

fn open(device: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open(device)
}

fn words(error: Error) -> io::Error {
    match error {
        Error::Os(errno) => io::Error::from_raw_os_error(errno.0),
        other => io::Error::other(other.to_string()),
    }
}

fn text(name: &Name) -> String {
    String::from_utf8_lossy(&name.0[..name.strlen()]).into_owned()
}

fn output(count: usize, levels: u64) -> LineConfig {
    let mut config = LineConfig { flags: LineFlags::OUTPUT, ..LineConfig::default() };
    config.add_values(&LineValues { bits: levels, mask: mask(count) });
    config
}

fn request(chip: &ChipInfo, offsets: &[u32], config: LineConfig) -> io::Result<Descriptor> {
    let mut request = LineRequest { consumer: Name::from_bytes(CONSUMER.as_bytes()), config, ..LineRequest::default() };
    request.offsets.copy_from_slice(offsets);
    request.num_lines = u32::try_from(offsets.len()).expect("at most 64 lines");
    v2::get_line(&open(&chip.device)?, request).map(Descriptor).map_err(words)
}

impl Kernel for Devices {
    type Request = Descriptor;

    fn chips(&self) -> io::Result<Vec<ChipInfo>> {
        let mut chips = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let device = entry?.path();
            let name = device.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            // Raspberry Pi OS keeps links to a chip under its old number.
            if !name.starts_with("gpiochip") || device.is_symlink() {
                continue;
            }
            // One that may not be opened is somebody else's; the label that is missed then is named.
            let Ok(file) = open(&device) else { continue };
            if let Ok(info) = get_chip_info(&file) {
                chips.push(ChipInfo { device, label: text(&info.label), lines: info.num_lines });
            }
        }
        chips.sort_by(|one, other| one.device.cmp(&other.device));
        Ok(chips)
    }

    fn line(&self, chip: &ChipInfo, offset: u32) -> io::Result<LineInfo> {
        let info = v2::get_line_info(&open(&chip.device)?, offset).map_err(words)?;
        Ok(LineInfo {
            name: text(&info.name),
            consumer: text(&info.consumer),
            used: info.flags.contains(LineFlags::USED),
            output: info.flags.contains(LineFlags::OUTPUT),
        })
    }

    fn take_as_found(&self, chip: &ChipInfo, offsets: &[u32]) -> io::Result<Descriptor> {
        request(chip, offsets, LineConfig::default())
    }

    fn take_output(&self, chip: &ChipInfo, offsets: &[u32], levels: u64) -> io::Result<Descriptor> {
        request(chip, offsets, output(offsets.len(), levels))
    }

    fn make_output(&self, request: &Descriptor, count: usize, levels: u64) -> io::Result<()> {
        v2::set_line_config(&request.0, output(count, levels)).map_err(words)
    }

    fn levels(&self, request: &Descriptor, count: usize) -> io::Result<u64> {
        let mut values = LineValues { bits: 0, mask: mask(count) };
        v2::get_line_values(&request.0, &mut values).map_err(words)?;
        Ok(values.bits & mask(count))
    }

    fn set(&self, request: &Descriptor, levels: u64, mask: u64) -> io::Result<()> {
        v2::set_line_values(&request.0, &LineValues { bits: levels, mask }).map_err(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_chips_has_none_and_other_files_are_no_chips() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("gpiochip0"), "no device").unwrap();
        fs::write(folder.path().join("null"), "").unwrap();
        assert_eq!(Devices { folder: folder.path().to_owned() }.chips().unwrap(), []);
    }

    #[test]
    fn masks_cover_up_to_sixty_four_lines() {
        assert_eq!((mask(0), mask(1), mask(63), mask(64)), (0, 1, u64::MAX >> 1, u64::MAX));
    }
}
