//! Where everything lies on disk.
