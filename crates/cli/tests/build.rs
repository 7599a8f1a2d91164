//! What `build` writes, what it leaves alone, and that it writes the same bytes every time.

mod memory;
mod trial;

use std::fs;
use std::path::{Path, PathBuf};

use relay_config::{ConfigError, Contact, Level, Power, RelayConfig};
use trial::{Trial, files, status, wireloom};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn the_same_build_gives_the_same_files() {
    let trial = Trial::new();
    let (one, two) = (trial.beside("one"), trial.beside("two"));
    for out in [&one, &two, &two] {
        let output = wireloom(&repository(), &["build", "--out", &out.to_string_lossy()]);
        assert!([0, 3].contains(&status(&output)), "{}", String::from_utf8_lossy(&output.stdout));
    }
    let (first, second) = (files(&one), files(&two));
    assert_eq!(first.keys().collect::<Vec<_>>(), second.keys().collect::<Vec<_>>());
    for (path, bytes) in &first {
        assert!(bytes == &second[path], "{path} differs");
    }
    for path in ["bom/bom.csv", "wires.csv", "site/index.html"] {
        assert!(first.contains_key(path), "{path} is not among {:?}", first.keys());
    }
}

#[test]
fn nothing_of_this_machine_gets_into_the_files() {
    let trial = Trial::new();
    let out = trial.beside("out");
    wireloom(&repository(), &["build", "--out", &out.to_string_lossy()]);
    let here = repository().canonicalize().expect("it is there").to_string_lossy().into_owned();
    for (path, bytes) in files(&out) {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains(&here), "{path} names {here}");
    }
}

#[test]
fn every_controller_of_the_repository_s_own_build_gets_its_file() {
    let trial = Trial::new();
    let out = trial.beside("out");
    let output = wireloom(&repository(), &["build", "--out", &out.to_string_lossy()]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(status(&output), 0, "{said}");
    let mut switched = Vec::new();
    for (slug, lines) in [
        ("pi-1", vec![("pi[5]", 18)]),
        ("pi-2", vec![("pi[1]", 18)]),
        ("pi-5", vec![("pi[2]", 4), ("pi[3]", 5), ("pi[4]", 6)]),
    ] {
        let written = text(&out.join(format!("relayd/{slug}.toml")));
        let config = RelayConfig::parse(&written).unwrap_or_else(|error| panic!("{error}\n{written}"));
        let found: Vec<(&str, u32)> =
            config.outlets.iter().map(|outlet| (outlet.name.as_str(), outlet.offset)).collect();
        assert_eq!(found, lines, "{written}");
        // The format of docs/relayd.md: what it was drawn of, and a state for each outlet.
        let drawing = text(&out.join(format!("relayd/{slug}.svg")));
        let slugs: Vec<&str> = config.outlets.iter().map(|outlet| outlet.slug.as_str()).collect();
        let head = format!(
            "<svg data-schema=\"1\" data-controller=\"{slug}\" data-build=\"pi-1u\" data-version=\"2\" data-outlets=\"{}\" ",
            slugs.join(" ")
        );
        assert!(drawing.starts_with(&head), "{}", &drawing[..400]);
        let lost = |n: usize| {
            let classes = drawing.split(" class=\"").filter_map(|rest| rest.split('"').next());
            let classes = classes.map(|own| own.split(' ').collect::<Vec<_>>());
            classes
                .filter(|own| own.contains(&"vs") && own.contains(&"v0") && !own.contains(&format!("v{n}").as_str()))
                .count()
        };
        for n in 1..=slugs.len() {
            assert!(lost(n) > 0, "without outlet {n} of {slug} some wire has no power");
        }
        assert_eq!(
            lost(slugs.len() + 1),
            (1..=slugs.len()).map(lost).sum::<usize>(),
            "{slug}: each wire hangs on one outlet"
        );
        let firmware = text(&out.join(format!("relayd/{slug}.config.txt")));
        for line in &config.config_txt {
            assert!(firmware.lines().any(|other| other == line), "{line}: {firmware}");
        }
        for outlet in &config.outlets {
            assert_eq!(
                (outlet.contact, outlet.at_rest),
                (Contact::Nc, Power::On),
                "a dead daemon leaves {} on",
                outlet.name
            );
            assert_eq!(outlet.active, if slug == "pi-5" { Level::Low } else { Level::High });
            assert!(!outlet.feeds_host && outlet.watch && outlet.probe.is_some(), "{written}");
            switched.push(outlet.name.clone());
        }
        let unknown = format!("colour = \"red\"\n{written}");
        assert!(matches!(RelayConfig::parse(&unknown), Err(ConfigError::Shape(_))));
    }
    switched.sort();
    assert_eq!(switched, ["pi[1]", "pi[2]", "pi[3]", "pi[4]", "pi[5]"]);
}

#[test]
fn with_an_error_the_old_files_stay_byte_for_byte() {
    let trial = Trial::new();
    let (status, said) = trial.told(&["build"]);
    assert_eq!(status, 0, "{said}");
    let dist = trial.root().join("dist");
    let before = files(&dist);
    assert!(before.len() > 3, "{:?}", before.keys());
    let trial = trial.edited("wiring/wires.toml", "stock =", "stok =");
    let (status, said) = trial.told(&["build"]);
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("nothing written: `dist` stays as it is"), "{said}");
    assert_eq!(files(&dist), before);
    let beside: Vec<String> = fs::read_dir(trial.root())
        .expect("a folder")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    assert!(!beside.iter().any(|name| name.starts_with(".wireloom-")), "{beside:?}");
}

