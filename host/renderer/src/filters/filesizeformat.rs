//! `filesizeformat(binary=false)`: bytes as people say them.

use tera::{Error, Kwargs, State, TeraResult, Value};

pub(super) fn filesizeformat(
    value: &Value,
    arguments: Kwargs,
    _: &State<'_>,
) -> TeraResult<String> {
    let binary = arguments.get::<bool>("binary")?.unwrap_or(false);
    let bytes = value
        .as_number()
        .map(|number| number.as_float())
        .ok_or_else(|| {
            Error::message(format!(
                "filesizeformat: a number of bytes, not a {}",
                value.name()
            ))
        })?;
    let (base, units) = match binary {
        true => (
            1024.0,
            ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"],
        ),
        false => (1000.0, ["kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"]),
    };
    if bytes.abs() == 1.0 {
        return Ok(format!("{bytes} byte"));
    }
    if bytes.abs() < base {
        return Ok(format!("{bytes} bytes"));
    }
    let mut size = bytes;
    let mut shown = "";
    for unit in units {
        size /= base;
        shown = unit;
        // What would be shown as a thousand of this unit is one of the next.
        if size.abs() < base - 0.05 {
            break;
        }
    }
    Ok(format!("{size:.1} {shown}"))
}
