//! The colour of each persona's site: twelve of the theme, or that of its card.

use std::collections::BTreeMap;

use crate::support::command::etappe;
use crate::support::{HubBuilder, root};
use etappe_base::colour::{Colour, WHITE};
use etappe_hub::config::colour::{Accent, DARK_PAPER, DARK_RAISE, LIGHT_PAPER};

fn colour(text: &str) -> Colour {
    text.parse().expect("a colour")
}

fn tokens() -> String {
    std::fs::read_to_string(root().join("themes/default/styles/tokens.css")).expect("it is there")
}

/// The values of a token, the first of them for old browsers.
fn values(css: &str, token: &str) -> Vec<String> {
    let start = format!("{token}: ");
    let lines = css.lines().filter_map(|line| line.trim().strip_prefix(&start));
    lines.map(|value| value.trim_end_matches(';').to_owned()).collect()
}

/// The two colours of `light-dark(#…, #…)`.
fn pair(value: &str) -> [Colour; 2] {
    let pair = value.trim().strip_prefix("light-dark(").and_then(|rest| rest.strip_suffix(')'));
    let (light, dark) = pair.and_then(|pair| pair.split_once(", ")).expect("two colours");
    [light, dark].map(|one| if one == "#fff" { WHITE } else { colour(one) })
}

/// The accents of the theme for light and dark grounds, by number.
fn accents() -> BTreeMap<usize, [Colour; 2]> {
    let css = tokens();
    let first = [(1, pair(&values(&css, "--accent")[1]))];
    let others = css.lines().filter_map(|line| {
        let rest = line.trim().strip_prefix("[data-accent=\"")?;
        let (number, rest) = rest.split_once("\"] { --accent: ")?;
        let value = rest.strip_suffix(" }")?;
        let number = number.parse().expect("a number");
        value.starts_with("light-dark").then(|| (number, pair(value)))
    });
    first.into_iter().chain(others).collect()
}

