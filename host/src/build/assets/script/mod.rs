//! Which URLs a script refers to: `import`, `export ... from`, `import()`,
//! `new URL(..., import.meta.url)`, source maps.
//!
//! Reads words, strings and comments, not JavaScript's grammar: a regular
//! expression after a bracket may be taken for a division, and confuse it up to the
//! end of the line. What it overlooks keeps its plain URL, which is served as well;
//! what it finds is only changed where it names a static file.

mod lexer;

use super::reference::Found;
use lexer::{Token, tokens};

/// Finds all URLs, in their order.
pub(super) fn references(text: &str) -> Vec<Found> {
    let (tokens, mut found) = tokens(text);
    for (index, token) in tokens.iter().enumerate() {
        let rest = tokens.get(index + 1..).unwrap_or_default();
        let is_property = index > 0 && tokens.get(index - 1) == Some(&Token::Sign(b'.'));
        let url = match token {
            _ if is_property => None,
            Token::Word("import") => import(rest).or_else(|| from(rest)),
            Token::Word("export") => from(rest),
            Token::Word("new") => new_url(rest),
            _ => None,
        };
        if let Some((url, start, line)) = url.filter(|(url, ..)| !url.contains('\\')) {
            found.push(Found {
                range: start..start + url.len(),
                url: url.to_owned(),
                line,
            });
        }
    }
    found.sort_by_key(|found| found.range.start);
    found.dedup();
    found
}

type Url<'a> = (&'a str, usize, usize);

/// `import "./x.js"` and `import("./x.js")`.
fn import<'a>(rest: &[Token<'a>]) -> Option<Url<'a>> {
    match *rest {
        [Token::Text(url, start, line), ..]
        | [
            Token::Sign(b'('),
            Token::Text(url, start, line),
            Token::Sign(b')' | b','),
            ..,
        ] => relative((url, start, line)),
        _ => None,
    }
}

/// `{ a, b as c } from "./x.js"`.
fn from<'a>(rest: &[Token<'a>]) -> Option<Url<'a>> {
    for pair in rest.windows(2) {
        match *pair {
            [Token::Word("from"), Token::Text(url, start, line)] => {
                return relative((url, start, line));
            }
            // The next declaration, where no semicolon stands between.
            [Token::Word("import" | "export"), _] => return None,
            [
                Token::Word(_) | Token::Text(..) | Token::Sign(b'{' | b'}' | b',' | b'*'),
                _,
            ] => {}
            _ => return None,
        }
    }
    None
}

/// `new URL("x.wasm", import.meta.url)`.
fn new_url<'a>(rest: &[Token<'a>]) -> Option<Url<'a>> {
    use Token::{Sign, Text, Word};
    match *rest {
        [
            Word("URL"),
            Sign(b'('),
            Text(url, start, line),
            Sign(b','),
            Word("import"),
            Sign(b'.'),
            Word("meta"),
            Sign(b'.'),
            Word("url"),
            ..,
        ] => Some((url, start, line)),
        _ => None,
    }
}

/// A specifier without a dot or a slash at its start names a package.
fn relative(url: Url<'_>) -> Option<Url<'_>> {
    let is_path = ["./", "../", "/"]
        .iter()
        .any(|start| url.0.starts_with(start));
    is_path.then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&str, usize)> {
        let all = references(text);
        for found in &all {
            assert_eq!(text[found.range.clone()], found.url);
        }
        all.into_iter()
            .map(|found| (&text[found.range], found.line))
            .collect()
    }

    fn urls(text: &str) -> Vec<&str> {
        found(text).into_iter().map(|(url, _)| url).collect()
    }

    #[test]
    fn every_form_of_import_is_found_with_its_line() {
        let text = "import './a.js'\nimport b, { c as d } from \"../b.js\";\n\
                    import * as from from '/static/c.js'\nexport * from './d.js'\n\
                    export { e,\n f } from './e.js'\nconst g = await import('./g.js')\n\
                    import h from './h.json' with { type: 'json' }\n\
                    new Worker(new URL('worker.js', import.meta.url), { type: 'module' })\n\
                    //# sourceMappingURL=main.js.map\n";
        assert_eq!(
            found(text),
            [
                ("./a.js", 1),
                ("../b.js", 2),
                ("/static/c.js", 3),
                ("./d.js", 4),
                ("./e.js", 6),
                ("./g.js", 7),
                ("./h.json", 8),
                ("worker.js", 9),
                ("main.js.map", 10),
            ]
        );
    }

    #[test]
    fn minified_code_is_read_too() {
        assert_eq!(
            urls("import{a}from\"./a.js\";import\"./b.js\";let c=1;export{c}from'./c.js'"),
            ["./a.js", "./b.js", "./c.js"]
        );
    }

    #[test]
    fn what_is_no_import_is_left_alone() {
        for text in [
            "import react from 'react'",
            "// import './a.js'",
            "/* import './a.js' */",
            "let s = \"import './a.js'\"",
            "let s = `import './a.js' ${1} import './a.js'`",
            "let s = /import '.\\/a.js'/",
            "module.import('./a.js')",
            "import(`./a.js`)",
            "import('./a' + name)",
            "let from = './a.js'",
            "export { a }; f(from, './a.js')",
            "export const from = './a.js'",
            "let o = { import: './a.js' }",
            "import './a\\u002ejs'",
            "new URL('./a.js', location)",
        ] {
            assert_eq!(urls(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn strings_templates_and_regular_expressions_do_not_confuse_what_follows() {
        for before in [
            "let a = /[/\"'`]/.test(b) / 2;",
            "let a = `${ { b: `}` } }'`;",
            "let a = '\\'\\\\';",
            "let a = \"it's\";",
            "return /'/;",
            "let a = (b) / c / d;",
            "f(a)\n/'/.test(b)\n",
            "let caf\u{e9} = '\u{e9}';",
            "'open\n",
        ] {
            let text = format!("{before} import './a.js'");
            assert_eq!(urls(&text), ["./a.js"], "{before}");
        }
    }

    #[test]
    fn broken_scripts_end() {
        for text in [
            "'", "`", "`${", "/*", "//", "/", "}", "'\\", "`\\", "/[", "import", "\\\u{e9}",
        ] {
            assert_eq!(urls(text), [""; 0], "{text}");
        }
    }
}
