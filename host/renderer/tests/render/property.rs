//! No bytes break the engine.

use proptest::prelude::*;
use wasgi_renderer::{Extent, Field, Kind, Relation, Rows, Settings, Source};

use crate::pack;

const KINDS: [Option<Kind>; 11] = [
    None,
    Some(Kind::Boolean),
    Some(Kind::Integer),
    Some(Kind::Real),
    Some(Kind::Text),
    Some(Kind::Blob),
    Some(Kind::Decimal),
    Some(Kind::Uuid),
    Some(Kind::Timestamp),
    Some(Kind::Date),
    Some(Kind::Json),
];

fn field() -> impl Strategy<Value = Field> {
    let kind = proptest::sample::select(KINDS.as_slice());
    ("[a-c.]{0,3}", kind).prop_map(|(name, kind)| Field { name, kind })
}

/// Bytes that are packed values more often than by chance.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"{".to_vec()),
        Just(b"0".to_vec()),
        Just(b"N".to_vec()),
        Just(b"[\x01\0\0\0".to_vec()),
        Just(b"[\x02\0\0\0".to_vec()),
        Just(b")\x01".to_vec()),
        Just(b")\x02".to_vec()),
        Just(b">\x01\0\0\0".to_vec()),
        Just(b"i\0\0\0\0".to_vec()),
        Just(b"z\x01a".to_vec()),
        Just(b"z\x02[]".to_vec()),
        Just(b"s\x01\0\0\0\xff".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..6),
    ];
    proptest::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

fn relation() -> impl Strategy<Value = Relation> {
    let fields = proptest::collection::vec(field(), 0..3);
    (0..3_u32, 0..3_u32, "[a-c.]{0,3}", any::<bool>(), fields).prop_map(
        |(parent, key, name, many, fields)| Relation {
            parent,
            key,
            name,
            many,
            fields,
        },
    )
}

fn rows() -> impl Strategy<Value = Rows> {
    let extents = [Extent::All, Extent::First, Extent::Scalar, Extent::Column];
    (
        bytes(),
        proptest::collection::vec(bytes(), 0..3),
        proptest::sample::select(extents.to_vec()),
        proptest::collection::vec(field(), 0..3),
        proptest::collection::vec(relation(), 0..3),
    )
        .prop_map(|(rows, related, extent, fields, relations)| Rows {
            rows,
            related,
            extent,
            fields,
            relations,
        })
}

proptest! {
    #[test]
    fn no_context_breaks_the_engine(context in bytes(), queries in proptest::collection::vec(rows(), 0..2)) {
        let engine = crate::engine(&[]);
        let _ = engine.render_whole(&Source::Text("{{ a }}".into()), &context, &queries);
    }

    #[test]
    fn no_rows_break_the_engine(query in rows()) {
        let engine = crate::engine(&[]);
        let context = pack::context(&serde_json::json!({"a": {"$query": 0}}));
        let _ = engine.render_whole(&Source::Text("{{ a }}".into()), &context, &[query]);
    }

    #[test]
    fn no_text_breaks_the_engine(
        text in "(\\{\\{|\\}\\}|\\{%|%\\}|[a-c'\"`|.()\\[\\]{}<>/=:~+*-]| |if |for |in |endif|endfor|block |set |component |raw|1|include |extends ){0,25}"
    ) {
        let engine = crate::engine(&[("a", "a")]);
        let _ = engine.render_whole(&Source::Text(text), b"{0", &[]);
    }

    #[test]
    fn what_is_packed_comes_back(text in "\\PC{0,30}", number: i64, real in -1e9..1e9_f64) {
        let context = serde_json::json!({"text": text, "number": number, "real": real});
        let source = Source::Text("{{ text | safe }} {{ number }} {{ real }}".into());
        let page = crate::run(&crate::engine(&[]), &source, &context, &[]);
        prop_assert_eq!(crate::shown(page), format!("{text} {number} {real:?}"));
    }
}

#[test]
fn a_page_is_the_same_in_pieces() {
    let template = "{% for i in range(end=20000) %}<p>{{ i }}</p>\n{% endfor %}";
    let settings = Settings {
        max_output: 10 << 20,
        ..Settings::default()
    };
    let engine = wasgi_renderer::Engine::new(Vec::new(), settings).expect("engine");
    let source = Source::Text(template.into());
    let whole = engine.render_whole(&source, b"{0", &[]).expect("page");
    let mut pieces: Vec<Vec<u8>> = Vec::new();
    let rest = engine.render_pieces(&source, b"{0", &[], &mut |piece| {
        pieces.push(piece.to_vec());
        true
    });
    let around = 16 << 10..17 << 10;
    assert!(pieces.len() > 10 && pieces.iter().all(|piece| around.contains(&piece.len())));
    pieces.push(rest.expect("rest"));
    assert_eq!(pieces.concat(), whole);
    let mut written = Vec::new();
    engine
        .render(&source, b"{0", &[], &mut written)
        .expect("page");
    assert_eq!(written, whole);
    let mut taken = 0;
    let stopped = engine.render_pieces(&source, b"{0", &[], &mut |_| {
        taken += 1;
        taken < 3
    });
    assert_eq!((taken, stopped), (3, Err(wasgi_renderer::Error::Stopped)));
}
