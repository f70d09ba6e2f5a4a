//! Custom sections at the top of a component: found without looking into the
//! rest, and appended at the end.

use std::borrow::Cow;
use std::collections::BTreeMap;

use wasm_encoder::{Encode as _, Section as _};
use wasmparser::BinaryReader;

use super::BundleError;

const MAGIC: &[u8] = b"\0asm";
/// Version and layer of a component (the Component Model's Binary.md, preamble).
const COMPONENT: [u8; 4] = [0x0d, 0, 1, 0];
const CORE_MODULE: [u8; 4] = [1, 0, 0, 0];
const CUSTOM: u8 = 0;

/// The wanted sections of a component, and the rest.
pub(super) struct Sections<'a> {
    found: BTreeMap<&'static str, &'a [u8]>,
    /// The bytes between the wanted sections.
    rest: Vec<&'a [u8]>,
}

impl<'a> Sections<'a> {
    pub(super) fn get(&self, name: &str) -> Option<&'a [u8]> {
        self.found.get(name).copied()
    }

    /// Returns the component without the wanted sections; borrowed where they
    /// stood at its end.
    pub(super) fn without(&self) -> Cow<'a, [u8]> {
        match *self.rest.as_slice() {
            [] => Cow::Borrowed(&[]),
            [whole] => Cow::Borrowed(whole),
            ref parts => Cow::Owned(parts.concat()),
        }
    }
}

/// Finds custom sections by name. Where a name comes twice, the first counts.
pub(super) fn find<'a>(
    bytes: &'a [u8],
    wanted: &[&'static str],
) -> Result<Sections<'a>, BundleError> {
    let damaged = |offset: usize, problem: &str| BundleError::Damaged {
        offset,
        problem: problem.into(),
    };
    let malformed = |offset: usize| {
        move |error: wasmparser::BinaryReaderError| BundleError::Damaged {
            offset,
            problem: error.message().into(),
        }
    };
    match (bytes.get(..4), bytes.get(4..8)) {
        (Some(magic), _) if magic != MAGIC => return Err(BundleError::NotWasm),
        (Some(_), Some(version)) if version == CORE_MODULE => return Err(BundleError::CoreModule),
        (Some(_), Some(version)) if version == COMPONENT => {}
        (Some(_), Some(_)) => return Err(damaged(4, "unknown version of the component format")),
        (Some(_), None) => return Err(damaged(bytes.len(), "it ends here")),
        (None, _) => return Err(BundleError::NotWasm),
    }
    let mut sections = Sections {
        found: BTreeMap::new(),
        rest: Vec::new(),
    };
    let mut reader = BinaryReader::new(bytes, 0);
    let position = |reader: &BinaryReader<'_>| bytes.len() - reader.bytes_remaining();
    reader.read_bytes(8).map_err(malformed(0))?;
    let mut kept_from = 0;
    while !reader.eof() {
        let start = position(&reader);
        let id = reader.read_u8().map_err(malformed(start))?;
        let size = reader.read_var_u32().map_err(malformed(start))?;
        let size = usize::try_from(size).map_err(|_| damaged(start, "a section is too large"))?;
        let content = reader
            .read_bytes(size)
            .map_err(|_| damaged(bytes.len(), "a section ends beyond the end of the file"))?;
        if id != CUSTOM {
            continue;
        }
        let mut content = BinaryReader::new(content, 0);
        let name = content.read_string().map_err(malformed(start))?;
        if let Some(name) = wanted.iter().find(|wanted| **wanted == name) {
            let data = content
                .read_bytes(content.bytes_remaining())
                .map_err(malformed(start))?;
            sections.found.entry(name).or_insert(data);
            sections
                .rest
                .extend(bytes.get(kept_from..start).filter(|part| !part.is_empty()));
            kept_from = position(&reader);
        }
    }
    sections
        .rest
        .extend(bytes.get(kept_from..).filter(|part| !part.is_empty()));
    Ok(sections)
}

/// Appends a custom section to a component.
pub(super) fn append(component: &mut Vec<u8>, name: &str, data: &[u8]) {
    let section = wasm_encoder::CustomSection {
        name: name.into(),
        data: data.into(),
    };
    component.push(section.id());
    section.encode(component);
}
