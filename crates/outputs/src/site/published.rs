//! Where a guide will stand on the web, and the warning that it must not stand there without.

use super::escape;
use super::shell::Page;
use crate::summary::counted;

/// What a guide says beyond what is in the build. By default: no address of its own, and no warning.
#[derive(Clone, Default, Debug)]
pub struct Published {
    /// Where it will stand.
    pub base: Option<Base>,
    /// Errors that every page warns of.
    pub errors: usize,
}

/// The address of a guide's folder on the web; it ends in `/`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Base(String);

impl Base {
    /// Reads an address; the `/` at its end may be left out.
    ///
    /// # Errors
    /// A sentence that says what it must be.
    pub fn read(text: &str) -> Result<Self, String> {
        let rest = text.strip_prefix("https://").or(text.strip_prefix("http://"));
        let host = rest.and_then(|rest| rest.split('/').next()).unwrap_or_default();
        // What must be encoded in an address is not guessed at: whoever names it has it from a browser.
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/%[]+,=@!$()*;".contains(&byte));
        if host.is_empty() || host.contains('@') || !plain {
            return Err(format!(
                "`{text}` is no address of a folder on the web: https://, a host and a path, with no `?` and no `#`, \
                 other letters than a to z encoded"
            ));
        }
        Ok(Self(format!("{}/", text.trim_end_matches('/'))))
    }

    /// The address of a page; that of `index.html` is the folder's own.
    fn page(&self, path: &str) -> String {
        let path = if path == "index.html" { "" } else { path };
        let mut address = self.0.clone();
        for byte in path.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                    address.push(char::from(byte));
                }
                other => address.push_str(&format!("%{other:02X}")),
            }
        }
        address
    }
}

/// The page that a host shows at every wrong address, in whatever folder.
const WRONG: &str = "404.html";

impl Published {
    /// What stands before links of a page to others: nothing, or `../`.
    pub(super) fn root(&self, path: &str) -> String {
        match &self.base {
            Some(base) if path == WRONG => base.0.clone(),
            _ if path.contains('/') => "../".to_owned(),
            _ => String::new(),
        }
    }

    /// The page's own address, empty if it is not known or the page has none.
    pub(super) fn canonical(&self, path: &str) -> String {
        self.base.as_ref().filter(|_| path != WRONG).map_or(String::new(), |base| base.page(path))
    }

    /// `2 errors`, or empty.
    pub(super) fn stamp(&self) -> String {
        if self.errors == 0 { String::new() } else { counted(self.errors, "error") }
    }
}

/// `sitemap.xml`: the address of every page.
pub(super) fn addresses(base: &Base, pages: &[Page]) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for page in pages.iter().filter(|page| page.path != WRONG) {
        text.push_str(&format!("<url><loc>{}</loc></url>\n", escape(&base.page(&page.path))));
    }
    text.push_str("</urlset>\n");
    text
}

/// `robots.txt`: everybody may read everything, and where the list of addresses is.
pub(super) fn robots(base: Option<&Base>) -> String {
    let list = base.map_or(String::new(), |base| format!("Sitemap: {}\n", base.page("sitemap.xml")));
    format!("User-agent: *\nAllow: /\n{list}")
}

#[cfg(test)]
mod tests {
    use super::Base;

    #[test]
    fn an_address_is_a_folder_on_the_web() {
        for (text, read) in [
            ("https://example.org", "https://example.org/"),
            ("https://example.org/guide/", "https://example.org/guide/"),
            ("http://[::1]:8080/a%20b", "http://[::1]:8080/a%20b/"),
        ] {
            assert_eq!(Base::read(text).expect(text).0, read);
        }
        for text in [
            "",
            "https://",
            "https:///guide",
            "example.org",
            "ftp://example.org",
            "javascript://example.org",
            "https://me@example.org",
            "https://example.org/?a",
            "https://example.org/#a",
            "https://example.org/\"><b>",
            "https://example.org/a b",
            "https://exämple.org",
        ] {
            assert!(Base::read(text).is_err(), "{text}");
        }
    }
}
