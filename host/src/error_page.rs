//! The page that a developer's browser is shown in the place of an answer.

/// What is on it. Everything but `title` may be empty.
#[derive(Debug, Default)]
pub(crate) struct ErrorPage<'a> {
    /// One line.
    pub(crate) title: &'a str,
    /// The whole story: a compiler's report, a traceback.
    pub(crate) detail: &'a str,
    /// What the reader may do, or may expect.
    pub(crate) note: &'a str,
    /// Whether it looks again every two seconds.
    pub(crate) reloads: bool,
}

impl ErrorPage<'_> {
    /// Returns the page, in which nothing of what it was given is HTML.
    pub(crate) fn html(&self) -> String {
        let reload = if self.reloads {
            "<meta http-equiv=\"refresh\" content=\"2\">\n"
        } else {
            ""
        };
        format!(
            include_str!("error_page.html"),
            reload = reload,
            title = escaped(self.title),
            detail = escaped(self.detail),
            note = escaped(self.note),
        )
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            _ => escaped.push(char),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_of_a_failure_is_no_html() {
        let page = ErrorPage {
            title: "no <b>",
            detail: "expected `Vec<u8>` & <script>",
            ..ErrorPage::default()
        };
        let html = page.html();
        assert!(html.contains("<h1>no &lt;b&gt;</h1>"), "{html}");
        assert!(
            html.contains("Vec&lt;u8&gt;` &amp; &lt;script&gt;"),
            "{html}"
        );
        assert!(!html.contains("refresh"), "{html}");
    }
}
