//! The database: what takes long, what is large, what ends badly.

use wasgi::Result;
use wasgi::orm::{self, Error};

use crate::{Answer, Call};

const ENDLESS: &str =
    "WITH r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r";

pub(crate) fn answer(path: &str, call: Call) -> Answer {
    let outcome = match path {
        "/db/make" => make(),
        "/db/count" => count().map(|count| count.to_string()),
        "/db/add" => add().map(|changes| changes.to_string()),
        "/db/endless" => orm::sql(ENDLESS).one::<i64>().map(|count| count.to_string()),
        "/db/endless-write" => orm::try_transaction(|_| {
            add()?;
            let sql = "INSERT INTO note WITH r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r";
            orm::sql(sql).execute()
        })
        .map(|changes| changes.to_string()),
        "/db/large" => orm::sql(
            "WITH r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT hex(zeroblob(100000)) FROM r",
        )
        .all::<String>()
        .map(|rows| rows.len().to_string()),
        "/db/sql" => orm::sql(call.parameter("q")).execute().map(|changes| changes.to_string()),
        "/db/increment" => increment().map(|value| value.to_string()),
        "/db/trap-in-transaction" => orm::try_transaction(|_| {
            add()?;
            std::process::abort()
        }),
        "/db/fail-in-transaction" => match fail() {
            Err(error) => return Ok(Err(error)),
            Ok(()) => Ok(String::new()),
        },
        _ => return Err(call),
    };
    Ok(call.outcome(outcome))
}

fn make() -> orm::Result<String> {
    orm::sql("CREATE TABLE IF NOT EXISTS note (n INTEGER)").execute()?;
    Ok("made".to_owned())
}

fn count() -> orm::Result<i64> {
    orm::sql("SELECT count(*) FROM note").one()
}

fn add() -> orm::Result<u64> {
    orm::sql("INSERT INTO note VALUES (0)").execute()
}

/// Reads and then writes: without the transaction two of them would read the same.
fn increment() -> orm::Result<i64> {
    orm::try_transaction(|_| {
        let before: i64 = orm::sql("SELECT max(n) FROM note").one()?;
        orm::sql("UPDATE note SET n = ?")
            .bind(before + 1)
            .execute()?;
        Ok::<_, Error>(before + 1)
    })
}

fn fail() -> Result<()> {
    orm::transaction(|_| {
        add()?;
        Err(wasgi::Error::bad_request("on purpose"))
    })
}
