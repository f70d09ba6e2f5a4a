//! The constants and methods of relations.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Ident, Path, PathSegment};

use super::Model;
use super::attributes::{HasMany, ManyToMany};

impl Model {
    pub(super) fn relations(&self) -> TokenStream {
        let many = self
            .attributes
            .has_many
            .iter()
            .map(|many| self.has_many(many));
        let pairs = self.attributes.many_to_many.iter();
        let pairs = pairs.map(|many| self.many_to_many(many));
        quote!(#(#many)* #(#pairs)*)
    }

    fn has_many(&self, many: &HasMany) -> TokenStream {
        let column = &many.column;
        let target = owner(column);
        let ty = quote_spanned!(column.span()=> ::wasgi::orm::HasMany<Self, #target>);
        let name = many.name.unraw().to_string();
        let value = quote_spanned!(column.span()=> ::wasgi::orm::HasMany::new(#name, #column));
        self.relation(&many.name, &target, &ty, &value)
    }

    fn many_to_many(&self, many: &ManyToMany) -> TokenStream {
        let (target, from, to) = (&many.target, &many.from, &many.to);
        let through = owner(from);
        let ty = quote!(::wasgi::orm::ManyToMany<Self, #through, #target>);
        let name = many.name.unraw().to_string();
        let value = quote_spanned! {from.span()=>
            ::wasgi::orm::ManyToMany::new(#name, #from, #to)
        };
        self.relation(&many.name, target, &ty, &value)
    }

    fn relation(
        &self,
        name: &Ident,
        target: &Path,
        ty: &TokenStream,
        value: &TokenStream,
    ) -> TokenStream {
        let visibility = &self.visibility;
        let constant = Ident::new(&name.to_string().to_uppercase(), name.span());
        let of_model = format!("The {name} of the rows, for `with` and `join`.");
        let of_row = format!("Begins a query of the {name} of this row.");
        quote! {
            #[doc = #of_model]
            #visibility const #constant: #ty = #value;

            #[doc = #of_row]
            #visibility fn #name(&self) -> ::wasgi::orm::Query<#target> {
                Self::#constant.of(self)
            }
        }
    }
}

/// Returns `Comment` of `Comment::POST`.
fn owner(column: &Path) -> Path {
    let mut segments: Vec<PathSegment> = column.segments.iter().cloned().collect();
    segments.pop();
    Path {
        leading_colon: column.leading_colon,
        segments: Punctuated::from_iter(segments),
    }
}
