//! One snapshot for each thing that templates can do.

use serde_json::json;
use wasgi_renderer::Source;

use crate::{engine, page, run, shown, text};

const LAYOUT: (&str, &str) = (
    "layout.html",
    "<title>{% block title %}Site{% endblock %}</title>\n\
     <main>{% block main %}{% endblock %}</main>",
);

#[test]
fn a_page_extends_a_layout_and_super_is_what_was_there() {
    let child = "{% extends \"layout.html\" %}\n\
        {% block title %}{{ title }} - {{ super() }}{% endblock %}\n\
        {% block main %}<p>Hello</p>{% endblock main %}";
    insta::assert_snapshot!(page(
        &[LAYOUT, ("page.html", child)],
        json!({"title": "Home"})
    ));
}

#[test]
fn a_template_includes_another_which_sees_its_variables() {
    let files = [
        (
            "page.html",
            "{% set a = 1 %}{% include \"parts/nav.html\" %}{{ b is defined }}",
        ),
        (
            "parts/nav.html",
            "{% set b = 2 %}<nav>{{ a }} {{ b }} {{ user }}</nav>",
        ),
    ];
    insta::assert_snapshot!(page(&files, json!({"user": "Ann"})));
}

#[test]
fn a_component_has_arguments_defaults_a_body_and_the_rest() {
    let files = [
        (
            "components.html",
            "{% component card(title: string, level: integer = 2, ...rest) %}\n\
             <h{{ level }}>{{ title }}</h{{ level }}>{{ body | default(value='-') }}{{ rest.id }}\n\
             {%- endcomponent %}",
        ),
        (
            "page.html",
            "{% <card title=\"A & B\" id=\"x\"> %}<b>{{ name }}</b>{% </card> %}\n\
             {{ <card title={name} level={3} id={1 + 1} /> }}",
        ),
    ];
    insta::assert_snapshot!(page(&files, json!({"name": "Ann"})));
}

#[test]
fn a_component_sees_of_the_page_what_it_asks_for_with_an_at_sign() {
    let files = [
        (
            "page.html",
            "{% component a() %}{{ user is defined }}{% endcomponent %}{{ <a/> }}",
        ),
        (
            "b.html",
            "{% component b(@user) %}{{ user }}{% endcomponent %}",
        ),
        ("c.html", "{{ <b/> }}"),
    ];
    let engine = engine(&files);
    let context = json!({"user": "Ann"});
    let render = |name: &str| shown(run(&engine, &Source::Template(name.into()), &context, &[]));
    insta::assert_snapshot!(format!("{}\n{}", render("page.html"), render("c.html")));
}

#[test]
fn loops_count_break_and_have_an_else() {
    let template = "{% for x in list %}{{ loop.index }}/{{ loop.length }} {{ x }}\
        {% if loop.last %}.{% else %}, {% endif %}{% endfor %}\n\
        {% for x in [] %}{% else %}empty{% endfor %}\n\
        {% for key, value in {\"b\": 1, \"a\": 2} %}{{ key }}={{ value }} {% endfor %}\n\
        {% for x in range(end=9) %}{% if x == 1 %}{% continue %}{% endif %}\
        {% if x > 3 %}{% break %}{% endif %}{{ x }}{% endfor %}";
    insta::assert_snapshot!(text(template, json!({"list": ["a", "b"]})));
}

#[test]
fn variables_are_set_in_a_loop_for_it_alone_or_for_all() {
    let template = "{% set a = 1 %}{% for x in [1, 2] %}{% set a = a + x %}\
        {% set_global b = x %}{% endfor %}{{ a }} {{ b }}\
        {% set c | upper %}<i>{{ a }}</i>{% endset %} {{ c }}";
    insta::assert_snapshot!(text(template, json!({})));
}

