// What pages say about themselves to search engines: held against the types of schema.org.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildSite, scratchFolder } from '../lib/sites.mjs';

const MODULES = fileURLToPath(new URL('../node_modules', import.meta.url));

/** The JSON-LD of every page of a hub, by path. */
function jsonLd(name) {
  const site = buildSite(name);
  return site.pages.flatMap(({ path, kind }) => {
    const found = [...site.read(path).matchAll(/<script type="application\/ld\+json">(.*?)<\/script>/g)];
    assert.equal(found.length, kind === 'page' ? 1 : 0, `${path} is a ${kind}`);
    return found.map(([, text]) => [path, JSON.parse(text)]);
  });
}

test('every page says what it is, for whom, and where it stands, in words that schema.org has', () => {
  const all = ['root', 'extremes'].flatMap(jsonLd);
  assert.ok(all.length > 20);
  for (const [path, { '@graph': [page, crumbs] }] of all) {
    assert.equal(page['@type'], 'MedicalWebPage', path);
    assert.ok(page.audience.audienceType && page.inLanguage && page.name, path);
    assert.deepEqual(crumbs.itemListElement.map((item) => item.position), [1, 2, 3], path);
    assert.equal(crumbs.itemListElement[2].item, page.url, path);
    assert.equal('lastReviewed' in page, 'reviewedBy' in page && 'dateModified' in page, path);
  }
  const folder = mkdtempSync(join(scratchFolder('types'), 'jsonld-'));
  symlinkSync(MODULES, join(folder, 'node_modules'));
  const typed = all.map(([, said], at) => `const p${at}: Graph = ${JSON.stringify(said)};\n`);
  writeFileSync(join(folder, 'all.ts'), `import type { Graph } from 'schema-dts';\n${typed.join('')}`);
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'nodenext', '--moduleResolution', 'nodenext'];
  try {
    execFileSync(process.execPath, [join(MODULES, 'typescript/lib/tsc.js'), ...options, 'all.ts'], { cwd: folder, encoding: 'utf8' });
  } catch (error) {
    assert.fail(error.stdout || error.message);
  }
});
