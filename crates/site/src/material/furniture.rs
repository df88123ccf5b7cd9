//! What stands around every page, and at the end of a route: from what hub.toml and cards name to
//! where it leads on one site.

use crate::view::{FurnitureView, LinkView, LogoFile, LogoView, NoticeView};
use etappe_base::path::{self, HubPath};
use etappe_hub::config::furniture::{HubLink, LinkRole, Logo};
use etappe_hub::config::{Cta, LangIx, StageIx};
use etappe_hub::journey::links::HubWay;
use etappe_hub::journey::{Hub, SiteIx};

/// The hub's furniture as one site shows it; outside any site for `None`.
pub(super) fn view(hub: &Hub, lang: LangIx, site: Option<SiteIx>) -> FurnitureView<'_> {
    let furniture = &hub.config.furniture;
    let notices = furniture.notices.iter().map(|notice| NoticeView {
        kind: notice.kind.map_or("", |kind| kind.0),
        text: notice.text.get(lang),
    });
    FurnitureView {
        logo: furniture.logo.as_ref().and_then(|logo| logo_view(hub, logo)),
        links: furniture.links.iter().filter_map(|link| link_view(hub, link, lang, site)).collect(),
        notices: notices.collect(),
    }
}

/// `None` where there is no such file, which is a finding.
fn logo_view(hub: &Hub, logo: &Logo) -> Option<LogoView> {
    let dark = logo.dark.as_ref().and_then(|dark| logo_file(hub, &dark.value));
    Some(LogoView { light: logo_file(hub, &logo.light.value)?, dark })
}

fn logo_file(hub: &Hub, file: &HubPath) -> Option<LogoFile> {
    let asset = hub.addresses.find_static(file)?;
    let below = file.as_str().strip_prefix("static/")?;
    Some(LogoFile {
        file: path::encode(below).into_owned(),
        width: asset.picture.map(|picture| picture.width),
        height: asset.picture.map(|picture| picture.height),
    })
}

fn link_view<'h>(
    hub: &'h Hub,
    link: &'h HubLink,
    lang: LangIx,
    site: Option<SiteIx>,
) -> Option<LinkView<'h>> {
    let way = hub.hub_way(&link.to.value, site)?;
    let link_to = leading(way, link.label.get(lang), &link.to.value);
    Some(LinkView { role: link.role.map_or("", LinkRole::name), ..link_to })
}

fn leading<'h>(way: HubWay, label: &'h str, written: &str) -> LinkView<'h> {
    let (mut path, mut file, mut href) = (None, None, None);
    match way {
        HubWay::Page(below) => path = Some(below),
        HubWay::File(below) => file = Some(below),
        HubWay::AsWritten => href = Some(written.to_owned()),
    }
    LinkView { label, role: "", path, file, href }
}

/// Where a route that ends with `stage` leads on: by the stage, or else by the persona. `None`
/// where neither says so, or leads to nothing but the output `own` itself.
pub(crate) fn cta<'h>(hub: &'h Hub, ix: SiteIx, stage: StageIx, own: &str) -> Option<LinkView<'h>> {
    let site = hub.site(ix);
    let said = [&hub.config.stage(stage).cta, &hub.config.persona(site.persona).cta];
    let lead = |cta: &'h Cta| {
        let way = hub.hub_way(&cta.to.value, Some(ix))?;
        let own = path::encode(own);
        let is_own = matches!(&way, HubWay::Page(to) if to.split(['#', '?']).next() == Some(&*own));
        (!is_own).then(|| leading(way, cta.label.get(site.lang), &cta.to.value))
    };
    said.into_iter().flatten().find_map(lead)
}
