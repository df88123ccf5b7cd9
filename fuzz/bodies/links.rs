//! Link destinations and paths: what a link means never panics, and never leaves the outputs.

use etappe_base::{date::Day, path, slug};
use etappe_session::io::Memory;
use etappe_session::{self as session, Options};
use etappe_site::theme::Program;

pub fn run(program: Program, input: (&str, &str)) {
    let (dest, name) = input;
    assert!(slug::is_slug(&slug::slug(name)), "{name:?}");
    if let Some(joined) = path::join("a/b", dest) {
        assert!(joined.split('/').all(|part| part != ".." && part != "."));
    }
    assert_eq!(path::decode(&path::encode(name)), name);
    let mut files = Memory::new();
    files.put(
        "hub.toml",
        "title = \"T\"\nlanguages = [\"en\"]\n[[stages]]\nid = \"use\"\nlabel = \"Use\"\n",
    );
    files.put("personas/gp.toml", "label = \"GP\"\n");
    files.put(
        "content/deep/b.md",
        "+++\ntitle = \"B\"\npersonas = \"all\"\nstage = \"use\"\n+++\n## Here\n",
    );
    files.put(
        "content/a.md",
        format!("+++\ntitle = \"A\"\npersonas = \"all\"\nstage = \"use\"\n+++\n[x](<{dest}>) <a href=\"{dest}\">y</a>\n"),
    );
    if etappe_base::path::HubPath::new(&format!("content/{name}.md")).is_some() {
        files.put(
            &format!("content/{name}.md"),
            "+++\ntitle = \"N\"\npersonas = \"all\"\nstage = \"use\"\n+++\n",
        );
    }
    let day: Day = "2026-11-22".parse().expect("a day");
    let revision = session::load(&files, &Options::on(program, day));
    let plan = &revision.content.expect("the hub itself is right").plan;
    assert!(plan.nodes.iter().all(|node| !node.path.as_str().split('/').any(|part| part == "..")));
}
