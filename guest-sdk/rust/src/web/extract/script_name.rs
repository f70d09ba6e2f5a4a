//! Where the application is mounted.

use super::FromRequest;
use crate::web::Request;
use crate::{Environ, Result, environ};

/// The path under which the application is mounted, for links that work there.
///
/// ```
/// use wasgi::web::{Router, ScriptName};
///
/// let app = Router::new().get("/", |mount: ScriptName| mount.path("/notes/1"));
/// let client = wasgi::test::Client::new(app);
/// assert_eq!(client.get("/").text(), "/notes/1");
/// let mounted = client.request("GET", "/").mounted_at("/demo").send();
/// assert_eq!(mounted.text(), "/demo/notes/1");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScriptName(String);

impl ScriptName {
    /// Returns the mount point, percent-encoded, without a slash at the end;
    /// empty where the application has a host of its own.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the address, on this host, of a path within the application.
    pub fn path(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

impl From<&Environ> for ScriptName {
    fn from(environ: &Environ) -> Self {
        Self(environ::quote(environ.script_name()))
    }
}

impl FromRequest for ScriptName {
    fn from_request(request: &mut Request) -> Result<Self> {
        Ok(request.environ().into())
    }
}
