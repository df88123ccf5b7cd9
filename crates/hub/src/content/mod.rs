//! One Markdown file in, one [`Document`] and findings out. Knows no other file of the hub.

mod body;
mod dialect;
mod directive;
mod fence;
mod forms;
mod found;
#[cfg(test)]
mod frame;
mod front;
mod markdown;
mod matter;
mod module;
mod name;
mod once;
mod raw;
mod remarks;
mod rewrite;
mod said;
mod weave;
mod writer;

use std::borrow::Cow;
use std::sync::Arc;

use crate::config::fields::{FRONT_CODES, Reader};
use crate::config::tree::parse_toml;
use crate::config::{Config, LangIx, PersonaIx};
use etappe_base::date::Day;
use etappe_base::finding::{Finding, Place, codes, not_utf8};
use etappe_base::hash::{Digest, Hasher};
use etappe_base::moment::Moment;
use etappe_base::path::HubPath;
use etappe_base::source::Span;

use directive::condition::Readers;
use markdown::PageText;
use matter::{Expected, Matter, report_syntax};

pub use body::{
    Body, Citation, Cite, Directive, Fill, Given, Heading, Link, LinkKind, Part, Slot, Word,
};
pub use forms::untended;
pub use front::{Audience, Bridge, Defaults, FrontMatter, FrontSpans, KEYS, Kind, Status};
pub use module::{check_modules, read_module};
pub use name::{PageKey, PageName};
pub use once::{
    CLAIM_KEYS, Claim, ClaimSentences, Library, LibraryChanges, MODULE_KEYS, Module, OnceId,
    SaidByModule, Sentence, UseFault, Used, read_claims,
};
pub use rewrite::{is_yaml, with_keys};
pub use said::WrittenText;
pub use writer::{PlainText, escape};

/// One Markdown file, read.
#[derive(Clone, Debug)]
pub struct Document {
    /// Shared with the hub, which holds no bodies.
    pub facets: Arc<Facets>,
    /// One for each variant; a page that tells everybody the same has one.
    pub bodies: Arc<[Body]>,
    /// Those of its text, in a hub that has claims; else none.
    pub sentences: Arc<[Sentence]>,
}

impl Document {
    /// What the page says to a persona.
    pub fn body(&self, persona: PersonaIx) -> &Body {
        &self.bodies[self.facets.variant(persona)]
    }
}

/// All that others may ask of a page: everything but its body.
#[derive(Clone, PartialEq, Debug)]
pub struct Facets {
    /// The Markdown file.
    pub file: HubPath,
    /// What the file's path says.
    pub name: PageName,
    /// With the defaults of its folders; of a blocked page, what could be read.
    pub front: FrontMatter,
    /// Where front matter begins: the place for findings about the page as a whole.
    pub front_span: Span,
    /// Front matter in YAML rather than TOML.
    pub is_yaml: bool,
    /// By persona: which of the page's variants it is shown. Empty where there is only one.
    pub variants: Box<[u16]>,
    /// By variant: the ids that fragments may name, sorted.
    pub ids: Box<[Box<[Box<str>]>]>,
    /// What it uses of what was written once, in the order of its text. Empty where a front matter
    /// alone was read.
    pub uses: Box<[Used]>,
    /// How many per cent of its words come with what it uses.
    pub reused: u8,
    /// The page has an error in its front matter, so it is on no site.
    pub blocked: bool,
    /// Digest of what outputs may show.
    pub shown: Digest,
}

impl Facets {
    /// The suffix of the file's name says it; without one it is the hub's default language.
    pub fn lang(&self) -> LangIx {
        self.name.lang
    }

    /// Which of the page's variants a persona is shown.
    pub fn variant(&self, persona: PersonaIx) -> usize {
        self.variants.get(usize::from(persona.0)).map_or(0, |variant| usize::from(*variant))
    }

    /// The first day on which it is not shown any more: its own, or that of something it uses.
    pub fn expires(&self) -> Option<Day> {
        let of_uses = self.uses.iter().filter_map(|used| used.expires);
        self.front.expires.into_iter().chain(of_uses).min()
    }

    /// What it uses and expires on a day that is not the page's own.
    pub fn expired_use(&self, day: Day) -> Option<&Used> {
        let of_uses = self.uses.iter().find(|used| used.expires == Some(day));
        of_uses.filter(|_| self.front.expires != Some(day))
    }

