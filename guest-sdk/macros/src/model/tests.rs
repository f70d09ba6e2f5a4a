//! What is wrong with a model is said where it is wrong, with the cure.

use syn::{DeriveInput, parse_quote};

fn refused(input: DeriveInput) -> String {
    match super::derive(input) {
        Ok(tokens) => panic!("this is no error: {tokens}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn only_a_struct_with_named_fields_is_a_model() {
    let wanted = "a model is a struct with named fields, one for each column";
    assert_eq!(
        refused(parse_quote!(
            enum Post {
                A,
            }
        )),
        wanted
    );
    assert_eq!(
        refused(parse_quote!(
            struct Post(i64);
        )),
        wanted
    );
    let generic = refused(parse_quote!(
        struct Post<T> {
            id: T,
        }
    ));
    assert!(
        generic.starts_with("a model has no type parameters"),
        "{generic}"
    );
}

#[test]
fn a_model_without_a_key_is_told_how_to_get_one() {
    let error = refused(parse_quote!(
        struct Post {
            title: String,
        }
    ));
    assert!(
        error.contains("name a field `id`, or mark it `#[model(primary_key)]`"),
        "{error}"
    );
}

#[test]
fn an_unknown_attribute_is_answered_with_those_there_are() {
    let of_model = refused(parse_quote!(
        #[model(tabel = "x")]
        struct Post {
            id: i64,
        }
    ));
    assert!(
        of_model.contains("there are table, index, unique, check"),
        "{of_model}"
    );
    let of_field = refused(parse_quote!(
        struct Post {
            #[model(uniqe)]
            id: i64,
        }
    ));
    assert!(
        of_field.contains("there are primary_key, column, unique"),
        "{of_field}"
    );
    let action = refused(parse_quote!(
        struct Post {
            #[model(on_delete = explode)]
            id: i64,
        }
    ));
    assert!(
        action.contains("one of no_action, restrict, cascade"),
        "{action}"
    );
}

#[test]
fn a_field_that_is_not_there_is_answered_with_those_that_are() {
    for input in [
        parse_quote!(
            #[model(index(titel))]
            struct Post {
                id: i64,
                title: String,
            }
        ),
        parse_quote!(
            #[model(unique(id, titel))]
            struct Post {
                id: i64,
                title: String,
            }
        ),
        parse_quote!(
            #[model(full_text(titel))]
            struct Post {
                id: i64,
                title: String,
            }
        ),
    ] {
        assert_eq!(
            refused(input),
            "`Post` has no field `titel`; it has `id`, `title`"
        );
    }
}

#[test]
fn names_that_would_clash_are_refused() {
    let twice = refused(parse_quote!(
        struct Post {
            id: i64,
            #[model(column = "ID")]
            other: i64,
        }
    ));
    assert_eq!(twice, "there is a column `ID` already");
    let host = refused(parse_quote!(
        #[model(table = "_wasgi_x")]
        struct Post {
            id: i64,
        }
    ));
    assert!(host.contains("are the host's and SQLite's"), "{host}");
    let versions = parse_quote! {
        struct Post { id: i64, #[model(version)] a: i64, #[model(version)] b: i64 }
    };
    assert_eq!(refused(versions), "a model has one version");
    let key = refused(parse_quote!(
        struct Post {
            #[model(primary_key, version)]
            id: i64,
        }
    ));
    assert!(key.contains("a primary key does not"), "{key}");
}

#[test]
fn relations_are_written_by_their_columns() {
    let many = refused(parse_quote!(
        #[model(has_many(comments = Comment))]
        struct Post {
            id: i64,
        }
    ));
    assert!(many.contains("such as `Comment::POST`"), "{many}");
    let pairs = parse_quote! {
        #[model(many_to_many(tags = Tag, by = (PostTag::POST, PostTag::TAG)))]
        struct Post { id: i64 }
    };
    assert!(refused(pairs).contains("through = (PostTag::POST, PostTag::TAG)"));
    let direction = refused(parse_quote!(
        #[model(index(id down))]
        struct Post {
            id: i64,
        }
    ));
    assert_eq!(direction, "a column of an index is `asc` or `desc`");
}
