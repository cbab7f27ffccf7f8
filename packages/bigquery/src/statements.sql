-- Every statement that this package sends, by flow and kind of table, as a test collects them. A change here is to be reviewed:
-- it must be valid GoogleSQL, prune partitions as before, and read the same rows. `vitest run --update` writes the file.

-- timestamp: a window of all rows, by rest
SELECT `ts`, `id` FROM `my-project.fleet.timestamp` AS _bqsync_row;

-- timestamp: a window of all rows, by storage
SELECT COUNT(*) AS row_count, 'bpyeON1rJS8dGvBQdljEVo' AS counted_for FROM `my-project.fleet.timestamp` AS _bqsync_row;
-- condition of a read session: none

-- timestamp: an estimate of all rows
SELECT `ts`, `id` FROM `my-project.fleet.timestamp` AS _bqsync_row;
-- as a dry run

-- timestamp: a count of all rows
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.timestamp` AS _bqsync_row;

-- timestamp: checksums of all rows
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT TIMESTAMP_TRUNC(`ts`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(`ts`) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(`ts`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-')))) AS _bqsync_hash FROM (SELECT `ts`, `id` FROM `my-project.fleet.timestamp` AS _bqsync_row) AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- timestamp: a search among all rows
SELECT `id`, `ts` FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- timestamp: a window of rows with a cursor, by rest
SELECT `ts`, `id` FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE `ts` IS NOT NULL;

-- timestamp: a window of rows with a cursor, by storage
SELECT COUNT(*) AS row_count, 'gNCIVcusVzRyHA9z3MLjqi' AS counted_for FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE `ts` IS NOT NULL;
-- condition of a read session: `ts` IS NOT NULL

-- timestamp: an estimate of rows with a cursor
SELECT `ts`, `id` FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE `ts` IS NOT NULL;
-- as a dry run

-- timestamp: a count of rows with a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE `ts` IS NOT NULL;

-- timestamp: a window of rows without a cursor, by rest
SELECT `ts`, `id` FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE `ts` IS NULL;

-- timestamp: a window of rows without a cursor, by storage
SELECT COUNT(*) AS row_count, 'wDAx_Pg1VGW5X6trBu8Wvz' AS counted_for FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE `ts` IS NULL;
-- condition of a read session: `ts` IS NULL

-- timestamp: an estimate of rows without a cursor
SELECT `ts`, `id` FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE `ts` IS NULL;
-- as a dry run

-- timestamp: a count of rows without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE `ts` IS NULL;

-- timestamp: checksums of rows without a cursor
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT TIMESTAMP_TRUNC(`ts`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(`ts`) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(`ts`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-')))) AS _bqsync_hash FROM (SELECT `ts`, `id` FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE `ts` IS NULL) AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- timestamp: a search among rows without a cursor
SELECT `id`, `ts` FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE `ts` IS NULL AND `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- timestamp: a window of rows from a bound on, by rest
SELECT `ts`, `id` FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z';

-- timestamp: a window of rows from a bound on, by storage
SELECT COUNT(*) AS row_count, 'vaSePCf05FVNWrDGmrnCPk' AS counted_for FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z';
-- condition of a read session: `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z'

-- timestamp: an estimate of rows from a bound on
SELECT `ts`, `id` FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z';
-- as a dry run

-- timestamp: a count of rows from a bound on
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z';

-- timestamp: a window of rows from a bound on or without a cursor, by rest
SELECT `ts`, `id` FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL);

-- timestamp: a window of rows from a bound on or without a cursor, by storage
SELECT COUNT(*) AS row_count, '_gI0DWgP7TWGsU9Mg3brsG' AS counted_for FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL);
-- condition of a read session: (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL)

-- timestamp: an estimate of rows from a bound on or without a cursor
SELECT `ts`, `id` FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL);
-- as a dry run

-- timestamp: a count of rows from a bound on or without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL);

-- timestamp: a window of rows below a bound, by rest
SELECT `ts`, `id` FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';

-- timestamp: a window of rows below a bound, by storage
SELECT COUNT(*) AS row_count, 'ap4WsR3gekEtmgCPe8h-Kg' AS counted_for FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';
-- condition of a read session: `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z'

-- timestamp: an estimate of rows below a bound
SELECT `ts`, `id` FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';
-- as a dry run

-- timestamp: a count of rows below a bound
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';

-- timestamp: a window of rows between bounds, by rest
SELECT `ts`, `id` FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';

-- timestamp: a window of rows between bounds, by storage
SELECT COUNT(*) AS row_count, 'AJhnqTnbEK1ZnWHbm1l3Kz' AS counted_for FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';
-- condition of a read session: `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z'

-- timestamp: an estimate of rows between bounds
SELECT `ts`, `id` FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';
-- as a dry run

-- timestamp: a count of rows between bounds
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';

-- timestamp: checksums of rows between bounds
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT TIMESTAMP_TRUNC(`ts`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(`ts`) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(`ts`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-')))) AS _bqsync_hash FROM (SELECT `ts`, `id` FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- timestamp: a search among rows between bounds
SELECT `id`, `ts` FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- timestamp: a window of rows between bounds or without a cursor, by rest
SELECT `ts`, `id` FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL);

-- timestamp: a window of rows between bounds or without a cursor, by storage
SELECT COUNT(*) AS row_count, 'pOziOeCt0p1FEqSJTdSyF7' AS counted_for FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL);
-- condition of a read session: ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL)

-- timestamp: an estimate of rows between bounds or without a cursor
SELECT `ts`, `id` FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL);
-- as a dry run

-- timestamp: a count of rows between bounds or without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.timestamp` AS _bqsync_row WHERE ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL);

-- timestamp: what this account may do
SELECT 1 AS bqsync_access;
-- condition of a read session: none

-- datetime: a window of all rows, by rest
SELECT `ts`, `id` FROM `my-project.fleet.datetime` AS _bqsync_row;

-- datetime: a window of all rows, by storage
SELECT COUNT(*) AS row_count, 'HFt2TXzeWQDPVj4VjZAot3' AS counted_for FROM `my-project.fleet.datetime` AS _bqsync_row;
-- condition of a read session: none

-- datetime: an estimate of all rows
SELECT `ts`, `id` FROM `my-project.fleet.datetime` AS _bqsync_row;
-- as a dry run

-- datetime: a count of all rows
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.datetime` AS _bqsync_row;

-- datetime: checksums of all rows
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT DATETIME_TRUNC(`ts`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(TIMESTAMP(`ts`)) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(TIMESTAMP(`ts`)) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-')))) AS _bqsync_hash FROM (SELECT `ts`, `id` FROM `my-project.fleet.datetime` AS _bqsync_row) AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- datetime: a search among all rows
SELECT `id`, `ts` FROM `my-project.fleet.datetime` AS _bqsync_row WHERE `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- datetime: a window of rows with a cursor, by rest
SELECT `ts`, `id` FROM `my-project.fleet.datetime` AS _bqsync_row WHERE `ts` IS NOT NULL;

-- datetime: a window of rows with a cursor, by storage
SELECT COUNT(*) AS row_count, 'TmBtnbTHsNkTM1UNAHqieE' AS counted_for FROM `my-project.fleet.datetime` AS _bqsync_row WHERE `ts` IS NOT NULL;
-- condition of a read session: `ts` IS NOT NULL

-- datetime: an estimate of rows with a cursor
SELECT `ts`, `id` FROM `my-project.fleet.datetime` AS _bqsync_row WHERE `ts` IS NOT NULL;
-- as a dry run

-- datetime: a count of rows with a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.datetime` AS _bqsync_row WHERE `ts` IS NOT NULL;

-- datetime: a window of rows without a cursor, by rest
SELECT `ts`, `id` FROM `my-project.fleet.datetime` AS _bqsync_row WHERE `ts` IS NULL;

-- datetime: a window of rows without a cursor, by storage
SELECT COUNT(*) AS row_count, 'K7CFhiNWZfGDNLnF4olCI9' AS counted_for FROM `my-project.fleet.datetime` AS _bqsync_row WHERE `ts` IS NULL;
-- condition of a read session: `ts` IS NULL

-- datetime: an estimate of rows without a cursor
SELECT `ts`, `id` FROM `my-project.fleet.datetime` AS _bqsync_row WHERE `ts` IS NULL;
-- as a dry run

-- datetime: a count of rows without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.datetime` AS _bqsync_row WHERE `ts` IS NULL;

-- datetime: checksums of rows without a cursor
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT DATETIME_TRUNC(`ts`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(TIMESTAMP(`ts`)) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(TIMESTAMP(`ts`)) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-')))) AS _bqsync_hash FROM (SELECT `ts`, `id` FROM `my-project.fleet.datetime` AS _bqsync_row WHERE `ts` IS NULL) AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- datetime: a search among rows without a cursor
SELECT `id`, `ts` FROM `my-project.fleet.datetime` AS _bqsync_row WHERE `ts` IS NULL AND `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- datetime: a window of rows from a bound on, by rest
SELECT `ts`, `id` FROM `my-project.fleet.datetime` AS _bqsync_row WHERE `ts` >= DATETIME '2026-01-01T00:00:00.000001';

-- datetime: a window of rows from a bound on, by storage
SELECT COUNT(*) AS row_count, 'TWBjlRe6OdjCfAyD05VU2X' AS counted_for FROM `my-project.fleet.datetime` AS _bqsync_row WHERE `ts` >= DATETIME '2026-01-01T00:00:00.000001';
-- condition of a read session: `ts` >= DATETIME '2026-01-01T00:00:00.000001'

-- datetime: an estimate of rows from a bound on
SELECT `ts`, `id` FROM `my-project.fleet.datetime` AS _bqsync_row WHERE `ts` >= DATETIME '2026-01-01T00:00:00.000001';
-- as a dry run

-- datetime: a count of rows from a bound on
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.datetime` AS _bqsync_row WHERE `ts` >= DATETIME '2026-01-01T00:00:00.000001';

-- datetime: a window of rows from a bound on or without a cursor, by rest
SELECT `ts`, `id` FROM `my-project.fleet.datetime` AS _bqsync_row WHERE (`ts` >= DATETIME '2026-01-01T00:00:00.000001' OR `ts` IS NULL);

-- datetime: a window of rows from a bound on or without a cursor, by storage
SELECT COUNT(*) AS row_count, 'BMhBFROXucvsFr8i8SYiEF' AS counted_for FROM `my-project.fleet.datetime` AS _bqsync_row WHERE (`ts` >= DATETIME '2026-01-01T00:00:00.000001' OR `ts` IS NULL);
-- condition of a read session: (`ts` >= DATETIME '2026-01-01T00:00:00.000001' OR `ts` IS NULL)

-- datetime: an estimate of rows from a bound on or without a cursor
SELECT `ts`, `id` FROM `my-project.fleet.datetime` AS _bqsync_row WHERE (`ts` >= DATETIME '2026-01-01T00:00:00.000001' OR `ts` IS NULL);
-- as a dry run

-- datetime: a count of rows from a bound on or without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.datetime` AS _bqsync_row WHERE (`ts` >= DATETIME '2026-01-01T00:00:00.000001' OR `ts` IS NULL);

-- datetime: a window of rows below a bound, by rest
SELECT `ts`, `id` FROM `my-project.fleet.datetime` AS _bqsync_row WHERE `ts` < DATETIME '2026-01-02T00:00:00.000000';

-- datetime: a window of rows below a bound, by storage
SELECT COUNT(*) AS row_count, 'Tqc5QkMVR47DPiIf7uHxQU' AS counted_for FROM `my-project.fleet.datetime` AS _bqsync_row WHERE `ts` < DATETIME '2026-01-02T00:00:00.000000';
-- condition of a read session: `ts` < DATETIME '2026-01-02T00:00:00.000000'

-- datetime: an estimate of rows below a bound
SELECT `ts`, `id` FROM `my-project.fleet.datetime` AS _bqsync_row WHERE `ts` < DATETIME '2026-01-02T00:00:00.000000';
-- as a dry run

-- datetime: a count of rows below a bound
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.datetime` AS _bqsync_row WHERE `ts` < DATETIME '2026-01-02T00:00:00.000000';

-- datetime: a window of rows between bounds, by rest
SELECT `ts`, `id` FROM `my-project.fleet.datetime` AS _bqsync_row WHERE `ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `ts` < DATETIME '2026-01-02T00:00:00.000000';

-- datetime: a window of rows between bounds, by storage
SELECT COUNT(*) AS row_count, 'w-hlnkJrM8aTxz3d-gmWbv' AS counted_for FROM `my-project.fleet.datetime` AS _bqsync_row WHERE `ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `ts` < DATETIME '2026-01-02T00:00:00.000000';
-- condition of a read session: `ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `ts` < DATETIME '2026-01-02T00:00:00.000000'

-- datetime: an estimate of rows between bounds
SELECT `ts`, `id` FROM `my-project.fleet.datetime` AS _bqsync_row WHERE `ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `ts` < DATETIME '2026-01-02T00:00:00.000000';
-- as a dry run

-- datetime: a count of rows between bounds
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.datetime` AS _bqsync_row WHERE `ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `ts` < DATETIME '2026-01-02T00:00:00.000000';

-- datetime: checksums of rows between bounds
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT DATETIME_TRUNC(`ts`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(TIMESTAMP(`ts`)) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(TIMESTAMP(`ts`)) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-')))) AS _bqsync_hash FROM (SELECT `ts`, `id` FROM `my-project.fleet.datetime` AS _bqsync_row WHERE `ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `ts` < DATETIME '2026-01-02T00:00:00.000000') AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- datetime: a search among rows between bounds
SELECT `id`, `ts` FROM `my-project.fleet.datetime` AS _bqsync_row WHERE `ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `ts` < DATETIME '2026-01-02T00:00:00.000000' AND `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- datetime: a window of rows between bounds or without a cursor, by rest
SELECT `ts`, `id` FROM `my-project.fleet.datetime` AS _bqsync_row WHERE ((`ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `ts` < DATETIME '2026-01-02T00:00:00.000000') OR `ts` IS NULL);

-- datetime: a window of rows between bounds or without a cursor, by storage
SELECT COUNT(*) AS row_count, 'Qij26VtJjDx1q4gC2U4SD4' AS counted_for FROM `my-project.fleet.datetime` AS _bqsync_row WHERE ((`ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `ts` < DATETIME '2026-01-02T00:00:00.000000') OR `ts` IS NULL);
-- condition of a read session: ((`ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `ts` < DATETIME '2026-01-02T00:00:00.000000') OR `ts` IS NULL)

-- datetime: an estimate of rows between bounds or without a cursor
SELECT `ts`, `id` FROM `my-project.fleet.datetime` AS _bqsync_row WHERE ((`ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `ts` < DATETIME '2026-01-02T00:00:00.000000') OR `ts` IS NULL);
-- as a dry run

-- datetime: a count of rows between bounds or without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.datetime` AS _bqsync_row WHERE ((`ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `ts` < DATETIME '2026-01-02T00:00:00.000000') OR `ts` IS NULL);

