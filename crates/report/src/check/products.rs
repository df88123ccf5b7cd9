//! What cards of products name exists.

use super::furniture::lost;
use etappe_base::finding::{Finding, Place, codes};
use etappe_hub::config::product::{PiSource, PrescribingInformation, Product};
use etappe_site::material::Material;

pub(super) fn check(material: &Material) -> Vec<Finding> {
    let of_product = |product: &Product| -> Vec<Finding> {
        let finding = |pi: &PrescribingInformation| {
            let PiSource::File(file) = &pi.source else { return None };
            let (message, help) = lost(material, &file.value)?;
            let place = Place::new(&product.file, file.span);
            let finding = Finding::new(&codes::PRODUCT_FILE, place, message);
            Some(
                finding.label("readers are led to it from every page about the product").help(help),
            )
        };
        product.pi.iter().filter_map(finding).collect()
    };
    material.hub.config.products.iter().flat_map(of_product).collect()
}
