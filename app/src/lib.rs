//! The faces of Satchel: the window and the command line.

pub mod demo;
pub mod environment;
#[cfg(feature = "window")]
pub mod look;
