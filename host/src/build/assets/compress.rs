//! Compresses static files, once: what was made of a content is kept.
//!
//! # Invariants
//!
//! - A variant is at least 5 % smaller than its file, or is not made.
//! - The cache holds what the last build used, and no more.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::build::BuildError;
use crate::build::workspace::write_whole;

/// Changes with the encoders and their settings: a new one forgets what was kept.
const GENERATION: u32 = 1;
/// Below, a response fits into one packet anyway. Above, it takes minutes.
const SIZES: std::ops::RangeInclusive<u64> = 1024..=64 << 20;
/// The highest level whose window is the 8 MiB that clients must have room for
/// (RFC 9659).
const ZSTD_LEVEL: i32 = 19;

/// Types that are not compressed already, beside text and what is built on JSON or XML.
const LOOSE: [&str; 13] = [
    "application/font-sfnt",
    "application/javascript",
    "application/json",
    "application/rtf",
    "application/vnd.ms-fontobject",
    "application/wasm",
    "application/xml",
    "font/collection",
    "font/otf",
    "font/ttf",
    "image/bmp",
    "image/vnd.microsoft.icon",
    "image/x-icon",
];

/// The suffixes that `http::static_files` looks for.
pub(super) const SUFFIXES: [&str; 3] = [".br", ".zst", ".gz"];

/// A compressed file.
#[derive(Debug)]
pub(super) struct Variant {
    /// What is appended to the file's name.
    pub(super) suffix: &'static str,
    /// Where its content is.
    pub(super) path: PathBuf,
}

/// Tells whether a file may be worth compressing, by name and size.
pub(super) fn is_worth_trying(name: &str, size: u64) -> bool {
    SIZES.contains(&size) && is_loose(name)
}

/// Tells whether a type of content is not compressed already.
fn is_loose(name: &str) -> bool {
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    let (essence, suffix) = (kind.essence_str(), kind.suffix());
    let described = suffix.is_some_and(|suffix| suffix == "xml" || suffix == "json");
    described || essence.starts_with("text/") || LOOSE.contains(&essence)
}

/// The folder of what was compressed.
pub(super) struct Cache {
    folder: PathBuf,
}

impl Cache {
    pub(super) fn open(folder: &Path) -> Result<Self, BuildError> {
        fs::create_dir_all(folder).map_err(BuildError::write(folder))?;
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    /// Returns the variants of a content; it is read only if one is not kept.
    pub(super) fn variants<'a>(
        &self,
        hash: &blake3::Hash,
        read: impl FnOnce() -> Result<Cow<'a, [u8]>, BuildError>,
    ) -> Result<Vec<Variant>, BuildError> {
        let mut variants: Vec<Variant> = SUFFIXES
            .iter()
            .map(|suffix| Variant {
                suffix,
                path: self.folder.join(format!("{hash}-{GENERATION}{suffix}")),
            })
            .collect();
        if !variants.iter().all(|variant| variant.path.is_file()) {
            let content = read()?;
            for variant in &variants {
                let packed =
                    compress(variant.suffix, &content).map_err(BuildError::write(&variant.path))?;
                let pays = packed.len() as u64 * 100 <= content.len() as u64 * 95;
                // An empty file says that it does not pay.
                let kept = if pays { packed.as_slice() } else { &[] };
                write_whole(&variant.path, kept)?;
            }
        }
        variants.retain(|variant| fs::metadata(&variant.path).is_ok_and(|file| file.len() > 0));
        Ok(variants)
    }

    /// Removes what was made of other contents.
    pub(super) fn keep_only(&self, used: &[blake3::Hash]) -> Result<(), BuildError> {
        let failed = || BuildError::read(&self.folder);
        let used: HashSet<String> = used
            .iter()
            .map(|hash| format!("{hash}-{GENERATION}"))
            .collect();
        for entry in fs::read_dir(&self.folder).map_err(failed())? {
            let path = entry.map_err(failed())?.path();
            let stem = path.file_stem().and_then(|stem| stem.to_str());
            if !stem.is_some_and(|stem| used.contains(stem)) {
                fs::remove_file(&path).map_err(BuildError::write(&path))?;
            }
        }
        Ok(())
    }
}

