//! Templates: what is long, what is wrong, what is hostile.

use wasgi::Body as _;
use wasgi::orm;
use wasgi::templates::{context, render, render_block, render_string, render_text};

use crate::{Answer, Call};

const NUMBERS: &str =
    "WITH r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT ?) SELECT n FROM r";

pub(crate) fn answer(path: &str, call: Call) -> Answer {
    let rows = || call.number("rows", 0);
    let page = match path {
        "/template" => render(&call.parameter("name"), context! { name: "<Ann>" }),
        "/template/block" => {
            let (name, block) = (call.parameter("name"), call.parameter("block"));
            render_block(&name, &block, context! { name: "<Ann>" })
        }
        "/template/text" => render_text(&call.parameter("text"), context! { name: "<Ann>" }),
        "/template/rows" | "/template/pulled" => match rows() {
            Ok(rows) => {
                let rows = i64::try_from(rows).unwrap_or(i64::MAX);
                render("rows.html", context! { rows: orm::sql(NUMBERS).bind(rows) })
            }
            Err(error) => return Ok(Err(error)),
        },
        "/template/string" => {
            let text = render_string(&call.parameter("name"), context! { name: "<Ann>" });
            return Ok(call.outcome(text));
        }
        "/template/within" => {
            let text = orm::transaction(|_| {
                orm::sql("INSERT INTO note VALUES (42)").execute()?;
                let notes = orm::sql("SELECT n FROM note");
                let page = render_text(
                    "{% for row in notes %}{{ row.n }} {% endfor %}",
                    context! { notes: notes },
                );
                page?.into_string().map_err(wasgi::Error::from)
            });
            return Ok(call.outcome(text));
        }
        _ => return Err(call),
    };
    let page = match page {
        Ok(page) => page,
        // As an app does that does not look at the error: `/template?raise=1`.
        Err(error) if call.parameter("raise") == "1" => return Ok(Err(error.into())),
        Err(error) => return Ok(call.ok(format!("error: {error}"))),
    };
    let headers = [("Content-Type", page.content_type())];
    let started = call.start_response.call("200 OK", &headers, None);
    if let Err(error) = started {
        return Ok(Err(error.into()));
    }
    if path == "/template/pulled" {
        // Through the guest, piece by piece.
        let mut page = page;
        let pieces =
            std::iter::from_fn(move || page.read().map_err(wasgi::Error::from).transpose());
        return Ok(wasgi::chunks(pieces).into_iterable());
    }
    Ok(page.into_iterable())
}
