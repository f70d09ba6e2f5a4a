//! Authors, posts, comments and tags: the models of most tests.

use wasgi::orm::{Foreign, Schema, Timestamp, prelude::*};
use wasgi::test::{self, Database};

#[derive(Clone, Debug, PartialEq, Model)]
#[model(has_many(posts = Post::AUTHOR, edited = Post::EDITOR))]
pub(crate) struct Author {
    pub(crate) id: i64,
    #[model(unique)]
    pub(crate) name: String,
    pub(crate) email: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(
    table = "post",
    index(created desc),
    unique(author, title),
    check("views >= 0", name = "post_views"),
    full_text(title, body),
    has_many(comments = Comment::POST),
    many_to_many(tags = Tag, through = (PostTag::POST, PostTag::TAG))
)]
pub(crate) struct Post {
    pub(crate) id: i64,
    #[model(on_delete = cascade)]
    pub(crate) author: Foreign<Author>,
    pub(crate) editor: Option<Foreign<Author>>,
    pub(crate) title: String,
    pub(crate) body: String,
    #[model(default = 0)]
    pub(crate) views: i64,
    #[model(default = now)]
    pub(crate) created: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Comment {
    pub(crate) id: i64,
    #[model(references = Post, on_delete = cascade, index)]
    pub(crate) post: i64,
    pub(crate) writer: Option<Foreign<Author>>,
    pub(crate) text: String,
    pub(crate) approved: bool,
}

#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Tag {
    pub(crate) id: i64,
    #[model(unique, nocase)]
    pub(crate) name: String,
}

#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct PostTag {
    #[model(primary_key, on_delete = cascade)]
    pub(crate) post: Foreign<Post>,
    #[model(primary_key)]
    pub(crate) tag: Foreign<Tag>,
}

pub(crate) fn schema() -> Schema {
    Schema::new()
        .model::<Author>()
        .model::<Post>()
        .model::<Comment>()
        .model::<Tag>()
        .model::<PostTag>()
}

pub(crate) fn author(name: &str) -> Author {
    let author = Author {
        id: 0,
        name: name.to_owned(),
        email: None,
    };
    author.insert().expect("author")
}

pub(crate) fn draft(author: &Author, title: &str) -> Post {
    Post {
        id: 0,
        author: Foreign::from(author),
        editor: None,
        title: title.to_owned(),
        body: format!("About {title}."),
        views: 0,
        created: Timestamp::from_seconds(1000),
    }
}

pub(crate) fn comment(post: &Post, text: &str) -> Comment {
    let comment = Comment {
        id: 0,
        post: post.id,
        writer: None,
        text: text.to_owned(),
        approved: !text.contains("spam"),
    };
    comment.insert().expect("comment")
}

/// Ann wrote "Rust" (10 views) and "Wasm" (20), Bob wrote "Python" (30), which Ann
/// edited. "Rust" has three comments, one of them spam; "Wasm" one, by Bob.
pub(crate) fn filled() -> Database {
    let database = test::database(schema());
    let (ann, bob) = (author("Ann"), author("Bob"));
    let mut posts = Vec::new();
    for (number, (writer, title)) in [(&ann, "Rust"), (&ann, "Wasm"), (&bob, "Python")]
        .into_iter()
        .enumerate()
    {
        let number = i64::try_from(number).expect("small") + 1;
        let mut post = draft(writer, title);
        post.views = number * 10;
        post.created = Timestamp::from_seconds(1000 + number);
        post.editor = (title == "Python").then(|| Foreign::from(&ann));
        posts.push(post.insert().expect("post"));
    }
    for text in ["nice", "spam", "well"] {
        comment(&posts[0], text);
    }
    let mut by_bob = comment(&posts[1], "hm");
    by_bob.writer = Some(Foreign::from(&bob));
    by_bob.save().expect("save");
    for (tag, on) in [("code", &posts[..]), ("web", &posts[1..2])] {
        let tag = Tag {
            id: 0,
            name: tag.to_owned(),
        }
        .insert()
        .expect("tag");
        for post in on {
            PostTag {
                post: Foreign::from(post),
                tag: Foreign::from(&tag),
            }
            .insert()
            .expect("pair");
        }
    }
    database
}
