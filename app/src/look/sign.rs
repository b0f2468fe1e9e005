//! The program's sign as pixels, for the title bar and the list of windows: a satchel on the accent
//! colour. Drawn from distances to rounded boxes, so it is smooth at any size.

use egui::{Color32, IconData, Pos2, Vec2, pos2, vec2};

use super::tokens;

/// The sign as a square picture of `side` pixels.
#[must_use]
pub fn sign(side: u32) -> IconData {
    let pixel = 1.0 / side.max(1) as f32;
    let mut rgba = Vec::with_capacity((side * side * 4) as usize);
    for y in 0..side {
        for x in 0..side {
            let place = pos2((x as f32 + 0.5) * pixel, (y as f32 + 0.5) * pixel);
            rgba.extend(color_at(place, pixel).to_srgba_unmultiplied());
        }
    }
    IconData { rgba, width: side, height: side }
}

fn color_at(place: Pos2, pixel: f32) -> Color32 {
    let tokens = &tokens::LIGHT;
    // How much of the pixel lies within a shape.
    let cover = |distance: f32| (0.5 - distance / pixel).clamp(0.0, 1.0);
    let ground = cover(rounded_box(place, pos2(0.5, 0.5), vec2(0.46, 0.46), 0.2));
    let bag = rounded_box(place, pos2(0.5, 0.58), vec2(0.27, 0.19), 0.06);
    let handle = rounded_box(place, pos2(0.5, 0.38), vec2(0.13, 0.12), 0.06).abs() - 0.028;
    let strap = rounded_box(place, pos2(0.5, 0.56), vec2(0.32, 0.018), 0.01);
    let white = cover(bag.min(handle)) * (1.0 - cover(strap));
    let color = tokens.accent.lerp_to_gamma(tokens.on_accent, white);
    Color32::TRANSPARENT.lerp_to_gamma(color, ground)
}

/// The distance to the outline of a box with round corners; negative within.
fn rounded_box(place: Pos2, center: Pos2, half: Vec2, radius: f32) -> f32 {
    let corner = (place - center).abs() - half + Vec2::splat(radius);
    let outside = corner.max(Vec2::ZERO).length();
    outside + corner.x.max(corner.y).min(0.0) - radius
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sign_has_clear_corners_and_a_light_bag() {
        let sign = sign(64);
        let at = |x: usize, y: usize| sign.rgba.chunks(4).nth(y * 64 + x).map(<[u8]>::to_vec);
        assert_eq!(at(0, 0).map(|pixel| pixel[3]), Some(0));
        assert_eq!(at(32, 44), Some(vec![255, 255, 255, 255]));
        assert_eq!(sign.rgba.len(), 64 * 64 * 4);
    }
}