    /// Whether something that it uses may not be shown on it, whatever the day.
    pub fn is_held(&self) -> bool {
        self.uses.iter().any(|used| used.fault.is_some())
    }

    /// Whether something that it uses may have expired, and nothing says so.
    pub fn may_expire_unseen(&self) -> bool {
        self.uses.iter().any(|used| used.fault.is_some_and(UseFault::hides_its_day))
    }

    /// Whether a fragment may name `id` in a variant.
    ///
    /// # Panics
    ///
    /// If there is no such variant. Facets of [`read_front`] may have none.
    pub fn has_id(&self, variant: usize, id: &str) -> bool {
        self.ids[variant].binary_search_by(|known| (**known).cmp(id)).is_ok()
    }
}

/// Reads one page of a hub that has written nothing once. `defaults` are those of its folder,
/// nearest first.
pub fn read(
    file: &HubPath,
    bytes: &[u8],
    config: &Config,
    defaults: &[&Defaults],
) -> (Document, Vec<Finding>) {
    read_with(file, bytes, (config, &Library::default()), defaults)
}

/// Reads one page, with what the hub has written once.
pub fn read_with(
    file: &HubPath,
    bytes: &[u8],
    (config, library): (&Config, &Library),
    defaults: &[&Defaults],
) -> (Document, Vec<Finding>) {
    let mut reader = Reader::new(file, FRONT_CODES);
    let text = as_text(bytes, &mut reader);
    let (mut head, mut reader) = read_head(&text, reader, config, defaults);
    let source = &text[head.body..];
    let readers = readers(config, &head.front, head.name.lang);
    let page = PageText { source, offset: head.body, title: &head.front.title, top: 0 };
    let context = weave::Context::new(&readers, library);
    let weave::Rendered { bodies, variants, ids, remarks, blocked, used, sentences } =
        weave::render_for(page, context);
    head.blocked |= blocked;
    let facets = head.into_facets(file, variants, ids, (used.into(), reused(&bodies)));
    for remark in remarks {
        reader.report(remark.into_finding(file));
    }
    let document =
        Document { facets: Arc::new(facets), bodies: bodies.into(), sentences: sentences.into() };
    (document, reader.findings)
}

/// How many per cent of the words come with what was written once, in the variant that has most.
fn reused(bodies: &[Body]) -> u8 {
    let percent = |body: &Body| (100 * body.reused).checked_div(body.words).unwrap_or(0).min(100);
    bodies.iter().map(percent).max().unwrap_or(0) as u8
}

/// For whom a page is, where, and in which language.
fn readers<'c>(config: &'c Config, front: &FrontMatter, lang: LangIx) -> Readers<'c> {
    let can_show =
        |persona: &PersonaIx| front.audience.includes(*persona) && config.is_built(*persona);
    Readers {
        config,
        personas: config.persona_ixs().filter(can_show).collect(),
        stage: front.stages.first().copied(),
        lang,
        markets: front.in_markets(config, lang),
    }
}

/// Reads what a page says about itself, and not its text: the facets have no ids of headings. A
/// text is read only if it could keep its page off every site, because a `for` in it may be wrong;
/// the configuration of `with_theme` then decides.
pub fn read_front<'c>(
    file: &HubPath,
    bytes: &[u8],
    (config, library): (&Config, &Library),
    with_theme: impl Fn() -> &'c Config,
    defaults: &[&Defaults],
) -> (Arc<Facets>, Vec<Finding>) {
    let mut reader = Reader::new(file, FRONT_CODES);
    let text = as_text(bytes, &mut reader);
    let (head, reader) = read_head(&text, reader, config, defaults);
    let body = &text[head.body..];
    if directive::may_block(body) {
        let (document, findings) = read_with(file, bytes, (with_theme(), library), defaults);
        return (document.facets, findings);
    }
    (
        Arc::new(head.into_facets(file, Box::default(), Box::default(), Default::default())),
        reader.findings,
    )
}

/// Name and front matter of a page, and where its text begins.
struct PageHead {
    name: PageName,
    front: FrontMatter,
    front_span: Span,
    is_yaml: bool,
    body: usize,
    blocked: bool,
}

