//! What stands around the pages of all sites: `logo`, `[[links]]` and `[[notices]]` of hub.toml.

use super::fields::Fields;
use super::keys::{Form, Formed, Name, Parsed, ReadIn, Shape, Words, WrittenValue};
use super::known::Known;
use super::text::LocalText;
use etappe_base::finding::did_you_mean;
use etappe_base::path::HubPath;
use etappe_base::source::Spanned;
use etappe_base::unusable::Unusable;

/// What stands around every page. Readers see all of it.
#[derive(Clone, Debug, Default)]
pub struct Furniture {
    /// `None`: the hub's title stands alone.
    pub logo: Option<Logo>,
    /// In the order of hub.toml.
    pub links: Vec<HubLink>,
    /// In the order of hub.toml.
    pub notices: Vec<Notice>,
}

/// The files of the logo, which should exist.
#[derive(Clone, Debug)]
pub struct Logo {
    /// Below `static/`.
    pub light: Spanned<HubPath>,
    /// The one for dark grounds; `None` where one serves both.
    pub dark: Option<Spanned<HubPath>>,
}

impl Logo {
    /// One file or both.
    pub fn files(&self) -> impl Iterator<Item = &Spanned<HubPath>> {
        std::iter::once(&self.light).chain(&self.dark)
    }
}

/// A link that every page shows.
#[derive(Clone, Debug)]
pub struct HubLink {
    /// What the link says.
    pub label: LocalText,
    /// As it is written: a page or file of the hub, or a whole address.
    pub to: Spanned<String>,
    /// `None`: a link like any other.
    pub role: Option<LinkRole>,
}

/// What a link of hub.toml is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkRole {
    /// What is done with what is known of readers.
    Privacy,
    /// Who answers for the site, and by which rules.
    Legal,
    /// Whom to ask.
    Contact,
    /// Where side effects are reported.
    AdverseEvents,
    /// How far the site can be used by everybody.
    Accessibility,
    /// What is kept on a device.
    Cookies,
}

impl LinkRole {
    /// As hub.toml writes them, in the order of the variants.
    pub const NAMES: [&str; 6] =
        ["privacy", "legal", "contact", "adverse-events", "accessibility", "cookies"];
    const ALL: [Self; 6] = [
        Self::Privacy,
        Self::Legal,
        Self::Contact,
        Self::AdverseEvents,
        Self::Accessibility,
        Self::Cookies,
    ];

    /// The word for it in hub.toml and in templates.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

impl Formed for LinkRole {
    const FORM: Form = Form::OneOf(&Self::NAMES);
}

impl std::str::FromStr for LinkRole {
    type Err = Unusable;

    fn from_str(text: &str) -> Result<Self, Unusable> {
        let at = Self::NAMES.iter().position(|name| *name == text);
        at.map(|at| Self::ALL[at]).ok_or_else(|| {
            let help = did_you_mean(text, Self::NAMES);
            Unusable::new(format!("`{text}` is no role of a link"), help)
        })
    }
}

/// What must be said on pages.
#[derive(Clone, Debug)]
pub struct Notice {
    /// `None`: on every page.
    pub kind: Option<PageKind>,
    /// What it says.
    pub text: LocalText,
}

/// A kind of page, by its name in front matter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PageKind(pub &'static str);

impl PageKind {
    /// As front matter writes them.
    pub const NAMES: [&str; 4] = ["info", "promo", "safety", "patient"];
}

impl Formed for PageKind {
    const FORM: Form = Form::OneOf(&Self::NAMES);
}

impl std::str::FromStr for PageKind {
    type Err = Unusable;

    fn from_str(text: &str) -> Result<Self, Unusable> {
        let known = Self::NAMES.iter().find(|name| **name == text);
        known.map(|name| Self(name)).ok_or_else(|| {
            let help = did_you_mean(text, Self::NAMES);
            Unusable::new(format!("`{text}` is no kind of page"), help)
        })
    }
}

keys! {
    /// `logo`, as it is written.
    pub(super) struct LogoKeys("the logo") in Known {
        /// A picture below static/, for light grounds.
        light: StaticFile = "light",
            required("name a file below static/, such as `light = \"static/logo.svg\"`");
        /// The picture for dark grounds.
        dark: StaticFile = "dark", usually("the same");
    }
}

keys! {
    /// One of `[[links]]`, as it is written.
    pub(super) struct LinkKeys("a link") in Known {
        /// What the link says. Readers see it.
        label: Words = "label", required("readers see the label: add `label = \"Privacy\"`");
        /// A page of the hub, such as /service/contact.md, a file below static/, or an address of
        /// the web, of mail (mailto:…) or of a telephone (tel:…).
        to: Name = "to", required(
            "say where the link leads, such as `to = \"/service/contact.md\"` or `to \
             = \"https://…\"`"
        );
        /// What the link is for, so that themes can put it where readers look for it.
        role: Parsed<LinkRole> = "role";
    }
}

keys! {
    /// One of `[[notices]]`, as it is written.
    pub(super) struct NoticeKeys("a notice") in Known {
        /// The kind of the pages that show it.
        kind: Parsed<PageKind> = "kind", usually("every page");
        /// What it says. Readers see it.
        text: Words = "text", required("readers see the text: add `text = \"…\"`");
    }
}

/// A file below `static/`. Whether there is one is known later.
pub(super) struct StaticFile;

impl Shape for StaticFile {
    type Value = Spanned<HubPath>;
    const FORM: Form = Form::StaticFile;
}

impl<C: ?Sized> ReadIn<C> for StaticFile {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &C) -> Option<Self::Value> {
        let text = fields.reader.as_text(written.name, written.item)?;
        let path = HubPath::new(&text.value).filter(|path| path.as_str().starts_with("static/"));
        if path.is_none() {
            let message = format!("`{}` is no path below `static/`.", text.value);
            let name = text.value.rsplit(['/', '\\']).find(|part| !part.is_empty());
            let help = format!("write it as `static/{}`", name.unwrap_or("logo.svg"));
            fields.reader.invalid(text.span, message, Some(help));
        }
        path.map(|value| Spanned { value, span: text.span })
    }
}

/// What the keys of hub.toml say; parts that miss what they need are left out.
pub(super) fn furniture(
    logo: Option<LogoKeys>,
    links: Option<Vec<Spanned<LinkKeys>>>,
    notices: Option<Vec<Spanned<NoticeKeys>>>,
) -> Furniture {
    let link = |keys: Spanned<LinkKeys>| {
        let LinkKeys { label, to, role } = keys.value;
        Some(HubLink { label: label?, to: to.filter(|to| !to.value.is_empty())?, role })
    };
    let notice = |keys: Spanned<NoticeKeys>| {
        let NoticeKeys { kind, text } = keys.value;
        Some(Notice { kind, text: text? })
    };
    Furniture {
        logo: logo.and_then(|logo| Some(Logo { light: logo.light?, dark: logo.dark })),
        links: links.unwrap_or_default().into_iter().filter_map(link).collect(),
        notices: notices.unwrap_or_default().into_iter().filter_map(notice).collect(),
    }
}
