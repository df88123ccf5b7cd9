// What Lighthouse says of a home, a stage and a page: nothing to mend, in each of its four categories.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import lighthouse from 'lighthouse';
import { launch } from '../lib/browser.mjs';
import { serve } from '../lib/server.mjs';
import { buildSite } from '../lib/sites.mjs';

/** The best of so many counts: what a busy machine adds is no fault of a page. */
const TRIES = 3;

/** A port that nobody listens on. */
const freePort = () => new Promise((found) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => found(port));
  });
});

const [port, debug] = [await freePort(), await freePort()];
// Pages name their own address, which has to be the one that they are asked at.
const site = buildSite('root', { baseUrl: `http://127.0.0.1:${port}/` });

for (const kind of ['home', 'stage', 'page']) {
  test(`Lighthouse has nothing to mend on a ${kind}`, async () => {
    const server = await serve(site.dir, '/', port);
    const browser = await launch([`--remote-debugging-port=${debug}`]);
    const url = server.url + site.one(kind).path.replace(/index\.html$/, '');
    const wrong = [];
    for (let at = 0; at < TRIES; at += 1) {
      // As it is, not as it might be on a slow telephone: that is an estimate, and differs from run to run.
      const { lhr } = await lighthouse(url, { port: debug, logLevel: 'silent', throttlingMethod: 'provided' });
      assert.equal(lhr.runtimeError, undefined);
      assert.deepEqual(Object.keys(lhr.categories), ['performance', 'accessibility', 'best-practices', 'seo']);
      wrong.splice(0, wrong.length, ...complaints(lhr));
      if (wrong.length === 0) break;
    }
    await browser.close();
    await server.close();
    assert.deepEqual(wrong, []);
  });
}

/** The categories below 100, and why. */
function complaints({ categories, audits }) {
  return Object.values(categories).filter(({ score }) => score < 1).map(({ title, score, auditRefs }) => {
    const faults = auditRefs.filter(({ id, weight }) => weight > 0 && audits[id].score !== null && audits[id].score < 1);
    return `${title} ${score * 100}: ${faults.map(({ id }) => `${id} (${audits[id].displayValue ?? audits[id].title})`).join(', ')}`;
  });
}
