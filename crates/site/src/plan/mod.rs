//! Every output of a hub: where it goes, what makes it, and the digest of what it depends on, which
//! is worked out on demand.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use crate::kinds::{self, List, Recipe, Surroundings};
use crate::material::Material;
use etappe_base::finding::{Finding, codes};
use etappe_base::hash::{Digest, Hasher};
use etappe_base::path::OutPath;
use etappe_base::slug::composed;

/// One output.
#[derive(Clone, Debug)]
pub struct Node {
    /// Below `public/`.
    pub path: OutPath,
    /// Its indexes belong to the material that it was planned from.
    pub recipe: Recipe,
    /// Digest of the inputs that it shares with no other output: worked out when its key is first
    /// asked for.
    own: OnceLock<Digest>,
}

/// All outputs, sorted by path.
#[derive(Debug, Default)]
pub struct Plan {
    /// Each path occurs once.
    pub nodes: Vec<Node>,
    /// Two outputs for one place, or a file where another output needs a folder.
    pub findings: Arc<[Finding]>,
    /// What the nodes were sorted from.
    lists: Vec<List>,
}

/// An earlier plan and what it was made from: what did not change since then is not worked out
/// again.
#[derive(Clone, Copy)]
pub struct Before<'b> {
    /// Made from `material`, whose indexes it holds.
    pub plan: &'b Plan,
    /// Of use only where its layout is that of the new material.
    pub material: &'b Material,
}

impl Plan {
    /// The output at exactly this path below `public/`; `None` where none is planned.
    pub fn find(&self, path: &str) -> Option<&Node> {
        self.nodes
            .binary_search_by(|node| node.path.as_str().cmp(path))
            .ok()
            .map(|at| &self.nodes[at])
    }
}

/// Plans every output. Two outputs for one place are a finding, and the one listed first stands.
/// What is known from `before` saves work and changes nothing.
pub fn plan(material: &Material, before: Option<Before<'_>>) -> Plan {
    // In another layout indexes mean something else.
    let before = before.filter(|before| {
        let (new, old) = (&material.hub, &before.material.hub);
        Arc::ptr_eq(&new.layout, &old.layout)
            && Arc::ptr_eq(&new.config, &old.config)
            && new.edition == old.edition
    });
    let lists = kinds::lists(material, before.map(|before| (before.material, &*before.plan.lists)));
    match before {
        Some(before) if has_same_outputs(&lists, &before.plan.lists) => Plan {
            nodes: before.plan.nodes.iter().map(Node::renewed).collect(),
            findings: Arc::clone(&before.plan.findings),
            lists,
        },
        _ => sorted(material, lists),
    }
}

fn has_same_outputs(lists: &[List], before: &[List]) -> bool {
    let same = |(list, before): (&List, &List)| {
        Arc::ptr_eq(&list.outputs, &before.outputs) || list.outputs == before.outputs
    };
    lists.iter().zip(before).all(same)
}

/// The plan of all that the lists name.
fn sorted(material: &Material, lists: Vec<List>) -> Plan {
    let mut findings = Vec::new();
    let mut all: Vec<&(OutPath, Recipe)> = lists.iter().flat_map(|list| &*list.outputs).collect();
    // The sort is stable: of two outputs for one place, the one listed first stays first.
    all.par_sort_by(|(path, _), (other, _)| path.cmp(other));
    all.dedup_by(|(path, recipe), (first, before)| {
        let is_taken = path == first;
        findings.extend(
            is_taken.then(|| collision(material, path.as_str(), *before, *recipe)).flatten(),
        );
        is_taken
    });
    let mut taken: BTreeMap<&str, (&OutPath, Recipe)> =
        all.into_iter().map(|(path, recipe)| (path.as_str(), (path, *recipe))).collect();
    findings.extend(in_the_way(material, &mut taken));
    findings.extend(same_but_for_case(material, &taken));
    let nodes = taken.into_values().map(|(path, recipe)| Node::new(path.clone(), recipe)).collect();
    Plan { nodes, findings: findings.into(), lists }
}

impl Node {
    fn new(path: OutPath, recipe: Recipe) -> Self {
        Self { path, recipe, own: OnceLock::new() }
    }

    /// The same output of other material.
    fn renewed(&self) -> Self {
        Self::new(self.path.clone(), self.recipe)
    }

    /// The digest of all that the output depends on: equal keys, equal bytes. `material` is what the
    /// node was planned from.
    pub fn key(&self, material: &Material) -> Digest {
        self.key_by(material, || self.recipe.inputs(material).own())
    }

    /// As [`Node::key`]. `own` gives the digest of its inputs, and is called only where that is not
    /// known yet.
    pub(crate) fn key_by(&self, material: &Material, own: impl FnOnce() -> Digest) -> Digest {
        let templates = &material.theme.templates;
        let template = self.recipe.template().map(|name| templates.digest(name));
        let Surroundings { frame, stage } = self.recipe.surroundings(material);
        let mut hasher = Hasher::new("output");
        hasher
            // Another program may render differently.
            .digest(material.theme.program.digest)
            .digest(template.unwrap_or_default())
            .digest(frame)
            .digest(stage)
            .digest(*self.own.get_or_init(own))
            .finish()
    }
}

