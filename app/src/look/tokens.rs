//! The named colours, sizes and distances of the window. They are written here and nowhere else.

use egui::{Color32, Context, Theme, Ui};

/// The colours of one theme.
///
/// Three quiet background levels, hairline borders, three levels of text, one accent. Every text
/// colour reaches a contrast of 4.5 to 1 on every background that it is used on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// Whether this is the dark theme.
    pub dark: bool,
    /// Behind the conversation and pages.
    pub background: Color32,
    /// Behind the left sidebar.
    pub sidebar: Color32,
    /// Behind the right panel.
    pub panel: Color32,
    /// Cards, fields, menus, dialogs.
    pub surface: Color32,
    /// Code blocks, table heads, tracks.
    pub sunken: Color32,
    /// Behind a control under the pointer.
    pub hover: Color32,
    /// Behind a chosen or pressed control.
    pub active: Color32,
    /// Hairlines.
    pub border: Color32,
    /// Outlines of fields, and of cards under the pointer.
    pub border_strong: Color32,
    /// Headings and what is chosen.
    pub text_strong: Color32,
    /// Running text.
    pub text: Color32,
    /// Secondary text and icons.
    pub text_muted: Color32,
    /// Captions, hints, times.
    pub text_faint: Color32,
    /// The one bright colour: primary buttons, focus, progress.
    pub accent: Color32,
    /// The accent under the pointer.
    pub accent_hover: Color32,
    /// Text and icons on the accent.
    pub on_accent: Color32,
    /// A wash of the accent, behind chips.
    pub accent_soft: Color32,
    /// Text in the accent's hue, links.
    pub accent_text: Color32,
    /// Fits, loaded, done.
    pub good: Color32,
    /// A wash of `good`.
    pub good_soft: Color32,
    /// Tight, interrupted.
    pub warning: Color32,
    /// A wash of `warning`.
    pub warning_soft: Color32,
    /// Failed, destructive.
    pub danger: Color32,
    /// Destructive, under the pointer.
    pub danger_hover: Color32,
    /// A wash of `danger`.
    pub danger_soft: Color32,
    /// Behind what a person wrote.
    pub bubble: Color32,
    /// Behind found text.
    pub mark: Color32,
    /// Behind the found text that is looked at now.
    pub mark_current: Color32,
    /// Behind selected text.
    pub selection: Color32,
    /// Under raised things.
    pub shadow: Color32,
    /// Over everything behind a dialog.
    pub backdrop: Color32,
    /// Colours of code.
    pub code: CodeColors,
}

/// The colours of code, by kind of word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeColors {
    /// Names, operators, all that is not one of the others.
    pub plain: Color32,
    /// Comments.
    pub comment: Color32,
    /// Strings and characters.
    pub string: Color32,
    /// Numbers and constants.
    pub number: Color32,
    /// Keywords, tags.
    pub keyword: Color32,
    /// Function names.
    pub function: Color32,
    /// Types, attributes, keys.
    pub kind: Color32,
}

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

/// The light theme.
pub const LIGHT: Tokens = Tokens {
    dark: false,
    background: rgb(0xFF_FF_FF),
    sidebar: rgb(0xF6_F6_F4),
    panel: rgb(0xFA_FA_F9),
    surface: rgb(0xFF_FF_FF),
    sunken: rgb(0xF5_F5_F3),
    hover: rgb(0xEC_EC_E9),
    active: rgb(0xE4_E4_E0),
    border: rgb(0xE6_E6_E2),
    border_strong: rgb(0xD2_D2_CC),
    text_strong: rgb(0x16_16_15),
    text: rgb(0x2B_2B_2A),
    text_muted: rgb(0x5F_5E_59),
    text_faint: rgb(0x6B_69_63),
    accent: rgb(0x4F_5B_D5),
    accent_hover: rgb(0x43_50_C4),
    on_accent: rgb(0xFF_FF_FF),
    accent_soft: rgb(0xEC_ED_FB),
    accent_text: rgb(0x41_4C_C0),
    good: rgb(0x1E_75_48),
    good_soft: rgb(0xE6_F4_EC),
    warning: rgb(0x8A_5A_00),
    warning_soft: rgb(0xFB_F1_DC),
    danger: rgb(0xC0_35_2F),
    danger_hover: rgb(0xA8_2B_26),
    danger_soft: rgb(0xFB_EA_E9),
    bubble: rgb(0xF1_F1_EE),
    mark: rgb(0xFF_F0_B3),
    mark_current: rgb(0xFF_CF_5C),
    selection: rgb(0xD0_D5_FA),
    shadow: Color32::from_black_alpha(16),
    backdrop: Color32::from_black_alpha(70),
    code: CodeColors {
        plain: rgb(0x2B_2B_2A),
        comment: rgb(0x6B_6D_67),
        string: rgb(0x1A_73_44),
        number: rgb(0xA1_50_0D),
        keyword: rgb(0x7A_3E_BE),
        function: rgb(0x24_5C_C4),
        kind: rgb(0x0F_70_7A),
    },
};

