//! Which app answers a request, or which static file.
//!
//! # Invariants
//!
//! - A request reads the table once, without waiting; a reload swaps it whole.
//! - Requests on their way keep the site they began with.

use std::sync::Arc;

use arc_swap::ArcSwap;
use bytes::Bytes;
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use http::{Request, Response, StatusCode};

use crate::http::{
    BodyError, ConnectionInfo, Handler, RequestBody, RequestId, ResponseBody, StaticFiles,
};
use crate::wsgi::app::App;
use crate::wsgi::input::{InputError, Reading, Source};
use crate::wsgi::request::{Request as WsgiRequest, Scheme};
use crate::wsgi::response::Body;

/// What is served.
pub enum Site {
    /// An app, with its static files in front.
    App {
        /// The app.
        app: Arc<App>,
        /// Its static files.
        static_files: Option<StaticFiles>,
    },
    /// A page that says why a build failed, for people; whoever does not ask for
    /// HTML gets the last app that worked: in `dev`.
    Broken {
        /// The page.
        page: Bytes,
        /// What worked last.
        last: Option<Arc<Site>>,
    },
}

/// The table: one site, for now.
pub struct Router {
    site: ArcSwap<Site>,
}

impl Router {
    /// Makes a router to one site.
    pub fn new(site: Site) -> Arc<Self> {
        Arc::new(Self {
            site: ArcSwap::from_pointee(site),
        })
    }

    /// Puts another site in its place.
    pub fn swap(&self, site: Site) {
        self.site.store(Arc::new(site));
    }

    /// Puts a page in front of the site: why its next version failed.
    pub fn break_with(&self, page: Bytes) {
        let last = match &*self.site.load_full() {
            Site::Broken { last, .. } => last.clone(),
            Site::App { .. } => Some(self.site.load_full()),
        };
        self.swap(Site::Broken { page, last });
    }
}

impl Handler for Router {
    async fn call(self: &Arc<Self>, request: Request<RequestBody>) -> Response<ResponseBody> {
        let mut site = self.site.load_full();
        if let Site::Broken { page, last } = &*site {
            match last {
                Some(last) if !wants_html(&request) => site = Arc::clone(last),
                _ => return error_page(page.clone()),
            }
        }
        match &*site {
            Site::App {
                static_files: Some(files),
                ..
            } if files.matches(request.uri().path()) => {
                let path = request.uri().path();
                files.serve(request.method(), path, request.headers()).await
            }
            Site::App { app, .. } => to_app(app, request).await,
            Site::Broken { page, .. } => error_page(page.clone()),
        }
    }
}

/// Tells whether a person is looking: browsers name HTML when they navigate.
fn wants_html(request: &Request<RequestBody>) -> bool {
    let mut accepted = request.headers().get_all(ACCEPT).iter();
    accepted.any(|value| {
        value
            .to_str()
            .is_ok_and(|value| value.contains("text/html"))
    })
}

async fn to_app(app: &App, request: Request<RequestBody>) -> Response<ResponseBody> {
    let (parts, body) = request.into_parts();
    let Some(connection) = parts.extensions.get::<ConnectionInfo>() else {
        tracing::error!("a request without its connection");
        let mut response = Response::new(ResponseBody::empty());
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        return response;
    };
    let id = match parts.extensions.get::<RequestId>() {
        Some(id) => id.as_str().into(),
        None => "-".into(),
    };
    let request = WsgiRequest {
        peer: connection.peer,
        local: connection.local,
        scheme: if connection.scheme == "https" {
            Scheme::Https
        } else {
            Scheme::Http
        },
        method: parts.method,
        uri: parts.uri,
        version: parts.version,
        headers: parts.headers,
        body: Box::new(body),
        script_name: "".into(),
        id,
    };
    app.call(request).await.map(|body| match body {
        Body::Whole(bytes) => ResponseBody::full(bytes.unwrap_or_default()),
        chunks @ Body::Chunks(_) => ResponseBody::boxed(chunks),
    })
}

fn error_page(page: Bytes) -> Response<ResponseBody> {
    let mut response = Response::new(ResponseBody::full(page));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

impl Source for RequestBody {
    fn read(&mut self, max: usize) -> Reading<'_> {
        Box::pin(async move {
            RequestBody::read(self, max)
                .await
                .map_err(|error| match error {
                    BodyError::Disconnected => InputError::Disconnected,
                    BodyError::Malformed => InputError::Malformed,
                    BodyError::TooLarge => InputError::TooLarge,
                    BodyError::Timeout => InputError::Timeout,
                })
        })
    }
}
