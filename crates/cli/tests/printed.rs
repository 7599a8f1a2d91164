//! `export drawing`: the drawings of the guide as files, and as PNG and PDF where the program was built with them.

mod memory;
#[allow(dead_code, reason = "other tests take the rest")]
#[path = "../benches/meshes/mod.rs"]
mod meshes;
#[allow(dead_code, reason = "other tests take it")]
#[path = "../benches/racks/mod.rs"]
mod racks;
mod trial;

use std::collections::BTreeMap;
use std::fs;

use memory::{Workspace, root};
use trial::{Trial, status, wireloom};

/// The drawings among the files of the guide, by path.
fn of_the_guide(checked: &cli::Checked) -> BTreeMap<String, String> {
    let files = outputs::site::OUTPUT.files(checked.view()).expect("the guide is made of any build");
    let drawn = files.into_iter().filter(|file| file.path.ends_with(".svg"));
    drawn.map(|file| (file.path, String::from_utf8(file.bytes).expect("a drawing is text"))).collect()
}

#[test]
fn the_drawing_is_that_of_the_guide() {
    let output = wireloom(&root(), &["export", "drawing"]);
    assert_eq!(status(&output), 0, "{}", String::from_utf8_lossy(&output.stderr));
    let svg = String::from_utf8(output.stdout).expect("SVG is text");
    assert!(svg.starts_with("<svg ") && svg.matches("data-wire=").count() > 60);
    assert_eq!(Some(&svg), of_the_guide(&Workspace::real().check()).get("site/wiring.svg"));
}

#[test]
fn wiring_on_sheets_has_an_overview_and_every_sheet_in_order() {
    let checked = meshes::mesh(40, 300).check();
    let drawings = outputs::site::drawings(checked.view());
    let guide = of_the_guide(&checked);
    assert_eq!(drawings.whole.as_ref(), guide.get("site/wiring.svg"));
    assert!(drawings.sheets.len() >= 4, "{}", drawings.sheets.len());
    for (n, sheet) in (1..).zip(&drawings.sheets) {
        assert_eq!(guide.get(&format!("site/wiring/{n:02}.svg")), Some(sheet), "sheet {n}");
    }
    let sheets = guide.keys().filter(|path| path.starts_with("site/wiring/")).count();
    assert_eq!(sheets, drawings.sheets.len());
}

#[test]
fn a_file_is_written_where_it_was_asked_for() {
    let trial = Trial::new();
    let file = trial.beside("wiring.svg");
    let name = file.to_str().expect("a plain name");
    let told = trial.told(&["export", "drawing", "--format", "svg", "--out", name]);
    assert_eq!(told, (0, String::new()));
    let printed = trial.told(&["export", "drawing"]);
    assert_eq!(printed, (0, fs::read_to_string(file).expect("the file is there")));
}

#[test]
fn a_sheet_that_is_not_there_and_words_that_go_elsewhere_are_refused() {
    for (arguments, words) in [
        (&["export", "drawing", "--sheet", "1"][..], "this wiring stands on no sheets"),
        (&["export", "wires", "--sheet", "1"], "`--format` and `--sheet` go with `export drawing`"),
        (&["export", "wires", "--format", "svg"], "`--format` and `--sheet` go with `export drawing`"),
    ] {
        let output = wireloom(&root(), arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(status(&output) == 2 && output.stdout.is_empty() && said.contains(words), "{arguments:?}: {said}");
    }
}

#[cfg(not(feature = "print"))]
#[test]
fn a_program_without_png_and_pdf_says_how_to_build_one_with_them_and_writes_nothing() {
    let trial = Trial::new();
    for format in ["png", "pdf"] {
        let file = trial.beside(format);
        let name = file.to_str().expect("a plain name");
        let output = trial.run(&["export", "drawing", "--format", format, "--out", name]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(status(&output), 2, "{said}");
        assert!(said.contains("`cargo build --release --features print`"), "{said}");
        assert!(!file.exists(), "{format}");
    }
}

#[cfg(feature = "print")]
#[test]
fn the_real_wiring_is_printed_the_same_every_time() {
    let print = |format: &str| {
        let output = wireloom(&root(), &["export", "drawing", "--format", format]);
        assert!(status(&output) == 0 && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    let [png, pdf] = ["png", "pdf"].map(print);
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n") && png.ends_with(b"IEND\xaeB`\x82"));
    let svg = String::from_utf8(print("svg")).expect("SVG is text");
    let side = |name: &str| -> u32 {
        let (_, rest) = svg.split_once(&format!(" {name}=\"")).expect("a drawing has a size");
        rest.split('"').next().and_then(|side| side.parse().ok()).expect("it is a number")
    };
    let size = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes"));
    assert_eq!((size(16), size(20)), (2 * side("width"), 2 * side("height")));
    let text = String::from_utf8_lossy(&pdf);
    assert!(text.starts_with("%PDF-1.") && text.contains("/Count 1") && text.contains("/ToUnicode"));
    assert_eq!([png, pdf], ["png", "pdf"].map(print));
}