/// The dark theme.
pub const DARK: Tokens = Tokens {
    dark: true,
    background: rgb(0x1A_1B_1E),
    sidebar: rgb(0x14_15_17),
    panel: rgb(0x17_18_1B),
    surface: rgb(0x21_22_26),
    sunken: rgb(0x14_15_17),
    hover: rgb(0x26_28_2D),
    active: rgb(0x2E_30_36),
    border: rgb(0x2C_2E_33),
    border_strong: rgb(0x41_44_4C),
    text_strong: rgb(0xF4_F4_F5),
    text: rgb(0xD6_D7_DA),
    text_muted: rgb(0xA6_A8_AE),
    text_faint: rgb(0x90_93_9B),
    accent: rgb(0x5B_67_E8),
    accent_hover: rgb(0x6A_75_EC),
    on_accent: rgb(0xFF_FF_FF),
    accent_soft: rgb(0x26_2A_45),
    accent_text: rgb(0xA5_AE_FB),
    good: rgb(0x4C_C3_8A),
    good_soft: rgb(0x1B_33_29),
    warning: rgb(0xE0_A8_4C),
    warning_soft: rgb(0x3A_2F_1B),
    danger: rgb(0xF2_7A_73),
    danger_hover: rgb(0xF6_92_8C),
    danger_soft: rgb(0x3D_22_22),
    bubble: rgb(0x28_2A_30),
    mark: rgb(0x4D_43_1C),
    mark_current: rgb(0x85_66_0F),
    selection: rgb(0x3A_41_78),
    shadow: Color32::from_black_alpha(90),
    backdrop: Color32::from_black_alpha(130),
    code: CodeColors {
        plain: rgb(0xD6_D7_DA),
        comment: rgb(0x8A_8F_99),
        string: rgb(0x7E_C8_96),
        number: rgb(0xE0_A4_68),
        keyword: rgb(0xB8_96_FA),
        function: rgb(0x78_AA_FA),
        kind: rgb(0x6C_C7_D0),
    },
};

impl Tokens {
    /// The colours of a theme.
    #[must_use]
    pub const fn of(theme: Theme) -> &'static Self {
        match theme {
            Theme::Light => &LIGHT,
            Theme::Dark => &DARK,
        }
    }
}

/// The colours to draw with now.
#[must_use]
pub fn tokens(ui: &Ui) -> &'static Tokens {
    if ui.visuals().dark_mode { &DARK } else { &LIGHT }
}

/// The colours of the context's theme, where there is no [`Ui`].
#[must_use]
pub fn tokens_of(ctx: &Context) -> &'static Tokens {
    Tokens::of(ctx.theme())
}

