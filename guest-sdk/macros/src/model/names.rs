//! Names of tables, constants and indexes.

/// Makes `BlogPost` to `blog_post`, and `HTTPLog` to `http_log`.
pub(super) fn snake_case(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut snake = String::with_capacity(name.len() + 4);
    for (place, char) in chars.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|place| chars.get(place));
        let after = chars.get(place + 1);
        let begins = match before {
            Some('_') | None => false,
            Some(before) if before.is_uppercase() => after.is_some_and(|char| char.is_lowercase()),
            Some(_) => true,
        };
        if char.is_uppercase() && begins {
            snake.push('_');
        }
        snake.extend(char.to_lowercase());
    }
    snake
}

/// Returns the name of an index where none is given.
pub(super) fn index(table: &str, columns: &[&str], kind: &str) -> String {
    format!("{table}_{}_{kind}", columns.join("_"))
}

#[cfg(test)]
mod tests {
    use super::snake_case;

    #[test]
    fn names_are_split_where_a_reader_splits_them() {
        for (name, snake) in [
            ("Post", "post"),
            ("BlogPost", "blog_post"),
            ("HTTPLog", "http_log"),
            ("UserV2", "user_v2"),
            ("Already_Split", "already_split"),
        ] {
            assert_eq!(snake_case(name), snake);
        }
    }
}
