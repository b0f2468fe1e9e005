//! `csv`: tables as text that spreadsheets understand.

use std::sync::Arc;

use rhai::{Array, Dynamic, Map};

use super::docs::{Call, Function, Module};
use super::module::Noun;
use super::options::Options;
use crate::plugin::CorePlugin;
use crate::runner::{Context, ScriptError, ScriptResult, failure};
use crate::value::kind;

pub(super) const DOCS: Module = Module {
    name: "csv",
    summary: "Turns tables into CSV text and back.",
    notes: "Options of both functions: `separator` (one character, `\",\"` if left out) and, for \
            `parse`, `header` (whether the first row names the columns, `true` if left out).",
    call: Call::Namespace,
    functions: &[
        Function {
            signature: "parse(text: string, options?: map) -> array",
            about: "The rows of a CSV text. Every cell is a string.",
            returns: "a map for each row with the names of the first row as its keys; with \
                      `#{ header: false }` an array for each row",
            errors: "when a row has more or fewer cells than the first one, with its line.",
            example: r#"
let people = csv::parse("name,age\nAda,36\n\"Hopper, Grace\",85");
print(people[1].name);           // → Hopper, Grace
print(parse_int(people[0].age)); // → 36
let cells = csv::parse("a;b", #{ separator: ";", header: false });
print(cells);                    // → [["a", "b"]]"#,
            ..Function::EMPTY
        },
        Function {
            signature: "stringify(rows: array, options?: map) -> string",
            about: "A table as CSV text, with a line break after each row.",
            parameters: &[
                ("rows", "maps, whose keys become the columns (sorted by name), or arrays"),
                ("options", "also `columns`: which keys in which order"),
            ],
            errors: "when rows are neither all maps nor all arrays, or a cell is an array or a map.",
            example: r#"
let rows = [#{ name: "Ada", age: 36 }, #{ name: "Hopper, Grace" }];
print(text::lines(csv::stringify(rows, #{ columns: ["name", "age"] })));
// → ["name,age", "Ada,36", "\"Hopper, Grace\","]"#,
            ..Function::EMPTY
        },
    ],
};

/// The noun `csv`.
pub(super) struct Csv;

impl CorePlugin for Csv {
    fn name(&self) -> &'static str {
        DOCS.name
    }

    fn register(&self, rhai: &mut rhai::Engine, _context: &Arc<Context>) {
        let mut noun = Noun::new(&DOCS);
        noun.add("parse", |text: &str| parse(text, Map::new()));
        noun.add("parse", parse);
        noun.add("stringify", |rows: Array| stringify(rows, Map::new()));
        noun.add("stringify", stringify);
        noun.register(rhai);
    }
}

fn parse(text: &str, options: Map) -> ScriptResult<Array> {
    let mut options = Options::new("csv::parse", options);
    let separator = separator(&mut options)?;
    let header = options.take("header")?.unwrap_or(true);
    options.finish()?;
    // A byte order mark, as spreadsheets write it, is no part of the first name.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(header)
        .from_reader(text.as_bytes());
    let names = if header { Some(reader.headers().map_err(in_words)?.clone()) } else { None };
    let row = |record: csv::Result<csv::StringRecord>| {
        let record = record.map_err(in_words)?;
        let cells = record.iter().map(|cell| Dynamic::from(cell.to_owned()));
        Ok(match &names {
            Some(names) => names.iter().map(Into::into).zip(cells).collect::<Map>().into(),
            None => cells.collect::<Array>().into(),
        })
    };
    reader.records().map(row).collect()
}

fn stringify(rows: Array, options: Map) -> ScriptResult<String> {
    let mut options = Options::new("csv::stringify", options);
    let separator = separator(&mut options)?;
    let columns = options.take::<Vec<String>>("columns")?;
    options.finish()?;
    let mut writer =
        csv::WriterBuilder::new().delimiter(separator).flexible(true).from_writer(Vec::new());
    if !rows.is_empty() && rows.iter().all(Dynamic::is_map) {
        let rows: Vec<Map> = rows.into_iter().filter_map(|row| row.flatten().try_cast()).collect();
        let columns = columns.unwrap_or_else(|| keys(&rows));
        writer.write_record(&columns).map_err(in_words)?;
        for row in &rows {
            let cells =
                columns.iter().map(|name| row.get(name.as_str()).map_or(Ok(String::new()), cell));
            writer.write_record(cells.collect::<ScriptResult<Vec<_>>>()?).map_err(in_words)?;
        }
    } else {
        if let Some(columns) = columns {
            writer.write_record(columns).map_err(in_words)?;
        }
        for row in rows {
            let found = kind(&row);
            let row = row.into_array().map_err(|_| {
                failure(format!("rows are all maps or all arrays, and here is a {found}"))
            })?;
            let cells: ScriptResult<Vec<_>> = row.iter().map(cell).collect();
            writer.write_record(cells?).map_err(in_words)?;
        }
    }
    let bytes = writer.into_inner().map_err(|error| failure(error.to_string()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn keys(rows: &[Map]) -> Vec<String> {
    let mut keys: Vec<String> =
        rows.iter().flat_map(|row| row.keys().map(ToString::to_string)).collect();
    keys.sort();
    keys.dedup();
    keys
}

fn cell(value: &Dynamic) -> ScriptResult<String> {
    if value.is_array() || value.is_map() {
        let message = format!("a cell is text or a number, and here is a {}", kind(value));
        return Err(failure(message + ": put json::stringify around it"));
    }
    Ok(value.to_string())
}

fn separator(options: &mut Options) -> ScriptResult<u8> {
    let Some(given) = options.take::<String>("separator")? else { return Ok(b',') };
    match given.as_bytes() {
        [one] if *one != b'"' && *one != b'\n' && *one != b'\r' => Ok(*one),
        _ => Err(failure(format!(
            "separator is {given:?}: it must be one ASCII character other than quotes and line breaks"
        ))),
    }
}

fn in_words(error: csv::Error) -> ScriptError {
    let line = error.position().map_or(String::new(), |place| format!(" in line {}", place.line()));
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => failure(format!(
            "the table is uneven{line}: the row has {len} cells and the first one {expected_len}"
        )),
        _ => failure(format!("the text is no CSV{line}: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rhai::{Array, Dynamic, Map};

    use super::{parse, stringify};

    fn no_header() -> Map {
        [("header".into(), false.into())].into()
    }

    proptest! {
        #[test]
        fn a_table_comes_back_as_it_went_out(
            table in prop::collection::vec(prop::collection::vec("[a,\"\n é]{1,5}", 3), 0..5)
        ) {
            let row = |row: &Vec<String>| row.iter().cloned().map(Dynamic::from).collect::<Array>().into();
            let rows: Array = table.iter().map(row).collect();
            let text = stringify(rows, Map::new()).expect("cells of text");
            let back = parse(&text, no_header()).expect("what was just written");
            let back: Vec<Vec<String>> = back
                .into_iter()
                .map(|row| row.cast::<Array>().into_iter().map(Dynamic::cast).collect())
                .collect();
            prop_assert_eq!(back, table);
        }

        #[test]
        fn no_text_is_too_odd_to_be_refused(text in ".{0,60}") {
            let _ = parse(&text, Map::new());
        }
    }

    #[test]
    fn an_uneven_table_is_refused_with_its_line() {
        let error = parse("a,b\n1,2\n3", Map::new()).expect_err("a cell is missing").to_string();
        assert!(
            error.contains("uneven in line 3: the row has 1 cells and the first one 2"),
            "{error}"
        );
    }

    #[test]
    fn a_cell_that_is_a_map_is_refused() {
        let rows = vec![Dynamic::from(vec![Dynamic::from(Map::new())])];
        let error = stringify(rows, Map::new()).expect_err("no text").to_string();
        assert!(error.contains("here is a map"), "{error}");
    }
}
