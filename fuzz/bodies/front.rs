//! A page: fences, front matter in both languages, and the findings as people and programs see
//! them.

use std::sync::LazyLock;

use etappe_base::finding::{text, text::TerminalStyle};
use etappe_base::path::HubPath;
use etappe_hub::config::{self, Config, PlanFiles, TextFile};
use etappe_hub::content;

static CONFIG: LazyLock<Config> = LazyLock::new(|| {
    let (hub, card) = (HubPath::literal("hub.toml"), HubPath::literal("personas/gp.toml"));
    let hub_text =
        "title = \"T\"\nlanguages = [\"en\", \"nl\"]\n[[stages]]\nid = \"use\"\nlabel = \"Use\"\n";
    let cards = [TextFile {
        path: &card,
        text: "label = \"GP\"\n[[needs]]\nid = \"n\"\nstage = \"use\"\ntext = \"N?\"\n",
    }];
    config::read(PlanFiles {
        hub: Some(TextFile { path: &hub, text: hub_text }),
        personas: &cards,
        products: &[],
    })
    .0
    .expect("the seed hub is right")
});

pub fn run(bytes: &[u8]) {
    let file = HubPath::literal("content/a.en.md");
    let (_, findings) = content::read(&file, bytes, &CONFIG, &[]);
    let source = String::from_utf8_lossy(bytes).into_owned();
    text::emit(&findings, &|_: &HubPath| Some(source.clone()), TerminalStyle::PLAIN);
    content::read_defaults(&HubPath::literal("content/_defaults.toml"), bytes, &CONFIG);
}
