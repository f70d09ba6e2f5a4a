//! A type of the program's own as a column, and keys that are text.

use wasgi::orm::{Encode, Foreign, Mismatch, Reader, Schema, Value, domain, prelude::*};
use wasgi::test;

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Draft,
    Published,
}

impl Encode for State {
    type Domain = domain::Text;
    type Owned = Self;

    fn encode(&self, out: &mut Vec<u8>) {
        let text = match self {
            Self::Draft => "draft",
            Self::Published => "published",
        };
        text.encode(out);
    }
}

impl Value for State {
    type Inner = Self;
    type Perhaps<T> = T;

    fn decode(row: &mut Reader<'_>) -> Result<Self, Mismatch> {
        match row.text()? {
            "draft" => Ok(Self::Draft),
            "published" => Ok(Self::Published),
            _ => Err(row.mismatch("a state", b'u')),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Model)]
struct User {
    #[model(primary_key)]
    login: String,
    boss: Option<Foreign<User>>,
}

#[derive(Clone, Debug, PartialEq, Model)]
struct Article {
    id: u32,
    #[model(references = User::LOGIN, on_delete = cascade)]
    writer: String,
    #[model(references = User)]
    reader: Option<String>,
    #[model(default = State::Draft)]
    state: State,
    before: Option<State>,
}

#[test]
fn own_types_and_keys_of_text_work_like_the_others() {
    let _database = test::database(Schema::new().model::<User>().model::<Article>());
    let ann = User {
        login: "ann".to_owned(),
        boss: None,
    }
    .insert()
    .unwrap();
    User {
        login: "bob".to_owned(),
        boss: Some(Foreign::from(&ann)),
    }
    .insert()
    .unwrap();
    assert_eq!(
        User::get("bob").unwrap().boss.unwrap().fetch().unwrap(),
        ann
    );
    let article = Article {
        id: 0,
        writer: "ann".to_owned(),
        reader: Some("bob".to_owned()),
        state: State::Published,
        before: Some(State::Draft),
    };
    let article = article.insert().unwrap();
    assert_eq!(article.id, 1);
    let (found, reader) = Article::query()
        .filter(Article::STATE.eq(State::Published))
        .with(Article::READER)
        .one()
        .unwrap();
    assert_eq!((found, reader.unwrap().login.as_str()), (article, "bob"));
    assert_eq!(
        Article::query()
            .filter(Article::BEFORE.eq(Some(State::Draft)))
            .count(),
        Ok(1)
    );
    wasgi::orm::sql("INSERT INTO article (writer) VALUES ('ann')")
        .execute()
        .unwrap();
    assert_eq!(Article::get(2).unwrap().state, State::Draft);
    wasgi::orm::sql("UPDATE article SET state = 'odd' WHERE id = 2")
        .execute()
        .unwrap();
    let odd = Article::get(2).unwrap_err().to_string();
    assert_eq!(
        odd,
        "wrong type: column 4 (`state`): expected a state, found a text"
    );
}
