//! What hub.toml puts around every page exists: the files of the logo, and where links lead.

use etappe_base::finding::{Finding, Place, codes, did_you_mean};
use etappe_base::path::HubPath;
use etappe_hub::journey::links;
use etappe_site::material::Material;

pub(super) fn check(material: &Material) -> Vec<Finding> {
    let hub = &material.hub;
    let files = hub.config.furniture.logo.iter().flat_map(|logo| logo.files());
    let lost = files.filter(|file| hub.addresses.find_static(&file.value).is_none());
    let finding = |file: &etappe_base::source::Spanned<HubPath>| {
        let place = Place::new(&HubPath::literal("hub.toml"), file.span);
        let known = hub.addresses.shelf.stat.iter().map(|asset| asset.file.as_str());
        let message = format!("There is no file `{}`.", file.value);
        Finding::new(&codes::IMAGE_MISSING, place, message).label("no logo is shown").help(
            match hub.addresses.shelf.stat.is_empty() {
                true => "put the file into the folder `static/`".to_owned(),
                false => did_you_mean(file.value.as_str(), known),
            },
        )
    };
    lost.map(finding).chain(links::of_hub(hub)).collect()
}
