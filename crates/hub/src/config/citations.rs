//! `[citations]` in hub.toml.

use super::keys::{Form, Formed, Parsed};
use super::known::Known;
use etappe_base::unusable::Unusable;

/// How citations and references are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum CitationStyle {
    /// Numbers in brackets, in the order of their first citation.
    #[default]
    Vancouver,
    /// Raised numbers, in the order of their first citation.
    Ama,
    /// Names and years; the list of references is sorted by them.
    Apa,
}

impl CitationStyle {
    /// As hub.toml writes them, in the order of the variants.
    pub const NAMES: [&str; 3] = ["vancouver", "ama", "apa"];
}

keys! {
    /// `[citations]`, as it is written.
    pub(super) struct CitationKeys("[citations]") in Known {
        /// vancouver numbers citations, ama raises the numbers, and apa writes names and years.
        style: Parsed<CitationStyle> = "style", usually("vancouver");
    }
}

impl Formed for CitationStyle {
    const FORM: Form = Form::OneOf(&Self::NAMES);
}

impl std::str::FromStr for CitationStyle {
    type Err = Unusable;

    fn from_str(text: &str) -> Result<Self, Unusable> {
        match text {
            "vancouver" => Ok(Self::Vancouver),
            "ama" => Ok(Self::Ama),
            "apa" => Ok(Self::Apa),
            _ => Err(Unusable::new(
                format!("`{text}` is no style of citations"),
                format!("write \"{}\"", Self::NAMES.join("\", \"")),
            )),
        }
    }
}