#[test]
fn with_an_error_nothing_is_made_where_nothing_was() {
    let trial = Trial::new().edited("wiring/wires.toml", "stock =", "stok =");
    assert_eq!(trial.told(&["build"]).0, 1);
    assert!(!trial.root().join("dist").exists());
}

#[test]
fn what_is_not_verified_keeps_the_daemons_files_back() {
    let trial = Trial::new().edited("bom/parts/lamp.toml", "\"4.5..5.5 V\"", "\"unstated\"");
    let (status, said) = trial.told(&["build"]);
    assert_eq!(status, 3, "{said}");
    assert!(said.contains("dist/relayd left out: something is not verified"), "{said}");
    assert!(trial.root().join("dist/wires.csv").is_file());
    assert!(!trial.root().join("dist/relayd").exists());
}

#[test]
fn a_file_that_is_no_longer_made_goes() {
    let trial = Trial::new();
    assert_eq!(trial.told(&["build"]).0, 0);
    let stray = trial.root().join("dist/site/stray.html");
    fs::write(&stray, "old").expect("it can be written");
    assert_eq!(trial.told(&["build"]).0, 0);
    assert!(!stray.exists());
}

#[test]
fn folders_that_wireloom_did_not_write_are_left_alone() {
    let trial = Trial::new().with("mine/letter.txt", "dear");
    for (out, expected) in [
        ("mine", "was not written by wireloom"),
        (".", "holds the workspace itself"),
        ("..", "holds the workspace itself"),
        ("bom/build.toml", "is no folder"),
    ] {
        let output = trial.run(&["build", "--out", out]);
        let words = String::from_utf8_lossy(&output.stderr);
        assert_eq!(status(&output), 2, "{out}: {words}");
        assert!(words.contains(expected), "{out}: {words}");
    }
    assert_eq!(text(&trial.root().join("mine/letter.txt")), "dear");
    fs::create_dir(trial.root().join("empty")).expect("it can be made");
    assert_eq!(trial.told(&["build", "--out", "empty"]).0, 0);
    assert_eq!(trial.told(&["build", "--out", "deep/er/still"]).0, 0);
    assert!(trial.root().join("deep/er/still/bom/bom.csv").is_file());
}

#[test]
fn tables_have_a_row_a_wire_and_a_line_a_part() {
    let trial = Trial::new();
    let (status, wires) = trial.told(&["export", "wires"]);
    assert_eq!(status, 0);
    assert!(wires.starts_with("tag,name,kind,stock,colour,gauge-awg,length-mm,from,to,"), "{wires}");
    assert_eq!(wires.lines().count(), 3, "{wires}");
    let (status, bom) = trial.told(&["export", "bom"]);
    assert_eq!(status, 0);
    assert!(bom.starts_with("section,part,name,mpn,needed,unit,packs,"), "{bom}");
    let (_, report) = trial.told(&["export", "json"]);
    assert_eq!(trial.told(&["check", "--format", "json"]).1, report);
}

#[test]
fn the_guide_shows_the_daemons_files_as_they_are_written_and_no_source_of_a_drawing() {
    let checked = memory::Workspace::real().check();
    let files = |output: &outputs::Output| output.files(checked.view()).expect("the build is sound");
    let guide = files(&outputs::site::OUTPUT);
    let page = guide.iter().find(|file| file.path == "site/relayd.html").expect("it has the page");
    let page = String::from_utf8(page.bytes.clone()).expect("a page is text");
    let told: Vec<&str> =
        page.split("<h2>").skip(1).map(|piece| piece.split("</h2>").next().unwrap_or_default()).collect();
    let written = files(&outputs::relayd::OUTPUT);
    let texts = written.iter().map(|file| file.path.as_str()).filter(|path| !path.ends_with(".svg"));
    assert_eq!(told, texts.collect::<Vec<_>>());
    assert!(written.len() > told.len(), "each controller has a drawing besides");
}