-- datetime: what this account may do
SELECT 1 AS bqsync_access;
-- condition of a read session: none

-- date: a window of all rows, by rest
SELECT `ts`, `id` FROM `my-project.fleet.date` AS _bqsync_row;

-- date: a window of all rows, by storage
SELECT COUNT(*) AS row_count, 'mL7WFWTH2OaaOm_HTkuAWz' AS counted_for FROM `my-project.fleet.date` AS _bqsync_row;
-- condition of a read session: none

-- date: an estimate of all rows
SELECT `ts`, `id` FROM `my-project.fleet.date` AS _bqsync_row;
-- as a dry run

-- date: a count of all rows
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.date` AS _bqsync_row;

-- date: checksums of all rows
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT DATE_TRUNC(`ts`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_DATE(`ts`) AS STRING)) AS STRING), ':', CAST(UNIX_DATE(`ts`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-')))) AS _bqsync_hash FROM (SELECT `ts`, `id` FROM `my-project.fleet.date` AS _bqsync_row) AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- date: a search among all rows
SELECT `id`, `ts` FROM `my-project.fleet.date` AS _bqsync_row WHERE `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- date: a window of rows with a cursor, by rest
SELECT `ts`, `id` FROM `my-project.fleet.date` AS _bqsync_row WHERE `ts` IS NOT NULL;

-- date: a window of rows with a cursor, by storage
SELECT COUNT(*) AS row_count, 'AqYbJ13hshg3wF-lceExWC' AS counted_for FROM `my-project.fleet.date` AS _bqsync_row WHERE `ts` IS NOT NULL;
-- condition of a read session: `ts` IS NOT NULL

-- date: an estimate of rows with a cursor
SELECT `ts`, `id` FROM `my-project.fleet.date` AS _bqsync_row WHERE `ts` IS NOT NULL;
-- as a dry run

-- date: a count of rows with a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.date` AS _bqsync_row WHERE `ts` IS NOT NULL;

-- date: a window of rows without a cursor, by rest
SELECT `ts`, `id` FROM `my-project.fleet.date` AS _bqsync_row WHERE `ts` IS NULL;

-- date: a window of rows without a cursor, by storage
SELECT COUNT(*) AS row_count, 'S68re6m1dQisruZpldVXEh' AS counted_for FROM `my-project.fleet.date` AS _bqsync_row WHERE `ts` IS NULL;
-- condition of a read session: `ts` IS NULL

-- date: an estimate of rows without a cursor
SELECT `ts`, `id` FROM `my-project.fleet.date` AS _bqsync_row WHERE `ts` IS NULL;
-- as a dry run

-- date: a count of rows without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.date` AS _bqsync_row WHERE `ts` IS NULL;

-- date: checksums of rows without a cursor
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT DATE_TRUNC(`ts`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_DATE(`ts`) AS STRING)) AS STRING), ':', CAST(UNIX_DATE(`ts`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-')))) AS _bqsync_hash FROM (SELECT `ts`, `id` FROM `my-project.fleet.date` AS _bqsync_row WHERE `ts` IS NULL) AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- date: a search among rows without a cursor
SELECT `id`, `ts` FROM `my-project.fleet.date` AS _bqsync_row WHERE `ts` IS NULL AND `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- date: a window of rows from a bound on, by rest
SELECT `ts`, `id` FROM `my-project.fleet.date` AS _bqsync_row WHERE `ts` >= DATE '2026-01-01';

-- date: a window of rows from a bound on, by storage
SELECT COUNT(*) AS row_count, 'xUnrqYjRI0J9RmQXTqcyeg' AS counted_for FROM `my-project.fleet.date` AS _bqsync_row WHERE `ts` >= DATE '2026-01-01';
-- condition of a read session: `ts` >= DATE '2026-01-01'

-- date: an estimate of rows from a bound on
SELECT `ts`, `id` FROM `my-project.fleet.date` AS _bqsync_row WHERE `ts` >= DATE '2026-01-01';
-- as a dry run

-- date: a count of rows from a bound on
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.date` AS _bqsync_row WHERE `ts` >= DATE '2026-01-01';

-- date: a window of rows from a bound on or without a cursor, by rest
SELECT `ts`, `id` FROM `my-project.fleet.date` AS _bqsync_row WHERE (`ts` >= DATE '2026-01-01' OR `ts` IS NULL);

-- date: a window of rows from a bound on or without a cursor, by storage
SELECT COUNT(*) AS row_count, 'H7tQhLiX_2uE1S4BG091e4' AS counted_for FROM `my-project.fleet.date` AS _bqsync_row WHERE (`ts` >= DATE '2026-01-01' OR `ts` IS NULL);
-- condition of a read session: (`ts` >= DATE '2026-01-01' OR `ts` IS NULL)

-- date: an estimate of rows from a bound on or without a cursor
SELECT `ts`, `id` FROM `my-project.fleet.date` AS _bqsync_row WHERE (`ts` >= DATE '2026-01-01' OR `ts` IS NULL);
-- as a dry run

-- date: a count of rows from a bound on or without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.date` AS _bqsync_row WHERE (`ts` >= DATE '2026-01-01' OR `ts` IS NULL);

-- date: a window of rows below a bound, by rest
SELECT `ts`, `id` FROM `my-project.fleet.date` AS _bqsync_row WHERE `ts` < DATE '2026-01-02';

-- date: a window of rows below a bound, by storage
SELECT COUNT(*) AS row_count, 'CQZmJdeInggY2O8WFa9hts' AS counted_for FROM `my-project.fleet.date` AS _bqsync_row WHERE `ts` < DATE '2026-01-02';
-- condition of a read session: `ts` < DATE '2026-01-02'

-- date: an estimate of rows below a bound
SELECT `ts`, `id` FROM `my-project.fleet.date` AS _bqsync_row WHERE `ts` < DATE '2026-01-02';
-- as a dry run

-- date: a count of rows below a bound
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.date` AS _bqsync_row WHERE `ts` < DATE '2026-01-02';

-- date: a window of rows between bounds, by rest
SELECT `ts`, `id` FROM `my-project.fleet.date` AS _bqsync_row WHERE `ts` >= DATE '2026-01-01' AND `ts` < DATE '2026-01-02';

-- date: a window of rows between bounds, by storage
SELECT COUNT(*) AS row_count, 'mo5uYdWApgkJkQK7PPaW-D' AS counted_for FROM `my-project.fleet.date` AS _bqsync_row WHERE `ts` >= DATE '2026-01-01' AND `ts` < DATE '2026-01-02';
-- condition of a read session: `ts` >= DATE '2026-01-01' AND `ts` < DATE '2026-01-02'

-- date: an estimate of rows between bounds
SELECT `ts`, `id` FROM `my-project.fleet.date` AS _bqsync_row WHERE `ts` >= DATE '2026-01-01' AND `ts` < DATE '2026-01-02';
-- as a dry run

-- date: a count of rows between bounds
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.date` AS _bqsync_row WHERE `ts` >= DATE '2026-01-01' AND `ts` < DATE '2026-01-02';

-- date: checksums of rows between bounds
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT DATE_TRUNC(`ts`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_DATE(`ts`) AS STRING)) AS STRING), ':', CAST(UNIX_DATE(`ts`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-')))) AS _bqsync_hash FROM (SELECT `ts`, `id` FROM `my-project.fleet.date` AS _bqsync_row WHERE `ts` >= DATE '2026-01-01' AND `ts` < DATE '2026-01-02') AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- date: a search among rows between bounds
SELECT `id`, `ts` FROM `my-project.fleet.date` AS _bqsync_row WHERE `ts` >= DATE '2026-01-01' AND `ts` < DATE '2026-01-02' AND `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- date: a window of rows between bounds or without a cursor, by rest
SELECT `ts`, `id` FROM `my-project.fleet.date` AS _bqsync_row WHERE ((`ts` >= DATE '2026-01-01' AND `ts` < DATE '2026-01-02') OR `ts` IS NULL);

-- date: a window of rows between bounds or without a cursor, by storage
SELECT COUNT(*) AS row_count, 'ildwdgoQjzu1a7Ewm7r_7v' AS counted_for FROM `my-project.fleet.date` AS _bqsync_row WHERE ((`ts` >= DATE '2026-01-01' AND `ts` < DATE '2026-01-02') OR `ts` IS NULL);
-- condition of a read session: ((`ts` >= DATE '2026-01-01' AND `ts` < DATE '2026-01-02') OR `ts` IS NULL)

-- date: an estimate of rows between bounds or without a cursor
SELECT `ts`, `id` FROM `my-project.fleet.date` AS _bqsync_row WHERE ((`ts` >= DATE '2026-01-01' AND `ts` < DATE '2026-01-02') OR `ts` IS NULL);
-- as a dry run

-- date: a count of rows between bounds or without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.date` AS _bqsync_row WHERE ((`ts` >= DATE '2026-01-01' AND `ts` < DATE '2026-01-02') OR `ts` IS NULL);

-- date: what this account may do
SELECT 1 AS bqsync_access;
-- condition of a read session: none

-- partitioned: a window of all rows, by rest
SELECT `ts`, `id` FROM `my-project.fleet.partitioned` AS _bqsync_row;

-- partitioned: a window of all rows, by storage
SELECT COUNT(*) AS row_count, 'c-Mtp-hYgrG2PFhXIoTHB2' AS counted_for FROM `my-project.fleet.partitioned` AS _bqsync_row;
-- condition of a read session: none

-- partitioned: an estimate of all rows
SELECT `ts`, `id` FROM `my-project.fleet.partitioned` AS _bqsync_row;
-- as a dry run

-- partitioned: a count of all rows
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.partitioned` AS _bqsync_row;

-- partitioned: checksums of all rows
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT TIMESTAMP_TRUNC(`ts`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(`ts`) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(`ts`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-')))) AS _bqsync_hash FROM (SELECT `ts`, `id` FROM `my-project.fleet.partitioned` AS _bqsync_row) AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- partitioned: a search among all rows
SELECT `id`, `ts` FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- partitioned: a window of rows with a cursor, by rest
SELECT `ts`, `id` FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE `ts` IS NOT NULL;

-- partitioned: a window of rows with a cursor, by storage
SELECT COUNT(*) AS row_count, 'SxkGehi3Srv4p_3h22nFq-' AS counted_for FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE `ts` IS NOT NULL;
-- condition of a read session: `ts` IS NOT NULL

-- partitioned: an estimate of rows with a cursor
SELECT `ts`, `id` FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE `ts` IS NOT NULL;
-- as a dry run

-- partitioned: a count of rows with a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE `ts` IS NOT NULL;

-- partitioned: a window of rows without a cursor, by rest
SELECT `ts`, `id` FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE `ts` IS NULL;

-- partitioned: a window of rows without a cursor, by storage
SELECT COUNT(*) AS row_count, '20IgfxSQwi66xD20-HSuig' AS counted_for FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE `ts` IS NULL;
-- condition of a read session: `ts` IS NULL

-- partitioned: an estimate of rows without a cursor
SELECT `ts`, `id` FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE `ts` IS NULL;
-- as a dry run

-- partitioned: a count of rows without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE `ts` IS NULL;

-- partitioned: checksums of rows without a cursor
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT TIMESTAMP_TRUNC(`ts`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(`ts`) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(`ts`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-')))) AS _bqsync_hash FROM (SELECT `ts`, `id` FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE `ts` IS NULL) AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- partitioned: a search among rows without a cursor
SELECT `id`, `ts` FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE `ts` IS NULL AND `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- partitioned: a window of rows from a bound on, by rest
SELECT `ts`, `id` FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z';

-- partitioned: a window of rows from a bound on, by storage
SELECT COUNT(*) AS row_count, 'BMHLkyZtcenlHTjDxMlvfW' AS counted_for FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z';
-- condition of a read session: `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z'

-- partitioned: an estimate of rows from a bound on
SELECT `ts`, `id` FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z';
-- as a dry run

-- partitioned: a count of rows from a bound on
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z';

-- partitioned: a window of rows from a bound on or without a cursor, by rest
SELECT `ts`, `id` FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL);

-- partitioned: a window of rows from a bound on or without a cursor, by storage
SELECT COUNT(*) AS row_count, 'pBPPsyc0xSRUlIskaqjDY-' AS counted_for FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL);
-- condition of a read session: (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL)

-- partitioned: an estimate of rows from a bound on or without a cursor
SELECT `ts`, `id` FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL);
-- as a dry run

-- partitioned: a count of rows from a bound on or without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL);

-- partitioned: a window of rows below a bound, by rest
SELECT `ts`, `id` FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';

-- partitioned: a window of rows below a bound, by storage
SELECT COUNT(*) AS row_count, 'CWF5vv8NoUu8OtFJaslhyr' AS counted_for FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';
-- condition of a read session: `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z'

-- partitioned: an estimate of rows below a bound
SELECT `ts`, `id` FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';
-- as a dry run

-- partitioned: a count of rows below a bound
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';

-- partitioned: a window of rows between bounds, by rest
SELECT `ts`, `id` FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';

-- partitioned: a window of rows between bounds, by storage
SELECT COUNT(*) AS row_count, 'fjlAvmB0M_r2eXuXedcl1J' AS counted_for FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';
-- condition of a read session: `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z'

-- partitioned: an estimate of rows between bounds
SELECT `ts`, `id` FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';
-- as a dry run

-- partitioned: a count of rows between bounds
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';

-- partitioned: checksums of rows between bounds
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT TIMESTAMP_TRUNC(`ts`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(`ts`) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(`ts`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-')))) AS _bqsync_hash FROM (SELECT `ts`, `id` FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- partitioned: a search among rows between bounds
SELECT `id`, `ts` FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- partitioned: a window of rows between bounds or without a cursor, by rest
SELECT `ts`, `id` FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL);

-- partitioned: a window of rows between bounds or without a cursor, by storage
SELECT COUNT(*) AS row_count, 'qsdRNiNtSeOCtYahv8_H8R' AS counted_for FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL);
-- condition of a read session: ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL)

-- partitioned: an estimate of rows between bounds or without a cursor
SELECT `ts`, `id` FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL);
-- as a dry run

