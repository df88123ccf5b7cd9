//! No byte of one persona reaches another's folder, and nothing internal reaches any: looked for in
//! every output.
//!
//! Hubs are made from a seed. Everything in them that somebody wrote is a marker that stands
//! nowhere else, and the test knows for each marker in which folders it may be found.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::html::Html;
use crate::support::{HubBuilder, TODAY, Tree, root};

/// How many hubs are made.
const SEEDS: u64 = 24;

/// Where a marker may be found.
#[derive(Clone, PartialEq, Debug)]
enum Shown {
    /// Anywhere: the hub's title, a stage's label.
    Everywhere,
    /// In the folders of these personas, by slug.
    To(BTreeSet<String>),
    /// In these folders, and in the chooser: a persona's own label and slug.
    ToAndChooser(BTreeSet<String>),
    Nowhere,
}

/// Small numbers from a seed, the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.roll(chances) == 0
    }
}

/// A hub whose every word is a marker.
struct Marked {
    dice: Dice,
    hub: HubBuilder,
    markers: BTreeMap<String, (String, Shown)>,
    personas: Vec<Persona>,
    stages: Vec<String>,
    /// Paths below `content/`.
    pages: Vec<String>,
    /// Drafts, scheduled and expired pages are shown, to their own personas.
    preview: bool,
}

struct Persona {
    id: String,
    slug: String,
    targeted: bool,
    needs: Vec<String>,
    beliefs: Vec<String>,
}

