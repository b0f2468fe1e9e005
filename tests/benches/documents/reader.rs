//! How often the reader without a model quotes a sentence that holds the answer, from the right one
//! of three paragraphs.

use std::path::Path;

use engine::documents::read;

use crate::sets;

/// Every so many paragraphs further lies another one to choose from.
const APART: [usize; 2] = [37, 101];

pub(crate) fn measure(folder: &Path) -> anyhow::Result<()> {
    println!("\n| reader, three paragraphs | right sentence | right passage |\n|---|---|---|");
    for language in ["en", "de", "hi", "zh"] {
        let file = folder.join(format!("xquad/xquad.{language}.json"));
        if !file.is_file() {
            continue;
        }
        let paragraphs = sets::paragraphs(&file)?;
        let (mut asked, mut sentence, mut passage) = (0, 0, 0);
        for (at, (own, questions)) in paragraphs.iter().enumerate() {
            let other = |apart: usize| paragraphs[(at + apart) % paragraphs.len()].0.as_str();
            for (number, question) in questions.iter().enumerate() {
                let mut texts = vec![other(APART[0]), other(APART[1])];
                let place = number % 3;
                texts.insert(place, own);
                asked += 1;
                let Some(quote) = read::quotes(&question.text, &texts, 1).into_iter().next() else {
                    continue;
                };
                let words = &texts[quote.text][quote.range.clone()];
                passage += usize::from(quote.text == place);
                sentence +=
                    usize::from(question.answers.iter().any(|answer| words.contains(answer)));
            }
        }
        let percent = |count: usize| 100.0 * count as f64 / f64::from(asked.max(1));
        println!("| XQuAD {language} | {:.1} % | {:.1} % |", percent(sentence), percent(passage));
    }
    Ok(())
}
