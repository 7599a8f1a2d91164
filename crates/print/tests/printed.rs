//! What comes out is a PNG and a PDF, with the size, the pages and the letters of the drawing, and the same every time.
#![cfg(feature = "render")]

use std::collections::BTreeSet;

use print::{Drawing, pdf, png};

fn svg(width: u32, height: u32, text: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"system-ui, sans-serif\" font-size=\"11\"><title>A title</title><rect width=\"{width}\" height=\"{height}\" \
         fill=\"#ffffff\"/><path d=\"M10 50L90 50\" stroke=\"#d92525\" stroke-width=\"4\"/><text x=\"10\" y=\"30\">{text}</text></svg>"
    )
}

fn drawing(width: u32, height: u32, text: &str) -> Drawing {
    Drawing::read(&svg(width, height, text)).expect("it is SVG")
}

/// The bytes of every stream of a PDF, unpacked.
fn streams(pdf: &[u8]) -> Vec<Vec<u8>> {
    let find = |bytes: &[u8], word: &[u8]| bytes.windows(word.len()).position(|at| at == word);
    let (mut rest, mut all) = (pdf, Vec::new());
    while let Some(start) = find(rest, b"\nstream\n") {
        rest = &rest[start + 8..];
        let end = find(rest, b"\nendstream").expect("a stream ends");
        all.extend(miniz_oxide::inflate::decompress_to_vec_zlib(&rest[..end]));
        rest = &rest[end..];
    }
    all
}

/// The letters that a reader of the PDF can search and copy: those to which its fonts map their glyphs.
fn letters(pdf: &[u8]) -> BTreeSet<char> {
    let mut letters = BTreeSet::new();
    for text in streams(pdf).into_iter().filter_map(|stream| String::from_utf8(stream).ok()) {
        for line in text.lines().skip_while(|line| !line.ends_with("beginbfchar")) {
            let to = line.split(['<', '>']).nth(3).and_then(|hex| u32::from_str_radix(hex, 16).ok());
            letters.extend(to.and_then(char::from_u32));
        }
    }
    letters
}

fn boxes(pdf: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(pdf);
    text.split("/MediaBox").skip(1).map(|rest| rest.split(']').next().unwrap_or_default().trim().to_owned()).collect()
}

#[test]
fn a_picture_has_two_dots_to_a_unit_and_shows_line_and_letters() {
    let png = png(&drawing(100, 60, "k8.nc[3]")).expect("a picture");
    assert_eq!(&png[..16], b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    assert_eq!(&png[16..24], &[0, 0, 0, 200, 0, 0, 0, 120]);
    let dots = resvg::tiny_skia::Pixmap::decode_png(&png).expect("it can be read back");
    let red = dots.pixel(100, 100).expect("inside");
    assert_eq!((red.red(), red.green(), red.blue()), (0xd9, 0x25, 0x25), "the line");
    let dark = dots.pixels().iter().filter(|dot| dot.red() < 80).count();
    assert!(dark > 100, "{dark} dark dots: the letters");
}

#[test]
fn the_same_drawing_gives_the_same_bytes() {
    let twice = [(); 2].map(|()| drawing(300, 200, "GPIO18 · pin 12 → k2"));
    assert_eq!(png(&twice[0]), png(&twice[1]));
    assert_eq!(pdf("Wiring", &twice[..1]), pdf("Wiring", &twice[1..]));
}

#[test]
fn pages_have_the_paper_that_suits_them_and_the_letters_of_the_drawing() {
    let text = "k8.nc[3] · 5 V → Köln, 30 Ω, ≤ 2 A";
    let pages = [drawing(400, 200, text), drawing(3000, 900, "+3V3"), drawing(600, 1200, "PS_ON#")];
    let pdf = pdf("Wiring of a box", &pages).expect("pages");
    assert!(pdf.starts_with(b"%PDF-1.") && pdf.trim_ascii_end().ends_with(b"%%EOF"));
    assert_eq!(boxes(&pdf), ["[0 0 841.89 595.28", "[0 0 1190.55 841.89", "[0 0 595.28 841.89"]);
    let letters = letters(&pdf);
    let wanted: BTreeSet<char> = format!("{text}+3V3PS_ON#").chars().filter(|letter| *letter != ' ').collect();
    assert!(letters.is_superset(&wanted), "{:?} are missing of {letters:?}", wanted.difference(&letters));
    assert!(!letters.contains(&'Z'), "a letter that no drawing holds");
}

#[test]
fn letters_that_the_font_lacks_are_told() {
    assert_eq!(drawing(100, 60, "Köln Ω → µ Жук").missing().len(), 0);
    let missing = drawing(100, 60, "relay 継").missing().clone();
    assert_eq!(missing, BTreeSet::from(['継']));
}

#[test]
fn what_is_no_drawing_is_refused() {
    assert!(Drawing::read("").is_err());
    assert!(Drawing::read("<html><p>k1</p></html>").is_err());
}

#[test]
fn a_drawing_beyond_all_measure_becomes_a_coarser_picture() {
    let png = png(&drawing(20_000, 6_000, "far")).expect("a picture");
    let side = |at: usize| u64::from(u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes")));
    let (width, height) = (side(16), side(20));
    assert!(width * height <= 32_000_000 && width > 10_000, "{width} by {height}");
}