impl Marked {
    fn new(seed: u64, preview: bool) -> Self {
        let hub = HubBuilder::empty();
        let mut hub = Self {
            dice: Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(7)),
            hub: if preview { hub.preview() } else { hub },
            markers: BTreeMap::new(),
            personas: Vec::new(),
            stages: Vec::new(),
            pages: Vec::new(),
            preview,
        };
        hub.personas();
        hub.hub_toml();
        hub.pages();
        hub
    }

    /// A word that stands nowhere else; `what` it is tells a failing test.
    fn marker(&mut self, what: &str, shown: Shown) -> String {
        let marker = format!("zq{}x", self.markers.len() + 1_000);
        self.markers.insert(marker.clone(), (what.to_owned(), shown));
        marker
    }

    fn personas(&mut self) {
        let stages = 2 + self.dice.roll(3);
        self.stages = (0..stages)
            .map(|number| self.marker(&format!("id of stage {number}"), Shown::Nowhere))
            .collect();
        for number in 0..2 + self.dice.roll(3) {
            let targeted = number < 2 || !self.dice.one_in(4);
            let slug = format!("site-{number}");
            let own: BTreeSet<String> =
                if targeted { [slug.clone()].into() } else { BTreeSet::new() };
            let name = |what: &str| format!("{what} of persona {number}");
            let id = self.marker(&name("id"), Shown::Nowhere);
            let label = self.marker(&name("label"), Shown::ToAndChooser(own.clone()));
            let mut card = format!(
                "label = '{label}'\nslug = '{slug}'\nsegment = '{}'\n",
                if targeted { "built" } else { "left" }
            );
            let archetype = self.marker(&name("archetype"), Shown::Nowhere);
            card.push_str(&format!("archetype = '{archetype}'\n"));
            for key in ["qualified", "channels", "goals", "pains"] {
                card.push_str(&format!(
                    "{key} = ['{}']\n",
                    self.marker(&name(key), Shown::Nowhere)
                ));
            }
            card.push_str(&format!(
                "style = {{ tone = '{}' }}\n",
                self.marker(&name("tone"), Shown::Nowhere)
            ));
            let (mut needs, mut beliefs) = (Vec::new(), Vec::new());
            for stage in self.stages.clone() {
                let need = self.marker(&name("need id"), Shown::Nowhere);
                let text = self.marker(&name("need"), Shown::To(own.clone()));
                let source = self.marker(&name("source of a need"), Shown::Nowhere);
                card.push_str(&format!("[[needs]]\nid = '{need}'\nstage = '{stage}'\ntext = '{text}'\nsource = '{source}'\n"));
                let belief = self.marker(&name("belief id"), Shown::Nowhere);
                let (from, to) = (
                    self.marker(&name("belief from"), Shown::Nowhere),
                    self.marker(&name("belief to"), Shown::Nowhere),
                );
                card.push_str(&format!("[[beliefs]]\nid = '{belief}'\nstage = '{stage}'\nfrom = '{from}'\nto = '{to}'\n"));
                needs.push(need);
                beliefs.push(belief);
            }
            self.hub = self.hub.clone().file(&format!("personas/{id}.toml"), card);
            self.personas.push(Persona { id, slug, targeted, needs, beliefs });
        }
    }

    fn hub_toml(&mut self) {
        let title = self.marker("title of the hub", Shown::Everywhere);
        let mut text = format!("title = '{title}'\nlanguages = ['en', 'nl']\n\n");
        // What no page answers, and sites without a page, are shown too: all that may be.
        text.push_str("[site]\nempty = 'show'\n\n[checks]\n");
        // Links to where readers cannot go are made on purpose.
        for code in
            ["link.cross-persona", "link.untranslated", "link.unpublished", "front.unknown-key"]
        {
            text.push_str(&format!("\"{code}\" = 'off'\n"));
        }
        for (number, stage) in self.stages.clone().iter().enumerate() {
            let label = self.marker("label of a stage", Shown::Everywhere);
            let (goal, behaviour) = (
                self.marker("goal of a stage", Shown::Nowhere),
                self.marker("behaviour of a stage", Shown::Nowhere),
            );
            text.push_str(&format!(
                "[[stages]]\nid = '{stage}'\nslug = 'step-{number}'\nlabel = '{label}'\ngoal = '{goal}'\nbehaviour = '{behaviour}'\n"
            ));
        }
        let reason = self.marker("reason of a segment", Shown::Nowhere);
        text.push_str(&format!("[[segments]]\nid = 'built'\n[[segments]]\nid = 'left'\ntargeted = false\nreason = '{reason}'\n"));
        let (goal, owner, reason) = (
            self.marker("goal of a cell", Shown::Nowhere),
            self.marker("owner of a cell", Shown::Nowhere),
            self.marker("reason of a cell", Shown::Nowhere),
        );
        let (persona, stage) = (self.personas[0].id.clone(), self.stages[0].clone());
        text.push_str(&format!(
            "[[cells]]\npersona = '{persona}'\nstage = '{stage}'\npriority = 'high'\ngoal = '{goal}'\nowner = '{owner}'\nreason = '{reason}'\n"
        ));
        let (id, objective) = (
            self.marker("id of an objective", Shown::Nowhere),
            self.marker("objective", Shown::Nowhere),
        );
        text.push_str(&format!("[[objectives]]\nid = '{id}'\ntext = '{objective}'\n"));
        self.hub = self.hub.clone().file("hub.toml", text);
    }

    fn pages(&mut self) {
        for _ in 0..6 + self.dice.roll(8) {
            let names: Vec<usize> =
                (0..self.personas.len()).filter(|_| self.dice.one_in(2)).collect();
            let generic = names.is_empty() || self.dice.one_in(5);
            let built =
                |at: usize| self.personas[at].targeted.then(|| self.personas[at].slug.clone());
            let audience: BTreeSet<String> = if generic {
                (0..self.personas.len()).filter_map(built).collect()
            } else {
                names.iter().copied().filter_map(built).collect()
            };
            let state = [
                "",
                "",
                "",
                "status = 'draft'",
                "publish_on = 2026-11-23",
                "expires = 2026-11-22",
                "colour = 'no key'",
                "status = 'withdrawn'",
            ][self.dice.roll(8)];
            let is_shown = state.is_empty()
                || self.preview && !state.starts_with("colour") && !state.contains("withdrawn");
            let shown = if is_shown { Shown::To(audience) } else { Shown::Nowhere };
            let personas = match generic {
                true => "'all'".to_owned(),
                false => format!(
                    "[{}]",
                    names
                        .iter()
                        .map(|at| format!("'{}'", self.personas[*at].id))
                        .collect::<Vec<_>>()
                        .join(", ")
                ),
            };
            self.page(&personas, &names, state, &shown);
        }
    }

    fn page(&mut self, personas: &str, names: &[usize], state: &str, shown: &Shown) {
        let stem = self.marker("name of a page's file", shown.clone());
        let media = self.marker("name of a picture", shown.clone());
        let picture = self.marker("a picture", shown.clone());
        let stages = self.stages.clone();
        let stage = &stages[self.dice.roll(stages.len())];
        let lang = if self.dice.one_in(4) { ".nl" } else { "" };
        let mut front = format!(
            "+++\npersonas = {personas}\nstage = ['{stage}', '{}']\n{state}\n",
            stages[self.dice.roll(stages.len())]
        );
        for key in ["title", "summary", "authors", "reviewed_by"] {
            front.push_str(&format!(
                "{key} = '{}'\n",
                self.marker(&format!("{key} of a page {state}"), shown.clone())
            ));
        }
        front.push_str(&format!("aliases = 'was-{}'\n", self.marker("alias", shown.clone())));
        for key in ["product", "markets"] {
            front.push_str(&format!(
                "{key} = '{}'\n",
                self.marker(&format!("{key} of a page"), Shown::Nowhere)
            ));
        }
        if let Some(first) = names.first().map(|at| &self.personas[*at]) {
            let (need, belief) = (first.needs[0].clone(), first.beliefs[0].clone());
            front.push_str(&format!(
                "needs = '{need}'\nbeliefs = '{belief}'\ncanonical_persona = '{}'\n",
                self.personas[0].id
            ));
        }
        front.push_str(&format!(
            "image = '{media}.png'\ndate = 2026-01-{:02}\n",
            1 + self.dice.roll(28)
        ));
        front.push_str(&format!(
            "[extra]\nnote = '{}'\n+++\n\n",
            self.marker("extra of a page", Shown::Nowhere)
        ));
        let mut body = String::new();
        let words = ["heading", "paragraph", "alternative text", "cell of a table", "footnote"]
            .map(|what| self.marker(what, shown.clone()));
        let [heading, paragraph, alt, cell, note] = words;
        body.push_str(&format!("## {heading}\n\n{paragraph}[^1]\n\n![{alt}]({media}.png)\n\n| {cell} |\n|---|\n\n[^1]: {note}\n\n"));
        body.push_str(&(self.for_some(shown) + &self.for_some(shown)));
        for target in self.pages.clone() {
            match self.dice.roll(6) {
                0 => body.push_str(&format!("[text]({target})\n\n")),
                1 => body.push_str(&format!("<a href=\"/{target}\">text</a>\n\n")),
                2 => body.push_str(&format!("[text][r]\n\n[r]: {target}#top\n\n")),
                _ => {}
            }
        }
        self.hub = self
            .hub
            .clone()
            .file(&format!("content/{stem}{lang}.md"), front + &body)
            .file(&format!("content/{media}.png"), picture);
        self.pages.push(format!("{stem}.md"));
    }

    /// Text for some of a page's readers: in a block, within that, in a line, and in all that
    /// blocks bring with them.
    fn for_some(&mut self, shown: &Shown) -> String {
        let named: Vec<usize> = (0..self.personas.len()).filter(|_| self.dice.one_in(2)).collect();
        let named = if named.is_empty() { vec![0] } else { named };
        let not = self.dice.one_in(3);
        let some = |audience: &BTreeSet<String>| {
            let is_meant =
                |slug: &&String| named.iter().any(|at| self.personas[*at].slug == **slug) != not;
            Shown::To(audience.iter().filter(is_meant).cloned().collect())
        };
        let shown = match shown {
            Shown::To(audience) => some(audience),
            other => other.clone(),
        };
        let ids: Vec<&str> = named.iter().map(|at| self.personas[*at].id.as_str()).collect();
        let condition = format!(
            "{{{}persona=\"{}\"}}",
            if not { "not-" } else { "" },
            ids.join([" ", ","][self.dice.roll(2)])
        );
        let what = [
            "heading",
            "paragraph",
            "label",
            "footnote",
            "attribute",
            "name of a picture",
            "picture",
            "word in a line",
            "link",
            "tab",
        ];
        let [heading, text, label, note, caption, media, picture, word, link, tab] =
            what.map(|what| self.marker(&format!("{what} for some"), shown.clone()));
        self.hub = self.hub.clone().file(&format!("content/{media}.png"), picture);
        format!(
            "Before :for[{word}]{condition} behind.\n\n:::::for{condition}\n## {heading}\n\n- {text}[^{note}]\n\n  \
             ::figure{{src={media}.png alt=\"{caption}\"}}\n\n:::note[{label}]\n[text](https://x.example/{link})\n:::\n\
             ::::tabs\n:::tab[{tab}]\nText.\n:::\n::::\n:::::\n\n[^{note}]: {note}\n\n"
        )
    }

    /// The outputs that each marker stands in.
    fn places<'t>(&self, tree: &'t Tree) -> BTreeMap<&str, BTreeSet<&'t str>> {
        let mut places: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (path, bytes) in &tree.outputs {
            let text = String::from_utf8_lossy(bytes);
            for marker in markers_in(path).chain(markers_in(&text)) {
                if let Some((marker, _)) = self.markers.get_key_value(marker) {
                    places.entry(marker).or_default().insert(path);
                }
            }
        }
        places
    }

    /// Every marker that stands where it may not.
    fn leaks(&self, places: &BTreeMap<&str, BTreeSet<&str>>) -> Vec<String> {
        let mut leaks = Vec::new();
        for (marker, paths) in places {
            let (what, shown) = &self.markers[*marker];
            let may = |path: &str| {
                let folder = path.split('/').next().unwrap_or_default();
                let chooser = ["index.html", "nl/index.html"].contains(&path);
                match shown {
                    Shown::Everywhere => true,
                    Shown::To(folders) => folders.contains(folder),
                    Shown::ToAndChooser(folders) => {
                        folders.contains(folder) || (chooser && !folders.is_empty())
                    }
                    Shown::Nowhere => false,
                }
            };
            leaks.extend(
                paths
                    .iter()
                    .filter(|path| !may(path))
                    .map(|path| format!("{what} ({marker}) in {path}")),
            );
        }
        leaks
    }
}

