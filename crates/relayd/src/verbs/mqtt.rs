//! The running daemon at an MQTT broker, where this program was built with that: files are read before the process is shut off, and the broker is told once the
//! lines are held.

use std::sync::Arc;

use relay_config::RelayConfig;
use relayd::control::Handle;
use relayd::mqtt::Seen;
use relayd::settings::Settings;

use super::run::Run;

/// A broker that is told from [`Broker::begin`] on.
pub struct Broker {
    seen: Arc<Seen>,
    begin: Box<dyn FnOnce(Handle)>,
}

impl Broker {
    /// Begins.
    pub fn begin(self, handle: Handle) -> Arc<Seen> {
        (self.begin)(handle);
        self.seen
    }
}

/// That of the settings. What is in the way is said, and keeps nobody from their power.
#[cfg(feature = "mqtt")]
pub fn open(run: &Run, settings: &Settings, config: &RelayConfig) -> Option<Broker> {
    let accounts = run.state.join("accounts.toml");
    let opened = relayd::mqtt::Bridge::open(settings.mqtt.as_ref()?, config, &accounts, relayd::mqtt::Pace::default());
    Some(match opened {
        Ok(bridge) => {
            Broker { seen: bridge.seen(), begin: Box::new(move |handle| drop(tokio::spawn(bridge.run(handle)))) }
        }
        Err(words) => {
            tracing::error!("no MQTT: {words}");
            Broker { seen: Arc::default(), begin: Box::new(drop) }
        }
    })
}

/// None: settings that name one are refused.
#[cfg(not(feature = "mqtt"))]
pub fn open(_: &Run, _: &Settings, _: &RelayConfig) -> Option<Broker> {
    None
}
