//! Apps as their faces see them: commands and saved files in, events out.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may give up")]

mod errors;
mod house;
mod lifecycle;
mod panels;
mod reload;
mod runs;
mod sandbox;
