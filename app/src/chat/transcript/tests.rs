//! Tests of the whole transcript.
