//! How much work an edit is: the table of edits and of the very outputs that each makes again, by
//! name. Results can be right while the work is wrong, and a preview of a large hub lives by this
//! table.

use std::sync::Arc;

use crate::support::shared::Shared;
use crate::support::{HubBuilder, TODAY, day, program};
use etappe_base::path::HubPath;
use etappe_session::io::Files;
use etappe_session::{Changed, Live, Options, Revision};
use etappe_site::engine::Memo;

/// Two sites of one language. `both` and `last` are on both of them, the others on one. Only `last`
/// has a date, so feeds show it alone.
fn hub() -> HubBuilder {
    let page = |title: &str, personas: &str, stage: &str, order: u8| {
        format!(
            "+++\ntitle = '{title}'\npersonas = {personas}\nstage = '{stage}'\norder = {order}\n+++\n\nText.\n"
        )
    };
    HubBuilder::small()
        .edited("hub.toml", "[\"en\", \"nl\"]", "[\"en\"]")
        .file(
            "content/alone.md",
            page("Alone", "'gp'", "awareness", 1).replace("order", "needs = 'spot-early'\norder"),
        )
        .file("content/both.md", page("Both", "['gp', 'nurse']", "awareness", 2))
        .file("content/after.md", page("After", "'gp'", "service", 3))
        .file("content/far.md", page("Far", "'gp'", "service", 4))
        .file(
            "content/last.md",
            page("Last", "['gp', 'nurse']", "service", 5)
                .replace("order", "date = 2026-01-01\norder"),
        )
        .file("static/note.txt", "A note.")
}

struct Hub {
    files: Arc<Shared>,
    live: Live,
    memo: Memo,
}

impl Hub {
    /// A hub all of whose outputs have been made.
    fn open() -> Self {
        let files = Arc::new(Shared::new(hub().files));
        let live =
            Live::open(Arc::clone(&files) as Arc<dyn Files>, Options::on(program(), day(TODAY)));
        let hub = Self { files, live, memo: Memo::new(1 << 30) };
        hub.made(&hub.live.revision());
        hub
    }

    /// Asks for every output, and names those that had to be made for it.
    fn made(&self, revision: &Revision) -> Vec<String> {
        let content = revision.content.as_ref().expect("there is a plan to go on with");
        let is_made = |path: &str| {
            let before = self.memo.work().rendered;
            let made = revision.demand(path, &*self.files, &self.memo).expect("it is planned");
            assert!(made.is_ok(), "{path} can be made");
            self.memo.work().rendered > before
        };
        content
            .plan
            .nodes
            .iter()
            .map(|node| node.path.as_str())
            .filter(|path| is_made(path))
            .map(str::to_owned)
            .collect()
    }

    /// Makes a change to one file: `None` deletes it. Names the outputs that it makes again.
    fn change(&mut self, path: &str, text: Option<String>) -> Vec<String> {
        match text {
            Some(text) => self.files.put(path, text),
            None => self.files.remove(path),
        }
        let revision =
            self.live.refresh(&Changed::Paths([HubPath::new(path).expect("a path")].into()));
        self.made(&revision)
    }

    fn edit(&mut self, path: &str, from: &str, to: &str) -> Vec<String> {
        let text = self.files.text(path).unwrap_or_default();
        assert_eq!(text.matches(from).count(), 1, "`{from}` stands once in {path}");
        self.change(path, Some(text.replacen(from, to, 1)))
    }
}

/// One row of the table.
fn row(what: &str, edit: impl Fn(&mut Hub) -> Vec<String>) -> String {
    let made = edit(&mut Hub::open());
    let names: String = made.iter().map(|path| format!("    {path}\n")).collect();
    format!("{what}: {}\n{names}", made.len())
}

#[test]
fn an_edit_makes_these_outputs_again_and_no_others() {
    let rows = [
        row("the same bytes again", |hub| hub.edit("content/both.md", "Text.", "Text.")),
        row("the text of a page on one site", |hub| hub.edit("content/far.md", "Text.", "Other.")),
        row("the text of a page on two sites", |hub| {
            hub.edit("content/both.md", "Text.", "Other.")
        }),
        row("the first page's title", |hub| {
            hub.edit("content/alone.md", "'Alone'", "'Alone, now'")
        }),
        row("the title of a page amid its stage", |hub| {
            hub.edit("content/far.md", "'Far'", "'Farther'")
        }),
        row("the title of a page on two sites, new enough for feeds", |hub| {
            hub.edit("content/last.md", "'Last'", "'The last'")
        }),
        row("a page that gets another persona", |hub| {
            hub.edit("content/far.md", "'gp'", "['gp', 'nurse']")
        }),
        row("a page that goes to another stage", |hub| {
            hub.edit("content/far.md", "'service'", "'awareness'")
        }),
        row("a page that is deleted", |hub| hub.change("content/far.md", None)),
        row("a static file", |hub| hub.edit("static/note.txt", "A note.", "Another.")),
        row("a need of a persona's card", |hub| {
            hub.edit("personas/gp.toml", "it early", "it sooner")
        }),
        row("a belief of a persona's card, which readers never see", |hub| {
            hub.edit("personas/gp.toml", "Nothing can", "Little can")
        }),
        row("the label of a persona", |hub| {
            hub.edit("personas/nurse.toml", "Nurses", "All nurses")
        }),
        row("the template of stages", |hub| {
            hub.change("templates/stage.html", Some("{{ stage.label }}\n".to_owned()))
        }),
        row("the template of lost addresses", |hub| {
            hub.change("templates/not_found.html", Some("Lost.\n".to_owned()))
        }),
        row("the template of a directive that no page uses", |hub| {
            hub.change("templates/directives/note.html", Some("{{ content }}\n".to_owned()))
        }),
    ];
    let table = rows.concat();
    assert!(table == TABLE, "the table has changed; read every line of it:\n{table}");
}

