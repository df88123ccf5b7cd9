//! Addresses that no reader may be given, or that lead nobody anywhere: in every spelling, wherever
//! an author can write one.

use crate::support::command::etappe;
use crate::support::html::Html;
use crate::support::{HubBuilder, Loaded, TODAY, Tree};

/// Addresses that run, as HTML and Markdown have them within angle brackets.
const RUNNING: &[&str] = &[
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "java&#115;cript:alert(1)",
    "java&#x73;cript:alert(1)",
    "javascript&colon;alert(1)",
    "&#1;javascript:alert(1)",
    "java&Tab;script:alert(1)",
    "java&NewLine;script:alert(1)",
    "java\tscript:alert(1)",
    "vbscript:msgbox(1)",
    "data:text/html,x",
    "DATA:Text/HTML;base64,PHN",
    "data:application/xhtml+xml,x",
];

/// Addresses of files of a machine or an office.
const DEVICES: &[&str] = &[
    "file:///C:/Users/me/x.docx",
    "FILE:///etc/x",
    "fi&#108;e:///x",
    "C:/Users/me/x.docx",
    "c:\\\\x",
    "/d:/x",
    "\\\\\\\\server\\\\x",
];

/// Addresses of the reader's own machine.
const LOOPBACKS: &[&str] = &[
    "http://localhost:4400/docs/",
    "HTTPS://LocalHost/",
    "//localhost/x",
    "http://127.0.0.1:8000/",
    "http://127.1/",
    "http://0x7f.1/",
    "http://[::1]:4400/",
    "http://0.0.0.0/",
    "http://&#108;ocalhost/",
    "http://a.localhost/",
];

/// Where an author can write an address: a page's text, with `@` for the address.
const PLACES: &[&str] = &[
    "[x](<@>)",
    "![x](<@>)",
    "[x][r]\n\n[r]: <@>",
    "![x][r]\n\n[r]: <@> 'title'",
    "[![x](/x.png)](<@>)",
    "A note[^1].\n\n[^1]: [x](<@>)",
    ":::note\n[x](<@>)\n:::",
    "| a |\n|---|\n| [x](<@>) |",
    "## [x](<@>)",
    "<a href=\"@\">x</a>",
    "<A HREF='@'>x</A>",
    "<div>\n<a class=x\nhref =\n\"@\">x</a>\n</div>",
    "<area href='@' alt=''>",
    "<img src='@' alt=''>",
    "<form action='@'></form>",
    "<button formaction='@'>x</button>",
    "<object data='@'></object>",
    "<embed src='@'>",
    "<iframe src='@'></iframe>",
    "<svg><a xlink:href='@'>x</a></svg>",
    "<meta http-equiv=refresh content='0;url=@'>",
    "<video poster='@'></video>",
    "<blockquote cite='@'>x</blockquote>",
];

/// Where a directive takes one.
const DIRECTIVES: &[&str] =
    &["::cta[x]{href=\"@\"}", "::video[x]{href=\"@\"}", "::download[x]{href=\"@\"}"];

/// A hub with a page for each text: `p0`, `p1` and so on.
fn pages(texts: &[String]) -> Loaded {
    let hub = HubBuilder::small().file("static/x.png", "x");
    let numbered = texts.iter().enumerate();
    numbered
        .fold(hub, |hub, (at, text)| hub.page(&format!("service/p{at}.md"), "gp", "service", text))
        .load()
}

fn page(text: &str) -> Loaded {
    pages(&[text.to_owned()])
}

/// The findings of a code, as lines.
fn found(loaded: &Loaded, code: &str) -> Vec<String> {
    loaded.all_lines().into_iter().filter(|line| line.contains(code)).collect()
}

/// The number of the page that a line is about.
fn is_about(line: &str, at: usize) -> bool {
    line.starts_with(&format!("content/service/p{at}.md:"))
}

/// Every value of an attribute on a page that could be an address, as a browser reads it.
fn values(tree: &Tree, at: usize) -> Vec<String> {
    let html = Html::read(tree.text(&format!("huisartsen/practice/p{at}/index.html")));
    let plain = |value: &str| value.chars().filter(|c| *c > ' ').collect::<String>().to_lowercase();
    html.addresses.iter().map(|address| plain(&address.value)).collect()
}

fn runs(value: &str) -> bool {
    ["javascript:", "vbscript:", "data:text", "data:app"].iter().any(|bad| value.contains(bad))
}

