//! What is packed is what Tera makes of the same values by itself.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};

use super::*;
use crate::templates::{context, render_text};

/// How the renderer shows a value.
fn shown(value: impl Serialize) -> Result<String, String> {
    let page = render_text("{{ v }}", context! { v: value });
    page.and_then(|page| page.into_string())
        .map_err(|error| error.to_string())
}

/// How Tera shows it, without any packing.
fn by_itself(value: impl Serialize) -> String {
    let mut context = tera::Context::new();
    context.insert("v", &value);
    let tera = tera::Tera::default();
    tera.render_str("{{ v }}", &context, true).expect("shown")
}

#[derive(Serialize)]
enum Kinds {
    Unit,
    Newtype(i8),
    Tuple(bool, char),
    Struct { deep: Option<Box<Kinds>> },
}

#[derive(Serialize)]
struct Everything {
    unit: (),
    none: Option<u8>,
    some: Option<u8>,
    small: i16,
    large: u64,
    real: f32,
    text: &'static str,
    tuple: (u8, String),
    list: Vec<Kinds>,
}

#[test]
fn everything_of_serde_is_shown_as_tera_shows_it() {
    let everything = || Everything {
        unit: (),
        none: None,
        some: Some(1),
        small: -1,
        large: u64::MAX,
        real: 1.5,
        text: "\u{e4} <&>",
        tuple: (2, "two".into()),
        list: vec![
            Kinds::Unit,
            Kinds::Newtype(-3),
            Kinds::Tuple(true, 'x'),
            Kinds::Struct {
                deep: Some(Box::new(Kinds::Unit)),
            },
        ],
    };
    assert_eq!(shown(everything()), Ok(by_itself(everything())));
    for number in [i128::from(i64::MIN), i128::MAX, -i128::MAX, 1 << 64] {
        assert_eq!(shown(number), Ok(number.to_string()));
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>()
            .prop_filter("JSON has no others", |real| real.is_finite())
            .prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_json_is_shown_as_tera_shows_it(value in any_value()) {
        prop_assert_eq!(shown(&value), Ok(by_itself(&value)));
    }

    #[test]
    fn a_map_as_a_context_has_the_same_values(
        map in prop::collection::btree_map("[a-z]{1,8}", any_value(), 0..6)
    ) {
        for (name, value) in &map {
            let text = format!("{{{{ {name} is defined }}}} {{{{ {name} }}}}");
            // Some of these names are words of the language.
            let Ok(page) = render_text(&text, &map) else { continue };
            let expected = format!("true {}", by_itself(value));
            prop_assert_eq!(page.into_string(), Ok(expected));
        }
        let entries = pack_entries(&map).expect("a map");
        prop_assert!(entries.iter().map(|(name, _)| name).eq(map.keys()));
    }

    #[test]
    fn no_bytes_are_measured_beyond_their_end(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        if let Some(length) = value_length(&bytes) {
            prop_assert!(length <= bytes.len());
        }
    }

    #[test]
    fn a_value_is_measured_as_it_was_written(value in any_value()) {
        let mut bytes = pack(&value).expect("packed");
        let length = bytes.len();
        bytes.extend_from_slice(b"rest");
        prop_assert_eq!(value_length(&bytes), Some(length));
        bytes.truncate(length - 1);
        prop_assert_eq!(value_length(&bytes), None);
    }
}

#[test]
fn values_as_deep_as_may_be_are_shown_and_deeper_ones_refused_here() {
    let nested = |levels| (0..levels).fold(json!(1), |inner, _| json!([inner]));
    let deepest = DEPTH - 1;
    assert_eq!(
        shown(nested(deepest)),
        Ok(format!("{}1{}", "[".repeat(deepest), "]".repeat(deepest)))
    );
    let refused = shown(nested(deepest + 1)).expect_err("too deep");
    assert_eq!(
        refused,
        "the context: the value of `v`: values are nested more than 64 levels deep"
    );
}

#[test]
fn keys_become_texts_as_in_json_or_are_refused() {
    let by_number = BTreeMap::from([(-1_i64, 1), (i64::MAX, 2)]);
    let texts = BTreeMap::from([("-1", 1), ("9223372036854775807", 2)]);
    assert_eq!(pack(by_number), pack(texts));
    assert_eq!(
        pack(BTreeMap::from([(true, 'x')])),
        pack(BTreeMap::from([("true", 'x')]))
    );
    let map = BTreeMap::from([((1, 2), 3)]);
    assert_eq!(
        pack(&map).expect_err("a tuple").to_string(),
        "the keys of a map are texts, integers or booleans"
    );
}

#[test]
fn what_is_no_dict_is_no_context() {
    for value in [json!([1]), json!("text"), json!(null)] {
        let error = render_text("", &value).expect_err("no context");
        assert_eq!(
            error.to_string(),
            "the context: a context is a struct or a map, and this is none"
        );
    }
}