/// The markers in a text: `zq`, digits, `x`.
fn markers_in(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("zq").filter_map(|(at, _)| {
        let digits = text[at + 2..].bytes().take_while(u8::is_ascii_digit).count();
        text.get(at..at + 3 + digits).filter(|marker| digits > 0 && marker.ends_with('x'))
    })
}

fn check(seed: u64, preview: bool) {
    let marked = Marked::new(seed, preview);
    let tree = marked.hub.load().tree();
    let places = marked.places(&tree);
    let leaks = marked.leaks(&places);
    assert!(leaks.is_empty(), "seed {seed}:\n{}", leaks.join("\n"));
    // And the search would have found them: what may be shown somewhere is shown there.
    for (marker, (what, shown)) in &marked.markers {
        let Shown::To(folders) = shown else { continue };
        for folder in folders {
            let is_there = places.get(&**marker).is_some_and(|paths| {
                paths.iter().any(|path| path.split('/').next() == Some(folder))
            });
            assert!(is_there, "seed {seed}: {what} ({marker}) is not in {folder}");
        }
    }
}

#[test]
fn no_marker_stands_where_its_persona_cannot_read_it() {
    (0..SEEDS).for_each(|seed| check(seed, false));
}

#[test]
fn a_preview_shows_drafts_to_their_own_persona_only() {
    (0..SEEDS / 3).for_each(|seed| check(seed, true));
}

