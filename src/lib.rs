pub mod base;
pub mod config;
pub mod content;
pub mod finding;
