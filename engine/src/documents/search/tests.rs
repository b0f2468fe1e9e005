//! Searching a library that was filled by hand.
