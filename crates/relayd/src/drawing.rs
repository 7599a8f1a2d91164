//! The drawing of the wiring that lies beside the config: read, searched for anything that is not part of a drawing, and told from another build's.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use relay_config::RelayConfig;

/// Most bytes of a drawing.
pub const MOST_BYTES: u64 = 2 * 1024 * 1024;
/// The version of the format.
const SCHEMA: &str = "1";
/// Elements within elements.
const DEEPEST: usize = 16;

const ELEMENTS: [&str; 13] =
    ["svg", "title", "desc", "g", "rect", "path", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan"];
/// What an element may say of itself; none of it loads or runs anything.
const ATTRIBUTES: [&str; 47] = [
    "aria-hidden",
    "aria-label",
    "aria-labelledby",
    "class",
    "cx",
    "cy",
    "d",
    "data-build",
    "data-controller",
    "data-net",
    "data-outlets",
    "data-schema",
    "data-version",
    "data-wire",
    "display",
    "dx",
    "dy",
    "fill",
    "font-family",
    "font-size",
    "font-weight",
    "height",
    "id",
    "opacity",
    "points",
    "r",
    "role",
    "rx",
    "ry",
    "stroke",
    "stroke-dasharray",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-width",
    "text-anchor",
    "transform",
    "viewBox",
    "width",
    "x",
    "x1",
    "x2",
    "xmlns",
    "y",
    "y1",
    "y2",
    "fill-rule",
    "fill-opacity",
];

/// The drawing for a config: `relayd.svg` beside `relayd.toml`.
///
/// # Errors
/// Why there is none, in words.
pub fn read(beside: &Path, config: &RelayConfig) -> Result<String, String> {
    if beside.as_os_str().is_empty() {
        return Err("a sample runs, which no build was made for".to_owned());
    }
    let path = beside.with_extension("svg");
    let about = |words: &str| format!("`{}` {words}", path.display());
    let what = match std::fs::metadata(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(about("is not there; `wireloom build` writes it beside the config"));
        }
        Err(error) => return Err(about(&format!("cannot be looked at: {error}"))),
        Ok(what) => what,
    };
    if !what.is_file() {
        return Err(about("is no file"));
    }
    let mut bytes = Vec::new();
    let file = File::open(&path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes));
    file.map_err(|error| about(&format!("cannot be read: {error}")))?;
    if MOST_BYTES < bytes.len() as u64 {
        return Err(about(&format!("has more than {MOST_BYTES} bytes")));
    }
    let text = String::from_utf8(bytes).map_err(|_| about("is no UTF-8"))?;
    let root = look_through(&text).map_err(|words| about(&format!("is no drawing of wireloom's: {words}")))?;
    let is = |name: &str, wanted: &str| {
        let own = root.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
        own == Some(wanted)
    };
    if !is("data-schema", SCHEMA) {
        return Err(about("is of another version of the format"));
    }
    let slugs: Vec<&str> = config.outlets.iter().map(|own| own.slug.as_str()).collect();
    let is_ours = is("data-controller", &config.slug)
        && is("data-build", &config.build.name)
        && is("data-version", &config.build.version)
        && is("data-outlets", &slugs.join(" "));
    if is_ours { Ok(text) } else { Err(about("was drawn of another build, or of another version of it")) }
}

type Attributes = Vec<(String, String)>;

/// Looks at every byte; gives what the outermost element says of itself, in plain letters.
///
/// # Errors
/// What is none of a drawing's, in words.
fn look_through(text: &str) -> Result<Attributes, String> {
    let mut rest = text.trim();
    let mut open: Vec<&str> = Vec::new();
    let mut root = None;
    while !rest.is_empty() {
        let Some(tag) = rest.strip_prefix('<') else {
            let (words, after) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
            plain(words)?;
            if open.is_empty() {
                return Err("text beside the drawing".to_owned());
            }
            rest = after;
            continue;
        };
        // No attribute that is let through has a `>` in it.
        let (tag, after) = tag.split_once('>').ok_or("a tag without an end")?;
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return Err(format!("`</{}>` where nothing such is open", short(name)));
            }
            continue;
        }
        let (tag, is_whole) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let (name, mut said) = tag.split_at(tag.find(char::is_whitespace).unwrap_or(tag.len()));
        let name = ELEMENTS.into_iter().find(|own| *own == name).ok_or_else(|| format!("`<{}>`", short(name)))?;
        if (name == "svg") != (open.is_empty() && root.is_none()) {
            return Err("more than one drawing, or none around it".to_owned());
        }
        if open.last().is_some_and(|around| matches!(*around, "title" | "desc")) {
            return Err("a tag within a title".to_owned());
        }
        let mut attributes = Attributes::new();
        while !said.trim_start().is_empty() {
            let (own, after) = said.trim_start().split_once("=\"").ok_or("an attribute without a value")?;
            let (value, after) = after.split_once('"').ok_or("an attribute without an end")?;
            attribute(own, value)?;
            attributes.push((own.to_owned(), plain(value)?));
            said = after;
        }
        if root.is_none() {
            root = Some(attributes);
        }
        if !is_whole {
            open.push(name);
        }
        if DEEPEST < open.len() {
            return Err("it is too deep".to_owned());
        }
    }
    if !open.is_empty() {
        return Err("it breaks off".to_owned());
    }
    root.ok_or_else(|| "it is empty".to_owned())
}