#[test]
fn what_runs_is_an_error_and_no_link_wherever_it_stands() {
    for place in PLACES {
        let texts: Vec<String> =
            RUNNING.iter().map(|address| place.replace('@', address)).collect();
        let loaded = pages(&texts);
        let (lines, tree) = (found(&loaded, "error link.unsafe"), loaded.tree());
        for (at, text) in texts.iter().enumerate() {
            assert!(
                lines.iter().any(|line| is_about(line, at)),
                "{text:?}: {:#?}",
                loaded.all_lines()
            );
            let shown: Vec<_> = values(&tree, at).into_iter().filter(|value| runs(value)).collect();
            assert!(shown.is_empty(), "{text:?}: {shown:?}");
        }
    }
}

#[test]
fn files_of_a_machine_are_found_and_not_shown_wherever_they_stand() {
    for place in PLACES {
        // Raw HTML knows no escapes.
        let is_markdown = place.contains("](<") || place.contains("]: <");
        let written = |address: &str| {
            if is_markdown { address.to_owned() } else { address.replace("\\\\", "\\") }
        };
        let texts: Vec<String> =
            DEVICES.iter().map(|address| place.replace('@', &written(address))).collect();
        let loaded = pages(&texts);
        let (lines, tree) = (found(&loaded, "warning link.local"), loaded.tree());
        for (at, text) in texts.iter().enumerate() {
            assert!(
                lines.iter().any(|line| is_about(line, at)),
                "{text:?}: {:#?}",
                loaded.all_lines()
            );
            let shown = tree.text(&format!("huisartsen/practice/p{at}/index.html"));
            assert!(!shown.contains("Users/me") && !shown.contains("server"), "{text:?}");
        }
    }
}

#[test]
fn addresses_of_the_readers_own_machine_are_found_wherever_they_stand() {
    for place in PLACES {
        let texts: Vec<String> =
            LOOPBACKS.iter().map(|address| place.replace('@', address)).collect();
        let loaded = pages(&texts);
        let lines = found(&loaded, "warning link.local");
        for (at, text) in texts.iter().enumerate() {
            assert!(
                lines.iter().any(|line| is_about(line, at)),
                "{text:?}: {:#?}",
                loaded.all_lines()
            );
        }
    }
}

#[test]
fn directives_and_front_matter_are_no_way_around() {
    let front = |key: &str, address: &str| {
        let text = format!(
            "+++\ntitle = 'a'\npersonas = 'gp'\nstage = 'service'\n{key} = '{address}'\n+++\n\nText.\n"
        );
        HubBuilder::small().file("content/service/a.md", text).load()
    };
    for (address, code) in [
        ("JavaScript:alert(1)", "link.unsafe"),
        ("data:text/html,x", "link.unsafe"),
        ("file:///C:/Users/me", "link.local"),
        ("http://localhost/", "link.local"),
    ] {
        for place in DIRECTIVES {
            let loaded = page(&place.replace('@', address));
            assert!(
                !found(&loaded, code).is_empty(),
                "{place} {address}: {:#?}",
                loaded.all_lines()
            );
            let shown = values(&loaded.tree(), 0)
                .into_iter()
                .any(|value| runs(&value) || value.contains("users"));
            assert!(!shown, "{place} {address}");
        }
        let image = front("image", address);
        assert!(!found(&image, code).is_empty(), "image {address}: {:#?}", image.all_lines());
        assert!(
            !image
                .tree()
                .text("huisartsen/practice/a/index.html")
                .to_lowercase()
                .contains("javascript:")
        );
        let next = front("next", address);
        assert!(next.has_errors(), "next {address}");
    }
}

#[test]
fn addresses_that_look_alike_are_left_alone() {
    const ALIKE: [&str; 6] = [
        "https://localhost.example/",
        "https://a.example/?to=javascript:x",
        "https://a.example/file:///x",
        "mailto:me@localhost",
        "tel:+31",
        "https://a.example/c:/x",
    ];
    for place in PLACES {
        let texts: Vec<String> = ALIKE.iter().map(|address| place.replace('@', address)).collect();
        let loaded = pages(&texts);
        let lines: Vec<_> = ["link.unsafe", "link.local", "link.own"]
            .iter()
            .flat_map(|code| found(&loaded, code))
            .collect();
        assert_eq!(lines, [""; 0], "{place}");
    }
    for code in [
        "`javascript:x`",
        "    javascript:x",
        "javascript:x",
        "```\n<a href='javascript:x'>\n```",
        "<!-- <a href='javascript:x'> -->",
    ] {
        assert_eq!(page(code).lines(), [""; 0], "{code}");
    }
    let drawing = "<img src=\"data:image/svg+xml,%3Csvg/%3E\" alt=\"\" width=\"1\" height=\"1\">\n";
    assert_eq!(page(drawing).lines(), [""; 0], "no program runs in an image");
}

