//! The guide in a browser while its files are written: pages, what no address leads to, events. All on loopback.

mod trial;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use trial::Trial;

/// After this long a test gives up; nothing waits for it to pass.
const GIVE_UP: Duration = Duration::from_secs(300);

/// The command as it serves; ended with the test.
struct Served {
    child: Child,
    said: BufReader<ChildStdout>,
    address: SocketAddr,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer.
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Served {
    fn of(trial: &Trial) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wireloom"));
        command.args(["serve", "--port", "0"]).current_dir(trial.root());
        Self::start(command)
    }

    fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the command runs");
        let mut said = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut line = String::new();
        said.read_line(&mut line).expect("it says where");
        let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next()).expect("an address");
        let address: SocketAddr = address.parse().unwrap_or_else(|_| panic!("{line}"));
        assert!(address.ip().is_loopback(), "{line}");
        Self { child, said, address }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("it listens");
        stream.set_read_timeout(Some(GIVE_UP)).expect("it can be set");
        stream
    }

    fn send(&self, request: &str) -> Answer {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).expect("it is taken");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("it answers");
        let text = String::from_utf8(bytes).expect("text");
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{request:?}: {text:?}"));
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }

    fn get(&self, path: &str) -> Answer {
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"))
    }

    /// Events from the one that a page showed on.
    fn events(&self, told: &str) -> BufReader<TcpStream> {
        let mut stream = self.connect();
        let request = format!("GET /.wireloom/events?after={told} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address);
        stream.write_all(request.as_bytes()).expect("it is taken");
        BufReader::new(stream)
    }
}

/// The number that a page's script starts from.
fn told(page: &Answer) -> String {
    page.body.split("data-told=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a number").to_owned()
}

/// Waits for the next event of a stream; says what changed.
fn next(events: &mut BufReader<TcpStream>) -> String {
    loop {
        let mut line = String::new();
        assert!(events.read_line(&mut line).expect("it goes on") > 0, "the stream ended");
        if let Some(what) = line.strip_prefix("event: ") {
            return what.trim().to_owned();
        }
    }
}

