//! A guestbook that is served, with a database of its own, and what its pages say.

use std::path::PathBuf;

use tempfile::TempDir;
use wasgi_tests::{Connection, Response, Server, guest};

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

/// A guestbook that is served, with a database of its own.
pub(super) struct Book {
    pub(super) server: Server,
    folder: TempDir,
}

impl Book {
    /// Serves a project with an empty database.
    pub(super) fn new(project: &str) -> Self {
        Self::serve(project, tempfile::tempdir().unwrap())
    }

    fn serve(project: &str, folder: TempDir) -> Self {
        let db = folder.path().join("book.db");
        let arguments = ["--db", db.to_str().unwrap()];
        Self {
            server: Server::run(&guest(project), &arguments),
            folder,
        }
    }

    /// Serves the database with another project instead.
    pub(super) fn upgrade(self, project: &str) -> Self {
        let Self { server, folder } = self;
        server.terminate();
        let (status, log) = server.wait();
        assert!(status.success(), "{log}");
        Self::serve(project, folder)
    }

    pub(super) fn db(&self) -> PathBuf {
        self.folder.path().join("book.db")
    }

    pub(super) fn get(&self, path: &str) -> Response {
        wasgi_tests::get(self.server.addr, path)
    }

    /// Asks for a part of a page, as the guestbooks' own script does.
    pub(super) fn part(&self, part: &str, method: &str, path: &str, form: &str) -> Response {
        let headers = [FORM, ("X-Partial", part)];
        Connection::open(self.server.addr).request(method, path, &headers, form.as_bytes())
    }

    pub(super) fn see(&self, path: &str) -> String {
        let response = self.get(path);
        assert_eq!(response.status, 200, "{path}: {}", response.text());
        response.text()
    }

    pub(super) fn post(&self, form: &str) -> Response {
        Connection::open(self.server.addr).request("POST", "/sign", &[FORM], form.as_bytes())
    }

    /// Signs, and returns the page that the answer leads to.
    pub(super) fn sign(&self, form: &str) -> String {
        let response = self.post(form);
        assert_eq!(response.status, 303, "{}", response.text());
        self.see(response.header("location").unwrap())
    }

    /// Returns the messages that pages show, from this one to the last.
    pub(super) fn messages(&self, path: &str) -> Vec<Vec<String>> {
        let mut pages = Vec::new();
        let mut next = Some(path.to_owned());
        while let Some(path) = next {
            let page = self.see(&path);
            pages.push(between(&page, "<p class=\"message\">", "</p>"));
            let links = between(&page, "rel=\"next\" href=\"", "\"");
            assert!(links.len() < 2, "{page}");
            next = links.first().map(|link| link.replace("&amp;", "&"));
        }
        pages
    }
}

/// Returns what stands between two texts, each time they occur.
pub(super) fn between(page: &str, start: &str, end: &str) -> Vec<String> {
    let rests = page.split(start).skip(1);
    rests
        .map(|rest| rest.split(end).next().unwrap().to_owned())
        .collect()
}

pub(super) fn assert_has(page: &str, texts: &[&str]) {
    for text in texts {
        assert!(page.contains(text), "{text}: {page}");
    }
}