-- partitioned: a count of rows between bounds or without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.partitioned` AS _bqsync_row WHERE ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL);

-- partitioned: its partitions
SELECT partition_id, total_rows, total_logical_bytes, last_modified_time FROM `my-project.fleet.INFORMATION_SCHEMA.PARTITIONS` WHERE table_name = 'partitioned' ORDER BY partition_id;

-- partitioned: what this account may do
SELECT 1 AS bqsync_access;
-- condition of a read session: none

-- filter_on_cursor: a window of all rows, by rest
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' UNION ALL SELECT `ts`, `id` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` IS NULL;

-- filter_on_cursor: a window of all rows, by storage
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' UNION ALL SELECT `ts`, `id` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` IS NULL;
-- condition of a read session: `ts` >= TIMESTAMP '0001-01-01T00:00:00.000000Z'

-- filter_on_cursor: an estimate of all rows
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' UNION ALL SELECT `ts`, `id` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` IS NULL;
-- as a dry run

-- filter_on_cursor: a count of all rows
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM (SELECT `ts` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' UNION ALL SELECT `ts` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` IS NULL) AS _bqsync_row;

-- filter_on_cursor: checksums of all rows
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT TIMESTAMP_TRUNC(`ts`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(`ts`) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(`ts`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-')))) AS _bqsync_hash FROM (SELECT `ts`, `id` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' UNION ALL SELECT `ts`, `id` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` IS NULL) AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- filter_on_cursor: a search among all rows
SELECT `id`, `ts` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' AND `id` IN UNNEST(@keys) UNION ALL SELECT `id`, `ts` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` IS NULL AND `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- filter_on_cursor: a window of rows with a cursor, by rest
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` >= TIMESTAMP '0001-01-01T00:00:00.000000Z';

-- filter_on_cursor: a window of rows with a cursor, by storage
SELECT COUNT(*) AS row_count, 'lR7y6I1VjHwkWu8F_yAHQn' AS counted_for FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` >= TIMESTAMP '0001-01-01T00:00:00.000000Z';
-- condition of a read session: `ts` >= TIMESTAMP '0001-01-01T00:00:00.000000Z'

-- filter_on_cursor: an estimate of rows with a cursor
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` >= TIMESTAMP '0001-01-01T00:00:00.000000Z';
-- as a dry run

-- filter_on_cursor: a count of rows with a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` >= TIMESTAMP '0001-01-01T00:00:00.000000Z';

-- filter_on_cursor: a window of rows without a cursor, by rest
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` IS NULL;

-- filter_on_cursor: a window of rows without a cursor, by storage
SELECT COUNT(*) AS row_count, 'im57AlCITVBPPzsSPRC14-' AS counted_for FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` IS NULL;
-- condition of a read session: `ts` IS NULL

-- filter_on_cursor: an estimate of rows without a cursor
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` IS NULL;
-- as a dry run

-- filter_on_cursor: a count of rows without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` IS NULL;

-- filter_on_cursor: checksums of rows without a cursor
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT TIMESTAMP_TRUNC(`ts`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(`ts`) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(`ts`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-')))) AS _bqsync_hash FROM (SELECT `ts`, `id` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` IS NULL) AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- filter_on_cursor: a search among rows without a cursor
SELECT `id`, `ts` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` IS NULL AND `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- filter_on_cursor: a window of rows from a bound on, by rest
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z';

-- filter_on_cursor: a window of rows from a bound on, by storage
SELECT COUNT(*) AS row_count, 'AzvMRBHqU5SOIItWg967BY' AS counted_for FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z';
-- condition of a read session: `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z'

-- filter_on_cursor: an estimate of rows from a bound on
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z';
-- as a dry run

-- filter_on_cursor: a count of rows from a bound on
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z';

-- filter_on_cursor: a window of rows from a bound on or without a cursor, by rest
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' UNION ALL SELECT `ts`, `id` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` IS NULL;

-- filter_on_cursor: a window of rows from a bound on or without a cursor, by storage
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' UNION ALL SELECT `ts`, `id` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` IS NULL;

-- filter_on_cursor: an estimate of rows from a bound on or without a cursor
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' UNION ALL SELECT `ts`, `id` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` IS NULL;
-- as a dry run

-- filter_on_cursor: a count of rows from a bound on or without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM (SELECT `ts` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' UNION ALL SELECT `ts` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` IS NULL) AS _bqsync_row;

-- filter_on_cursor: a window of rows below a bound, by rest
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';

-- filter_on_cursor: a window of rows below a bound, by storage
SELECT COUNT(*) AS row_count, 'Of0c-K9_xW6bVJ3zDQKhga' AS counted_for FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';
-- condition of a read session: `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z'

-- filter_on_cursor: an estimate of rows below a bound
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';
-- as a dry run

-- filter_on_cursor: a count of rows below a bound
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';

-- filter_on_cursor: a window of rows between bounds, by rest
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';

-- filter_on_cursor: a window of rows between bounds, by storage
SELECT COUNT(*) AS row_count, '7cWcJu5YmjFyln2pcdLHCr' AS counted_for FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';
-- condition of a read session: `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z'

-- filter_on_cursor: an estimate of rows between bounds
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';
-- as a dry run

-- filter_on_cursor: a count of rows between bounds
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';

-- filter_on_cursor: checksums of rows between bounds
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT TIMESTAMP_TRUNC(`ts`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(`ts`) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(`ts`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-')))) AS _bqsync_hash FROM (SELECT `ts`, `id` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- filter_on_cursor: a search among rows between bounds
SELECT `id`, `ts` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- filter_on_cursor: a window of rows between bounds or without a cursor, by rest
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' UNION ALL SELECT `ts`, `id` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` IS NULL;

-- filter_on_cursor: a window of rows between bounds or without a cursor, by storage
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' UNION ALL SELECT `ts`, `id` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` IS NULL;

-- filter_on_cursor: an estimate of rows between bounds or without a cursor
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' UNION ALL SELECT `ts`, `id` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` IS NULL;
-- as a dry run

-- filter_on_cursor: a count of rows between bounds or without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM (SELECT `ts` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' UNION ALL SELECT `ts` FROM `my-project.fleet.filter_on_cursor` AS _bqsync_row WHERE `ts` IS NULL) AS _bqsync_row;

-- filter_on_cursor: its partitions
SELECT partition_id, total_rows, total_logical_bytes, last_modified_time FROM `my-project.fleet.INFORMATION_SCHEMA.PARTITIONS` WHERE table_name = 'filter_on_cursor' ORDER BY partition_id;

-- filter_on_cursor: what this account may do
SELECT 1 AS bqsync_access;
-- condition of a read session: none

-- filter_on_date: a window of all rows, by rest
SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `day` >= DATE '0001-01-01' UNION ALL SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `day` IS NULL;

-- filter_on_date: a window of all rows, by storage
SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `day` >= DATE '0001-01-01' UNION ALL SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `day` IS NULL;
-- condition of a read session: `day` >= DATE '0001-01-01'

-- filter_on_date: an estimate of all rows
SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `day` >= DATE '0001-01-01' UNION ALL SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `day` IS NULL;
-- as a dry run

-- filter_on_date: a count of all rows
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM (SELECT `ts` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `day` >= DATE '0001-01-01' UNION ALL SELECT `ts` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `day` IS NULL) AS _bqsync_row;

-- filter_on_date: checksums of all rows
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT DATETIME_TRUNC(`ts`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(TIMESTAMP(`ts`)) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(TIMESTAMP(`ts`)) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_DATE(`day`) AS STRING)) AS STRING), ':', CAST(UNIX_DATE(`day`) AS STRING)), '-')))) AS _bqsync_hash FROM (SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `day` >= DATE '0001-01-01' UNION ALL SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `day` IS NULL) AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- filter_on_date: a search among all rows
SELECT `id`, `ts` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `day` >= DATE '0001-01-01' AND `id` IN UNNEST(@keys) UNION ALL SELECT `id`, `ts` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `day` IS NULL AND `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- filter_on_date: a window of rows with a cursor, by rest
SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` IS NOT NULL AND `day` >= DATE '0001-01-01' UNION ALL SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` IS NOT NULL AND `day` IS NULL;

-- filter_on_date: a window of rows with a cursor, by storage
SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` IS NOT NULL AND `day` >= DATE '0001-01-01' UNION ALL SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` IS NOT NULL AND `day` IS NULL;

-- filter_on_date: an estimate of rows with a cursor
SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` IS NOT NULL AND `day` >= DATE '0001-01-01' UNION ALL SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` IS NOT NULL AND `day` IS NULL;
-- as a dry run

-- filter_on_date: a count of rows with a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM (SELECT `ts` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` IS NOT NULL AND `day` >= DATE '0001-01-01' UNION ALL SELECT `ts` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` IS NOT NULL AND `day` IS NULL) AS _bqsync_row;

-- filter_on_date: a window of rows without a cursor, by rest
SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` IS NULL AND `day` >= DATE '0001-01-01' UNION ALL SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` IS NULL AND `day` IS NULL;

-- filter_on_date: a window of rows without a cursor, by storage
SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` IS NULL AND `day` >= DATE '0001-01-01' UNION ALL SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` IS NULL AND `day` IS NULL;

-- filter_on_date: an estimate of rows without a cursor
SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` IS NULL AND `day` >= DATE '0001-01-01' UNION ALL SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` IS NULL AND `day` IS NULL;
-- as a dry run

-- filter_on_date: a count of rows without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM (SELECT `ts` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` IS NULL AND `day` >= DATE '0001-01-01' UNION ALL SELECT `ts` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` IS NULL AND `day` IS NULL) AS _bqsync_row;

-- filter_on_date: checksums of rows without a cursor
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT DATETIME_TRUNC(`ts`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(TIMESTAMP(`ts`)) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(TIMESTAMP(`ts`)) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_DATE(`day`) AS STRING)) AS STRING), ':', CAST(UNIX_DATE(`day`) AS STRING)), '-')))) AS _bqsync_hash FROM (SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` IS NULL AND `day` >= DATE '0001-01-01' UNION ALL SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` IS NULL AND `day` IS NULL) AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- filter_on_date: a search among rows without a cursor
SELECT `id`, `ts` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` IS NULL AND `day` >= DATE '0001-01-01' AND `id` IN UNNEST(@keys) UNION ALL SELECT `id`, `ts` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` IS NULL AND `day` IS NULL AND `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- filter_on_date: a window of rows from a bound on, by rest
SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `day` >= DATE '0001-01-01' UNION ALL SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `day` IS NULL;

