//! How the parts of an Office file refer to each other.

use super::archive::Archive;
use super::refusal::Refusal;
use super::xml::{self, Flow, Node};

/// A reference from one part to another.
pub(super) struct Relation {
    /// The name that the part uses for it.
    pub(super) id: String,
    /// The last word of its type, as `slide` or `comments`.
    pub(super) kind: String,
    /// The member of the archive it leads to.
    pub(super) target: String,
}

/// The relations of a part, in order; none where they are missing.
pub(super) fn relations_of(archive: &mut Archive, part: &str) -> Result<Vec<Relation>, Refusal> {
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    let deepest = archive.limits().depth;
    let Some(stream) = archive.stream(&format!("{folder}/_rels/{name}.rels"))? else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    xml::walk(stream, deepest, |node| {
        if let Node::Start(element) = node
            && element.name() == "Relationship"
            && element.attribute("TargetMode").as_deref() != Some("External")
            && let (Some(id), Some(kind), Some(target)) =
                (element.attribute("Id"), element.attribute("Type"), element.attribute("Target"))
        {
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            found.push(Relation { id, kind, target: resolve(folder, &target) });
        }
        Ok(Flow::Into)
    })?;
    Ok(found)
}

/// The member that `target` means when it is written in a part in `folder`.
pub(super) fn resolve(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::resolve;

    #[test]
    fn targets_are_found_from_where_they_are_written() {
        assert_eq!(resolve("ppt/slides", "../notesSlides/n1.xml"), "ppt/notesSlides/n1.xml");
        assert_eq!(resolve("word", "/word/footer1.xml"), "word/footer1.xml");
        assert_eq!(resolve("", "./a.xhtml"), "a.xhtml");
        assert_eq!(resolve("", "../../a"), "a");
    }
}
