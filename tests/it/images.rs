//! Images: what pages say of them, what is published of them, and the smaller sizes that are made
//! once.

use crate::support::HubBuilder;
use crate::support::html::body;

const DRAWING: &str =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"48\" height=\"30\"><path d=\"M0 0\"/></svg>";

const PAGE: &str = "huisartsen/possible/a/index.html";

#[test]
fn every_image_says_its_size_and_all_but_the_first_wait() {
    let hub = HubBuilder::small()
        .page(
            "a.md",
            "gp",
            "awareness",
            "![One](one.svg)\n\n![Two](one.svg \"Title\") and ![three](/logo.svg)\n\n<img src=\"one.svg\" alt=\"\">\n",
        )
        .file("content/one.svg", DRAWING)
        .file("static/logo.svg", DRAWING);
    let tree = hub.tree();
    let html = body(tree.text(PAGE));
    assert!(
        html.contains("svg\" width=\"48\" height=\"30\" decoding=\"async\" alt=\"One\">"),
        "{html}"
    );
    assert!(html.contains("svg\" width=\"48\" height=\"30\" loading=\"lazy\" decoding=\"async\" title=\"Title\" alt=\"Two\">"), "{html}");
    assert!(html.contains("logo.svg\" width=\"48\" height=\"30\" loading=\"lazy\" decoding=\"async\" alt=\"three\">"), "{html}");
    assert!(!html.contains("srcset"), "a drawing has no sizes");
}

#[test]
fn what_could_run_in_a_drawing_is_not_published() {
    let live = DRAWING.replace("<path", "<script>SECRET()</script><path");
    let hub = HubBuilder::small()
        .page("a.md", "gp", "awareness", "![One](one.svg)\n")
        .file("content/one.svg", live.as_str())
        .file("static/as-it-is.svg", live.as_str());
    let loaded = hub.load();
    assert_eq!(loaded.codes(), ["asset.unsafe"]);
    let tree = loaded.tree();
    assert_eq!(tree.holding("SECRET"), ["as-it-is.svg"]);
    assert!(
        tree.paths().iter().any(|path| path.contains("media/one.") && tree.text(path) == DRAWING)
    );
}

#[test]
fn an_image_of_raw_html_says_its_size_unless_its_author_did() {
    let text = "<p><img class=x src=one.svg alt=\"One\" loading=\"lazy\">\n<img src=\"one.svg\" alt=\"\" width=\"20\">\n\
                <img src=\"https://x.example/a.png\" alt=\"\"></p>\n";
    let hub =
        HubBuilder::small().page("a.md", "gp", "awareness", text).file("content/one.svg", DRAWING);
    let loaded = hub.load();
    let tree = loaded.tree();
    let html = body(tree.text(PAGE));
    let tags: Vec<&str> =
        html.split("<img").skip(1).filter_map(|rest| rest.split('>').next()).collect();
    assert!(
        tags[0].ends_with(".svg\" width=\"48\" height=\"30\" alt=\"One\" loading=\"lazy\"")
            && tags[0].starts_with(" class=x src="),
        "{html}"
    );
    assert!(tags[1].ends_with(".svg\" alt=\"\" width=\"20\""), "{html}");
    assert_eq!(tags[2], " src=\"https://x.example/a.png\" alt=\"\"");
}

