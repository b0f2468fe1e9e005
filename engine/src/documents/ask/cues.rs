//! What the words of a question ask for, in the languages that most people write.
//!
//! A cue is a row of words in lower case. `word*` stands for every word that begins so, `…` for up to
//! three words of any kind, `^` for the beginning of the question and `$` for its end. Cues of scripts
//! that are written without spaces may stand anywhere.

use std::ops::Range;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// The gist of everything.
    Summary,
    /// Everything of a kind.
    List,
    /// A number, which may be a count or may stand in a sentence.
    Count,
}

/// By language: English, German, French, Spanish, Italian, Portuguese, Russian, Chinese, Japanese,
/// Hindi, Arabic. The first that is found counts.
const CUES: &[(Wish, &[&str])] = &[
    (
        Wish::Summary,
        &[
            "summar*",
            "tl dr",
            "tldr",
            "what is … about $",
            "what are … about $",
            "whats … about $",
            "what s … about $",
            "overview of",
            "gist of",
            "main points",
            "key points",
            "key takeaways",
            "main idea*",
            "in a nutshell",
        ],
    ),
    (
        Wish::Summary,
        &[
            "zusammenfass*",
            "zusammengefasst",
            "fass* … zusammen",
            "fasse … zusammen",
            "überblick über",
            "worum geht es",
            "worum geht s",
            "wovon handel*",
            "kernaussage*",
            "inhaltsangabe",
        ],
    ),
    (
        Wish::Summary,
        &[
            "résum*",
            "resume ce*",
            "resume le*",
            "synthèse de",
            "de quoi parle*",
            "de quoi s agit il",
            "de quoi traite*",
            "points principaux",
            "points clés",
            "en bref $",
        ],
    ),
    (
        Wish::Summary,
        &[
            "resumen",
            "resum* el",
            "resum* la",
            "resum* los",
            "resum* este",
            "resúme*",
            "resumir",
            "de qué trata*",
            "de que trata*",
            "puntos principales",
            "puntos clave",
            "ideas principales",
        ],
    ),
    (
        Wish::Summary,
        &[
            "riassu*",
            "sintesi di",
            "sintesi del*",
            "di cosa parla*",
            "di cosa tratta*",
            "di che parla*",
            "punti principali",
            "punti chiave",
        ],
    ),
    (
        Wish::Summary,
        &["resumo", "resuma", "resume o", "sobre o que é", "do que trata*", "pontos principais"],
    ),
    (
        Wish::Summary,
        &[
            "кратк* содержан*",
            "кратко перескаж*",
            "перескаж*",
            "резюм*",
            "подытож*",
            "обобщ*",
            "о чем $",
            "о чём $",
            "о чем … документ*",
            "о чём … документ*",
            "о чём эт*",
            "о чем эт*",
            "суть документ*",
            "основн* мысл*",
        ],
    ),
    (
        Wish::Summary,
        &["总结", "總結", "概括", "摘要", "概要", "主要内容", "讲的是什么", "讲了什么"],
    ),
    (Wish::Summary, &["要約", "まとめて", "要点", "何について"]),
    (Wish::Summary, &["सारांश", "संक्षेप", "सार", "किस बारे में", "किसके बारे में है $"]),
    (
        Wish::Summary,
        &["لخص", "لخصي", "تلخيص", "ملخص", "الملخص", "خلاصة", "عم يتحدث", "عن ماذا يتحدث"],
    ),
    (
        Wish::List,
        &[
            "list all",
            "list every",
            "list each",
            "list the",
            "^ list",
            "make a list",
            "name all",
            "name every",
            "find all",
            "find every",
            "show all",
            "show me all",
            "give … all the",
            "what are all",
            "which … are there $",
            "enumerate",
            "count all",
            "count the",
            "count every",
            "^ count",
            "how many documents",
            "how many files",
            "how many passages",
            "how many times … mentioned",
            "how often … mentioned",
            "how often … occur*",
            "how often … appear*",
            "all the … that",
        ],
    ),
    (
        Wish::List,
        &[
            "liste* … auf",
            "liste all*",
            "nenne all*",
            "nenn all*",
            "zeig* … alle",
            "zähl* … alle",
            "zähle",
            "finde all*",
            "sämtliche",
            "aufzähl*",
            "auflist*",
            "wie oft … vor $",
            "wie oft … erwähnt",
            "wie viele dokumente",
            "wie viele dateien",
            "welche … gibt es $",
            "alle … auf $",
        ],
    ),
    (
        Wish::List,
        &[
            "liste tou*",
            "lister tou*",
            "liste des",
            "énumèr*",
            "énumér*",
            "cite* tou*",
            "nomme* tou*",
            "donne* … tou*",
            "trouve* tou*",
            "quels sont tous",
            "quelles sont toutes",
            "compte* tou*",
            "combien de documents",
            "combien de fichiers",
        ],
    ),
    (
        Wish::List,
        &[
            "lista tod*",
            "listar tod*",
            "lista de tod*",
            "enumera*",
            "nombra tod*",
            "muestra* tod*",
            "encuentra tod*",
            "cuenta tod*",
            "cuántos documentos",
        ],
    ),
    (
        Wish::List,
        &[
            "elenca*",
            "lista di tutt*",
            "lista tutt*",
            "trova tutt*",
            "mostra* tutt*",
            "conta tutt*",
        ],
    ),
    (
        Wish::List,
        &["list* tod*", "lista de tod*", "enumer*", "encontre tod*", "mostre tod*", "conte tod*"],
    ),
    (
        Wish::List,
        &[
            "перечисл*",
            "список всех",
            "назови все*",
            "назовите все*",
            "найди все*",
            "найдите все*",
            "покажи все*",
            "посчитай",
            "сосчитай",
        ],
    ),
    (Wish::List, &["列出", "列举", "列舉", "有哪些", "全部找出"]),
    (Wish::List, &["一覧", "列挙", "リストアップ", "すべて挙げ", "全て挙げ", "全部挙げ"]),
    (Wish::List, &["सूची", "सभी … बताओ", "सभी … बताएं", "सभी … बताइए", "गिनो"]),
    (Wish::List, &["اذكر جميع", "اذكر كل", "عدد جميع", "قائمة ب*", "اسرد"]),
    (Wish::Count, &["how many", "how often", "number of"]),
    (Wish::Count, &["wie viele", "wieviele", "wie oft", "anzahl der", "anzahl von"]),
    (Wish::Count, &["combien de", "combien d", "nombre de"]),
    (Wish::Count, &["cuántos", "cuántas", "cuantos", "cuantas", "número de"]),
    (Wish::Count, &["quanti", "quante", "numero di"]),
    (Wish::Count, &["quantos", "quantas"]),
    (Wish::Count, &["сколько", "количество"]),
    (Wish::Count, &["多少个", "多少個", "几个", "几次", "幾個", "多少"]),
    (Wish::Count, &["いくつ", "何人", "何個", "何件", "何本", "何回"]),
    (Wish::Count, &["कितने", "कितनी"]),
    (Wish::Count, &["كم عدد", "كم"]),
];