#[test]
fn an_image_that_points_at_another_personas_page_does_not_give_its_name_away() {
    let hub = HubBuilder::small()
        .page("zq1x.md", "nurse", "service", "Text.\n")
        .file(
            "content/zq2x.md",
            "+++\ntitle = 'A draft'\npersonas = 'gp'\nstage = 'service'\nstatus = 'draft'\n+++\n",
        )
        .page(
            "a.md",
            "gp",
            "service",
            "![text](zq1x.md) <img src=\"zq2x.md\" alt=\"\"> [text](zq1x.md) [text](zq2x.md)\n",
        );
    let tree = hub.load().tree().below("huisartsen");
    assert_eq!((tree.holding("zq1x"), tree.holding("zq2x")), (vec![], vec![]));
}

#[test]
fn a_file_beside_pages_reaches_only_the_personas_whose_pages_use_it() {
    let hub = HubBuilder::small()
        .page("a.md", "gp", "service", "![Ours](gp.png)\n")
        .page("b.md", "nurse", "service", "![Theirs](nurse.png) ![Both](both.png)\n")
        .page("c.md", "gp nurse", "service", "![Both](both.png)\n")
        .file("content/d.md", "+++\ntitle = 'D'\npersonas = 'gp'\nstage = 'service'\nstatus = 'draft'\n+++\n\n![Draft](draft.png)\n");
    let names = ["gp.png", "nurse.png", "both.png", "draft.png", "unused.png"];
    let tree = names
        .iter()
        .fold(hub, |hub, name| hub.file(&format!("content/{name}"), *name))
        .load()
        .tree();
    let media = |folder: &str| {
        let tree = tree.below(folder);
        let stem = |path: &str| {
            path.strip_prefix("media/").and_then(|name| name.split('.').next()).map(str::to_owned)
        };
        tree.paths().into_iter().filter_map(stem).collect::<Vec<_>>()
    };
    assert_eq!(media("huisartsen"), ["both", "gp"]);
    assert_eq!(media("verpleegkundigen"), ["both", "nurse"]);
    let elsewhere: Vec<&str> = tree
        .paths()
        .into_iter()
        .filter(|path| path.contains("draft.") || path.contains("unused."))
        .collect();
    assert_eq!(elsewhere, [""; 0]);
}

