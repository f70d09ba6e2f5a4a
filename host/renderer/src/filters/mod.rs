//! The filters that templates have beside Tera's own.

mod date;
mod filesizeformat;
mod html;
mod json_encode;
mod locale;
mod number;
mod url;

use tera::Tera;

pub(crate) use date::zone;

/// Adds them.
pub(crate) fn register(tera: &mut Tera) {
    tera.register_filter("date", date::date);
    tera.register_filter("filesizeformat", filesizeformat::filesizeformat);
    tera.register_filter("json_encode", json_encode::json_encode);
    tera.register_filter("linebreaks", html::linebreaks);
    tera.register_filter("number", number::number);
    tera.register_filter("slugify", url::slugify);
    tera.register_filter("striptags", html::striptags);
    tera.register_filter("urlencode", url::urlencode);
}
