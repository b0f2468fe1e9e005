//! What can be written after `satchel`, and nothing about what it does.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use super::apps::Apps;

const EXIT_CODES: &str = "Exit codes: 0 done, 1 failed (one line on standard error says why), \
                          2 wrong use, 130 stopped with Ctrl+C";

/// A personal AI that runs on this computer. Without a command, the window opens.
#[derive(Debug, Parser)]
#[command(name = "satchel", version, after_help = EXIT_CODES)]
pub(super) struct Arguments {
    /// What to do; nothing opens the window.
    #[command(subcommand)]
    pub(super) command: Option<Command>,

    /// Keep conversations, models and settings in this folder
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) data_dir: Option<PathBuf>,
}

/// What to do instead of opening the window.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Answer one prompt, or converse in the terminal
    Chat(Chat),
    /// List, add and remove models
    #[command(subcommand)]
    Models(Models),
    /// List, make, check and run apps
    #[command(subcommand)]
    Apps(Apps),
    /// Add documents, search them and ask them
    #[command(subcommand)]
    Documents(Documents),
    /// Reads files for another process of this program and tells their pages
    #[command(name = "__extract", hide = true)]
    Extract,
    /// Draws pages of one PDF for another process of this program
    #[command(name = "__draw", hide = true)]
    Draw {
        /// The file
        path: PathBuf,
    },
}

/// `satchel documents`
#[derive(Debug, Subcommand)]
pub(super) enum Documents {
    /// Add files and folders to a collection, which is created where it is missing, and read them
    Add {
        /// The collection
        collection: String,
        /// Files and folders
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// List what was passed over in folders, each with its reason; otherwise it is only counted
        #[arg(long)]
        passed_over: bool,
        /// Print one JSON object at the end
        #[arg(long)]
        json: bool,
    },
    /// List the collections
    List {
        /// Print a JSON array
        #[arg(long)]
        json: bool,
    },
    /// Tell how far a collection has been read and what could not be
    Status {
        /// The collection
        collection: String,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Forget a collection, or a file or folder of it; the files stay
    Remove {
        /// The collection
        collection: String,
        /// A file or folder
        path: Option<PathBuf>,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Find passages
    Search {
        /// The collection
        collection: String,
        /// What to look for
        query: String,
        /// How many passages, at most
        #[arg(short, value_name = "N", default_value_t = 5, value_parser = most_passages)]
        k: usize,
        /// How to look
        #[arg(long, value_enum, default_value_t = SearchMode::Hybrid)]
        mode: SearchMode,
        #[command(flatten)]
        order: Order,
        /// Print a JSON array of passages
        #[arg(long)]
        json: bool,
    },
    /// Answer a question with citations
    Ask {
        /// The collection
        collection: String,
        /// The question
        question: String,
        /// A GGUF file or the name of a model; without it, the model that `chat` takes, unless that is
        /// the demonstration
        #[arg(long, value_name = "PATH|NAME", conflicts_with = "reader")]
        model: Option<String>,
        /// How to read; without it, the question decides
        #[arg(long, value_enum)]
        reading: Option<ReadingMode>,
        /// Quote sentences without a model
        #[arg(long)]
        reader: bool,
        #[command(flatten)]
        order: Order,
        /// Print one JSON object: text, citations, read, and why the answer is so
        #[arg(long)]
        json: bool,
    },
    /// Add a folder and follow what changes in it, until Ctrl+C (exit code 130)
    Watch {
        /// The collection
        collection: String,
        /// A folder
        path: PathBuf,
        /// Print each change as a line of JSON
        #[arg(long)]
        json: bool,
    },
}

/// Who orders the passages that were found.
#[derive(Debug, Args)]
pub(super) struct Order {
    /// A reranker that orders the best of what was found: a GGUF file, the name of a model, or `none`;
    /// without it, the one that was chosen in the window's settings
    #[arg(long, value_name = "PATH|NAME")]
    pub(super) reranker: Option<String>,
}

/// How to look for passages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum SearchMode {
    /// By words, and by meaning where there is an embedding model
    Hybrid,
    /// By words
    Bm25,
    /// By meaning
    Vector,
}

/// How to read for a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum ReadingMode {
    /// The passages that fit the question best
    Passages,
    /// Everything at once, where that fits
    Whole,
    /// Everything part by part, for a summary
    Summary,
    /// Every passage, for a list or a count
    Scan,
}

fn most_passages(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number @ 1..=100) => Ok(number),
        _ => Err("not a number from 1 to 100".to_owned()),
    }
}