/// What stands above the text of a page.
const OF_PAGE: Expected = Expected {
    keys: KEYS,
    what: "page",
    missing: "begin the file with `+++`, then `title`, `personas` and `stage`, then `+++` again",
    empty: "give it front matter and text, or remove the file",
};

/// Reads all but the text of a page. The findings go to `reader`, which is handed back.
fn read_head(
    text: &str,
    mut reader: Reader,
    config: &Config,
    defaults: &[&Defaults],
) -> (PageHead, Reader) {
    let name = name::read(&mut reader, config);
    let matter = Matter::read(text, &OF_PAGE, &mut reader);
    let split = &matter.split;
    let (own, mut reader) = front::Partial::read(&matter.table, split.front_span(), reader, config);
    matter.settle(&mut reader);
    let faulty_defaults = defaults.iter().any(|defaults| defaults.faulty);
    let front = own.complete(defaults, split.front_span(), &mut reader, config);
    let head = PageHead {
        name,
        front,
        front_span: split.front_span(),
        is_yaml: split.front.as_ref().is_some_and(|front| front.fence == "---"),
        body: split.body,
        blocked: reader.is_faulty() || faulty_defaults,
    };
    (head, reader)
}

impl PageHead {
    fn into_facets(
        self,
        file: &HubPath,
        variants: Box<[u16]>,
        ids: Box<[Box<[Box<str>]>]>,
        (uses, reused): (Box<[Used]>, u8),
    ) -> Facets {
        let Self { name, front, front_span, is_yaml, blocked, .. } = self;
        let mut shown = Hasher::new("shown");
        let FrontMatter {
            title, summary, kind, date, updated, authors, reviewed_by, extra, ..
        } = &front;
        shown
            .text(title)
            .text(summary)
            .value(&(kind, date.map(Moment::parts), updated.map(Moment::parts)))
            .value(&(authors, reviewed_by))
            .value(extra);
        let shown = shown.finish();
        Facets {
            file: file.clone(),
            name,
            front,
            front_span,
            is_yaml,
            variants,
            ids,
            uses,
            reused,
            blocked,
            shown,
        }
    }
}

/// Reads a `_defaults.toml`: front matter for the pages below its folder.
pub fn read_defaults(file: &HubPath, bytes: &[u8], config: &Config) -> (Defaults, Vec<Finding>) {
    let mut reader = Reader::new(file, FRONT_CODES);
    let text = as_text(bytes, &mut reader);
    let (table, errors) = parse_toml(&text, 0);
    let table = report_syntax(errors, "TOML", (&text, 0), &mut reader).unwrap_or(table);
    let (partial, reader) = front::Partial::read(&table, Span::default(), reader, config);
    (Defaults { partial, faulty: reader.is_faulty() }, reader.findings)
}

/// A page whose file could not be read at all. It keeps its place, so that it does not vanish
/// without a finding.
pub fn unreadable(file: &HubPath, reason: &str, config: &Config) -> (Document, Vec<Finding>) {
    let (document, mut findings) = read(file, b"\n", config, &[]);
    findings.retain(|finding| *finding.code == codes::FILE_UNKNOWN_LANGUAGE);
    let finding = Finding::new(
        &codes::FILE_UNREADABLE,
        Place::file(file),
        format!("The file cannot be read: {reason}."),
    );
    findings.push(finding.help("check the file's permissions"));
    (document, findings)
}

/// The text of a file: UTF-8, with NUL characters made spaces. A file in another encoding is a
/// finding, and read as far as it can be.
fn as_text<'b>(bytes: &'b [u8], reader: &mut Reader) -> Cow<'b, str> {
    let text = match not_utf8::read(&reader.file, bytes) {
        Ok(text) => text,
        Err((finding, text)) => {
            reader.report(*finding);
            return text.replace('\0', " ").into();
        }
    };
    match memchr::memchr(0, text.as_bytes()) {
        None => text.into(),
        Some(at) => {
            let finding = Finding::new(
                &codes::FILE_CONTROL_CHARACTER,
                reader.place(Span::new(at, at + 1)),
                "The file holds a NUL character.",
            );
            reader.report(finding.help("remove it; readers see a space"));
            text.replace('\0', " ").into()
        }
    }
}