#[test]
fn expressions() {
    let template = "{{ 1 + 2 * 3 ** 2 // 2 }} {{ 7 / 2 }} {{ -7 % 3 }} {{ 'a' ~ 1 }}\n\
        {{ 'yes' if 1 in [1] and not false else 'no' }} {{ 'b' in 'abc' }}\n\
        {{ [x * 2 for x in range(end=5) if x is odd] }} {{ {...{'a': 1}, 'b': 2}['b'] }}\n\
        {{ 'abc'[0] }} {{ 'abc'[-1] }} {{ [1, 2, 3, 4][1:3] }} {{ 'abc'[::-1] }}\n\
        {{ a?.b?.c is undefined }} {{ missing | default(value='none') }}";
    insta::assert_snapshot!(text(template, json!({"a": {}})));
}

#[test]
fn comments_raw_blocks_and_trimmed_spaces() {
    let template =
        "a {#- no -#} b\n{%- raw -%} {{ x }} {% endraw %}\n{%- if true -%} c {%- endif %}";
    insta::assert_snapshot!(text(template, json!({})));
}

#[test]
fn html_svg_xml_and_texts_are_escaped_and_others_are_not() {
    let names = ["a.html", "a.htm", "a.xml", "a.svg", "a.txt", "a.md", "a"];
    let engine = engine(&names.map(|name| (name, "{{ x }}{{ safe }}")));
    let context = json!({"x": "<&\"'>", "safe": {"$safe": "<br>"}});
    let mut all: Vec<String> = names
        .iter()
        .map(|name| {
            let page = run(&engine, &Source::Template((*name).into()), &context, &[]);
            format!("{name}: {}", shown(page))
        })
        .collect();
    all.push(format!(
        "text: {}",
        text("{{ x }}{{ safe }}{{ x | safe }}", context)
    ));
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn what_is_included_is_escaped_as_what_includes_it() {
    let files = [("page.html", "{% include 'a.txt' %}"), ("a.txt", "{{ x }}")];
    insta::assert_snapshot!(page(&files, json!({"x": "<"})), @"&lt;");
}

#[test]
fn a_block_is_rendered_alone() {
    let child = "{% extends 'layout.html' %}{% block main %}<li>{{ x }}</li>{% endblock %}";
    let engine = engine(&[LAYOUT, ("page.html", child)]);
    let block = |name: &str, block: &str| {
        let source = Source::Block(name.into(), block.into());
        shown(run(&engine, &source, &json!({"x": 1}), &[]))
    };
    let blocks = [
        block("page.html", "main"),
        block("page.html", "title"),
        block("layout.html", "main"),
    ];
    insta::assert_snapshot!(blocks.join("\n"), @"
    <li>1</li>
    Site
    ");
}

#[test]
fn a_text_includes_and_extends_templates_with_names() {
    let engine = engine(&[LAYOUT, ("nav.html", "<nav/>")]);
    let source = Source::Text(
        "{% extends 'layout.html' %}{% block main %}{% include 'nav.html' %}{{ x }}{% endblock %}"
            .into(),
    );
    insta::assert_snapshot!(shown(run(&engine, &source, &json!({"x": "<"}), &[])));
}

#[test]
fn url_for_knows_digests_and_encodes_what_has_none() {
    let template = "{{ url_for(file='css/site.css') }} {{ url_for(file='img/ä b&c.png') }}";
    insta::assert_snapshot!(text(template, json!({})), @"/static/css/site.0a1b2c3d.css /static/img/%C3%A4%20b%26c.png");
}

#[test]
fn a_csrf_token_is_there_in_components_too() {
    let template = "{% component form() %}<input value=\"{{ csrf_token() }}\">{% endcomponent %}\
        {{ <form/> }}{{ csrf_token }}";
    insta::assert_snapshot!(text(template, json!({"csrf_token": "t0ken"})), @r#"<input value="t0ken">t0ken"#);
}

#[test]
fn now_is_a_time_of_rfc_3339() {
    let template = "{{ now() | length }} {{ now(timezone='Asia/Kolkata')[19:] }} \
        {{ now() | date(format='%Y') | int > 2020 }}";
    insta::assert_snapshot!(text(template, json!({})), @"20 +05:30 true");
}

#[test]
fn dates_by_a_pattern_and_in_a_time_zone() {
    let template = "{{ day | date }} {{ moment | date(format='%d.%m.%Y %H:%M') }}\n\
        {{ moment | date(format='%H:%M %Z', timezone='Europe/Berlin') }}\n\
        {{ moment | date(format='%F %H:%M', timezone='-03:30') }} {{ seconds | date(format='%A, %B %-d') }}\n\
        {{ day | date(format='%F', timezone='America/New_York') }} {{ '2024-02-29T10:00+02:00' | date(format='%H') }}";
    let context = json!({"day": "2024-02-29", "moment": "2024-02-29T23:30:00Z", "seconds": 0});
    insta::assert_snapshot!(text(template, context));
}

#[test]
fn dates_as_locales_write_them() {
    let mut lines = Vec::new();
    for locale in ["en", "en-GB", "de", "fr", "pt_BR", "ja", "ar-EG", "hi"] {
        let template = format!(
            "{locale}: {{% for f in ['short', 'medium', 'long', 'full'] %}}\
             {{{{ m | date(format=f, locale='{locale}') }}}} | {{% endfor %}}\
             {{{{ m | date(time=true, locale='{locale}') }}}}"
        );
        lines.push(text(&template, json!({"m": "2024-02-29T18:30:00Z"})));
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn numbers_as_locales_write_them() {
    let mut lines = Vec::new();
    for locale in ["en", "de", "fr", "en-IN", "de-CH", "bn", "ar-EG", "es"] {
        let template = format!(
            "{locale}: {{{{ 1234567 | number(locale='{locale}') }}}} | \
             {{{{ price | number(locale='{locale}', decimals=2) }}}} | \
             {{{{ -0.5 | number(locale='{locale}') }}}}"
        );
        lines.push(text(&template, json!({"price": "1234.5"})));
    }
    lines.push(text("{{ (0.1 + 0.2) | number }} {{ 2.5 | number(decimals=0) }} {{ 3.5 | number(decimals=0) }} {{ 12345 | number(grouping=false) }}", json!({})));
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn json_can_stand_in_a_script_and_in_single_quotes() {
    let template = "<script>let x = {{ x | json_encode }};</script><a b='{{ x | json_encode }}'>\
        {{ [1, {}] | json_encode(pretty=true) }}";
    let context = json!({"x": {"a": "</script><!--'&\u{2028}", "b": [1, null, 2.5, true]}});
    insta::assert_snapshot!(text(template, context));
}

#[test]
fn parts_of_urls() {
    let template = "{{ 'a b/ä?&' | urlencode }} {{ 'a/b' | urlencode(strict=true) }} {{ 1 | urlencode }}\n\
        /?{{ {'q': 'a b&c', 'p': 2} | urlencode }}\n{{ 'Größe: Привет, Мир!' | slugify }}";
    insta::assert_snapshot!(text(template, json!({})));
}

#[test]
fn plain_text_becomes_paragraphs_and_html_plain_text() {
    let template = "{{ x | linebreaks }}\n{{ '<p>a &amp; <b>b</b><!-- <i> --> 1 < 2 <em' | striptags }}\n{{ y | linebreaks }}";
    let context = json!({"x": "one\r\n<two>\n\n\n\nthree", "y": {"$safe": "<b>x</b>\ny"}});
    insta::assert_snapshot!(text(template, context));
}

#[test]
fn sizes_of_files() {
    let template = "{% for x in [0, 1, 999, 1000, 13000, 999949, 999950, 1000000, 1234567890] %}\
        {{ x | filesizeformat }}, {% endfor %}{{ 1536 | filesizeformat(binary=true) }}";
    insta::assert_snapshot!(text(template, json!({})));
}