#[test]
fn pages_have_their_type_and_the_bar() {
    let trial = Trial::new();
    let served = Served::of(&trial);
    for (path, kind) in [
        ("/", "text/html; charset=utf-8"),
        ("/index.html?a=b", "text/html; charset=utf-8"),
        ("/steps/", "text/html; charset=utf-8"),
        ("/rules/N001.html", "text/html; charset=utf-8"),
        ("/style.css", "text/css; charset=utf-8"),
        ("/script.js", "text/javascript; charset=utf-8"),
        ("/robots.txt", "text/plain; charset=utf-8"),
        ("/control.svg", "image/svg+xml"),
        ("/.wireloom/live.js", "text/javascript; charset=utf-8"),
        ("/.wireloom/live.css", "text/css; charset=utf-8"),
    ] {
        let whole = served.get(path);
        assert_eq!(whole.status, 200, "{path}");
        assert!(whole.head.contains(&format!("\r\nContent-Type: {kind}\r\n")), "{path}: {}", whole.head);
        assert!(whole.head.contains(&format!("\r\nContent-Length: {}", whole.body.len())), "{path}: {}", whole.head);
        let page = kind.starts_with("text/html");
        for mark in ["<aside id=\"wireloom-live\" class=\"good\"", "<script src=\"/.wireloom/live.js\""] {
            assert_eq!(whole.body.matches(mark).count(), usize::from(page), "{path}: {mark}");
        }
        let head = served.send(&format!("HEAD {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        assert_eq!((head.head, head.body.as_str()), (whole.head, ""), "{path}");
    }
}

#[test]
fn no_address_leads_out_of_the_guide() {
    let trial = Trial::new().with("secret.html", "<p>secret</p>");
    let served = Served::of(&trial);
    for path in [
        "/nothing.html",
        "/../secret.html",
        "/..%2fsecret.html",
        "/%2e%2e/secret.html",
        "/steps/../../secret.html",
        "/steps/../index.html",
        "//etc/passwd",
        "/etc/passwd",
        "/..\\secret.html",
        "/index.html%00.css",
        "/bom/build.toml",
        "/.wireloom/",
        "/.wireloom/../index.html",
    ] {
        let answer = served.get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.body.contains("<base href=\"/\">") && !answer.body.contains("secret"), "{path}");
    }
    for (request, status) in [
        ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc", 405),
        ("GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        ("GET http://example.org/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        ("nonsense\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n", 403),
        ("GET / HTTP/1.1\r\nHost: localhost.example.org:80\r\n\r\n", 403),
    ] {
        assert_eq!(served.send(request).status, status, "{request}");
    }
    let long = format!("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "a".repeat(20_000));
    assert_eq!(served.send(&long).status, 431);
    assert_eq!(served.get("/").status, 200, "it serves on");
}

#[test]
fn a_file_that_changes_brings_an_event_and_another_page() {
    let trial = Trial::new();
    let served = Served::of(&trial);
    let before = served.get("/");
    assert!(before.body.contains("<title>Overview – A lamp on a supply</title>"), "{}", before.body);
    let mut events = served.events(&told(&before));
    let trial = trial.edited("bom/build.toml", "A lamp on a supply", "A lamp on a desk");
    assert_eq!(next(&mut events), "pages");
    assert!(served.get("/").body.contains("<title>Overview – A lamp on a desk</title>"));
    // A file more is a change as well; whoever asks late is told at once, also by another run's number.
    let _trial = trial.with("wiring/open.toml", "[open.where]\nask = \"Where does the lamp stand?\"\n");
    assert_eq!(next(&mut events), "pages");
    assert!(served.get("/findings.html").body.contains("Where does the lamp stand?"));
    assert_eq!(next(&mut served.events(&told(&before))), "pages");
    assert_eq!(next(&mut served.events("18446744073709551615")), "pages");
}

#[test]
fn a_broken_file_keeps_the_last_good_page_and_shows_what_is_broken() {
    let trial = Trial::new();
    let mut served = Served::of(&trial);
    let before = served.get("/wiring.html");
    let mut events = served.events(&told(&before));
    let bare = |answer: &Answer| answer.body.split("</aside>").nth(1).expect("the page follows the bar").to_owned();
    for (find, put, finding, place) in [
        ("stock =", "stock = = \"<b>\"", "error[D001 ", "wiring/wires.toml:"),
        ("stock = = \"<b>\"", "stok =", "error[D002 unknown-key]", "wiring/wires.toml:"),
    ] {
        let path = trial.root().join("wiring/wires.toml");
        let text = std::fs::read_to_string(&path).expect("it is there");
        assert_eq!(text.matches(find).count(), 1, "{text}");
        std::fs::write(path, text.replace(find, put)).expect("it can be written");
        assert_eq!(next(&mut events), "findings", "{put}");
        let broken = served.get("/wiring.html");
        assert_eq!(bare(&broken), bare(&before), "{put}");
        let bar = served.get("/.wireloom/bar").body;
        assert!(broken.body.contains(&bar), "{bar}");
        for words in [finding, place, "class=\"bad\"", "The pages are the last in which every name bound."] {
            assert!(bar.contains(words), "{words}: {bar}");
        }
    }
    let trial = trial.edited("wiring/wires.toml", "stok =", "stock =");
    // The page is as it was: only the bar goes back.
    assert_eq!(next(&mut events), "findings");
    assert!(served.get("/").body.contains("class=\"good\""));
    // What binds and is wrong is shown as it is, with what is wrong.
    let _trial = trial.edited("bom/parts/lamp.toml", "\"4.5..5.5 V\"", "\"3..3.6 V\"");
    assert_eq!(next(&mut events), "pages");
    let page = served.get("/findings.html").body;
    assert!(page.contains("class=\"bad\"") && page.contains("do not power this build"), "{page}");
    let mut line = String::new();
    served.said.read_line(&mut line).expect("it says what it found");
    assert!(line.starts_with("0 errors, "), "{line}");
}

#[test]
fn a_build_that_never_bound_is_served_with_what_is_missing_said() {
    let trial = Trial::new().edited("wiring/wires.toml", "lamp.plus", "lamb.plus");
    let served = Served::of(&trial);
    let page = served.get("/").body;
    assert!(page.contains("What did not bind is left out of the pages.") && page.contains("error[M002 "), "{page}");
    let mut events = served.events(&told(&served.get("/")));
    let _trial = trial.edited("wiring/wires.toml", "lamb.plus", "lamp.plus");
    assert_eq!(next(&mut events), "pages");
    assert!(served.get("/").body.contains("class=\"good\""));
}

#[test]
fn a_port_that_is_taken_ends_in_2_and_says_what_to_do() {
    let trial = Trial::new();
    let served = Served::of(&trial);
    let output = trial.run(&["serve", "--port", &served.address.port().to_string()]);
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(trial::status(&output), 2, "{words}");
    assert!(words.contains("`--port 0` takes a free port"), "{words}");
}

#[cfg(target_os = "linux")]
#[test]
fn an_interrupt_ends_it() {
    let trial = Trial::new();
    // Where the tests run in the background an interrupt may be ignored, and that is inherited.
    let mut command = Command::new("env");
    command.args(["--default-signal=INT", env!("CARGO_BIN_EXE_wireloom"), "serve", "--port", "0"]);
    command.current_dir(trial.root());
    let mut served = Served::start(command);
    assert_eq!(served.get("/").status, 200);
    let id = served.child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().expect("kill runs").success());
    use std::os::unix::process::ExitStatusExt as _;
    assert_eq!(served.child.wait().expect("it ends").signal(), Some(2));
}