// The hub's own address.

fn with_address(text: &str) -> Loaded {
    let hub = HubBuilder::small()
        .extended("personas/nurse.toml", "base_url = \"https://nurses.example\"\n")
        .page("service/a.md", "gp nurse", "service", text)
        .page("service/b.md", "gp nurse", "service", "Text.\n")
        .file("static/x.pdf", "x");
    let toml = format!("base_url = \"https://hub.example/docs\"\n{}", hub.text("hub.toml"));
    hub.file("hub.toml", toml).load()
}

#[test]
fn the_hubs_own_address_to_nowhere_is_broken() {
    for address in [
        "https://hub.example/docs/huisartsen/practice/gone/",
        "https://hub.example/docs/huisartsen/practice/gone",
        "http://hub.example/docs/huisartsen/gone.html",
        "HTTPS://HUB.EXAMPLE:443/docs/huisartsen/practice/b%20/",
        "//hub.example/docs/huisartsen/practice/b/index.htm",
        "https://hub.example./docs/huisartsen/practice/x/#y",
        "https://nurses.example/practice/gone/",
        "https://nurses.example/huisartsen/",
    ] {
        let loaded = with_address(&format!("[x]({address})\n"));
        assert_eq!(
            found(&loaded, "error link.broken").len(),
            1,
            "{address}: {:#?}",
            loaded.all_lines()
        );
        let raw = with_address(&format!("<a href='{address}'>x</a>\n"));
        assert_eq!(found(&raw, "error link.broken").len(), 1, "{address}: {:#?}", raw.all_lines());
    }
}

#[test]
fn the_hubs_own_address_of_a_page_had_better_name_its_file() {
    for (address, file) in [
        ("https://hub.example/docs/huisartsen/practice/b/", "/service/b.md"),
        ("https://hub.example/docs/huisartsen/practice/b", "/service/b.md"),
        ("https://hub.example/docs/huisartsen/practice/b/index.html?x#y", "/service/b.md"),
        ("https://nurses.example/practice/b/", "/service/b.md"),
        ("https://hub.example/docs/x.pdf", "/x.pdf"),
        ("https://nurses.example/", "a path"),
        ("https://hub.example/docs", "a path"),
        ("https://hub.example/docs/shop/", "the page's file"),
    ] {
        let loaded = with_address(&format!("[x]({address})\n"));
        assert_eq!(loaded.lines(), [""; 0], "{address}");
        let own: Vec<_> =
            loaded.findings().iter().filter(|finding| finding.code.id == "link.own").collect();
        assert!(
            own.len() == 1 && own[0].help.iter().any(|help| help.contains(file)),
            "{address}: {own:?}"
        );
    }
    for address in [
        "https://hub.example/",
        "https://hub.example/docs-2/x/",
        "https://hub.example:8443/docs/gone/",
        "https://x.hub.example/docs/",
    ] {
        assert!(
            found(&with_address(&format!("[x]({address})\n")), "link.").is_empty(),
            "{address}"
        );
    }
}

#[test]
fn a_base_url_with_a_login_is_refused_and_not_repeated() {
    for url in [
        "https://user:pw-7731@hub.example",
        "https://:pw-7731@hub.example",
        "https://pw-7731@hub.example/docs",
        "htps://u:pw-7731@x",
    ] {
        let hub = HubBuilder::small().page("service/a.md", "gp", "service", "Text.\n");
        let toml = format!("base_url = \"{url}\"\n{}", hub.text("hub.toml"));
        let in_hub = hub.file("hub.toml", toml);
        let in_card =
            HubBuilder::small().extended("personas/nurse.toml", &format!("base_url = \"{url}\"\n"));
        for loaded in [in_hub.load(), in_card.load()] {
            let lines = found(&loaded, "config.invalid-value");
            assert!(lines.len() == 1 && !lines[0].contains("pw-7731"), "{url}: {lines:?}");
        }
        let folder = HubBuilder::small().page("service/a.md", "gp", "service", "Text.\n").on_disk();
        let refused =
            etappe(folder.path(), &["build", "--as-of", TODAY, "--base-url", url]).expect(2);
        assert!(!refused.stderr.contains("pw-7731"), "{}", refused.stderr);
    }
}
