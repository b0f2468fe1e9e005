//! Manifests that are sound, and each way in which one is not.
