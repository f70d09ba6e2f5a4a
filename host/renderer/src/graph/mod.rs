//! Which templates extend and include which: how deep, and whether it ever ends.
//!
//! Looked at before Tera is, whose own check walks all includes from every template, and
//! finds no bound.

mod tags;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::report::Location;
use crate::settings::File;
pub(crate) use tags::Place;
use tags::{MAX_ELIF, Tag, TagKind, tags};

/// All templates, and perhaps a text beside them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Graph {
    nodes: Arc<HashMap<String, Node>>,
    text: Option<Arc<(String, Node)>>,
}

/// One template.
#[derive(Clone, Debug)]
struct Node {
    source: String,
    extends: Option<Tag>,
    includes: Vec<Tag>,
    blocks: BTreeSet<String>,
}

impl Node {
    fn new(name: &str, source: &str) -> Result<Self> {
        let mut node = Self {
            source: source.to_owned(),
            extends: None,
            includes: Vec::new(),
            blocks: BTreeSet::new(),
        };
        for tag in tags(source) {
            match tag.kind {
                TagKind::Extends => node.extends = node.extends.or(Some(tag)),
                TagKind::Include => node.includes.push(tag),
                TagKind::Block => {
                    node.blocks.insert(tag.name);
                }
                TagKind::Elif => {
                    let message = format!("an `if` has at most {MAX_ELIF} `elif`");
                    return Err(syntax(name, source, tag.place(source), message, &[]));
                }
            }
        }
        Ok(node)
    }
}

impl Graph {
    /// Reads the templates, and checks them.
    pub(crate) fn new(files: &[File], max_depth: u32) -> Result<Self> {
        let mut nodes = HashMap::with_capacity(files.len());
        for file in files {
            nodes.insert(file.name.clone(), Node::new(&file.name, &file.source)?);
        }
        let graph = Self {
            nodes: Arc::new(nodes),
            text: None,
        };
        let mut depths = HashMap::new();
        let mut names: Vec<&str> = graph.nodes.keys().map(String::as_str).collect();
        names.sort_unstable();
        for name in names {
            graph.check(name, max_depth, &mut depths)?;
        }
        Ok(graph)
    }

    /// Adds a text to templates already checked, and checks it.
    pub(crate) fn with_text(&self, name: &str, source: &str, max_depth: u32) -> Result<Self> {
        let mut graph = self.clone();
        graph.text = Some(Arc::new((name.to_owned(), Node::new(name, source)?)));
        graph.check(name, max_depth, &mut HashMap::new())?;
        Ok(graph)
    }

    fn node(&self, name: &str) -> Option<&Node> {
        match &self.text {
            Some(text) if text.0 == name => Some(&text.1),
            _ => self.nodes.get(name),
        }
    }

