//! What cards of products name exists.

use etappe_base::finding::{Finding, Place, codes, did_you_mean};
use etappe_base::path::HubPath;
use etappe_base::source::Spanned;
use etappe_hub::config::product::{PiSource, Product};
use etappe_site::material::Material;

pub(super) fn check(material: &Material) -> Vec<Finding> {
    let hub = &material.hub;
    let lost = |product: &Product| -> Vec<Finding> {
        let files = product.pi.iter().filter_map(|pi| match &pi.source {
            PiSource::File(file) => Some(file),
            PiSource::Elsewhere { .. } | PiSource::Fields => None,
        });
        let lost = files.filter(|file| hub.addresses.find_static(&file.value).is_none());
        let finding = |file: &Spanned<HubPath>| {
            let known = hub.addresses.shelf.stat.iter().map(|asset| asset.file.as_str());
            let message = format!("There is no file `{}`.", file.value);
            let help = match hub.addresses.shelf.stat.is_empty() {
                true => "put the file into the folder `static/`".to_owned(),
                false => did_you_mean(file.value.as_str(), known),
            };
            let place = Place::new(&product.file, file.span);
            Finding::new(&codes::PRODUCT_FILE, place, message)
                .label("readers are led to it from every page about the product")
                .help(help)
        };
        lost.map(finding).collect()
    };
    hub.config.products.iter().flat_map(lost).collect()
}
