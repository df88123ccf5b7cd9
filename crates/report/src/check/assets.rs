//! Files beside pages are used, and images are not too heavy for a phone.

use std::collections::BTreeSet;

use etappe_base::finding::{Finding, Place, codes};
use etappe_hub::journey::{Asset, MediaIx};
use etappe_image::{Picture, is_decoded, is_image, is_read};
use etappe_site::material::Material;

/// The heaviest image that needs no remark, in bytes.
const HEAVY: u64 = 1_000_000;

/// The longest side of an image that needs no remark, in pixels: that of a good camera's, and more
/// than any screen shows.
const LARGE: u32 = 6_000;

pub(super) fn check(material: &Material) -> Vec<Finding> {
    let hub = &material.hub;
    let used: BTreeSet<MediaIx> =
        material.links.all().filter_map(|located| located.beside()).collect();
    let beside = hub.addresses.shelf.beside.iter_indexed();
    let unused = beside.filter(|(ix, _)| !used.contains(ix)).map(|(_, asset)| {
        let message = format!("No page links to `{}`, so it is not published.", asset.file.name());
        Finding::new(&codes::ASSET_UNUSED, Place::file(&asset.file), message)
            .help("link to it, remove it, or put it under static/ to publish it as it is")
    });
    let all = hub.addresses.shelf.beside.iter().chain(&hub.addresses.shelf.stat);
    let heavy = all.filter_map(oversized);
    let shelf = &hub.addresses.shelf;
    let cut = used.iter().flat_map(|ix| {
        let asset = &shelf.beside[*ix];
        asset.unsafe_parts.iter().map(|(span, what)| {
            let message = format!(
                "`{}` holds {what}, which is left out when it is published.",
                asset.file.name()
            );
            Finding::new(&codes::ASSET_UNSAFE, Place::new(&asset.file, *span), message).help(
                "save the drawing as plain SVG, without programs, forms and links to other files",
            )
        })
    });
    unused.chain(heavy).chain(cut).collect()
}

/// What is too much of an image: its bytes, else its pixels.
fn oversized(asset: &Asset) -> Option<Finding> {
    let extension = asset.file.extension();
    let name = asset.file.name();
    let found = |message: String, help: &str| {
        Some(Finding::new(&codes::ASSET_OVERSIZED, Place::file(&asset.file), message).help(help))
    };
    let is_read_whole =
        asset.picture.is_none_or(|picture| is_decoded(picture.width, picture.height));
    if asset.size > HEAVY && is_image(&extension) && (is_read_whole || !is_read(&extension)) {
        let size = asset.size as f64 / 1e6;
        return found(
            format!("`{name}` weighs {size:.1} MB."),
            "make it smaller: readers on a phone wait for every megabyte",
        );
    }
    match asset.picture {
        Some(Picture { width, height, .. })
            if is_read(&extension) && !is_decoded(width, height) =>
        {
            let help = format!(
                "make its longer side {LARGE} pixels at most: no smaller sizes are made of it as \
                 it is"
            );
            found(
                format!("`{name}` is {width} × {height} pixels large, more than can be read."),
                &help,
            )
        }
        Some(Picture { width, height, .. }) if is_read(&extension) && width.max(height) > LARGE => {
            let help = format!(
                "make its longer side {LARGE} pixels at most: browsers hold every pixel in \
                 memory, and no screen shows so many"
            );
            found(format!("`{name}` is {width} × {height} pixels large."), &help)
        }
        _ => None,
    }
}
