//! PEP 3333's `environ`, `wsgi.input` and `wsgi.errors`.

use std::io::{BufRead, Read, Write};

use wasgi::test::{Client, Request};
use wasgi::{Body, Environ, InputError, Result, StartResponse};

/// Answers with what a function says of the environ.
fn says<F>(say: F) -> Client
where
    F: Fn(&mut Environ) -> String + 'static,
{
    Client::new(move |mut environ: Environ, start_response: StartResponse| {
        start_response.call("200 OK", &[], None)?;
        Result::<_>::Ok(say(&mut environ))
    })
}

fn variable(name: &'static str) -> Client {
    says(move |environ| format!("{:?}", environ.get(name)))
}

#[test]
fn rule_2_the_environ_may_be_changed() {
    let client = says(|environ| {
        environ.set("PATH_INFO", "/changed");
        environ.set("x.y", "new");
        assert_eq!(environ.remove("QUERY_STRING").as_deref(), Some("a=1"));
        assert_eq!(environ.remove("QUERY_STRING"), None);
        let has_query = environ.iter().any(|(name, _)| name == "QUERY_STRING");
        format!(
            "{} {:?} {has_query}",
            environ.path_info(),
            environ.get("x.y")
        )
    });
    assert_eq!(client.get("/?a=1").text(), "/changed Some(\"new\") false");
}

#[test]
fn rule_3_method_server_name_and_port_are_never_empty() {
    let client = says(|environ| {
        let get = |name| environ.get(name).unwrap_or_default().to_owned();
        [
            get("REQUEST_METHOD"),
            get("SERVER_NAME"),
            get("SERVER_PORT"),
        ]
        .join(" ")
    });
    assert_eq!(
        client.request("PURGE", "/").send().text(),
        "PURGE localhost 80"
    );
}

#[test]
fn rule_4_percent_decoded_bytes_appear_as_latin_1() {
    let client = says(|environ| {
        let decoded = wasgi::native_string::decode(environ.path_info());
        format!("{:?} {decoded:?}", environ.path_info())
    });
    assert_eq!(client.get("/%FF").text(), "\"/\u{ff}\" None");
    assert_eq!(
        client.get("/caf%C3%A9").text(),
        "\"/caf\u{c3}\u{a9}\" Some(\"/café\")"
    );
}

#[test]
fn rule_5_the_query_string_is_raw() {
    let client = says(|environ| {
        let parameter = environ.query_parameter("a b");
        format!(
            "{} {parameter:?} {:?}",
            environ.query_string(),
            environ.query_parameter("c")
        )
    });
    assert_eq!(
        client.get("/?a+b=%26%3D&x").text(),
        "a+b=%26%3D&x Some(\"&=\") None"
    );
}

#[test]
fn rule_6_content_type_and_length_stand_without_http() {
    let client = says(|environ| {
        let prefixed = environ
            .get("HTTP_CONTENT_TYPE")
            .or(environ.get("HTTP_CONTENT_LENGTH"));
        format!(
            "{:?} {:?} {prefixed:?} {:?}",
            environ.content_type(),
            environ.content_length(),
            environ.header("content-TYPE"),
        )
    });
    let request = client.request("POST", "/").header("Content-Type", "text/x");
    assert_eq!(
        request.body("abc").send().text(),
        "Some(\"text/x\") Some(3) None Some(\"text/x\")"
    );
    assert_eq!(client.get("/").text(), "None None None None");
}

#[test]
fn rule_7_headers_are_mirrored_joined_and_not_spoofed() {
    let send = |name, headers: &[(&str, &str)]| {
        let client = variable(name);
        let mut request = client.request("GET", "/");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        request.send().text()
    };
    assert_eq!(
        send("HTTP_X_A", &[("X-A", "1"), ("x-a", "2")]),
        "Some(\"1,2\")"
    );
    assert_eq!(
        send("HTTP_COOKIE", &[("Cookie", "a=1"), ("Cookie", "b=2")]),
        "Some(\"a=1; b=2\")"
    );
    assert_eq!(
        send("HTTP_X_FORWARDED_FOR", &[("X_Forwarded_For", "1.2.3.4")]),
        "None"
    );
    let client = says(|environ| format!("{:?}", environ.header("x-forwarded-FOR")));
    let request = client
        .request("GET", "/")
        .header("X-Forwarded-For", "1.2.3.4");
    assert_eq!(request.send().text(), "Some(\"1.2.3.4\")");
}

#[test]
fn rule_9_the_url_scheme_is_there() {
    assert_eq!(
        says(|environ| environ.url_scheme().to_owned())
            .get("/")
            .text(),
        "http"
    );
}

