//! Directives and variants: spans within the file, gaps within the HTML and paired, and a marker
//! for one reader in no other's text.

use std::sync::LazyLock;

use etappe_base::path::HubPath;
use etappe_hub::config::directives::{
    Attribute, AttributeKind, Declaration, Directives, Form, Label,
};
use etappe_hub::config::{self, Config, PersonaIx, PlanFiles, TextFile};
use etappe_hub::content::{self, Fill};

static CONFIG: LazyLock<Config> = LazyLock::new(|| {
    let hub = HubPath::literal("hub.toml");
    let cards = [HubPath::literal("personas/gp.toml"), HubPath::literal("personas/nurse.toml")];
    let hub_text =
        "title = \"T\"\nlanguages = [\"en\"]\n[[stages]]\nid = \"use\"\nlabel = \"Use\"\n";
    let cards: Vec<TextFile<'_>> =
        cards.iter().map(|path| TextFile { path, text: "label = \"L\"\n" }).collect();
    let mut config = config::read(PlanFiles {
        hub: Some(TextFile { path: &hub, text: hub_text }),
        personas: &cards,
        products: &[],
    })
    .0
    .expect("the seed hub is right");
    let href =
        Attribute { name: "href".into(), kind: AttributeKind::Link, required: true, default: None };
    let any = Declaration {
        forms: Form::ALL.to_vec(),
        label: Label::Optional,
        attributes: vec![href],
        aliases: Vec::new(),
        inside: None,
    };
    let bare = Declaration {
        aliases: vec!["naked".to_owned()],
        forms: vec![Form::Container],
        label: Label::None,
        attributes: Vec::new(),
        inside: Some("tip".into()),
    };
    config.set_directives(Directives([("tip".to_owned(), any), ("box".to_owned(), bare)].into()));
    config
});

/// Told to general practitioners only. Capitals and a dot: no id of a heading is made like it.
const MARKER: &str = "Kept.From.Nurses.7Q4";

pub fn run(text: &str) {
    if text.contains(MARKER) {
        return;
    }
    let page = format!(
        "+++\ntitle = \"T\"\npersonas = \"all\"\nstage = \"use\"\n+++\n{text}\n\n:::::::::for{{persona=gp}}\n{MARKER}\n:::::::::\n"
    );
    let (document, findings) =
        content::read(&HubPath::literal("content/a.md"), page.as_bytes(), &CONFIG, &[]);
    for body in document.bodies.iter() {
        let (mut open, mut parts, mut reuses) = (0_usize, 0_usize, 0_usize);
        for slot in &body.slots {
            assert!(body.html.is_char_boundary(slot.at as usize));
            match slot.fill {
                Fill::Open(directive) => {
                    assert!((directive as usize) < body.directives.len());
                    open += 1;
                }
                Fill::Close => open = open.checked_sub(1).expect("an end has a beginning"),
                Fill::Link(link) => assert!((link as usize) < body.links.len()),
                Fill::Citation(citation) => assert!((citation as usize) < body.citations.len()),
                Fill::Part(part) => {
                    assert!((part as usize) < body.parts.len());
                    parts += 1;
                }
                Fill::PartEnd => parts = parts.checked_sub(1).expect("an end has a beginning"),
                Fill::Reused(reuse) => {
                    assert!((reuse as usize) < body.reuses.len());
                    reuses += 1;
                }
                Fill::ReusedEnd => reuses = reuses.checked_sub(1).expect("an end has a beginning"),
                Fill::Content | Fill::Word(_) => {}
            }
        }
        assert_eq!((open, parts, reuses), (0, 0, 0));
    }
    for place in findings.iter().filter_map(|finding| finding.place.as_ref()) {
        assert!(place.span.end as usize <= page.len());
    }
    // Where the line of `for` became text, its page is blocked, or it stands in code and says so
    // with its colons.
    let nurse = document.body(PersonaIx(1));
    assert!(
        !nurse.html.contains(MARKER)
            || nurse.html.contains(":::for{persona=gp}")
            || document.facets.blocked
    );
    // Every other form hides what the HTML hides.
    let plain =
        document.plain_text(page.as_bytes(), &CONFIG, &content::Library::default(), PersonaIx(1));
    assert!(nurse.html.contains(MARKER) || plain.is_none_or(|plain| !plain.text.contains(MARKER)));
}