-- filter_on_date: a window of rows from a bound on, by storage
SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `day` >= DATE '0001-01-01' UNION ALL SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `day` IS NULL;

-- filter_on_date: an estimate of rows from a bound on
SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `day` >= DATE '0001-01-01' UNION ALL SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `day` IS NULL;
-- as a dry run

-- filter_on_date: a count of rows from a bound on
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM (SELECT `ts` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `day` >= DATE '0001-01-01' UNION ALL SELECT `ts` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `day` IS NULL) AS _bqsync_row;

-- filter_on_date: a window of rows from a bound on or without a cursor, by rest
SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE (`ts` >= DATETIME '2026-01-01T00:00:00.000001' OR `ts` IS NULL) AND `day` >= DATE '0001-01-01' UNION ALL SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE (`ts` >= DATETIME '2026-01-01T00:00:00.000001' OR `ts` IS NULL) AND `day` IS NULL;

-- filter_on_date: a window of rows from a bound on or without a cursor, by storage
SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE (`ts` >= DATETIME '2026-01-01T00:00:00.000001' OR `ts` IS NULL) AND `day` >= DATE '0001-01-01' UNION ALL SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE (`ts` >= DATETIME '2026-01-01T00:00:00.000001' OR `ts` IS NULL) AND `day` IS NULL;

-- filter_on_date: an estimate of rows from a bound on or without a cursor
SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE (`ts` >= DATETIME '2026-01-01T00:00:00.000001' OR `ts` IS NULL) AND `day` >= DATE '0001-01-01' UNION ALL SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE (`ts` >= DATETIME '2026-01-01T00:00:00.000001' OR `ts` IS NULL) AND `day` IS NULL;
-- as a dry run

-- filter_on_date: a count of rows from a bound on or without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM (SELECT `ts` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE (`ts` >= DATETIME '2026-01-01T00:00:00.000001' OR `ts` IS NULL) AND `day` >= DATE '0001-01-01' UNION ALL SELECT `ts` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE (`ts` >= DATETIME '2026-01-01T00:00:00.000001' OR `ts` IS NULL) AND `day` IS NULL) AS _bqsync_row;

-- filter_on_date: a window of rows below a bound, by rest
SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` < DATETIME '2026-01-02T00:00:00.000000' AND `day` >= DATE '0001-01-01' UNION ALL SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` < DATETIME '2026-01-02T00:00:00.000000' AND `day` IS NULL;

-- filter_on_date: a window of rows below a bound, by storage
SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` < DATETIME '2026-01-02T00:00:00.000000' AND `day` >= DATE '0001-01-01' UNION ALL SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` < DATETIME '2026-01-02T00:00:00.000000' AND `day` IS NULL;

-- filter_on_date: an estimate of rows below a bound
SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` < DATETIME '2026-01-02T00:00:00.000000' AND `day` >= DATE '0001-01-01' UNION ALL SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` < DATETIME '2026-01-02T00:00:00.000000' AND `day` IS NULL;
-- as a dry run

-- filter_on_date: a count of rows below a bound
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM (SELECT `ts` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` < DATETIME '2026-01-02T00:00:00.000000' AND `day` >= DATE '0001-01-01' UNION ALL SELECT `ts` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` < DATETIME '2026-01-02T00:00:00.000000' AND `day` IS NULL) AS _bqsync_row;

-- filter_on_date: a window of rows between bounds, by rest
SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `ts` < DATETIME '2026-01-02T00:00:00.000000' AND `day` >= DATE '0001-01-01' UNION ALL SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `ts` < DATETIME '2026-01-02T00:00:00.000000' AND `day` IS NULL;

-- filter_on_date: a window of rows between bounds, by storage
SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `ts` < DATETIME '2026-01-02T00:00:00.000000' AND `day` >= DATE '0001-01-01' UNION ALL SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `ts` < DATETIME '2026-01-02T00:00:00.000000' AND `day` IS NULL;

-- filter_on_date: an estimate of rows between bounds
SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `ts` < DATETIME '2026-01-02T00:00:00.000000' AND `day` >= DATE '0001-01-01' UNION ALL SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `ts` < DATETIME '2026-01-02T00:00:00.000000' AND `day` IS NULL;
-- as a dry run

-- filter_on_date: a count of rows between bounds
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM (SELECT `ts` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `ts` < DATETIME '2026-01-02T00:00:00.000000' AND `day` >= DATE '0001-01-01' UNION ALL SELECT `ts` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `ts` < DATETIME '2026-01-02T00:00:00.000000' AND `day` IS NULL) AS _bqsync_row;

-- filter_on_date: checksums of rows between bounds
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT DATETIME_TRUNC(`ts`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(TIMESTAMP(`ts`)) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(TIMESTAMP(`ts`)) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_DATE(`day`) AS STRING)) AS STRING), ':', CAST(UNIX_DATE(`day`) AS STRING)), '-')))) AS _bqsync_hash FROM (SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `ts` < DATETIME '2026-01-02T00:00:00.000000' AND `day` >= DATE '0001-01-01' UNION ALL SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `ts` < DATETIME '2026-01-02T00:00:00.000000' AND `day` IS NULL) AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- filter_on_date: a search among rows between bounds
SELECT `id`, `ts` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `ts` < DATETIME '2026-01-02T00:00:00.000000' AND `day` >= DATE '0001-01-01' AND `id` IN UNNEST(@keys) UNION ALL SELECT `id`, `ts` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE `ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `ts` < DATETIME '2026-01-02T00:00:00.000000' AND `day` IS NULL AND `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- filter_on_date: a window of rows between bounds or without a cursor, by rest
SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE ((`ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `ts` < DATETIME '2026-01-02T00:00:00.000000') OR `ts` IS NULL) AND `day` >= DATE '0001-01-01' UNION ALL SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE ((`ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `ts` < DATETIME '2026-01-02T00:00:00.000000') OR `ts` IS NULL) AND `day` IS NULL;

-- filter_on_date: a window of rows between bounds or without a cursor, by storage
SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE ((`ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `ts` < DATETIME '2026-01-02T00:00:00.000000') OR `ts` IS NULL) AND `day` >= DATE '0001-01-01' UNION ALL SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE ((`ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `ts` < DATETIME '2026-01-02T00:00:00.000000') OR `ts` IS NULL) AND `day` IS NULL;

-- filter_on_date: an estimate of rows between bounds or without a cursor
SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE ((`ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `ts` < DATETIME '2026-01-02T00:00:00.000000') OR `ts` IS NULL) AND `day` >= DATE '0001-01-01' UNION ALL SELECT `ts`, `id`, `day` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE ((`ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `ts` < DATETIME '2026-01-02T00:00:00.000000') OR `ts` IS NULL) AND `day` IS NULL;
-- as a dry run

