//! Bundles: written and read back, and hostile ones.

use std::fs;

use super::*;

const EMPTY: &[u8] = b"\0asm\x0d\0\x01\0";

fn zstd_tar(build: impl FnOnce(&mut tar::Builder<Vec<u8>>)) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    build(&mut archive);
    zstd::encode_all(&*archive.into_inner().expect("tar"), 3).expect("zstd")
}

fn header(name: &[u8], size: u64, kind: tar::EntryType) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.as_mut_bytes()[..name.len()].copy_from_slice(name);
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_cksum();
    header
}

fn with_archive(archive: &[u8]) -> Vec<u8> {
    let mut app = EMPTY.to_vec();
    sections::append(&mut app, FILES_SECTION, archive);
    app
}

fn unpack_error(archive: &[u8]) -> String {
    let cache = tempfile::tempdir().expect("temporary folder");
    let app = with_archive(archive);
    let error = read(&app)
        .expect("sections")
        .unpack(cache.path())
        .expect_err("hostile");
    let left = fs::read_dir(cache.path()).expect("list").count();
    assert_eq!(left, 0, "something was left behind");
    error.to_string()
}

fn sample() -> (Vec<u8>, String) {
    let long = format!("python/0/{}.py", "n".repeat(200));
    let mut files = Files::default();
    files.add_text("templates/a.html".into(), "<p>");
    files.add_text("static/app.css".into(), "p {}");
    files.add_text(long.clone(), "x = 1");
    let manifest = BundleManifest {
        name: "shop".into(),
        language: Some(Language::Python),
        python: vec![Mount {
            folder: "python/0".into(),
            guest: "/0".into(),
        }],
        ..BundleManifest::default()
    };
    (
        write(EMPTY.to_vec(), manifest, &files).expect("write"),
        long,
    )
}

#[test]
fn what_was_written_is_read_back() {
    let (app, long) = sample();
    let bundle = read(&app).expect("read");
    assert_eq!(bundle.manifest.name, "shop");
    assert_eq!(bundle.manifest.files["static"], 1);
    assert_eq!(&*bundle.component, EMPTY);
    let cache = tempfile::tempdir().expect("temporary folder");
    let folder = bundle.unpack(cache.path()).expect("unpack");
    assert_eq!(
        fs::read_to_string(folder.join("templates/a.html")).expect("template"),
        "<p>"
    );
    assert_eq!(
        fs::read_to_string(folder.join(long)).expect("long name"),
        "x = 1"
    );
    assert_eq!(
        bundle.python_folders(&folder),
        [(folder.join("python/0"), "/0".to_owned())]
    );
    assert_eq!(bundle.unpack(cache.path()).expect("again"), folder);
    assert_eq!(fs::read_dir(cache.path()).expect("list").count(), 1);
    assert!(
        bundle
            .summary()
            .contains(&"files       1 in python".to_owned())
    );
}

#[test]
fn the_same_files_give_the_same_bytes() {
    assert_eq!(sample().0, sample().0);
}

#[test]
fn writing_again_replaces_the_sections() {
    let (app, _) = sample();
    let again = write(app, BundleManifest::default(), &Files::default()).expect("write");
    let bundle = read(&again).expect("read");
    assert_eq!(bundle.manifest.name, "app");
    assert!(bundle.archive.is_none());
}

#[test]
fn a_plain_component_is_an_app_without_files() {
    let bundle = read(EMPTY).expect("read");
    assert_eq!(bundle.manifest, BundleManifest::default());
    let cache = tempfile::tempdir().expect("temporary folder");
    let folder = bundle.unpack(cache.path()).expect("unpack");
    assert_eq!(fs::read_dir(folder).expect("list").count(), 0);
}

#[test]
fn what_is_no_component_is_told_apart() {
    assert!(matches!(read(b""), Err(BundleError::NotWasm)));
    assert!(matches!(read(b"#!/bin/sh"), Err(BundleError::NotWasm)));
    assert!(matches!(
        read(b"\0asm\x01\0\0\0"),
        Err(BundleError::CoreModule)
    ));
    assert!(matches!(
        read(b"\0asm\x09\0\x01\0"),
        Err(BundleError::Damaged { .. })
    ));
}

