//! The code that makes a struct a model.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Result;
use syn::spanned::Spanned as _;

use super::Model;
use super::field::Field;

impl Model {
    pub(super) fn expand(&self) -> Result<TokenStream> {
        let name = &self.name;
        let table_name = self.table_name();
        let columns = self.columns();
        let relations = self.relations();
        let row = self.row();
        let model = self.model()?;
        let full_text = self.attributes.full_text.as_ref().map(|_| {
            quote! {
                #[automatically_derived]
                impl ::wasgi::orm::__private::FullText for #name {}
            }
        });
        Ok(quote! {
            #[automatically_derived]
            #[allow(dead_code)]
            impl #name {
                #columns
                #relations
            }

            #[automatically_derived]
            impl ::wasgi::orm::Source for #name {
                type Model = Self;
                const NAME: &'static str = #table_name;
            }

            #row
            #model
            #full_text
        })
    }

    /// The constants of the columns.
    fn columns(&self) -> TokenStream {
        let (visibility, table) = (&self.visibility, self.table_name());
        let constants = self.fields.iter().map(|field| {
            let (constant, column) = (field.constant(), &field.column);
            let ty = field.column_type();
            let doc = format!("The column `{column}`.");
            quote_spanned! {field.ty.span()=>
                #[doc = #doc]
                #visibility const #constant: ::wasgi::orm::Column<Self, #ty> =
                    ::wasgi::orm::Column::new(#table, #column);
            }
        });
        quote! {
            /// All columns, which make a whole row.
            #visibility const ALL: ::wasgi::orm::__private::All<Self> =
                ::wasgi::orm::__private::All::new();
            #(#constants)*
        }
    }

    fn row(&self) -> TokenStream {
        let name = &self.name;
        let count = self.fields.len();
        let fields = self.fields.iter().map(|field| {
            let (ident, ty) = (&field.ident, &field.ty);
            let span = ty.span();
            if field.json {
                quote_spanned! {span=>
                    #ident: <::wasgi::orm::Json<#ty> as ::wasgi::orm::Value>::decode(row)?.0
                }
            } else {
                quote_spanned!(span=> #ident: <#ty as ::wasgi::orm::Value>::decode(row)?)
            }
        });
        let kinds = self.fields.iter().map(|field| {
            let (ty, span) = (&field.ty, field.ty.span());
            if field.json {
                quote_spanned!(span=> ::wasgi::orm::__private::kind::<::wasgi::orm::Json<#ty>>())
            } else {
                quote_spanned!(span=> ::wasgi::orm::__private::kind::<#ty>())
            }
        });
        quote! {
            #[automatically_derived]
            impl ::wasgi::orm::FromRow for #name {
                const WIDTH: usize = #count;
                const NAMES: &'static [&'static str] =
                    <Self as ::wasgi::orm::Model>::COLUMNS;

                fn kinds(
                    kinds: &mut ::std::vec::Vec<
                        ::core::option::Option<::wasgi::orm::schema::ColumnType>,
                    >,
                ) {
                    kinds.extend([#(#kinds),*]);
                }

                #[inline]
                fn read(
                    row: &mut ::wasgi::orm::Reader<'_>,
                ) -> ::core::result::Result<Self, ::wasgi::orm::Mismatch> {
                    ::core::result::Result::Ok(Self { #(#fields),* })
                }
            }
        }
    }

    fn model(&self) -> Result<TokenStream> {
        let name = &self.name;
        let table_name = self.table_name();
        let table = self.table()?;
        let columns = self.fields.iter().map(|field| &field.column);
        let keys: Vec<_> = self.keys().collect();
        let key_names: Vec<_> = keys.iter().map(|field| &field.column).collect();
        let first_key = key_names.first();
        let (key_type, key_value) = key(&keys);
        let version_name = match self.version() {
            Some(field) => {
                let column = &field.column;
                quote!(::core::option::Option::Some(#column))
            }
            None => quote!(::core::option::Option::None),
        };
        let single = keys.len() == 1;
        let row = self.fields.iter().map(|field| {
            let ident = &field.ident;
            if single && field.primary_key {
                quote!(::wasgi::orm::__private::encode_key(&self.#ident, out);)
            } else {
                field.encode()
            }
        });
        let key_fields = keys.iter().map(|field| field.encode());
        let rest = self.fields.iter();
        let rest = rest.filter(|field| !field.primary_key && !field.version);
        let rest = rest.map(Field::encode);
        let places = self.fields.iter().enumerate().map(|(place, field)| {
            let encode = field.encode();
            quote!(#place => { #encode })
        });
        let generated = self.generated_key(&keys);
        let version = self.version_methods();
        let span = self.span();
        Ok(quote_spanned! {span=>
            #[automatically_derived]
            impl ::wasgi::orm::Model for #name {
                type Key = #key_type;
                const TABLE: &'static str = #table_name;
                const COLUMNS: &'static [&'static str] = &[#(#columns),*];
                const KEY: &'static [&'static str] = &[#(#key_names),*];
                const KEY_COLUMN: &'static str = #first_key;
                const VERSION: ::core::option::Option<&'static str> = #version_name;

                fn table() -> ::wasgi::orm::schema::Table {
                    #table
                }

                fn key(&self) -> Self::Key {
                    #key_value
                }

                fn encode_row(&self, out: &mut ::std::vec::Vec<u8>) {
                    #(#row)*
                }

                fn encode_key(&self, out: &mut ::std::vec::Vec<u8>) {
                    #(#key_fields)*
                }

                fn encode_rest(&self, out: &mut ::std::vec::Vec<u8>) {
                    let _ = &out;
                    #(#rest)*
                }

                fn encode_column(&self, place: usize, out: &mut ::std::vec::Vec<u8>) {
                    match place {
                        #(#places)*
                        _ => {}
                    }
                }

                #generated
                #version

                fn statements() -> &'static ::std::thread::LocalKey<::wasgi::orm::Statements> {
                    ::std::thread_local! {
                        static STATEMENTS: ::wasgi::orm::Statements =
                            const { ::wasgi::orm::Statements::new() };
                    }
                    &STATEMENTS
                }
            }
        })
    }

    /// What the database gives as a key, where it does.
    fn generated_key(&self, keys: &[&Field]) -> TokenStream {
        let [Field { ident, .. }] = keys else {
            return quote! {
                fn needs_key(&self) -> bool {
                    false
                }

                fn assign_key(
                    &mut self,
                    _: i64,
                ) -> ::core::result::Result<(), ::wasgi::orm::Mismatch> {
                    ::core::result::Result::Ok(())
                }
            };
        };
        quote! {
            fn needs_key(&self) -> bool {
                ::wasgi::orm::__private::is_unset(&self.#ident)
            }

            fn assign_key(
                &mut self,
                key: i64,
            ) -> ::core::result::Result<(), ::wasgi::orm::Mismatch> {
                self.#ident = ::wasgi::orm::__private::from_integer(key)?;
                ::core::result::Result::Ok(())
            }
        }
    }

    fn version_methods(&self) -> TokenStream {
        let Some(Field { ident, ty, .. }) = self.version() else {
            return quote! {
                fn version(&self) -> ::core::option::Option<i64> {
                    ::core::option::Option::None
                }

                fn set_version(
                    &mut self,
                    _: i64,
                ) -> ::core::result::Result<(), ::wasgi::orm::Mismatch> {
                    ::core::result::Result::Ok(())
                }
            };
        };
        quote_spanned! {ty.span()=>
            fn version(&self) -> ::core::option::Option<i64> {
                ::core::option::Option::Some(::wasgi::orm::__private::to_integer(&self.#ident))
            }

            fn set_version(
                &mut self,
                version: i64,
            ) -> ::core::result::Result<(), ::wasgi::orm::Mismatch> {
                self.#ident = ::wasgi::orm::__private::from_integer(version)?;
                ::core::result::Result::Ok(())
            }
        }
    }
}

impl Field {
    /// Returns the statement that appends its value to `out`.
    fn encode(&self) -> TokenStream {
        let ident = &self.ident;
        if self.json {
            quote_spanned! {self.ty.span()=>
                ::wasgi::orm::__private::encode_json(&self.#ident, out);
            }
        } else {
            quote_spanned! {self.ty.span()=>
                ::wasgi::orm::Encode::encode(&self.#ident, out);
            }
        }
    }
}

/// Returns the type of a primary key, and its value.
fn key(keys: &[&Field]) -> (TokenStream, TokenStream) {
    let types = keys.iter().map(|field| &field.ty);
    let values = keys.iter().map(|field| {
        let ident = &field.ident;
        quote!(::core::clone::Clone::clone(&self.#ident))
    });
    if keys.len() == 1 {
        (quote!(#(#types)*), quote!(#(#values)*))
    } else {
        (quote!((#(#types),*)), quote!((#(#values),*)))
    }
}
