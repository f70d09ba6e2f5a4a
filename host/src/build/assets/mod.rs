//! Static files into the bundle: a digest for each, references between them by
//! digested names, compressed variants beside them.
//!
//! # Layout
//!
//! - `css`, `script`: which URLs a file refers to.
//! - `reference`: which file such a URL means, and what it becomes.
//! - `digests`: names that change with a file or with anything it refers to.
//! - `compress`: variants, made once per content.
//!
//! # Invariants
//!
//! - What is served under a digested name never changes: a digest covers the file as
//!   it is served, and so the digests of all that it refers to.
//! - A reference is changed only where it means a file of the folder.
//! - A file is in the bundle under its own name as it is in the project. One that is
//!   changed by its references is there again, under its digested name: whoever uses
//!   plain names only never meets a digested one, and a module is not loaded twice.

mod compress;
mod css;
mod digests;
mod reference;
mod script;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use rayon::prelude::*;

use super::bundle::Files;
use super::sources::{self, Source};
use super::{BuildError, Mode};
use crate::http::digested_name;
use compress::{Cache, Variant};
use reference::Found;

/// How many references to nothing are reported one by one.
const MAX_WARNINGS: usize = 20;

/// A folder of static files.
pub(super) struct Folder<'a> {
    pub(super) path: &'a Path,
    /// How a person knows it: its path in the project.
    pub(super) name: &'a Path,
    /// The URL path it is served under.
    pub(super) url: &'a str,
    /// Where compressed files are kept for the next build.
    pub(super) cache: &'a Path,
}

/// What was added to the bundle.
#[derive(Debug, Default)]
pub(super) struct Added {
    /// The files that can be asked for, and their digests.
    pub(super) digests: BTreeMap<String, Option<String>>,
    /// What the person should know.
    pub(super) notes: Vec<String>,
}

/// A file with what is known of it.
struct Asset {
    source: Source,
    size: u64,
    /// Of its content as it is in the project.
    hash: blake3::Hash,
    /// Its text and the references in it to other files, by their index.
    references: Option<(String, Vec<(Found, usize)>)>,
    /// Compressed variants that the project brings itself, by their index.
    variants: Vec<usize>,
}

/// Adds the files of a folder to the bundle, below `static`.
pub(super) fn add(folder: &Folder<'_>, mode: Mode, files: &mut Files) -> Result<Added, BuildError> {
    let mut sources = sources::walk_all(folder.path)?;
    let mut added = Added::default();
    let hidden = |source: &Source| source.name.split('/').any(|part| part.starts_with('.'));
    if mode == Mode::Development {
        for source in sources {
            if !hidden(&source) {
                added.digests.insert(source.name.clone(), None);
            }
            files.add(format!("static/{}", source.name), source.path);
        }
        return Ok(added);
    }
    // Never served, and so never asked for; but part of the app as ever.
    for source in sources.extract_if(.., |source| hidden(source)) {
        files.add(format!("static/{}", source.name), source.path);
    }
    let assets = read_all(folder, sources, &mut added.notes)?;
    let stamped = digests::stamp(&assets);

    let served = assets.iter().zip(&stamped);
    let served: Vec<Served<'_>> = served
        .flat_map(|(asset, stamped)| {
            [
                Some(Served::as_it_is(asset)),
                Served::changed(asset, stamped),
            ]
        })
        .flatten()
        .collect();
    for (name, variant) in compress_all(&served, folder.cache)? {
        files.add_variant(name, variant.path);
    }
    for file in served {
        // What the project brings itself takes the place of what was made.
        match file.content {
            Content::File(source) => files.add(file.name, source.path.clone()),
            Content::Text(text) => files.add_bytes(file.name, text.as_bytes().to_vec()),
        }
    }
    for (asset, stamped) in assets.into_iter().zip(stamped) {
        added
            .digests
            .insert(asset.source.name, Some(stamped.digest));
    }
    Ok(added)
}

/// A file as it lies in the bundle.
struct Served<'a> {
    /// Its name in the bundle.
    name: String,
    size: u64,
    hash: blake3::Hash,
    content: Content<'a>,
}

