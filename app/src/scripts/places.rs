//! Places in scripts, as they stand in words.

use std::path::{Component, Path};

use scripting::Place;

/// The place with which an error of a script begins: `main.rhai:3:7: …`.
pub(crate) fn place_in(words: &str) -> Option<Place> {
    let mut parts = words.splitn(4, ':');
    let file = Path::new(parts.next()?);
    let line = parts.next()?.parse().ok()?;
    let column = parts.next().and_then(|column| column.parse().ok());
    let inside = file.components().all(|part| matches!(part, Component::Normal(_)));
    (inside && file.extension().is_some()).then(|| Place {
        file: file.to_owned(),
        line,
        column,
        source: String::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use scripting::Problem;

    #[test]
    fn a_problem_in_words_leads_back_to_its_place() {
        let place = Place {
            file: "lib/words.rhai".into(),
            line: 12,
            column: Some(7),
            source: String::new(),
        };
        let mut problem = Problem::new("Variable not found: nam");
        problem.place = Some(place.clone());
        assert_eq!(place_in(&problem.to_string()), Some(place));
        assert_eq!(place_in("main.rhai:3: It failed").map(|place| place.line), Some(3));
    }

    #[test]
    fn other_words_are_no_place() {
        for words in ["", "The model is gone: load it", "a:1:2", "/etc/x.rhai:1:2: no", "12:30:00"]
        {
            assert_eq!(place_in(words), None, "{words}");
        }
    }
}
