//! Apps that come, go and are chosen about.
