//! A link that writes out the hub's own address leads to an output. It should name a file instead.
//! So should addresses of hub.toml and the cards.

use std::collections::BTreeSet;

use rayon::prelude::*;
use url::Url;

use etappe_base::address;
use etappe_base::finding::{Finding, Place, codes};
use etappe_base::path;
use etappe_hub::journey::{DocIx, Located};
use etappe_site::material::Material;
use etappe_site::plan::Plan;

/// An address under which outputs stand.
struct Own {
    url: Url,
    /// The folder of outputs that is its root: a persona's, or none.
    root: String,
}

pub(super) fn check(material: &Material, plan: &Plan) -> Vec<Finding> {
    let owns = owns(material);
    if owns.is_empty() {
        return Vec::new();
    }
    let hub = &material.hub;
    let of_config = hub.config.named_addresses().filter_map(|named| {
        let is_elsewhere = hub.locate_from_root(&named.to.value) == Located::External;
        let place = || Place::new(&named.file, named.to.span);
        is_elsewhere.then(|| one(material, plan, &owns, &named.to.value, &place))?
    });
    let docs: Vec<DocIx> = hub.doc_ixs().collect();
    let of_pages = docs.par_iter().flat_map_iter(|doc| of_document(material, plan, &owns, *doc));
    let mut findings: Vec<Finding> = of_pages.collect();
    findings.extend(of_config);
    findings
}

/// The hub's own address, and those of personas that have one.
fn owns(material: &Material) -> Vec<Own> {
    let config = &material.hub.config;
    let hub = (config.base_url.as_str(), String::new());
    let of_personas = config
        .personas
        .iter()
        .filter_map(|persona| Some((persona.base_url.as_deref()?, persona.slug.clone())));
    // Longest path first: the address whose path is below another's is the nearer one.
    let mut owns: Vec<Own> = of_personas
        .chain([hub])
        .filter_map(|(url, root)| Some(Own { url: address::web(url)?, root }))
        .collect();
    owns.sort_by_key(|own| std::cmp::Reverse(own.url.path().len()));
    owns
}

fn of_document(material: &Material, plan: &Plan, owns: &[Own], doc: DocIx) -> Vec<Finding> {
    let bodies = &material.docs[doc].bodies;
    let mut seen = BTreeSet::new();
    let mut findings = Vec::new();
    for (variant, body) in bodies.iter().enumerate() {
        for (link, located) in body.links.iter().zip(&material.links.of(doc, variant).text) {
            if *located == Located::External && seen.insert((link.at(), &link.dest)) {
                let place = || link.place(&material.hub.facets(doc).file);
                findings.extend(one(material, plan, owns, &link.dest, &place));
            }
        }
    }
    findings
}

fn one(
    material: &Material,
    plan: &Plan,
    owns: &[Own],
    written: &str,
    place: &dyn Fn() -> Place,
) -> Option<Finding> {
    let url = address::web(written)?;
    let (own, below) = owns.iter().find_map(|own| Some((own, own.below(&url)?)))?;
    let target = if own.root.is_empty() { below.clone() } else { format!("{}/{below}", own.root) };
    let target = target.trim_end_matches('/');
    let index =
        if target.is_empty() { "index.html".to_owned() } else { format!("{target}/index.html") };
    if let Some(node) = plan.find(&index).or_else(|| plan.find(target)) {
        let file = node.recipe.source(&material.hub);
        let help = match file.as_ref().and_then(|file| file.as_str().split_once('/')) {
            Some((_, below)) => format!(
                "write it as a link to the file, `/{below}`: then it is checked, and moves with \
                 its page"
            ),
            None => {
                "write it as a path, such as `/`: then it is checked, and works in previews too"
                    .to_owned()
            }
        };
        let message = format!("`{written}` is the hub's own address, written out.");
        return Some(Finding::new(&codes::LINK_OWN, place(), message).help(help));
    }
    let edition = &material.hub.edition;
    // Nothing is known of outputs that this edition leaves out.
    let is_left_out = edition.only.is_some()
        || (edition.preview
            && matches!(target.rsplit('/').next(), Some("sitemap.xml" | "llms.txt")));
    if is_left_out {
        return None;
    }
    // Others may publish on the same host: only an address that begins like an output is surely
    // meant to be one.
    let first = format!("{}/", target.split('/').next().unwrap_or_default());
    let at = plan.nodes.partition_point(|node| node.path.as_str() < first.as_str());
    let is_ours = !own.root.is_empty()
        || plan.nodes.get(at).is_some_and(|node| node.path.as_str().starts_with(&first));
    let code = if is_ours { &codes::LINK_BROKEN } else { &codes::LINK_OWN };
    let finding = Finding::new(
        code,
        place(),
        format!("`{written}` is the hub's own address, and nothing stands there."),
    );
    Some(finding.label("leads nowhere").help("link to the page's file, or take the link out"))
}

impl Own {
    /// The path of an address below this one, without slashes at its ends; `None` where the address
    /// is somebody else's.
    fn below(&self, url: &Url) -> Option<String> {
        let host = |url: &Url| url.host_str().map(|host| host.trim_end_matches('.').to_owned());
        // The scheme is not compared: the server decides between http and https.
        let ports = [self.url.port(), url.port()];
        if host(&self.url) != host(url) || ports[0] != ports[1] {
            return None;
        }
        let below = url.path().strip_prefix(self.url.path().trim_end_matches('/'))?;
        let is_below = below.is_empty() || below.starts_with('/');
        is_below.then(|| path::join("", &path::decode(below))).flatten()
    }
}
