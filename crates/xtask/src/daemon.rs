//! The relay daemon with simulated lines, as a process for whoever wants to ask it something: a folder of its own, free ports, accounts.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use anyhow::{Context as _, bail};

/// A daemon that runs until this is dropped.
pub struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Daemon {
    /// How it ended, if it did.
    pub fn ended(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        Ok(self.0.try_wait()?)
    }
}

/// Builds the program and gives its path.
pub fn program() -> anyhow::Result<PathBuf> {
    super::run("build", &mut super::cargo(&["build", "--quiet", "--package", "relayd", "--locked"]))?;
    Ok(super::built("debug").with_file_name("wireloom-relayd"))
}

/// Where one runs.
pub struct Place {
    /// `relayd.toml`, `daemon.toml`, `daemon.log`, `state/`.
    pub folder: PathBuf,
    /// The port with TLS, on loopback.
    pub https: u16,
    /// The port without, on loopback.
    pub http: u16,
}

impl Place {
    /// Lays out a folder for a config, and for the drawing beside it if there is one; what the folder held goes.
    pub fn lay(folder: &Path, config: &Path) -> anyhow::Result<Self> {
        if folder.exists() {
            fs::remove_dir_all(folder).context("clearing what an earlier run left")?;
        }
        fs::create_dir_all(folder.join("state"))?;
        fs::copy(config, folder.join("relayd.toml")).with_context(|| config.display().to_string())?;
        let drawing = config.with_extension("svg");
        if drawing.exists() {
            fs::copy(&drawing, folder.join("relayd.svg"))?;
        }
        let (https, http) = (free()?, free()?);
        fs::write(
            folder.join("daemon.toml"),
            format!("[web]\nhttps = \"127.0.0.1:{https}\"\nhttp = \"127.0.0.1:{http}\"\n"),
        )?;
        Ok(Self { folder: folder.to_owned(), https, http })
    }

    fn user(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.args(["user", "--state"]).arg(self.folder.join("state"));
        command
    }

    /// Adds an account with a password.
    pub fn account(&self, program: &Path, name: &str, role: &str, password: &str) -> anyhow::Result<()> {
        let mut command = self.user(program);
        let mut child = command
            .args(["add", name, "--role", role])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .context("the account cannot be made")?;
        writeln!(child.stdin.take().context("nobody takes the password")?, "{password}")?;
        if !child.wait()?.success() {
            bail!("no account `{name}`");
        }
        Ok(())
    }

    /// Adds an account, and gives a token of it.
    pub fn token(&self, program: &Path, name: &str, role: &str) -> anyhow::Result<String> {
        let mut add = self.user(program);
        let added = add.args(["add", name, "--role", role, "--generate"]).stdout(Stdio::null()).status()?;
        let given = self.user(program).args(["token", name]).output()?;
        if !added.success() || !given.status.success() {
            bail!("no token for `{name}`");
        }
        Ok(String::from_utf8(given.stdout)?.trim().to_owned())
    }

    /// Starts the daemon and waits until it says that it is ready; what it says is in `daemon.log`.
    pub fn start(&self, program: &Path) -> anyhow::Result<Daemon> {
        let mut child = Command::new(program)
            .args(["--sim", "--config"])
            .arg(self.folder.join("relayd.toml"))
            .arg("--settings")
            .arg(self.folder.join("daemon.toml"))
            .arg("--state")
            .arg(self.folder.join("state"))
            .stderr(Stdio::piped())
            .spawn()
            .context("the daemon cannot start")?;
        let mut lines = BufReader::new(child.stderr.take().context("the daemon says nothing")?).lines();
        let daemon = Daemon(child);
        let mut log = File::create(self.folder.join("daemon.log"))?;
        let mut is_ready = false;
        while !is_ready {
            let Some(line) = lines.next().transpose()? else { bail!("the daemon ended before it was ready") };
            is_ready = line.contains("ready: ");
            writeln!(log, "{line}")?;
        }
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _ = writeln!(log, "{line}");
            }
        });
        Ok(daemon)
    }
}

/// A port that nobody has.
fn free() -> anyhow::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
