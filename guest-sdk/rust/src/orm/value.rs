//! Rust types as values of columns, and which of them compare with which.
//!
//! A type's *domain* is what it is in the database: `i32` and `i64` are both
//! [`domain::Integer`], `&str` and `String` both [`domain::Text`]. Two sides of a
//! comparison must have the same domain, or the program does not compile.

use super::packed::{self, Mismatch, Reader};
use super::schema::ColumnType;

/// The types of columns, as types.
pub mod domain {
    use super::ColumnType;

    /// The type of a column.
    pub trait Domain: 'static {
        /// The same as a value.
        const KIND: ColumnType;
    }

    /// One whose values can be calculated with.
    pub trait Number: Domain {}

    macro_rules! domains {
        ($($name:ident: $what:literal),+ $(,)?) => {$(
            #[doc = $what]
            #[derive(Clone, Copy, Debug)]
            pub enum $name {}

            impl Domain for $name {
                const KIND: ColumnType = ColumnType::$name;
            }
        )+};
    }

    domains! {
        Boolean: "True or false.",
        Integer: "Integers of 64 bits.",
        Real: "Floating-point numbers of 64 bits.",
        Text: "UTF-8.",
        Blob: "Bytes.",
        Decimal: "Decimal fractions.",
        Uuid: "UUIDs.",
        Timestamp: "Moments.",
        Date: "Days.",
        Json: "JSON texts.",
    }

    impl Number for Integer {}
    impl Number for Real {}
}

use domain::Domain;

/// Something that can be given to a query as a value.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no value for the database",
    note = "values are booleans, integers, f64, strings, Vec<u8>, Option of these, and \
            orm::{{Decimal, Uuid, Timestamp, Date, Json, Foreign}}",
    note = "for a type of your own implement `Encode` and `Value`, or mark the field \
            `#[model(json)]` to store it as JSON"
)]
pub trait Encode {
    /// What it is in the database.
    type Domain: Domain;
    /// The type it is read back as.
    type Owned: Value<Domain = Self::Domain>;
    /// Whether it can be null.
    const NULLABLE: bool = false;

    /// Appends it, packed.
    fn encode(&self, out: &mut Vec<u8>);
}

/// The type of a field of a model.
///
/// A type of your own becomes one by way of another:
///
/// ```
/// use wasgi::orm::{Encode, Mismatch, Reader, Value};
///
/// #[derive(Clone, Copy, Debug, PartialEq)]
/// enum Colour {
///     Red,
///     Blue,
/// }
///
/// impl Encode for Colour {
///     type Domain = <str as Encode>::Domain;
///     type Owned = Self;
///
///     fn encode(&self, out: &mut Vec<u8>) {
///         match self {
///             Self::Red => "red".encode(out),
///             Self::Blue => "blue".encode(out),
///         }
///     }
/// }
///
/// impl Value for Colour {
///     type Inner = Self;
///     type Perhaps<T> = T;
///
///     fn decode(row: &mut Reader<'_>) -> Result<Self, Mismatch> {
///         match row.text()? {
///             "red" => Ok(Self::Red),
///             "blue" => Ok(Self::Blue),
///             _ => Err(row.mismatch("a colour", b'u')),
///         }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a column",
    note = "columns are booleans, integers, f64, String, Vec<u8>, Option of these, and \
            orm::{{Decimal, Uuid, Timestamp, Date, Json, Foreign}}",
    note = "for a type of your own implement `Encode` and `Value`, or mark the field \
            `#[model(json)]` to store it as JSON"
)]
pub trait Value: Encode<Owned = Self> + Sized + 'static {
    /// This, or what it is an `Option` of.
    type Inner: NotNull;
    /// `T`, or `Option<T>` where this is an `Option`: what an expression over this
    /// gives.
    type Perhaps<T>;

    /// Reads it from a row.
    ///
    /// # Errors
    ///
    /// Where the row has something else.
    fn decode(row: &mut Reader<'_>) -> Result<Self, Mismatch>;

    /// The table and column that it refers to.
    #[doc(hidden)]
    fn target() -> Option<(&'static str, &'static str)> {
        None
    }
}

