// Builds the hubs that the tests read. Each is built from a copy, so that a run leaves nothing in the hub itself.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeMany } from './many.mjs';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
const OWN_HUB = fileURLToPath(new URL('../hub', import.meta.url));
/** The day that every build takes as today. */
export const AS_OF = '2026-11-22';
/** What belongs to a hub. The project's root is a hub and much else. */
const HUB_PARTS =
  /^(hub\.toml|personas|content|static|themes|templates|products|claims|modules|approvals|allowed_signers|revoked_keys|roles\.toml|references\..+)$/;

let scratch;

/** A folder for this process's files, removed when it ends. */
export function scratchFolder(name) {
  if (!scratch) {
    scratch = mkdtempSync(join(tmpdir(), 'etappe-browser-'));
    process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
  }
  const folder = join(scratch, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** The program: $ETAPPE, else the newer of the debug and the release build, else a debug build made now. */
export function etappe() {
  if (process.env.ETAPPE) return resolve(process.env.ETAPPE);
  const target = resolve(PROJECT, process.env.CARGO_TARGET_DIR ?? 'target');
  const built = ['debug', 'release'].map((profile) => join(target, profile, 'etappe')).filter((file) => existsSync(file));
  built.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  if (built.length > 0) return built[0];
  execFileSync('cargo', ['build', '--locked'], { cwd: PROJECT, stdio: 'inherit' });
  return join(target, 'debug', 'etappe');
}

const HUBS = {
  /** The reference hub: three personas, two languages. */
  root: PROJECT,
  starter: join(PROJECT, 'examples/starter'),
  minimal: join(PROJECT, 'examples/minimal'),
  /** From right to left by default; what is not translated is linked to. */
  arabic: join(PROJECT, 'examples/arabic-dutch'),
  /** Everything that Markdown and front matter can give, in three languages, one of them right to left. */
  extremes: OWN_HUB,
  /** Very many pages, personas and languages: written, not copied. */
  many: writeMany,
};

const hubParts = (folder) => readdirSync(folder).filter((part) => HUB_PARTS.test(part));

/**
 * Runs the program, and gives what it prints. An error has only the end of what was said: the runner of the tests passes on
 * everything that an error holds, and takes minutes for very long ones.
 */
export function run(...args) {
  try {
    return execFileSync(etappe(), args, { stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 26 });
  } catch (error) {
    throw new Error(`etappe ${args.join(' ')} ended with ${error.status ?? error.signal}: …${String(error.stderr).slice(-2000)}`);
  }
}

/** Copies one of the hubs into a folder of its own. */
export function copyHub(name) {
  const hub = join(mkdtempSync(join(scratchFolder('builds'), `${name}-`)), 'hub');
  if (HUBS[name] === writeMany) writeMany(hub);
  else for (const part of hubParts(HUBS[name])) {
    cpSync(join(HUBS[name], part), join(hub, part), { recursive: true });
  }
  // The theme as it stands in the working tree, whatever the program has built in.
  cpSync(join(PROJECT, 'themes/default'), join(hub, 'themes/default'), { recursive: true });
  return hub;
}

/** Builds one of the hubs. `baseUrl` and `preview` are the build's options. */
export function buildSite(name, { baseUrl, preview = false } = {}) {
  const hub = copyHub(name);
  const out = join(hub, '../public');
  const options = ['--out', out, '--as-of', AS_OF, ...(baseUrl ? ['--base-url', baseUrl] : []), ...(preview ? ['--preview'] : [])];
  run('build', hub, ...options);
  const config = readFileSync(join(hub, 'hub.toml'), 'utf8');
  return new Site(name, out, JSON.parse(/^languages\s*=\s*(\[[^\]]*\])/m.exec(config)[1]));
}

/** The coverage report of the reference hub as one HTML file on disk; with `more`, nine more personas and what was recorded before. */
export function report({ more = false } = {}) {
  const folder = mkdtempSync(join(scratchFolder('reports'), 'report-'));
  const hub = join(folder, 'hub');
  for (const part of hubParts(PROJECT)) cpSync(join(PROJECT, part), join(hub, part), { recursive: true });
  if (more) {
    const card = readFileSync(join(hub, 'personas/gp-traditional.toml'), 'utf8');
    for (let number = 1; number < 10; number += 1) {
      const other = card.replaceAll('uisartsen', `uisartsen-in-de-regio-${number}`).replace('General practitioners', `General practitioners, region ${number}`);
      writeFileSync(join(hub, `personas/region-${number}.toml`), other);
    }
    for (const day of ['2026-06-01', '2026-09-01']) run('coverage', 'record', hub, '--as-of', day);
  }
  const file = join(folder, 'report.html');
  writeFileSync(file, run('coverage', hub, '--format', 'html', '--as-of', AS_OF));
  return file;
}

/**
 * The review pack of one of the hubs. The reference hub has a page for patients, and one that was signed and edited since, which
 * uses a claim and a module.
 */
export function reviewPack(name) {
  const hub = copyHub(name);
  const folder = join(hub, '../pack');
  if (name === 'root') signedAndEdited(hub);
  run('review', '-C', hub, '--as-of', AS_OF, '--code', 'NL-2026-12', '--out', folder);
  const all = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return { folder, files: all.map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1)).sort() };
}

