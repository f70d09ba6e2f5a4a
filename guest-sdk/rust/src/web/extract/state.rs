//! What a router shares with its handlers.

use std::ops::Deref;
use std::rc::Rc;

use super::FromRequest;
use crate::web::Request;
use crate::{Error, Result};

/// A value of the router's [`state`](crate::web::Router::state), or of what
/// middleware [provided](Request::provide).
///
/// It lives as long as the instance: instances are several and are recycled, so
/// it is for caches and configuration, never for what must not be lost.
#[derive(Debug)]
pub struct State<T>(Rc<T>);

impl<T> Clone for State<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T> Deref for State<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: 'static> FromRequest for State<T> {
    fn from_request(request: &mut Request) -> Result<Self> {
        request.state().map(Self).ok_or_else(|| {
            let name = std::any::type_name::<T>();
            Error::internal(format!(
                "a handler wants State<{name}>, which the router was not given; \
                 add .state(..) to it"
            ))
        })
    }
}
