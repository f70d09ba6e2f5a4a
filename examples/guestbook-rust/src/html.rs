//! The HTML: a small function for each piece of a page.
//!
//! Every value goes through [`escape`]: whatever a visitor types stays text.

use wasgi::Status;
use wasgi::orm::Timestamp;
use wasgi::web::{Html, ScriptName, escape};

use crate::book::{Found, Shown, Which};
use crate::form::{LONGEST_MESSAGE, LONGEST_NAME, Problems, SignForm};
use crate::models::{Author, Tag};

pub(crate) fn index(
    mount: &ScriptName,
    which: &Which<'_>,
    found: &Found,
    form: &SignForm,
    problems: &Problems,
) -> Html<String> {
    let (heading, none, query) = match *which {
        Which::Words(words) => (
            format!("{} with “{}”", entries(found.total), escape(words)),
            "Nothing was found.",
            Some(("q", words)),
        ),
        Which::Tagged(tag) => (
            format!("{} tagged “{}”", entries(found.total), escape(tag)),
            "Nothing was found.",
            Some(("tag", tag)),
        ),
        Which::All | Which::By(_) => (
            entries(found.total),
            "Nobody has signed yet. Be the first!",
            None,
        ),
    };
    let words = if let Which::Words(words) = *which {
        words
    } else {
        ""
    };
    let content = format!(
        "{}<section class=\"book\">\n<h1>{heading}</h1>\n{}{}</section>\n",
        sign_form(mount, form, problems),
        list(mount, found, none),
        older(mount, "/", query, found),
    );
    layout(mount, "Guestbook", words, &content)
}

pub(crate) fn author(mount: &ScriptName, author: &Author, found: &Found) -> Html<String> {
    let name = escape(&author.name);
    let content = format!(
        "<section class=\"aside\">\n<h1>{name}</h1>\n<p>{} since {}.</p>\n\
         <p><a href=\"{}\">All entries</a></p>\n</section>\n\
         <section class=\"book\">\n{}{}</section>\n",
        entries(found.total),
        time(author.joined),
        escape(mount.path("/")),
        list(mount, found, "Nothing was found."),
        older(mount, &format!("/authors/{}", author.id), None, found),
    );
    layout(mount, &author.name, "", &content)
}

pub(crate) fn error(mount: &ScriptName, status: Status, message: &str) -> Html<String> {
    let content = format!(
        "<section class=\"aside\">\n<h1>{}</h1>\n<p>{}</p>\n\
         <p><a href=\"{}\">All entries</a></p>\n</section>\n",
        escape(status.reason()),
        escape(message),
        escape(mount.path("/")),
    );
    layout(mount, status.reason(), "", &content)
}

fn sign_form(mount: &ScriptName, form: &SignForm, problems: &Problems) -> String {
    let [name, message, tags] = [
        ("name", &problems.name),
        ("message", &problems.message),
        ("tags", &problems.tags),
    ]
    .map(|(field, problem)| Refusal::new(field, problem.as_deref()));
    format!(
        "<section class=\"aside\">\n<h2>Sign the book</h2>\n\
         <form method=\"post\" action=\"{}\" class=\"sign\">\n\
         <label>Your name\n\
         <input name=\"name\" value=\"{}\" maxlength=\"{LONGEST_NAME}\" autocomplete=\"name\" required{}>\
         </label>\n{}\
         <label>Your message\n\
         <textarea name=\"message\" rows=\"4\" maxlength=\"{LONGEST_MESSAGE}\" required{}>\n{}</textarea>\
         </label>\n{}\
         <label>Tags <small>up to three words</small>\n\
         <input name=\"tags\" value=\"{}\" autocapitalize=\"none\"{}>\
         </label>\n{}\
         <button>Sign</button>\n</form>\n</section>\n",
        escape(mount.path("/sign")),
        escape(&form.name),
        name.attributes,
        name.message,
        message.attributes,
        escape(&form.message),
        message.message,
        escape(&form.tags),
        tags.attributes,
        tags.message,
    )
}

/// How a field says that it was refused: to those who see and those who listen.
#[derive(Default)]
struct Refusal {
    attributes: String,
    message: String,
}

impl Refusal {
    fn new(field: &str, problem: Option<&str>) -> Self {
        let Some(problem) = problem else {
            return Self::default();
        };
        Self {
            attributes: format!(" aria-invalid=\"true\" aria-describedby=\"{field}-problem\""),
            message: format!(
                "<p class=\"problem\" id=\"{field}-problem\">{}</p>\n",
                escape(problem)
            ),
        }
    }
}

fn list(mount: &ScriptName, found: &Found, none: &str) -> String {
    if found.page.rows.is_empty() {
        return format!("<p class=\"empty\">{none}</p>\n");
    }
    found
        .page
        .rows
        .iter()
        .map(|shown| entry(mount, shown))
        .collect()
}

fn entry(mount: &ScriptName, (entry, author, tags): &Shown) -> String {
    let page = mount.path(&format!("/authors/{}", author.id));
    let tags: String = tags.iter().map(|tag| tag_link(mount, tag)).collect();
    format!(
        "<article class=\"entry\" id=\"entry-{}\">\n<p class=\"message\">{}</p>\n\
         <footer><a href=\"{}\">{}</a> {}{tags}</footer>\n</article>\n",
        entry.id,
        escape(&entry.message),
        escape(page),
        escape(&author.name),
        time(entry.created),
    )
}

fn tag_link(mount: &ScriptName, tag: &Tag) -> String {
    let link = link(mount, "/", &[("tag", tag.name.as_str())]);
    format!(
        " <a class=\"tag\" href=\"{}\">{}</a>",
        escape(link),
        escape(&tag.name)
    )
}

/// The way to the next page, which has the same query.
fn older(mount: &ScriptName, path: &str, query: Option<(&str, &str)>, found: &Found) -> String {
    let Some(token) = &found.page.next else {
        return String::new();
    };
    let mut pairs = Vec::from_iter(query);
    pairs.push(("page", token));
    let link = escape(link(mount, path, &pairs));
    format!("<nav class=\"pages\"><a rel=\"next\" href=\"{link}\">Older</a></nav>\n")
}

fn link(mount: &ScriptName, path: &str, query: &[(&str, &str)]) -> String {
    // Pairs of strings can always be encoded.
    let query = serde_urlencoded::to_string(query).unwrap_or_default();
    format!("{}?{query}", mount.path(path))
}

fn entries(count: u64) -> String {
    let noun = if count == 1 { "entry" } else { "entries" };
    format!("{count} {noun}")
}

fn time(moment: Timestamp) -> String {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let day = moment.date();
    let month = usize::from(day.month()).checked_sub(1);
    let month = month.and_then(|month| MONTHS.get(month)).unwrap_or(&"");
    format!(
        "<time datetime=\"{moment}\">{} {month} {}</time>",
        day.day(),
        day.year()
    )
}

fn layout(mount: &ScriptName, title: &str, words: &str, content: &str) -> Html<String> {
    let home = escape(mount.path("/"));
    Html(format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<link rel=\"stylesheet\" href=\"{}\">\n</head>\n<body>\n\
         <header>\n<a class=\"brand\" href=\"{home}\">Guestbook</a>\n\
         <form class=\"search\" role=\"search\" action=\"{home}\">\
         <input type=\"search\" name=\"q\" value=\"{}\" placeholder=\"Search\" aria-label=\"Search the messages\">\
         <button>Search</button></form>\n</header>\n<main>\n{content}</main>\n</body>\n</html>\n",
        escape(title),
        escape(mount.path("/static/style.css")),
        escape(words),
    ))
}
