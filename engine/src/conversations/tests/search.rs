//! Search in many scripts, as typed, and with input that means harm.

use super::World;
use crate::conversations::MessageId;

/// A world with these messages, each in a conversation of its own with an empty-handed title.
fn world_of(texts: &[&str]) -> (World, Vec<MessageId>) {
    let world = World::new();
    let ids = texts
        .iter()
        .map(|text| {
            let id = world.conversation();
            world.store.rename(id, "…").unwrap();
            world.say(id, None, text).id
        })
        .collect();
    (world, ids)
}

#[test]
fn words_are_found_in_many_scripts_by_any_part_that_a_person_would_type() {
    let texts = [
        "The quick brown fox jumps over the lazy dog",
        "Die Straße nach München ist gesperrt",
        "Сегодня хорошая погода, ёлка стоит",
        "我们使用人工智能来翻译句子",
        "東京タワーはとても高いです",
        "ภาษาไทยเขียนโดยไม่เว้นวรรค",
        "मुझे हिन्दी में लिखना पसंद है",
        "العَرَبِيَّة لغة جميلة",
        "오늘은 한국어를 공부합니다",
        "Η Αθήνα είναι όμορφη",
    ];
    let (world, ids) = world_of(&texts);
    for (query, expected) in [
        ("fox", 0),
        ("qui bro", 0),
        ("FOX lazy", 0),
        ("münch", 1),
        ("munchen", 1),
        ("strasse", 99),
        ("straße", 1),
        ("погод", 2),
        ("елка", 2),
        ("人工", 3),
        ("智能", 3),
        ("智", 3),
        ("工智能来", 3),
        ("タワー", 4),
        ("高い", 4),
        ("東京 高", 4),
        ("ไทย", 5),
        ("เว้นวรรค", 5),
        ("हिन्दी", 6),
        ("पसं", 6),
        ("العربية", 7),
        ("한국어", 8),
        ("공부", 8),
        ("αθηνα", 9),
    ] {
        let found = world.store.search(query, 9).unwrap();
        let found: Vec<_> = found.iter().filter_map(|found| found.message).collect();
        let expected: Vec<_> = ids.get(expected).copied().into_iter().collect();
        assert_eq!(found, expected, "{query}");
    }
    // Neighbours in the query must be neighbours in the text.
    assert!(world.store.search("人能", 9).unwrap().is_empty());
}

#[test]
fn quoted_words_must_follow_each_other() {
    let (world, ids) = world_of(&["the cat sat on the mat", "the mat sat on the cat"]);
    let found = |query: &str| {
        let found = world.store.search(query, 9).unwrap();
        found.iter().filter_map(|found| found.message).collect::<Vec<_>>()
    };
    assert_eq!(found("cat sat").len(), 2);
    assert_eq!(found("\"cat sat\""), [ids[0]]);
    assert_eq!(found("\"the mat s"), [ids[1]]);
    assert_eq!(found("“on the cat” the"), [ids[1]]);
}

#[test]
fn no_input_is_an_error_or_an_operator() {
    let (world, ids) = world_of(&["and or not near plain text", "日本"]);
    for hostile in [
        "\"",
        "\"\"",
        "AND (",
        "* OR *",
        "NEAR(a b, 2)",
        "words: x",
        "a^b",
        "-",
        "--",
        "';DROP TABLE",
        "{words}",
        "\0",
        "a\0b",
        "(((((",
        "%",
        "\u{FFFF}",
        "\"unclosed",
        "\u{0301}\u{0301}",
        "🦀",
        "日\"本",
        "NOT",
        "+",
        "\\",
        "\u{202E}",
        "a*b*",
    ] {
        assert!(world.store.search(hostile, 9).is_ok(), "{hostile:?}");
    }
    assert_eq!(world.store.search("AND OR NOT", 9).unwrap()[0].message, Some(ids[0]));
    assert!(world.store.search("🦀 ()", 9).unwrap().is_empty());
    let endless = "word ".repeat(100_000);
    assert!(world.store.search(&endless, 9).unwrap().is_empty());
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(64))]
    #[test]
    fn any_text_can_be_searched_for_and_matches_stand_where_they_are_said_to(
        text in "\\PC{0,200}", query in "\\PC{0,12}",
    ) {
        let (world, _) = world_of(&[&text]);
        for found in world.store.search(&query, 9).unwrap() {
            for place in found.matches {
                proptest::prop_assert!(found.snippet.get(place).is_some());
            }
        }
    }

    #[test]
    fn any_part_of_unspaced_text_is_found(
        text in "[一-龥ぁ-ん]{2,40}", from in 0usize..38, length in 1usize..6,
    ) {
        let (world, ids) = world_of(&[&text]);
        let part: String = text.chars().skip(from).take(length).collect();
        let found = world.store.search(&part, 9).unwrap();
        let found: Vec<_> = found.into_iter().filter_map(|found| found.message).collect();
        proptest::prop_assert_eq!(found, if part.is_empty() { vec![] } else { ids });
    }
}

#[test]
fn a_snippet_shows_the_words_and_says_where_they_are() {
    let far =
        format!("{} The Needle\nlies here, needles {}", "hay ".repeat(100), "hay ".repeat(100));
    let (world, _) = world_of(&[&far, "短い文に針がある"]);
    let found = &world.store.search("needle", 9).unwrap()[0];
    let marked: Vec<_> = found.matches.iter().map(|place| &found.snippet[place.clone()]).collect();
    assert_eq!(marked, ["Needle", "needle"]);
    assert!(found.snippet.starts_with('…') && found.snippet.ends_with('…'));
    assert!(!found.snippet.contains('\n'));
    assert!(found.snippet.chars().count() < 170);

    let found = &world.store.search("針が", 9).unwrap()[0];
    assert_eq!(found.snippet, "短い文に針がある");
    assert_eq!(&found.snippet[found.matches[0].clone()], "針が");
}

#[test]
fn titles_come_first_and_then_what_was_said_last() {
    let world = World::new();
    let old = world.conversation();
    world.store.rename(old, "About whales").unwrap();
    let other = world.conversation();
    let first = world.say(other, None, "Whales are large");
    let second = world.answer(&first, "Whales sing");
    world.store.rename(other, "Sea").unwrap();
    let found = world.store.search("whales", 9).unwrap();
    let places: Vec<_> = found.iter().map(|found| (found.conversation, found.message)).collect();
    assert_eq!(places, [(old, None), (other, Some(second.id)), (other, Some(first.id))]);
    assert_eq!(found[0].title, "About whales");
    assert_eq!(world.store.search("whales", 2).unwrap().len(), 2);
    assert!(world.store.search("whales", 0).unwrap().is_empty());
}

#[test]
fn the_deleted_is_not_found_and_the_restored_is() {
    let world = World::new();
    let id = world.conversation();
    let message = world.say(id, None, "secret plan");
    let found = || world.store.search("secret", 9).unwrap().len();
    assert_eq!(found(), 2, "title and message");
    let deleted = world.store.delete_message(message.id).unwrap();
    assert_eq!(found(), 0, "the automatic title went with its message");
    world.store.restore_messages(&deleted).unwrap();
    assert_eq!(found(), 2);
    world.store.delete(id).unwrap();
    assert_eq!(found(), 0);
    world.store.restore(id).unwrap();
    assert_eq!(found(), 2);
}
