// Stands in for Google's command: takes a GRANT of GoogleSQL, which is all that the documentation uses of it.
const words = process.argv.slice(2);
const GRANT =
  /^GRANT `roles\/[a-z]+\.[A-Za-z]+` ON SCHEMA `[a-z][a-z0-9-]*\.\w+` TO "serviceAccount:[^"]+@[a-z][a-z0-9-]*\.iam\.gserviceaccount\.com"$/;
const [query, dialect, statement] = words;
if (words.length !== 3 || query !== 'query' || dialect !== '--use_legacy_sql=false' || !GRANT.test(statement)) {
  process.stderr.write(`bq (stand-in): not understood: ${words.join(' ')}\n`);
  process.exit(1);
}