-- filter_on_date: a count of rows between bounds or without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM (SELECT `ts` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE ((`ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `ts` < DATETIME '2026-01-02T00:00:00.000000') OR `ts` IS NULL) AND `day` >= DATE '0001-01-01' UNION ALL SELECT `ts` FROM `my-project.fleet.filter_on_date` AS _bqsync_row WHERE ((`ts` >= DATETIME '2026-01-01T00:00:00.000001' AND `ts` < DATETIME '2026-01-02T00:00:00.000000') OR `ts` IS NULL) AND `day` IS NULL) AS _bqsync_row;

-- filter_on_date: what this account may do
SELECT 1 AS bqsync_access;
-- condition of a read session: none

-- filter_on_ingestion: a window of all rows, by rest
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' UNION ALL SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `_PARTITIONTIME` IS NULL;

-- filter_on_ingestion: a window of all rows, by storage
-- condition of a read session: `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z'

-- filter_on_ingestion: an estimate of all rows
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' UNION ALL SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `_PARTITIONTIME` IS NULL;
-- as a dry run

-- filter_on_ingestion: a count of all rows
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM (SELECT `ts` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' UNION ALL SELECT `ts` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `_PARTITIONTIME` IS NULL) AS _bqsync_row;

-- filter_on_ingestion: checksums of all rows
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT TIMESTAMP_TRUNC(`ts`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(`ts`) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(`ts`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-')))) AS _bqsync_hash FROM (SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' UNION ALL SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `_PARTITIONTIME` IS NULL) AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- filter_on_ingestion: a search among all rows
SELECT `id`, `ts` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' AND `id` IN UNNEST(@keys) UNION ALL SELECT `id`, `ts` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `_PARTITIONTIME` IS NULL AND `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- filter_on_ingestion: a window of rows with a cursor, by rest
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` IS NOT NULL AND `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' UNION ALL SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` IS NOT NULL AND `_PARTITIONTIME` IS NULL;

-- filter_on_ingestion: a window of rows with a cursor, by storage
-- condition of a read session: `ts` IS NOT NULL AND `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z'

-- filter_on_ingestion: an estimate of rows with a cursor
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` IS NOT NULL AND `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' UNION ALL SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` IS NOT NULL AND `_PARTITIONTIME` IS NULL;
-- as a dry run

-- filter_on_ingestion: a count of rows with a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM (SELECT `ts` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` IS NOT NULL AND `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' UNION ALL SELECT `ts` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` IS NOT NULL AND `_PARTITIONTIME` IS NULL) AS _bqsync_row;

-- filter_on_ingestion: a window of rows without a cursor, by rest
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` IS NULL AND `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' UNION ALL SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` IS NULL AND `_PARTITIONTIME` IS NULL;

-- filter_on_ingestion: a window of rows without a cursor, by storage
-- condition of a read session: `ts` IS NULL AND `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z'

-- filter_on_ingestion: an estimate of rows without a cursor
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` IS NULL AND `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' UNION ALL SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` IS NULL AND `_PARTITIONTIME` IS NULL;
-- as a dry run

-- filter_on_ingestion: a count of rows without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM (SELECT `ts` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` IS NULL AND `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' UNION ALL SELECT `ts` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` IS NULL AND `_PARTITIONTIME` IS NULL) AS _bqsync_row;

-- filter_on_ingestion: checksums of rows without a cursor
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT TIMESTAMP_TRUNC(`ts`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(`ts`) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(`ts`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-')))) AS _bqsync_hash FROM (SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` IS NULL AND `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' UNION ALL SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` IS NULL AND `_PARTITIONTIME` IS NULL) AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- filter_on_ingestion: a search among rows without a cursor
SELECT `id`, `ts` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` IS NULL AND `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' AND `id` IN UNNEST(@keys) UNION ALL SELECT `id`, `ts` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` IS NULL AND `_PARTITIONTIME` IS NULL AND `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- filter_on_ingestion: a window of rows from a bound on, by rest
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' UNION ALL SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `_PARTITIONTIME` IS NULL;

-- filter_on_ingestion: a window of rows from a bound on, by storage
-- condition of a read session: `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z'

-- filter_on_ingestion: an estimate of rows from a bound on
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' UNION ALL SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `_PARTITIONTIME` IS NULL;
-- as a dry run

-- filter_on_ingestion: a count of rows from a bound on
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM (SELECT `ts` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' UNION ALL SELECT `ts` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `_PARTITIONTIME` IS NULL) AS _bqsync_row;

-- filter_on_ingestion: a window of rows from a bound on or without a cursor, by rest
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL) AND `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' UNION ALL SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL) AND `_PARTITIONTIME` IS NULL;

-- filter_on_ingestion: a window of rows from a bound on or without a cursor, by storage
-- condition of a read session: (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL) AND `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z'

-- filter_on_ingestion: an estimate of rows from a bound on or without a cursor
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL) AND `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' UNION ALL SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL) AND `_PARTITIONTIME` IS NULL;
-- as a dry run

-- filter_on_ingestion: a count of rows from a bound on or without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM (SELECT `ts` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL) AND `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' UNION ALL SELECT `ts` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL) AND `_PARTITIONTIME` IS NULL) AS _bqsync_row;

-- filter_on_ingestion: a window of rows below a bound, by rest
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' UNION ALL SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `_PARTITIONTIME` IS NULL;

-- filter_on_ingestion: a window of rows below a bound, by storage
-- condition of a read session: `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z'

-- filter_on_ingestion: an estimate of rows below a bound
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' UNION ALL SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `_PARTITIONTIME` IS NULL;
-- as a dry run

-- filter_on_ingestion: a count of rows below a bound
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM (SELECT `ts` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' UNION ALL SELECT `ts` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `_PARTITIONTIME` IS NULL) AS _bqsync_row;

-- filter_on_ingestion: a window of rows between bounds, by rest
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' UNION ALL SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `_PARTITIONTIME` IS NULL;

-- filter_on_ingestion: a window of rows between bounds, by storage
-- condition of a read session: `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z'

-- filter_on_ingestion: an estimate of rows between bounds
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' UNION ALL SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `_PARTITIONTIME` IS NULL;
-- as a dry run

-- filter_on_ingestion: a count of rows between bounds
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM (SELECT `ts` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' UNION ALL SELECT `ts` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `_PARTITIONTIME` IS NULL) AS _bqsync_row;

-- filter_on_ingestion: checksums of rows between bounds
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT TIMESTAMP_TRUNC(`ts`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(`ts`) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(`ts`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-')))) AS _bqsync_hash FROM (SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' UNION ALL SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `_PARTITIONTIME` IS NULL) AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- filter_on_ingestion: a search among rows between bounds
SELECT `id`, `ts` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' AND `id` IN UNNEST(@keys) UNION ALL SELECT `id`, `ts` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `_PARTITIONTIME` IS NULL AND `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- filter_on_ingestion: a window of rows between bounds or without a cursor, by rest
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL) AND `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' UNION ALL SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL) AND `_PARTITIONTIME` IS NULL;

-- filter_on_ingestion: a window of rows between bounds or without a cursor, by storage
-- condition of a read session: ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL) AND `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z'

-- filter_on_ingestion: an estimate of rows between bounds or without a cursor
SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL) AND `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' UNION ALL SELECT `ts`, `id` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL) AND `_PARTITIONTIME` IS NULL;
-- as a dry run

-- filter_on_ingestion: a count of rows between bounds or without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM (SELECT `ts` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL) AND `_PARTITIONTIME` >= TIMESTAMP '0001-01-01T00:00:00.000000Z' UNION ALL SELECT `ts` FROM `my-project.fleet.filter_on_ingestion` AS _bqsync_row WHERE ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL) AND `_PARTITIONTIME` IS NULL) AS _bqsync_row;

-- filter_on_ingestion: what this account may do
SELECT 1 AS bqsync_access;
-- condition of a read session: none

-- filter_on_integers: a window of all rows, by rest
SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `shard` >= -9223372036854775808 UNION ALL SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `shard` IS NULL;

-- filter_on_integers: a window of all rows, by storage
SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `shard` >= -9223372036854775808 UNION ALL SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `shard` IS NULL;
-- condition of a read session: `shard` >= -9223372036854775808

-- filter_on_integers: an estimate of all rows
SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `shard` >= -9223372036854775808 UNION ALL SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `shard` IS NULL;
-- as a dry run

-- filter_on_integers: a count of all rows
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM (SELECT `ts` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `shard` >= -9223372036854775808 UNION ALL SELECT `ts` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `shard` IS NULL) AS _bqsync_row;

-- filter_on_integers: checksums of all rows
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT TIMESTAMP_TRUNC(`ts`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(`ts`) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(`ts`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(`shard` AS STRING)) AS STRING), ':', CAST(`shard` AS STRING)), '-')))) AS _bqsync_hash FROM (SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `shard` >= -9223372036854775808 UNION ALL SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `shard` IS NULL) AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- filter_on_integers: a search among all rows
SELECT `id`, `ts` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `shard` >= -9223372036854775808 AND `id` IN UNNEST(@keys) UNION ALL SELECT `id`, `ts` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `shard` IS NULL AND `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- filter_on_integers: a window of rows with a cursor, by rest
SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` IS NOT NULL AND `shard` >= -9223372036854775808 UNION ALL SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` IS NOT NULL AND `shard` IS NULL;

-- filter_on_integers: a window of rows with a cursor, by storage
SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` IS NOT NULL AND `shard` >= -9223372036854775808 UNION ALL SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` IS NOT NULL AND `shard` IS NULL;

-- filter_on_integers: an estimate of rows with a cursor
SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` IS NOT NULL AND `shard` >= -9223372036854775808 UNION ALL SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` IS NOT NULL AND `shard` IS NULL;
-- as a dry run

-- filter_on_integers: a count of rows with a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM (SELECT `ts` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` IS NOT NULL AND `shard` >= -9223372036854775808 UNION ALL SELECT `ts` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` IS NOT NULL AND `shard` IS NULL) AS _bqsync_row;

-- filter_on_integers: a window of rows without a cursor, by rest
SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` IS NULL AND `shard` >= -9223372036854775808 UNION ALL SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` IS NULL AND `shard` IS NULL;

-- filter_on_integers: a window of rows without a cursor, by storage
SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` IS NULL AND `shard` >= -9223372036854775808 UNION ALL SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` IS NULL AND `shard` IS NULL;

-- filter_on_integers: an estimate of rows without a cursor
SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` IS NULL AND `shard` >= -9223372036854775808 UNION ALL SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` IS NULL AND `shard` IS NULL;
-- as a dry run

-- filter_on_integers: a count of rows without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM (SELECT `ts` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` IS NULL AND `shard` >= -9223372036854775808 UNION ALL SELECT `ts` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` IS NULL AND `shard` IS NULL) AS _bqsync_row;

-- filter_on_integers: checksums of rows without a cursor
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT TIMESTAMP_TRUNC(`ts`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(`ts`) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(`ts`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(`shard` AS STRING)) AS STRING), ':', CAST(`shard` AS STRING)), '-')))) AS _bqsync_hash FROM (SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` IS NULL AND `shard` >= -9223372036854775808 UNION ALL SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` IS NULL AND `shard` IS NULL) AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- filter_on_integers: a search among rows without a cursor
SELECT `id`, `ts` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` IS NULL AND `shard` >= -9223372036854775808 AND `id` IN UNNEST(@keys) UNION ALL SELECT `id`, `ts` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` IS NULL AND `shard` IS NULL AND `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- filter_on_integers: a window of rows from a bound on, by rest
SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `shard` >= -9223372036854775808 UNION ALL SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `shard` IS NULL;

-- filter_on_integers: a window of rows from a bound on, by storage
SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `shard` >= -9223372036854775808 UNION ALL SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `shard` IS NULL;

-- filter_on_integers: an estimate of rows from a bound on
SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `shard` >= -9223372036854775808 UNION ALL SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `shard` IS NULL;
-- as a dry run

-- filter_on_integers: a count of rows from a bound on
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM (SELECT `ts` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `shard` >= -9223372036854775808 UNION ALL SELECT `ts` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `shard` IS NULL) AS _bqsync_row;

-- filter_on_integers: a window of rows from a bound on or without a cursor, by rest
SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL) AND `shard` >= -9223372036854775808 UNION ALL SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL) AND `shard` IS NULL;

-- filter_on_integers: a window of rows from a bound on or without a cursor, by storage
SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL) AND `shard` >= -9223372036854775808 UNION ALL SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL) AND `shard` IS NULL;

-- filter_on_integers: an estimate of rows from a bound on or without a cursor
SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL) AND `shard` >= -9223372036854775808 UNION ALL SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL) AND `shard` IS NULL;
-- as a dry run

-- filter_on_integers: a count of rows from a bound on or without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM (SELECT `ts` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL) AND `shard` >= -9223372036854775808 UNION ALL SELECT `ts` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL) AND `shard` IS NULL) AS _bqsync_row;

-- filter_on_integers: a window of rows below a bound, by rest
SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `shard` >= -9223372036854775808 UNION ALL SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `shard` IS NULL;

-- filter_on_integers: a window of rows below a bound, by storage
SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `shard` >= -9223372036854775808 UNION ALL SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `shard` IS NULL;

-- filter_on_integers: an estimate of rows below a bound
SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `shard` >= -9223372036854775808 UNION ALL SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `shard` IS NULL;
-- as a dry run

-- filter_on_integers: a count of rows below a bound
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM (SELECT `ts` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `shard` >= -9223372036854775808 UNION ALL SELECT `ts` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `shard` IS NULL) AS _bqsync_row;

-- filter_on_integers: a window of rows between bounds, by rest
SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `shard` >= -9223372036854775808 UNION ALL SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `shard` IS NULL;

-- filter_on_integers: a window of rows between bounds, by storage
SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `shard` >= -9223372036854775808 UNION ALL SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `shard` IS NULL;

-- filter_on_integers: an estimate of rows between bounds
SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `shard` >= -9223372036854775808 UNION ALL SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `shard` IS NULL;
-- as a dry run

-- filter_on_integers: a count of rows between bounds
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM (SELECT `ts` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `shard` >= -9223372036854775808 UNION ALL SELECT `ts` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `shard` IS NULL) AS _bqsync_row;

-- filter_on_integers: checksums of rows between bounds
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT TIMESTAMP_TRUNC(`ts`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(`ts`) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(`ts`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(`shard` AS STRING)) AS STRING), ':', CAST(`shard` AS STRING)), '-')))) AS _bqsync_hash FROM (SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `shard` >= -9223372036854775808 UNION ALL SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `shard` IS NULL) AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- filter_on_integers: a search among rows between bounds
SELECT `id`, `ts` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `shard` >= -9223372036854775808 AND `id` IN UNNEST(@keys) UNION ALL SELECT `id`, `ts` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `shard` IS NULL AND `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- filter_on_integers: a window of rows between bounds or without a cursor, by rest
SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL) AND `shard` >= -9223372036854775808 UNION ALL SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL) AND `shard` IS NULL;

-- filter_on_integers: a window of rows between bounds or without a cursor, by storage
SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL) AND `shard` >= -9223372036854775808 UNION ALL SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL) AND `shard` IS NULL;

