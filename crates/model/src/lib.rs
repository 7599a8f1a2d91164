//! The build with every name bound and every quantity in its unit: plain data, in file order.
//!
//! What did not bind was reported and left out; later floors never check names again.

pub mod ask;
pub mod build;
pub mod device;
pub mod guide;
pub mod part;
pub mod purchase;
pub mod units;
pub mod wire;

pub mod resolve;

pub use build::{Build, Meta};
pub use device::{Device, DeviceId, Feed, Gpio, GpioUse, Terminal};
pub use part::{Local, Part, PartId, Role};
pub use units::{Band, Number};
pub use wire::{Bundle, BundleId, BundleKind, Run, RunId, Wire, WireId};
