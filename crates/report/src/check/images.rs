//! What is shown as an image is one that browsers show.

use std::collections::BTreeSet;

use etappe_base::finding::{Finding, Place, Severity, codes};
use etappe_hub::content::{Link, LinkKind};
use etappe_hub::journey::links::of_front;
use etappe_hub::journey::{Asset, DocIx, Located};
use etappe_image::{ImageFlaw, is_image};
use etappe_site::material::Material;

pub(super) fn check(material: &Material) -> Vec<Finding> {
    let hub = &material.hub;
    let mut findings = Vec::new();
    let mut told: BTreeSet<Place> = BTreeSet::new();
    for doc in hub.doc_ixs() {
        for_each_flawed(material, doc, &mut |link, asset, flaw| {
            let place = link.place(&hub.facets(doc).file);
            let found = match flaw {
                ImageFlaw::Film | ImageFlaw::Sound | ImageFlaw::Document => {
                    is_image_alone(link.kind).then(|| elsewhere(asset, flaw, &link.dest, place))
                }
                _ if is_image_alone(link.kind) || is_image(&asset.file.extension()) => {
                    Some(unreadable(asset, flaw))
                }
                _ => None,
            };
            // A file is told of once, wherever it is shown.
            findings.extend(
                found.filter(|found| found.place.clone().is_some_and(|at| told.insert(at))),
            );
        });
    }
    findings
}

/// Hands every link of a document that leads to a file with a flaw to `tell`.
fn for_each_flawed<'m>(
    material: &'m Material,
    doc: DocIx,
    tell: &mut dyn FnMut(&Link, &'m Asset, ImageFlaw),
) {
    let addresses = &material.hub.addresses;
    let of_front = of_front(&material.hub.facets(doc).front);
    for (variant, body) in material.docs[doc].bodies.iter().enumerate() {
        let located = material.links.of(doc, variant).iter();
        for (link, located) in body.links.iter().chain(of_front.iter()).zip(located) {
            let asset = match located {
                Located::Static { asset, .. } => addresses.stat(*asset),
                located => match located.beside() {
                    Some(asset) => addresses.beside(asset),
                    None => continue,
                },
            };
            if let Some(flaw) = asset.flaw {
                tell(link, asset, flaw);
            }
        }
    }
}

/// Whether nothing but an image can stand here: raw HTML has `src` for films too.
fn is_image_alone(kind: LinkKind) -> bool {
    matches!(kind, LinkKind::Picture | LinkKind::Unsized | LinkKind::Candidate)
}

/// The finding about a file that is no image, where an image should stand.
fn elsewhere(asset: &Asset, flaw: ImageFlaw, dest: &str, place: Place) -> Finding {
    let name = asset.file.name();
    let (what, help) = match flaw {
        ImageFlaw::Film => (
            "a film",
            format!("play it with `<video controls src=\"{dest}\"></video>`, or link to it"),
        ),
        ImageFlaw::Sound => (
            "a recording",
            format!("play it with `<audio controls src=\"{dest}\"></audio>`, or link to it"),
        ),
        _ => ("a document", format!("link to it, without the `!`: `[What it is]({dest})`")),
    };
    let message = format!("`{name}` is {what}, and stands where an image should.");
    Finding::new(&codes::IMAGE_UNREADABLE, place, message)
        .label("readers see a broken image")
        .help(help)
        .weighed(Severity::Warning)
}

/// The finding about an image that browsers do not show.
fn unreadable(asset: &Asset, flaw: ImageFlaw) -> Finding {
    let name = asset.file.name();
    let (what, help) = match flaw {
        ImageFlaw::Empty => ("is empty", "put the image there again: it was lost on its way"),
        ImageFlaw::LfsPointer => (
            "is a pointer of Git LFS, and not the image itself",
            "fetch it with `git lfs pull`; a workflow checks out with `lfs: true`",
        ),
        ImageFlaw::CutShort => (
            "ends before the image does",
            "copy it again from where it came: readers see a part of it, or nothing",
        ),
        ImageFlaw::Heic => ("is a HEIC image, which most browsers do not show", "save it as JPEG"),
        ImageFlaw::Tiff => {
            ("is a TIFF image, which most browsers do not show", "save it as PNG or JPEG")
        }
        ImageFlaw::Compressed => {
            ("is compressed, so browsers show nothing", "unpack it, and name the drawing `.svg`")
        }
        ImageFlaw::Misnamed => (
            "is of another kind than its name says",
            "rename it: drawings in SVG end in `.svg`, and no other image does",
        ),
        ImageFlaw::NoDrawing => (
            "is no drawing that a browser would show",
            "save it again from the program that made it, as plain SVG",
        ),
        _ => (
            "is no image that a browser would show",
            "save it again from the program that made it; the file may be of another kind than \
             its name says",
        ),
    };
    let message = format!("`{name}` {what}.");
    // What is no image at all may be a name that stands for another thing.
    let severity = if flaw == ImageFlaw::Unknown { Severity::Info } else { Severity::Warning };
    Finding::new(&codes::IMAGE_UNREADABLE, Place::file(&asset.file), message)
        .help(help)
        .weighed(severity)
}
