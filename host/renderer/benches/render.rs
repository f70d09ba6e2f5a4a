//! What the engine takes, beside Tera alone on values that are already there.
//!
//! ```sh
//! cargo bench -p wasgi-renderer --bench render
//! ```
//!
//! Inside of WebAssembly, with the flags of the component (`host/build.rs`):
//!
//! ```sh
//! cargo build --bench render -p wasgi-renderer --target wasm32-wasip2 --release \
//!     --no-default-features
//! wasmtime run target/wasm32-wasip2/release/deps/render-*.wasm
//! ```

#![allow(clippy::print_stdout, missing_docs)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use tera::value::{Key, Map};
use tera::{Context, Tera, Value};
use wasgi_renderer::{Engine, Extent, Field, File, Kind, Rows, Settings, Source};

const BASE: &str = "<!doctype html><title>{% block title %}{% endblock %}</title>\n\
    <body>{% block body %}{% endblock %}</body>\n";
const PAGE: &str = "{% extends \"base.html\" %}{% block title %}Posts{% endblock %}\n\
    {% block body %}<table>{% for post in posts %}\n\
    <tr><td>{{ post.id }}</td><td>{{ post.title }}</td><td>{{ post.body }}</td>\
    <td>{{ post.views }}</td><td>{{ post.created }}</td></tr>{% endfor %}</table>{% endblock %}";
const TRIVIAL: &str = "<h1>{{ title }}</h1>";
const BODY: &str = "A body of some forty letters, no more.";

const COLUMNS: [(&str, Kind); 5] = [
    ("id", Kind::Integer),
    ("title", Kind::Text),
    ("body", Kind::Text),
    ("views", Kind::Integer),
    ("created", Kind::Timestamp),
];

fn main() {
    let files = [
        ("base.html", BASE),
        ("page.html", PAGE),
        ("trivial.html", TRIVIAL),
    ];
    let mut tera = Tera::new();
    tera.add_raw_templates(files).expect("templates");
    let file = |(name, source): (&str, &str)| File {
        name: name.into(),
        source: source.into(),
    };
    let engine = Engine::new(files.map(file).into(), Settings::default()).expect("templates");
    trivial(&tera, &engine);
    page(&tera, &engine, 100, 10);
    page(&tera, &engine, 10_000, 1);
    first_piece(&engine);
}

fn report(what: &str, native: Duration, ours: Duration) {
    println!(
        "{what:<14} tera {:>9.2} us, engine {:>9.2} us: {:.2}",
        native.as_secs_f64() * 1e6,
        ours.as_secs_f64() * 1e6,
        ours.as_secs_f64() / native.as_secs_f64()
    );
}

/// The best of some short rounds, so that neighbours on the machine count less.
fn timed(times: u32, mut work: impl FnMut()) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..60 {
        let begun = Instant::now();
        for _ in 0..times {
            work();
        }
        best = best.min(begun.elapsed() / times);
    }
    best
}

fn trivial(tera: &Tera, engine: &Engine) {
    let native = timed(2000, || {
        let mut context = Context::new();
        context.insert_value("title", Value::normal_string("Hello"));
        black_box(tera.render("trivial.html", &context).expect("page"));
    });
    let source = Source::Template("trivial.html".into());
    let ours = timed(2000, || {
        let page = engine.render_whole(&source, b"{z\x05titlez\x05Hello0", &[]);
        black_box(page.expect("page"));
    });
    report("trivial", native, ours);
}

/// Rows as a program without us has them: from its database into values.
fn native_rows(count: u32) -> Value {
    let row = |id: u32| {
        let created = format!("2024-02-29T12:34:{:02}Z", id % 60);
        let values = [
            Value::from(id),
            Value::from(format!("Post number {id}")),
            Value::from(BODY),
            Value::from(id * 7),
            Value::from(created),
        ];
        let keys = COLUMNS.map(|(name, _)| Key::Str(name));
        Value::from(keys.into_iter().zip(values).collect::<Map>())
    };
    Value::from((0..count).map(row).collect::<Vec<_>>())
}

fn query(count: u32) -> Rows {
    let mut rows = vec![b'['];
    rows.extend_from_slice(&count.to_le_bytes());
    for id in 0..count {
        let title = format!("Post number {id}");
        rows.extend_from_slice(&[b')', 5, b'i']);
        rows.extend_from_slice(&id.to_le_bytes());
        for text in [&title, BODY] {
            rows.extend_from_slice(&[b'z', u8::try_from(text.len()).expect("short")]);
            rows.extend_from_slice(text.as_bytes());
        }
        rows.push(b'i');
        rows.extend_from_slice(&(id * 7).to_le_bytes());
        // 2024-02-29T12:34:00Z in 15 bits each, the lowest first.
        let mut micros = 1_709_210_040_000_000 + u64::from(id % 60) * 1_000_000;
        rows.extend_from_slice(b"l\x04\0\0\0");
        for _ in 0..4 {
            rows.extend_from_slice(
                &u16::try_from(micros & 0x7fff)
                    .expect("15 bits")
                    .to_le_bytes(),
            );
            micros >>= 15;
        }
    }
    let field = |(name, kind): (&str, Kind)| Field {
        name: name.into(),
        kind: Some(kind),
    };
    Rows {
        rows,
        related: Vec::new(),
        extent: Extent::All,
        fields: COLUMNS.map(field).into(),
        relations: Vec::new(),
    }
}

const CONTEXT: &[u8] = b"{z\x05posts>\x01\0\0\0i\0\0\0\x000";

fn page(tera: &Tera, engine: &Engine, count: u32, times: u32) {
    let source = Source::Template("page.html".into());
    let queries = [query(count)];
    let mut context = Context::new();
    context.insert_value("posts", native_rows(count));
    let native_page = tera.render("page.html", &context).expect("page");
    let our_page = engine
        .render_whole(&source, CONTEXT, &queries)
        .expect("page");
    assert_eq!(native_page.into_bytes(), our_page);
    let native = timed(times, || {
        black_box(tera.render("page.html", &context).expect("page"));
    });
    let ours = timed(times, || {
        black_box(
            engine
                .render_whole(&source, CONTEXT, &queries)
                .expect("page"),
        );
    });
    report(&format!("{count} x 5"), native, ours);
    let pieces = timed(times, || {
        black_box(
            engine
                .render_pieces(&source, CONTEXT, &queries, &mut |_| true)
                .expect("page"),
        );
    });
    report("  in pieces", native, pieces);
    let native = timed(times, || {
        let mut context = Context::new();
        context.insert_value("posts", native_rows(count));
        black_box(tera.render("page.html", &context).expect("page"));
    });
    report("  with values", native, ours);
}

fn first_piece(engine: &Engine) {
    let source = Source::Template("page.html".into());
    let queries = [query(10_000)];
    let mut first = Duration::MAX;
    for _ in 0..60 {
        let begun = Instant::now();
        let refused = engine.render_pieces(&source, CONTEXT, &queries, &mut |_| {
            first = first.min(begun.elapsed());
            false
        });
        assert!(refused.is_err());
    }
    println!(
        "first of 10000 x 5: engine {:>9.2} us",
        first.as_secs_f64() * 1e6
    );
}
