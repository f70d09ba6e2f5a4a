//! What the host lends to guests.
//!
//! # The list
//!
//! The lines in `capabilities!` below are the list; a capability is one folder
//! here, one file in `wit/`, and one of these lines. Its folder holds the same
//! files everywhere:
//!
//! - `mod.rs`: what it is, and its `Grant`, `Lent` and `View`;
//! - `bindings.rs`: its own `bindgen!`;
//! - `config.rs`: what an operator can set;
//! - `host.rs`: converts, bounds, calls pure code, converts back;
//! - `error.rs`: one error type, where it can fail;
//! - pure logic beside them.
//!
//! A capability's life is four calls: `add_to_linker` once, a `Grant` per app,
//! a `Lent` per instance, `Lent::end` after each request.
//!
//! # Invariants
//!
//! - Capabilities never import each other, nor anything of HTTP or WSGI. What passes
//!   from one to another is in [`rows`].
//! - A guest gets what was granted, and an empty grant is the default.

pub mod rows;

use std::sync::Arc;

use wasmtime::component::{Linker, ResourceTable};

/// A store's data that capabilities are lent to.
pub trait Borrower: Send + 'static {
    /// Returns what was lent, and the table of the instance's resources.
    fn lent(&mut self) -> (&mut Lent, &mut ResourceTable);
}

macro_rules! capabilities {
    ($($name:ident),* $(,)?) => {
        $(pub mod $name;)*

        /// What an operator grants to one app.
        #[derive(Clone, Debug, Default)]
        pub struct Grants {
            $(#[doc = concat!("For `", stringify!($name), "`.")]
            pub $name: Arc<$name::Grant>,)*
        }

        /// What one instance of the app holds.
        #[derive(Debug)]
        pub struct Lent {
            $($name: $name::Lent,)*
        }

        impl Lent {
            /// Prepares the capabilities of one instance.
            pub fn new(grants: &Grants) -> Self {
                Self { $($name: $name::Lent::new(&grants.$name),)* }
            }

            /// Ends a request: what it left open is closed.
            pub fn end(&mut self) {
                $(self.$name.end();)*
            }
        }

        /// Tells whether a capability of this interface name is lent.
        pub fn is_lent(interface: &str) -> bool {
            interface == "wasgi:app/types@0.1.0"
                $(|| interface == concat!("wasgi:app/", stringify!($name), "@0.1.0"))*
        }

        /// Gives every capability to a linker.
        ///
        /// # Errors
        ///
        /// Where an interface was defined before.
        pub fn add_to_linker<T: Borrower>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
            $($name::add_to_linker(linker, |data: &mut T| {
                let (lent, table) = data.lent();
                $name::View { lent: &mut lent.$name, table }
            })?;)*
            Ok(())
        }
    };
}

capabilities! {
    config,
    crypto,
    orm,
    templates,
}
