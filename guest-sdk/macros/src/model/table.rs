//! The code that describes the table.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Result;
use syn::spanned::Spanned as _;

use super::attributes::{Check, FullText, Index};
use super::field::{Default, Field, References};
use super::{Model, names};

impl Model {
    /// Returns an expression of type `schema::Table`.
    pub(super) fn table(&self) -> Result<TokenStream> {
        let table = self.table_name();
        let columns = self.fields.iter().map(Field::description);
        let keys = self.keys().map(|field| &field.column);
        let indexes = self.indexes()?;
        let checks = self.attributes.checks.iter().enumerate();
        let checks = checks.map(|(number, check)| check_description(check, &table, number + 1));
        let full_text = match &self.attributes.full_text {
            Some(full_text) => self.full_text(full_text)?,
            None => quote!(::core::option::Option::None),
        };
        let renamed_from = optional(self.attributes.renamed_from.as_ref());
        Ok(quote! {
            ::wasgi::orm::schema::Table {
                table: ::std::string::String::from(#table),
                columns: ::std::vec![#(#columns),*],
                primary_key: ::std::vec![#(::std::string::String::from(#keys)),*],
                indexes: ::std::vec![#(#indexes),*],
                checks: ::std::vec![#(#checks),*],
                full_text: #full_text,
                renamed_from: #renamed_from,
            }
        })
    }

    fn indexes(&self) -> Result<Vec<TokenStream>> {
        let of_fields = self.fields.iter().filter(|field| field.index);
        let of_fields = of_fields.map(|field| Index {
            fields: vec![(field.ident.clone(), false)],
            ..Index::default()
        });
        let of_fields: Vec<_> = of_fields.collect();
        let all = of_fields.iter().chain(&self.attributes.indexes);
        all.map(|index| self.index(index)).collect()
    }

    fn index(&self, index: &Index) -> Result<TokenStream> {
        let mut columns = Vec::new();
        let mut described = Vec::new();
        for (name, descending) in &index.fields {
            let column = self.field(name)?.column.as_str();
            columns.push(column);
            described.push(quote! {
                ::wasgi::orm::schema::IndexColumn {
                    name: ::std::string::String::from(#column),
                    descending: #descending,
                }
            });
        }
        let kind = if index.unique { "unique" } else { "index" };
        let name = match &index.name {
            Some(name) => name.clone(),
            None => names::index(&self.table_name(), &columns, kind),
        };
        let unique = index.unique;
        let condition = optional(index.condition.as_ref());
        Ok(quote! {
            ::wasgi::orm::schema::Index {
                name: ::std::string::String::from(#name),
                columns: ::std::vec![#(#described),*],
                unique: #unique,
                condition: #condition,
            }
        })
    }

    fn full_text(&self, full_text: &FullText) -> Result<TokenStream> {
        let columns = full_text.fields.iter().map(|name| {
            let field = self.field(name)?;
            let (column, ty) = (&field.column, field.column_type());
            Ok(quote_spanned! {name.span()=>
                ::wasgi::orm::__private::text_column::<#ty>(#column)
            })
        });
        let columns: Vec<_> = columns.collect::<Result<_>>()?;
        let default = "unicode61 remove_diacritics 2";
        let tokenizer = full_text.tokenizer.as_deref().unwrap_or(default);
        Ok(quote! {
            ::core::option::Option::Some(::wasgi::orm::schema::FullText {
                columns: ::std::vec![#(#columns),*],
                tokenizer: ::std::string::String::from(#tokenizer),
            })
        })
    }
}

fn optional(text: Option<&String>) -> TokenStream {
    match text {
        Some(text) => quote!(::core::option::Option::Some(::std::string::String::from(#text))),
        None => quote!(::core::option::Option::None),
    }
}

fn check_description(check: &Check, table: &str, number: usize) -> TokenStream {
    let condition = &check.condition;
    let name = match &check.name {
        Some(name) => name.clone(),
        None => format!("{table}_check_{number}"),
    };
    quote! {
        ::wasgi::orm::schema::Check {
            name: ::std::string::String::from(#name),
            condition: ::std::string::String::from(#condition),
        }
    }
}

impl Field {
    /// Returns an expression of type `schema::Column`.
    fn description(&self) -> TokenStream {
        let (column, ty) = (&self.column, self.column_type());
        let span = self.ty.span();
        let mut described = quote_spanned! {span=>
            ::wasgi::orm::schema::column::<#ty>(#column)
        };
        if self.unique {
            described.extend(quote!(.unique()));
        }
        if self.nocase {
            described.extend(quote_spanned!(span=> .nocase::<#ty>()));
        }
        match &self.default {
            None => {}
            Some(Default::Now) => described.extend(quote_spanned!(span=> .default_now::<#ty>())),
            Some(Default::Value(value)) => described.extend(quote_spanned! {value.span()=>
                .default_value::<#ty, _>(#value)
            }),
        }
        if let Some(References::Column(path)) = &self.references {
            described.extend(quote_spanned!(path.span()=> .references::<#ty, _, _>(#path)));
        }
        let foreign = matches!(self.references, Some(References::Column(_)));
        let checked = (!foreign)
            .then(|| quote_spanned!(span=> ::wasgi::orm::__private::is_foreign_key::<#ty>();));
        for (method, action) in [
            (quote!(on_delete), &self.on_delete),
            (quote!(on_update), &self.on_update),
        ] {
            if let Some(action) = action {
                described = quote! {{
                    #checked
                    #described.#method(::wasgi::orm::schema::ReferenceAction::#action)
                }};
            }
        }
        if let Some(before) = &self.renamed_from {
            described.extend(quote!(.renamed_from(#before)));
        }
        if let Some(fill) = &self.fill {
            described.extend(quote!(.fill(#fill)));
        }
        described
    }
}
