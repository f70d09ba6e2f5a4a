//! Full-text search.

use super::{Load, Query, Within};
use crate::orm::expr::{Condition, Expr, Expression, Frag, Op, Order};
use crate::orm::model::{Model, Source};

/// A model that can be searched.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no full-text search",
    note = "give it one: `#[model(full_text(title, body))]`"
)]
pub trait FullText: Model {}

/// Whether a row of `S` matches a query in FTS5's language
/// (<https://sqlite.org/fts5.html#full_text_query_syntax>). What users type goes to
/// [`Query::search`] instead.
pub fn matches<S: Source<Model: FullText>>(query: &str) -> Condition<S> {
    Expr::new(matching::<S>(query, |table, source| Op::Matches {
        table,
        source,
    }))
}

/// How well a row matches a query in FTS5's language: smaller is better, null where it
/// does not.
pub fn relevance<S: Source<Model: FullText>>(query: &str) -> Expr<S, Option<f64>> {
    Expr::new(matching::<S>(query, |table, source| Op::Relevance {
        table,
        source,
    }))
}

fn matching<S: Source>(query: &str, op: fn(&'static str, &'static str) -> Op) -> Frag {
    let mut frag = Frag::value(query);
    frag.push(op(S::Model::TABLE, S::NAME));
    frag
}

/// What the host takes as a query: so many words, of so many bytes together. A quote in
/// a word counts as another one.
const MOST_WORDS: usize = 32;
const MOST_BYTES: usize = 1 << 10;

/// Makes a query in FTS5's language of what somebody typed: each word is quoted, so
/// that nothing in it means anything else, and all of them must occur. Of a long text the
/// first words count.
fn words(text: &str) -> Option<String> {
    let mut query = String::new();
    let mut count = 0;
    for word in text.split_whitespace() {
        // FTS5 reads a text that ends at a NUL.
        let quoted = word.replace('"', "\"\"").replace('\0', "");
        count += 1 + word.matches('"').count();
        if count > MOST_WORDS || query.len() + quoted.len() + 3 > MOST_BYTES {
            break;
        }
        let separator = if query.is_empty() { "" } else { " " };
        query.push_str(separator);
        query.push('"');
        query.push_str(&quoted);
        query.push('"');
    }
    (!query.is_empty()).then_some(query)
}

impl<M: Source, Q, L: Load> Query<M, Q, L> {
    /// Takes only rows that contain all these words, the best first unless the query
    /// has an order. Nothing in the text is special, so that it may be what a user
    /// typed; of a text without words, all rows remain. The first 32 words count, and of
    /// these the first 1,000 bytes.
    pub fn search<I>(mut self, text: &str) -> Self
    where
        M: Within<Q, I>,
        M::Model: FullText,
    {
        let Some(query) = words(text) else {
            return self;
        };
        self.select.filter(matches::<M>(&query).into_frag());
        if self.select.order_by.is_empty() {
            self.order_by(Order::<M>::new(relevance::<M>(&query).into_frag(), false))
        } else {
            self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn whatever_is_typed_becomes_quoted_words() {
        assert_eq!(words("  "), None);
        assert_eq!(
            words("rust AND wasm"),
            Some(r#""rust" "AND" "wasm""#.into())
        );
        assert_eq!(words(&"a ".repeat(100)), Some(["\"a\""; 32].join(" ")));
        assert_eq!(
            words(&format!("one {}", "b".repeat(2000))),
            Some("\"one\"".into())
        );
        assert_eq!(
            words(r#"say "hi" NEAR(a* -b^)"#),
            Some(r#""say" """hi""" "NEAR(a*" "-b^)""#.into())
        );
    }
}
