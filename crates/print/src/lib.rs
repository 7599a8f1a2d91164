//! A drawing as a picture (PNG) and as pages for a printer (PDF): SVG in, bytes out, the same bytes for the same SVG.
//!
//! Everything here stands behind the feature `render`; without it the crate is empty and brings nothing along.
//! Letters come from the one font in `font/`, never from the machine.

#[cfg(feature = "render")]
mod drawing;
#[cfg(feature = "render")]
mod pages;
#[cfg(feature = "render")]
mod picture;

#[cfg(feature = "render")]
pub use drawing::Drawing;
#[cfg(feature = "render")]
pub use pages::pdf;
#[cfg(feature = "render")]
pub use picture::png;
