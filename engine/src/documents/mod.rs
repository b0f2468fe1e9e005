//! Documents: a person's own files, read, cut into passages and found again.

pub mod chunk;
pub mod extract;
pub mod reading;
pub mod tokens;