/// Takes out files that stand where another output needs a folder, and reports them.
fn in_the_way(material: &Material, taken: &mut BTreeMap<&str, (&OutPath, Recipe)>) -> Vec<Finding> {
    let is_in_the_way = |path: &str| {
        let folder = format!("{path}/");
        taken.range(&*folder..).next().is_some_and(|(next, _)| next.starts_with(&folder))
    };
    // Nearly every output is called index.html, and nothing but an author's own file or alias could
    // be below that.
    let own = |recipe: &Recipe| matches!(recipe, Recipe::Static(_) | Recipe::Redirect(_));
    let is_below =
        |path: &str| path.match_indices('/').any(|(at, _)| taken.contains_key(&path[..at]));
    let mut found: Vec<String> = taken
        .keys()
        .filter(|path| !path.ends_with("/index.html"))
        .filter(|path| is_in_the_way(path))
        .map(|path| (*path).to_owned())
        .collect();
    let below = taken
        .iter()
        .filter(|(_, (_, recipe))| own(recipe))
        .map(|(path, _)| path)
        .filter(|path| is_below(path));
    let in_folder_of_found =
        |path: &str| found.iter().any(|found| path.starts_with(&format!("{found}/")));
    let below: Vec<String> =
        below.filter(|path| !in_folder_of_found(path)).map(|path| (*path).to_owned()).collect();
    found.extend(below);
    let finding = |path: String| {
        let (_, recipe) = taken.remove(&*path)?;
        let message = format!(
            "`{path}` is {}, but one of its names is a file here and a folder there.",
            recipe.called(material)
        );
        let finding = match recipe.place(material) {
            Some(place) => Finding::new(&codes::URL_COLLISION, place, message),
            None => Finding::on_hub(&codes::URL_COLLISION, message),
        };
        Some(finding.help("rename the file, or change the slug"))
    };
    found.into_iter().filter_map(finding).collect()
}

/// The findings about what an author named so that it differs from another output in case alone, or
/// in how letters with marks are composed: on the disks of macOS and Windows both are one.
fn same_but_for_case(
    material: &Material,
    taken: &BTreeMap<&str, (&OutPath, Recipe)>,
) -> Vec<Finding> {
    // All other outputs have addresses in small letters.
    let is_odd = |path: &str| path.bytes().any(|byte| byte.is_ascii_uppercase() || byte >= 128);
    let own = |recipe: &Recipe| matches!(recipe, Recipe::Static(_) | Recipe::Redirect(_));
    let odd = taken.iter().filter(|(path, (_, recipe))| own(recipe) && is_odd(path));
    let mut folded: BTreeMap<String, &str> = BTreeMap::new();
    let mut found: Vec<(Recipe, Recipe)> = Vec::new();
    let mut findings: Vec<Finding> = Vec::new();
    for (path, (_, recipe)) in odd {
        let plain = composed(path).to_lowercase();
        let other = taken.get_key_value(&*plain).map(|(other, _)| *other);
        let other = other.or_else(|| folded.get(&plain).copied()).filter(|other| other != path);
        folded.entry(plain).or_insert(path);
        let Some((other, (_, first))) = other.and_then(|other| taken.get_key_value(other)) else {
            continue;
        };
        if found.iter().any(|pair| same_source(pair, (*first, *recipe), material)) {
            continue;
        }
        found.push((*first, *recipe));
        findings.extend(differs_in_case(material, (other, *first), (path, *recipe)));
    }
    findings
}

/// Whether two pairs of outputs come from the same places: an alias stands on each site of its page.
fn same_source(one: &(Recipe, Recipe), other: (Recipe, Recipe), material: &Material) -> bool {
    one.0.place(material) == other.0.place(material)
        && one.1.place(material) == other.1.place(material)
}

fn differs_in_case(
    material: &Material,
    (other, first): (&str, Recipe),
    (path, recipe): (&str, Recipe),
) -> Option<Finding> {
    let message = format!("`{path}` and `{other}` are one file where case does not count.");
    let finding = Finding::new(&codes::URL_COLLISION, recipe.place(material)?, message)
        .label("one of them is lost on macOS and Windows");
    let finding = match first.place(material) {
        Some(first) => finding.related(first, "the other one"),
        None => finding,
    };
    Some(finding.help("rename one of them, or keep a single alias"))
}

/// The finding about two outputs for one place. `None` where both are the same file, as media of
/// two languages are.
fn collision(material: &Material, path: &str, first: Recipe, second: Recipe) -> Option<Finding> {
    if first.agrees_with(second, material) {
        return None;
    }
    let (Some(place), other) =
        (second.place(material).or_else(|| first.place(material)), first.called(material))
    else {
        let message = format!(
            "Two outputs would both be `{path}`: {} and {}.",
            first.called(material),
            second.called(material)
        );
        return Some(Finding::on_hub(&codes::URL_COLLISION, message).help("change a slug"));
    };
    let message = format!("`{path}` is already {other}.");
    let mut finding = Finding::new(&codes::URL_COLLISION, place.clone(), message);
    if let Some(first) = first.place(material).filter(|first| first.file != place.file) {
        finding = finding.related(first, "the other one");
    }
    Some(finding.help("change the page's `slug` or `aliases`, or the stage's or persona's slug"))
}
