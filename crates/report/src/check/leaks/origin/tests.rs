use super::*;

fn origins() -> Origins {
    let base = Url::parse("https://hub.example").unwrap();
    let hosts = ["hub.example", "gp.example:8080"].map(str::to_owned).into();
    Origins { base, hosts, answers: Some("https://answers.test/a".to_owned()) }
}

fn fetched(html: &str) -> Vec<String> {
    origins().fetched(Fetcher::Page, html.as_bytes())
}

/// Every way to fetch, with `$` for the address.
const WAYS: [&str; 49] = [
    "<img src=$>",
    "<img alt=\"a > b\" src=$>",
    "<img alt=\"<b>\" src=$>",
    "<img alt=\"</p>\" src=$>",
    "<image src=$>",
    "<script src=$></script>",
    "<iframe src=$></iframe>",
    "<frame src=$>",
    "<embed src=$>",
    "<audio src=$>",
    "<video src=$>",
    "<video poster=$>",
    "<source src=$>",
    "<track src=$>",
    "<input type=image src=$>",
    "<img srcset=$>",
    "<source srcset=$>",
    "<link rel=preload imagesrcset=$>",
    "<object data=$></object>",
    "<body background=$>",
    "<table background=$>",
    "<td background=$>",
    "<link rel=stylesheet href=$>",
    "<link rel='alternate stylesheet' href=$>",
    "<link rel=preload href=$>",
    "<link rel=modulepreload href=$>",
    "<link rel=\"shortcut icon\" href=$>",
    "<link rel=apple-touch-icon href=$>",
    "<link rel=manifest href=$>",
    "<link rel=prefetch href=$>",
    "<link rel=prerender href=$>",
    "<link href=$ rel=preconnect>",
    "<link href=$ rel=DNS-Prefetch>",
    "<base href=$>",
    "<a href=x ping=$>",
    "<a ping=$ href=x>",
    "<a href=\"https://other.test\" ping=$>",
    "<form action=$>",
    "<button formaction=$>",
    "<input type=submit formaction=$>",
    "<svg><image href=$ /></svg>",
    "<svg><image xlink:href=$ /></svg>",
    "<svg><use href=$ /></svg>",
    "<svg><filter><feImage href=$ /></filter></svg>",
    "<svg><script href=$ /></svg>",
    "<noscript><img src=$></noscript>",
    "<p>1 < 2 <img src=$>",
    "<?xml-stylesheet type='text/css' href=$ ?>",
    "<p><!-- x --><img src=$>",
];

#[test]
fn every_way_to_fetch_is_seen_in_every_spelling() {
    let addresses = [
        ("https://cdn.test/a.png", "https://cdn.test/a.png"),
        ("http://cdn.test/a.png", "http://cdn.test/a.png"),
        ("HTTPS://CDN.test/a.png", "HTTPS://CDN.test/a.png"),
        ("//cdn.test/a.png", "//cdn.test/a.png"),
        ("\\\\cdn.test/a.png", "\\\\cdn.test/a.png"),
        ("/\\cdn.test/a.png", "/\\cdn.test/a.png"),
        ("https:&#47;&#x2F;cdn.test/a.png", "https://cdn.test/a.png"),
        ("&sol;&sol;cdn.test/a.png", "//cdn.test/a.png"),
        ("&#104;ttps://cdn.test/a.png", "https://cdn.test/a.png"),
    ];
    for way in WAYS {
        for (written, address) in addresses {
            for (before, after) in [("", ""), ("\"", "\""), ("'", "'"), ("\" ", " \""), (" \n", "")]
            {
                let html = format!(
                    "<p>Text.</p>{}",
                    way.replace('$', &format!("{before}{written}{after}"))
                );
                assert_eq!(fetched(&html), [address], "{html}");
            }
            let capitals = way
                .replace("src=", "SRC = ")
                .replace("<img", "<IMG")
                .replace("href=", "hReF =")
                .replace('$', written);
            assert_eq!(fetched(&capitals).last().map(String::as_str), Some(address), "{capitals}");
        }
    }
}