#[test]
fn a_bundle_cut_off_anywhere_is_an_error_or_a_smaller_app() {
    let (app, _) = sample();
    for end in 0..app.len() {
        let Ok(bundle) = read(&app[..end]) else {
            continue;
        };
        // Only where a section ends exactly: the rest is whole.
        assert!(bundle.archive.is_none());
        assert_eq!(&*bundle.component, EMPTY);
    }
}

#[test]
fn damaged_bytes_never_panic_and_never_unpack_halfway() {
    let (app, _) = sample();
    for position in 8..app.len() {
        let mut bytes = app.clone();
        bytes[position] ^= 0xff;
        let Ok(bundle) = read(&bytes) else { continue };
        let cache = tempfile::tempdir().expect("temporary folder");
        if bundle.unpack(cache.path()).is_err() {
            assert_eq!(fs::read_dir(cache.path()).expect("list").count(), 0);
        }
    }
}

#[test]
fn a_manifest_of_a_later_format_is_refused_with_both_numbers() {
    let mut app = EMPTY.to_vec();
    sections::append(&mut app, MANIFEST_SECTION, br#"{"format": 9}"#);
    let error = read(&app).expect_err("later").to_string();
    assert_eq!(
        error,
        "the app has format 9, and this version reads formats up to 2"
    );
    let mut app = EMPTY.to_vec();
    sections::append(&mut app, MANIFEST_SECTION, b"{");
    assert!(matches!(read(&app), Err(BundleError::Manifest(_))));
}

#[test]
fn a_mount_cannot_lead_out_of_the_bundle() {
    let mut app = EMPTY.to_vec();
    let json = br#"{"python": [{"folder": "../../etc", "guest": "/0"}]}"#;
    sections::append(&mut app, MANIFEST_SECTION, json);
    assert!(matches!(read(&app), Err(BundleError::Name(_))));
}

#[test]
fn static_files_have_urls_with_digests_where_those_are_known() {
    let mut app = EMPTY.to_vec();
    let json = br#"{"format": 2, "static_url": "/s", "assets":
        {"css/a b.css": "9f86d081884c", "x.png": null}}"#;
    sections::append(&mut app, MANIFEST_SECTION, json);
    let bundle = read(&app).expect("read");
    let pair = |name: &str, other: &str| (name.to_owned(), other.to_owned());
    assert_eq!(
        bundle.asset_urls(),
        [
            pair("css/a b.css", "/s/css/a%20b.9f86d081884c.css"),
            pair("x.png", "/s/x.png"),
        ]
    );
    let digests: Vec<_> = bundle.asset_digests().collect();
    assert_eq!(digests, [pair("css/a b.css", "9f86d081884c")]);
}

#[test]
fn an_app_built_before_there_were_digests_is_read() {
    let mut app = EMPTY.to_vec();
    let json = br#"{"format": 1, "static_url": "/static", "files": {"static": 3}}"#;
    sections::append(&mut app, MANIFEST_SECTION, json);
    let bundle = read(&app).expect("read");
    assert_eq!(bundle.asset_urls(), []);
    assert_eq!(bundle.asset_digests().count(), 0);
}

