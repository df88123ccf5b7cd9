//! Modules: one Markdown file in, one [`Module`] out; and what is wrong with a module by itself.

use std::sync::Arc;

use pulldown_cmark::{Event, Parser, Tag};

use super::dialect::options;
use super::directive::condition::Readers;
use super::directive::unwoven;
use super::front::Audience;
use super::markdown::PageText;
use super::matter::{Expected, Matter};
use super::once::{
    Library, MODULE_KEYS, MODULES, Module, ModuleKeys, ModuleText, NamedModule, SaidByModule,
};
use super::{as_text, name, weave};
use crate::config::Config;
use crate::config::fields::{FRONT_CODES, Reader};
use crate::config::keys::read_file;
use etappe_base::finding::{Finding, Place, codes};
use etappe_base::hash::Digest;
use etappe_base::path::HubPath;
use etappe_base::source::Spanned;

/// What stands above the text of a module.
const OF_MODULE: Expected = Expected {
    keys: MODULE_KEYS,
    what: "module",
    missing: "",
    empty: "write its text, or remove the file",
};

/// Reads one module. Its text is read where it is used, and by [`check_modules`].
pub fn read_module(file: &HubPath, bytes: &[u8], config: &Config) -> (Module, Vec<Finding>) {
    let mut reader = Reader::new(file, FRONT_CODES);
    let text = as_text(bytes, &mut reader);
    let own = name::read(&mut reader, config);
    let matter = Matter::read(&text, &OF_MODULE, &mut reader);
    let table = &matter.table;
    // Readers who cannot be read are nobody: all would be told what is for some.
    let names_readers = table.entries.iter().any(|entry| entry.key.starts_with("persona"));
    let (keys, mut reader) = read_file::<ModuleKeys, _>(reader, table, config);
    matter.settle(&mut reader);
    let body = matter.split.body;
    if body > 0 && text[body..].trim().is_empty() {
        let message = "The module has no text.";
        let empty = Finding::new(&codes::FILE_EMPTY, Place::file(file), message);
        reader.report(empty.help(OF_MODULE.empty));
    }
    let plain = |text: Option<Spanned<String>>| text.map(|text| text.value).unwrap_or_default();
    let source = ModuleText::new(text[body..].to_owned());
    let (mut raw, mut top) = (Vec::new(), 7);
    for (event, range) in Parser::new_ext(&source.settled.text, options()).into_offset_iter() {
        match event {
            Event::Html(_) | Event::InlineHtml(_) => raw.push(range),
            Event::Start(Tag::Heading { level, .. }) => top = top.min(level as u8),
            _ => {}
        }
    }
    let module = Module {
        name: own.key.as_str().strip_prefix(MODULES).unwrap_or(own.key.as_str()).into(),
        lang: own.lang,
        file: file.clone(),
        title: plain(keys.title),
        owner: plain(keys.owner),
        expires: keys.expires.map(|day| day.value),
        markets: keys.markets.unwrap_or_default(),
        audience: keys.personas.unwrap_or(match names_readers {
            true => Audience::Only(Vec::new()),
            false => Audience::All,
        }),
        offset: body,
        uses: source.named_modules(body),
        is_faulty: reader.is_faulty(),
        bare: ModuleText::new(unwoven::without_escaped(&source.source, &raw)),
        text: source,
        top,
        digest: Digest::of(bytes),
    };
    (module, reader.findings)
}

/// What is wrong with modules by themselves: all that is wrong with their texts, and circles. Notes
/// what they say.
pub fn check_modules(library: &mut Library, config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut said = Vec::new();
    let modules: Vec<Arc<Module>> = library.modules().cloned().collect();
    for module in modules {
        let mut checked = check_module(&module, library, config);
        findings.append(&mut checked.findings);
        said.push(checked.said);
        if checked.is_unfit {
            library.keep_back(&module);
        }
    }
    library.said = said;
    findings
}

/// Everybody whom a module may be for: who it is depends on the page.
pub(super) fn readers_of<'c>(module: &Module, config: &'c Config) -> Readers<'c> {
    let personas = config.persona_ixs().filter(|persona| config.is_built(*persona)).collect();
    Readers { config, personas, stage: None, lang: module.lang, markets: Vec::new() }
}

/// What is wrong with one module by itself.
struct Checked {
    findings: Vec<Finding>,
    said: SaidByModule,
    /// Its text hides nothing of what it must, so nobody may be shown it.
    is_unfit: bool,
}

fn check_module(module: &Module, library: &Library, config: &Config) -> Checked {
    let readers = readers_of(module, config);
    let context = weave::Context { is_alone: true, ..weave::Context::new(&readers, library) };
    let page =
        PageText { source: &module.text.source, offset: module.offset, title: "", top: module.top };
    let rendered = weave::render_for(page, context);
    // Whom a text is for depends on the page; and there no heading stays at the first level.
    let of_page = [&codes::DIRECTIVE_NEVER_SHOWN, &codes::HEADING_SEVERAL_H1];
    let said = rendered.remarks.into_iter().map(|remark| remark.into_finding(&module.file));
    let mut findings: Vec<Finding> =
        said.filter(|finding| !of_page.contains(&finding.code)).collect();
    let holds_itself =
        |named: &&NamedModule| library.leads_to(&named.name, &module.name, module.lang);
    for named in module.uses.iter().filter(holds_itself) {
        let message = format!("The module `{}` comes to hold itself here.", module.name);
        let place = Place::new(&module.file, named.span);
        let help = "take this out, or take the module out of the one that is named here";
        findings.push(
            Finding::new(&codes::MODULE_CIRCLE, place, message)
                .label("left out where it would stand within itself")
                .help(help),
        );
    }
    let citations = rendered.bodies.iter().flat_map(|body| &body.citations);
    let own = citations.filter(|citation| !citation.is_borrowed);
    let said = SaidByModule {
        file: module.file.clone(),
        lang: module.lang,
        cites: own.flat_map(|citation| citation.cites.iter().cloned()).collect(),
        sentences: rendered.sentences,
    };
    Checked { findings, said, is_unfit: rendered.blocked }
}