/// Words of a request that say where to look rather than what for.
const CARRIERS: &[&str] = &[
    "document*",
    "file*",
    "passage*",
    "sentence*",
    "place*",
    "time*",
    "mention*",
    "occur*",
    "appear*",
    "dokument*",
    "datei*",
    "stelle*",
    "mal",
    "erwähn*",
    "vorkomm*",
    "fichier*",
    "fois",
    "mentionn*",
    "archivo*",
    "veces",
    "mencion*",
    "volte",
    "menzion*",
    "vezes",
    "раз",
    "упомина*",
    "документ*",
];

/// What a question asks for by its words; `None` for an answer from some passage.
pub(super) fn wish(question: &str) -> Option<Wish> {
    first(&Words::of(question)).map(|(wish, _)| wish)
}

pub(super) fn asks_for_summary(question: &str) -> bool {
    wish(question) == Some(Wish::Summary)
}

/// The question without the words that ask for a list or a number: what is to be listed or counted.
pub(super) fn matter(question: &str) -> String {
    let words = Words::of(question);
    let Some((_, mut gone)) = first(&words) else { return question.to_owned() };
    let is_carrier = |word: &str| CARRIERS.iter().any(|carrier| matches(carrier, word));
    let carriers =
        words.words.iter().filter(|(word, range)| !gone.contains(range) && is_carrier(word));
    gone.extend(carriers.map(|(_, range)| range.clone()).collect::<Vec<_>>());
    gone.sort_by_key(|range| range.start);
    let mut matter = String::with_capacity(question.len());
    let mut kept = 0;
    for range in gone {
        matter.push_str(question.get(kept..range.start).unwrap_or_default());
        kept = range.end;
    }
    matter.push_str(question.get(kept..).unwrap_or_default());
    matter.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of a question in lower case, and where they stand.
struct Words<'a> {
    text: &'a str,
    words: Vec<(String, Range<usize>)>,
}

impl<'a> Words<'a> {
    fn of(text: &'a str) -> Self {
        let is_part =
            |c: char| c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c);
        let mut words = Vec::new();
        let mut start = None;
        for (at, character) in text.char_indices().chain([(text.len(), ' ')]) {
            match (start, is_part(character)) {
                (None, true) => start = Some(at),
                (Some(from), false) => {
                    words.push((text[from..at].to_lowercase(), from..at));
                    start = None;
                }
                _ => {}
            }
        }
        Self { text, words }
    }
}

/// The first cue that a question holds, and where its words stand.
fn first(words: &Words<'_>) -> Option<(Wish, Vec<Range<usize>>)> {
    CUES.iter().find_map(|(wish, cues)| {
        cues.iter().find_map(|cue| find(cue, words)).map(|ranges| (*wish, ranges))
    })
}

