//! The collections: texts, questions, and what answers them.

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;

use engine::documents::search::Passage;
use serde_json::Value;

/// A collection of texts with questions.
pub(crate) struct Set {
    pub(crate) name: String,
    /// Names of files and their texts.
    pub(crate) texts: Vec<(String, String)>,
    pub(crate) questions: Vec<Question>,
}

/// A question and what answers it.
pub(crate) struct Question {
    pub(crate) text: String,
    pub(crate) wanted: Vec<Wanted>,
}

/// A text that answers, or a part of it in characters.
pub(crate) struct Wanted {
    file: String,
    part: Option<Range<u64>>,
}

impl Question {
    /// Whether each passage is wanted; a text that was found before does not count again.
    pub(crate) fn grades(&self, _set: &Set, passages: &[Passage]) -> Vec<bool> {
        let mut counted = vec![false; self.wanted.len()];
        let grade = |passage: &Passage| {
            let name = passage.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let mut is_right = false;
            for (wanted, counted) in self.wanted.iter().zip(&mut counted) {
                if wanted.file == name && wanted.is_in(&passage.characters) && !*counted {
                    *counted = true;
                    is_right = true;
                }
            }
            is_right
        };
        passages.iter().map(grade).collect()
    }
}

impl Question {
    /// Whether each file that was found is wanted.
    pub(crate) fn grades_of_files(&self, found: &[String]) -> Vec<bool> {
        found.iter().map(|name| self.wanted.iter().any(|wanted| wanted.file == *name)).collect()
    }
}

impl Wanted {
    /// Whether a passage holds the greater part of what is wanted.
    fn is_in(&self, found: &Range<u64>) -> bool {
        let Some(part) = &self.part else { return true };
        let shared = part.end.min(found.end).saturating_sub(part.start.max(found.start));
        shared * 2 >= part.end - part.start
    }
}

/// All sets below a folder.
pub(crate) fn all(folder: &Path) -> anyhow::Result<Vec<Set>> {
    let mut sets = Vec::new();
    let cranfield = folder.join("cranfield");
    if cranfield.is_dir() {
        sets.push(self::cranfield(&cranfield)?);
    }
    let mut files: Vec<_> = match std::fs::read_dir(folder.join("xquad")) {
        Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
        Err(_) => Vec::new(),
    };
    files.sort();
    for file in files.iter().filter(|file| file.extension().is_some_and(|end| end == "json")) {
        sets.push(squad(file)?);
    }
    let chunking = folder.join("chunking_evaluation");
    if chunking.is_dir() {
        sets.push(self::chunking(&chunking)?);
    }
    Ok(sets)
}

/// Abstracts and queries of the fifties, in the format of SMART; codes 1 to 4 are relevant.
fn cranfield(folder: &Path) -> anyhow::Result<Set> {
    let abstracts = records(&std::fs::read_to_string(folder.join("cran.all.1400"))?);
    let queries = records(&std::fs::read_to_string(folder.join("cran.qry"))?);
    let judged = std::fs::read_to_string(folder.join("cranqrel"))?;
    let mut wanted: HashMap<usize, Vec<Wanted>> = HashMap::new();
    for line in judged.lines() {
        let numbers: Vec<i64> = line.split_whitespace().flat_map(str::parse).collect();
        if let [query, text, code] = numbers[..]
            && (1..=4).contains(&code)
        {
            let file = format!("{text}.txt");
            wanted.entry(usize::try_from(query)?).or_default().push(Wanted { file, part: None });
        }
    }
    let questions = queries.into_iter().zip(1..).map(|((_, text), number)| Question {
        text: text.replace('\n', " "),
        wanted: wanted.remove(&number).unwrap_or_default(),
    });
    Ok(Set {
        name: "Cranfield".to_owned(),
        questions: questions.filter(|question| !question.wanted.is_empty()).collect(),
        texts: abstracts
            .into_iter()
            // Two of them are empty.
            .filter(|(_, text)| text.contains(char::is_alphanumeric))
            .map(|(id, text)| (format!("{id}.txt"), text))
            .collect(),
    })
}

/// Records of SMART: number and text.
fn records(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let text = text.replace("\r\n", "\n");
    for record in text.split(".I ").skip(1) {
        let id = record.lines().next().unwrap_or_default().trim().to_owned();
        let body = record.split_once("\n.W\n").map(|(_, body)| body.to_owned());
        found.push((id, body.unwrap_or_default()));
    }
    found
}

/// Paragraphs and questions in the format of SQuAD.
fn squad(file: &Path) -> anyhow::Result<Set> {
    let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut set = Set { name, texts: Vec::new(), questions: Vec::new() };
    for (paragraph, questions) in paragraphs(file)? {
        let file = format!("{}.txt", set.texts.len());
        for question in questions {
            let wanted = vec![Wanted { file: file.clone(), part: None }];
            set.questions.push(Question { text: question.text, wanted });
        }
        set.texts.push((file, paragraph));
    }
    Ok(set)
}

/// A question with the texts that answer it.
pub(crate) struct Asked {
    pub(crate) text: String,
    pub(crate) answers: Vec<String>,
}

/// The paragraphs of a file in the format of SQuAD, each with its questions.
pub(crate) fn paragraphs(file: &Path) -> anyhow::Result<Vec<(String, Vec<Asked>)>> {
    let root: Value = serde_json::from_str(&std::fs::read_to_string(file)?)?;
    let list = |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let mut found = Vec::new();
    for paragraph in list(&root, "data").iter().flat_map(|article| list(article, "paragraphs")) {
        let asked = list(&paragraph, "qas").into_iter().map(|question| Asked {
            text: text(&question, "question"),
            answers: list(&question, "answers").iter().map(|answer| text(answer, "text")).collect(),
        });
        found.push((text(&paragraph, "context"), asked.collect()));
    }
    Ok(found)
}

/// Long texts in Markdown, with questions that name the places of their answers.
fn chunking(folder: &Path) -> anyhow::Result<Set> {
    let mut set =
        Set { name: "chunking_evaluation".to_owned(), texts: Vec::new(), questions: Vec::new() };
    for entry in std::fs::read_dir(folder.join("corpora"))?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        set.texts.push((name, std::fs::read_to_string(entry.path())?));
    }
    let mut rows = csv::Reader::from_path(folder.join("questions_df.csv"))?;
    for row in rows.records() {
        let row = row?;
        let field = |at: usize| row.get(at).unwrap_or_default();
        let places: Vec<Value> = serde_json::from_str(field(1))?;
        let wanted = places.iter().map(|place| Wanted {
            file: format!("{}.md", field(2)),
            part: Some(
                place["start_index"].as_u64().unwrap_or(0)
                    ..place["end_index"].as_u64().unwrap_or(0),
            ),
        });
        set.questions.push(Question { text: field(0).to_owned(), wanted: wanted.collect() });
    }
    Ok(set)
}
