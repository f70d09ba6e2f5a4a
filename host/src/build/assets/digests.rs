//! Digests of files that refer to each other: each covers what is served, with the
//! digests of other files in it.
//!
//! Where files refer to each other in a circle, none can be named first: there a
//! digest covers all files of the circle, without their names for each other.

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::Asset;
use super::reference::{Found, with_name};
use crate::http::digested_name;

/// Digits of a digest in a name. 48 bits: they tell versions of one file apart, and
/// nobody gains by making two of their own files look alike.
const DIGITS: usize = 12;

/// What became of a file.
#[derive(Debug)]
pub(super) struct Stamped {
    /// Goes into its name.
    pub(super) digest: String,
    /// Its text under its digested name, where that differs from the project's.
    pub(super) text: Option<String>,
}

/// Gives each file its digest, in the order of the files.
pub(super) fn stamp(assets: &[Asset]) -> Vec<Stamped> {
    let mut graph = DiGraph::<(), ()>::with_capacity(assets.len(), 0);
    for _ in assets {
        graph.add_node(());
    }
    for (index, asset) in assets.iter().enumerate() {
        for (_, target) in references(asset) {
            graph.add_edge(NodeIndex::new(index), NodeIndex::new(*target), ());
        }
    }
    let mut names = Names(vec![None; assets.len()]);
    let mut texts: Vec<Option<String>> = vec![None; assets.len()];
    // In postorder: what is referred to comes first.
    for mut circle in kosaraju_scc(&graph) {
        circle.sort();
        let alone = match circle.as_slice() {
            [node] => !graph.contains_edge(*node, *node),
            _ => false,
        };
        let circle: Vec<(usize, &Asset)> = circle
            .into_iter()
            .filter_map(|node| Some((node.index(), assets.get(node.index())?)))
            .collect();
        let mut whole = blake3::Hasher::new();
        for (index, asset) in &circle {
            let text = names.rewrite(asset);
            let hash = content(assets, asset, text.as_deref());
            if alone {
                names.set(asset, *index, hash);
            }
            whole.update(hash.as_bytes());
            whole.update(blake3::hash(asset.source.name.as_bytes()).as_bytes());
        }
        let whole = whole.finalize();
        for (index, asset) in circle.iter().filter(|_| !alone) {
            let name = asset.source.name.as_bytes();
            names.set(asset, *index, blake3::keyed_hash(whole.as_bytes(), name));
        }
        for (index, asset) in &circle {
            if let Some(slot) = texts.get_mut(*index) {
                *slot = names.rewrite(asset);
            }
        }
    }
    let named = names.0.into_iter().zip(texts);
    named
        .map(|(name, text)| Stamped {
            digest: name.map(|(digest, _)| digest).unwrap_or_default(),
            text,
        })
        .collect()
}

fn references(asset: &Asset) -> &[(Found, usize)] {
    asset
        .references
        .as_ref()
        .map_or(&[], |(_, references)| references)
}

/// Digests all that is sent for a file: its content, and its own variants.
fn content(assets: &[Asset], asset: &Asset, text: Option<&str>) -> blake3::Hash {
    let own = text.map_or(asset.hash, |text| blake3::hash(text.as_bytes()));
    if asset.variants.is_empty() {
        return own;
    }
    let mut hasher = blake3::Hasher::new();
    hasher.update(own.as_bytes());
    for variant in asset.variants.iter().filter_map(|own| assets.get(*own)) {
        hasher.update(blake3::hash(variant.source.name.as_bytes()).as_bytes());
        hasher.update(variant.hash.as_bytes());
    }
    hasher.finalize()
}

/// The digests and digested file names known so far.
struct Names(Vec<Option<(String, String)>>);

impl Names {
    fn set(&mut self, asset: &Asset, index: usize, hash: blake3::Hash) {
        let Some(slot) = self.0.get_mut(index) else {
            return;
        };
        let digest: String = hash.to_hex().chars().take(DIGITS).collect();
        let file = asset.source.name.rsplit('/').next().unwrap_or_default();
        let name = digested_name(file, &digest);
        *slot = Some((digest, name));
    }

    /// Returns a file's text with all names that are known; none where nothing changes.
    fn rewrite(&self, asset: &Asset) -> Option<String> {
        let (text, references) = asset.references.as_ref()?;
        let mut new = String::with_capacity(text.len() + references.len() * (DIGITS + 1));
        let mut copied = 0;
        for (found, target) in references {
            let Some(Some((_, name))) = self.0.get(*target) else {
                continue;
            };
            new.push_str(text.get(copied..found.range.start)?);
            new.push_str(&with_name(&found.url, name));
            copied = found.range.end;
        }
        if copied == 0 {
            return None;
        }
        new.push_str(text.get(copied..)?);
        Some(new)
    }
}