    /// Tells whether there is such a template.
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.node(name).is_some()
    }

    /// Returns a template's text.
    pub(crate) fn source(&self, name: &str) -> &str {
        self.node(name).map_or("", |node| node.source.as_str())
    }

    /// The templates that one extends, the nearest first.
    pub(crate) fn ancestors<'a>(&'a self, name: &str) -> Vec<&'a str> {
        let mut found = Vec::new();
        let mut node = self.node(name);
        while let Some(tag) = node.and_then(|node| node.extends.as_ref()) {
            if found.len() > self.nodes.len() {
                break;
            }
            found.push(tag.name.as_str());
            node = self.node(&tag.name);
        }
        found
    }

    /// The blocks of a template, and of those it extends.
    pub(crate) fn blocks(&self, name: &str) -> BTreeSet<&str> {
        std::iter::once(name)
            .chain(self.ancestors(name))
            .filter_map(|name| self.node(name))
            .flat_map(|node| node.blocks.iter().map(String::as_str))
            .collect()
    }

    /// The sentence that there is no such template, with those that may be meant.
    pub(crate) fn unknown_template(&self, name: &str) -> String {
        let names = self.nodes.keys().map(String::as_str);
        let hint = nearest(name, names);
        format!("there is no template `{}`{hint}", shortened(name))
    }

    /// The sentence that a template has no such block.
    pub(crate) fn unknown_block(&self, name: &str, block: &str) -> String {
        let blocks = self.blocks(name);
        let hint = match nearest(block, blocks.iter().copied()) {
            hint if !hint.is_empty() => hint,
            _ if blocks.is_empty() => "; it has none".to_owned(),
            _ => {
                let names: Vec<String> = blocks.iter().map(|name| format!("`{name}`")).collect();
                format!("; it has {}", names.join(", "))
            }
        };
        let block = shortened(block);
        format!("template `{name}` has no block `{block}`{hint}")
    }

    /// Walks what a template extends and includes, without recursion: a chain is as long as
    /// its author wants. `depths` has the templates known to be good, with how deep they go.
    fn check<'a>(
        &'a self,
        start: &'a str,
        max_depth: u32,
        depths: &mut HashMap<&'a str, u32>,
    ) -> Result<()> {
        // The way from `start`: a template, and which of its tags was followed.
        let mut way: Vec<(&'a str, &'a Node, usize)> = Vec::new();
        let enter = |name: &'a str| self.node(name).map(|node| (name, node, 0));
        if depths.contains_key(start) {
            return Ok(());
        }
        way.extend(enter(start));
        while let Some((name, node, next)) = way.last_mut() {
            let tag = match *next {
                0 => node.extends.as_ref(),
                at => node.includes.get(at - 1),
            };
            *next += 1;
            let Some(tag) = tag else {
                if *next > node.includes.len() + 1 {
                    let below = node.extends.iter().chain(&node.includes);
                    let depth = below.filter_map(|tag| depths.get(tag.name.as_str())).max();
                    let depth = depth.map_or(0, |depth| depth + 1);
                    depths.insert(name, depth);
                    if depth > max_depth {
                        let message = format!(
                            "templates include and extend one another more than {max_depth} deep"
                        );
                        let tag = node.extends.as_ref().or(node.includes.first());
                        let place = tag.map(|tag| tag.place(&node.source)).unwrap_or_default();
                        return Err(syntax(name, &node.source, place, message, &way_up(&way)));
                    }
                    way.pop();
                }
                continue;
            };
            let (name, node) = (*name, *node);
            if self.node(&tag.name).is_none() {
                let message = self.unknown_template(&tag.name);
                return Err(syntax(
                    name,
                    &node.source,
                    tag.place(&node.source),
                    message,
                    &way_up(&way),
                ));
            }
            if let Some(from) = way.iter().position(|(passed, _, _)| *passed == tag.name) {
                let round = way.iter().skip(from).map(|(name, _, _)| *name);
                let round: Vec<String> = round
                    .chain([tag.name.as_str()])
                    .take(12)
                    .map(|name| format!("`{name}`"))
                    .collect();
                let message = format!("templates go round in a circle: {}", round.join(" -> "));
                return Err(syntax(
                    name,
                    &node.source,
                    tag.place(&node.source),
                    message,
                    &way_up(&way),
                ));
            }
            if !depths.contains_key(tag.name.as_str()) {
                way.extend(enter(&tag.name));
            }
        }
        Ok(())
    }
}

/// Tells whether a text extends a template, or has blocks as one that does.
pub(crate) fn has_layout(text: &str) -> bool {
    let layout = |tag: &Tag| matches!(tag.kind, TagKind::Extends | TagKind::Block);
    tags(text).iter().any(layout)
}

/// From whence the last template of a way was reached.
fn way_up(way: &[(&str, &Node, usize)]) -> Vec<String> {
    let mut chain = Vec::new();
    for (name, node, next) in way.iter().rev().skip(1) {
        let tag = match next.saturating_sub(1) {
            0 => node.extends.as_ref(),
            at => node.includes.get(at - 1),
        };
        chain.push(match tag {
            Some(tag) if tag.kind == TagKind::Include => {
                format!("{name}:{}", tag.place(&node.source).line)
            }
            _ => (*name).to_owned(),
        });
    }
    chain
}

fn syntax(name: &str, source: &str, place: Place, message: String, chain: &[String]) -> Error {
    let location = Location {
        template: name,
        source,
        place,
    };
    Error::Syntax(Box::new(location.report(message, chain)))
}

/// A name that nobody checked, cut to what a message holds.
fn shortened(name: &str) -> String {
    match name.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", name.get(..end).unwrap_or_default()),
        None => name.to_owned(),
    }
}

/// `; did you mean ...`, or nothing where no name is near.
fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> String {
    // The distance takes time by the product of the lengths.
    let short: String = wanted.chars().take(100).collect();
    let mut near: Vec<(f64, &str)> = names
        .filter(|name| name.len() <= 400)
        .map(|name| (strsim::jaro_winkler(&short, name), name))
        .filter(|(likeness, _)| *likeness > 0.85)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    let near: Vec<String> = near
        .iter()
        .take(3)
        .map(|(_, name)| format!("`{name}`"))
        .collect();
    match near.as_slice() {
        [] => String::new(),
        near => format!("; did you mean {}?", near.join(" or ")),
    }
}
