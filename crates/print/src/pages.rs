//! Drawings as pages of paper, with letters that can be searched and copied.

use krilla::Document;
use krilla::geom::{Size, Transform};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla_svg::{SurfaceExt as _, SvgSettings};

use crate::Drawing;

/// Short and long side of A4 and A3, points.
const A4: [f32; 2] = [595.28, 841.89];
const A3: [f32; 2] = [841.89, 1190.55];
/// Ten millimetres that a printer leaves white, points.
const MARGIN: f32 = 28.35;
/// Points to a unit: most is the drawing's own size (96 units an inch); below the least its letters, 11 units high, need A3.
const MOST: f32 = 0.75;
const LEAST: f32 = 0.5;

/// A sheet of paper for a drawing.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Paper {
    width: f32,
    height: f32,
    /// Points to a unit of the drawing.
    scale: f32,
}

/// A4 where the letters stay readable on it, else A3; lying, unless the drawing is larger on it upright.
fn paper(width: f32, height: f32) -> Paper {
    let best = |[short, long]: [f32; 2]| {
        let fit = |across: f32, down: f32| {
            let scale = ((across - 2.0 * MARGIN) / width).min((down - 2.0 * MARGIN) / height).min(MOST);
            Paper { width: across, height: down, scale }
        };
        let (lying, upright) = (fit(long, short), fit(short, long));
        if upright.scale > lying.scale { upright } else { lying }
    };
    let small = best(A4);
    if small.scale >= LEAST { small } else { best(A3) }
}

/// A PDF with a page for each drawing, A4 or A3 and lying or upright as suits it, in the middle of the page.
///
/// # Errors
/// What the format cannot hold.
pub fn pdf(title: &str, drawings: &[Drawing]) -> Result<Vec<u8>, String> {
    let mut document = Document::new();
    document.set_metadata(Metadata::new().title(title.to_owned()).creator("wireloom".to_owned()));
    for Drawing { tree, .. } in drawings {
        let (width, height) = (tree.size().width(), tree.size().height());
        let paper = paper(width, height);
        let (width, height) = (width * paper.scale, height * paper.scale);
        let page = PageSettings::from_wh(paper.width, paper.height).expect("paper has a size");
        let mut page = document.start_page_with(page);
        let mut surface = page.surface();
        let size = Size::from_wh(width, height).ok_or("a drawing without a size")?;
        surface.push_transform(&Transform::from_translate((paper.width - width) / 2.0, (paper.height - height) / 2.0));
        surface.draw_svg(tree, size, SvgSettings::default()).ok_or("a drawing that no page can hold")?;
        surface.pop();
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|error| format!("PDF: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_drawing_keeps_its_size_on_a4() {
        assert_eq!(paper(400.0, 200.0), Paper { width: A4[1], height: A4[0], scale: MOST });
    }

    #[test]
    fn a_tall_drawing_stands_upright() {
        let tall = paper(700.0, 1300.0);
        assert_eq!((tall.width, tall.height), (A4[0], A4[1]));
        assert!(LEAST <= tall.scale && tall.scale * 1300.0 <= A4[1] - 2.0 * MARGIN + 0.01, "{tall:?}");
    }

    #[test]
    fn a_wide_drawing_takes_a3() {
        let wide = paper(2840.0, 1270.0);
        assert_eq!((wide.width, wide.height), (A3[1], A3[0]));
        assert!(wide.scale * 2840.0 <= A3[1] - 2.0 * MARGIN + 0.01, "{wide:?}");
    }
}
