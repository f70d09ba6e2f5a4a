//! `#[derive(Model)]`.

mod attributes;
mod expand;
mod field;
mod names;
mod relations;
mod table;
#[cfg(test)]
mod tests;

use proc_macro2::{Span, TokenStream};
use syn::{Data, DeriveInput, Error, Fields, Ident, Result, Visibility};

use attributes::Attributes;
use field::Field;

/// A struct that is to be a model.
struct Model {
    name: Ident,
    visibility: Visibility,
    attributes: Attributes,
    fields: Vec<Field>,
}

pub(crate) fn derive(input: DeriveInput) -> Result<TokenStream> {
    Model::parse(input)?.expand()
}

impl Model {
    fn parse(input: DeriveInput) -> Result<Self> {
        let wanted = "a model is a struct with named fields, one for each column";
        let Data::Struct(data) = input.data else {
            return Err(Error::new_spanned(input.ident, wanted));
        };
        let Fields::Named(fields) = data.fields else {
            return Err(Error::new_spanned(input.ident, wanted));
        };
        if let Some(parameter) = input.generics.params.first() {
            let what = "a model has no type parameters or lifetimes: its table has fixed columns";
            return Err(Error::new_spanned(parameter, what));
        }
        let attributes = Attributes::parse(&input.attrs)?;
        let fields = fields.named.into_iter().map(Field::parse);
        let mut model = Self {
            name: input.ident,
            visibility: input.vis,
            attributes,
            fields: fields.collect::<Result<_>>()?,
        };
        model.choose_key()?;
        model.check()?;
        Ok(model)
    }

    /// Makes the field `id` the key where no field says it is.
    fn choose_key(&mut self) -> Result<()> {
        if self.keys().next().is_some() {
            return Ok(());
        }
        let id = self.fields.iter_mut().find(|field| field.ident == "id");
        match id {
            Some(id) => {
                id.primary_key = true;
                Ok(())
            }
            None => Err(Error::new_spanned(
                &self.name,
                "a model has a primary key: name a field `id`, or mark it `#[model(primary_key)]`",
            )),
        }
    }

    fn check(&self) -> Result<()> {
        let mut versions = self.fields.iter().filter(|field| field.version);
        if let (Some(_), Some(second)) = (versions.next(), versions.next()) {
            return Err(Error::new_spanned(&second.ident, "a model has one version"));
        }
        for (place, field) in self.fields.iter().enumerate() {
            if field.version && field.primary_key {
                let what = "the version changes, and a primary key does not";
                return Err(Error::new_spanned(&field.ident, what));
            }
            let before = self.fields.iter().take(place);
            for other in before {
                if other.column.eq_ignore_ascii_case(&field.column) {
                    let what = format!("there is a column `{}` already", field.column);
                    return Err(Error::new_spanned(&field.ident, what));
                }
            }
        }
        Ok(())
    }

    fn keys(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.primary_key)
    }

    fn version(&self) -> Option<&Field> {
        self.fields.iter().find(|field| field.version)
    }

    fn table_name(&self) -> String {
        match &self.attributes.table {
            Some(table) => table.clone(),
            None => names::snake_case(&self.name.to_string()),
        }
    }

    /// Returns the field that an attribute names.
    fn field(&self, name: &Ident) -> Result<&Field> {
        let found = self.fields.iter().find(|field| field.ident == *name);
        found.ok_or_else(|| {
            let fields: Vec<_> = self
                .fields
                .iter()
                .map(|field| format!("`{}`", field.ident))
                .collect();
            let what = format!(
                "`{}` has no field `{name}`; it has {}",
                self.name,
                fields.join(", ")
            );
            Error::new(name.span(), what)
        })
    }

    fn span(&self) -> Span {
        self.name.span()
    }
}
