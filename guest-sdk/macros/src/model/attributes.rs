//! What stands in `#[model(...)]` of a struct.

use syn::ext::IdentExt as _;
use syn::meta::ParseNestedMeta;
use syn::parse::ParseStream;
use syn::{Attribute, Ident, LitStr, Path, Result, Token, parenthesized};

/// The attributes of a struct.
#[derive(Default)]
pub(super) struct Attributes {
    pub(super) table: Option<String>,
    pub(super) renamed_from: Option<String>,
    pub(super) indexes: Vec<Index>,
    pub(super) checks: Vec<Check>,
    pub(super) full_text: Option<FullText>,
    pub(super) has_many: Vec<HasMany>,
    pub(super) many_to_many: Vec<ManyToMany>,
}

#[derive(Default)]
pub(super) struct Index {
    /// Fields, and whether from the greatest to the smallest.
    pub(super) fields: Vec<(Ident, bool)>,
    pub(super) name: Option<String>,
    pub(super) unique: bool,
    pub(super) condition: Option<String>,
}

pub(super) struct Check {
    pub(super) condition: LitStr,
    pub(super) name: Option<String>,
}

pub(super) struct FullText {
    pub(super) fields: Vec<Ident>,
    pub(super) tokenizer: Option<String>,
}

pub(super) struct HasMany {
    pub(super) name: Ident,
    /// `Comment::POST`.
    pub(super) column: Path,
}

pub(super) struct ManyToMany {
    pub(super) name: Ident,
    pub(super) target: Path,
    pub(super) from: Path,
    pub(super) to: Path,
}

impl Attributes {
    pub(super) fn parse(attributes: &[Attribute]) -> Result<Self> {
        let mut parsed = Self::default();
        for attribute in attributes
            .iter()
            .filter(|attribute| attribute.path().is_ident("model"))
        {
            attribute.parse_nested_meta(|meta| parsed.one(&meta))?;
        }
        Ok(parsed)
    }

    fn one(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let name = meta.path.get_ident().map(ToString::to_string);
        match name.as_deref().unwrap_or_default() {
            "table" => self.table = Some(table_name(meta)?),
            "renamed_from" => self.renamed_from = Some(text(meta)?),
            "index" => self
                .indexes
                .push(inside(meta, |input| index(input, false))?),
            "unique" => self.indexes.push(inside(meta, |input| index(input, true))?),
            "check" => self.checks.push(inside(meta, check)?),
            "full_text" => {
                if self.full_text.is_some() {
                    return Err(
                        meta.error("a model has one full-text search; name all fields in it")
                    );
                }
                self.full_text = Some(inside(meta, full_text)?);
            }
            "has_many" => self.has_many.extend(inside(meta, has_many)?),
            "many_to_many" => self.many_to_many.push(inside(meta, many_to_many)?),
            _ => {
                return Err(meta.error(
                    "no attribute of a model; there are table, index, unique, check, full_text, \
                     has_many, many_to_many, renamed_from",
                ));
            }
        }
        Ok(())
    }
}

/// Parses `= "text"`.
pub(super) fn text(meta: &ParseNestedMeta<'_>) -> Result<String> {
    let text: LitStr = meta.value()?.parse()?;
    Ok(text.value())
}

fn table_name(meta: &ParseNestedMeta<'_>) -> Result<String> {
    let name: LitStr = meta.value()?.parse()?;
    let text = name.value();
    if text.starts_with("_wasgi_") || text.starts_with("sqlite_") {
        let what = "names that begin with `_wasgi_` or `sqlite_` are the host's and SQLite's";
        return Err(syn::Error::new(name.span(), what));
    }
    Ok(text)
}

