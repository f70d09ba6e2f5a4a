//! A folder of static files into a bundle, as it lies on the disk of a server.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::build::bundle::{self, Bundle, BundleManifest};
use crate::http::digested_name;

struct Site {
    outer: tempfile::TempDir,
}

/// What a build made of the folder.
struct Built {
    /// The files as a server unpacks them.
    folder: PathBuf,
    notes: Vec<String>,
    digests: BTreeMap<String, Option<String>>,
}

impl Site {
    fn new(files: &[(&str, &str)]) -> Self {
        let site = Self {
            outer: tempfile::tempdir().expect("temporary folder"),
        };
        for (name, text) in files {
            site.write(name, text);
        }
        site
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.outer.path().join("static").join(name);
        fs::create_dir_all(path.parent().expect("parent")).expect("folder");
        fs::write(path, content).expect("file");
    }

    fn build(&self) -> Built {
        self.build_for(Mode::Release)
    }

    fn build_for(&self, mode: Mode) -> Built {
        let folder = Folder {
            path: &self.outer.path().join("static"),
            name: Path::new("static"),
            url: "/static",
            cache: &self.outer.path().join("cache"),
        };
        let mut files = Files::default();
        let added = add(&folder, mode, &mut files).expect("added");
        let manifest = BundleManifest {
            assets: added.digests.clone(),
            ..BundleManifest::default()
        };
        let component = b"\0asm\x0d\0\x01\0".to_vec();
        let app = bundle::write(component, manifest, &files).expect("written");
        let bundle: Bundle<'_> = bundle::read(&app).expect("read");
        let unpacked = bundle.unpack(&self.outer.path().join("bundles"));
        Built {
            folder: unpacked.expect("unpacked").join("static"),
            notes: added.notes,
            digests: added.digests,
        }
    }
}

impl Built {
    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.folder.join(name)).expect(name)
    }

    fn has(&self, name: &str) -> bool {
        self.folder.join(name).is_file()
    }

    fn digest(&self, name: &str) -> String {
        self.digests[name].clone().expect("digest")
    }

    /// Returns the text of a file under its digested name.
    fn changed(&self, name: &str) -> String {
        self.text(&digested_name(name, &self.digest(name)))
    }

    /// Returns the file name with the digest in it.
    fn name(&self, path: &str) -> String {
        let file = path.rsplit('/').next().expect("file");
        digested_name(file, &self.digest(path))
    }
}

#[test]
fn a_digest_is_that_of_the_content_and_the_same_in_every_build() {
    let site = Site::new(&[("a/x.txt", "one"), ("b/y.txt", "one"), ("z.txt", "two")]);
    let built = site.build();
    let expected: String = blake3::hash(b"one").to_hex().chars().take(12).collect();
    assert_eq!(built.digest("a/x.txt"), expected);
    assert_eq!(built.digest("b/y.txt"), expected);
    assert_ne!(built.digest("z.txt"), expected);
    assert_eq!(site.build().digests, built.digests);
    assert_eq!(built.text("a/x.txt"), "one", "a file keeps its own name");
}

