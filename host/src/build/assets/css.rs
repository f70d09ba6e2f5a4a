//! Which URLs a style sheet refers to: `url()`, `@import`, `image-set()`, source maps.

use cssparser::{ParseError, Parser, Token};

use super::reference::{Found, source_map};

/// How deep blocks are looked into; a style sheet for people has less than ten.
const MAX_DEPTH: usize = 64;

/// What encloses a string.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    /// A function whose strings are URLs.
    Url,
    Other,
}

/// The at-rule whose prelude is being read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// `@import`, whose first string is a URL.
    Import,
    /// `@namespace`, whose URLs are names of XML.
    Namespace,
    Other,
}

/// Finds all URLs, in their order.
pub(super) fn references(text: &str) -> Vec<Found> {
    let mut parser = Parser::new(text);
    // Its own limit refuses a block without going past it; ours is below.
    parser.set_nested_block_limit(0);
    let mut found = Vec::new();
    walk(&mut parser, text, (Within::Other, 0), &mut found);
    found
}

fn walk(
    parser: &mut Parser<'_>,
    text: &str,
    (within, depth): (Within, usize),
    found: &mut Vec<Found>,
) {
    let mut rule = Rule::Other;
    loop {
        let line = 1 + parser.current_source_location().line as usize;
        let start = parser.position().byte_index();
        let Ok(token) = parser.next_including_whitespace_and_comments() else {
            return;
        };
        let token = token.clone();
        let raw = text
            .get(start..parser.position().byte_index())
            .unwrap_or_default();
        let url = |(before, inner): (usize, &str), url: &str| Found {
            range: start + before..start + before + inner.len(),
            url: url.to_owned(),
            line,
        };
        let nested = match &token {
            Token::WhiteSpace(_) => continue,
            Token::Comment(comment) => {
                found.extend(source_map(comment, start + "/*".len(), line));
                continue;
            }
            Token::UnquotedUrl(value) => {
                if rule != Rule::Namespace {
                    found.push(url(inside_brackets(raw), value));
                }
                None
            }
            Token::QuotedString(value) => {
                if within == Within::Url || rule == Rule::Import {
                    found.push(url(inside_quotes(raw), value));
                }
                None
            }
            Token::Function(name) if rule != Rule::Namespace => Some(function(name)),
            Token::Function(_)
            | Token::ParenthesisBlock
            | Token::SquareBracketBlock
            | Token::CurlyBracketBlock => Some(Within::Other),
            _ => None,
        };
        if let Some(within) = nested {
            // At its end the parser skips what was not looked at.
            let _ = parser.parse_nested_block(|parser| -> Result<(), ParseError<()>> {
                if depth < MAX_DEPTH {
                    walk(parser, text, (within, depth + 1), found);
                }
                Ok(())
            });
        }
        rule = match &token {
            Token::AtKeyword(name) if name.eq_ignore_ascii_case("import") => Rule::Import,
            Token::AtKeyword(name) if name.eq_ignore_ascii_case("namespace") => Rule::Namespace,
            Token::Semicolon | Token::CurlyBracketBlock => Rule::Other,
            // Only what comes first is the URL of an import.
            _ if rule == Rule::Import => Rule::Other,
            _ => rule,
        };
    }
}

fn function(name: &str) -> Within {
    let takes_urls = ["url", "src", "image-set", "-webkit-image-set"]
        .iter()
        .any(|function| name.eq_ignore_ascii_case(function));
    if takes_urls {
        Within::Url
    } else {
        Within::Other
    }
}

/// Returns what stands between quotes, and how far in; the end of the file closes
/// a string too.
fn inside_quotes(raw: &str) -> (usize, &str) {
    let inner = raw.get(1..).unwrap_or_default();
    let quote = raw.chars().next().unwrap_or('"');
    (1, inner.strip_suffix(quote).unwrap_or(inner))
}