#[test]
fn words_of_a_pages_own_are_no_leak() {
    let own = "summary = 'What has changed in referral'\nauthors = 'The referral guideline group'\nreviewed_by = 'Plans for the next edition'";
    let hub = HubBuilder::small()
        .file("content/a.md", format!("+++\ntitle = 'For nurses'\npersonas = 'nurse'\nstage = 'service'\n{own}\n+++\n\nText.\n"))
        .file("content/b.md", "+++\ntitle = 'What has changed in referral'\npersonas = 'gp'\nstage = 'service'\n+++\n\nText.\n")
        .file("content/c.md", "+++\ntitle = 'The referral guideline group'\npersonas = 'gp'\nstage = 'service'\n+++\n\nText.\n")
        .file(
            "content/d.md",
            "+++\ntitle = 'Plans for the next edition'\npersonas = 'gp'\nstage = 'service'\nstatus = 'draft'\n+++\n\nText.\n",
        );
    assert_eq!(
        hub.load().examined().lines(),
        [""; 0],
        "an author may say what another page is called"
    );
}

#[test]
fn a_build_of_one_persona_makes_that_persona_only() {
    let tree = HubBuilder::memory_care().only("gp-traditional").load().tree();
    let others: Vec<&str> = tree
        .paths()
        .into_iter()
        .filter(|path| !path.starts_with("huisartsen/") && !path.starts_with("assets/"))
        .collect();
    assert_eq!(others, [""; 0]);
    tree.below("huisartsen").assert_same(
        &HubBuilder::memory_care().tree().below("huisartsen"),
        "alone and with the others",
    );
}