/// Where the words of a cue stand in a question, in bytes.
fn find(cue: &str, words: &Words<'_>) -> Option<Vec<Range<usize>>> {
    if cue.chars().any(is_unspaced) {
        let at = words.text.find(cue)?;
        return Some(std::iter::once(at..at + cue.len()).collect());
    }
    let parts: Vec<&str> = cue.split(' ').collect();
    let (parts, starts) = match parts.split_first() {
        Some((&"^", rest)) => (rest, 0..1),
        _ => (parts.as_slice(), 0..words.words.len()),
    };
    starts.into_iter().find_map(|start| matched(parts, words, start))
}

/// Where the parts of a cue stand that begins at a word; `None` if it does not.
fn matched(parts: &[&str], words: &Words<'_>, at: usize) -> Option<Vec<Range<usize>>> {
    let Some((part, rest)) = parts.split_first() else { return Some(Vec::new()) };
    match *part {
        "…" => (0..=3).find_map(|skipped| matched(rest, words, at + skipped)),
        "$" => (at == words.words.len()).then(Vec::new),
        part => {
            let (_, range) = words.words.get(at).filter(|(word, _)| matches(part, word))?;
            let mut ranges = matched(rest, words, at + 1)?;
            ranges.push(range.clone());
            Some(ranges)
        }
    }
}

fn matches(part: &str, word: &str) -> bool {
    match part.strip_suffix('*') {
        Some(beginning) => word.starts_with(beginning),
        None => word == part,
    }
}

/// Chinese and Japanese characters.
fn is_unspaced(character: char) -> bool {
    matches!(u32::from(character), 0x3040..=0x30FF | 0x3400..=0x9FFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_asked_for_in_many_languages() {
        for question in [
            "Summarize these documents",
            "Can you give me a summary?",
            "TL;DR",
            "What is this about?",
            "What is the second report about?",
            "Fasse das bitte zusammen",
            "Zusammenfassung bitte",
            "Worum geht es hier?",
            "Résume ce document",
            "Fais un résumé",
            "De quoi parle ce texte ?",
            "Haz un resumen",
            "¿De qué trata este documento?",
            "Riassumi il testo",
            "Di cosa parla?",
            "Faça um resumo",
            "Do que trata o texto?",
            "О чём этот документ?",
            "Кратко перескажи",
            "请总结这份文件",
            "要約してください",
            "इसका सारांश बताओ",
            "لخص هذا المستند",
        ] {
            assert_eq!(wish(question), Some(Wish::Summary), "{question}");
        }
    }

    #[test]
    fn everything_of_a_kind_is_asked_for_in_many_languages() {
        for question in [
            "List all invoices",
            "How many times is the harbour mentioned?",
            "Find all mentions of Brand",
            "Nenne alle Personen",
            "Liste die Rechnungen auf",
            "Wie oft kommt Brand vor?",
            "Liste toutes les factures",
            "Énumère les personnes",
            "Enumera las facturas",
            "Elenca le fatture",
            "Liste todas as faturas",
            "Перечисли всех людей",
            "列出所有发票",
            "請列舉名字",
            "請求書を列挙して",
            "सभी नाम बताओ",
            "اذكر جميع الأسماء",
        ] {
            assert_eq!(wish(question), Some(Wish::List), "{question}");
        }
        for question in [
            "How many cranes were damaged?",
            "Wie viele Kräne waren es?",
            "Combien de grues ?",
            "¿Cuántas grúas?",
            "Quante gru?",
            "Quantos guindastes?",
            "Сколько кранов?",
            "有多少个灯塔？",
            "いくつありますか",
            "कितने लोग थे?",
            "كم عدد السفن؟",
        ] {
            assert_eq!(wish(question), Some(Wish::Count), "{question}");
        }
    }

    #[test]
    fn other_questions_ask_for_a_passage() {
        for question in [
            "Who built the lighthouse?",
            "What is the paragraph about whales good for?",
            "Wer war das?",
            "What does it cost?",
            "How much oil was there?",
            "Où est le phare ?",
            "灯塔在哪里？",
            "",
            "?",
            "When was the list of keepers written?",
            "Account for the loss",
            "कौन आया?",
            "أين المنارة؟",
        ] {
            assert_eq!(wish(question), None, "{question}");
        }
    }

    #[test]
    fn the_matter_is_what_remains_of_a_request() {
        assert_eq!(matter("List all invoices of Brand"), "invoices of Brand");
        assert_eq!(matter("How many times is the harbour mentioned?"), "is the harbour ?");
        assert_eq!(matter("Wie oft wird der Hafen erwähnt?"), "wird der Hafen ?");
        assert_eq!(matter("列出灯塔"), "灯塔");
        assert_eq!(matter("Who came?"), "Who came?");
    }
}