fn compress(suffix: &str, content: &[u8]) -> io::Result<Vec<u8>> {
    let mut packed = Vec::new();
    match suffix {
        ".br" => {
            let parameters = brotli::enc::BrotliEncoderParams {
                quality: 11,
                size_hint: content.len(),
                ..Default::default()
            };
            brotli::BrotliCompress(&mut &*content, &mut packed, &parameters)?;
        }
        ".zst" => packed = zstd::bulk::compress(content, ZSTD_LEVEL)?,
        _ => {
            let level = flate2::Compression::best();
            let mut encoder = flate2::write::GzEncoder::new(&mut packed, level);
            encoder.write_all(content)?;
            encoder.finish()?;
        }
    }
    Ok(packed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    fn open() -> (tempfile::TempDir, Cache) {
        let folder = tempfile::tempdir().expect("temporary folder");
        let cache = Cache::open(&folder.path().join("assets")).expect("cache");
        (folder, cache)
    }

    fn variants(cache: &Cache, content: &[u8]) -> Vec<Variant> {
        let hash = blake3::hash(content);
        cache
            .variants(&hash, || Ok(content.into()))
            .expect("variants")
    }

    #[test]
    fn each_variant_unpacks_to_the_content() {
        let (_folder, cache) = open();
        let content = "body { margin: 0 }\n".repeat(500);
        let made = variants(&cache, content.as_bytes());
        assert_eq!(made.len(), 3);
        for variant in made {
            let packed = fs::read(&variant.path).expect("variant");
            assert!(packed.len() * 20 < content.len());
            let mut unpacked = Vec::new();
            match variant.suffix {
                ".br" => {
                    brotli::BrotliDecompress(&mut &*packed, &mut unpacked).expect("brotli");
                }
                ".zst" => unpacked = zstd::decode_all(&*packed).expect("zstd"),
                _ => {
                    let mut decoder = flate2::read::GzDecoder::new(&*packed);
                    decoder.read_to_end(&mut unpacked).expect("gzip");
                }
            }
            assert_eq!(unpacked, content.as_bytes(), "{}", variant.suffix);
        }
    }

    #[test]
    fn what_does_not_pay_is_not_made_and_not_tried_again() {
        let (_folder, cache) = open();
        let mut noise = vec![0; 5000];
        blake3::Hasher::new().finalize_xof().fill(&mut noise);
        assert!(variants(&cache, &noise).is_empty());
        let again = cache.variants(&blake3::hash(&noise), || panic!("it is known"));
        assert!(again.expect("variants").is_empty());
    }

    #[test]
    fn a_content_is_compressed_once_and_forgotten_when_it_is_not_used() {
        let (_folder, cache) = open();
        let (one, two) = ("one ".repeat(1000), "two ".repeat(1000));
        variants(&cache, one.as_bytes());
        variants(&cache, two.as_bytes());
        let hash = blake3::hash(one.as_bytes());
        cache.keep_only(&[hash]).expect("clean");
        let kept = cache.variants(&hash, || panic!("it is kept"));
        assert_eq!(kept.expect("variants").len(), 3);
        assert_eq!(fs::read_dir(&cache.folder).expect("list").count(), 3);
    }

    #[test]
    fn a_zstd_variant_needs_no_more_memory_than_every_client_has() {
        let mut content = vec![0; 20 << 20];
        blake3::Hasher::new()
            .finalize_xof()
            .fill(&mut content[..4096]);
        let packed = compress(".zst", &content).expect("zstd");
        let mut decoder = zstd::Decoder::new(&*packed).expect("decoder");
        decoder.window_log_max(23).expect("8 MiB");
        let mut sink = io::sink();
        assert_eq!(io::copy(&mut decoder, &mut sink).expect("decode"), 20 << 20);
    }

    #[test]
    fn text_of_some_size_is_tried_and_what_is_packed_is_not() {
        for name in [
            "a.css",
            "a.js",
            "a.mjs",
            "a.html",
            "a.svg",
            "a.json",
            "a.map",
            "a.xml",
            "a.txt",
            "a.wasm",
            "a.ttf",
            "a.otf",
            "a.ico",
            "a.webmanifest",
            "a.md",
            "a.csv",
        ] {
            assert!(is_worth_trying(name, 5000), "{name}");
        }
        for name in [
            "a.png",
            "a.jpg",
            "a.webp",
            "a.avif",
            "a.woff",
            "a.woff2",
            "a.zip",
            "a.gz",
            "a.br",
            "a.mp4",
            "a.pdf",
            "a",
            "a.unknown-type",
        ] {
            assert!(!is_worth_trying(name, 5000), "{name}");
        }
        assert!(!is_worth_trying("a.css", 1023));
        assert!(!is_worth_trying("a.css", 65 << 20));
    }
}