-- filter_on_integers: an estimate of rows between bounds or without a cursor
SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL) AND `shard` >= -9223372036854775808 UNION ALL SELECT `ts`, `id`, `shard` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL) AND `shard` IS NULL;
-- as a dry run

-- filter_on_integers: a count of rows between bounds or without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM (SELECT `ts` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL) AND `shard` >= -9223372036854775808 UNION ALL SELECT `ts` FROM `my-project.fleet.filter_on_integers` AS _bqsync_row WHERE ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL) AND `shard` IS NULL) AS _bqsync_row;

-- filter_on_integers: what this account may do
SELECT 1 AS bqsync_access;
-- condition of a read session: none

-- scalar_types: a window of all rows, by rest
SELECT `ts`, `id`, `a_int64`, `a_float64`, `a_bool`, `a_numeric`, `a_bignumeric`, `a_bytes`, `a_timestamp`, `a_datetime`, `a_date`, `a_time` FROM `my-project.fleet.scalar_types` AS _bqsync_row;

-- scalar_types: a window of all rows, by storage
SELECT COUNT(*) AS row_count, '3XyKzzC-d2G2wCnlaAw3xO' AS counted_for FROM `my-project.fleet.scalar_types` AS _bqsync_row;
-- condition of a read session: none

-- scalar_types: an estimate of all rows
SELECT `ts`, `id`, `a_int64`, `a_float64`, `a_bool`, `a_numeric`, `a_bignumeric`, `a_bytes`, `a_timestamp`, `a_datetime`, `a_date`, `a_time` FROM `my-project.fleet.scalar_types` AS _bqsync_row;
-- as a dry run

-- scalar_types: a count of all rows
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.scalar_types` AS _bqsync_row;

-- scalar_types: checksums of all rows
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT TIMESTAMP_TRUNC(`ts`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(`ts`) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(`ts`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(`a_int64` AS STRING)) AS STRING), ':', CAST(`a_int64` AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(IF(`a_float64` = 0, '0', CAST(`a_float64` AS STRING))) AS STRING), ':', IF(`a_float64` = 0, '0', CAST(`a_float64` AS STRING))), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(`a_bool` AS STRING)) AS STRING), ':', CAST(`a_bool` AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(`a_numeric` AS STRING)) AS STRING), ':', CAST(`a_numeric` AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(`a_bignumeric` AS STRING)) AS STRING), ':', CAST(`a_bignumeric` AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(TO_BASE64(`a_bytes`)) AS STRING), ':', TO_BASE64(`a_bytes`)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(`a_timestamp`) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(`a_timestamp`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(TIMESTAMP(`a_datetime`)) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(TIMESTAMP(`a_datetime`)) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_DATE(`a_date`) AS STRING)) AS STRING), ':', CAST(UNIX_DATE(`a_date`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(FORMAT_TIME('%H:%M:%E6S', `a_time`)) AS STRING), ':', FORMAT_TIME('%H:%M:%E6S', `a_time`)), '-')))) AS _bqsync_hash FROM (SELECT `ts`, `id`, `a_int64`, `a_float64`, `a_bool`, `a_numeric`, `a_bignumeric`, `a_bytes`, `a_timestamp`, `a_datetime`, `a_date`, `a_time` FROM `my-project.fleet.scalar_types` AS _bqsync_row) AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- scalar_types: a search among all rows
SELECT `id`, `ts` FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- scalar_types: a window of rows with a cursor, by rest
SELECT `ts`, `id`, `a_int64`, `a_float64`, `a_bool`, `a_numeric`, `a_bignumeric`, `a_bytes`, `a_timestamp`, `a_datetime`, `a_date`, `a_time` FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE `ts` IS NOT NULL;

-- scalar_types: a window of rows with a cursor, by storage
SELECT COUNT(*) AS row_count, 'rVpS6PtQ43o3Fxw6UCDVWb' AS counted_for FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE `ts` IS NOT NULL;
-- condition of a read session: `ts` IS NOT NULL

-- scalar_types: an estimate of rows with a cursor
SELECT `ts`, `id`, `a_int64`, `a_float64`, `a_bool`, `a_numeric`, `a_bignumeric`, `a_bytes`, `a_timestamp`, `a_datetime`, `a_date`, `a_time` FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE `ts` IS NOT NULL;
-- as a dry run

-- scalar_types: a count of rows with a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE `ts` IS NOT NULL;

-- scalar_types: a window of rows without a cursor, by rest
SELECT `ts`, `id`, `a_int64`, `a_float64`, `a_bool`, `a_numeric`, `a_bignumeric`, `a_bytes`, `a_timestamp`, `a_datetime`, `a_date`, `a_time` FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE `ts` IS NULL;

-- scalar_types: a window of rows without a cursor, by storage
SELECT COUNT(*) AS row_count, 'ZOn-A7-qeIIl8Eu4K2GbuG' AS counted_for FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE `ts` IS NULL;
-- condition of a read session: `ts` IS NULL

-- scalar_types: an estimate of rows without a cursor
SELECT `ts`, `id`, `a_int64`, `a_float64`, `a_bool`, `a_numeric`, `a_bignumeric`, `a_bytes`, `a_timestamp`, `a_datetime`, `a_date`, `a_time` FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE `ts` IS NULL;
-- as a dry run

-- scalar_types: a count of rows without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE `ts` IS NULL;

-- scalar_types: checksums of rows without a cursor
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT TIMESTAMP_TRUNC(`ts`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(`ts`) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(`ts`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(`a_int64` AS STRING)) AS STRING), ':', CAST(`a_int64` AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(IF(`a_float64` = 0, '0', CAST(`a_float64` AS STRING))) AS STRING), ':', IF(`a_float64` = 0, '0', CAST(`a_float64` AS STRING))), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(`a_bool` AS STRING)) AS STRING), ':', CAST(`a_bool` AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(`a_numeric` AS STRING)) AS STRING), ':', CAST(`a_numeric` AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(`a_bignumeric` AS STRING)) AS STRING), ':', CAST(`a_bignumeric` AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(TO_BASE64(`a_bytes`)) AS STRING), ':', TO_BASE64(`a_bytes`)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(`a_timestamp`) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(`a_timestamp`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(TIMESTAMP(`a_datetime`)) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(TIMESTAMP(`a_datetime`)) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_DATE(`a_date`) AS STRING)) AS STRING), ':', CAST(UNIX_DATE(`a_date`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(FORMAT_TIME('%H:%M:%E6S', `a_time`)) AS STRING), ':', FORMAT_TIME('%H:%M:%E6S', `a_time`)), '-')))) AS _bqsync_hash FROM (SELECT `ts`, `id`, `a_int64`, `a_float64`, `a_bool`, `a_numeric`, `a_bignumeric`, `a_bytes`, `a_timestamp`, `a_datetime`, `a_date`, `a_time` FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE `ts` IS NULL) AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- scalar_types: a search among rows without a cursor
SELECT `id`, `ts` FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE `ts` IS NULL AND `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- scalar_types: a window of rows from a bound on, by rest
SELECT `ts`, `id`, `a_int64`, `a_float64`, `a_bool`, `a_numeric`, `a_bignumeric`, `a_bytes`, `a_timestamp`, `a_datetime`, `a_date`, `a_time` FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z';

-- scalar_types: a window of rows from a bound on, by storage
SELECT COUNT(*) AS row_count, 'XI7YiCyowWFhVByrk65mF3' AS counted_for FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z';
-- condition of a read session: `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z'

-- scalar_types: an estimate of rows from a bound on
SELECT `ts`, `id`, `a_int64`, `a_float64`, `a_bool`, `a_numeric`, `a_bignumeric`, `a_bytes`, `a_timestamp`, `a_datetime`, `a_date`, `a_time` FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z';
-- as a dry run

-- scalar_types: a count of rows from a bound on
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z';

-- scalar_types: a window of rows from a bound on or without a cursor, by rest
SELECT `ts`, `id`, `a_int64`, `a_float64`, `a_bool`, `a_numeric`, `a_bignumeric`, `a_bytes`, `a_timestamp`, `a_datetime`, `a_date`, `a_time` FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL);

-- scalar_types: a window of rows from a bound on or without a cursor, by storage
SELECT COUNT(*) AS row_count, 'd0pNRFz_PKHGT4DTIA2YPX' AS counted_for FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL);
-- condition of a read session: (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL)

-- scalar_types: an estimate of rows from a bound on or without a cursor
SELECT `ts`, `id`, `a_int64`, `a_float64`, `a_bool`, `a_numeric`, `a_bignumeric`, `a_bytes`, `a_timestamp`, `a_datetime`, `a_date`, `a_time` FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL);
-- as a dry run

-- scalar_types: a count of rows from a bound on or without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL);

-- scalar_types: a window of rows below a bound, by rest
SELECT `ts`, `id`, `a_int64`, `a_float64`, `a_bool`, `a_numeric`, `a_bignumeric`, `a_bytes`, `a_timestamp`, `a_datetime`, `a_date`, `a_time` FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';

-- scalar_types: a window of rows below a bound, by storage
SELECT COUNT(*) AS row_count, 'bBSimxpBGc25KZU8CMngjn' AS counted_for FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';
-- condition of a read session: `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z'

-- scalar_types: an estimate of rows below a bound
SELECT `ts`, `id`, `a_int64`, `a_float64`, `a_bool`, `a_numeric`, `a_bignumeric`, `a_bytes`, `a_timestamp`, `a_datetime`, `a_date`, `a_time` FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';
-- as a dry run

-- scalar_types: a count of rows below a bound
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';

-- scalar_types: a window of rows between bounds, by rest
SELECT `ts`, `id`, `a_int64`, `a_float64`, `a_bool`, `a_numeric`, `a_bignumeric`, `a_bytes`, `a_timestamp`, `a_datetime`, `a_date`, `a_time` FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';

