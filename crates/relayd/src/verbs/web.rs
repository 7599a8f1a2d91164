//! Pages and API of the running daemon: addresses and certificate are taken before the process is shut off, and served once the lines are held.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::sync::Arc;

use relay_config::RelayConfig;
use relay_engine::failure::Machine;
use relayd::control::Handle;
use relayd::http::dispatch::router;
use relayd::http::{Api, Settings, feed, serve};
use relayd::mqtt::Seen;
use relayd::peers::Known;
use relayd::settings::Web;
use relayd::systemd;
use relayd::tls::{self, Identity};
use rustls::ServerConfig;
use tracing::{error, info, warn};

use super::certificate::names;
use super::run::{Run, persists};

/// Where it is served if nothing says where.
const PORT: u16 = 8443;

/// What was taken.
pub struct Front {
    https: TcpListener,
    server: Arc<ServerConfig>,
    http: Option<TcpListener>,
    machine: Machine,
}

/// Takes addresses and certificate. What is in the way is said and keeps nobody from the socket: a port that is taken must not leave a machine dark.
pub fn open(run: &Run, web: &Web, simulated: bool, config: &RelayConfig) -> Option<Front> {
    if !web.serve {
        return None;
    }
    taken(run, web, simulated, config).inspect_err(|words| error!("no pages and no API: {words}")).ok()
}

fn taken(run: &Run, web: &Web, simulated: bool, config: &RelayConfig) -> Result<Front, String> {
    let identity = match web.certificate.as_ref().zip(web.key.as_ref()) {
        Some((certificate, key)) => Identity::load(certificate, key)?,
        None => Identity::load_or_make(&run.state.join("tls.pem"), &names(Some(config)))?.0,
    };
    let fingerprint = identity.fingerprint();
    let read = |path| std::fs::read(path).map_err(|error| format!("`{}`: {error}", std::path::Path::display(path)));
    let clients = web.clients.as_deref().map(read).transpose()?;
    let server = tls::server(identity, clients.as_deref())?;
    let anywhere = [SocketAddr::from((Ipv6Addr::UNSPECIFIED, PORT)), SocketAddr::from((Ipv4Addr::UNSPECIFIED, PORT))];
    let here = [SocketAddr::from((Ipv4Addr::LOCALHOST, PORT))];
    let places = match &web.https {
        Some(place) => std::slice::from_ref(place),
        None if simulated => &here[..],
        None => &anywhere[..],
    };
    let https = bind(places)?;
    let http = web
        .http
        .map(|place| serve::is_loopback(place).map_err(|error| error.to_string()).and_then(|()| bind(&[place])));
    let http = http.transpose()?;
    if let Ok(place) = https.local_addr() {
        info!("https on {place}, sha256 Fingerprint={fingerprint}");
    }
    let watchdog = std::fs::read_to_string("/sys/class/watchdog/watchdog0/state").unwrap_or_default();
    let machine = Machine {
        keeps_lines: systemd::patience().is_some(),
        persists: persists(),
        resets: watchdog.trim() == "active",
    };
    Ok(Front { https, server, http, machine })
}

fn bind(places: &[SocketAddr]) -> Result<TcpListener, String> {
    let bound = TcpListener::bind(places).and_then(|listener| listener.set_nonblocking(true).map(|()| listener));
    bound.map_err(|error| format!("{places:?}: {error}"))
}

impl Front {
    /// Serves from here on.
    ///
    /// # Errors
    /// In words; what was taken is let go.
    pub fn serve(
        self,
        run: &Run,
        handle: Handle,
        (known, mqtt): (Arc<Known>, Option<Arc<Seen>>),
    ) -> Result<(), String> {
        let words = |error: std::io::Error| error.to_string();
        let settings = Settings {
            accounts: run.state.join("accounts.toml"),
            config: run.config.clone().unwrap_or_default(),
            audit: run.state.clone(),
            machine: self.machine,
            known,
            mqtt,
        };
        let api = Api::new(handle, settings).map_err(words)?;
        if api.door.accounts().users().is_empty() {
            let state = run.state.display();
            warn!("nobody has an account: `wireloom-relayd user --state {state} add NAME --role administrator`");
        }
        tokio::spawn(feed::run(api.clone()));
        let router = router(&api);
        if let Some(listener) = self.http {
            tokio::spawn(serve::plain(tokio::net::TcpListener::from_std(listener).map_err(words)?, router.clone()));
        }
        let listener = tokio::net::TcpListener::from_std(self.https).map_err(words)?;
        tokio::spawn(serve::tls(listener, self.server, router));
        Ok(())
    }
}
