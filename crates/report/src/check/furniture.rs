//! What hub.toml puts around every page exists: the files of the logo, and where links lead.

use etappe_base::finding::{Finding, Place, codes, did_you_mean};
use etappe_base::path::HubPath;
use etappe_base::source::Spanned;
use etappe_hub::journey::links;
use etappe_site::material::Material;

pub(super) fn check(material: &Material) -> Vec<Finding> {
    let hub = &material.hub;
    let files = hub.config.furniture.logo.iter().flat_map(|logo| logo.files());
    let finding = |file: &Spanned<HubPath>| {
        let (message, help) = lost(material, &file.value)?;
        let place = Place::new(&HubPath::literal("hub.toml"), file.span);
        let finding = Finding::new(&codes::IMAGE_MISSING, place, message);
        Some(finding.label("no logo is shown").help(help))
    };
    files.filter_map(finding).chain(links::of_hub(hub)).collect()
}

/// What is said of a file below `static/` that does not exist, and what to do; `None` where it does.
pub(super) fn lost(material: &Material, file: &HubPath) -> Option<(String, String)> {
    let addresses = &material.hub.addresses;
    if addresses.find_static(file).is_some() {
        return None;
    }
    let known = addresses.shelf.stat.iter().map(|asset| asset.file.as_str());
    let help = match addresses.shelf.stat.is_empty() {
        true => "put the file into the folder `static/`".to_owned(),
        false => did_you_mean(file.as_str(), known),
    };
    Some((format!("There is no file `{file}`."), help))
}
