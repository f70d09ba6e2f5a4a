//! The SDK's tests, in one binary. `rules_*` go through PEP 3333 rule by rule, the
//! others through the framework.

mod capabilities;
mod csrf;
mod extractors;
mod orm;
mod responses;
mod router;
mod rules_body;
mod rules_environ;
mod rules_start_response;
mod templates;
