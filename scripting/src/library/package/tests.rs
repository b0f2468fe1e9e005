//! Packages, good ones and bad ones.
