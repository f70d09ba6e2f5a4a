-- A short text that asks for a large value, or for many.

-- expect: quota
SELECT zeroblob(1000000000)
SELECT zeroblob(2147483647)
SELECT zeroblob(9223372036854775807)
SELECT hex(zeroblob(200000000))
SELECT length(hex(zeroblob(3000000)))
SELECT randomblob(1000000000)
SELECT printf('%*d', 1000000000, 1)
SELECT printf('%1000000000d', 1)
SELECT printf('%-1000000000s', 'x')
SELECT printf('%.*d', 1000000000, 1)
SELECT printf('%.2000000000f', 1.5)
SELECT printf('%.50000000g', 1e300)
SELECT printf('%*.*f', 90000000, 90000000, 1.5)
SELECT printf('%.*c', 1000000000, 'x')
SELECT format('%,*d', 2000000000, 1)
SELECT printf('%!.100000000f', 1.5)
SELECT printf('%.1000000000s', a) || a FROM big
SELECT quote(zeroblob(3000000))
SELECT a || a FROM big
SELECT concat(a, a, a, a) FROM big
SELECT concat_ws(a, 1, 2, 3) FROM big
SELECT replace(replace(replace(replace(printf('%.*c', 1000, 'x'), 'x', printf('%.*c', 100, 'y')), 'y', printf('%.*c', 100, 'z')), 'z', 'zzzz'), 'z', 'zzzz')
SELECT replace(a, '', 'b') || a FROM big
SELECT group_concat(a) FROM big, many
SELECT string_agg(a, a) FROM big, many
SELECT group_concat('x', a) FROM big, many
SELECT upper(a) || lower(a) FROM big
SELECT trim(a || ' ' || a) FROM big
SELECT CAST(a AS BLOB) || CAST(a AS BLOB) FROM big
SELECT (json ->> '$') || json FROM big
SELECT char(120) || a || a FROM big
SELECT strftime(printf('%.*c', 3900000, '%') || '%Y', 'now') || a FROM big
INSERT INTO scratch VALUES (zeroblob(100000000))
INSERT INTO scratch SELECT a || a FROM big
UPDATE notes SET text = printf('%*d', 1000000000, 1)

-- Too large, if the machine is quick enough to find out.
-- expect: stopped
SELECT replace(a, 'a', 'bbbb') FROM big

