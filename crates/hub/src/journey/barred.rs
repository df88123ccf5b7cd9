//! Findings about addresses that are wrong whatever the hub holds, and about links to what it does
//! not publish.

use crate::content::{Link, LinkKind};
use etappe_base::address::{Device, Fault};
use etappe_base::finding::{Finding, Place, codes};
use etappe_base::withheld::Reason;

/// An address that is wrong wherever it stands.
pub(super) fn faulty(link: &Link, place: Place) -> Option<Finding> {
    let dest = &link.dest;
    let found = match link.fault()? {
        Fault::Runs(scheme) => Finding::new(
            &codes::LINK_UNSAFE,
            place,
            format!("An address with `{scheme}:` runs as a program."),
        )
        .label("readers see no link here")
        .help("link to a page, or write the text without a link"),
        Fault::Device(device) => {
            let what = match device {
                Device::File => "means a file on one machine",
                Device::Drive => {
                    "begins with the letter of a drive, so it means a file on one machine"
                }
                Device::Share => {
                    "begins with a backslash, so it means a file in one office's network"
                }
            };
            Finding::new(&codes::LINK_LOCAL, place, format!("`{dest}` {what}."))
                .label("readers see no link here")
                .help("put the file beside the page or under static/, and link to it there")
        }
        Fault::Loopback(host) => Finding::new(
            &codes::LINK_LOCAL,
            place,
            format!("`{host}` is the reader's own machine, and no site on it."),
        )
        .label("leads nowhere for readers")
        .help(
            "link to the page's file, or to the address that readers know; an example \
                    is better written as code",
        ),
    };
    Some(found)
}

/// Reports a link to something that is not published, whether or not it exists.
pub(super) fn withheld(link: &Link, reason: Reason, place: Place) -> Finding {
    let (code, label) = match link.kind {
        LinkKind::Page => (&codes::LINK_BROKEN, "readers see no link here"),
        _ => (&codes::IMAGE_MISSING, "readers see a broken image"),
    };
    let help = match reason {
        Reason::Link => {
            "`file.symlink` says what is wrong with it; a copy of the file can be linked to"
        }
        Reason::Litter => "link to another file, or write the text without a link",
        Reason::HoldsKey | Reason::Environment => "take the link out: the file is for nobody else",
        _ => {
            "take the link out; if readers may have the file, give it another name and link to that"
        }
    };
    Finding::new(code, place, format!("`{}` is not published: {}.", link.dest, reason.clause()))
        .label(label)
        .help(help)
}
