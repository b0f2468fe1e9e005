//! Between what a script says in a panel and what a widget holds.

use rhai::{Array, Dynamic, Map};

use super::{PlotLine, Widget};
use crate::nearest;
use crate::runner::{ScriptResult, failure};

/// A value as text; nothing for `()`.
pub(super) fn display(value: &Dynamic) -> String {
    if value.is_unit() { String::new() } else { value.to_string() }
}

/// A number, whole or not.
pub(super) fn number(value: &Dynamic, widget: &str) -> ScriptResult<f64> {
    match (value.as_int(), value.as_float()) {
        (Ok(whole), _) => Ok(whole as f64),
        (_, Ok(number)) => Ok(number),
        _ => Err(failure(format!("{widget} needs a number here, not {}", kind(value)))),
    }
}

/// The number as the script had it.
pub(super) fn number_back(value: f64, whole: bool) -> Dynamic {
    // `as` keeps to the range of whole numbers, and makes 0 of what is no number.
    if whole { (value.round() as i64).into() } else { value.into() }
}

/// The options of a text field.
pub(super) struct Field {
    pub(super) hint: String,
    pub(super) lines: u32,
    pub(super) secret: bool,
}

impl Field {
    pub(super) fn read(options: &Map) -> ScriptResult<Self> {
        let mut field = Self { hint: String::new(), lines: 1, secret: false };
        for (key, value) in options {
            let wrong = |wanted: &str| failure(format!("`{key}` has to be {wanted}"));
            match key.as_str() {
                "hint" => field.hint = display(value),
                "lines" => {
                    let lines = value.as_int().ok().and_then(|lines| u32::try_from(lines).ok());
                    field.lines = lines
                        .filter(|lines| (1..=200).contains(lines))
                        .ok_or_else(|| wrong("a whole number from 1 to 200"))?;
                }
                "secret" => {
                    field.secret = value.as_bool().map_err(|_| wrong("true or false"))?;
                }
                other => {
                    let hint = nearest::hint(other, ["hint", "lines", "secret"]);
                    return Err(failure(format!("text_edit has no option `{other}`{hint}")));
                }
            }
        }
        Ok(field)
    }
}

/// Rows are arrays of cells, or maps that have a cell for each column.
pub(super) fn table(columns: &Array, rows: &Array) -> ScriptResult<Widget> {
    let columns: Vec<String> = columns.iter().map(display).collect();
    let cells = |row: &Dynamic| {
        if let Some(cells) = row.read_lock::<Array>() {
            let cells = (0..columns.len()).map(|at| cells.get(at).map(display).unwrap_or_default());
            return Ok(cells.collect());
        }
        if let Some(cells) = row.read_lock::<Map>() {
            let cell = |column: &String| cells.get(column.as_str()).map(display);
            return Ok(columns.iter().map(|column| cell(column).unwrap_or_default()).collect());
        }
        Err(failure(format!("a row of a table is an array or a map, not {}", kind(row))))
    };
    let rows = rows.iter().map(cells).collect::<ScriptResult<_>>()?;
    Ok(Widget::Table { columns, rows })
}

/// One line as an array of points, or several in a map by their names. A point is a number, or two
/// in an array.
pub(super) fn plot(label: &str, lines: &Dynamic) -> ScriptResult<Widget> {
    let line = |name: &str, points: &Dynamic| {
        let Some(points) = points.read_lock::<Array>() else {
            return Err(failure(format!(
                "a plot is made of arrays of points, and `{name}` is {}",
                kind(points)
            )));
        };
        let points = points.iter().enumerate().map(|(at, value)| point(at, value));
        Ok(PlotLine { name: name.to_owned(), points: points.collect::<ScriptResult<_>>()? })
    };
    let lines = match lines.read_lock::<Map>() {
        Some(lines) => {
            lines.iter().map(|(name, points)| line(name, points)).collect::<ScriptResult<_>>()?
        }
        None => vec![line(label, lines)?],
    };
    Ok(Widget::Plot { label: label.to_owned(), lines })
}

fn point(at: usize, value: &Dynamic) -> ScriptResult<[f64; 2]> {
    if let Some(pair) = value.read_lock::<Array>() {
        return match pair.as_slice() {
            [x, y] => Ok([number(x, "a plot")?, number(y, "a plot")?]),
            other => {
                Err(failure(format!("a point of a plot is [x, y], and here are {}", other.len())))
            }
        };
    }
    Ok([at as f64, number(value, "a plot")?])
}

/// Messages as `input.messages` has them.
pub(super) fn chat(messages: &Array) -> ScriptResult<Widget> {
    let message = |message: &Dynamic| {
        let Some(message) = message.read_lock::<Map>() else {
            return Err(failure(format!(
                "a message is a map with role and content, not {}",
                kind(message)
            )));
        };
        let text = |key: &str| message.get(key).map(display).unwrap_or_default();
        Ok((text("role"), text("content")))
    };
    let messages = messages.iter().map(message).collect::<ScriptResult<_>>()?;
    Ok(Widget::Chat { messages })
}

/// What a value is, for a sentence.
fn kind(value: &Dynamic) -> String {
    match value.type_name() {
        "()" => "nothing".to_owned(),
        "string" => "a text".to_owned(),
        "array" => "an array".to_owned(),
        "map" => "a map".to_owned(),
        "bool" => "true or false".to_owned(),
        "i64" | "f64" => "a number".to_owned(),
        other => other.to_owned(),
    }
}