-- Large, but not too large: it only has to end in time, once or a thousand times.
-- expect: ended
SELECT length(zeroblob(4000000))
SELECT length(hex(zeroblob(2000000)))
SELECT length(printf('%.*c', 4000000, 'x'))
SELECT length(printf('%*d', 4000000, 1))
SELECT length(printf('%.4000000f', 1.5))
SELECT length(printf('%.4000000e', 1.5))
SELECT length(quote(a)) FROM big
SELECT length(quote(zeroblob(2000000)))
SELECT length(unistr(a)) FROM big
SELECT length(unistr(replace(substr(a, 1, 500000), 'a', '\0041'))) FROM big
SELECT unistr_quote(a) FROM big
SELECT soundex(a) FROM big
SELECT length(replace(a, 'a', 'b')) FROM big
SELECT length(replace(a, 'aa', 'b')) FROM big
SELECT unhex(digits) FROM big
SELECT length(upper(a)), length(lower(a)) FROM big
SELECT abs(digits), round(digits), sign(digits), digits + 1 FROM big
SELECT CAST(digits AS INTEGER), CAST(digits AS REAL), CAST(digits AS NUMERIC) FROM big
SELECT sum(digits), avg(digits), total(digits) FROM big, many
SELECT max(digits + n) FROM big, many
SELECT count(CAST(digits AS REAL)) FROM big, many
SELECT count(-digits) FROM big, many
SELECT max(hex(substr(a, n % 10, 2000000))) FROM big, many
SELECT max(length(hex(zeroblob(2000000 - n)))) FROM many
SELECT max(length(randomblob(4000000 - n))) FROM many
SELECT max(length(printf('%.*c', 4000000 - n, 'x'))) FROM many
SELECT max(length(printf('%*d', 4000000 - n, n))) FROM many
SELECT max(length(printf('%.*f', 4000000 - n, n))) FROM many
SELECT max(length(quote(substr(a, n)))) FROM big, many
SELECT max(upper(substr(a, n % 100))) FROM big, many
SELECT max(length(replace(substr(a, n % 100), 'a', 'b'))) FROM big, many
SELECT max(substr(a, -n)) FROM big, many
SELECT max(a || n) FROM big, many
SELECT count(*) FROM big, many WHERE a || n < a
SELECT count(*) FROM big, many WHERE a < substr(a, n % 10)
SELECT count(*) FROM big, many WHERE upper(a) = lower(a)
SELECT count(*) FROM big, many WHERE a COLLATE NOCASE = upper(substr(a, n % 10 + 1))
SELECT count(*) FROM big, many WHERE digits COLLATE decimal < a
SELECT count(*) FROM big, many WHERE decimal_cmp(digits, n) > 0
SELECT count(*) FROM big, many WHERE decimal_add('1', n) > decimal_mul('2', n)
SELECT decimal(digits) FROM big
SELECT decimal_add(digits, digits) FROM big
SELECT decimal_sum(digits) FROM big, many
SELECT decimal_sum(n) FROM many, many AS b
SELECT decimal_mul('79228162514264337593543950335', '79228162514264337593543950335')
SELECT a COLLATE decimal FROM big, many ORDER BY 1
SELECT length(strftime(printf('%.*c', 4000, 'x') || '%Y', 'now'))
SELECT max(strftime(a, 'now', n || ' days')) FROM big, many
SELECT date(a) FROM big
SELECT date('now', a) FROM big
SELECT date('9999-12-31', '+9223372036854775807 months')
SELECT datetime(1e308), julianday(-1e308), unixepoch('9999999999999999', 'unixepoch')
SELECT timediff('9999-12-31', '-4713-11-24')
SELECT count(timediff('9999-12-31', '-4713-11-24')) FROM many, many AS b
SELECT abs(-9223372036854775808)
SELECT 9223372036854775807 + 1, -9223372036854775808 / -1, 1 << 9223372036854775807, 5 % 0
SELECT sum(9223372036854775807) FROM many
SELECT round(1e308, 2147483647), round(0.1, -2147483648)
SELECT substr(a, -9223372036854775808, 9223372036854775807) FROM big
SELECT nth_value(n, 9223372036854775807) OVER () FROM many LIMIT 1
SELECT ntile(9223372036854775807) OVER () FROM many LIMIT 1
SELECT lead(n, 9223372036854775807) OVER (ORDER BY n ROWS 9223372036854775807 PRECEDING) FROM many LIMIT 1
SELECT n FROM many LIMIT 9223372036854775807 OFFSET 9223372036854775807
SELECT n FROM many LIMIT -9223372036854775808 OFFSET -1
SELECT char(1114112, -1, 9223372036854775807, 0, 55296)
SELECT unicode(char(0)), length('a' || char(0) || 'b')
SELECT CAST(X'FFFEFDC080' AS TEXT)
SELECT upper(CAST(X'C3' AS TEXT)), length(CAST(X'F4BFBFBF' AS TEXT)), substr(CAST(X'E282' AS TEXT), 1)
SELECT max(a, digits, json, many) FROM big
SELECT likelihood(a, 0.5), likely(a) IS unlikely(a), iif(a, a, a) IS NULL FROM big

-- Searching takes one step of SQLite's, and as long as the product of the lengths.
-- expect: ended
SELECT instr(a, substr(a, 1, 2000000) || 'b') FROM big
SELECT instr(CAST(a AS BLOB), CAST(substr(a, 1, 2000000) || 'b' AS BLOB)) FROM big
SELECT instr(zeroblob(4000000), CAST(zeroblob(2000000) || X'01' AS BLOB))
SELECT length(replace(a, substr(a, 1, 2000000) || 'b', 'x')) FROM big
SELECT length(replace(a, substr(a, 1, 2000) || 'b', 'x')) FROM big
SELECT length(trim(a, printf('%.*c', 2000000, 'b') || 'a')) FROM big
SELECT length(ltrim(a, many || 'a')) FROM big
SELECT length(rtrim(a, many || 'a')) FROM big
SELECT length(trim(a, replace(printf('%.*c', 100000, 'b'), 'b', 'bcdef') || 'a')) FROM big
SELECT unhex(a, printf('%.*c', 2000000, 'b') || 'a') FROM big
SELECT length(unhex(printf('%.*c', 2000000, 'x'), many || 'x')) FROM big
SELECT count(*) FROM big, many WHERE instr(a, n) > 0
