//! The build as an Open Know-How manifest (`okh.toml`, OKH 2.4), by which machines that list open hardware find it.

use std::fmt::Write as _;

use super::Shown;

/// The manifest.
///
/// # Errors
/// A sentence that says which key of `bom/build.toml` the format demands and is not there.
pub fn manifest(shown: &Shown<'_>) -> Result<String, String> {
    let build = shown.view.build;
    let meta = &build.meta;
    let missing = |key: &str| format!("an Open Know-How manifest needs `{key}` in `bom/build.toml`");
    let repository = meta.repository.as_ref().ok_or_else(|| missing("repository"))?;
    let licensor: Vec<&str> =
        meta.credit.iter().map(|(name, ..)| name.as_str()).filter(|name| !name.is_empty()).collect();
    for (key, is_there) in [
        ("title", !meta.title.is_empty()),
        ("license", !meta.license.is_empty()),
        ("summary", !meta.summary.is_empty()),
        ("credit", !licensor.is_empty()),
    ] {
        if !is_there {
            return Err(missing(key));
        }
    }
    let mut text = "okhv = \"2.4\"\n".to_owned();
    let mut say = |key: &str, value: &str| {
        let _ = writeln!(text, "{key} = {}", quoted(value));
    };
    say("name", &meta.title);
    say("repo", repository);
    if !meta.version.is_empty() {
        say("version", &meta.version);
    }
    say("license", &meta.license);
    say("function", meta.summary.trim());
    let licensor: Vec<String> = licensor.into_iter().map(quoted).collect();
    let _ = writeln!(text, "licensor = [{}]", licensor.join(", "));
    // What devices stand in, if places say so; else what calls itself a chassis.
    let outer = build.places.first().map(|place| build.part_of(place.inside));
    let outer =
        outer.or_else(|| build.each_device().find(|(_, _, part)| part.kind == "chassis").map(|(_, _, part)| part));
    let body = outer.and_then(|part| part.body.as_ref());
    let sides =
        body.map(|body| [&body.width, &body.length, &body.height].map(|side| side.known().map(|side| side.hi.0)));
    if let Some([Some(width), Some(depth), Some(height)]) = sides {
        let mm = |metres: f64| format!("{:.1}", metres * 1000.0);
        let _ = writeln!(
            text,
            "\n[outer-dimensions]\nwidth = {}\ndepth = {}\nheight = {}",
            mm(width),
            mm(depth),
            mm(height)
        );
    }
    Ok(text)
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(letter);
            }
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            letter if letter.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}
