//! Markdown and raw HTML: every span stays within the file, and every gap within the HTML.

use std::sync::LazyLock;

use etappe_base::path::HubPath;
use etappe_hub::config::{self, Config, PlanFiles, TextFile};
use etappe_hub::content;

static CONFIG: LazyLock<Config> = LazyLock::new(|| {
    let (hub, card) = (HubPath::literal("hub.toml"), HubPath::literal("personas/gp.toml"));
    let hub_text =
        "title = \"T\"\nlanguages = [\"en\"]\n[[stages]]\nid = \"use\"\nlabel = \"Use\"\n";
    let cards = [TextFile { path: &card, text: "label = \"GP\"\n" }];
    config::read(PlanFiles {
        hub: Some(TextFile { path: &hub, text: hub_text }),
        personas: &cards,
        products: &[],
    })
    .0
    .expect("the seed hub is right")
});

pub fn run(text: &str) {
    let page = format!("+++\ntitle = \"T\"\npersonas = \"all\"\nstage = \"use\"\n+++\n{text}");
    let (document, findings) =
        content::read(&HubPath::literal("content/a.md"), page.as_bytes(), &CONFIG, &[]);
    for body in document.bodies.iter() {
        for link in &body.links {
            assert!(link.at().1.end as usize <= page.len());
        }
        for slot in &body.slots {
            assert!(body.html.is_char_boundary(slot.at as usize));
        }
    }
    for place in findings.iter().filter_map(|finding| finding.place.as_ref()) {
        assert!(place.span.end as usize <= page.len());
    }
}
