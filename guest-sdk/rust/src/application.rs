//! What can be exported: a raw PEP 3333 callable, or a function that builds an
//! application once per instance.

use std::marker::PhantomData;

use crate::{Body, Environ, Iterable, Result, StartResponse};

/// An application: something that is called with `environ` and `start_response`
/// and returns an iterable.
pub trait Application {
    /// `application(environ, start_response)`.
    ///
    /// # Errors
    ///
    /// What PEP 3333 calls an exception that the application did not handle.
    fn call(&self, environ: Environ, start_response: StartResponse) -> Result<Iterable>;
}

impl Application for Box<dyn Application> {
    fn call(&self, environ: Environ, start_response: StartResponse) -> Result<Iterable> {
        (**self).call(environ, start_response)
    }
}

/// What [`export!`](crate::export) and the test client take: a PEP 3333 function,
/// a function that builds an [`Application`], or an application itself.
///
/// The parameter only tells the three apart; it is always inferred.
pub trait IntoApplication<Marker> {
    /// The application that comes of it.
    type Application: Application + 'static;

    /// Makes the application, once per instance.
    fn into_application(self) -> Self::Application;
}

/// Marks a PEP 3333 function.
pub struct Raw;
/// Marks a function that builds an application.
pub struct Built;
/// Marks an application.
pub struct Ready;

/// A PEP 3333 function as an [`Application`].
pub struct Function<F, B> {
    function: F,
    body: PhantomData<fn() -> B>,
}

impl<F, B> Application for Function<F, B>
where
    F: Fn(Environ, StartResponse) -> B,
    B: Body,
{
    fn call(&self, environ: Environ, start_response: StartResponse) -> Result<Iterable> {
        (self.function)(environ, start_response).into_iterable()
    }
}

impl<F, B> IntoApplication<Raw> for F
where
    F: Fn(Environ, StartResponse) -> B + 'static,
    B: Body + 'static,
{
    type Application = Function<F, B>;

    fn into_application(self) -> Self::Application {
        Function {
            function: self,
            body: PhantomData,
        }
    }
}

impl<F, A> IntoApplication<Built> for F
where
    F: FnOnce() -> A,
    A: Application + 'static,
{
    type Application = A;

    fn into_application(self) -> A {
        self()
    }
}

impl<A: Application + 'static> IntoApplication<Ready> for A {
    type Application = A;

    fn into_application(self) -> A {
        self
    }
}

#[doc(hidden)]
pub fn into_application<M>(from: impl IntoApplication<M>) -> Box<dyn Application> {
    Box::new(from.into_application())
}

/// Exports an application from a component.
///
/// Takes the path of a PEP 3333 function, or of a function without arguments
/// that builds an application, which happens once per instance. An application with a
/// database also gives the path of a function that returns its
/// [`Schema`](crate::orm::Schema): `wasgi::export!(app, schema)`. In a native build,
/// where tests run, it only checks that the types fit.
///
/// ```
/// use wasgi::{Body, Environ, Result, StartResponse};
///
/// fn app(_environ: Environ, start_response: StartResponse) -> Result<impl Body> {
///     start_response.call("200 OK", &[("Content-Type", "text/plain")], None)?;
///     Ok("Hello!\n")
/// }
///
/// wasgi::export!(app);
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! export {
    ($application:expr) => {
        $crate::export!($application, $crate::orm::Schema::new);
    };
    ($application:expr, $schema:expr $(,)?) => {
        #[cfg(target_family = "wasm")]
        #[allow(unsafe_code, reason = "the component's entry points")]
        const _: () = {
            ::std::thread_local! {
                static APPLICATION: ::std::boxed::Box<dyn $crate::Application> =
                    $crate::__private::into_application($application);
            }

            struct Exported;

            impl $crate::__private::bindings::exports::wasgi::app::application::Guest for Exported {
                type Chunks = $crate::__private::Chunks;

                fn call(
                    environ: ::std::string::String,
                    input: $crate::__private::bindings::wasgi::app::types::Input,
                    start_response: $crate::__private::bindings::wasgi::app::types::StartResponse,
                ) -> ::std::result::Result<
                    $crate::__private::bindings::exports::wasgi::app::application::Body,
                    $crate::__private::bindings::exports::wasgi::app::application::AppError,
                > {
                    APPLICATION.with(|application| {
                        $crate::__private::call(&**application, environ, input, start_response)
                    })
                }
            }

            impl $crate::__private::bindings::exports::wasgi::app::models::Guest for Exported {
                fn get() -> $crate::__private::bindings::exports::wasgi::app::models::Schema {
                    let schema: $crate::orm::Schema = $schema();
                    schema.into_wit()
                }
            }

            $crate::__private::bindings::export_bindings!(
                Exported with_types_in $crate::__private::bindings
            );
        };

        #[cfg(not(target_family = "wasm"))]
        const _: () = {
            #[allow(dead_code)]
            fn fits() {
                let _ = $crate::__private::into_application($application);
                let _: $crate::orm::Schema = $schema();
            }
        };
    };
}