#[test]
fn the_url_is_reconstructed_as_the_pep_says() {
    let client = says(|environ| environ.url());
    let mounted = |target| {
        client
            .request("GET", target)
            .mounted_at("/app \u{c3}\u{a9}")
    };
    let url = |request: Request<'_>| request.send().text();
    assert_eq!(
        url(mounted("/a%20b;c?q=%20").header("Host", "example.com:8000")),
        "http://example.com:8000/app%20%C3%A9/a%20b;c?q=%20",
    );
    let without_host = |port| {
        let request = client.request("GET", "/x").variable("HTTP_HOST", "");
        url(request
            .variable("wsgi.url_scheme", "https")
            .variable("SERVER_PORT", port))
    };
    assert_eq!(without_host("443"), "https://localhost/x");
    assert_eq!(without_host("8443"), "https://localhost:8443/x");
}

fn arriving(client: &Client, chunks: &'static [&'static str]) -> String {
    let chunks = chunks.iter().map(|chunk| Ok(chunk.as_bytes().to_vec()));
    client
        .request("POST", "/")
        .body_chunks(chunks)
        .send()
        .text()
}

#[test]
fn rule_11_input_is_read_by_bytes_and_by_lines_and_ends_for_ever() {
    let client = says(|environ| {
        let input = environ.input();
        let mut start = [0; 2];
        input.read_exact(&mut start).unwrap();
        let mut line = String::new();
        input.read_line(&mut line).unwrap();
        let rest: Vec<_> = input.lines().map(Result::unwrap).collect();
        assert_eq!(input.read(&mut start).unwrap(), 0);
        assert_eq!(input.read(&mut start).unwrap(), 0);
        assert_eq!(input.next_chunk(10).unwrap(), b"");
        format!("{line:?} {rest:?}")
    });
    assert_eq!(
        arriving(&client, &["ab", "cd\nse", "", "cond\nth", "ird"]),
        "\"cd\\n\" [\"second\", \"third\"]"
    );
}

#[test]
fn rule_11_chunks_are_as_they_arrived_and_never_longer_than_asked() {
    let client = says(|environ| {
        let mut chunks = Vec::new();
        loop {
            let chunk = environ.input().next_chunk(3).unwrap();
            if chunk.is_empty() {
                return chunks.join("|");
            }
            chunks.push(String::from_utf8(chunk).unwrap());
        }
    });
    assert_eq!(arriving(&client, &["abcde", "f", "gh"]), "abc|de|f|gh");
}

#[test]
fn reads_of_both_kinds_may_be_mixed() {
    let client = says(|environ| {
        let mut line = String::new();
        environ.input().read_line(&mut line).unwrap();
        let chunk = environ.input().next_chunk(2).unwrap();
        let mut rest = String::new();
        environ.input().read_to_string(&mut rest).unwrap();
        format!("{line:?} {:?} {rest:?}", String::from_utf8(chunk).unwrap())
    });
    assert_eq!(
        arriving(&client, &["a\nbcd", "ef"]),
        "\"a\\n\" \"bc\" \"def\""
    );
}

#[test]
fn a_body_that_fails_to_arrive_is_the_clients_error() {
    fn app(mut environ: Environ, start_response: StartResponse) -> Result<impl Body> {
        let mut body = String::new();
        environ.input().read_to_string(&mut body)?;
        start_response.call("200 OK", &[], None)?;
        Ok(body)
    }
    for (error, status) in [
        (InputError::Disconnected, 400),
        (InputError::Malformed, 400),
        (InputError::TooLarge, 413),
        (InputError::Timeout, 408),
    ] {
        let client = Client::new(app);
        let request = client
            .request("POST", "/")
            .body_chunks([Ok(b"ab".to_vec()), Err(error)]);
        let response = request.send();
        assert_eq!(
            response.error().map(|error| error.status().code()),
            Some(status),
            "{error}"
        );
    }
}

#[test]
fn the_body_is_not_touched_before_the_application_reads() {
    let untouched = std::iter::from_fn(|| panic!("the body was read"));
    let client = says(|_| "not read".to_owned());
    assert_eq!(
        client
            .request("POST", "/")
            .body_chunks(untouched)
            .send()
            .text(),
        "not read"
    );
}

#[test]
fn the_body_can_be_moved_into_the_response() {
    let client = Client::new(|environ: Environ, start_response: StartResponse| {
        start_response.call("200 OK", &[], None)?;
        Result::<_>::Ok(wasgi::reader(environ.into_input()))
    });
    assert_eq!(arriving(&client, &["abc", "def"]), "abcdef");
}

#[test]
fn rule_13_errors_takes_any_text_and_never_fails() {
    let client = says(|environ| {
        let mut errors = environ.errors();
        let written = write!(errors, "\u{20ac} \0 \x1b[31m ").and(errors.write_all(b"\xff\n"));
        format!("{:?}", written.and(errors.flush()).is_ok())
    });
    assert_eq!(client.get("/").text(), "true");
}
