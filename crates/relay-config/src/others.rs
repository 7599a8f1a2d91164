//! Which other controllers a file knows.

use std::collections::BTreeSet;

use crate::RelayConfig;

impl RelayConfig {
    /// Names that another controller may bear here: whoever watches this one, has to answer before an outlet is cut, or loses its power with one; and the
    /// members of interlocks, since the file does not say which of them run a daemon. Never this controller's own.
    pub fn other_controllers(&self) -> BTreeSet<&str> {
        let outlets = self.outlets.iter().flat_map(|outlet| outlet.needs_alive.iter().chain(&outlet.feeds_controller));
        let members =
            self.interlocks.iter().flat_map(|rule| rule.of.iter().chain(&rule.never_both).chain(&rule.elsewhere));
        let all = self.watched_by.iter().chain(outlets).chain(members);
        all.map(String::as_str).filter(|name| *name != self.controller).collect()
    }

    /// Those of them that certainly run a daemon, and that this one should hear.
    pub fn expected_peers(&self) -> BTreeSet<&str> {
        let outlets = self.outlets.iter().flat_map(|outlet| outlet.needs_alive.iter().chain(&outlet.feeds_controller));
        self.watched_by.iter().chain(outlets).map(String::as_str).filter(|name| *name != self.controller).collect()
    }
}