/// The texts of the root hub that no reader may see: ids, beliefs, pains, goals, sources, reasons.
/// Not the owners of cells: a department may well have reviewed a page.
fn internal_texts() -> BTreeMap<String, String> {
    let mut internal = BTreeMap::new();
    let mut add = |value: &toml::Value, what: &str| {
        for text in value
            .as_str()
            .into_iter()
            .chain(value.as_array().into_iter().flatten().filter_map(toml::Value::as_str))
        {
            internal.insert(text.to_owned(), what.to_owned());
        }
    };
    for path in crate::support::files_below(&root().join("personas")) {
        let card: toml::Table =
            toml::from_str(&std::fs::read_to_string(&path).expect("a card")).expect("TOML");
        for key in ["goals", "pains", "segment", "archetype"] {
            card.get(key).inspect(|value| add(value, key));
        }
        for (list, keys) in
            [("needs", ["id", "source"].as_slice()), ("beliefs", &["id", "from", "to"])]
        {
            let tables = card.get(list).and_then(toml::Value::as_array).into_iter().flatten();
            tables.for_each(|table| {
                keys.iter().for_each(|key| add(&table[*key], &format!("{list}.{key}")))
            });
        }
        add(
            &toml::Value::from(path.file_stem().expect("a name").to_string_lossy().as_ref()),
            "persona id",
        );
    }
    let hub: toml::Table =
        toml::from_str(&std::fs::read_to_string(root().join("hub.toml")).expect("hub.toml"))
            .expect("TOML");
    for (list, keys) in [
        ("stages", ["id", "goal", "behaviour"]),
        ("cells", ["goal", "reason", ""]),
        ("segments", ["id", "reason", ""]),
    ] {
        let tables = hub.get(list).and_then(toml::Value::as_array).into_iter().flatten();
        tables.for_each(|table| {
            keys.iter().for_each(|key| {
                table.get(key).into_iter().for_each(|value| add(value, &format!("{list}.{key}")))
            })
        });
    }
    let objectives = hub.get("objectives").and_then(toml::Value::as_array).into_iter().flatten();
    objectives.for_each(|table| {
        ["id", "text"].iter().for_each(|key| add(&table[*key], &format!("objectives.{key}")))
    });
    internal
}

#[test]
fn nothing_internal_of_the_memory_care_hub_is_published() {
    let tree = HubBuilder::memory_care().tree();
    // Words that are ordinary in a text are looked for in names and attributes only.
    let (ordinary, plain): (Vec<_>, Vec<_>) =
        internal_texts().into_iter().partition(|(text, _)| !text.contains(['-', ' ']));
    let mut leaks: Vec<String> = Vec::new();
    for (text, what) in &plain {
        leaks.extend(
            tree.holding(text).into_iter().map(|path| format!("{what} “{text}” in {path}")),
        );
    }
    for (path, html) in tree.pages() {
        let page = Html::read(html);
        let attributes = page
            .ids
            .iter()
            .map(String::as_str)
            .chain(page.addresses.iter().map(|address| &*address.value));
        for value in attributes.chain([path]) {
            let part = |part: &str| ordinary.iter().find(|(text, _)| text == part);
            if let Some((text, what)) = value.split(['/', '#', '?', '"']).find_map(part) {
                leaks.push(format!("{what} “{text}” in {value} on {path}"));
            }
        }
    }
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
}

#[test]
fn drafts_and_expired_pages_of_the_memory_care_hub_are_nowhere() {
    let titles = [
        "Which patients are eligible",
        "Welke patiënten komen in aanmerking",
        "Your role when a patient asks",
        "Jouw rol als een patiënt",
        "patient-selection",
        "your-role",
    ];
    let tree = HubBuilder::memory_care().as_of(TODAY).tree();
    let found: Vec<&str> =
        titles.into_iter().filter(|title| !tree.holding(title).is_empty()).collect();
    assert_eq!(found, [""; 0]);
    let earlier = HubBuilder::memory_care().as_of("2026-06-01").tree();
    assert!(!earlier.holding("your-role").is_empty(), "before it expired it was there");
}

#[test]
fn an_untargeted_persona_is_nowhere() {
    let tree = HubBuilder::memory_care().tree();
    for text in ["apothekers", "Openbaar apothekers", "Community pharmacists", "pharmacist"] {
        let found = tree.holding(text);
        let as_a_word = text == "pharmacist";
        assert!(as_a_word || found.is_empty(), "`{text}` in {found:?}");
    }
}