/// How far two colours are apart to the eye: the distance in OKLab.
fn distance(a: Colour, b: Colour) -> f64 {
    let lab = |colour: Colour| {
        let digits = colour.to_string();
        let linear = |at: usize| {
            let value = u8::from_str_radix(&digits[at..at + 2], 16).expect("two digits");
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        let [r, g, b] = [1, 3, 5].map(linear);
        let l = (0.412_221 * r + 0.536_333 * g + 0.051_446 * b).cbrt();
        let m = (0.211_903 * r + 0.680_700 * g + 0.107_397 * b).cbrt();
        let s = (0.088_302 * r + 0.281_719 * g + 0.629_979 * b).cbrt();
        [
            0.210_454 * l + 0.793_618 * m - 0.004_072 * s,
            1.977_998 * l - 2.428_592 * m + 0.450_594 * s,
            0.025_904 * l + 0.782_772 * m - 0.808_676 * s,
        ]
    };
    let (a, b) = (lab(a), lab(b));
    (0..3).map(|at| (a[at] - b[at]).powi(2)).sum::<f64>().sqrt()
}

#[test]
fn there_are_twelve_accents_that_are_told_apart_and_read_on_every_ground() {
    let css = tokens();
    let [light, dark] = pair(&values(&css, "--paper")[1]);
    assert_eq!((light, dark), (LIGHT_PAPER, DARK_PAPER), "the grounds that cards are checked by");
    assert_eq!(pair(&values(&css, "--raise")[1]), [WHITE, DARK_RAISE]);
    let on_accent = pair(&values(&css, "--on-accent")[1]);
    let all = accents();
    assert_eq!(all.keys().copied().collect::<Vec<_>>(), (1..=12).collect::<Vec<_>>());
    for (number, pair) in &all {
        for (at, ground) in [light, dark].into_iter().enumerate() {
            let accent = pair[at];
            let wash = accent.mixed(ground, 93, 100);
            assert!(accent.contrast(wash) >= 4.5, "accent {number} on its wash");
            assert!(accent.contrast(ground) >= 4.5, "accent {number} on the paper");
            assert!(accent.contrast(on_accent[at]) >= 4.5, "a text on accent {number}");
        }
        assert!(pair[1].contrast(DARK_RAISE) >= 4.5, "accent {number} on what is raised");
        for (other, others) in all.iter().filter(|(other, _)| *other > number) {
            for at in 0..2 {
                let apart = distance(pair[at], others[at]);
                assert!(apart > 0.04, "accents {number} and {other} are {apart:.3} apart");
            }
        }
    }
}

#[test]
fn old_browsers_get_the_light_accents_and_cards_for_social_media_too() {
    let css = tokens();
    let card = std::fs::read_to_string(root().join("themes/default/card.svg")).expect("a drawing");
    let listed = card.split('[').nth(1).and_then(|rest| rest.split(']').next()).expect("a list");
    let listed: Vec<Colour> = listed.split(", ").map(|one| colour(one.trim_matches('"'))).collect();
    for ((number, [light, _]), listed) in accents().into_iter().zip(listed) {
        assert_eq!(light, listed);
        let plain = format!("[data-accent=\"{number}\"] {{ --accent: {light} }}");
        let first = format!("  --accent: {light};");
        assert!(css.contains(if number == 1 { &first } else { &plain }), "accent {number}");
    }
}

#[test]
fn whatever_a_card_names_pages_show_colours_that_are_read() {
    for red in (0..=255).step_by(51) {
        for green in (0..=255).step_by(51) {
            for blue in (0..=255).step_by(51) {
                let Accent { light, dark } = Accent::of(Colour::new(red, green, blue));
                for ground in [LIGHT_PAPER, light.mixed(LIGHT_PAPER, 93, 100), WHITE] {
                    assert!(light.contrast(ground) >= 4.5, "{light} on {ground}");
                }
                for ground in [DARK_PAPER, DARK_RAISE, dark.mixed(DARK_PAPER, 93, 100)] {
                    assert!(dark.contrast(ground) >= 4.5, "{dark} on {ground}");
                }
            }
        }
    }
}

/// Two personas with a page, of whom the first has a colour.
fn coloured(colour: &str) -> HubBuilder {
    HubBuilder::small()
        .edited("hub.toml", "title =", "headers = [\"netlify\"]\ntitle =")
        .edited("personas/gp.toml", "order = 1", &format!("order = 1\ncolour = \"{colour}\""))
        .page("service/a.md", "all", "service", "Text.")
}

#[test]
fn a_card_names_the_colour_of_its_site() {
    let loaded = coloured("#1d4f91").load();
    assert!(!loaded.has_errors(), "{:#?}", loaded.lines());
    let tree = loaded.tree();
    let page = tree.text("huisartsen/practice/a/index.html");
    let style = "<style>@layer tokens{[data-accent=\"13\"]{--accent:#1d4f91}@supports (color:light-dark(#000,#fff)){[data-accent=\"13\"]{--accent:light-dark(#1d4f91,#";
    assert!(page.contains(style), "{page}");
    assert!(page.contains("<body data-accent=\"13\">"));
    let hash = page.split("style-src 'self' ").nth(1).and_then(|rest| rest.split(';').next());
    let hash = hash.expect("the policy allows the style");
    assert!(tree.text("_headers").contains(hash), "and so does the server");
    let chooser = tree.text("index.html");
    assert!(chooser.contains("<li data-accent=\"13\">") && chooser.contains(style));
    assert!(chooser.contains(hash));
    let nurse = tree.text("verpleegkundigen/practice/a/index.html");
    assert!(nurse.contains("<body data-accent=\"2\">") && !nurse.contains("<style"));
}

#[test]
fn a_colour_that_is_too_pale_is_found_and_darkened() {
    let hub = coloured("#FFB000");
    let lines = hub.load().lines();
    let wanted = "personas/gp.toml:4:10 warning config.colour-contrast: `#FFB000` has a contrast of 1.7 with the ground of pages; texts need 4.5.";
    assert_eq!(lines, [wanted]);
    let shown = Accent::of(colour("#ffb000"));
    let tree = hub.load().tree();
    let page = tree.text("huisartsen/index.html");
    assert!(page.contains(&format!("{{--accent:{}}}", shown.light)), "{page}");
    assert!(page.contains(&format!("light-dark({},#ffb000)", shown.light)), "it reads in the dark");
    let disk = hub.on_disk();
    etappe(disk.path(), &["check", "--fix"]);
    assert!(disk.read("personas/gp.toml").contains(&format!("colour = \"{}\"", shown.light)));
    assert!(coloured(&shown.light.to_string()).load().lines().is_empty(), "it suffices");
}

#[test]
fn what_is_no_colour_is_found_where_it_stands() {
    for text in ["blue", "#12345", "rgb(1, 2, 3)", ""] {
        let lines = coloured(text).load().lines();
        let wanted = format!(
            "personas/gp.toml:4:10 error config.invalid-value: `colour` cannot be used: `{text}` is no colour."
        );
        assert!(lines.contains(&wanted), "{lines:#?}");
    }
}

#[test]
fn colours_keep_to_their_persona_whichever_are_built() {
    let all = coloured("#1d4f91").tree();
    let one = coloured("#1d4f91").only("gp").tree();
    let home = "huisartsen/index.html";
    assert_eq!(all.text(home), one.text(home));
}

#[test]
fn the_thirteenth_persona_has_the_first_colour_again() {
    let hub = HubBuilder::empty().file("hub.toml", HubBuilder::small().text("hub.toml"));
    let hub = hub.page("service/a.md", "all", "service", "Text.");
    let hub = (1..=13).fold(hub, |hub, at| {
        let card = format!("label = \"P{at}\"\nslug = \"s{at}\"\norder = {at}\n");
        hub.file(&format!("personas/p{at}.toml"), card)
    });
    let tree = hub.load().tree();
    let accent = |at: usize| {
        let home = tree.text(&format!("s{at}/index.html"));
        home.split("data-accent=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .map(str::to_owned)
    };
    for at in 1..=13 {
        assert_eq!(accent(at), Some(((at - 1) % 12 + 1).to_string()));
    }
}
