// Whatever raw HTML a text holds, the page around it stays whole in a browser.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tab } from '../lib/browser.mjs';
import { sharedBrowser } from '../lib/shared.mjs';
import { AS_OF, etappe, scratchFolder } from '../lib/sites.mjs';

const FORMS = [
  '<div>', '</div>', '</article>', '</main>', '</body></html>', '<body class="x">', '<main>', '<p>', '<b><i>', '</p></p>', '<!-- open', '<script>', '<style>',
  '<textarea>', '<title>', '<plaintext>', '<template>', '<table><tr><td>', '</td></tr></table>', '<svg><title>', '<select><option>', '<your name>',
  '<div class="', '<form><form>', '<noscript><xmp>', '<a href="/x"><a href="/y">', '<frameset>', '<math><mtext>',
];
const TEXT = 'One sentence of text, and *another*.';
const PLACES = {
  begin: (form) => [form, TEXT, `Then ${TEXT}`],
  middle: (form) => [TEXT, `Before ${form} behind`, form, TEXT],
  end: (form) => [TEXT, `${TEXT} ${form}`, form],
};
const WAYS = { plain: (blocks) => blocks, directive: (blocks) => [':::note[A label <b>]', ...blocks, ':::', TEXT] };

const hub = scratchFolder('raw-html');
const cases = [];
for (const form of FORMS) {
  for (const [place, at] of Object.entries(PLACES)) for (const [way, around] of Object.entries(WAYS)) cases.push({ form, place, way, text: around(at(form)).join('\n\n') });
}
for (const folder of ['personas', 'content']) mkdirSync(join(hub, folder));
const stage = '[[stages]]\nid = "practice"\nlabel = "Practice"\n';
writeFileSync(join(hub, 'hub.toml'), `title = "T"\ncompany = "C"\nbase_url = "https://hub.example"\nlanguages = ["en"]\n${stage}`);
writeFileSync(join(hub, 'personas/gp.toml'), 'label = "GPs"\n');
cases.forEach(({ text }, at) => {
  const front = `+++\ntitle = "Page ${at}"\npersonas = "gp"\nstage = "practice"\norder = ${at}\n+++\n`;
  writeFileSync(join(hub, `content/p${at}.md`), `${front}\n${text}\n`);
});
// Between others, so that there is a way back and a way on.
writeFileSync(join(hub, 'content/plain.md'), `+++\ntitle = "Plain"\npersonas = "gp"\nstage = "practice"\norder = 2\n+++\n\n${TEXT}\n`);
const out = join(hub, 'public');
// What hides the rest of a text is an error, which stops no preview.
assert.equal(spawnSync(etappe(), ['build', hub, '--preview', '--out', out, '--as-of', AS_OF]).status, 1);

const { page } = await tab(await sharedBrowser(), { home: 'about:blank', javaScriptEnabled: true });

/** What stands where in a page, as the browser reads it. */
function frame() {
  const one = (selector) => document.querySelectorAll(selector).length;
  const main = document.querySelector('main');
  return {
    mains: one('main'),
    footers: one('body > footer'),
    headers: one('body > header'),
    pagers: [...document.querySelectorAll('nav')].filter((nav) => nav.querySelector('[rel="next"], [rel="prev"]')).length,
    body: document.body.attributes.length,
    children: [...document.body.children].map((child) => child.localName),
    parts: [...main.querySelectorAll(':scope > *, .page-columns > *, .main-column > *')].map((child) => `${child.localName}.${child.className}`),
    foot: document.querySelector('body > footer')?.textContent.replace(/\s+/g, ' ').trim().replace(/\w+\/$/, ''),
  };
}

test('the frame of a page is the same whatever its text holds', async () => {
  const read = async (slug) => {
    await page.setContent(readFileSync(join(out, `gp/practice/${slug}/index.html`), 'utf8'), { waitUntil: 'commit' });
    return page.evaluate(frame);
  };
  const expected = await read('plain');
  assert.equal(expected.mains, 1);
  assert.equal(expected.footers, 1);
  assert.ok(expected.pagers > 0, 'there is a pager');
  for (const [at, { form, place, way }] of cases.entries()) {
    const found = await read(`p${at}`);
    assert.deepEqual(found, expected, `${form} at the ${place}, ${way}`);
  }
});
