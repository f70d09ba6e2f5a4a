-- Patterns that try everything before they give up.

-- expect: ended
SELECT count(*) FROM big WHERE a LIKE '%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%b'
SELECT count(*) FROM big WHERE a LIKE '%aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab%'
SELECT count(*) FROM big WHERE a LIKE '%' || printf('%.*c', 900, 'a') || 'b%'
SELECT count(*) FROM big WHERE a LIKE '%' || printf('%.*c', 900, '_') || 'b%'
SELECT count(*) FROM big WHERE a LIKE '%' || replace(printf('%.*c', 400, 'x'), 'x', 'a%') || 'b'
SELECT count(*) FROM big WHERE a LIKE '%' || replace(printf('%.*c', 400, 'x'), 'x', '_%') || 'b'
SELECT count(*) FROM big WHERE a LIKE '%' || printf('%.*c', 900, 'A') || 'b%' ESCAPE 'x'
SELECT count(*) FROM big WHERE a LIKE replace(printf('%.*c', 400, 'x'), 'x', 'xa') || '%b' ESCAPE 'x'
SELECT count(*) FROM big WHERE a NOT LIKE '%' || printf('%.*c', 900, 'a') || 'b%'
SELECT like('%' || printf('%.*c', 900, 'a') || 'b%', a) FROM big
SELECT like('%' || printf('%.*c', 900, 'a') || 'b%', a, 'x') FROM big
SELECT count(*) FROM big WHERE a GLOB '*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b'
SELECT count(*) FROM big WHERE a GLOB '*' || printf('%.*c', 900, 'a') || 'b*'
SELECT count(*) FROM big WHERE a GLOB '*' || printf('%.*c', 900, '?') || 'b*'
SELECT count(*) FROM big WHERE a GLOB '*' || replace(printf('%.*c', 150, 'x'), 'x', '[a-z]') || 'b*'
SELECT count(*) FROM big WHERE a GLOB '*' || replace(printf('%.*c', 150, 'x'), 'x', '[^b]') || 'b*'
SELECT count(*) FROM big WHERE a GLOB '*[' || printf('%.*c', 900, 'b') || ']*'
SELECT glob('*' || printf('%.*c', 900, 'a') || 'b*', a) FROM big
SELECT count(*) FROM big, many WHERE a LIKE '%' || n || '%b'
SELECT count(*) FROM big, many WHERE a LIKE '%a%a%a%' || n
SELECT count(*) FROM big, many WHERE many.n LIKE a
SELECT count(*) FROM many AS a, many AS b WHERE a.n || b.n LIKE '%1%2%3%4%5%6%7%8%9%x'
SELECT count(*) FROM notes WHERE text MATCH 'x'
SELECT count(*) FROM notes WHERE text LIKE 'a' ESCAPE 'ab'

-- expect: quota
SELECT count(*) FROM notes WHERE text LIKE printf('%.*c', 60000, '%')
SELECT count(*) FROM notes WHERE text GLOB printf('%.*c', 60000, '*')
SELECT a LIKE a FROM big
SELECT a GLOB a FROM big
