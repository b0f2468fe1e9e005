//! Where an export is proposed to go.

use std::path::{Path, PathBuf};

use engine::conversations::ExportFormat;

/// The longest file name that is proposed, in characters.
const LONGEST: usize = 60;

/// The usual extension of a format.
fn extension(format: ExportFormat) -> &'static str {
    match format {
        ExportFormat::Markdown => "md",
        ExportFormat::Json => "json",
    }
}

/// A path in the person's folder of documents, named after the title.
pub(crate) fn proposed_path(title: &str, format: ExportFormat) -> String {
    let name = file_name(title);
    home().join(format!("{name}.{}", extension(format))).display().to_string()
}

/// A path of this name in the person's folder.
pub(crate) fn home_path(name: &str) -> String {
    home().join(name).display().to_string()
}

/// The path with the extension of another format.
pub(crate) fn with_extension(path: &str, format: ExportFormat) -> String {
    Path::new(path).with_extension(extension(format)).display().to_string()
}

/// What a typed path means: `~` is the home folder, and so is where a bare name goes.
pub(crate) fn absolute(typed: &str) -> PathBuf {
    let typed = typed.trim().trim_matches('"');
    match typed.strip_prefix("~/").or(typed.strip_prefix("~\\")) {
        Some(rest) => home().join(rest),
        // An absolute path replaces what it is joined to.
        None => home().join(typed),
    }
}

fn home() -> PathBuf {
    std::env::home_dir().unwrap_or_else(|| PathBuf::from("."))
}

/// The title without what file systems refuse.
fn file_name(title: &str) -> String {
    let clean: String = title
        .chars()
        .map(|c| if c.is_control() || r#"/\:*?"<>|"#.contains(c) { ' ' } else { c })
        .take(LONGEST)
        .collect();
    let clean = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    let clean = clean.trim_matches(['.', ' ', '…']);
    if clean.is_empty() { "Conversation".to_owned() } else { clean.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_a_name_that_every_file_system_takes() {
        for (title, name) in [
            ("Early exit: what/when?", "Early exit what when"),
            ("", "Conversation"),
            ("...", "Conversation"),
            ("A long title that was…", "A long title that was"),
            ("日本語の話", "日本語の話"),
        ] {
            assert_eq!(file_name(title), name);
        }
        assert!(file_name(&"long ".repeat(100)).chars().count() <= LONGEST);
    }

    #[test]
    fn the_extension_follows_the_format() {
        assert_eq!(with_extension("/a/b.md", ExportFormat::Json), "/a/b.json");
    }

    #[test]
    fn a_typed_path_may_start_at_home() {
        assert_eq!(absolute("/tmp/x.md"), Path::new("/tmp/x.md"));
        assert_eq!(absolute(" \"~/x.md\" "), home().join("x.md"));
        assert_eq!(absolute("x.md"), home().join("x.md"));
    }
}