const TABLE: &str = "\
the same bytes again: 0
the text of a page on one site: 2
    huisartsen/practice/far/index.html
    huisartsen/search/index.json
the text of a page on two sites: 4
    huisartsen/possible/both/index.html
    huisartsen/search/index.json
    verpleegkundigen/possible/both/index.html
    verpleegkundigen/search/index.json
the first page's title: 6
    huisartsen/index.html
    huisartsen/llms.txt
    huisartsen/possible/alone/index.html
    huisartsen/possible/both/index.html
    huisartsen/possible/index.html
    huisartsen/search/index.json
the title of a page amid its stage: 7
    huisartsen/index.html
    huisartsen/llms.txt
    huisartsen/practice/after/index.html
    huisartsen/practice/far/index.html
    huisartsen/practice/index.html
    huisartsen/practice/last/index.html
    huisartsen/search/index.json
the title of a page on two sites, new enough for feeds: 21
    huisartsen/feed.atom
    huisartsen/feed.json
    huisartsen/index.html
    huisartsen/llms.txt
    huisartsen/practice/after/index.html
    huisartsen/practice/far/index.html
    huisartsen/practice/feed.atom
    huisartsen/practice/feed.json
    huisartsen/practice/index.html
    huisartsen/practice/last/index.html
    huisartsen/search/index.json
    verpleegkundigen/feed.atom
    verpleegkundigen/feed.json
    verpleegkundigen/index.html
    verpleegkundigen/llms.txt
    verpleegkundigen/possible/both/index.html
    verpleegkundigen/practice/feed.atom
    verpleegkundigen/practice/feed.json
    verpleegkundigen/practice/index.html
    verpleegkundigen/practice/last/index.html
    verpleegkundigen/search/index.json
a page that gets another persona: 11
    verpleegkundigen/404.html
    verpleegkundigen/index.html
    verpleegkundigen/llms.txt
    verpleegkundigen/possible/both/index.html
    verpleegkundigen/possible/index.html
    verpleegkundigen/practice/far/index.html
    verpleegkundigen/practice/index.html
    verpleegkundigen/practice/last/index.html
    verpleegkundigen/preferences/index.html
    verpleegkundigen/search/index.json
    verpleegkundigen/sitemap.xml
a page that goes to another stage: 13
    huisartsen/404.html
    huisartsen/index.html
    huisartsen/llms.txt
    huisartsen/possible/alone/index.html
    huisartsen/possible/both/index.html
    huisartsen/possible/far/index.html
    huisartsen/possible/index.html
    huisartsen/practice/after/index.html
    huisartsen/practice/index.html
    huisartsen/practice/last/index.html
    huisartsen/preferences/index.html
    huisartsen/search/index.json
    huisartsen/sitemap.xml
a page that is deleted: 12
    huisartsen/404.html
    huisartsen/index.html
    huisartsen/llms.txt
    huisartsen/possible/alone/index.html
    huisartsen/possible/both/index.html
    huisartsen/possible/index.html
    huisartsen/practice/after/index.html
    huisartsen/practice/index.html
    huisartsen/practice/last/index.html
    huisartsen/preferences/index.html
    huisartsen/search/index.json
    huisartsen/sitemap.xml
a static file: 1
    note.txt
a need of a persona's card: 5
    huisartsen/index.html
    huisartsen/possible/alone/index.html
    huisartsen/possible/both/index.html
    huisartsen/possible/index.html
    huisartsen/search/index.json
a belief of a persona's card, which readers never see: 0
the label of a persona: 15
    index.html
    verpleegkundigen/404.html
    verpleegkundigen/feed.atom
    verpleegkundigen/feed.json
    verpleegkundigen/index.html
    verpleegkundigen/llms.txt
    verpleegkundigen/possible/both/index.html
    verpleegkundigen/possible/feed.atom
    verpleegkundigen/possible/feed.json
    verpleegkundigen/possible/index.html
    verpleegkundigen/practice/feed.atom
    verpleegkundigen/practice/feed.json
    verpleegkundigen/practice/index.html
    verpleegkundigen/practice/last/index.html
    verpleegkundigen/preferences/index.html
the template of stages: 4
    huisartsen/possible/index.html
    huisartsen/practice/index.html
    verpleegkundigen/possible/index.html
    verpleegkundigen/practice/index.html
the template of lost addresses: 2
    huisartsen/404.html
    verpleegkundigen/404.html
the template of a directive that no page uses: 0
";