#[test]
fn hostile_names_and_digests_of_static_files_are_refused() {
    for (json, error) in [
        (r#"{"assets": {"../x": null}}"#, "leads out of it"),
        (r#"{"assets": {"/x": "9f86d081884c"}}"#, "leads out of it"),
        (r#"{"assets": {"x": "../../../etc"}}"#, "which is none"),
        (r#"{"assets": {"x": "9F86D081884C"}}"#, "which is none"),
        (r#"{"assets": {"x": "\r\n: 12345678"}}"#, "which is none"),
        (r#"{"assets": {"x": ""}}"#, "which is none"),
    ] {
        let mut app = EMPTY.to_vec();
        sections::append(&mut app, MANIFEST_SECTION, json.as_bytes());
        let found = read(&app).expect_err("hostile").to_string();
        assert!(found.contains(error), "{json}: {found}");
    }
}

#[test]
fn more_files_than_an_app_can_have_are_refused_when_it_is_written() {
    let mut files = Files::default();
    for index in 0..=100_000 {
        files.add_text(format!("static/{index}"), "");
    }
    let error = write(EMPTY.to_vec(), BundleManifest::default(), &files)
        .expect_err("too many")
        .to_string();
    assert_eq!(
        error,
        "the app has 100001 files, and an app has at most 100000"
    );
    let mut files = Files::default();
    files.add_bytes("static/large".into(), vec![0; 512 << 20]);
    let error = write(EMPTY.to_vec(), BundleManifest::default(), &files)
        .expect_err("too large")
        .to_string();
    assert_eq!(error, "the app has more than 512 MiB of files");
}

#[test]
fn names_that_lead_out_are_refused() {
    for name in [
        "../x",
        "/etc/passwd",
        "a/../../x",
        "a//b",
        "./a",
        "a/.",
        "c:x",
        "a\\b",
        "a/",
    ] {
        let archive = zstd_tar(|tar| {
            tar.append(
                &header(name.as_bytes(), 1, tar::EntryType::Regular),
                &b"x"[..],
            )
            .expect("entry");
        });
        let error = unpack_error(&archive);
        assert!(error.contains("leads out of it"), "{name}: {error}");
    }
    let archive = zstd_tar(|tar| {
        tar.append(&header(b"\xff\xfe", 1, tar::EntryType::Regular), &b"x"[..])
            .expect("entry");
    });
    assert!(unpack_error(&archive).contains("leads out of it"));
}

#[test]
fn a_long_name_that_leads_out_is_refused_too() {
    let name = b"../../x";
    let archive = zstd_tar(|tar| {
        let long = header(
            b"././@LongLink",
            name.len() as u64,
            tar::EntryType::GNULongName,
        );
        tar.append(&long, &name[..]).expect("name");
        tar.append(&header(b"innocent", 1, tar::EntryType::Regular), &b"x"[..])
            .expect("entry");
    });
    assert!(unpack_error(&archive).contains("leads out of it"));
}

#[test]
fn links_and_devices_are_refused() {
    for kind in [
        tar::EntryType::Symlink,
        tar::EntryType::Link,
        tar::EntryType::Fifo,
        tar::EntryType::Char,
        tar::EntryType::XHeader,
    ] {
        let archive = zstd_tar(|tar| {
            tar.append(&header(b"x", 0, kind), &b""[..]).expect("entry");
        });
        assert!(
            unpack_error(&archive).contains("an entry is no file"),
            "{kind:?}"
        );
    }
}

#[test]
fn a_bomb_is_refused_before_it_is_in_memory() {
    let archive = zstd_tar(|tar| {
        let bomb = header(b"zeros", 600 << 20, tar::EntryType::Regular);
        tar.append(&bomb, std::io::repeat(0).take(600 << 20))
            .expect("entry");
    });
    assert!(archive.len() < 1 << 20);
    assert_eq!(
        unpack_error(&archive),
        "the app's files are damaged: they are larger than 512 MiB"
    );
}

#[test]
fn an_archive_that_is_none_is_damaged() {
    assert!(unpack_error(b"not zstd").starts_with("the app's files are damaged"));
    let text = zstd::encode_all(&b"not tar"[..], 3).expect("zstd");
    assert!(unpack_error(&text).starts_with("the app's files are damaged"));
    let mut cut = zstd_tar(|tar| {
        tar.append(&header(b"a", 5000, tar::EntryType::Regular), &[7; 5000][..])
            .expect("entry");
    });
    cut.truncate(cut.len() - 4);
    assert!(unpack_error(&cut).starts_with("the app's files are damaged"));
}

use std::io::Read as _;