-- scalar_types: a window of rows between bounds, by storage
SELECT COUNT(*) AS row_count, 'Fz7MU-YUkTE0a_Px7MH60L' AS counted_for FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';
-- condition of a read session: `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z'

-- scalar_types: an estimate of rows between bounds
SELECT `ts`, `id`, `a_int64`, `a_float64`, `a_bool`, `a_numeric`, `a_bignumeric`, `a_bytes`, `a_timestamp`, `a_datetime`, `a_date`, `a_time` FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';
-- as a dry run

-- scalar_types: a count of rows between bounds
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';

-- scalar_types: checksums of rows between bounds
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT TIMESTAMP_TRUNC(`ts`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(`ts`) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(`ts`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(`a_int64` AS STRING)) AS STRING), ':', CAST(`a_int64` AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(IF(`a_float64` = 0, '0', CAST(`a_float64` AS STRING))) AS STRING), ':', IF(`a_float64` = 0, '0', CAST(`a_float64` AS STRING))), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(`a_bool` AS STRING)) AS STRING), ':', CAST(`a_bool` AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(`a_numeric` AS STRING)) AS STRING), ':', CAST(`a_numeric` AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(`a_bignumeric` AS STRING)) AS STRING), ':', CAST(`a_bignumeric` AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(TO_BASE64(`a_bytes`)) AS STRING), ':', TO_BASE64(`a_bytes`)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(`a_timestamp`) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(`a_timestamp`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(TIMESTAMP(`a_datetime`)) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(TIMESTAMP(`a_datetime`)) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_DATE(`a_date`) AS STRING)) AS STRING), ':', CAST(UNIX_DATE(`a_date`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(FORMAT_TIME('%H:%M:%E6S', `a_time`)) AS STRING), ':', FORMAT_TIME('%H:%M:%E6S', `a_time`)), '-')))) AS _bqsync_hash FROM (SELECT `ts`, `id`, `a_int64`, `a_float64`, `a_bool`, `a_numeric`, `a_bignumeric`, `a_bytes`, `a_timestamp`, `a_datetime`, `a_date`, `a_time` FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- scalar_types: a search among rows between bounds
SELECT `id`, `ts` FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- scalar_types: a window of rows between bounds or without a cursor, by rest
SELECT `ts`, `id`, `a_int64`, `a_float64`, `a_bool`, `a_numeric`, `a_bignumeric`, `a_bytes`, `a_timestamp`, `a_datetime`, `a_date`, `a_time` FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL);

-- scalar_types: a window of rows between bounds or without a cursor, by storage
SELECT COUNT(*) AS row_count, '5J64ZC3BQfkaN8WkuLXnRE' AS counted_for FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL);
-- condition of a read session: ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL)

-- scalar_types: an estimate of rows between bounds or without a cursor
SELECT `ts`, `id`, `a_int64`, `a_float64`, `a_bool`, `a_numeric`, `a_bignumeric`, `a_bytes`, `a_timestamp`, `a_datetime`, `a_date`, `a_time` FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL);
-- as a dry run

-- scalar_types: a count of rows between bounds or without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL);

-- scalar_types: a search for numbers
SELECT `a_float64` FROM `my-project.fleet.scalar_types` AS _bqsync_row WHERE (`a_float64` IN UNNEST(@keys) OR IS_NAN(`a_float64`));
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"FLOAT64"}},"parameterValue":{"arrayValues":[{"value":"1"},{"value":"NaN"}]}}]

-- scalar_types: what this account may do
SELECT 1 AS bqsync_access;
-- condition of a read session: none

-- odd_names: a window of all rows, by rest
SELECT `select`, `id`, `größe in m`, `a'b#c|d` FROM `my-project.fleet.odd_names` AS _bqsync_row;

-- odd_names: a window of all rows, by storage
SELECT COUNT(*) AS row_count, '7-lxVTYyk8A94boE3epDaE' AS counted_for FROM `my-project.fleet.odd_names` AS _bqsync_row;
-- condition of a read session: none

-- odd_names: an estimate of all rows
SELECT `select`, `id`, `größe in m`, `a'b#c|d` FROM `my-project.fleet.odd_names` AS _bqsync_row;
-- as a dry run

-- odd_names: a count of all rows
SELECT COUNT(*) AS row_count, COUNTIF(`select` IS NULL) AS null_count, MIN(`select`) AS min_cursor, MAX(`select`) AS max_cursor FROM `my-project.fleet.odd_names` AS _bqsync_row;

-- odd_names: checksums of all rows
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT TIMESTAMP_TRUNC(`select`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(`select`) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(`select`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(IF(`größe in m` = 0, '0', CAST(`größe in m` AS STRING))) AS STRING), ':', IF(`größe in m` = 0, '0', CAST(`größe in m` AS STRING))), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`a'b#c|d`) AS STRING), ':', `a'b#c|d`), '-')))) AS _bqsync_hash FROM (SELECT `select`, `id`, `größe in m`, `a'b#c|d` FROM `my-project.fleet.odd_names` AS _bqsync_row) AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- odd_names: a search among all rows
SELECT `id`, `select` FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- odd_names: a window of rows with a cursor, by rest
SELECT `select`, `id`, `größe in m`, `a'b#c|d` FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE `select` IS NOT NULL;

-- odd_names: a window of rows with a cursor, by storage
SELECT COUNT(*) AS row_count, 'NlioHkB4FVob1nLIXOT1tk' AS counted_for FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE `select` IS NOT NULL;
-- condition of a read session: `select` IS NOT NULL

-- odd_names: an estimate of rows with a cursor
SELECT `select`, `id`, `größe in m`, `a'b#c|d` FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE `select` IS NOT NULL;
-- as a dry run

-- odd_names: a count of rows with a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`select` IS NULL) AS null_count, MIN(`select`) AS min_cursor, MAX(`select`) AS max_cursor FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE `select` IS NOT NULL;

-- odd_names: a window of rows without a cursor, by rest
SELECT `select`, `id`, `größe in m`, `a'b#c|d` FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE `select` IS NULL;

-- odd_names: a window of rows without a cursor, by storage
SELECT COUNT(*) AS row_count, 'teOpAIw2tPlyBno6bHzD4H' AS counted_for FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE `select` IS NULL;
-- condition of a read session: `select` IS NULL

-- odd_names: an estimate of rows without a cursor
SELECT `select`, `id`, `größe in m`, `a'b#c|d` FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE `select` IS NULL;
-- as a dry run

-- odd_names: a count of rows without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`select` IS NULL) AS null_count, MIN(`select`) AS min_cursor, MAX(`select`) AS max_cursor FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE `select` IS NULL;

-- odd_names: checksums of rows without a cursor
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT TIMESTAMP_TRUNC(`select`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(`select`) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(`select`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(IF(`größe in m` = 0, '0', CAST(`größe in m` AS STRING))) AS STRING), ':', IF(`größe in m` = 0, '0', CAST(`größe in m` AS STRING))), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`a'b#c|d`) AS STRING), ':', `a'b#c|d`), '-')))) AS _bqsync_hash FROM (SELECT `select`, `id`, `größe in m`, `a'b#c|d` FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE `select` IS NULL) AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- odd_names: a search among rows without a cursor
SELECT `id`, `select` FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE `select` IS NULL AND `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- odd_names: a window of rows from a bound on, by rest
SELECT `select`, `id`, `größe in m`, `a'b#c|d` FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE `select` >= TIMESTAMP '2026-01-01T00:00:00.000001Z';

-- odd_names: a window of rows from a bound on, by storage
SELECT COUNT(*) AS row_count, '9FfrMyI770u83EF46LcDL6' AS counted_for FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE `select` >= TIMESTAMP '2026-01-01T00:00:00.000001Z';
-- condition of a read session: `select` >= TIMESTAMP '2026-01-01T00:00:00.000001Z'

-- odd_names: an estimate of rows from a bound on
SELECT `select`, `id`, `größe in m`, `a'b#c|d` FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE `select` >= TIMESTAMP '2026-01-01T00:00:00.000001Z';
-- as a dry run

-- odd_names: a count of rows from a bound on
SELECT COUNT(*) AS row_count, COUNTIF(`select` IS NULL) AS null_count, MIN(`select`) AS min_cursor, MAX(`select`) AS max_cursor FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE `select` >= TIMESTAMP '2026-01-01T00:00:00.000001Z';

-- odd_names: a window of rows from a bound on or without a cursor, by rest
SELECT `select`, `id`, `größe in m`, `a'b#c|d` FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE (`select` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `select` IS NULL);

-- odd_names: a window of rows from a bound on or without a cursor, by storage
SELECT COUNT(*) AS row_count, 'aVIV-Wj5Xtzy6e1WP8yC_0' AS counted_for FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE (`select` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `select` IS NULL);
-- condition of a read session: (`select` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `select` IS NULL)

-- odd_names: an estimate of rows from a bound on or without a cursor
SELECT `select`, `id`, `größe in m`, `a'b#c|d` FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE (`select` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `select` IS NULL);
-- as a dry run

-- odd_names: a count of rows from a bound on or without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`select` IS NULL) AS null_count, MIN(`select`) AS min_cursor, MAX(`select`) AS max_cursor FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE (`select` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `select` IS NULL);

-- odd_names: a window of rows below a bound, by rest
SELECT `select`, `id`, `größe in m`, `a'b#c|d` FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE `select` < TIMESTAMP '2026-01-02T00:00:00.000000Z';

-- odd_names: a window of rows below a bound, by storage
SELECT COUNT(*) AS row_count, 'dsYgszAlYAI1WkbrTLgXhX' AS counted_for FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE `select` < TIMESTAMP '2026-01-02T00:00:00.000000Z';
-- condition of a read session: `select` < TIMESTAMP '2026-01-02T00:00:00.000000Z'

-- odd_names: an estimate of rows below a bound
SELECT `select`, `id`, `größe in m`, `a'b#c|d` FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE `select` < TIMESTAMP '2026-01-02T00:00:00.000000Z';
-- as a dry run

-- odd_names: a count of rows below a bound
SELECT COUNT(*) AS row_count, COUNTIF(`select` IS NULL) AS null_count, MIN(`select`) AS min_cursor, MAX(`select`) AS max_cursor FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE `select` < TIMESTAMP '2026-01-02T00:00:00.000000Z';

-- odd_names: a window of rows between bounds, by rest
SELECT `select`, `id`, `größe in m`, `a'b#c|d` FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE `select` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `select` < TIMESTAMP '2026-01-02T00:00:00.000000Z';

-- odd_names: a window of rows between bounds, by storage
SELECT COUNT(*) AS row_count, 'LjF1uw10PGxcoPI7RI8XF3' AS counted_for FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE `select` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `select` < TIMESTAMP '2026-01-02T00:00:00.000000Z';
-- condition of a read session: `select` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `select` < TIMESTAMP '2026-01-02T00:00:00.000000Z'

-- odd_names: an estimate of rows between bounds
SELECT `select`, `id`, `größe in m`, `a'b#c|d` FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE `select` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `select` < TIMESTAMP '2026-01-02T00:00:00.000000Z';
-- as a dry run

-- odd_names: a count of rows between bounds
SELECT COUNT(*) AS row_count, COUNTIF(`select` IS NULL) AS null_count, MIN(`select`) AS min_cursor, MAX(`select`) AS max_cursor FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE `select` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `select` < TIMESTAMP '2026-01-02T00:00:00.000000Z';

-- odd_names: checksums of rows between bounds
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT TIMESTAMP_TRUNC(`select`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(`select`) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(`select`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(IF(`größe in m` = 0, '0', CAST(`größe in m` AS STRING))) AS STRING), ':', IF(`größe in m` = 0, '0', CAST(`größe in m` AS STRING))), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`a'b#c|d`) AS STRING), ':', `a'b#c|d`), '-')))) AS _bqsync_hash FROM (SELECT `select`, `id`, `größe in m`, `a'b#c|d` FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE `select` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `select` < TIMESTAMP '2026-01-02T00:00:00.000000Z') AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- odd_names: a search among rows between bounds
SELECT `id`, `select` FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE `select` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `select` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- odd_names: a window of rows between bounds or without a cursor, by rest
SELECT `select`, `id`, `größe in m`, `a'b#c|d` FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE ((`select` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `select` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `select` IS NULL);

-- odd_names: a window of rows between bounds or without a cursor, by storage
SELECT COUNT(*) AS row_count, 'F1WJX7qWJQoqFUVOZYpfrJ' AS counted_for FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE ((`select` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `select` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `select` IS NULL);
-- condition of a read session: ((`select` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `select` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `select` IS NULL)

-- odd_names: an estimate of rows between bounds or without a cursor
SELECT `select`, `id`, `größe in m`, `a'b#c|d` FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE ((`select` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `select` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `select` IS NULL);
-- as a dry run

-- odd_names: a count of rows between bounds or without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`select` IS NULL) AS null_count, MIN(`select`) AS min_cursor, MAX(`select`) AS max_cursor FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE ((`select` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `select` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `select` IS NULL);

-- odd_names: a search for numbers
SELECT `größe in m` FROM `my-project.fleet.odd_names` AS _bqsync_row WHERE (`größe in m` IN UNNEST(@keys) OR IS_NAN(`größe in m`));
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"FLOAT64"}},"parameterValue":{"arrayValues":[{"value":"1"},{"value":"NaN"}]}}]

-- odd_names: what this account may do
SELECT 1 AS bqsync_access;
-- condition of a read session: none

-- identical: a window of all rows, by rest
SELECT `ts`, `id`, ROW_NUMBER() OVER (PARTITION BY TO_JSON_STRING(_bqsync_row)) AS `_bqsync_ordinal` FROM (SELECT `ts`, `id` FROM `my-project.fleet.identical` AS _bqsync_row) AS _bqsync_row;

