//! A drawing as dots.

use resvg::tiny_skia::{Pixmap, Transform};

use crate::Drawing;

/// Dots to a unit of the drawing, so that its letters, 11 units high, are sharp on paper and on dense screens.
const SCALE: f32 = 2.0;
/// Most dots: 128 MB while they are painted.
const MOST: f32 = 32e6;

/// The drawing as PNG, two dots to a unit; coarser where that would be more than 32 million dots.
///
/// # Errors
/// What is too long and thin to have a whole dot across.
pub fn png(drawing: &Drawing) -> Result<Vec<u8>, String> {
    let size = drawing.tree.size();
    let scale = SCALE.min((MOST / (size.width() * size.height())).sqrt());
    let [width, height] = [size.width(), size.height()].map(|side| (side * scale) as u32);
    let mut dots = Pixmap::new(width, height).ok_or_else(|| format!("{width} by {height} dots are no picture"))?;
    resvg::render(&drawing.tree, Transform::from_scale(scale, scale), &mut dots.as_mut());
    dots.encode_png().map_err(|error| format!("PNG: {error}"))
}
