//! What a frame of an app costs the window: a panel of 200 widgets, and the editor's layout of a long
//! script, layout and tessellation without a window. `cargo bench -p satchel --bench panel`

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

use std::time::{Duration, Instant};

use egui::{
    CentralPanel, Context, Event, Pos2, RawInput, Rect, ScrollArea, TextBuffer, TextEdit, Vec2,
    pos2,
};
use satchel::CodeLayout;
use satchel::look;
use satchel::panel::PanelView;
use scripting::panel::{Node, Panel, Widget, WidgetId};

/// Twenty rows of ten widgets, as a form with a table of buttons would have them.
fn panel() -> Panel {
    let mut next = 0;
    let mut node = |widget| {
        next += 1;
        Node { id: WidgetId(next), widget }
    };
    let nodes = (0..20)
        .flat_map(|row| {
            let label = format!("Row {row}");
            let children = vec![
                node(Widget::Label { text: label.clone(), weak: false }),
                node(Widget::Button { label: "Edit".to_owned(), enabled: true }),
                node(Widget::Button { label: "Remove".to_owned(), enabled: row % 2 == 0 }),
                node(Widget::Checkbox { label: "Done".to_owned(), on: row % 3 == 0 }),
            ];
            [
                node(Widget::Row { children }),
                node(Widget::TextEdit {
                    label,
                    value: "Some words in a field".to_owned(),
                    hint: String::new(),
                    lines: 1,
                    secret: false,
                }),
                node(Widget::Slider {
                    label: "How much".to_owned(),
                    value: 0.5,
                    min: 0.0,
                    max: 1.0,
                    whole: false,
                }),
                node(Widget::Markdown { text: "Some *words* with `code`".to_owned() }),
                node(Widget::Progress { fraction: Some(0.3), text: "3 of 10".to_owned() }),
                node(Widget::Separator),
            ]
        })
        .collect();
    Panel { round: 1, heard: 0, nodes }
}

/// A script of so many lines of which none is like another.
fn script(lines: usize) -> String {
    let line = |number: usize| match number % 5 {
        0 => format!("fn step_{number}(input) {{ // the step number {number}"),
        1 => format!("    let total = {number} + input.len();"),
        2 => format!(
            "    for piece in llm::stream(`Say ${{total}} of {number}`) {{ app::write(piece); }}"
        ),
        3 => format!("    this.last = \"step {number}\";"),
        _ => "}".to_owned(),
    };
    (0..lines).map(line).collect::<Vec<_>>().join("\n")
}

/// The text field of the editor, with its layout.
fn script_ui(ui: &mut egui::Ui, text: &mut String, layout: &mut CodeLayout) {
    ScrollArea::both().auto_shrink(false).show(ui, |ui| {
        let mut layouter =
            |ui: &egui::Ui, text: &dyn TextBuffer, _: f32| layout.galley(ui, "rhai", text.as_str());
        let field = TextEdit::multiline(text).id_salt("script").code_editor();
        let field = field.desired_width(2_000.0).layouter(&mut layouter).show(ui);
        field.response.request_focus();
    });
}

/// Runs one frame and says how long it took.
fn frame(ctx: &Context, number: usize, contents: impl FnMut(&mut egui::Ui)) -> Duration {
    let input = RawInput {
        screen_rect: Some(Rect::from_min_size(Pos2::ZERO, Vec2::new(1_280.0, 800.0))),
        time: Some(number as f64 / 60.0),
        events: vec![Event::PointerMoved(pos2(400.0, 300.0 + (number % 7) as f32))],
        ..RawInput::default()
    };
    let begun = Instant::now();
    let mut contents = contents;
    let mut output = ctx.run_ui(input, |ui| {
        CentralPanel::default().show(ui, |ui| contents(ui));
    });
    output.textures_delta.clear();
    let shapes = std::mem::take(&mut output.shapes);
    let drawn = ctx.tessellate(shapes, output.pixels_per_point);
    let took = begun.elapsed();
    assert!(!drawn.is_empty(), "something is drawn");
    took
}

fn report(name: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    println!("| {name} | {:.3} | {:.3} |", at(0.5), at(0.95));
}

fn context() -> Context {
    let ctx = Context::default();
    look::install(&ctx);
    ctx
}

fn main() {
    println!("| Frame of an app, ms | middle | 95 % |");
    println!("|---|--:|--:|");
    let ctx = context();
    let (panel, mut view, mut requests) = (panel(), PanelView::default(), Vec::new());
    let mut draw = |ui: &mut egui::Ui| {
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            view.panel_ui(ui, &panel, &mut requests);
        });
    };
    let times: Vec<_> = (0..320).map(|number| frame(&ctx, number, &mut draw)).skip(20).collect();
    report("Panel of 200 widgets", times);

    for lines in [100, 1_000, 3_000] {
        let ctx = context();
        let (mut text, mut layout) = (script(lines), CodeLayout::default());
        let still = (0..120)
            .map(|number| frame(&ctx, number, |ui| script_ui(ui, &mut text, &mut layout)))
            .skip(20)
            .collect();
        report(&format!("Script of {lines} lines, nothing typed"), still);
        let typed = (120..220)
            .map(|number| {
                text.insert(lines * 20, 'x');
                frame(&ctx, number, |ui| script_ui(ui, &mut text, &mut layout))
            })
            .collect();
        report(&format!("Script of {lines} lines, a letter a frame"), typed);
    }
}
