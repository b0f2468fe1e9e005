//! Which links may be opened.

use egui::{Context, OpenUrl};

/// Whether a click opens this target: web pages and mail addresses only. Anything else a model
/// writes (`file:`, `javascript:`, other programs' schemes) is shown but does nothing.
pub(crate) fn may_open(target: &str) -> bool {
    let Some((scheme, rest)) = target.split_once(':') else { return false };
    let known = ["http", "https", "mailto"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    known && !rest.is_empty() && !target.chars().any(|c| c.is_control() || c.is_whitespace())
}

/// Opens a link in the system's browser or mail program, if it may be.
pub(super) fn open(ctx: &Context, target: &str) {
    if may_open(target) {
        ctx.open_url(OpenUrl::new_tab(target));
    }
}

#[cfg(test)]
mod tests {
    use super::may_open;

    #[test]
    fn only_web_pages_and_mail_are_opened() {
        for good in ["https://example.org/a?b=c#d", "HTTP://example.org", "mailto:a@example.org"] {
            assert!(may_open(good), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "file:///etc/passwd",
            "vscode://x",
            "example.org",
            "https:",
            "",
            "https://a\nb",
            " https://a",
            "data:text/html,x",
        ] {
            assert!(!may_open(bad), "{bad}");
        }
    }
}
