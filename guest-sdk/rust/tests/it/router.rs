//! Paths, methods, nesting, middleware, error pages.

use std::cell::RefCell;
use std::rc::Rc;

use wasgi::test::Client;
use wasgi::web::{Html, IntoResponse, Path, Response, Router, ScriptName, State};
use wasgi::{Error, Status};

fn app() -> Router {
    Router::new()
        .get("/", || "start")
        .get("/notes/{id}", |Path(id): Path<u32>| format!("note {id}"))
        .delete("/notes/{id}", || Status::NO_CONTENT)
        .post("/notes", || "added")
        .get("/files/{*path}", |Path(path): Path<String>| path)
        .route("PROPFIND", "/files/{*path}", || "properties")
}

#[test]
fn a_path_finds_its_handler() {
    let client = Client::new(app);
    for (path, text) in [
        ("/", "start"),
        ("/?a=b", "start"),
        ("/notes/7", "note 7"),
        ("/files/a/b/c.txt", "a/b/c.txt"),
        ("/files/%E2%82%AC%20x", "\u{20ac} x"),
    ] {
        assert_eq!(client.get(path).text(), text, "{path}");
    }
    assert_eq!(
        client.request("PROPFIND", "/files/a").send().text(),
        "properties"
    );
}

#[test]
fn an_empty_path_is_the_root() {
    assert_eq!(Client::new(app).get("").text(), "start");
}

#[test]
fn an_unknown_path_is_404() {
    let client = Client::new(app);
    for path in ["/nowhere", "/notes/", "/notes/7/", "/notes/7/x", "/files/"] {
        assert_eq!(client.get(path).status(), 404, "{path}");
    }
}

#[test]
fn a_path_that_is_not_utf_8_is_400() {
    assert_eq!(Client::new(app).get("/notes/%FF").status(), 400);
}

#[test]
fn an_unknown_method_is_405_and_told_the_others() {
    let response = Client::new(app).request("PUT", "/notes/7").send();
    assert_eq!(response.status(), 405);
    assert_eq!(response.header("Allow"), Some("GET, DELETE, HEAD, OPTIONS"));
    let response = Client::new(app).get("/notes");
    assert_eq!(response.header("Allow"), Some("POST, OPTIONS"));
}

#[test]
fn options_is_answered_with_the_methods() {
    let response = Client::new(app).request("OPTIONS", "/notes/7").send();
    assert_eq!(response.status(), 204);
    assert_eq!(response.header("Allow"), Some("GET, DELETE, HEAD, OPTIONS"));
}

#[test]
fn head_is_answered_as_get_without_the_body() {
    let client = Client::new(app);
    let response = client.head("/notes/7");
    assert_eq!(response.status(), 200);
    assert_eq!(
        response.header("Content-Type"),
        client.get("/notes/7").header("Content-Type")
    );
    assert_eq!(response.text(), "");
    assert_eq!(client.head("/notes").status(), 405);
}

#[test]
fn a_nested_router_answers_below_its_prefix() {
    let inner = Router::new().get("/", || "inner").nest("/app", app());
    let client = Client::new(Router::new().get("/", || "outer").nest("/in/", inner));
    for (path, text) in [
        ("/", "outer"),
        ("/in", "inner"),
        ("/in/app", "start"),
        ("/in/app/notes/7", "note 7"),
    ] {
        assert_eq!(client.get(path).text(), text, "{path}");
    }
    assert_eq!(client.get("/in/nowhere").status(), 404);
}

#[test]
fn a_prefix_may_have_parameters() {
    let inner = Router::new().get("/{b}", |Path((a, b)): Path<(u8, u8)>| format!("{a} {b}"));
    let client = Client::new(Router::new().nest("/{a}", inner));
    assert_eq!(client.get("/1/2").text(), "1 2");
}

fn tracing(trace: &Rc<RefCell<String>>, router: Router, name: char) -> Router {
    let trace = Rc::clone(trace);
    router.wrap(move |request, next| {
        trace.borrow_mut().push(name);
        let response = next.run(request);
        trace.borrow_mut().push(name.to_ascii_uppercase());
        response
    })
}

#[test]
fn middleware_goes_around_the_last_outermost_and_the_inner_routers_inside() {
    let trace = Rc::default();
    let inner = tracing(&trace, Router::new().get("/x", || "x"), 'c');
    let router = tracing(&trace, Router::new().nest("/in", inner), 'b');
    let client = Client::new(tracing(&trace, router, 'a'));
    client.get("/in/x");
    assert_eq!(*trace.borrow(), "abcCBA");
    trace.borrow_mut().clear();
    client.get("/nowhere");
    assert_eq!(*trace.borrow(), "abBA");
}

#[test]
fn middleware_may_answer_itself_and_hand_on_who_asks() {
    struct User(String);
    let app = Router::new()
        .get("/", |user: State<User>| user.0.clone())
        .wrap(|request, next| {
            let Some(name) = request.environ().header("X-User").map(str::to_owned) else {
                return Err(Error::new(Status::UNAUTHORIZED, "who are you?"));
            };
            request.provide(User(name));
            next.run(request)
        });
    let client = Client::new(app);
    assert_eq!(client.get("/").status(), 401);
    assert_eq!(
        client
            .request("GET", "/")
            .header("X-User", "ada")
            .send()
            .text(),
        "ada"
    );
}

