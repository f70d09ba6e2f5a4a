//! Which functions are handlers: those whose arguments are extractors and whose
//! result is a response.

use super::{FromRequest, IntoResponse, Request, Response};
use crate::Result;

/// A function that answers a request.
///
/// The parameter holds the function's argument types and is always inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no handler",
    note = "every argument must be an extractor (`FromRequest`), of which there may be eight",
    note = "the result must be a response (`IntoResponse`), or a `Result` of one whose error becomes `wasgi::Error`"
)]
pub trait Handler<Arguments>: 'static {
    /// Extracts the arguments and calls the function.
    ///
    /// # Errors
    ///
    /// An extractor's, in the order of the arguments, or the function's own.
    fn handle(&self, request: &mut Request) -> Result<Response>;
}

macro_rules! handlers {
    ($($argument:ident)*) => {
        impl<F, R, $($argument,)*> Handler<($($argument,)*)> for F
        where
            F: Fn($($argument,)*) -> R + 'static,
            R: IntoResponse,
            $($argument: FromRequest,)*
        {
            #[allow(non_snake_case, unused_variables, reason = "one name per type")]
            fn handle(&self, request: &mut Request) -> Result<Response> {
                $(let $argument = $argument::from_request(request)?;)*
                self($($argument,)*).into_response()
            }
        }
    };
}

handlers!();
handlers!(A);
handlers!(A B);
handlers!(A B C);
handlers!(A B C D);
handlers!(A B C D E);
handlers!(A B C D E G);
handlers!(A B C D E G H);
handlers!(A B C D E G H I);
