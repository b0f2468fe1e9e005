//! What frames cost, as a table: a row for each thing that happens, a column for each length.

use std::time::Duration;

/// How many messages, or documents, there are.
pub(crate) const LENGTHS: [usize; 3] = [100, 1_000, 10_000];

/// Something that happens, and the frames that it takes at a length.
pub(crate) type Case = (&'static str, fn(usize) -> Vec<Duration>);

/// Measures and prints all, or those whose names hold what the first argument says.
pub(crate) fn print(of: &str, cases: &[Case]) {
    // Cargo passes `--bench`; anything else is a filter.
    let filter = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    println!("| Frame of {of}, ms: middle (95 %) | 100 | 1,000 | 10,000 |");
    println!("|---|--:|--:|--:|");
    for (name, case) in cases {
        let is_wanted = |wanted: &String| name.to_lowercase().contains(&wanted.to_lowercase());
        if !filter.as_ref().is_none_or(is_wanted) {
            continue;
        }
        let cells = LENGTHS.map(|length| {
            let mut times = case(length);
            let middle = quantile(&mut times, 0.5);
            format!("{middle:.3} ({:.3})", quantile(&mut times, 0.95))
        });
        println!("| {name} | {} |", cells.join(" | "));
    }
}

/// The value that this share of all is below, in milliseconds.
fn quantile(times: &mut [Duration], share: f64) -> f64 {
    times.sort_unstable();
    let index = ((times.len() - 1) as f64 * share) as usize;
    times[index].as_secs_f64() * 1_000.0
}