/// Returns the type of the column that holds a type's values.
#[doc(hidden)]
pub fn kind<E: Encode>() -> Option<ColumnType> {
    Some(E::Domain::KIND)
}

impl<E: Encode + ?Sized> Encode for &E {
    type Domain = E::Domain;
    type Owned = E::Owned;
    const NULLABLE: bool = E::NULLABLE;

    fn encode(&self, out: &mut Vec<u8>) {
        (**self).encode(out);
    }
}

impl<E: Encode> Encode for Option<E>
where
    E::Owned: NotNull,
{
    type Domain = E::Domain;
    type Owned = Option<E::Owned>;
    const NULLABLE: bool = true;

    fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Some(value) => value.encode(out),
            None => packed::push_null(out),
        }
    }
}

/// A value that is no `Option`: of these there can be an `Option`.
#[diagnostic::on_unimplemented(message = "`{Self}` is an Option of an Option, or no value")]
pub trait NotNull: Value {}

impl<T: Value<Inner = T>> NotNull for T {}

/// A value that can be null: an `Option`.
#[diagnostic::on_unimplemented(message = "`{Self}` is never null")]
pub trait Nullable: Value {}

impl<T: NotNull> Nullable for Option<T> {}

impl<T: NotNull> Value for Option<T> {
    type Inner = T;
    type Perhaps<U> = Option<U>;

    #[inline]
    fn decode(row: &mut Reader<'_>) -> Result<Self, Mismatch> {
        if row.null() {
            Ok(None)
        } else {
            T::decode(row).map(Some)
        }
    }

    fn target() -> Option<(&'static str, &'static str)> {
        T::target()
    }
}

macro_rules! value {
    ($type:ty, $domain:ident, |$value:ident, $out:ident| $encode:expr, |$row:ident| $decode:expr) => {
        impl Encode for $type {
            type Domain = domain::$domain;
            type Owned = Self;

            #[inline]
            fn encode(&self, $out: &mut Vec<u8>) {
                let $value = self;
                $encode
            }
        }

        impl Value for $type {
            type Inner = Self;
            type Perhaps<T> = T;

            #[inline]
            fn decode($row: &mut Reader<'_>) -> Result<Self, Mismatch> {
                $decode
            }
        }
    };
}
pub(crate) use value;

value!(
    bool,
    Boolean,
    |value, out| out.push(if *value { b'T' } else { b'F' }),
    |row| Ok(row.integer()? != 0)
);
value!(
    i64,
    Integer,
    |value, out| packed::push_integer(out, *value),
    |row| row.integer()
);
value!(
    f64,
    Real,
    |value, out| packed::push_real(out, *value),
    |row| row.real()
);
value!(
    String,
    Text,
    |value, out| packed::push_text(out, value),
    |row| Ok(row.text()?.to_owned())
);
value!(
    Vec<u8>,
    Blob,
    |value, out| packed::push_blob(out, value),
    |row| Ok(row.blob()?.to_vec())
);

macro_rules! integers {
    ($($type:ty: $what:literal),+ $(,)?) => {$(
        value!($type, Integer,
            |value, out| packed::push_integer(out, (*value).into()),
            |row| <$type>::try_from(row.integer()?).map_err(|_| row.mismatch($what, b'i')));
    )+};
}

integers! {
    i8: "an integer of 8 bits",
    i16: "an integer of 16 bits",
    i32: "an integer of 32 bits",
    u8: "an unsigned integer of 8 bits",
    u16: "an unsigned integer of 16 bits",
    u32: "an unsigned integer of 32 bits",
}

impl Encode for str {
    type Domain = domain::Text;
    type Owned = String;

    fn encode(&self, out: &mut Vec<u8>) {
        packed::push_text(out, self);
    }
}

impl Encode for [u8] {
    type Domain = domain::Blob;
    type Owned = Vec<u8>;

    fn encode(&self, out: &mut Vec<u8>) {
        packed::push_blob(out, self);
    }
}

impl<const N: usize> Encode for [u8; N] {
    type Domain = domain::Blob;
    type Owned = Vec<u8>;

    fn encode(&self, out: &mut Vec<u8>) {
        packed::push_blob(out, self);
    }
}
