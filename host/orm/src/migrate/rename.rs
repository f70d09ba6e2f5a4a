//! Who was called what before: pairs old names with new ones, and puts renames in an
//! order in which no name is taken when it is needed.

/// A thing that has a name now, and perhaps another before.
pub(crate) struct Named<'a> {
    pub(crate) name: &'a str,
    pub(crate) renamed_from: Option<&'a str>,
}

/// Returns, for each new thing, which of the old ones it is.
///
/// A declared rename holds until it is done: where the new name is recorded already,
/// `renamed-from` is history, unless that name's old bearer moves on in turn.
pub(crate) fn pair(old: &[&str], new: &[Named<'_>]) -> Vec<Option<usize>> {
    let find = |name: &str| old.iter().position(|one| one.eq_ignore_ascii_case(name));
    let mut pairs: Vec<Option<usize>> = vec![None; new.len()];
    loop {
        let mut found = false;
        for (at, thing) in new.iter().enumerate() {
            let taken = |old: usize| pairs.contains(&Some(old));
            let is_paired = pairs.get(at).copied().flatten().is_some();
            let stays = find(thing.name).is_some_and(|same| !taken(same));
            if is_paired || stays {
                continue;
            }
            let before = thing.renamed_from.and_then(find);
            if let Some(before) = before.filter(|before| !taken(*before))
                && let Some(place) = pairs.get_mut(at)
            {
                *place = Some(before);
                found = true;
            }
        }
        if !found {
            break;
        }
    }
    for (at, thing) in new.iter().enumerate() {
        let same = find(thing.name).filter(|same| !pairs.contains(&Some(*same)));
        if let Some(place) = pairs.get_mut(at)
            && place.is_none()
        {
            *place = same;
        }
    }
    pairs
}

/// Orders renames so that no new name is taken yet; a ring of names goes through a
/// passing one, and so does a name that only changes its case.
pub(crate) fn order(renames: &[(String, String)]) -> Vec<(String, String)> {
    let mut waiting: Vec<(String, String)> = renames.to_vec();
    let mut ordered = Vec::new();
    let mut passing = 0;
    while !waiting.is_empty() {
        let free = waiting.iter().position(|(_, to)| {
            !waiting
                .iter()
                .any(|(from, _)| from.eq_ignore_ascii_case(to))
        });
        match free {
            Some(at) => ordered.push(waiting.remove(at)),
            None => {
                passing += 1;
                let name = format!("_wasgi_passing_{passing}");
                if let Some((from, _)) = waiting.first_mut() {
                    ordered.push((from.clone(), name.clone()));
                    *from = name;
                }
            }
        }
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paired<'a>(old: &[&'a str], new: &[(&'a str, Option<&'a str>)]) -> Vec<Option<&'a str>> {
        let named: Vec<Named<'_>> = new
            .iter()
            .map(|(name, renamed_from)| Named {
                name,
                renamed_from: *renamed_from,
            })
            .collect();
        pair(old, &named)
            .into_iter()
            .map(|pair| pair.and_then(|at| old.get(at).copied()))
            .collect()
    }

    #[test]
    fn a_rename_that_is_done_is_history() {
        assert_eq!(paired(&["a"], &[("b", Some("a"))]), [Some("a")]);
        assert_eq!(paired(&["b"], &[("b", Some("a"))]), [Some("b")]);
        assert_eq!(paired(&["a", "b"], &[("b", Some("a"))]), [Some("b")]);
        assert_eq!(paired(&[], &[("b", Some("a"))]), [None]);
    }

    #[test]
    fn renames_that_hand_a_name_on_are_followed() {
        let new = [("b", Some("a")), ("c", Some("b"))];
        assert_eq!(paired(&["a", "b"], &new), [Some("a"), Some("b")]);
        let new = [("a", None), ("b", Some("a"))];
        assert_eq!(paired(&["a"], &new), [None, Some("a")]);
    }

    #[test]
    fn no_new_name_is_taken_when_it_is_given() {
        let name = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        let chain = order(&[name("a", "b"), name("b", "c")]);
        assert_eq!(chain, [name("b", "c"), name("a", "b")]);
        let case = order(&[name("a", "A")]);
        assert_eq!(
            case,
            [name("a", "_wasgi_passing_1"), name("_wasgi_passing_1", "A")]
        );
        let ring = order(&[name("a", "b"), name("b", "a")]);
        assert_eq!(ring.len(), 3);
    }
}
