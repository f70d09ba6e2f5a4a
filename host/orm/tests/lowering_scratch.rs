use rusqlite::Connection;
fn plan(c: &Connection, sql: &str) {
    println!("-- {sql}");
    match c.prepare(&format!("EXPLAIN QUERY PLAN {sql}")) {
        Err(e) => println!("   ERR {e}"),
        Ok(mut s) => {
            let mut r = s.raw_query();
            while let Some(row) = r.next().unwrap() {
                println!("   {}", row.get::<_, String>(3).unwrap());
            }
        }
    }
}
#[test]
fn scratch() {
    let c = Connection::open_in_memory().unwrap();
    c.execute_batch("create table p(id integer primary key, a integer not null, b text not null, n integer, m text) strict; create index pa on p(a, id); create index pn on p(n, id); create index pab on p(a,b,id)").unwrap();
    for w in [
        "id > ?1",
        "id > ?1 or (?1 is null and id is not null)",
        "id < ?1 or (id is null and ?1 is not null)",
        "a < ?1 or (a is null and ?1 is not null)",
    ] {
        let o = if w.contains('<') { "desc" } else { "asc" };
        plan(
            &c,
            &format!(
                "select * from p where {w} order by {} {o} limit 10",
                if w.starts_with("id") { "id" } else { "a" }
            ),
        );
    }
    plan(
        &c,
        "select * from p where (a,id) > (?1,?2) order by a, id limit 10",
    );
    plan(
        &c,
        "select * from p where a > ?1 or (a is ?1 and id > ?2) order by a, id limit 10",
    );
    plan(
        &c,
        "select * from p where a >= ?1 and (a > ?1 or (a is ?1 and id > ?2)) order by a, id limit 10",
    );
    plan(
        &c,
        "select * from p where (a <= ?1 or (a is null and ?1 is not null)) and (a < ?1 or (a is ?1 and id > ?2)) order by a, id limit 10",
    );
    plan(
        &c,
        "select * from p where (a < ?1 or (a is null and ?1 is not null)) or (a is ?1 and (id < ?2 or (id is null and ?2 is not null))) order by a desc, id desc limit 10",
    );
    plan(
        &c,
        "select * from p where (n <= ?1 or (n is null)) and ((n < ?1 or (n is null and ?1 is not null)) or (n is ?1 and (id < ?2 or (id is null and ?2 is not null)))) order by n desc, id desc limit 10",
    );
    plan(
        &c,
        "select * from p where (a <= ?1 or a is null) and 1 order by a desc, id desc limit 10",
    );
    plan(
        &c,
        "select * from p where (a <= ?1 or (a is null)) and ((a < ?1 or (a is null and ?1 is not null)) or (a is ?1 and (id < ?2 or (id is null and ?2 is not null)))) order by a desc, id desc limit 10",
    );
    plan(
        &c,
        "select * from p where +a >= coalesce(?1, -9e999) order by a",
    );
    plan(
        &c,
        "select * from p where a >= coalesce(?1, -9e999) order by a",
    );
    plan(
        &c,
        "select * from p where (n,id) < (?1,?2) order by n desc, id desc limit 10",
    );
}
