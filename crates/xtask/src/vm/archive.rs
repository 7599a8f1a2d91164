//! The files that the kernel unpacks into its memory before it starts the first program: an archive of the kind "newc".

/// An archive that grows.
#[derive(Default)]
pub struct Archive {
    bytes: Vec<u8>,
    entries: u32,
}

impl Archive {
    /// A folder; what is in it comes after it.
    pub fn folder(&mut self, path: &str) {
        self.entry(path, 0o040_755, &[]);
    }

    /// A file that may be run.
    pub fn program(&mut self, path: &str, contents: &[u8]) {
        self.entry(path, 0o100_755, contents);
    }

    /// The whole archive.
    pub fn bytes(mut self) -> Vec<u8> {
        self.entry("TRAILER!!!", 0, &[]);
        self.bytes
    }

    fn entry(&mut self, path: &str, mode: u32, contents: &[u8]) {
        self.entries += 1;
        let size = u32::try_from(contents.len()).expect("a file below 4 GB");
        let name = u32::try_from(path.len() + 1).expect("a short path");
        // Number, mode, user, group, links, time, size, device and its kind twice over, length of the name, checksum.
        let fields = [self.entries, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, name, 0];
        self.bytes.extend(b"070701");
        for field in fields {
            self.bytes.extend(format!("{field:08X}").bytes());
        }
        self.bytes.extend(path.bytes());
        self.bytes.push(0);
        self.pad();
        self.bytes.extend(contents);
        self.pad();
    }

    fn pad(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_is_what_the_kernel_reads() {
        let mut archive = Archive::default();
        archive.folder("bin");
        archive.program("bin/a", b"12345");
        let bytes = archive.bytes();
        let text = String::from_utf8_lossy(&bytes);
        assert_eq!(bytes.len() % 4, 0);
        assert_eq!(text.matches("070701").count(), 3);
        // Header and name are padded together, contents by themselves.
        let second = text[6..].find("070701").unwrap() + 6;
        assert_eq!(second, (110usize + 4).next_multiple_of(4));
        let contents = text.find("12345").unwrap();
        assert_eq!(contents, second + (110usize + 6).next_multiple_of(4));
        assert_eq!(&text[second + 54..second + 62], "00000005");
        assert!(text.contains("TRAILER!!!"));
    }
}