#[test]
fn style_sheets_refer_to_digested_names_and_to_all_else_as_before() {
    let site = Site::new(&[
        (
            "css/site.css",
            "@import 'base.css';\n\
             a { b: url(../img/a.png), url( \"../img/a.png?v=1\" ), url('/static/img/a.png#x') }\n\
             @font-face { src: url(\"../f/i c.eot?#iefix\") format('x'), url(../f/i%20c.eot) }\n\
             c { d: url(data:image/png;base64,AA==), url(https://x.y/a.png), url(//x.y/a.png),\n\
             url(/img/a.png), url(#f), url(../../img/a.png) }\n\
             /*# sourceMappingURL=site.css.map */\n",
        ),
        ("css/base.css", "p { color: red }"),
        ("css/site.css.map", "{}"),
        ("img/a.png", "png"),
        ("f/i c.eot", "eot"),
    ]);
    let built = site.build();
    let (png, eot) = (built.name("img/a.png"), built.name("f/i c.eot"));
    let eot = eot.replace(' ', "%20");
    let (base, map) = (built.name("css/base.css"), built.name("css/site.css.map"));
    assert_eq!(
        built.changed("css/site.css"),
        format!(
            "@import '{base}';\n\
             a {{ b: url(../img/{png}), url( \"../img/{png}?v=1\" ), url('/static/img/{png}#x') }}\n\
             @font-face {{ src: url(\"../f/{eot}?#iefix\") format('x'), url(../f/{eot}) }}\n\
             c {{ d: url(data:image/png;base64,AA==), url(https://x.y/a.png), url(//x.y/a.png),\n\
             url(/img/a.png), url(#f), url(../../img/a.png) }}\n\
             /*# sourceMappingURL={map} */\n"
        )
    );
    assert_eq!(built.notes, [""; 0]);
    let plain = built.text("css/site.css");
    assert!(plain.starts_with("@import 'base.css';"), "{plain}");
    assert_eq!(built.text("css/base.css"), "p { color: red }");
    assert!(
        !built.has(&format!("css/{base}")),
        "what is the same is there once"
    );
}

#[test]
fn scripts_refer_to_digested_names() {
    let site = Site::new(&[
        (
            "js/main.js",
            "import { a } from './lib/a.js'; import 'react';\n",
        ),
        ("js/lib/a.js", "export const a = 1\n"),
    ]);
    let built = site.build();
    let a = built.name("js/lib/a.js");
    assert_eq!(
        built.changed("js/main.js"),
        format!("import {{ a }} from './lib/{a}'; import 'react';\n")
    );
    assert_eq!(
        built.text("js/main.js"),
        "import { a } from './lib/a.js'; import 'react';\n",
        "a module that is asked for by its plain name imports plain names"
    );
}

#[test]
fn a_change_changes_the_digests_of_all_that_refer_to_it_and_of_nothing_else() {
    let site = Site::new(&[
        ("a.css", "@import 'b.css';"),
        ("b.css", "p { q: url(c.png) }"),
        ("c.png", "one"),
        ("d.css", "p { color: red }"),
    ]);
    let before = site.build();
    site.write("c.png", "two");
    let after = site.build();
    for name in ["a.css", "b.css", "c.png"] {
        assert_ne!(before.digest(name), after.digest(name), "{name}");
    }
    assert_eq!(before.digest("d.css"), after.digest("d.css"));
}

#[test]
fn files_that_refer_to_each_other_in_a_circle_change_together() {
    let site = Site::new(&[
        ("a.js", "import './b.js'"),
        ("b.js", "import './c.js'; import './leaf.js'"),
        ("c.js", "import './a.js'"),
        ("self.js", "import './self.js'"),
        ("leaf.js", "1"),
        ("user.js", "import './a.js'"),
    ]);
    let before = site.build();
    assert_eq!(site.build().digests, before.digests);
    for (file, target) in [
        ("a.js", "b.js"),
        ("c.js", "a.js"),
        ("self.js", "self.js"),
        ("user.js", "a.js"),
    ] {
        let expected = format!("import './{}'", before.name(target));
        assert_eq!(before.changed(file), expected);
    }
    site.write("leaf.js", "2");
    let after = site.build();
    for name in ["a.js", "b.js", "c.js", "leaf.js", "user.js"] {
        assert_ne!(before.digest(name), after.digest(name), "{name}");
    }
    assert_eq!(before.digest("self.js"), after.digest("self.js"));
    site.write("c.js", "import './a.js' // changed");
    for name in ["a.js", "b.js", "c.js", "user.js"] {
        assert_ne!(after.digest(name), site.build().digest(name), "{name}");
    }
}

