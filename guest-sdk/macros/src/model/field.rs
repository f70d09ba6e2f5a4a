//! A field, and what stands in its `#[model(...)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt as _;
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned as _;
use syn::{Error, Expr, Ident, Path, Result, Type};

use super::attributes::text;

/// A field, which is a column.
pub(super) struct Field {
    pub(super) ident: Ident,
    pub(super) ty: Type,
    pub(super) column: String,
    pub(super) primary_key: bool,
    pub(super) unique: bool,
    pub(super) index: bool,
    pub(super) version: bool,
    pub(super) json: bool,
    pub(super) nocase: bool,
    pub(super) default: Option<Default>,
    pub(super) references: Option<References>,
    pub(super) on_delete: Option<Ident>,
    pub(super) on_update: Option<Ident>,
    pub(super) renamed_from: Option<String>,
    pub(super) fill: Option<String>,
}

pub(super) enum Default {
    Now,
    Value(Box<Expr>),
}

pub(super) enum References {
    /// By its primary key.
    Model(Path),
    /// By a column.
    Column(Path),
}

impl Field {
    pub(super) fn parse(field: syn::Field) -> Result<Self> {
        let span = field.span();
        let ident = field
            .ident
            .ok_or_else(|| Error::new(span, "a column has a name"))?;
        let mut parsed = Self {
            column: ident.unraw().to_string(),
            ident,
            ty: field.ty,
            primary_key: false,
            unique: false,
            index: false,
            version: false,
            json: false,
            nocase: false,
            default: None,
            references: None,
            on_delete: None,
            on_update: None,
            renamed_from: None,
            fill: None,
        };
        for attribute in field
            .attrs
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
            "primary_key" => self.primary_key = true,
            "unique" => self.unique = true,
            "index" => self.index = true,
            "version" => self.version = true,
            "json" => self.json = true,
            "nocase" => self.nocase = true,
            "column" => self.column = text(meta)?,
            "renamed_from" => self.renamed_from = Some(text(meta)?),
            "fill" => self.fill = Some(text(meta)?),
            "default" => self.default = Some(default(meta.value()?.parse()?)),
            "references" => self.references = Some(references(meta.value()?.parse()?)),
            "on_delete" => self.on_delete = Some(action(meta)?),
            "on_update" => self.on_update = Some(action(meta)?),
            _ => {
                return Err(meta.error(
                    "no attribute of a field; there are primary_key, column, unique, index, \
                     default, references, on_delete, on_update, version, json, nocase, \
                     renamed_from, fill",
                ));
            }
        }
        Ok(())
    }

    /// Returns the type of the column, of which the field's is a form.
    pub(super) fn column_type(&self) -> TokenStream {
        let ty = &self.ty;
        match &self.references {
            Some(References::Model(target)) => quote! {
                <#ty as ::wasgi::orm::Value>::Perhaps<::wasgi::orm::Foreign<#target>>
            },
            _ if self.json => quote!(::wasgi::orm::Json<#ty>),
            _ => quote!(#ty),
        }
    }

    /// Returns the name of the column's constant.
    pub(super) fn constant(&self) -> Ident {
        let name = self.ident.unraw().to_string().to_uppercase();
        Ident::new(&name, self.ident.span())
    }
}

fn default(value: Expr) -> Default {
    match &value {
        Expr::Path(path) if path.path.is_ident("now") => Default::Now,
        _ => Default::Value(Box::new(value)),
    }
}

/// Tells a model from one of its columns, whose constant is in upper case.
fn references(path: Path) -> References {
    let last = path.segments.last().map(|last| last.ident.to_string());
    let constant = last.is_some_and(|last| !last.chars().any(char::is_lowercase));
    if constant && path.segments.len() > 1 {
        References::Column(path)
    } else {
        References::Model(path)
    }
}

fn action(meta: &ParseNestedMeta<'_>) -> Result<Ident> {
    let word: Ident = meta.value()?.parse()?;
    let action = match word.to_string().as_str() {
        "no_action" => "NoAction",
        "restrict" => "Restrict",
        "cascade" => "Cascade",
        "set_null" => "SetNull",
        "set_default" => "SetDefault",
        _ => {
            let what = "one of no_action, restrict, cascade, set_null, set_default";
            return Err(Error::new(word.span(), what));
        }
    };
    Ok(Ident::new(action, word.span()))
}
