//! Settings and secrets that the operator granted to this application.
//!
//! In a native test the [test client](crate::test::Client) grants them.

use std::fmt;

use crate::host;

/// Returns a setting, or none where the operator granted none of that name.
///
/// ```
/// # use wasgi::{config, test::Client, web::Router};
/// fn greet() -> String {
///     config::get("GREETING").unwrap_or_else(|| "Hello".to_owned())
/// }
///
/// let client = Client::new(|| Router::new().get("/", greet)).setting("GREETING", "Ahoy");
/// assert_eq!(client.get("/").text(), "Ahoy");
/// ```
pub fn get(name: &str) -> Option<String> {
    host::config::get(name)
}

/// Returns every granted setting, sorted by name. Secrets are not among them.
pub fn all() -> Vec<(String, String)> {
    host::config::all()
}

/// Returns a secret, or none where the operator granted none of that name.
pub fn secret(name: &str) -> Option<Secret> {
    host::config::get_secret(name).map(Secret)
}

/// A secret. Printing it prints its kind and not its value.
pub struct Secret(host::config::Secret);

impl Secret {
    /// Returns the value, which should go where it is needed and nowhere else.
    pub fn reveal(&self) -> String {
        self.0.reveal()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(..)")
    }
}