/// Text sizes and line heights, in points.
pub mod text_size {
    /// Page titles.
    pub const TITLE: f32 = 18.0;
    /// Section titles.
    pub const SECTION: f32 = 15.0;
    /// Messages.
    pub const MESSAGE: f32 = 14.5;
    /// Line height of messages.
    pub const MESSAGE_LINE: f32 = 23.0;
    /// Labels, rows, buttons, fields.
    pub const BODY: f32 = 13.5;
    /// Headings within messages, by level; deeper ones are as large as the text.
    pub const HEADINGS: [f32; 3] = [22.0, 18.5, 16.0];
    /// Cells of tables.
    pub const TABLE: f32 = 14.0;
    /// Line height of cells of tables.
    pub const TABLE_LINE: f32 = 21.0;
    /// Code.
    pub const CODE: f32 = 13.0;
    /// Line height of code.
    pub const CODE_LINE: f32 = 20.0;
    /// Secondary lines.
    pub const SMALL: f32 = 12.5;
    /// Captions, key hints, times.
    pub const CAPTION: f32 = 12.0;
}

/// Corner radii, in points.
pub mod radius {
    /// Marks, key hints.
    pub const SMALL: u8 = 6;
    /// Rows, buttons, fields.
    pub const CONTROL: u8 = 8;
    /// Cards, menus.
    pub const CARD: u8 = 12;
    /// Composer, dialogs, bubbles.
    pub const LARGE: u8 = 16;
}

/// Distances, in points.
pub mod space {
    /// Between things that belong together.
    pub const TIGHT: f32 = 4.0;
    /// Between controls.
    pub const NORMAL: f32 = 8.0;
    /// Between groups.
    pub const WIDE: f32 = 16.0;
    /// Between sections.
    pub const SECTION: f32 = 28.0;
    /// Height of rows in lists.
    pub const ROW: f32 = 32.0;
    /// Height of buttons and fields.
    pub const CONTROL: f32 = 32.0;
    /// Side of a square icon button.
    pub const ICON_BUTTON: f32 = 30.0;
    /// The widest column of text, of the composer, and of pages.
    pub const COLUMN: f32 = 720.0;
    /// Width of the left sidebar.
    pub const SIDEBAR: f32 = 264.0;
    /// Width of the right panel.
    pub const PANEL: f32 = 344.0;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(color: Color32) -> f32 {
        let [r, g, b] = [color.r(), color.g(), color.b()].map(|channel| {
            let value = f32::from(channel) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    fn contrast(one: Color32, other: Color32) -> f32 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn text_can_be_read_on_every_background() {
        for tokens in [&LIGHT, &DARK] {
            let backgrounds = [
                ("background", tokens.background),
                ("sidebar", tokens.sidebar),
                ("panel", tokens.panel),
                ("surface", tokens.surface),
                ("sunken", tokens.sunken),
                ("hover", tokens.hover),
                ("bubble", tokens.bubble),
            ];
            let texts = [
                ("text_strong", tokens.text_strong),
                ("text", tokens.text),
                ("text_muted", tokens.text_muted),
                ("text_faint", tokens.text_faint),
                ("accent_text", tokens.accent_text),
            ];
            for (ground, background) in backgrounds {
                for (name, text) in texts {
                    let ratio = contrast(text, background);
                    assert!(ratio >= 4.5, "{name} on {ground}: {ratio:.2}, dark {}", tokens.dark);
                }
            }
        }
    }

    #[test]
    fn words_on_washes_and_buttons_can_be_read() {
        for tokens in [&LIGHT, &DARK] {
            for (name, text, ground) in [
                ("accent button", tokens.on_accent, tokens.accent),
                ("accent chip", tokens.accent_text, tokens.accent_soft),
                ("good chip", tokens.good, tokens.good_soft),
                ("warning chip", tokens.warning, tokens.warning_soft),
                ("danger chip", tokens.danger, tokens.danger_soft),
                ("mark", tokens.text_strong, tokens.mark),
                ("current mark", tokens.text_strong, tokens.mark_current),
                ("selection", tokens.text, tokens.selection),
                ("comment in code", tokens.code.comment, tokens.sunken),
                ("string in code", tokens.code.string, tokens.sunken),
                ("number in code", tokens.code.number, tokens.sunken),
                ("keyword in code", tokens.code.keyword, tokens.sunken),
                ("function in code", tokens.code.function, tokens.sunken),
                ("type in code", tokens.code.kind, tokens.sunken),
            ] {
                let ratio = contrast(text, ground);
                assert!(ratio >= 4.5, "{name}: {ratio:.2}, dark {}", tokens.dark);
            }
        }
    }
}
