//! The differences to Jinja2 that `docs/templates.md` tells of, each run.

use serde_json::json;

use crate::text;

/// What Jinja2 and Django have, and what it is here.
const DIFFERENCES: &[(&str, &str)] = &[
    (
        "{{ 'x' | default('y') }}",
        "{{ missing | default(value='y') }}",
    ),
    ("{{ 'abc'.upper() }}", "{{ 'abc' | upper }}"),
    ("{{ range(3) }}", "{{ range(end=3) }}"),
    ("{{ [1, 2] | join(', ') }}", "{{ [1, 2] | join(sep=', ') }}"),
    ("{{ 'a' + 'b' }}", "{{ 'a' ~ 'b' }}"),
    ("{% include x %}", "{% if true %}yes{% endif %}"),
    (
        "{% macro a(b) %}{% endmacro %}",
        "{% component a(b) %}{{ b }}{% endcomponent %}{{ <a b={1} /> }}",
    ),
    (
        "{% from 'a' import b %}",
        "{% component a() %}x{% endcomponent %}{{ <a/> }}",
    ),
    (
        "{% call a() %}{% endcall %}",
        "{% component a() %}{{ body }}{% endcomponent %}{% <a> %}x{% </a> %}",
    ),
    ("{% with a = 1 %}{% endwith %}", "{% set a = 1 %}{{ a }}"),
    (
        "{% for k, v in d.items() %}{% endfor %}",
        "{% for k, v in {'b': 1, 'a': 2} %}{{ k }}{{ v }}{% endfor %}",
    ),
    (
        "{% for x in [1, 2] if x > 1 %}{% endfor %}",
        "{% for x in [x for x in [1, 2] if x > 1] %}{{ x }}{% endfor %}",
    ),
    (
        "{% set a, b = 1, 2 %}",
        "{% set a = 1 %}{% set b = 2 %}{{ a }}{{ b }}",
    ),
    ("{{ missing }}", "{{ missing | default(value='') }}"),
    (
        "{{ loop.revindex }}",
        "{% for x in [1, 2] %}{{ loop.length - loop.index0 }}{% endfor %}",
    ),
    ("{{ (1, 2) }}", "{{ [1, 2] }}"),
    ("{{ 'x' if true }}", "{{ 'x' if true else '' }}"),
    (
        "{{ 1 is divisibleby(1) }}",
        "{{ 4 is divisible_by(divisor=2) }}",
    ),
    (
        "{{ [1, 2] | map('string') }}",
        "{{ [x | str for x in [1, 2]] }}",
    ),
    (
        "{{ [1, 2] | sum }}",
        "{% set s = 0 %}{% for x in [1, 2] %}{% set_global s = s + x %}{% endfor %}{{ s }}",
    ),
    ("{{ 'a' | e }}", "{{ 'a' | escape }}"),
    ("{{ {'a': 1} | tojson }}", "{{ {'a': 1} | json_encode }}"),
    (
        "{{ 'abc' | truncate(2) }}",
        "{{ 'abc' | truncate(length=2) }}",
    ),
    ("{{ 10 | round(1) }}", "{{ 1.25 | round(precision=1) }}"),
    (
        "{% for x in [1, 2] %}{{ loop.cycle('a', 'b') }}{% endfor %}",
        "{% for x in [1, 2] %}{{ ['a', 'b'][loop.index0 % 2] }}{% endfor %}",
    ),
    (
        "{{ [1, 2] | select('odd') }}",
        "{{ [x for x in [1, 2] if x is odd] }}",
    ),
    (
        "{{ 'a\n<b' | linebreaksbr }}",
        "{{ 'a\n<b' | escape | newlines_to_br | safe }}",
    ),
    (
        "{% autoescape false %}{% endautoescape %}",
        "{{ '<br>' | safe }}",
    ),
    ("{% static 'x' %}", "{{ url_for(file='css/site.css') }}"),
    ("{% csrf_token %}", "{{ csrf_token() }}"),
    ("{% trans %}", ""),
    ("{% load x %}", ""),
    ("{% cache 5 %}", ""),
];

#[test]
fn what_is_another_in_jinja_and_what_it_is_here() {
    let lines: Vec<String> = DIFFERENCES
        .iter()
        .map(|(there, here)| {
            let refused = text(there, json!({}));
            let refused = refused.lines().next().unwrap_or_default();
            let answer = text(here, json!({"csrf_token": "t0ken"}));
            format!("{there}\n    {refused}\n    {here}\n    {answer}")
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn the_same_words_with_another_meaning() {
    let lines: Vec<String> = [
        "{{ 7 / 2 }} {{ 6 / 2 }}",
        "{{ true }} {{ none }} {{ [none, true] }}",
        "{{ 1.0 }}",
        "{% if [] %}yes{% else %}no{% endif %}",
        "{% if missing %}yes{% else %}no{% endif %}",
        "{{ 'a' in {'a': 1} }}",
        "{{ 'äé' | length }}",
        "{{ -7 // 2 }} {{ -7 % 3 }}",
        "{{ {'b': 1, 'a': 2} | keys }}",
        "{% set a = 0 %}{% for x in [1] %}{% set a = x %}{% endfor %}{{ a }}",
        "{{ none | default(value='x') }}|{{ none | default(value='x', boolean=true) }}",
        "{{ 'a\nb' | newlines_to_br }}",
        "{{ 2 | pluralize }} {{ 1 | pluralize(singular='y', plural='ies') }}",
        "{{ [3, 1, 2] | sort | first }}",
    ]
    .iter()
    .map(|source| {
        format!(
            "{source}\n    {}",
            text(source, json!({})).lines().next().unwrap_or_default()
        )
    })
    .collect();
    insta::assert_snapshot!(lines.join("\n"));
}
