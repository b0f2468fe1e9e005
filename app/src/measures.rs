//! How sizes and large numbers are written, in the window and in the terminal: one way everywhere.

/// A size for people: `4.7 GB`, in steps of a thousand.
pub(crate) fn bytes(bytes: u64) -> String {
    let (unit, name) = match bytes {
        0..1_000 => return format!("{bytes} bytes"),
        1_000..1_000_000 => (1e3, "kB"),
        1_000_000..1_000_000_000 => (1e6, "MB"),
        _ => (1e9, "GB"),
    };
    let number = bytes as f64 / unit;
    if number < 10.0 { format!("{number:.1} {name}") } else { format!("{number:.0} {name}") }
}

/// A number for people: `7.6 billion`.
pub(crate) fn count(number: u64) -> String {
    match number {
        0..1_000_000 => grouped(number),
        1_000_000..1_000_000_000 => format!("{:.0} million", number as f64 / 1e6),
        _ => format!("{:.1} billion", number as f64 / 1e9),
    }
}

/// A number with its thousands apart: `12,345`.
pub(crate) fn grouped(number: impl Into<u64>) -> String {
    let digits = number.into().to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_written_for_people() {
        for (size, words) in [
            (12, "12 bytes"),
            (8_300_000, "8.3 MB"),
            (469_000_000, "469 MB"),
            (4_680_000_000, "4.7 GB"),
        ] {
            assert_eq!(bytes(size), words);
        }
    }

    #[test]
    fn counts_are_written_for_people() {
        for (number, words) in
            [(7_615_616_512, "7.6 billion"), (494_000_000, "494 million"), (464_768, "464,768")]
        {
            assert_eq!(count(number), words);
        }
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (number, text) in
            [(0_u32, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")]
        {
            assert_eq!(grouped(number), text);
        }
    }
}
