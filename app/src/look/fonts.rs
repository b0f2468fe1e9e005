//! The fonts: Inter for text, JetBrains Mono for code, Lucide for icons. Other scripts and emoji
//! come from the system's fonts, looked up when a character needs them.

use std::sync::Arc;

use egui::{FontData, FontDefinitions, FontFamily, FontId};

/// Inter Medium: buttons, labels that stand out.
#[must_use]
pub fn medium() -> FontFamily {
    FontFamily::Name("medium".into())
}

/// Inter SemiBold: headings and strong text.
#[must_use]
pub fn semibold() -> FontFamily {
    FontFamily::Name("semibold".into())
}

/// Inter Italic: emphasis.
#[must_use]
pub fn italic() -> FontFamily {
    FontFamily::Name("italic".into())
}

/// The icon font.
#[must_use]
pub(super) fn icons() -> FontFamily {
    FontFamily::Name("icons".into())
}

/// Inter Regular, in points.
#[must_use]
pub fn regular_font(size: f32) -> FontId {
    FontId::proportional(size)
}

/// Inter Medium, in points.
#[must_use]
pub fn medium_font(size: f32) -> FontId {
    FontId::new(size, medium())
}

/// Inter SemiBold, in points.
#[must_use]
pub fn semibold_font(size: f32) -> FontId {
    FontId::new(size, semibold())
}

/// The icon font, in points.
#[must_use]
pub fn icon_font(size: f32) -> FontId {
    FontId::new(size, icons())
}

/// JetBrains Mono, in points.
#[must_use]
pub fn code_font(size: f32) -> FontId {
    FontId::monospace(size)
}

/// Inter Italic, in points.
#[must_use]
pub fn italic_font(size: f32) -> FontId {
    FontId::new(size, italic())
}

/// All fonts that the program brings along.
pub(super) fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let fallback = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    let fallback_monospace =
        fonts.families.get(&FontFamily::Monospace).cloned().unwrap_or_default();
    let bundled: [(&str, FontFamily, &'static [u8]); 6] = [
        (
            "Inter",
            FontFamily::Proportional,
            include_bytes!("../../../assets/fonts/Inter-Regular.otf"),
        ),
        ("Inter Medium", medium(), include_bytes!("../../../assets/fonts/Inter-Medium.otf")),
        ("Inter SemiBold", semibold(), include_bytes!("../../../assets/fonts/Inter-SemiBold.otf")),
        ("Inter Italic", italic(), include_bytes!("../../../assets/fonts/Inter-Italic.otf")),
        (
            "JetBrains Mono",
            FontFamily::Monospace,
            include_bytes!("../../../assets/fonts/JetBrainsMono-Regular.ttf"),
        ),
        ("Lucide", icons(), include_bytes!("../../../assets/icons/lucide-subset.ttf")),
    ];
    for (name, family, bytes) in bundled {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
        let mut chain = vec![name.to_owned()];
        chain.extend(match &family {
            FontFamily::Monospace => fallback_monospace.clone(),
            family if *family == icons() => Vec::new(),
            // Inter has no replacement character.
            _ => ["JetBrains Mono".to_owned()].into_iter().chain(fallback.clone()).collect(),
        });
        fonts.families.insert(family, chain);
    }
    fonts
}
