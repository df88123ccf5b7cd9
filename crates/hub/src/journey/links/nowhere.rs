//! What is said about a link that leads nowhere, and what to do about it.

use super::{Hindrance, LinkUse};
use crate::config::LangIx;
use crate::content::{Link, LinkKind};
use crate::journey::address::Located;
use crate::journey::build::page_place;
use crate::journey::kinds::FileKind;
use crate::journey::links::bare::BareAddress;
use crate::journey::{DocIx, Hub, PageIx, SiteIx, State, barred};
use etappe_base::finding::{Edit, Finding, Fix, Place, codes, did_you_mean};

pub(super) fn miscased(link: &Link, name: &str, place: Place) -> Finding {
    let written = link.dest.split(['#', '?']).next().unwrap_or_default();
    let message = format!("`{written}` is written `{name}` in capitals and small letters.");
    let whole = if name.rsplit('/').next().is_some_and(|last| last.contains('.')) {
        format!("/{name}")
    } else {
        format!("/{name}.md")
    };
    let fix = Fix {
        title: format!("Write `{whole}`"),
        edits: vec![Edit::new(place.clone(), format!("{whole}{}", &link.dest[written.len()..]))],
    };
    let finding =
        Finding::new(&codes::LINK_CASE, place, message).label("found on some systems only");
    finding.help(format!("write it as the file is named: `{whole}`")).maybe_fix(Some(fix))
}

pub(super) fn broken(hub: &Hub, doc: DocIx, link: &Link, place: Place, suggests: bool) -> Finding {
    // A name with backslashes is none that a file has.
    let named = Some(&link.dest).filter(|dest| !dest.contains('\\'));
    if let Some(reason) = named.and_then(|dest| hub.addresses.withheld(hub.key_of(doc), dest)) {
        return barred::withheld(link, reason, place);
    }
    if let Some(bare) = BareAddress::of(&link.dest) {
        return bare.finding(link, place);
    }
    let is_shown = link.kind != LinkKind::Page;
    let addresses = &hub.addresses;
    let near = || addresses.near(hub.key_of(doc), &link.dest, is_shown);
    let near = suggests.then(near).flatten();
    let help = near.as_ref().map(|near| format!("did you mean `{}`?", near.path));
    let written = link.dest.split(['#', '?']).next().unwrap_or_default();
    // Only one page has this name: it has moved.
    let fix = near.filter(|near| near.moved).map(|near| Fix {
        title: format!("Write `{}`", near.path),
        edits: vec![Edit::new(
            place.clone(),
            format!("{}{}", near.path, &link.dest[written.len()..]),
        )],
    });
    let dest = &link.dest;
    let finding = if is_shown {
        let kind = FileKind::of(written);
        // What is shown without an extension is most likely an image.
        let (noun, loss) = match kind {
            FileKind::Page => ("file", FileKind::Image.loss()),
            kind => (kind.noun(), kind.loss()),
        };
        let message = format!("There is no {noun} `{dest}`.");
        let usual = "put the file beside the page or under static/, or correct the path";
        Finding::new(&codes::IMAGE_MISSING, place, message)
            .label(loss)
            .help(help.unwrap_or_else(|| usual.to_owned()))
    } else if addresses.is_folder(hub.key_of(doc), dest) {
        let message = format!("`{dest}` is a folder without a page of its own.");
        Finding::new(&codes::LINK_BROKEN, place, message)
            .label("leads nowhere")
            .help("write an `index.md` in that folder, or link to a page in it")
    } else {
        let usual = "correct the path, or write the text without a link; readers see no link here";
        Finding::new(&codes::LINK_BROKEN, place, format!("There is no page or file `{dest}`."))
            .label("leads nowhere")
            .help(help.unwrap_or_else(|| usual.to_owned()))
    };
    finding.maybe_fix(fix)
}

/// A link or an image that is text, since its address holds spaces. `None` where it may have been
/// meant as text.
pub(super) fn unread(hub: &Hub, doc: DocIx, link: &Link) -> Option<Finding> {
    let place = Place::new(&hub.facets(doc).file, link.span);
    let located = |dest: &str| hub.addresses.locate(hub.key_of(doc), dest);
    let slashed = link.dest.replace('\\', "/");
    let meant = match () {
        () if link.fault().is_some() => return None,
        () if !link.is_internal() => {
            let is_web = ["https://", "http://"].iter().any(|start| link.dest.starts_with(start));
            is_web.then(|| link.dest.to_string())?
        }
        () if located(&link.dest) != Located::Broken => link.dest.to_string(),
        () if located(&slashed) != Located::Broken => slashed,
        () if names_file(&link.dest) => {
            let finding = broken(hub, doc, link, place, true);
            return Some(finding.help("an address with a space stands in `<` and `>`"));
        }
        () => return None,
    };
    let what = if link.kind == LinkKind::Page { "link" } else { "image" };
    let message = format!("`{}` holds a space, so this is no {what}.", link.dest);
    let finding = Finding::new(&codes::LINK_ADDRESS, place.clone(), message);
    Some(mended(finding.label("readers see the brackets"), place, &format!("<{meant}>")))
}

