//! What stands around every page, from hub.toml: logo, links and notices.

use serde::Serialize;

/// The hub's furniture in one language.
#[derive(Serialize)]
pub struct FurnitureView<'f> {
    /// `None` where the hub has none.
    pub logo: Option<LogoView>,
    /// In the order of hub.toml; those that lead nowhere from here are left out.
    pub links: Vec<LinkView<'f>>,
    /// In the order of hub.toml, of all kinds.
    pub notices: Vec<NoticeView<'f>>,
}

/// The hub's logo.
#[derive(Serialize)]
pub struct LogoView {
    /// For light grounds.
    pub light: LogoFile,
    /// For dark grounds; `None` where one serves both.
    pub dark: Option<LogoFile>,
}

/// A picture of the logo.
#[derive(Serialize)]
pub struct LogoFile {
    /// Below the web root.
    pub file: String,
    /// In pixels; `None` where the file does not say.
    pub width: Option<u32>,
    /// In pixels; `None` where the file does not say.
    pub height: Option<u32>,
}

/// A link that every page shows. One of `path`, `file` and `href` says where it leads.
#[derive(Serialize)]
pub struct LinkView<'f> {
    /// In the language of the output.
    pub label: &'f str,
    /// As in hub.toml; empty without one.
    pub role: &'static str,
    /// A page, below the site's root.
    pub path: Option<String>,
    /// A file, below the web root.
    pub file: Option<String>,
    /// Elsewhere: as written.
    pub href: Option<String>,
}

/// What must be said on pages.
#[derive(Serialize)]
pub struct NoticeView<'f> {
    /// The kind of the pages that show it; empty: every page.
    pub kind: &'static str,
    /// In the language of the output.
    pub text: &'f str,
}
