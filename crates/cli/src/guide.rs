//! Verbs of the guide alone: written for the web, and served while its files are written.

use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use clap::Args;
use cli::disk::Disk;
use cli::serve::{self, Server};
use cli::{Checked, write};
use outputs::site::{self, Base, Published};
use outputs::summary::{self, Counts};
use outputs::terminal;

use crate::{CLEAN, FOUND, NOT_PROVED, look, print, written};

/// What `site` takes.
#[derive(Args)]
pub struct Site {
    /// The folder to write, or to replace whole [default: dist/site]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Where it will stand: https://example.org/guide/
    #[arg(long, value_name = "URL", value_parser = Base::read)]
    base_url: Option<Base>,
    /// Write it with errors as well; every page then warns of them
    #[arg(long)]
    allow_errors: bool,
}

impl Site {
    /// Judges, writes the guide, and gives the status.
    pub fn write(&self, disk: &Disk, checked: &Checked) -> Result<u8, String> {
        let counts = Counts::of(&checked.findings);
        let out = self.out.clone().unwrap_or_else(|| disk.root().join("dist/site"));
        let shown = written::short(&out);
        let mut text = terminal::render(&checked.sources, &checked.findings, look());
        let refused = counts.errors > 0 && !self.allow_errors;
        if refused {
            text.push_str(&format!(
                "nothing written: `{shown}` stays as it is until there is no error; `--allow-errors` writes it with a \
                 warning on every page\n"
            ));
        } else {
            let published = Published { base: self.base_url.clone(), errors: counts.errors };
            let files = site::guide(checked.view(), &published);
            write::write(&out, disk.root(), &files).map_err(|refusal| refusal.to_string())?;
            text.push_str(&written::listed(&shown, &files));
            if counts.errors > 0 {
                text.push_str(&format!("every page warns of {}\n", summary::counted(counts.errors, "error")));
            }
        }
        text.push_str(&summary::line(checked.view()));
        text.push('\n');
        print(&text)?;
        Ok(match (refused, counts.not_verified) {
            (true, _) => FOUND,
            (false, 0) => CLEAN,
            (false, _) => NOT_PROVED,
        })
    }
}

/// What `serve` takes.
#[derive(Args)]
pub struct Serve {
    /// The port; 0 takes a free one
    #[arg(long, default_value_t = serve::PORT)]
    port: u16,
    /// The address to listen at; others than this machine can ask at any but a loopback one
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    host: IpAddr,
}

impl Serve {
    /// Serves until the process ends.
    pub fn run(&self, disk: &Disk) -> Result<u8, String> {
        let asked = format!("{}:{}", self.host, self.port);
        let server = Server::bind(self.host, self.port)
            .map_err(|error| format!("{asked}: {error}; `--port 0` takes a free port"))?;
        if !self.host.is_loopback() {
            let _ = writeln!(
                std::io::stderr(),
                "wireloom: whoever reaches this machine can read the guide and its findings, with no password"
            );
        }
        print(&format!("serving the guide at http://{}/; Ctrl-C ends it\n", server.address()))?;
        let said = |checked: &Checked| {
            // Nobody need be reading.
            let _ = print(&format!("{}\n", summary::line(checked.view())));
        };
        match server.run(disk, said) {
            Ok(never) => match never {},
            Err(error) => Err(format!("{asked}: {error}")),
        }
    }
}
