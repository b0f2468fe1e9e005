//! What the language of a text is called, also where it is none whose words are known here.

use std::ops::RangeInclusive;

use super::Language;

/// What is said of letters that English does not have where no more is known.
const OTHER: &str = "other";

/// The English name of the language of a text, in lower case; `"other"` where it is in letters that
/// English does not have and no more is known; `None` where a text has too few words to tell.
#[must_use]
pub fn name_of_language(text: &str) -> Option<String> {
    let letters = || text.chars().filter(|character| character.is_alphabetic());
    let strange = letters().filter(|letter| !is_latin(*letter)).count();
    // A Chinese word has a letter or two, an English one many.
    let is_latin = strange * 3 <= letters().count();
    if let Some(name) = by_letters(text).filter(|_| !is_latin) {
        return Some(name.to_owned());
    }
    let told = Language::of_question(text, &[Language::English]);
    // A single little word may stand in another language by chance.
    let is_sure = |language: &Language| {
        *language == Language::English || !text.is_ascii() || language.count_little_words(text) > 1
    };
    match told.filter(is_sure) {
        Some(language) => Some(language.name()),
        None => (!is_latin).then(|| OTHER.to_owned()),
    }
}

/// The language whose letters a text has, where no other common one has them. Japanese has the letters
/// of Chinese as well.
fn by_letters(text: &str) -> Option<&'static str> {
    const LETTERS: [(&str, RangeInclusive<u32>); 5] = [
        ("japanese", 0x3041..=0x30FF),
        ("korean", 0xAC00..=0xD7A3),
        ("chinese", 0x3400..=0x9FFF),
        ("thai", 0x0E00..=0x0E7F),
        ("hebrew", 0x0590..=0x05FF),
    ];
    let holds = |(_, letters): &&(&str, RangeInclusive<u32>)| {
        text.chars().any(|character| letters.contains(&u32::from(character)))
    };
    LETTERS.iter().find(holds).map(|(name, _)| *name)
}

fn is_latin(letter: char) -> bool {
    matches!(u32::from(letter), 0..=0x24F | 0x1E00..=0x1EFF | 0xFF00..=0xFF5E)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_named_by_its_letters_or_its_little_words() {
        for (text, name) in [
            ("How do I add a model?", Some("english")),
            ("Wie füge ich ein Modell hinzu?", Some("german")),
            ("Où sont mes fichiers ?", Some("french")),
            ("Как добавить модель?", Some("russian")),
            ("Добавить модель", Some("other")),
            ("如何添加模型？", Some("chinese")),
            ("モデルを追加する", Some("japanese")),
            ("모델을 추가하려면?", Some("korean")),
            ("GGUF 是什么", Some("chinese")),
            ("hotkeys", None),
            ("teach man pages", None),
            ("", None),
        ] {
            assert_eq!(name_of_language(text).as_deref(), name, "{text}");
        }
    }
}
