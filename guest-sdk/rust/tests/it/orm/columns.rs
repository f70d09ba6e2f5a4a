//! Types of columns: what is written comes back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use wasgi::orm::{Date, Decimal, Json, Schema, Timestamp, Uuid, prelude::*};
use wasgi::test;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Meta {
    name: String,
    tags: Vec<String>,
    sizes: BTreeMap<String, f64>,
    on: bool,
}

#[derive(Clone, Debug, PartialEq, Model)]
struct Everything {
    #[model(primary_key)]
    key: Uuid,
    yes: bool,
    tiny: i8,
    small: u16,
    wide: u32,
    long: i64,
    real: f64,
    text: String,
    bytes: Vec<u8>,
    price: Decimal,
    at: Timestamp,
    day: Date,
    #[model(json)]
    meta: Meta,
    list: Json<Vec<i64>>,
    none: Option<String>,
    some: Option<Decimal>,
    perhaps: Option<Json<Meta>>,
    r#type: Option<i32>,
}

fn everything() -> Everything {
    let meta = Meta {
        name: "a \"b\" ä".to_owned(),
        tags: vec!["x".to_owned(), "y".to_owned()],
        sizes: BTreeMap::from([("w".to_owned(), 1.5)]),
        on: true,
    };
    Everything {
        key: Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef),
        yes: true,
        tiny: -128,
        small: u16::MAX,
        wide: u32::MAX,
        long: i64::MIN,
        real: -0.1,
        text: "ä\0€".repeat(100),
        bytes: vec![0, 255, 1],
        price: "-12.50".parse().unwrap(),
        at: "2026-03-01T12:00:00.000001Z".parse().unwrap(),
        day: "2024-02-29".parse().unwrap(),
        meta: meta.clone(),
        list: Json(vec![1, 2]),
        none: None,
        some: Some(Decimal::from(3)),
        perhaps: Some(Json(meta)),
        r#type: Some(-1),
    }
}

fn database() -> test::Database {
    test::database(Schema::new().model::<Everything>())
}

#[test]
fn every_type_comes_back_as_it_was() {
    let _database = database();
    let row = everything().insert().unwrap();
    assert_eq!(row, everything());
    assert_eq!(Everything::get(row.key).unwrap(), row);
    let mut row = row;
    row.long = i64::MAX;
    row.none = Some("here".to_owned());
    row.perhaps = None;
    row.save().unwrap();
    assert_eq!(Everything::get(row.key).unwrap(), row);
}

#[test]
fn every_type_is_compared_with_its_like() {
    let _database = database();
    everything().insert().unwrap();
    let row = everything();
    let count = |query: wasgi::orm::Query<Everything>| query.count().unwrap();
    let query = Everything::query;
    assert_eq!(count(query().filter(Everything::KEY.eq(row.key))), 1);
    assert_eq!(count(query().filter(Everything::BYTES.eq([0, 255, 1]))), 1);
    assert_eq!(
        count(query().filter(Everything::PRICE.eq("-12.5".parse::<Decimal>().unwrap()))),
        1
    );
    assert_eq!(
        count(query().filter(Everything::PRICE.lt(Decimal::from(-9)))),
        1
    );
    assert_eq!(count(query().filter(Everything::AT.gt(row.at))), 0);
    assert_eq!(count(query().filter(Everything::DAY.ge(row.day))), 1);
    assert_eq!(count(query().filter(Everything::REAL.lt(0.0))), 1);
    assert_eq!(count(query().filter(Everything::YES)), 1);
    assert_eq!(count(query().filter(Everything::TYPE.lt(0))), 1);
}

#[test]
fn decimals_are_summed_exactly() {
    let _database = database();
    for (number, price) in [(1, "0.1"), (2, "0.2"), (3, "100000000000000000.05")] {
        let price = price.parse().unwrap();
        Everything {
            key: Uuid::from_u128(number),
            price,
            ..everything()
        }
        .insert()
        .unwrap();
    }
    let sum = Everything::query()
        .select(Everything::PRICE.sum())
        .one()
        .unwrap()
        .unwrap();
    assert_eq!(sum.to_string(), "100000000000000000.35");
    let most = Everything::query()
        .select(Everything::PRICE.max())
        .one()
        .unwrap()
        .unwrap();
    assert_eq!(most.to_string(), "100000000000000000.05");
}

#[test]
fn json_is_read_by_its_paths() {
    let _database = database();
    everything().insert().unwrap();
    let row = Everything::query()
        .filter(Everything::META.key("tags").at(1).text().eq("y"))
        .select((
            Everything::META.key("name").text(),
            Everything::META.key("sizes").key("w").real(),
            Everything::META.key("on").boolean(),
            Everything::LIST.at(0).integer(),
            Everything::META.key("nothing").text(),
            Everything::META.key("tags").json::<Vec<String>>(),
        ))
        .one()
        .unwrap();
    assert_eq!(row.0.as_deref(), Some("a \"b\" ä"));
    assert_eq!(
        (row.1, row.2, row.3, row.4),
        (Some(1.5), Some(true), Some(1), None)
    );
    assert_eq!(row.5.unwrap().0, ["x", "y"]);
}

#[test]
fn keys_that_are_made_by_the_program_are_unique() {
    let _database = database();
    let rows = (0..100).map(|_| Everything {
        key: Uuid::now_v7(),
        ..everything()
    });
    assert_eq!(Everything::insert_many(rows), Ok(100));
    let keys = Everything::query()
        .order_by(Everything::KEY)
        .select(Everything::KEY)
        .all()
        .unwrap();
    assert!(keys.is_sorted());
    assert_ne!(Uuid::new_v4(), Uuid::new_v4());
}
