//! Counts in the English of messages: "1 page", "2 pages".

/// A count with its word, whose plural has an `s` behind it.
pub fn counted(count: usize, one: &str) -> String {
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}

/// A count with the form of its word that fits.
pub fn counted_as(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
