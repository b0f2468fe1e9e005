//! Which known word a person may have meant.

/// The word most like `wanted`, if one is like enough to be a slip of the fingers.
#[must_use]
pub fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = wanted.to_lowercase();
    // One slip in three letters: `nme` is `name`, `xyz` is nothing.
    let allowed = (wanted.chars().count() / 3).clamp(1, 4);
    known
        .into_iter()
        .map(|word| (strsim::damerau_levenshtein(&wanted, &word.to_lowercase()), word))
        .filter(|(distance, word)| {
            // `desc` for `description`, `integer` for `int`.
            let begun = wanted.len() >= 3 && word.to_lowercase().starts_with(&wanted);
            let overdone = word.len() >= 3 && wanted.starts_with(&word.to_lowercase());
            *distance <= allowed || begun || overdone
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// ": did you mean `name`?", or nothing; to be put behind a message.
pub(crate) fn hint<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(wanted, known).map_or_else(String::new, |word| format!(": did you mean `{word}`?"))
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_of_the_fingers_are_understood_and_other_words_are_not() {
        let known = ["name", "version", "description", "permissions"];
        assert_eq!(nearest("nmae", known), Some("name"));
        assert_eq!(nearest("Version", known), Some("version"));
        assert_eq!(nearest("permission", known), Some("permissions"));
        assert_eq!(nearest("integer", ["float", "int"]), Some("int"));
        assert_eq!(nearest("desc", known), Some("description"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest("", known), None);
    }
}