#[test]
fn a_reference_to_nothing_is_a_warning_with_file_and_line() {
    let site = Site::new(&[
        ("css/site.css", "p {}\na { b: url(../img/gone.png) }"),
        ("js/a.js", "\n\nimport './gone.js'"),
        ("many.css", &"@import 'gone.css';\n".repeat(30)),
    ]);
    site.write("latin.css", b"/* \xe9 */ a { b: url(gone.png) }");
    let built = site.build();
    assert_eq!(
        built.notes[..3],
        [
            "static/css/site.css:2: `../img/gone.png` is not among the static files",
            "static/js/a.js:3: `./gone.js` is not among the static files",
            "static/latin.css is not UTF-8: its references stay as they are",
        ]
    );
    assert_eq!(built.notes.len(), 21);
    assert_eq!(
        built.notes[20],
        "13 more references to files that are not there"
    );
    assert_eq!(
        built.text("css/site.css"),
        "p {}\na { b: url(../img/gone.png) }"
    );
}

#[test]
fn variants_are_there_where_they_are_smaller() {
    let site = Site::new(&[
        ("large.css", &"body { margin: 0 }\n".repeat(200)),
        ("small.css", "body { margin: 0 }"),
        ("a.png", &"png ".repeat(1000)),
    ]);
    let mut noise = vec![0; 5000];
    blake3::Hasher::new().finalize_xof().fill(&mut noise);
    site.write("noise.txt", &noise);
    let built = site.build();
    for suffix in [".br", ".zst", ".gz"] {
        assert!(built.has(&format!("large.css{suffix}")), "{suffix}");
        for name in ["small.css", "a.png", "noise.txt"] {
            assert!(!built.has(&format!("{name}{suffix}")), "{name}{suffix}");
        }
    }
    assert_eq!(built.digests.len(), 4, "variants are not asked for by name");
}

#[test]
fn variants_are_made_of_what_is_served_under_each_name() {
    let text = "@import 'base.css';\n".to_owned() + &"p { margin: 0 }\n".repeat(100);
    let site = Site::new(&[("site.css", &text), ("base.css", "a {}")]);
    let built = site.build();
    let digested = built.name("site.css");
    for name in ["site.css", &digested] {
        let packed = fs::read(built.folder.join(format!("{name}.zst"))).expect("variant");
        let unpacked = zstd::decode_all(&*packed).expect("zstd");
        assert_eq!(unpacked, built.text(name).as_bytes());
    }
    assert!(built.text(&digested).contains(&built.name("base.css")));
}

#[test]
fn a_variant_of_the_project_takes_the_place_of_ours_and_counts_for_the_digest() {
    let long = "p { margin: 0 }\n".repeat(100);
    let importing = format!("@import 'a.css';\n{long}");
    let site = Site::new(&[
        ("a.css", &long),
        ("a.css.gz", "own"),
        ("b.css", &importing),
        ("b.css.gz", "own"),
    ]);
    let before = site.build();
    assert_eq!(before.text("a.css.gz"), "own");
    assert!(before.has("a.css.br"));
    assert_eq!(before.text("b.css.gz"), "own");
    let changed = format!("{}.gz", before.name("b.css"));
    assert_ne!(
        fs::read(before.folder.join(changed)).expect("made"),
        b"own",
        "it was not made of the changed text"
    );
    site.write("a.css.gz", "new");
    assert_ne!(before.digest("a.css"), site.build().digest("a.css"));
}

#[test]
fn in_development_files_stay_as_they_are() {
    let text = "@import 'b.css';\n".repeat(200);
    let site = Site::new(&[("a.css", &text), ("b.css", "")]);
    let built = site.build_for(Mode::Development);
    assert_eq!(built.text("a.css"), text);
    assert_eq!(fs::read_dir(&built.folder).expect("list").count(), 2);
    assert!(built.digests.values().all(Option::is_none));
    assert_eq!(built.digests.len(), 2);
}

#[test]
fn hidden_files_have_no_digest() {
    let site = Site::new(&[(".well-known/x", "x"), ("a/.y", "y"), ("z", "z")]);
    let built = site.build();
    assert_eq!(built.digests.keys().collect::<Vec<_>>(), ["z"]);
    assert!(built.has(".well-known/x"));
}