/// An image of so many pixels, as far as its header says.
fn header(width: u32, height: u32) -> Vec<u8> {
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    let end = b"\x08\x02\0\0\0\0\0\0\0\0\0\0\0IEND\xae\x42\x60\x82";
    [b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".as_slice(), &size, end].concat()
}

#[test]
fn an_image_of_too_many_pixels_is_found_whatever_it_weighs() {
    let hub = |width, height| {
        let page = HubBuilder::small().page("a.md", "gp", "awareness", "![One](one.png)\n");
        page.file("content/one.png", header(width, height))
            .file("static/two.png", header(1, 1))
            .load()
    };
    assert_eq!(hub(6_000, 4_000).codes(), [""; 0]);
    let found = hub(4_000, 6_001);
    assert_eq!(found.codes(), ["asset.oversized"]);
    assert!(
        found.lines()[0].contains("`one.png` is 4000 × 6001 pixels large."),
        "{:?}",
        found.lines()
    );
}

#[cfg(feature = "images")]
mod sizes {
    use std::path::Path;

    use etappe_session::io::Disk;
    use etappe_session::{self as session, Options};
    use image::codecs::jpeg::JpegEncoder;
    use image::{DynamicImage, GenericImageView, Rgb, RgbImage};

    use super::PAGE;
    use crate::support::command::etappe;
    use crate::support::html::body;
    use crate::support::{HubBuilder, TODAY, day, program};

    /// A photograph of so many pixels: dark on the left, light below.
    fn photograph(width: u32, height: u32) -> Vec<u8> {
        let pixel = |x: u32, y: u32| {
            Rgb([(255 * x / width) as u8, (255 * y / height) as u8, ((x * 7 + y * 13) % 32) as u8])
        };
        let mut bytes = Vec::new();
        JpegEncoder::new_with_quality(&mut bytes, 85)
            .encode_image(&RgbImage::from_fn(width, height, pixel))
            .expect("it is encoded");
        bytes
    }

    /// The same with EXIF that says where it was taken, and that it lies on its side.
    fn on_its_side(photograph: &[u8]) -> Vec<u8> {
        let exif =
            b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0SECRET 52.37N";
        let segment = [&[0xFF, 0xE1, 0, exif.len() as u8 + 2], exif.as_slice()].concat();
        [&photograph[..2], &segment, &photograph[2..]].concat()
    }

    fn hub() -> HubBuilder {
        let text =
            "![The ward](ward.jpg)\n\n![The scan](scan.jpg)\n\n[The ward at full size](ward.jpg)\n";
        let front =
            "+++\ntitle = 'a'\npersonas = 'gp'\nstage = 'awareness'\nimage = 'ward.jpg'\n+++\n\n";
        HubBuilder::small()
            .file("content/a.md", format!("{front}{text}"))
            .file("content/ward.jpg", photograph(1000, 80))
            .file("content/scan.jpg", on_its_side(&photograph(120, 500)))
            .file("content/small.png", b"unused".as_slice())
    }

    fn decoded(bytes: &[u8]) -> DynamicImage {
        image::load_from_memory(bytes).expect("it is an image")
    }

    #[test]
    fn a_theme_says_how_wide_its_images_are() {
        let usual = hub().tree();
        let usual = usual.text(PAGE).matches("sizes=\"(min-width: 44rem) 41rem, 100vw\"");
        let own = hub().file("templates/theme.toml", "image_sizes = '(width > 1px) 50vw'\n").tree();
        let own = own.text(PAGE).matches("sizes=\"(width &gt; 1px) 50vw\"").count();
        assert_eq!((usual.count(), own), (3, 3));
    }

    #[test]
    fn a_page_offers_each_size_and_the_original() {
        let tree = hub().tree();
        let html = body(tree.text(PAGE));
        let sets: Vec<&str> =
            html.split("srcset=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(sets.len(), 2, "{html}");
        for (set, expected) in
            sets.iter().zip([["480w", "960w", "1000w"].as_slice(), &["480w", "500w"]])
        {
            let sizes: Vec<(&str, &str)> =
                set.split(", ").filter_map(|one| one.split_once(' ')).collect();
            assert_eq!(sizes.iter().map(|(_, width)| *width).collect::<Vec<_>>(), expected);
            for (address, width) in sizes {
                let path = format!("huisartsen/{}", address.trim_start_matches("../"));
                let found = decoded(tree.bytes(&path));
                // The decoder of this test does not turn what lies on its side.
                let across = if path.contains("scan") && path.ends_with("jpg") {
                    found.height()
                } else {
                    found.width()
                };
                assert_eq!(format!("{across}w"), width, "{path}");
            }
        }
        assert!(html.contains("width=\"1000\" height=\"80\""));
        assert!(tree.text(PAGE).contains("<img class=\"hero\""));
        let hero = tree
            .text(PAGE)
            .split("class=\"hero\"")
            .nth(1)
            .and_then(|rest| rest.split('>').next())
            .unwrap_or_default();
        assert!(
            hero.contains("width=\"1000\"") && hero.contains("960w") && !hero.contains("lazy"),
            "{hero}"
        );
    }

    #[test]
    fn a_photograph_is_upright_and_tells_nothing_of_where_it_was_taken() {
        let tree = hub().tree();
        assert_eq!(tree.holding("SECRET"), [""; 0]);
        let html = body(tree.text(PAGE));
        assert!(html.contains("width=\"500\" height=\"120\""), "{html}");
        let small = tree
            .paths()
            .into_iter()
            .find(|path| path.contains("media/scan.") && path.ends_with(".480.webp"))
            .expect("it is made");
        let small = decoded(tree.bytes(small));
        assert_eq!(small.dimensions(), (480, 116));
        // What was light below is light on the left once it is turned.
        let light = |x: u32, y: u32| u32::from(small.get_pixel(x, y).0[1]);
        assert!(light(20, 58) > light(460, 58) + 100);
    }

    #[test]
    fn an_image_is_what_its_bytes_say_whatever_its_name() {
        let bytes = on_its_side(&photograph(120, 60));
        for name in ["ward.jfif", "ward.JPE", "ward.png", "ward.webp", "ward.tif"] {
            let hub = HubBuilder::small()
                .page("a.md", "gp", "awareness", &format!("![The ward]({name})\n"))
                .file(&format!("content/{name}"), bytes.clone());
            let tree = hub.tree();
            assert_eq!(tree.holding("SECRET"), [""; 0], "{name}");
            let html = body(tree.text(PAGE));
            assert!(html.contains("width=\"60\" height=\"120\""), "{name}: {html}");
        }
    }

    #[test]
    fn what_cannot_be_decoded_is_shown_as_it_is() {
        let broken = photograph(1000, 80)[..400].to_vec();
        let loaded = hub().file("content/ward.jpg", broken.clone()).load();
        assert_eq!(loaded.codes(), ["image.unreadable"]);
        let tree = loaded.tree();
        let small = tree
            .paths()
            .into_iter()
            .find(|path| path.contains("media/ward.") && path.ends_with(".480.webp"))
            .expect("it is there");
        assert_eq!(tree.bytes(small), broken);
    }

    /// Builds into `public`, and gives how many sizes were made for it.
    fn build(root: &Path) -> usize {
        let files = Disk::new(root);
        let made = session::shrink_images(
            &session::load(&files, &Options::on(program(), day(TODAY))),
            &files,
            root,
            &|_, _| (),
        );
        etappe(root, &["build", "--as-of", TODAY]).expect(0);
        made
    }

    #[test]
    fn every_size_is_made_once() {
        let hub = hub().on_disk();
        assert_eq!(build(hub.path()), 3);
        let first = hub.tree("public");
        assert_eq!(build(hub.path()), 0);
        std::fs::remove_dir_all(hub.join("public")).expect("it can be removed");
        hub.write("content/copy.jpg", photograph(1000, 80));
        hub.edit("content/a.md", "image = 'ward.jpg'", "image = 'copy.jpg'");
        assert_eq!(build(hub.path()), 0, "the same image under another name is the same image");
        std::fs::remove_file(hub.join("content/copy.jpg")).expect("it can be removed");
        hub.edit("content/a.md", "image = 'copy.jpg'", "image = 'ward.jpg'");
        assert_eq!(build(hub.path()), 0);
        hub.tree("public").assert_same(&first, "what is kept is what would be made");
    }

    #[test]
    fn a_damaged_size_is_made_anew() {
        let hub = hub().on_disk();
        build(hub.path());
        let first = hub.tree("public");
        for path in crate::support::files_below(&hub.join(".etappe/images")) {
            let mut bytes = std::fs::read(&path).expect("it can be read");
            let last = bytes.len() - 1;
            bytes[last] ^= 1;
            std::fs::write(&path, bytes).expect("it can be written");
        }
        std::fs::remove_dir_all(hub.join("public")).expect("it can be removed");
        build(hub.path());
        hub.tree("public").assert_same(&first, "a damaged size is not published");
    }

    #[test]
    fn raw_html_offers_each_size_too() {
        let tree = hub()
            .page("b.md", "gp", "awareness", "<img src=\"ward.jpg\" alt=\"The ward\">\n")
            .tree();
        let html = body(tree.text("huisartsen/possible/b/index.html"));
        assert!(
            html.contains(".480.webp 480w") && html.contains("width=\"1000\" height=\"80\""),
            "{html}"
        );
        assert!(
            tree.paths()
                .iter()
                .any(|path| path.contains("media/ward.") && path.ends_with(".960.webp"))
        );
    }

    #[test]
    fn sizes_that_no_build_uses_are_removed_after_a_month() {
        use std::time::{Duration, SystemTime};
        let hub = hub().on_disk();
        build(hub.path());
        let kept = hub.join(".etappe/images");
        let all = crate::support::files_below(&kept);
        assert_eq!(all.len(), 3);
        let age = |path: &Path, days: u64| {
            let then = SystemTime::now() - Duration::from_secs(days * 24 * 60 * 60);
            std::fs::File::options()
                .write(true)
                .open(path)
                .and_then(|file| file.set_modified(then))
                .expect("it is there");
        };
        let (old, young, used) = (kept.join("v0/ab/old"), kept.join("v1/ab/young"), &all[0]);
        for path in [&old, &young] {
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
            std::fs::write(path, "x").expect("it can be written");
        }
        age(&old, 31);
        age(&young, 29);
        age(used, 31);
        build(hub.path());
        assert!(!old.exists() && young.exists() && used.exists());
        let stamp = std::fs::metadata(used).and_then(|data| data.modified()).expect("it is there");
        assert!(
            SystemTime::now().duration_since(stamp).unwrap_or_default()
                < Duration::from_secs(60 * 60),
            "its use is noted"
        );
        hub.edit("content/a.md", "![The scan](scan.jpg)", "");
        crate::support::files_below(&kept).iter().for_each(|path| age(path, 31));
        build(hub.path());
        assert_eq!(crate::support::files_below(&kept).len(), 2, "those of the scan are gone");
    }

    #[test]
    fn a_check_makes_no_sizes() {
        let hub = hub().on_disk();
        etappe(hub.path(), &["check", "--as-of", TODAY]).expect(0);
        assert!(!hub.has(".etappe"));
    }
}