enum Content<'a> {
    File(&'a Source),
    Text(&'a str),
}

impl<'a> Served<'a> {
    fn as_it_is(asset: &'a Asset) -> Self {
        Self {
            name: format!("static/{}", asset.source.name),
            size: asset.size,
            hash: asset.hash,
            content: Content::File(&asset.source),
        }
    }

    fn changed(asset: &Asset, stamped: &'a digests::Stamped) -> Option<Self> {
        let text = stamped.text.as_deref()?;
        let name = digested_name(&asset.source.name, &stamped.digest);
        Some(Self {
            name: format!("static/{name}"),
            size: text.len() as u64,
            hash: blake3::hash(text.as_bytes()),
            content: Content::Text(text),
        })
    }
}

/// Compresses what is worth it; returns variants with their names in the bundle.
fn compress_all(served: &[Served<'_>], cache: &Path) -> Result<Vec<(String, Variant)>, BuildError> {
    let cache = Cache::open(cache)?;
    let tried: Vec<&Served<'_>> = served
        .iter()
        .filter(|file| compress::is_worth_trying(&file.name, file.size))
        .collect();
    let variants = tried
        .par_iter()
        .map(|file| {
            let read = || match file.content {
                Content::Text(text) => Ok(Cow::Borrowed(text.as_bytes())),
                Content::File(source) => read(source).map(Cow::Owned),
            };
            let variants = cache.variants(&file.hash, read)?.into_iter();
            let named = variants.map(|variant| ([&file.name, variant.suffix].concat(), variant));
            Ok(named.collect::<Vec<_>>())
        })
        .collect::<Result<Vec<_>, BuildError>>()?;
    let used: Vec<_> = tried.iter().map(|file| file.hash).collect();
    cache.keep_only(&used)?;
    Ok(variants.into_iter().flatten().collect())
}

fn read(source: &Source) -> Result<Vec<u8>, BuildError> {
    fs::read(&source.path).map_err(BuildError::read(&source.path))
}

/// Reads all files, and resolves the references between them.
fn read_all(
    folder: &Folder<'_>,
    sources: Vec<Source>,
    notes: &mut Vec<String>,
) -> Result<Vec<Asset>, BuildError> {
    let indices: HashMap<String, usize> = sources
        .iter()
        .enumerate()
        .map(|(index, source)| (source.name.clone(), index))
        .collect();
    let read: Vec<(Asset, Vec<String>)> = sources
        .into_par_iter()
        .map(|source| read_one(folder, source, &indices))
        .collect::<Result<_, BuildError>>()?;
    let warnings = read
        .iter()
        .map(|(_, warnings)| warnings.len())
        .sum::<usize>();
    let mut assets = Vec::with_capacity(read.len());
    for (asset, warnings) in read {
        let room = MAX_WARNINGS.saturating_sub(notes.len());
        notes.extend(warnings.into_iter().take(room));
        assets.push(asset);
    }
    if warnings > MAX_WARNINGS {
        notes.push(format!(
            "{} more references to files that are not there",
            warnings - MAX_WARNINGS
        ));
    }
    Ok(assets)
}

fn read_one(
    folder: &Folder<'_>,
    source: Source,
    indices: &HashMap<String, usize>,
) -> Result<(Asset, Vec<String>), BuildError> {
    let content = read(&source)?;
    let mut warnings = Vec::new();
    let shown = folder.name.join(&source.name);
    let mut asset = Asset {
        size: content.len() as u64,
        hash: blake3::hash(&content),
        references: None,
        variants: compress::SUFFIXES
            .iter()
            .filter_map(|suffix| indices.get(&[&source.name, *suffix].concat()).copied())
            .collect(),
        source,
    };
    let find = match asset.source.name.rsplit_once('.') {
        Some((_, "css")) => css::references,
        Some((_, "js" | "mjs")) => script::references,
        _ => return Ok((asset, warnings)),
    };
    let Ok(text) = String::from_utf8(content) else {
        warnings.push(format!(
            "{} is not UTF-8: its references stay as they are",
            shown.display()
        ));
        return Ok((asset, warnings));
    };
    let mut references = Vec::new();
    for found in find(&text) {
        let Some(target) = reference::target(folder.url, &asset.source.name, &found.url) else {
            continue;
        };
        match indices.get(&target) {
            Some(index) => references.push((found, *index)),
            None => warnings.push(format!(
                "{}:{}: `{}` is not among the static files",
                shown.display(),
                found.line,
                found.url.trim()
            )),
        }
    }
    if !references.is_empty() {
        asset.references = Some((text, references));
    }
    Ok((asset, warnings))
}