#[test]
fn middleware_sees_errors_before_they_become_pages() {
    let app = Router::new()
        .get("/", || Err::<(), _>(Error::not_found("nothing")))
        .wrap(|request, next| {
            next.run(request)
                .or_else(|error| format!("caught {}", error.status()).into_response())
        });
    assert_eq!(Client::new(app).get("/").text(), "caught 404 Not Found");
}

#[test]
fn state_is_shared_by_all_requests_of_an_instance() {
    let count = |state: State<RefCell<u32>>| {
        *state.borrow_mut() += 1;
        state.borrow().to_string()
    };
    let nested = Router::new().get("/", count).state(RefCell::new(0_u32));
    let client = Client::new(Router::new().nest("/count", nested));
    assert_eq!(client.get("/count").text(), "1");
    assert_eq!(client.get("/count").text(), "2");
}

#[test]
fn a_missing_state_is_a_500_that_names_it_in_the_log_only() {
    let client = Client::new(Router::new().get("/", |_: State<RefCell<u32>>| ()));
    let response = client.get("/");
    assert_eq!(response.status(), 500);
    assert!(!response.text().contains("RefCell"), "{}", response.text());
}

#[test]
fn error_pages_are_html_for_browsers_json_for_programs_and_text_otherwise() {
    let client = Client::new(app);
    let page = |accept: &str| {
        let request = client.request("GET", "/<nowhere>").header("Accept", accept);
        let response = request.send();
        assert_eq!(response.status(), 404);
        (
            response
                .header("Content-Type")
                .unwrap_or_default()
                .to_owned(),
            response.text(),
        )
    };
    let (content_type, text) = page("text/html,application/xhtml+xml");
    assert!(
        content_type.starts_with("text/html") && text.contains("/&lt;nowhere&gt;"),
        "{text}"
    );
    let (content_type, text) = page("application/json");
    assert!(
        content_type == "application/json" && text.contains("\"status\":404"),
        "{text}"
    );
    let (content_type, text) = page("*/*");
    assert!(
        content_type.starts_with("text/plain") && text.starts_with("404 Not Found\n"),
        "{text}"
    );
}

#[test]
fn an_error_page_of_ones_own_keeps_the_status_and_headers() {
    let client = Client::new(|| {
        app().error_page(|error, environ| {
            let mount = ScriptName::from(environ);
            Html(format!("{} {}", error.status(), mount.path("/help")))
        })
    });
    let response = client.request("PUT", "/notes").mounted_at("/m").send();
    assert_eq!(response.text(), "405 Method Not Allowed /m/help");
    assert_eq!(
        (response.status().code(), response.header("Allow")),
        (405, Some("POST, OPTIONS"))
    );
}

#[test]
fn a_servers_fault_is_not_told_to_the_client() {
    fn fails() -> wasgi::Result<&'static str> {
        std::fs::read("/nowhere/secret-path")?;
        Ok("read")
    }
    // The server answers, and logs it.
    let client = Client::new(|| Router::new().get("/", fails));
    let response = client.get("/");
    assert_eq!(
        (response.status().code(), response.text()),
        (500, String::new())
    );
    let logged = response.error().map(Error::detail).unwrap_or_default();
    assert!(logged.contains("No such file"), "{logged}");
    // Programs are answered in their own way.
    let json = client
        .request("GET", "/")
        .header("Accept", "application/json");
    let told: serde_json::Value = json.send().json();
    assert_eq!(told["error"], "Internal Server Error");
    let own = Router::new()
        .get("/", fails)
        .error_page(|error, _| error.message().unwrap_or("sorry").to_owned());
    let response = Client::new(own).get("/");
    assert_eq!(
        (response.status().code(), response.text().as_str()),
        (500, "sorry")
    );
}

#[test]
fn two_handlers_for_one_route_are_an_error_that_names_it() {
    for (router, named) in [
        (Router::new().get("/a", || "1").get("/a", || "2"), "GET /a"),
        (
            Router::new().get("/{a}/x", || "1").get("/{b}/x", || "2"),
            "/{b}/x",
        ),
        (Router::new().get("no-slash{", || "1"), "no-slash{"),
    ] {
        let response = Client::new(router).get("/a");
        let summary = response.error().map(Error::summary).unwrap_or_default();
        assert!(summary.contains(named), "{summary}");
    }
}

#[test]
fn a_handler_may_return_a_response_of_its_own() {
    let teapot = || {
        Response::new("short and stout")
            .with_status(418)
            .with_header("X-Tea", "yes")
    };
    let response = Client::new(Router::new().get("/", teapot)).get("/");
    assert_eq!(
        (response.status().code(), response.header("x-tea")),
        (418, Some("yes"))
    );
}
