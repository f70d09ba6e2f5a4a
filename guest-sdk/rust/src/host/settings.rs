//! The double of the host's settings and secrets: what the test client granted,
//! while it calls the application. Its database and templates are granted with them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::database::Database;
use super::renderer::Templates;

thread_local! {
    static GRANTED: RefCell<Settings> = RefCell::default();
}

/// Settings and secrets.
#[derive(Clone, Default)]
pub(crate) struct Settings(Rc<Tables>);

#[derive(Clone, Default)]
struct Tables {
    settings: BTreeMap<String, String>,
    secrets: BTreeMap<String, String>,
    database: Option<Database>,
    templates: Option<Templates>,
}

impl Settings {
    pub(crate) fn insert_setting(&mut self, name: &str, value: &str) {
        let tables = Rc::make_mut(&mut self.0);
        tables.settings.insert(name.to_owned(), value.to_owned());
    }

    pub(crate) fn insert_secret(&mut self, name: &str, value: &str) {
        let tables = Rc::make_mut(&mut self.0);
        tables.secrets.insert(name.to_owned(), value.to_owned());
    }

    pub(crate) fn set_database(&mut self, database: Database) {
        Rc::make_mut(&mut self.0).database = Some(database);
    }

    pub(crate) fn set_templates(&mut self, templates: Templates) {
        Rc::make_mut(&mut self.0).templates = Some(templates);
    }

    /// Adds a template to those that were set.
    pub(crate) fn add_template(&mut self, name: &str, source: &str) {
        let templates = self.0.templates.clone().unwrap_or_default();
        self.set_templates(templates.with(name, source));
    }

    /// Grants these settings for the time of a call.
    pub(crate) fn scope<T>(&self, call: impl FnOnce() -> T) -> T {
        struct Restore(Settings);
        impl Drop for Restore {
            fn drop(&mut self) {
                GRANTED.with(|granted| granted.swap(&RefCell::new(std::mem::take(&mut self.0))));
            }
        }
        let _restore = Restore(GRANTED.with(|granted| granted.replace(self.clone())));
        let _database = self.0.database.as_ref().map(Database::open);
        let _templates = self.0.templates.as_ref().map(Templates::open);
        call()
    }
}

pub(crate) fn get(name: &str) -> Option<String> {
    GRANTED.with(|granted| granted.borrow().0.settings.get(name).cloned())
}

pub(crate) fn all() -> Vec<(String, String)> {
    GRANTED.with(|granted| granted.borrow().0.settings.clone().into_iter().collect())
}

/// The double of the secret resource.
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) fn reveal(&self) -> String {
        self.0.clone()
    }
}

pub(crate) fn get_secret(name: &str) -> Option<Secret> {
    GRANTED.with(|granted| granted.borrow().0.secrets.get(name).cloned().map(Secret))
}