/// `satchel chat`
#[derive(Debug, Args)]
pub(super) struct Chat {
    /// What to ask, followed by what standard input holds where that is no terminal; `-` for that alone,
    /// nothing starts a conversation
    #[arg(value_name = "PROMPT", required_if_eq("json", "true"))]
    pub(super) prompt: Option<String>,

    #[command(flatten)]
    pub(super) answers: Answers,

    /// Print one JSON object: text, reasoning, usage, timings, stop_reason, model, seed
    #[arg(long)]
    pub(super) json: bool,
}

/// Who answers and how: what comes before what was set in the window.
#[derive(Debug, Args)]
pub(super) struct Answers {
    /// A GGUF file, the name of a model as `satchel models list` shows it, or `demo`
    #[arg(long, value_name = "PATH|NAME")]
    pub(super) model: Option<String>,

    /// Standing instructions for the model
    #[arg(long, value_name = "S")]
    pub(super) system: Option<String>,

    /// Makes the answer reproducible
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(super) seed: Option<u32>,

    /// Randomness from 0 (none) to 5
    #[arg(long, value_name = "T", value_parser = temperature, allow_negative_numbers = true)]
    pub(super) temperature: Option<f32>,

    /// How many tokens of conversation the model sees at once; more needs more memory
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(256..=16_777_216), allow_negative_numbers = true)]
    pub(super) context_length: Option<u32>,

    /// Stop after so many tokens
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), allow_negative_numbers = true)]
    pub(super) max_tokens: Option<u32>,
}

/// `satchel models`
#[derive(Debug, Subcommand)]
pub(super) enum Models {
    /// List the models in the data folder and those added from elsewhere
    List {
        /// Print a JSON array
        #[arg(long)]
        json: bool,
    },
    /// Add a GGUF file, which stays where it is unless it is copied
    Add {
        /// The file; of a split model, the first part
        path: PathBuf,
        /// Copy it into the data folder; of one that was added before, the copy takes the place
        #[arg(long)]
        copy: bool,
        /// Print the model as a JSON object
        #[arg(long)]
        json: bool,
    },
    /// Remove a model; a file within the data folder is deleted, after a question on a terminal, and one
    /// added from elsewhere is left alone
    Remove {
        /// Its whole name, as `satchel models list` shows it, or that of its file
        name: String,
        /// Delete without a question
        #[arg(short, long)]
        yes: bool,
        /// Print the removed model as a JSON object
        #[arg(long)]
        json: bool,
    },
}

fn temperature(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(value) if (0.0..=5.0).contains(&value) => Ok(value),
        _ => Err("not a number from 0 to 5".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;
    use clap::error::ErrorKind;

    use super::*;

    fn refused(line: &str) -> ErrorKind {
        Arguments::try_parse_from(line.split(' ')).expect_err("wrong use").kind()
    }

    #[test]
    fn the_definition_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn nothing_means_the_window() {
        let arguments = Arguments::try_parse_from(["satchel"]).unwrap();
        assert!(arguments.command.is_none() && arguments.data_dir.is_none());
    }

    #[test]
    fn the_data_folder_may_stand_anywhere() {
        for line in ["satchel --data-dir /d chat hi", "satchel chat --data-dir /d hi"] {
            let arguments = Arguments::try_parse_from(line.split(' ')).unwrap();
            assert_eq!(arguments.data_dir, Some(PathBuf::from("/d")), "{line}");
        }
    }

    #[test]
    fn json_needs_a_prompt() {
        assert_eq!(refused("satchel chat --json"), ErrorKind::MissingRequiredArgument);
        assert!(Arguments::try_parse_from(["satchel", "chat", "--json", "hi"]).is_ok());
        assert!(Arguments::try_parse_from(["satchel", "chat", "--json", "-"]).is_ok());
    }

    #[test]
    fn values_out_of_range_are_wrong_use() {
        for value in ["-1", "5.1", "NaN", "inf", "warm"] {
            let line = format!("satchel chat --temperature={value} hi");
            assert_eq!(refused(&line), ErrorKind::ValueValidation, "{line}");
        }
        for line in [
            "--context-length 255",
            "--max-tokens 0",
            "--max-tokens -1",
            "--seed -1",
            "--temperature -1",
        ] {
            let line = format!("satchel chat {line} hi");
            assert_eq!(refused(&line), ErrorKind::ValueValidation, "{line}");
        }
    }
}
