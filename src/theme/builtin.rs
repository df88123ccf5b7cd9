//! The built-in theme, embedded in the program.

use super::ThemeFile;

/// What hub.toml calls it.
pub const NAME: &str = "default";

macro_rules! embed {
    ($($name:literal)*) => { &[$(($name, include_bytes!(concat!("../../themes/default/", $name)))),*] };
}

const FILES: &[(&str, &[u8])] = embed! {
    "theme.toml" "card.svg"
    "base.html" "chooser.html" "feedback.html" "home.html" "not_found.html" "page.html" "preferences.html" "redirect.html" "stage.html"
    "directives/contact.html" "directives/cta.html" "directives/details.html" "directives/download.html" "directives/figure.html"
    "directives/key-points.html" "directives/note.html" "directives/quote.html" "directives/safety.html" "directives/stats.html"
    "directives/steps.html" "directives/tab.html" "directives/tabs.html" "directives/tip.html" "directives/video.html"
    "directives/warning.html"
    "assets/directives.css" "assets/etappe.css" "assets/etappe.js" "assets/icon.svg" "assets/search.css" "assets/search.js"
    "strings/ar.toml" "strings/de.toml" "strings/en.toml" "strings/es.toml" "strings/fr.toml" "strings/it.toml" "strings/nl.toml"
};

/// Every file of it.
pub fn files() -> impl Iterator<Item = ThemeFile> {
    FILES.iter().map(|(name, bytes)| ThemeFile { name: (*name).to_owned(), origin: None, bytes: bytes.to_vec() })
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_file_of_the_folder_is_embedded() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/default");
        let mut on_disk: Vec<String> = walkdir::WalkDir::new(&root)
            .into_iter()
            .map(|entry| entry.unwrap())
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| entry.path().strip_prefix(&root).unwrap().to_str().unwrap().to_owned())
            .collect();
        let mut embedded: Vec<String> = super::FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
        on_disk.sort();
        embedded.sort();
        assert_eq!(on_disk, embedded);
    }
}
