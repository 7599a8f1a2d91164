//! Text for pages: escaped characters, Markdown without raw HTML, short forms of numbers.

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, html};

/// Text between tags or in a quoted attribute.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other if other.is_control() && other != '\n' && other != '\t' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}

/// JSON between the tags of a script: nothing in its texts ends the element that it stands in.
pub fn embedded(value: &serde_json::Value) -> String {
    let text = serde_json::to_string(value).expect("plain values");
    text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// Markdown as HTML; tags in it are shown as they were typed, headings stand two levels lower.
pub fn markdown(text: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let events = Parser::new_ext(text, options).map(|event| match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Event::Text(raw),
        Event::Start(Tag::Link { dest_url, link_type, title, id }) => {
            Event::Start(Tag::Link { dest_url: address(dest_url), link_type, title, id })
        }
        Event::Start(Tag::Image { dest_url, .. }) => Event::Start(Tag::Link {
            dest_url: address(dest_url),
            link_type: pulldown_cmark::LinkType::Inline,
            title: CowStr::Borrowed(""),
            id: CowStr::Borrowed(""),
        }),
        Event::End(pulldown_cmark::TagEnd::Image) => Event::End(pulldown_cmark::TagEnd::Link),
        Event::Start(Tag::Heading { level, .. }) => {
            Event::Start(Tag::Heading { level: lower(level), id: None, classes: Vec::new(), attrs: Vec::new() })
        }
        Event::End(pulldown_cmark::TagEnd::Heading(level)) => Event::End(pulldown_cmark::TagEnd::Heading(lower(level))),
        other => other,
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    out.replace("<table>", "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>")
        .replace("</table>", "</table></div>")
        .replace("<pre>", "<pre tabindex=\"0\">")
}

/// Markdown without its marks, in one line.
pub fn plain(text: &str) -> String {
    let mut out = String::new();
    for event in Parser::new(text) {
        match event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => out.push_str(&text),
            Event::SoftBreak | Event::HardBreak => out.push(' '),
            Event::End(
                pulldown_cmark::TagEnd::Paragraph | pulldown_cmark::TagEnd::Item | pulldown_cmark::TagEnd::Heading(_),
            ) => {
                out.push(' ');
            }
            _ => {}
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An address that may stand in a link: a web address, or a place in this site; anything else leads nowhere.
pub fn safe_address(url: &str) -> &str {
    let scheme = url.split_once(':').map(|(scheme, _)| scheme);
    match scheme {
        Some("https" | "http" | "mailto") | None => url,
        Some(other) if other.contains(['/', '#', '?']) => url,
        Some(_) => "#",
    }
}

fn address<'a>(url: CowStr<'a>) -> CowStr<'a> {
    if safe_address(&url) == &*url { url } else { CowStr::Borrowed("#") }
}

fn lower(level: pulldown_cmark::HeadingLevel) -> pulldown_cmark::HeadingLevel {
    use pulldown_cmark::HeadingLevel::{H3, H4, H5, H6};
    match level as usize {
        1 => H3,
        2 => H4,
        3 => H5,
        _ => H6,
    }
}

/// `1 wire`, `3 wires`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

/// `pi[1]`, `pi[2]`, `pi[3]` as `pi[1..3]`; other names as they are.
pub fn names<'a>(all: impl IntoIterator<Item = &'a str>) -> String {
    let mut runs: Vec<(&str, Option<(u32, u32)>)> = Vec::new();
    for name in all {
        let numbered = name.strip_suffix(']').and_then(|rest| rest.rsplit_once('['));
        let (stem, number) = match numbered.and_then(|(stem, number)| Some((stem, number.parse::<u32>().ok()?))) {
            Some((stem, number)) => (stem, Some(number)),
            None => (name, None),
        };
        match (runs.last_mut(), number) {
            (Some((same, Some((_, last)))), Some(number)) if *same == stem && *last + 1 == number => *last = number,
            _ => runs.push((stem, number.map(|number| (number, number)))),
        }
    }
    let told = runs.into_iter().map(|(stem, numbers)| match numbers {
        None => stem.to_owned(),
        Some((one, same)) if one == same => format!("{stem}[{one}]"),
        Some((first, last)) => format!("{stem}[{first}..{last}]"),
    });
    told.collect::<Vec<_>>().join(", ")
}

/// `0.15 m` as `150 mm`, from two metres up as `2.4 m`.
pub fn length(metres: f64) -> String {
    if metres < 2.0 { format!("{:.0} mm", metres * 1000.0) } else { format!("{metres:.1} m") }
}

#[cfg(test)]
mod tests {
    use super::{escape, markdown, names, safe_address};

    #[test]
    fn tags_in_markdown_are_shown_and_not_obeyed() {
        let html = markdown("Push <script>alert(1)</script> **in**\n\n<div onclick=x>\n");
        assert!(html.contains("&lt;script&gt;") && html.contains("<strong>in</strong>"), "{html}");
        assert!(!html.contains("<script") && !html.contains("<div onclick"), "{html}");
    }

    #[test]
    fn addresses_with_code_in_them_lead_nowhere() {
        assert_eq!(safe_address("javascript:alert(1)"), "#");
        assert_eq!(safe_address("https://example.org/a?b=c:d"), "https://example.org/a?b=c:d");
        assert_eq!(safe_address("parts.html#x:y"), "parts.html#x:y");
        assert!(markdown("[x](javascript:alert)").contains("href=\"#\""));
    }

    #[test]
    fn numbers_in_a_row_become_a_range() {
        assert_eq!(names(["pi[1]", "pi[2]", "pi[3]", "k1", "pi[5]"]), "pi[1..3], k1, pi[5]");
    }

    #[test]
    fn quotes_cannot_leave_an_attribute() {
        assert_eq!(escape("a\"b'<"), "a&quot;b&#39;&lt;");
    }
}