-- identical: a window of all rows, by storage
SELECT `ts`, `id`, ROW_NUMBER() OVER (PARTITION BY TO_JSON_STRING(_bqsync_row)) AS `_bqsync_ordinal` FROM (SELECT `ts`, `id` FROM `my-project.fleet.identical` AS _bqsync_row) AS _bqsync_row;
-- condition of a read session: none

-- identical: an estimate of all rows
SELECT `ts`, `id`, ROW_NUMBER() OVER (PARTITION BY TO_JSON_STRING(_bqsync_row)) AS `_bqsync_ordinal` FROM (SELECT `ts`, `id` FROM `my-project.fleet.identical` AS _bqsync_row) AS _bqsync_row;
-- as a dry run

-- identical: a count of all rows
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.identical` AS _bqsync_row;

-- identical: checksums of all rows
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT TIMESTAMP_TRUNC(`ts`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(`ts`) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(`ts`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-')))) AS _bqsync_hash FROM (SELECT `ts`, `id` FROM `my-project.fleet.identical` AS _bqsync_row) AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- identical: a search among all rows
SELECT `id`, `ts` FROM `my-project.fleet.identical` AS _bqsync_row WHERE `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- identical: a window of rows with a cursor, by rest
SELECT `ts`, `id`, ROW_NUMBER() OVER (PARTITION BY TO_JSON_STRING(_bqsync_row)) AS `_bqsync_ordinal` FROM (SELECT `ts`, `id` FROM `my-project.fleet.identical` AS _bqsync_row WHERE `ts` IS NOT NULL) AS _bqsync_row;

-- identical: a window of rows with a cursor, by storage
SELECT `ts`, `id`, ROW_NUMBER() OVER (PARTITION BY TO_JSON_STRING(_bqsync_row)) AS `_bqsync_ordinal` FROM (SELECT `ts`, `id` FROM `my-project.fleet.identical` AS _bqsync_row WHERE `ts` IS NOT NULL) AS _bqsync_row;

-- identical: an estimate of rows with a cursor
SELECT `ts`, `id`, ROW_NUMBER() OVER (PARTITION BY TO_JSON_STRING(_bqsync_row)) AS `_bqsync_ordinal` FROM (SELECT `ts`, `id` FROM `my-project.fleet.identical` AS _bqsync_row WHERE `ts` IS NOT NULL) AS _bqsync_row;
-- as a dry run

-- identical: a count of rows with a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.identical` AS _bqsync_row WHERE `ts` IS NOT NULL;

-- identical: a window of rows without a cursor, by rest
SELECT `ts`, `id`, ROW_NUMBER() OVER (PARTITION BY TO_JSON_STRING(_bqsync_row)) AS `_bqsync_ordinal` FROM (SELECT `ts`, `id` FROM `my-project.fleet.identical` AS _bqsync_row WHERE `ts` IS NULL) AS _bqsync_row;

-- identical: a window of rows without a cursor, by storage
SELECT `ts`, `id`, ROW_NUMBER() OVER (PARTITION BY TO_JSON_STRING(_bqsync_row)) AS `_bqsync_ordinal` FROM (SELECT `ts`, `id` FROM `my-project.fleet.identical` AS _bqsync_row WHERE `ts` IS NULL) AS _bqsync_row;

-- identical: an estimate of rows without a cursor
SELECT `ts`, `id`, ROW_NUMBER() OVER (PARTITION BY TO_JSON_STRING(_bqsync_row)) AS `_bqsync_ordinal` FROM (SELECT `ts`, `id` FROM `my-project.fleet.identical` AS _bqsync_row WHERE `ts` IS NULL) AS _bqsync_row;
-- as a dry run

-- identical: a count of rows without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.identical` AS _bqsync_row WHERE `ts` IS NULL;

-- identical: checksums of rows without a cursor
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT TIMESTAMP_TRUNC(`ts`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(`ts`) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(`ts`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-')))) AS _bqsync_hash FROM (SELECT `ts`, `id` FROM `my-project.fleet.identical` AS _bqsync_row WHERE `ts` IS NULL) AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- identical: a search among rows without a cursor
SELECT `id`, `ts` FROM `my-project.fleet.identical` AS _bqsync_row WHERE `ts` IS NULL AND `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- identical: a window of rows from a bound on, by rest
SELECT `ts`, `id`, ROW_NUMBER() OVER (PARTITION BY TO_JSON_STRING(_bqsync_row)) AS `_bqsync_ordinal` FROM (SELECT `ts`, `id` FROM `my-project.fleet.identical` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z') AS _bqsync_row;

-- identical: a window of rows from a bound on, by storage
SELECT `ts`, `id`, ROW_NUMBER() OVER (PARTITION BY TO_JSON_STRING(_bqsync_row)) AS `_bqsync_ordinal` FROM (SELECT `ts`, `id` FROM `my-project.fleet.identical` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z') AS _bqsync_row;

-- identical: an estimate of rows from a bound on
SELECT `ts`, `id`, ROW_NUMBER() OVER (PARTITION BY TO_JSON_STRING(_bqsync_row)) AS `_bqsync_ordinal` FROM (SELECT `ts`, `id` FROM `my-project.fleet.identical` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z') AS _bqsync_row;
-- as a dry run

-- identical: a count of rows from a bound on
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.identical` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z';

-- identical: a window of rows from a bound on or without a cursor, by rest
SELECT `ts`, `id`, ROW_NUMBER() OVER (PARTITION BY TO_JSON_STRING(_bqsync_row)) AS `_bqsync_ordinal` FROM (SELECT `ts`, `id` FROM `my-project.fleet.identical` AS _bqsync_row WHERE (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL)) AS _bqsync_row;

-- identical: a window of rows from a bound on or without a cursor, by storage
SELECT `ts`, `id`, ROW_NUMBER() OVER (PARTITION BY TO_JSON_STRING(_bqsync_row)) AS `_bqsync_ordinal` FROM (SELECT `ts`, `id` FROM `my-project.fleet.identical` AS _bqsync_row WHERE (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL)) AS _bqsync_row;

-- identical: an estimate of rows from a bound on or without a cursor
SELECT `ts`, `id`, ROW_NUMBER() OVER (PARTITION BY TO_JSON_STRING(_bqsync_row)) AS `_bqsync_ordinal` FROM (SELECT `ts`, `id` FROM `my-project.fleet.identical` AS _bqsync_row WHERE (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL)) AS _bqsync_row;
-- as a dry run

-- identical: a count of rows from a bound on or without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.identical` AS _bqsync_row WHERE (`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' OR `ts` IS NULL);

-- identical: a window of rows below a bound, by rest
SELECT `ts`, `id`, ROW_NUMBER() OVER (PARTITION BY TO_JSON_STRING(_bqsync_row)) AS `_bqsync_ordinal` FROM (SELECT `ts`, `id` FROM `my-project.fleet.identical` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') AS _bqsync_row;

-- identical: a window of rows below a bound, by storage
SELECT `ts`, `id`, ROW_NUMBER() OVER (PARTITION BY TO_JSON_STRING(_bqsync_row)) AS `_bqsync_ordinal` FROM (SELECT `ts`, `id` FROM `my-project.fleet.identical` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') AS _bqsync_row;

-- identical: an estimate of rows below a bound
SELECT `ts`, `id`, ROW_NUMBER() OVER (PARTITION BY TO_JSON_STRING(_bqsync_row)) AS `_bqsync_ordinal` FROM (SELECT `ts`, `id` FROM `my-project.fleet.identical` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') AS _bqsync_row;
-- as a dry run

-- identical: a count of rows below a bound
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.identical` AS _bqsync_row WHERE `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';

-- identical: a window of rows between bounds, by rest
SELECT `ts`, `id`, ROW_NUMBER() OVER (PARTITION BY TO_JSON_STRING(_bqsync_row)) AS `_bqsync_ordinal` FROM (SELECT `ts`, `id` FROM `my-project.fleet.identical` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') AS _bqsync_row;

-- identical: a window of rows between bounds, by storage
SELECT `ts`, `id`, ROW_NUMBER() OVER (PARTITION BY TO_JSON_STRING(_bqsync_row)) AS `_bqsync_ordinal` FROM (SELECT `ts`, `id` FROM `my-project.fleet.identical` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') AS _bqsync_row;

-- identical: an estimate of rows between bounds
SELECT `ts`, `id`, ROW_NUMBER() OVER (PARTITION BY TO_JSON_STRING(_bqsync_row)) AS `_bqsync_ordinal` FROM (SELECT `ts`, `id` FROM `my-project.fleet.identical` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') AS _bqsync_row;
-- as a dry run

-- identical: a count of rows between bounds
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.identical` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z';

-- identical: checksums of rows between bounds
SELECT _bqsync_bucket, SUM(copies) AS row_count, COUNT(*) AS distinct_count, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 8)) AS INT64)) AS high_sum, SUM(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 9, 8)) AS INT64)) AS low_sum, BIT_XOR(CAST(CONCAT('0x', SUBSTR(_bqsync_hash, 1, 15)) AS INT64)) AS xor_hash FROM (SELECT _bqsync_bucket, _bqsync_hash, COUNT(*) AS copies FROM (SELECT TIMESTAMP_TRUNC(`ts`, DAY) AS _bqsync_bucket, TO_HEX(SHA256(CONCAT(IFNULL(CONCAT(CAST(BYTE_LENGTH(CAST(UNIX_MICROS(`ts`) AS STRING)) AS STRING), ':', CAST(UNIX_MICROS(`ts`) AS STRING)), '-'), IFNULL(CONCAT(CAST(BYTE_LENGTH(`id`) AS STRING), ':', `id`), '-')))) AS _bqsync_hash FROM (SELECT `ts`, `id` FROM `my-project.fleet.identical` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') AS _bqsync_row) GROUP BY _bqsync_bucket, _bqsync_hash) GROUP BY _bqsync_bucket ORDER BY _bqsync_bucket;

-- identical: a search among rows between bounds
SELECT `id`, `ts` FROM `my-project.fleet.identical` AS _bqsync_row WHERE `ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z' AND `id` IN UNNEST(@keys);
-- parameters: [{"name":"keys","parameterType":{"type":"ARRAY","arrayType":{"type":"STRING"}},"parameterValue":{"arrayValues":[{"value":"a"},{"value":"b'c"}]}}]

-- identical: a window of rows between bounds or without a cursor, by rest
SELECT `ts`, `id`, ROW_NUMBER() OVER (PARTITION BY TO_JSON_STRING(_bqsync_row)) AS `_bqsync_ordinal` FROM (SELECT `ts`, `id` FROM `my-project.fleet.identical` AS _bqsync_row WHERE ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL)) AS _bqsync_row;

-- identical: a window of rows between bounds or without a cursor, by storage
SELECT `ts`, `id`, ROW_NUMBER() OVER (PARTITION BY TO_JSON_STRING(_bqsync_row)) AS `_bqsync_ordinal` FROM (SELECT `ts`, `id` FROM `my-project.fleet.identical` AS _bqsync_row WHERE ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL)) AS _bqsync_row;

-- identical: an estimate of rows between bounds or without a cursor
SELECT `ts`, `id`, ROW_NUMBER() OVER (PARTITION BY TO_JSON_STRING(_bqsync_row)) AS `_bqsync_ordinal` FROM (SELECT `ts`, `id` FROM `my-project.fleet.identical` AS _bqsync_row WHERE ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL)) AS _bqsync_row;
-- as a dry run

-- identical: a count of rows between bounds or without a cursor
SELECT COUNT(*) AS row_count, COUNTIF(`ts` IS NULL) AS null_count, MIN(`ts`) AS min_cursor, MAX(`ts`) AS max_cursor FROM `my-project.fleet.identical` AS _bqsync_row WHERE ((`ts` >= TIMESTAMP '2026-01-01T00:00:00.000001Z' AND `ts` < TIMESTAMP '2026-01-02T00:00:00.000000Z') OR `ts` IS NULL);

-- identical: what this account may do
SELECT 1 AS bqsync_access;
-- condition of a read session: none