/// Returns what stands in `url( )`, and how far in.
fn inside_brackets(raw: &str) -> (usize, &str) {
    let open = raw.find('(').map_or(raw.len(), |bracket| bracket + 1);
    let inner = raw.get(open..).unwrap_or_default();
    let inner = inner.strip_suffix(')').unwrap_or(inner);
    let trimmed = inner.trim_start();
    (open + inner.len() - trimmed.len(), trimmed.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns what was found: the text that would be replaced, the URL, the line.
    fn found(text: &str) -> Vec<(&str, String, usize)> {
        references(text)
            .into_iter()
            .map(|found| (&text[found.range], found.url, found.line))
            .collect()
    }

    fn urls(text: &str) -> Vec<String> {
        found(text).into_iter().map(|(_, url, _)| url).collect()
    }

    #[test]
    fn urls_are_found_bare_and_in_both_quotes_with_their_lines() {
        let text = "a { background: url(a.png) }\n\
                    b { background: URL( \"b c.png\" ), url('d.png')\n; src: url(\n e.woff2 ) }";
        assert_eq!(
            found(text),
            [
                ("a.png", "a.png".to_owned(), 1),
                ("b c.png", "b c.png".to_owned(), 2),
                ("d.png", "d.png".to_owned(), 2),
                ("e.woff2", "e.woff2".to_owned(), 3),
            ]
        );
    }

    #[test]
    fn escapes_are_undone_and_replaced_whole() {
        assert_eq!(
            found(r#"a{b:url(a\ b.png) url("c\"d\65.png")}"#),
            [
                (r"a\ b.png", "a b.png".to_owned(), 1),
                (r#"c\"d\65.png"#, "c\"de.png".to_owned(), 1),
            ]
        );
    }

    #[test]
    fn imports_image_sets_and_nested_blocks_are_looked_into() {
        assert_eq!(
            urls(
                "@import 'a.css'; @import \"b.css\" layer(x) supports(content: \"no\") print;\
                 @IMPORT url(c.css);\
                 @media print { @supports (x: y) { p { q: image-set(\"d.png\" 1x type(\"image/png\"), url(e.png) 2x) } } }\
                 @font-face { src: local(\"no\"), url(\"f.eot?#iefix\") format(\"no\"), src(\"g.otf\") }"
            ),
            [
                "a.css",
                "b.css",
                "c.css",
                "d.png",
                "e.png",
                "f.eot?#iefix",
                "g.otf"
            ]
        );
    }

    #[test]
    fn what_is_no_reference_is_left_alone() {
        assert_eq!(
            urls(
                "@charset \"utf-8\"; @namespace svg url(no.svg); @namespace url(\"no\");\
                 /* url(no.png) @import 'no.css' */ p::before { content: \"url(no.png)\"; q: attr(url) }\
                 @layer a; r { background: url(yes.png) }"
            ),
            ["yes.png"]
        );
    }

    #[test]
    fn a_source_map_is_a_reference() {
        assert_eq!(
            found("p{}\n/*# sourceMappingURL=site.css.map */"),
            [("site.css.map", "site.css.map".to_owned(), 2)]
        );
    }

    #[test]
    fn broken_and_hostile_style_sheets_end() {
        assert_eq!(urls("a { b: url(x.png"), ["x.png"]);
        assert_eq!(urls("a { b: url(\"x.png"), ["x.png"]);
        assert_eq!(urls("} ) ] a { b: url(x.png) }"), ["x.png"]);
        assert_eq!(
            urls("a { b: url(a b.png) 'x\ny } c { d: url(y.png) }"),
            ["y.png"]
        );
        let deep = "(".repeat(1_000_000) + "url(x.png)";
        assert_eq!(urls(&deep), [""; 0]);
        let closed = "(".repeat(1000) + &")".repeat(1000) + " url(y.png)";
        assert_eq!(urls(&closed), ["y.png"]);
    }
}
