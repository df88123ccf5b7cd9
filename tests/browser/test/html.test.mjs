// The markup itself: html-validate, and where there is a Java the Nu Html Checker.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { HtmlValidate } from 'html-validate';
import { buildSite } from '../lib/sites.mjs';

const HUBS = ['root', 'starter', 'minimal', 'extremes', 'arabic', 'many'];

const RULES = {
  extends: ['html-validate:recommended'],
  rules: {
    // Ours is in lower case; both are the same to HTML.
    'doctype-style': ['error', { style: 'lowercase' }],
    // The theme's own ids begin with _, so that no heading of a text can ever get the same one.
    'valid-id': ['error', { relaxed: true }],
    // How the Markdown library spells `<hr />` and `disabled=""`: another spelling of the same.
    'void-style': 'off',
    'attribute-boolean-style': 'off',
    // How long a title is, its writer decides.
    'long-title': 'off',
  },
};

for (const name of HUBS) {
  test(`html-validate has nothing to say about ${name}`, async () => {
    const validator = new HtmlValidate(RULES);
    const wrong = [];
    for (const site of [buildSite(name), ...(name === 'extremes' ? [buildSite(name, { preview: true })] : [])]) {
      for (const { path } of site.pages) {
        const { results } = await validator.validateString(site.read(path), path);
        const messages = results.flatMap((result) => result.messages);
        wrong.push(...messages.map(({ line, ruleId, message }) => `${path}:${line}: ${ruleId}: ${message}`));
      }
    }
    assert.deepEqual(wrong, []);
  });
}

const NU = join(createRequire(import.meta.url).resolve('vnu-jar'), '../build/dist/vnu.jar');
/** The checker needs Java 17. */
const java = Number(/version "(\d+)/.exec(spawnSync('java', ['-version'], { encoding: 'utf8' }).stderr ?? '')?.[1] ?? 0);

test('the Nu Html Checker finds no error in pages and pictures', { skip: java < 17 && 'there is no Java 17 here' }, async () => {
  const folders = HUBS.map((name) => buildSite(name).dir);
  const options = ['--also-check-svg', '--skip-non-html', '--errors-only', '--format', 'json', '--stdout', '--exit-zero-always'];
  const { stdout } = await promisify(execFile)('java', ['-jar', NU, ...options, ...folders], { maxBuffer: 1 << 26 });
  const { messages } = JSON.parse(stdout);
  assert.deepEqual(messages.map(({ url, lastLine, message }) => `${url.split('/builds/').at(-1)}:${lastLine}: ${message}`), []);
});
