//! Calls the application as a server does.

use wasgi::test::Client;

#[test]
fn every_path_is_greeted() {
    let client = Client::new(hello_rust::app);
    for path in ["/", "/anything?at=all"] {
        let response = client.get(path);
        assert_eq!(response.status(), 200);
        assert_eq!(response.header("Content-Type"), Some("text/plain"));
        assert_eq!(response.text(), "Hello from wasgi!\n");
    }
}

#[test]
fn the_greeting_is_one_chunk_so_that_the_server_knows_its_length() {
    assert_eq!(Client::new(hello_rust::app).get("/").chunks().len(), 1);
}
