//! The Rust guest with a database of its own.

use std::path::PathBuf;

use wasgi_tests::Connection;

use crate::rules::{Language, Subject};

pub(crate) struct Served {
    pub(crate) subject: Subject,
    pub(crate) folder: tempfile::TempDir,
}

impl Served {
    /// Serves it with these options; there is an empty table `note`.
    pub(crate) fn new(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = folder.path().join("app.db");
        let mut arguments = vec!["--db", db.to_str().unwrap()];
        arguments.extend(options);
        let subject = Subject::with(Language::Rust, &arguments);
        assert_eq!(subject.get("/db/make").text(), "made");
        Self { subject, folder }
    }

    pub(crate) fn get(&self, path: &str) -> String {
        self.subject.get(path).text()
    }

    /// Asks for a path and returns the connection, of which nothing was read.
    pub(crate) fn ask(&self, path: &str) -> Connection {
        let mut connection = Connection::open(self.subject.server.addr);
        connection.send(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes());
        connection
    }

    pub(crate) fn db(&self) -> PathBuf {
        self.folder.path().join("app.db")
    }
}
