//! Dialogs about apps: what one wants, a new one, one as a file, and before something is lost.

use egui::{Align, Context, Id, Layout, Ui};
use scripting::library::{Preview, Template};

use crate::action::Actions;
use crate::look::{self, ButtonKind, Icon, space};
use crate::measures::bytes;
use crate::scripts::{Action, Draft, Package, Question, Row, State};

/// Draws whichever is open.
pub(crate) fn dialogs_ui(ctx: &Context, scripts: &State, draft: &mut Draft, actions: &mut Actions) {
    if let Some(question) = scripts.question() {
        question_ui(ctx, question, actions);
    } else if scripts.is_closing_editor() {
        closing_ui(ctx, actions);
    } else if let Some(row) = scripts.deleting() {
        delete_ui(ctx, row, actions);
    } else if scripts.is_making() {
        new_ui(ctx, draft, actions);
    } else if let Some(package) = scripts.package() {
        match package {
            Package::Export { hint, .. } => export_ui(ctx, *hint, draft, actions),
            Package::Import(preview) => import_ui(ctx, preview, actions),
        }
    }
}

/// Asks what an app may do, in words.
fn question_ui(ctx: &Context, question: &Question, actions: &mut Actions) {
    let title = &question.words;
    let modal = look::modal(ctx, Id::unique("permission"), title, |ui| {
        look::label(ui, "It cannot until you allow it. You can change your mind on the Apps page");
        look::caption(ui, &format!("{} · {}", question.app, question.permission));
        ui.add_space(space::NORMAL);
        let mut answer = |granted| {
            let (app, permission) = (question.app.clone(), question.permission.clone());
            actions.push(Action::SetGrant { app, permission, granted }.into());
        };
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if look::primary_button(ui, "Allow").clicked() {
                answer(true);
            }
            if look::button(ui, "Do not allow").clicked() {
                answer(false);
            }
        });
    });
    if modal.backdrop_response.clicked() {
        actions.push(Action::PutOff.into());
    }
}

fn closing_ui(ctx: &Context, actions: &mut Actions) {
    let title = "Close the editor without saving?";
    let modal = look::modal(ctx, Id::unique("close editor"), title, |ui| {
        look::label(ui, "There are changes that are not on disk yet");
        ui.add_space(space::NORMAL);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if look::button(ui, "Keep editing").clicked() {
                actions.push(Action::KeepEditing.into());
            }
            if look::danger_button(ui, "Discard changes").clicked() {
                actions.push(Action::CloseEditor { discard: true }.into());
            }
        });
    });
    if modal.backdrop_response.clicked() {
        actions.push(Action::KeepEditing.into());
    }
}

fn delete_ui(ctx: &Context, row: &Row, actions: &mut Actions) {
    let title = format!("Delete {}?", row.name());
    let modal = look::modal(ctx, Id::unique("delete app"), &title, |ui| {
        look::label(
            ui,
            "Its folder moves to apps-trash in the data folder, from where it can come back",
        );
        look::caption(ui, &row.folder().display().to_string());
        ui.add_space(space::NORMAL);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if look::danger_button(ui, "Delete app").clicked() {
                actions.push(Action::Delete(row.app.id.clone()).into());
            }
            if look::button(ui, "Keep it").clicked() {
                actions.push(Action::AskDelete(None).into());
            }
        });
    });
    if modal.backdrop_response.clicked() {
        actions.push(Action::AskDelete(None).into());
    }
}

fn new_ui(ctx: &Context, draft: &mut Draft, actions: &mut Actions) {
    let modal = look::modal(ctx, Id::unique("new app"), "A new app", |ui| {
        let field = look::text_field(ui, "Name of the app", &mut draft.new_name, "My app");
        if draft.new_name.is_empty() && !field.has_focus() {
            field.request_focus();
        }
        look::muted(ui, "It begins as:");
        let ready = !draft.new_name.trim().is_empty();
        for template in Template::ALL {
            let icon = match template {
                Template::Assistant => Icon::Bot,
                Template::Script => Icon::Code,
                Template::Panel => Icon::SlidersHorizontal,
            };
            ui.add_enabled_ui(ready, |ui| template_ui(ui, template, icon, actions));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if look::button(ui, "Cancel").clicked() {
                draft.new_name.clear();
                actions.push(Action::AskNew(false).into());
            }
        });
    });
    if modal.backdrop_response.clicked() {
        actions.push(Action::AskNew(false).into());
    }
}

fn template_ui(ui: &mut Ui, template: Template, icon: Icon, actions: &mut Actions) {
    let row = look::ListRow::new(template.title()).icon(icon).detail(template.description());
    if ui.add(row).clicked() && ui.is_enabled() {
        actions.push(Action::Create(template).into());
    }
}

fn export_ui(ctx: &Context, hint: Option<&str>, draft: &mut Draft, actions: &mut Actions) {
    let modal = look::modal(ctx, Id::unique("export app"), "Export the app", |ui| {
        look::label(ui, "One file with everything that belongs to it, to give to others");
        look::text_field(ui, "File", &mut draft.package_path, "Path of the file to write");
        if let Some(hint) = hint {
            look::muted(ui, hint);
        }
        ui.add_space(space::NORMAL);
        ui.horizontal(|ui| {
            if look::button(ui, "Browse…").clicked() {
                actions.push(Action::BrowseExport.into());
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.add_enabled_ui(!draft.package_path.trim().is_empty(), |ui| {
                    if look::primary_button(ui, "Export").clicked() {
                        actions.push(Action::Export.into());
                    }
                });
                if look::button(ui, "Cancel").clicked() {
                    actions.push(Action::ClosePackage.into());
                }
            });
        });
    });
    if modal.backdrop_response.clicked() {
        actions.push(Action::ClosePackage.into());
    }
}

/// Says what an app is and wants before anything of it is on disk.
fn import_ui(ctx: &Context, preview: &Preview, actions: &mut Actions) {
    let manifest = &preview.manifest;
    let title = format!("Install {}?", manifest.name);
    let modal = look::modal(ctx, Id::unique("install app"), &title, |ui| {
        if !manifest.description.is_empty() {
            look::label(ui, &manifest.description);
        }
        let by = match manifest.authors.as_slice() {
            [] => String::new(),
            authors => format!(" · by {}", authors.join(", ")),
        };
        let size = bytes(preview.size);
        let files = preview.files;
        look::caption(ui, &format!("Version {}{by} · {files} files, {size}", manifest.version));
        if let Some(old) = &preview.replaces {
            look::muted(ui, &format!("It takes the place of version {old}, which you have"));
        }
        look::strong(ui, "It will ask to");
        if manifest.permissions.is_empty() {
            look::muted(ui, "do nothing outside of itself");
        }
        for permission in &manifest.permissions {
            ui.horizontal(|ui| {
                ui.label(Icon::ShieldCheck.text(14.0, look::tokens(ui).text_muted));
                look::label(ui, &permission.deed());
            });
        }
        ui.add_space(space::NORMAL);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui.add(look::Button::new("Install").kind(ButtonKind::Primary)).clicked() {
                actions.push(Action::Import(Box::new(preview.clone())).into());
            }
            if look::button(ui, "Cancel").clicked() {
                actions.push(Action::ClosePackage.into());
            }
        });
    });
    if modal.backdrop_response.clicked() {
        actions.push(Action::ClosePackage.into());
    }
}