/// Parses what stands in parentheses.
fn inside<T>(
    meta: &ParseNestedMeta<'_>,
    parse: impl FnOnce(ParseStream<'_>) -> Result<T>,
) -> Result<T> {
    let content;
    parenthesized!(content in meta.input);
    let parsed = parse(&content)?;
    if content.is_empty() {
        Ok(parsed)
    } else {
        Err(content.error("something too much"))
    }
}

/// Parses a comma, unless it is the end.
fn comma(input: ParseStream<'_>) -> Result<()> {
    if !input.is_empty() {
        input.parse::<Token![,]>()?;
    }
    Ok(())
}

/// Parses `= "text"`, where a name went before.
fn is_text(input: ParseStream<'_>) -> Result<Option<String>> {
    input.parse::<Token![=]>()?;
    Ok(Some(input.parse::<LitStr>()?.value()))
}

fn index(input: ParseStream<'_>, unique: bool) -> Result<Index> {
    let mut index = Index {
        unique,
        ..Index::default()
    };
    while !input.is_empty() {
        let word = input.call(Ident::parse_any)?;
        match word.to_string().as_str() {
            "name" if input.peek(Token![=]) => index.name = is_text(input)?,
            "where" if input.peek(Token![=]) => index.condition = is_text(input)?,
            "unique" if input.is_empty() || input.peek(Token![,]) => index.unique = true,
            _ => {
                let direction = input.parse::<Option<Ident>>()?;
                let descending = match direction {
                    None => false,
                    Some(direction) if direction == "desc" => true,
                    Some(direction) if direction == "asc" => false,
                    Some(other) => {
                        let what = "a column of an index is `asc` or `desc`";
                        return Err(syn::Error::new(other.span(), what));
                    }
                };
                index.fields.push((word, descending));
            }
        }
        comma(input)?;
    }
    if index.fields.is_empty() {
        return Err(input.error("name at least one field"));
    }
    Ok(index)
}

fn check(input: ParseStream<'_>) -> Result<Check> {
    let condition: LitStr = input.parse()?;
    comma(input)?;
    let mut name = None;
    if !input.is_empty() {
        let word: Ident = input.parse()?;
        if word != "name" {
            return Err(syn::Error::new(
                word.span(),
                "a check has a `name = \"..\"`",
            ));
        }
        name = is_text(input)?;
    }
    Ok(Check { condition, name })
}

fn full_text(input: ParseStream<'_>) -> Result<FullText> {
    let mut full_text = FullText {
        fields: Vec::new(),
        tokenizer: None,
    };
    while !input.is_empty() {
        let word: Ident = input.parse()?;
        if word == "tokenizer" && input.peek(Token![=]) {
            full_text.tokenizer = is_text(input)?;
        } else {
            full_text.fields.push(word);
        }
        comma(input)?;
    }
    if full_text.fields.is_empty() {
        return Err(input.error("name at least one field"));
    }
    Ok(full_text)
}

/// Parses the path of a column: `Comment::POST`.
fn column(input: ParseStream<'_>) -> Result<Path> {
    let path: Path = input.parse()?;
    if path.segments.len() < 2 {
        let what = "write the column of the other model, such as `Comment::POST`";
        return Err(syn::Error::new_spanned(path, what));
    }
    Ok(path)
}

fn has_many(input: ParseStream<'_>) -> Result<Vec<HasMany>> {
    let mut all = Vec::new();
    while !input.is_empty() {
        let name = input.parse()?;
        input.parse::<Token![=]>()?;
        let column = column(input)?;
        all.push(HasMany { name, column });
        comma(input)?;
    }
    Ok(all)
}

fn many_to_many(input: ParseStream<'_>) -> Result<ManyToMany> {
    let name = input.parse()?;
    input.parse::<Token![=]>()?;
    let target = input.parse()?;
    comma(input)?;
    let through: Ident = input.parse()?;
    if through != "through" {
        let what = "write `through = (PostTag::POST, PostTag::TAG)`";
        return Err(syn::Error::new(through.span(), what));
    }
    input.parse::<Token![=]>()?;
    let pair;
    parenthesized!(pair in input);
    let from = column(&pair)?;
    pair.parse::<Token![,]>()?;
    let to = column(&pair)?;
    Ok(ManyToMany {
        name,
        target,
        from,
        to,
    })
}
