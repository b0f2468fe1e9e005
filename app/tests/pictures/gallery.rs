//! All widgets on one page.

use egui::{Ui, vec2};
use satchel::look::{self, Button, ButtonKind, Icon, ListRow, Tone};

/// What is typed and chosen on the page.
pub(crate) struct Gallery {
    name: String,
    prompt: String,
    search: String,
    temperature: f32,
    threads: u32,
    flash: bool,
    keep: bool,
    kind: u8,
    tab: u8,
}

impl Default for Gallery {
    fn default() -> Self {
        Self {
            name: String::new(),
            prompt: "You answer in short sentences.".to_owned(),
            search: "lease".to_owned(),
            temperature: 0.8,
            threads: 8,
            flash: true,
            keep: false,
            kind: 1,
            tab: 0,
        }
    }
}

impl Gallery {
    pub(crate) fn gallery_ui(&mut self, ui: &mut Ui) {
        ui.spacing_mut().item_spacing = vec2(24.0, 12.0);
        ui.columns(2, |columns| {
            self.left_ui(&mut columns[0]);
            self.right_ui(&mut columns[1]);
        });
    }

    fn left_ui(&mut self, ui: &mut Ui) {
        ui.spacing_mut().item_spacing = vec2(8.0, 10.0);
        look::page_title(ui, "Settings");
        ui.horizontal(|ui| {
            look::primary_button(ui, "Load model");
            look::button(ui, "Open\u{2026}");
            look::danger_button(ui, "Delete");
        });
        ui.horizontal(|ui| {
            ui.add(Button::new("Qwen3 8B").icon(Icon::Cpu).drops_down().round());
            ui.add(Button::new("Undo").kind(ButtonKind::Quiet));
            ui.add_enabled_ui(false, |ui| look::primary_button(ui, "Send"));
        });
        ui.add(Button::new("New chat").icon(Icon::Plus).shortcut("Ctrl N").fill_width());
        look::search_field(ui, "Search", &mut self.search);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            look::list_row(ui, Some(Icon::Search), "Search", "Ctrl K", false);
            look::list_row(ui, None, "Early exit from the Halden lease", "", true);
            look::list_row(
                ui,
                None,
                "Why does the import script stall on Mondays?",
                "09:02",
                false,
            );
            let tint = look::tokens(ui).good;
            ui.add(ListRow::new("Spreadsheet helper").tinted_icon(Icon::Table, tint));
            let row = ListRow::new("Qwen3-8B-Q4_K_M.gguf").icon(Icon::Box);
            ui.add(row.detail("8.2 B parameters, 4.7 GB, context 40,960").trailing("Loaded"));
        });
        ui.horizontal(|ui| {
            look::icon_button(ui, Icon::Copy, "Copy");
            look::icon_button(ui, Icon::RefreshCw, "Regenerate");
            look::menu_button(ui, Icon::Ellipsis, "More", |ui| {
                look::menu_item(ui, Icon::Pencil, "Rename");
            });
            look::key_hint(ui, "Ctrl Shift E");
        });
        look::toast(ui, Tone::Good, "Conversation deleted", Some("Undo"));
        look::toast(ui, Tone::Danger, "The disk is full: free some space, then send again", None);
        ui.horizontal(|ui| {
            look::chip(ui, Icon::FileText, "Halden lease");
            look::removable_chip(ui, Icon::Clock, "And in French?", "Remove from queue");
        });
    }

    fn right_ui(&mut self, ui: &mut Ui) {
        ui.spacing_mut().item_spacing = vec2(8.0, 10.0);
        look::tabs(ui, "Panel", &mut self.tab, &[(0, "Conversation"), (1, "Model")]);
        look::text_field(ui, "Name", &mut self.name, "What it is called in lists");
        look::long_text_field(ui, "System prompt", &mut self.prompt, "", 3);
        look::card(ui, |ui| {
            look::section_title(ui, "Sampling");
            look::slider(ui, "Temperature", &mut self.temperature, 0.0..=2.0);
            look::count_field(ui, "Threads", &mut self.threads, 1..=16);
            look::switch(ui, "Flash attention", &mut self.flash);
            look::switch(ui, "Keep in memory", &mut self.keep);
            let kinds = [(0, "f16"), (1, "q8_0"), (2, "q4_0")];
            look::choice(ui, "KV cache type", &mut self.kind, &kinds);
        });
        ui.horizontal_wrapped(|ui| {
            look::badge(ui, "Q4_K_M", Tone::Neutral);
            look::badge(ui, "Demonstration", Tone::Accent);
            look::badge(ui, "Fits", Tone::Good);
            look::badge(ui, "Tight", Tone::Warning);
            look::badge(ui, "Too large", Tone::Danger);
            look::status_dot(ui, "Loaded", Tone::Good);
        });
        look::progress_bar(ui, "Loading", Some(0.46));
        ui.horizontal(|ui| {
            look::meter(ui, 1_204.0, 4_096.0, "1,204 of 4,096 tokens");
            look::meter(ui, 3_700.0, 4_096.0, "3,700 of 4,096 tokens");
            look::meter(ui, 4_300.0, 4_096.0, "4,300 of 4,096 tokens");
        });
        look::error_text(ui, "This file is no GGUF model");
        let words = "Open a GGUF file, or try the demonstration model";
        look::empty_state(ui, Icon::Package, "No model yet", words, |ui| {
            look::primary_button(ui, "Try it now");
        });
    }
}
