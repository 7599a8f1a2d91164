//! What is shown at the moment, who waits for it to change, and what each address answers.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use outputs::site::live::{self, Pages};
use outputs::site::{self, Published};

use super::http::{self, Places, Request};
use crate::Checked;

/// The folder of addresses that are not the guide's.
const OWN: &str = ".wireloom";
/// Most askers that wait for events at once; the other places are for pages.
const MOST_WAITING: usize = 96;
/// After how long without an event a line is sent, to see whether the asker is still there.
const QUIET: Duration = Duration::from_secs(2);

const HTML: &str = "text/html; charset=utf-8";

/// The guide as it stands, shared by all who answer.
pub struct Live {
    now: Mutex<Now>,
    changed: Condvar,
    waiting: Places,
    /// Only asked by this machine, so that another name in a request is a page of the web that was led here.
    loopback: bool,
}

#[derive(Clone)]
struct Now {
    /// Number of the last event.
    number: u64,
    /// Number of the last event that changed a page.
    pages_since: u64,
    /// Path below the guide's root → bytes.
    pages: Arc<BTreeMap<String, Vec<u8>>>,
    /// Every name bound in the build of `pages`.
    sound: bool,
    bar: Arc<str>,
}

/// Something changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Event {
    number: u64,
    pages: bool,
}

impl Now {
    /// What somebody missed who saw event `after`; a number that was never given is another run's.
    fn since(&self, after: u64) -> Option<Event> {
        let missed = after != self.number;
        missed.then_some(Event { number: self.number, pages: after < self.pages_since || self.number < after })
    }
}

impl Live {
    /// Nothing to show yet.
    pub fn new(loopback: bool) -> Self {
        // Numbers of two runs differ, so that a page which outlived one run is loaded again in the next.
        let number = u64::from(std::process::id()) << 20;
        let now =
            Now { number, pages_since: number, pages: Arc::default(), sound: false, bar: Arc::from(String::new()) };
        Self { now: Mutex::new(now), changed: Condvar::new(), waiting: Places::new(MOST_WAITING), loopback }
    }

    /// Shows a build. If something in it did not bind, its pages would have holes: the last whole ones then stay.
    pub fn show(&self, checked: &Checked) {
        let unbound = checked.unbound() > 0;
        let before = self.now().clone();
        let kind = match (unbound, before.sound) {
            (false, _) => Pages::Fresh,
            (true, true) => Pages::Kept,
            (true, false) => Pages::Partial,
        };
        let bar: Arc<str> = Arc::from(live::bar(checked.view(), kind));
        let pages = if kind == Pages::Kept {
            Arc::clone(&before.pages)
        } else {
            let files = site::guide(checked.view(), &Published::default());
            Arc::new(files.into_iter().map(|file| (file.path, file.bytes)).collect())
        };
        let same = *pages == *before.pages;
        if same && bar == before.bar {
            return;
        }
        let number = before.number + 1;
        let pages_since = if same { before.pages_since } else { number };
        *self.now() = Now { number, pages_since, pages, sound: before.sound || !unbound, bar };
        self.changed.notify_all();
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().expect("nobody panics while holding what is shown")
    }

    /// Answers one request; an asker that goes away is no fault.
    pub fn answer(&self, stream: &TcpStream) {
        let request = match http::read(stream) {
            Ok(request) => request,
            Err(None) => return,
            Err(Some(status)) => {
                let _ = http::write_refusal(stream, status);
                return;
            }
        };
        if self.loopback && request.host.as_deref().is_some_and(|host| !http::is_here(host)) {
            let _ = http::write_refusal(stream, http::FORBIDDEN);
            return;
        }
        let _ = match request.path.strip_prefix("/.wireloom/") {
            Some("events") => self.events(stream, &request),
            Some("bar") => http::write(stream, http::OK, HTML, self.now().clone().bar.as_bytes(), request.head_only),
            Some("live.css") => http::write(stream, http::OK, kind("a.css"), live::STYLE.as_bytes(), request.head_only),
            Some("live.js") => http::write(stream, http::OK, kind("a.js"), live::SCRIPT.as_bytes(), request.head_only),
            _ => self.page(stream, &request),
        };
    }

    /// What stands at an address of the guide: looked up by its whole path, never on a disk.
    fn page(&self, stream: &TcpStream, request: &Request) -> io::Result<()> {
        let now = self.now().clone();
        let mut path = request.path.trim_start_matches('/').to_owned();
        if path.is_empty() || path.ends_with('/') {
            path.push_str("index.html");
        }
        let barred = |text: &str| live::with_bar(text, &now.bar, OWN, now.number).into_bytes();
        match now.pages.get(&path) {
            Some(bytes) if path.ends_with(".html") => {
                let text = String::from_utf8_lossy(bytes);
                http::write(stream, http::OK, HTML, &barred(&text), request.head_only)
            }
            Some(bytes) => http::write(stream, http::OK, kind(&path), bytes, request.head_only),
            None => {
                // The page's links start from the guide's root, wherever the wrong address seemed to be.
                let page = now.pages.get("404.html").map_or(&b""[..], Vec::as_slice);
                let text = String::from_utf8_lossy(page).replacen("<head>", "<head>\n<base href=\"/\">", 1);
                http::write(stream, http::NOT_FOUND, HTML, &barred(&text), request.head_only)
            }
        }
    }

    /// Sends what changes, until the asker leaves.
    fn events(&self, mut stream: &TcpStream, request: &Request) -> io::Result<()> {
        let Some(place) = self.waiting.take() else { return http::write_refusal(stream, http::BUSY) };
        http::write_open(stream, "text/event-stream")?;
        if request.head_only {
            return Ok(());
        }
        let asked = request.query.split('&').find_map(|pair| pair.strip_prefix("after="));
        let seen = request.last_event.as_deref().or(asked).and_then(|number| number.parse::<u64>().ok());
        let mut told = seen.unwrap_or_else(|| self.now().number);
        stream.write_all(b"retry: 1000\n\n")?;
        loop {
            let line = match self.wait(told) {
                Some(Event { number, pages }) => {
                    told = number;
                    let what = if pages { "pages" } else { "findings" };
                    format!("id: {number}\nevent: {what}\ndata: {number}\n\n")
                }
                None => ": quiet\n\n".to_owned(),
            };
            if let Err(error) = stream.write_all(line.as_bytes()) {
                drop(place);
                return Err(error);
            }
        }
    }

    /// The next event after one; `None` if there is none for a while.
    fn wait(&self, after: u64) -> Option<Event> {
        let same = |now: &mut Now| now.since(after).is_none();
        let (now, _) = self
            .changed
            .wait_timeout_while(self.now(), QUIET, same)
            .expect("nobody panics while holding what is shown");
        now.since(after)
    }
}

/// The type of a file, by the end of its name.
fn kind(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, end)| end) {
        "html" => HTML,
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "json" => "application/json",
        "xml" => "application/xml",
        "csv" => "text/csv; charset=utf-8",
        "txt" | "toml" | "md" => "text/plain; charset=utf-8",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}
