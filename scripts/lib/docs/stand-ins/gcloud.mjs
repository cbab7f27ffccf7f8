// Stands in for Google's command, which cannot be run without an account: takes only what the documentation uses of it, as Google's reference has it,
// and writes the files that it would write.
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const MEMBER = /^serviceAccount:[a-z][a-z0-9-]{4,28}[a-z0-9]@[a-z][a-z0-9-]*\.iam\.gserviceaccount\.com$/;
const PROJECT = /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/;
const COMMANDS = {
  'iam service-accounts create': { arg: /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, flags: { project: PROJECT } },
  'iam service-accounts keys create': {
    arg: /\.json$/,
    flags: { 'iam-account': /^[^@]+@[^@]+\.iam\.gserviceaccount\.com$/ },
    run: writeKey,
  },
  'projects add-iam-policy-binding': { arg: PROJECT, flags: { member: MEMBER, role: /^roles\/[a-z]+\.[A-Za-z]+$/ } },
  'services enable': { arg: /^[a-z]+\.googleapis\.com$/, flags: { project: PROJECT } },
  'auth application-default login': { flags: {}, run: writeDefault },
};

const words = process.argv.slice(2);
const name = Object.keys(COMMANDS).find((each) => words.join(' ').startsWith(each));
if (name === undefined) fail(`unknown command: ${words.join(' ')}`);
const { arg, flags, run } = COMMANDS[name];
const given = {};
const rest = [];
for (let index = name.split(' ').length; index < words.length; index++) {
  const [, flag, value] = /^--([a-z-]+)(?:=(.*))?$/s.exec(words[index]) ?? [];
  if (flag === undefined) rest.push(words[index]);
  else given[flag] = value ?? words[++index];
}
for (const [flag, value] of Object.entries(given)) if (!flags[flag]?.test(value ?? '')) fail(`--${flag} ${value} is not understood`);
for (const flag of Object.keys(flags)) if (given[flag] === undefined) fail(`--${flag} is missing`);
if (rest.length !== (arg === undefined ? 0 : 1) || (arg !== undefined && !arg.test(rest[0]))) fail(`not understood: ${rest.join(' ')}`);
run?.(rest[0], given);

function writeKey(file, { 'iam-account': account }) {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const project_id = account.split('@')[1].split('.')[0];
  write(file, {
    type: 'service_account',
    project_id,
    private_key_id: '1',
    private_key: privateKey,
    client_email: account,
    client_id: '1',
    token_uri: 'https://oauth2.googleapis.com/token',
  });
}

function writeDefault() {
  const file = join(process.env.HOME, '.config/gcloud/application_default_credentials.json');
  write(file, { type: 'authorized_user', client_id: 'docs', client_secret: 'docs', refresh_token: 'docs' });
}

function write(file, value) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(value, null, 2), { mode: 0o600 });
}

function fail(message) {
  process.stderr.write(`gcloud (stand-in): ${message}\n`);
  process.exit(1);
}