function signedAndEdited(hub) {
  const page = join(hub, 'content/consideration/phase3.en.md');
  const edit = (file, from, to) => writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
  const write = (file, text) => {
    mkdirSync(join(hub, file, '..'), { recursive: true });
    writeFileSync(join(hub, file), text);
  };
  // Its own signatures are of other texts.
  for (const part of ['approvals', 'allowed_signers', 'roles.toml']) rmSync(join(hub, part), { recursive: true });
  edit(join(hub, 'hub.toml'), /\[approval\]\n(?:[^\n]+\n)+/, '');
  edit(join(hub, 'hub.toml'), /$/, '\n[approval]\nroles = ["medical", "legal"]\n');
  write('claims/all.toml', '[slower]\ntext = { en = "After 18 months the decline was 1.1 points less" }\nreferences = ["verzinsel2026, p. 507"]\n');
  write('modules/aria.en.md', 'ARIA-E arises mostly in the **first six months**.\n\n- Stop and scan when there is a new headache.\n');
  write('content/service/patient-card.en.md', '+++\ntitle = "A card for your wallet"\npersonas = "memory-neurologist"\nstage = "service"\nkind = "patient"\n+++\n\nShow [this](mri-schedule.md).\n');
  edit(page, '## What you should', ':claim{id=slower}\n\n::use{module=aria}\n\n## What you should');
  const git = (...args) => execFileSync('git', ['-C', hub, '-c', 'user.name=Anna', '-c', 'user.email=anna@pharma.example', ...args], { stdio: 'ignore' });
  git('init', '-q');
  git('add', '-A');
  git('commit', '-q', '-m', 'The hub');
  const signer = ['--role', 'medical', '--code', 'NL-2026-11', '--signer', 'anna@pharma.example'];
  run('approve', '-C', hub, 'consideration/phase3', '--lang', 'en', ...signer);
  edit(page, 'Phase 3 results in context', 'Phase 3 results, in context');
  edit(page, 'That is 21% less decline', 'That is about a fifth less decline');
  edit(page, '| 46 (7.6%)', '| 47 (7.8%)');
  edit(page, '::use{module=fictitious}', 'No conclusion may be drawn for carriers.\n\n::use{module=fictitious}');
}

/** A built hub on disk. */
class Site {
  constructor(name, dir, languages) {
    this.name = name;
    this.dir = dir;
    /** Codes; the first is the default and has no folder. */
    this.languages = languages;
    /** Paths below `dir`, sorted. */
    this.files = readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(dir.length + 1))
      .sort();
    /** Every HTML file: `path`, and what the path says of it: `kind`, `persona`, `lang`. */
    this.pages = this.files.filter((file) => file.endsWith('.html')).map((path) => this.#page(path));
  }

  read(path) {
    return readFileSync(join(this.dir, path), 'utf8');
  }

  /** The first page of a kind, in a language. */
  one(kind, lang = this.languages[0]) {
    return this.pages.find((page) => page.kind === kind && page.lang === lang);
  }

  /** One page of each kind, the longest: it has most to go wrong. Languages take turns. */
  kinds() {
    const kinds = [...new Set(this.pages.map((page) => page.kind))];
    const size = (page) => statSync(join(this.dir, page.path)).size;
    return kinds.map((kind, at) => {
      const all = this.pages.filter((page) => page.kind === kind);
      const own = all.filter((page) => page.lang === this.languages[at % this.languages.length]);
      return (own.length > 0 ? own : all).reduce((longest, page) => (size(page) > size(longest) ? page : longest));
    });
  }

  #page(path) {
    const folders = path.split('/').slice(0, -1);
    const file = path.split('/').at(-1);
    const take = () => (this.languages.slice(1).includes(folders[0]) ? folders.shift() : this.languages[0]);
    if (folders.length === 0 || this.languages.includes(folders[0])) return { path, kind: 'chooser', lang: take() };
    const persona = folders.shift();
    // A bridge belongs to no persona, and its address does not say its language.
    if (persona === 'bridge') return { path, kind: 'redirect', lang: /<html lang="([^"]+)"/.exec(this.read(path))[1] };
    const lang = take();
    if (file === '404.html') return { path, kind: 'not found', persona, lang };
    if (folders[0] === 'preferences') return { path, kind: 'preferences', persona, lang };
    if (this.read(path).includes('http-equiv="refresh"')) return { path, kind: 'redirect', persona, lang };
    if (/^part\.\d+$/.test(folders[1])) return { path, kind: 'part', persona, lang };
    return { path, kind: ['home', 'stage'][folders.length] ?? 'page', persona, lang };
  }
}