/// A link whose address has backslashes, and would lead somewhere with slashes.
pub(super) fn with_slashes(hub: &Hub, doc: DocIx, link: &Link, place: &Place) -> Option<Finding> {
    if !link.dest.contains('\\') {
        return None;
    }
    let meant = link.dest.replace('\\', "/");
    if hub.addresses.locate(hub.key_of(doc), &meant) == Located::Broken {
        return None;
    }
    let message = format!("`{}` has backslashes, which lead nowhere on the web.", link.dest);
    let finding = Finding::new(&codes::LINK_ADDRESS, place.clone(), message);
    let finding = finding.label(match link.kind {
        LinkKind::Page => "readers see no link here",
        _ => "readers see a broken image",
    });
    let written = if meant.contains(' ') { format!("<{meant}>") } else { meant };
    Some(mended(finding, place.clone(), &written))
}

fn mended(finding: Finding, place: Place, written: &str) -> Finding {
    let title = format!("Write `{written}`");
    let fix = Fix { title, edits: vec![Edit::new(place, written.to_owned())] };
    finding.help(format!("write `{written}`")).maybe_fix(Some(fix))
}

/// Whether an address ends as the name of a file does.
fn names_file(dest: &str) -> bool {
    let path = dest.split(['#', '?']).next().unwrap_or_default();
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    name.rsplit_once('.').is_some_and(|(stem, ending)| {
        !stem.is_empty()
            && (2..6).contains(&ending.len())
            && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// A fragment that names nothing, on some of the sites that show the link or on all of them.
pub(super) fn no_anchor(
    hub: &Hub,
    used: &LinkUse<'_>,
    target: DocIx,
    fragment: &str,
    place: Place,
    suggests: bool,
) -> Option<Finding> {
    let facets = hub.facets(target);
    let has = |variant: &usize| {
        fragment.is_empty() || fragment == "top" || facets.has_id(*variant, fragment)
    };
    // What these readers are shown of the target; of the page itself, the variants that have the
    // link.
    let shown = |site: &SiteIx| facets.variant(hub.site(*site).persona);
    let lost: Vec<SiteIx> = used.sites.iter().copied().filter(|site| !has(&shown(site))).collect();
    let own = target == used.doc;
    let all = if own { used.variants.clone() } else { (0..facets.ids.len()).collect() };
    let nowhere = !all.iter().any(has);
    if lost.is_empty() && !nowhere {
        return None;
    }
    let variants = lost.first().map_or(all, |site| vec![shown(site)]);
    let message = match nowhere {
        true => format!("`{}` has no heading `#{fragment}`.", facets.file),
        false => {
            let mut names: Vec<&str> =
                lost.iter().map(|site| &*hub.config.persona(hub.site(*site).persona).id).collect();
            names.dedup();
            format!(
                "`{}` has no heading `#{fragment}` on the site of `{}`.",
                facets.file,
                names.join("`, `")
            )
        }
    };
    let finding = Finding::new(&codes::LINK_ANCHOR, place, message)
        .label("readers land at the top of the page");
    if !suggests {
        return Some(
            finding.help("name a heading of that page, or leave out the `#` and what follows"),
        );
    }
    let ids = variants.iter().flat_map(|variant| &facets.ids[*variant]).map(|id| &**id);
    let known: Vec<&str> = ids.filter(|id| !id.starts_with("fn")).collect();
    Some(finding.help(if known.is_empty() {
        "that page has no headings: leave out the `#` and what follows".to_owned()
    } else {
        did_you_mean(fragment, known)
    }))
}

pub(super) fn hindered(
    hub: &Hub,
    page: PageIx,
    first: Hindrance,
    kept: &[(SiteIx, Hindrance)],
    used: &LinkUse<'_>,
    place: Place,
) -> Finding {
    let LinkUse { link, sites, .. } = used;
    let of_front = super::of_front(&hub.facets(used.doc).front);
    // No `for` can stand in front matter.
    let is_of_front = of_front.iter().any(|own| own.span == link.span);
    // Those whose link leads somewhere.
    let led = sites.iter().filter(|site| !kept.iter().any(|(kept, _)| kept == *site));
    let mut led: Vec<&str> =
        led.map(|site| &*hub.config.persona(hub.site(*site).persona).id).collect();
    led.dedup();
    let kept: Vec<SiteIx> =
        kept.iter().filter(|(_, hindrance)| *hindrance == first).map(|(site, _)| *site).collect();
    let mut names: Vec<&str> =
        kept.iter().map(|site| &*hub.config.persona(hub.site(*site).persona).id).collect();
    names.dedup();
    let on = names.join("`, `");
    let page = hub.page(page);
    let lang = kept.first().map(|site| hub.site(*site).lang).unwrap_or(LangIx::DEFAULT);
    let target =
        page.docs[usize::from(lang.0)].or_else(|| page.docs.iter().flatten().next().copied());
    let (code, message, help) = match first {
        Hindrance::Untranslated => (
            &codes::LINK_UNTRANSLATED,
            format!("`{}` has no page in {}.", link.dest, hub.config.lang(lang).code),
            format!(
                "write `content/{}.{}.md`, leave the link out in this language, or let such links \
                 lead to the hub's first language: `fallback = \"link\"` in hub.toml",
                page.key.as_str(),
                hub.config.lang(lang).code
            ),
        ),
        Hindrance::Unpublished => (
            &codes::LINK_UNPUBLISHED,
            format!(
                "`{}` is not published{}.",
                link.dest,
                target.map_or(String::new(), |doc| why(hub.doc(doc).state))
            ),
            "publish the target first, or leave the link out; readers see no link here".to_owned(),
        ),
        Hindrance::CrossPersona
        | Hindrance::Broken
        | Hindrance::Barred
        | Hindrance::Faulty
        | Hindrance::ByDate => (
            &codes::LINK_CROSS_PERSONA,
            format!("`{}` is not on the site of `{on}`.", link.dest),
            format!(
                "add `{on}` to the target's `personas`, or name a page that these readers have"
            ),
        ),
    };
    let only = (*code == codes::LINK_CROSS_PERSONA && !is_of_front).then(|| only_to(&led));
    let finding = Finding::new(code, place, message).label("readers see no link here");
    let finding = finding.help(help).maybe_help(only);
    match target {
        Some(target) => finding.related(page_place(hub.facets(target), None), "the target"),
        None => finding,
    }
}

/// How a link is kept from those whose link leads nowhere; the others are `led`.
fn only_to(led: &[&str]) -> String {
    let condition = match led {
        [] => "persona=…".to_owned(),
        [one] => format!("persona={one}"),
        many => format!("persona=\"{}\"", many.join(" ")),
    };
    format!("or keep the link to others: `:::for{{{condition}}}` before it and `:::` behind it")
}

/// A link that a day alone breaks. `None` where no reader meets it: the page comes no sooner than
/// its target.
pub(super) fn by_date(
    hub: &Hub,
    used: &LinkUse<'_>,
    target: DocIx,
    place: Place,
) -> Option<Finding> {
    let state = hub.doc(target).state;
    let help = match state {
        State::Scheduled(day) => {
            let comes_later = |own: State| matches!(own, State::Scheduled(own) if day <= own);
            if comes_later(hub.doc(used.doc).state) {
                return None;
            }
            format!("nothing has to be done: it is a link again on {day}")
        }
        State::Expired(_) => {
            "renew the target, lead readers elsewhere, or write the text without a link".to_owned()
        }
        _ => "lead readers elsewhere, or write the text without a link".to_owned(),
    };
    let message = format!("`{}` is not published{}.", used.link.dest, why(state));
    let finding = Finding::new(&codes::LINK_UNPUBLISHED, place, message)
        .label("readers see no link here")
        .help(help)
        .by_date();
    Some(finding.related(page_place(hub.facets(target), None), "the target"))
}

fn why(state: State) -> String {
    match state {
        State::Published => String::new(),
        State::Scheduled(day) => format!(" before {day}"),
        State::Unapproved(_) => ": its approval does not stand".to_owned(),
        State::Draft => ": it is a draft".to_owned(),
        State::Held => ": it uses what may not be shown".to_owned(),
        State::Blocked => ": it has an error".to_owned(),
        State::Expired(day) => format!(": it expired on {day}"),
        State::Withdrawn => ": it was withdrawn".to_owned(),
    }
}
