//! Problems of apps as compilers show theirs: the place, the words, and the line with a mark below it.

use std::fmt::Write as _;
use std::path::Path;

use scripting::Problem;

/// The problem with its path as a person has it, and what is around it.
pub(super) fn shown(path: &Path, problem: &Problem) -> String {
    let Some(place) = &problem.place else {
        return format!("{}: {}\n", path.display(), problem.message);
    };
    let file = path.join(&place.file);
    let mut text = format!("{}:{}:", file.display(), place.line);
    // Writing to a text does not fail.
    if let Some(column) = place.column {
        write!(text, "{column}:").ok();
    }
    writeln!(text, " {}", problem.message).ok();
    text.push_str(&around(problem));
    text
}

/// The line that a problem is about, with a mark below its place, and the calls that led there; empty
/// where none of it is known.
pub(in crate::command_line) fn around(problem: &Problem) -> String {
    let mut text = String::new();
    if let Some(place) = &problem.place {
        writeln!(text, "    {}", place.source.replace('\t', " ").trim_end()).ok();
        if let Some(column) = place.column {
            writeln!(text, "    {}^", " ".repeat(column.saturating_sub(1))).ok();
        }
    }
    for call in &problem.calls {
        writeln!(text, "  in {call}").ok();
    }
    text
}

#[cfg(test)]
mod tests {
    use scripting::Place;

    use super::*;

    #[test]
    fn a_problem_is_shown_where_it_is() {
        let place = Place {
            file: "main.rhai".into(),
            line: 3,
            column: Some(5),
            source: "\tlet x =".to_owned(),
        };
        let calls = vec!["price, called in main.rhai:9".to_owned()];
        let problem = Problem { message: "half a line".to_owned(), place: Some(place), calls };
        let shown = shown(Path::new("apps/a"), &problem).replace('\\', "/");
        assert_eq!(
            shown,
            "apps/a/main.rhai:3:5: half a line\n     let x =\n        ^\n  in price, called in main.rhai:9\n"
        );
    }
}
