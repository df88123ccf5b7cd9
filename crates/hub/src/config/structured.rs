//! `schema` of hub.toml: what sort of pages the sites say that they have.

use super::keys::{Form, Formed};
use etappe_base::unusable::Unusable;

/// The types of schema.org that pages say they are of, in their structured data.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum PageSchema {
    /// MedicalWebPage, for a MedicalAudience.
    #[default]
    Medical,
    /// WebPage, for an Audience.
    General,
}

impl PageSchema {
    /// As hub.toml writes them, in the order of the variants.
    pub const NAMES: [&str; 2] = ["medical", "general"];

    /// The word for it in hub.toml.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

impl Formed for PageSchema {
    const FORM: Form = Form::OneOf(&Self::NAMES);
}

impl std::str::FromStr for PageSchema {
    type Err = Unusable;

    fn from_str(text: &str) -> Result<Self, Unusable> {
        match text {
            "medical" => Ok(Self::Medical),
            "general" => Ok(Self::General),
            _ => Err(Unusable::new(
                format!("`{text}` is neither"),
                "write \"medical\" or \"general\"",
            )),
        }
    }
}
