//! Each format, and each way in which a file can be bad.
