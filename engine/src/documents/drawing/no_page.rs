//! In the place of `page.rs` in a build that draws nothing.

use std::path::Path;

use super::{Located, PagePicture, PageRequest, Wanted};
use crate::documents::extract::Refusal;

/// Nothing can be opened.
pub(super) enum Opened {}

/// So nothing is drawn.
pub(super) struct Drawer<'a>(&'a Opened);

impl Opened {
    pub(super) fn open(_path: &Path) -> Result<Self, Refusal> {
        Err(Refusal::Unsupported { kind: "pages of a PDF, in this build".to_owned() })
    }

    pub(super) fn drawer(&self) -> Drawer<'_> {
        Drawer(self)
    }
}

impl Drawer<'_> {
    pub(super) fn sizes(&self) -> Vec<[f32; 2]> {
        match *self.0 {}
    }

    pub(super) fn locate(
        &mut self,
        _number: u32,
        _wanted: &[Wanted],
    ) -> Result<Vec<Located>, Refusal> {
        match *self.0 {}
    }

    pub(super) fn draw(&self, _asked: &PageRequest) -> Result<PagePicture, Refusal> {
        match *self.0 {}
    }
}