fn attribute(name: &str, value: &str) -> Result<(), String> {
    let is_fine = ATTRIBUTES.contains(&name)
        && match name {
            "id" => value.starts_with("d-"),
            "xmlns" => value == "http://www.w3.org/2000/svg",
            "fill" | "stroke" => !value.contains('('),
            _ => true,
        };
    if is_fine { Ok(()) } else { Err(format!("the attribute `{}`", short(name))) }
}

/// Text without its entities; only those that stand for one letter are known.
fn plain(text: &str) -> Result<String, String> {
    const ENTITIES: [(&str, char); 7] =
        [("amp;", '&'), ("lt;", '<'), ("gt;", '>'), ("quot;", '"'), ("apos;", '\''), ("#34;", '"'), ("#39;", '\'')];
    if text.chars().any(|letter| letter.is_control() && letter != '\n' && letter != '\t') {
        return Err("a control character".to_owned());
    }
    let mut pieces = text.split('&');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let known = ENTITIES.iter().find_map(|(name, letter)| Some((piece.strip_prefix(name)?, letter)));
        let (after, letter) = known.ok_or("an entity that is not known")?;
        out.push(*letter);
        out.push_str(after);
    }
    Ok(out)
}

fn short(words: &str) -> String {
    words.chars().filter(|letter| !letter.is_control()).take(20).collect()
}

#[cfg(test)]
mod tests {
    use super::{MOST_BYTES, look_through, read};
    use relay_config::RelayConfig;

    const DRAWING: &str = "<svg data-schema=\"1\" data-controller=\"pi-5\" data-build=\"sample\" data-version=\"1\" data-outlets=\"pi-1 pi-2 pi-3 pi-4\">\
        <title id=\"d-title\">A &amp; B</title><g class=\"vs v0\"><path d=\"M0 0h9\" fill=\"none\"/></g></svg>\n";

    fn told(drawing: &str) -> Result<String, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let config = RelayConfig::parse(include_str!("sample.toml")).expect("the sample is sound");
        std::fs::write(folder.path().join("relayd.svg"), drawing).expect("it is written");
        read(&folder.path().join("relayd.toml"), &config)
    }

    #[test]
    fn a_drawing_of_the_same_build_is_shown_as_it_is() {
        assert_eq!(told(DRAWING).as_deref(), Ok(DRAWING));
    }

    #[test]
    fn a_drawing_of_another_build_is_not_shown() {
        for (ours, other) in [
            ("data-version=\"1\"", "data-version=\"2\""),
            ("data-build=\"sample\"", "data-build=\"rack\""),
            ("data-controller=\"pi-5\"", "data-controller=\"pi-1\""),
            ("pi-1 pi-2 pi-3 pi-4", "pi-2 pi-1 pi-3 pi-4"),
        ] {
            let words = told(&DRAWING.replace(ours, other)).expect_err(other);
            assert!(words.contains("of another build"), "{words}");
        }
        let words = told(&DRAWING.replace("schema=\"1\"", "schema=\"2\"")).expect_err("another version");
        assert!(words.contains("another version of the format"), "{words}");
    }

    #[test]
    fn whatever_is_no_drawing_is_refused() {
        let g = "<g class=\"vs v0\">";
        for bad in [
            "<script>1</script>",
            "<g onclick=\"1\">",
            "<g style=\"fill:red\">",
            "<a href=\"https://example.org\">",
            "<path fill=\"url(https://example.org/x)\"/>",
            "<foreignObject>",
            "<style>*{}</style>",
            "<g id=\"main\">",
            "<!-- -->",
            "<![CDATA[x]]>",
            "<?x?>",
            "<g class='a'>",
            "<g class=a>",
            "<g class=\"a\"onclick=\"1\">",
            "&nbsp;",
            "<title><g></title>",
            "<svg></svg>",
            "<g",
            "</svg>",
            "\u{1b}",
        ] {
            let drawing = DRAWING.replacen(g, &format!("{bad}{g}"), 1);
            assert!(look_through(&drawing).is_err(), "{bad}");
        }
        assert!(look_through("").is_err() && look_through("text").is_err() && look_through("<g></g>").is_err());
        assert!(look_through(&format!("<svg>{}{}</svg>", "<g>".repeat(99), "</g>".repeat(99))).is_err());
        assert!(look_through(&format!("{DRAWING}{DRAWING}")).is_err() && look_through(&format!("{DRAWING}x")).is_err());
        let long = DRAWING.replacen(g, &format!("{}{g}", " ".repeat(MOST_BYTES as usize)), 1);
        assert!(told(&long).is_err_and(|words| words.contains("bytes")), "too long");
    }

    #[test]
    fn where_there_is_none_that_is_said() {
        let config = RelayConfig::parse(include_str!("sample.toml")).expect("the sample is sound");
        let words = read(std::path::Path::new("/nowhere/relayd.toml"), &config).expect_err("nothing is there");
        assert!(words.contains("`/nowhere/relayd.svg` is not there"), "{words}");
        assert!(read(std::path::Path::new(""), &config).is_err_and(|words| words.contains("a sample")));
    }
}
