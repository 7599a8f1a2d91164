//! Whether a line bears the name that a config gives it. Kernels do not agree on the names of a header's lines.

/// What the mainline kernel calls lines of the 40-pin header that Raspberry Pi's own kernel calls `GPIO<number>`: by the function that the pin has besides.
///
/// Source: `gpio-line-names` of `bcm2711-rpi-4-b.dts`, `bcm2837-rpi-3-b.dts` and `bcm2837-rpi-zero-2-w.dts`.
const BESIDES: [(u32, &[&str]); 12] = [
    (0, &["ID_SDA", "ID_SD"]),
    (1, &["ID_SCL", "ID_SC"]),
    (2, &["SDA1"]),
    (3, &["SCL1"]),
    (4, &["GPIO_GCLK"]),
    (7, &["SPI_CE1_N"]),
    (8, &["SPI_CE0_N"]),
    (9, &["SPI_MISO"]),
    (10, &["SPI_MOSI"]),
    (11, &["SPI_SCLK"]),
    (14, &["TXD0", "TXD1"]),
    (15, &["RXD0", "RXD1"]),
];

/// Whether the line at `offset` of a chip, called `found` by the kernel, is the one that the config calls `wanted`.
///
/// A line without a name counts by its number alone. On a Raspberry Pi's chip a line also counts by the function it has besides.
pub fn fits(label: &str, wanted: &str, offset: u32, found: &str) -> bool {
    if found.is_empty() || found == wanted {
        return true;
    }
    let raspberry = label.starts_with("pinctrl-bcm2") || label == "pinctrl-rp1";
    let besides = BESIDES.iter().find(|(number, _)| *number == offset).is_some_and(|(_, names)| names.contains(&found));
    raspberry && besides && wanted == format!("GPIO{offset}")
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_line_is_known_by_either_kernels_name_and_by_no_others() {
        assert!(fits("pinctrl-bcm2711", "GPIO4", 4, "GPIO4"));
        assert!(fits("pinctrl-bcm2711", "GPIO4", 4, "GPIO_GCLK"));
        assert!(fits("anything", "GPIO4", 4, ""));
        assert!(!fits("pinctrl-bcm2711", "GPIO4", 4, "GPIO5"));
        assert!(!fits("pinctrl-bcm2711", "GPIO5", 5, "GPIO_GCLK"));
        assert!(!fits("gpio-sim.0", "GPIO4", 4, "GPIO_GCLK"));
        assert!(!fits("pinctrl-bcm2711", "relay", 4, "GPIO_GCLK"));
    }
}
