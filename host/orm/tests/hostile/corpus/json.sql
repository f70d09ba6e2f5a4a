-- JSON that grows, nests or has to be searched.

-- expect: ended
SELECT json_valid(json), json_type(json), json_array_length(json) FROM big
SELECT length(json(json)), length(jsonb(json)) FROM big
SELECT json_valid(a), json_error_position(a) FROM big
SELECT json_valid(printf('%.*c', 4000000, '['))
SELECT json_valid(replace(printf('%.*c', 600000, 'x'), 'x', '{"a":'))
SELECT json_valid('"' || replace(printf('%.*c', 600000, 'x'), 'x', '\u0041') || '"')
SELECT length(json('[' || replace(printf('%.*c', 1900000, 'x'), 'x', '1,') || '1]'))
SELECT json_extract(json, '$[#-1]'), json -> '$[1000000]' FROM big
SELECT json_extract(json, '$[0]', '$[1]', '$[2]', '$[3]', '$[4]', '$[5]', '$[6]', '$[7]', '$[8]', '$[9]') FROM big
SELECT json_extract(json, replace(printf('%.*c', 1000000, 'x'), 'x', '[0]')) FROM big
SELECT json_extract(json, '$' || replace(printf('%.*c', 1000000, 'x'), 'x', '.a')) FROM big
SELECT max(json_extract(json, '$[' || n || ']')) FROM big, many
SELECT max(json_extract(json, '$[#-' || n || ']')) FROM big, many
SELECT sum(value) FROM big, json_each(big.json)
SELECT count(*) FROM big, json_tree(big.json)
SELECT count(*) FROM big, json_each(big.json) AS a, json_each(big.json) AS b
SELECT count(*) FROM big, json_tree(big.json) AS a, json_tree(big.json) AS b WHERE a.path = b.fullkey
SELECT count(fullkey) FROM json_tree(replace(printf('%.*c', 900, 'x'), 'x', '[') || replace(printf('%.*c', 900, 'x'), 'x', ']'))
SELECT length(json_group_array(a)) FROM big, many
SELECT length(json_group_array(n)) FROM many, many AS b
SELECT length(json_group_array(json(json))) FROM big, many
SELECT length(jsonb_group_array(a)) FROM big, many
SELECT length(json_group_object(n, a)) FROM big, many
SELECT length(json_group_object(a, n)) FROM big, many
SELECT length(jsonb_group_object(n, a)) FROM big, many
SELECT json_group_array(a) OVER (ORDER BY n ROWS 100 PRECEDING) FROM big, many
SELECT json_group_object(n, n) OVER (ORDER BY n ROWS 10000 PRECEDING) FROM many
SELECT json_array(a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a) FROM big
SELECT json_object('a', a, 'b', a, 'c', a, 'd', a, 'e', a, 'f', a, 'g', a, 'h', a, 'i', a, 'j', a, 'k', a, 'l', a) FROM big
SELECT json_quote(a) FROM big
SELECT json_quote(char(1) || printf('%.*c', 1000000, char(1)))
SELECT json_insert(json, '$[#]', a, '$[#]', a, '$[#]', a, '$[#]', a, '$[#]', a, '$[#]', a, '$[#]', a, '$[#]', a) FROM big
SELECT length(json_set(json, '$[0]', 2, '$[1]', 2, '$[2]', 2, '$[3]', 2, '$[4]', 2, '$[5]', 2, '$[6]', 2, '$[7]', 2)) FROM big
SELECT length(json_replace(json, '$[0]', a, '$[1]', a, '$[2]', a, '$[3]', a, '$[4]', a, '$[5]', a, '$[6]', a)) FROM big
SELECT length(json_remove(json, '$[0]', '$[0]', '$[0]', '$[0]', '$[0]', '$[0]', '$[0]', '$[0]', '$[0]', '$[0]')) FROM big
SELECT length(json_array_insert(json, '$[0]', 1, '$[0]', 1, '$[0]', 1, '$[0]', 1, '$[0]', 1, '$[0]', 1)) FROM big
SELECT length(json_set('{}', '$' || replace(printf('%.*c', 100000, 'x'), 'x', '.a'), 1))
SELECT length(json_set('[]', '$' || replace(printf('%.*c', 2000, 'x'), 'x', '[0]'), 1))
SELECT length(json_patch(object, object)) FROM big
SELECT length(json_patch(object, replace(object, '"k', '"j'))) FROM big
SELECT length(json_patch('{}', object)) FROM big
SELECT length(jsonb_patch(object, object)) FROM big
SELECT json_extract(object, '$.nothing', '$.nothing', '$.nothing', '$.nothing', '$.nothing') FROM big
SELECT json_object('a', json(object), 'b', json(object)) -> '$.a.nothing' FROM big
SELECT length(json_pretty(json)) FROM big
SELECT length(json_pretty(json, a)) FROM big
SELECT length(json_pretty('[1,[2,[3,[4]]]]', a)) FROM big
SELECT length(json_pretty(replace(printf('%.*c', 900, 'x'), 'x', '[1,') || '1' || replace(printf('%.*c', 900, 'x'), 'x', ']')))
SELECT length(json_pretty(replace(printf('%.*c', 900, 'x'), 'x', '[1,') || '1' || replace(printf('%.*c', 900, 'x'), 'x', ']'), printf('%.*c', 100000, ' ')))
SELECT length(json_pretty(jsonb(json), '          ')) FROM big
SELECT jsonb(X'FFFFFFFFFFFFFFFFFF'), json(X'CBFFFFFFFF')
SELECT json_valid(X'CBFFFFFFFF', 8), json_valid(zeroblob(4000000), 8), json_valid(zeroblob(4000000), 4)
SELECT json(zeroblob(4000000))
SELECT json_extract(X'BC0102030405', '$.a')
SELECT json_each.value FROM json_each(X'FB00000001')
SELECT json_tree.fullkey FROM json_tree(jsonb('{"a":{"b":[1,2]}}'))
SELECT count(*) FROM many, json_each('[' || n || ']'), many AS b
SELECT count(*) FROM many WHERE json_valid('{"a":' || n || '}') AND json_extract('{"a":' || n || '}', '$.a') < -n
WITH RECURSIVE r (x) AS (SELECT '[1]' UNION ALL SELECT json_array(json(x), json(x)) FROM r) SELECT length(x) FROM r
WITH RECURSIVE r (x) AS (SELECT '{}' UNION ALL SELECT json_object('a', x, 'b', x) FROM r) SELECT length(x) FROM r
WITH RECURSIVE r (x) AS (SELECT '[]' UNION ALL SELECT json_insert(x, '$[#]', json(x)) FROM r) SELECT length(x) FROM r
WITH RECURSIVE r (x) AS (SELECT jsonb('[]') UNION ALL SELECT jsonb_array(x, x) FROM r) SELECT length(x) FROM r
