//! Excel workbooks, new and old: a sheet is a page, a row is a line.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use calamine::{Data, DataRef, ExcelDateTime, Reader as _, Xls, XlsError, Xlsx, XlsxError};

use super::archive::Archive;
use super::page::BlockKind;
use super::refusal::Refusal;
use super::writer::Writer;

/// Rows go out in portions of about so many bytes, so that a long sheet is never held as a whole.
const PORTION: usize = 32 << 10;

/// Reads `.xlsx` and `.xlsm`.
pub(super) fn extract(path: &Path, writer: &mut Writer<'_>) -> Result<(), Refusal> {
    let mut archive = Archive::open(path, writer.limits())?;
    super::office::tell_title(&mut archive, writer)?;
    // calamine knows no limits, so that every sheet is unpacked once beforehand, to nowhere.
    for name in archive.names().iter().filter(|name| name.starts_with("xl/")) {
        if let Some(mut stream) = archive.stream(name)? {
            std::io::copy(&mut stream, &mut std::io::sink())
                .map_err(|error| Refusal::from_io(&error))?;
        }
    }
    drop(archive);
    let file = File::open(path).map_err(|error| Refusal::from_io(&error))?;
    let mut book = Xlsx::new(BufReader::new(file)).map_err(refused)?;
    let names = book.sheet_names();
    writer.pages(names.len())?;
    for (number, name) in (1..).zip(names) {
        writer.begin_page(Some(number))?;
        writer.block(BlockKind::Heading(1), &name)?;
        let Ok(mut cells) = book.worksheet_cells_reader(&name) else {
            // A sheet that is only a chart.
            continue;
        };
        let mut rows = Rows::default();
        while let Some(cell) = cells.next_cell().map_err(refused)? {
            rows.add(cell.get_position(), &words_of(cell.get_value()), writer)?;
        }
        rows.finish(writer)?;
    }
    Ok(())
}

/// Reads `.xls`.
pub(super) fn extract_old(path: &Path, writer: &mut Writer<'_>) -> Result<(), Refusal> {
    let file = File::open(path).map_err(|error| Refusal::from_io(&error))?;
    let mut book = Xls::new(BufReader::new(file)).map_err(|error| match error {
        XlsError::Password => Refusal::Encrypted,
        XlsError::Io(error) => Refusal::from_io(&error),
        other => Refusal::damaged(other),
    })?;
    let names = book.sheet_names();
    writer.pages(names.len())?;
    for (number, name) in (1..).zip(names) {
        // A sheet that is only a chart.
        let Ok(range) = book.worksheet_range(&name) else { continue };
        writer.begin_page(Some(number))?;
        writer.block(BlockKind::Heading(1), &name)?;
        let mut rows = Rows::default();
        for (row, column, value) in range.used_cells() {
            let place =
                (u32::try_from(row).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(0));
            let words = match value {
                Data::Float(number) => plain_number(*number),
                Data::DateTime(moment) => date(moment),
                other => other.to_string(),
            };
            rows.add(place, &words, writer)?;
        }
        rows.finish(writer)?;
    }
    Ok(())
}

fn refused(error: XlsxError) -> Refusal {
    match error {
        XlsxError::Password => Refusal::Encrypted,
        XlsxError::Io(error) => Refusal::from_io(&error),
        other => Refusal::damaged(other),
    }
}

/// Rows of a sheet on their way out.
#[derive(Default)]
struct Rows {
    text: String,
    row: u32,
}

impl Rows {
    fn add(
        &mut self,
        (row, _column): (u32, u32),
        words: &str,
        writer: &mut Writer<'_>,
    ) -> Result<(), Refusal> {
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        if words.is_empty() {
            return Ok(());
        }
        if row != self.row {
            self.row = row;
            if self.text.len() > PORTION {
                self.finish(writer)?;
            } else if !self.text.is_empty() {
                self.text.push('\n');
            }
        } else if !self.text.is_empty() {
            self.text.push('\t');
        }
        self.text.push_str(&words);
        Ok(())
    }

    fn finish(&mut self, writer: &mut Writer<'_>) -> Result<(), Refusal> {
        writer.block(BlockKind::Table, &std::mem::take(&mut self.text))
    }
}

fn words_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => plain_number(*number),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.clone()
        }
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(value) => value.to_string().to_uppercase(),
        DataRef::DateTime(moment) => date(moment),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

/// A number as a person would write it: what binary fractions add at the end is rounded away.
fn plain_number(number: f64) -> String {
    let rounded = format!("{number:.10}");
    let rounded = rounded.trim_end_matches('0').trim_end_matches('.');
    if number.abs() >= 1e15 || (number != 0.0 && number.abs() < 1e-6) {
        number.to_string()
    } else {
        rounded.to_owned()
    }
}

fn date(moment: &ExcelDateTime) -> String {
    if !moment.is_datetime() {
        return plain_number(moment.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    if hour == 0 && minute == 0 && second == 0 {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::plain_number;

    #[test]
    fn numbers_are_written_as_people_write_them() {
        for (number, words) in
            [(3.0, "3"), (0.1 + 0.2, "0.3"), (-2.5, "-2.5"), (0.0, "0"), (100.0, "100")]
        {
            assert_eq!(plain_number(number), words);
        }
    }
}
