//! Signatures, as they are written in the table: `name(first: type, second?: type) -> type`.

use std::fmt;

/// A signature in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Name of the function.
    pub name: String,
    /// What goes in, in order; those that may be left out come last.
    pub parameters: Vec<Parameter>,
    /// What comes out; empty for nothing.
    pub returns: String,
}

/// One parameter of a [`Signature`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its type, as `string` or `string|array`.
    pub kind: String,
    /// Whether it may be left out.
    pub optional: bool,
}

impl Signature {
    /// Reads a signature of the table. What is no signature becomes a name alone.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let (head, returns) = text.split_once(" -> ").unwrap_or((text, ""));
        let (name, inside) = head.split_once('(').unwrap_or((head, ""));
        let inside = inside.strip_suffix(')').unwrap_or(inside);
        let parameters = inside.split(',').map(str::trim).filter(|part| !part.is_empty());
        Self {
            name: name.trim().to_owned(),
            parameters: parameters.map(Parameter::read).collect(),
            returns: returns.to_owned(),
        }
    }

    /// With how many arguments it can be called.
    #[must_use]
    pub fn counts(&self) -> std::ops::RangeInclusive<usize> {
        let needed = self.parameters.iter().filter(|parameter| !parameter.optional).count();
        needed..=self.parameters.len()
    }
}

impl Parameter {
    fn read(text: &str) -> Self {
        let (name, kind) = text.split_once(':').unwrap_or((text, "any"));
        let name = name.trim();
        Self {
            name: name.trim_end_matches('?').to_owned(),
            kind: kind.trim().to_owned(),
            optional: name.ends_with('?'),
        }
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parameter = |parameter: &Parameter| {
            let mark = if parameter.optional { "?" } else { "" };
            format!("{}{mark}: {}", parameter.name, parameter.kind)
        };
        let inside: Vec<_> = self.parameters.iter().map(parameter).collect();
        write!(formatter, "{}({})", self.name, inside.join(", "))?;
        if self.returns.is_empty() { Ok(()) } else { write!(formatter, " -> {}", self.returns) }
    }
}

#[cfg(test)]
mod tests {
    use super::Signature;

    #[test]
    fn a_signature_is_read_and_written_alike() {
        let text = "split(text: string, length: int, overlap?: int) -> array";
        let signature = Signature::read(text);
        assert_eq!(signature.to_string(), text);
        assert_eq!(signature.counts(), 2..=3);
        assert!(signature.parameters[2].optional);
        assert_eq!(Signature::read("clear()").counts(), 0..=0);
    }
}
