//! The files inside the program: the built-in theme, and the hub that `etappe init` starts with.

use crate::sources;
use etappe_site::theme::Program;

macro_rules! theme {
    ($($name:literal)*) => { &[$(($name, include_bytes!(concat!("../themes/default/", $name)))),*] };
}

const THEME: &[(&str, &[u8])] = theme! {
    "theme.toml" "card.svg"
    "base.html" "bridge.html" "chooser.html" "feedback.html" "home.html" "not_found.html" "page.html"
    "preferences.html" "redirect.html" "stage.html"
    "parts/assets.html" "parts/badges.html" "parts/breadcrumbs.html" "parts/card.html"
    "parts/cards.html" "parts/contents.html" "parts/filter.html" "parts/hub_link.html"
    "parts/link.html" "parts/list_parts.html" "parts/logo.html" "parts/notices.html"
    "parts/pager.html" "parts/policy.html" "parts/route.html" "parts/search.html"
    "parts/updated.html"
    "directives/_box.html" "directives/_group.html"
    "directives/contact.html" "directives/cta.html" "directives/details.html"
    "directives/download.html" "directives/figure.html" "directives/key-points.html"
    "directives/note.html" "directives/quote.html" "directives/safety.html" "directives/stats.html"
    "directives/steps.html" "directives/tab.html" "directives/tabs.html" "directives/tip.html"
    "directives/video.html" "directives/warning.html"
    "assets/etappe.js" "assets/icon.svg" "assets/long.js" "assets/search.js"
    "assets/wide.js"
    "strings/ar.toml" "strings/de.toml" "strings/en.toml" "strings/es.toml" "strings/fr.toml"
    "strings/it.toml" "strings/nl.toml"
    "styles/base.css" "styles/body.css" "styles/directives.css" "styles/lists.css"
    "styles/long.css" "styles/page.css" "styles/print.css" "styles/route.css" "styles/search.css"
    "styles/tokens.css" "styles/wide.css"
};

macro_rules! starter {
    ($($path:literal)*) => { &[$(($path, include_str!(concat!("../examples/starter/", $path)))),*] };
}

/// Path and text of each file that a new hub starts with.
pub(crate) const STARTER: &[(&str, &str)] = starter! {
    "content/awareness/start-here.md"
    "content/awareness/what-the-figures-say.md"
    "content/consideration/weigh-the-evidence.md"
    "content/consideration/what-it-asks-of-you.md"
    "content/loyalty/share-your-experience.md"
    "content/out-of-the-loop/what-has-changed.md"
    "content/purchase/first-steps.md"
    "content/service/ask-a-question.md"
    "hub.toml"
    "personas/traditional.toml"
    "personas/trailblazer.toml"
    "references.bib"
};

/// This program, as keys of outputs know it, with its built-in theme.
pub(crate) fn program() -> Program {
    Program { digest: sources::digest(), theme: THEME }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn on_disk(folder: &str) -> Vec<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let mut found: Vec<String> = walkdir::WalkDir::new(&root)
            .into_iter()
            .filter_entry(|entry| !matches!(entry.file_name().to_str(), Some("public" | ".etappe")))
            .map(|entry| entry.unwrap())
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| entry.path().strip_prefix(&root).unwrap().to_str().unwrap().to_owned())
            .collect();
        found.sort();
        found
    }

    fn sorted<T>(files: &[(&str, T)]) -> Vec<String> {
        let mut names: Vec<String> = files.iter().map(|(name, _)| (*name).to_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn every_file_of_the_theme_is_embedded() {
        assert_eq!(sorted(THEME), on_disk("themes/default"));
    }

    #[test]
    fn every_file_of_the_example_is_embedded() {
        assert_eq!(sorted(STARTER), on_disk("examples/starter"));
    }
}