#[test]
fn addresses_within_values_are_seen() {
    for (html, expected) in [
        ("<img srcset=\"a.png 1x, //x.test/b.png 2x\">", "//x.test/b.png"),
        ("<img srcset='https://x.test/b.png'>", "https://x.test/b.png"),
        ("<meta http-equiv=refresh content='0; URL=https://x.test/'>", "https://x.test/"),
        ("<meta content=\"5;url='//x.test'\" http-equiv=Refresh>", "//x.test"),
        ("<meta http-equiv=\"refresh\" content=\"0,https://x.test/\">", "https://x.test/"),
        ("<p style=\"background: url(//x.test/a)\">", "//x.test/a"),
        ("<p style=\"background: url(&quot;//x.test/a&quot;)\">", "//x.test/a"),
        ("<style>a > b { } @import '//x.test/a.css';</style>", "//x.test/a.css"),
        ("<style>a{b:url(\\2f\\2fx.test/a)}</style>", "//x.test/a"),
        ("<svg><rect fill=\"url(https://x.test/a.svg#b)\"/></svg>", "https://x.test/a.svg#b"),
        ("<iframe srcdoc=\"<img src='//x.test/a'>\"></iframe>", "//x.test/a"),
        ("<iframe srcdoc=\"&lt;img src=&#34;&#47;/x.test/a&#34;&gt;\"></iframe>", "//x.test/a"),
    ] {
        assert_eq!(fetched(html), [expected], "{html}");
    }
}

#[test]
fn what_readers_follow_or_read_is_not_fetched() {
    for html in [
        "<a href=\"https://x.test/\">x</a>",
        "<a href='//x.test/'>x</a> <area href=https://x.test>",
        "<link rel=canonical href=https://x.test/><link rel=alternate href='//x.test'>",
        "<meta property=og:image content=https://x.test/a.png>",
        "<p>&lt;img src=\"https://x.test/a.png\"&gt;</p>",
        "<p title=\"<img src='https://x.test/a.png'>\">",
        "<code>src=\"https://x.test/a.png\"</code>",
        "<!-- <img src=\"https://x.test/a.png\"> -->",
        "<script>let a = '<img src=\"https://x.test/a.png\">';</script>",
        "<textarea><img src=\"https://x.test/a.png\"></textarea>",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><use href=\"#a\"/></svg>",
        "<style>/* url(//x.test/a) */ a::after { content: '//x.test' }</style>",
        "<blockquote cite=\"https://x.test/\">",
        "<img src=\"https://hub.example/a.png\"><img src=//HUB.example/b><script src=http://gp.example:8080/x></script>",
        "<img src=\"a//b.png\"><img src=\"data:image/png;base64,//x.test/AA==\">",
        "<form action=\"https://answers.test/a\"></form>",
        "<form action=\"/x//y\"><object data=\"mailto:a@b.test\"></object>",
    ] {
        assert_eq!(fetched(html), [""; 0], "{html}");
    }
}

#[test]
fn hosts_that_begin_like_the_hubs_own_are_others() {
    assert_eq!(
        fetched("<img src=https://hub.example.test/a><img src=https://gp.example/b>"),
        ["https://gp.example/b", "https://hub.example.test/a"]
    );
    assert_eq!(
        fetched("<img src=\"https://hub.example@x.test/a\">"),
        ["https://hub.example@x.test/a"]
    );
}

#[test]
fn style_sheets_fetch_too() {
    let css = b"a { b: url(//x.test/a) } c { d: url(https://hub.example/b) } /* url(//x.test/c) */";
    assert_eq!(origins().fetched(Fetcher::Style, css), ["//x.test/a"]);
}

#[test]
fn reading_takes_time_in_proportion_whatever_stands_there() {
    for piece in [
        "//",
        "< //",
        "<p> //",
        "<!--",
        "<a href=\"https://",
        "</p>//",
        "&#47;",
        "\\",
        "<!-- -->",
        "<i x='",
    ] {
        let html = piece.repeat(100_000 / piece.len());
        fetched(&html);
        fetched(&format!("<p>{html}<img src=//x.test>"));
    }
}
