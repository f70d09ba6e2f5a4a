//! From the generated types to the ORM's, and errors back.

use super::bindings::wasgi::app::orm as generated;

wasgi_orm::convert_wit!(generated);
