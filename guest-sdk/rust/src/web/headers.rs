//! Header fields, with names in any case.

use std::str::FromStr;

use super::{FromRequest, Request};
use crate::{Error, Result};

/// Header fields in their order. As an extractor: those of the request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// Makes an empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the first field of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut fields = self.iter();
        let (_, value) = fields.find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        Some(value)
    }

    /// Returns all fields of this name.
    pub fn get_all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter()
            .filter(move |(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// Returns the first field of this name, parsed.
    ///
    /// # Errors
    ///
    /// A 400 that names the field, where it does not parse.
    pub fn parse<T: FromStr>(&self, name: &str) -> Result<Option<T>> {
        self.get(name)
            .map(|value| value.trim().parse())
            .transpose()
            .map_err(|_| Error::bad_request(format!("the header {name} cannot be read")))
    }

    /// Replaces all fields of this name.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.remove(name);
        self.append(name, value);
    }

    /// Adds a field, beside others of this name.
    pub fn append(&mut self, name: &str, value: impl Into<String>) {
        self.0.push((name.to_owned(), value.into()));
    }

    /// Removes all fields of this name.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(key, _)| !key.eq_ignore_ascii_case(name));
    }

    /// Iterates over all fields.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl FromRequest for Headers {
    fn from_request(request: &mut Request) -> Result<Self> {
        let fields = request.environ().iter().filter_map(|(key, value)| {
            let name = match key {
                "CONTENT_TYPE" | "CONTENT_LENGTH" if !value.is_empty() => key,
                _ => key.strip_prefix("HTTP_")?,
            };
            let name = name.to_ascii_lowercase().replace('_', "-");
            Some((name, value.to_owned()))
        });
        Ok(Self(fields.collect()))
    }
}
