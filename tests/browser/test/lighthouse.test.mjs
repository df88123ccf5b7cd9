// What Lighthouse says of a home, a stage and a page: nothing to mend, in each of its four categories.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import lighthouse from 'lighthouse';
import { launch } from '../lib/browser.mjs';
import { serve } from '../lib/server.mjs';
import { buildSite } from '../lib/sites.mjs';

/** The best of so many counts: what a busy machine adds is no fault of a page. */
const TRIES = 5;

/** A port that nobody listens on. */
const freePort = () => new Promise((found) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => found(port));
  });
});

const port = await freePort();
// Pages name their own address, which has to be the one that they are asked at.
const site = buildSite('root', { baseUrl: `http://127.0.0.1:${port}/` });

for (const kind of ['home', 'stage', 'page']) {
  test(`Lighthouse has nothing to mend on a ${kind}`, async (t) => {
    const server = await serve(site.dir, '/', port);
    t.after(() => server.close());
    const url = server.url + site.one(kind).path.replace(/index\.html$/, '');
    let wrong = [];
    for (let at = 0; at < TRIES; at += 1) {
      wrong = await measured(url);
      if (wrong.length === 0) break;
    }
    assert.deepEqual(wrong, []);
  });
}

/** What there is to mend on a page, measured in a browser of its own: what one count leaves in it would stand in the next. */
async function measured(url) {
  const debug = await freePort();
  const browser = await launch([`--remote-debugging-port=${debug}`]);
  try {
    // As it is, not as it might be on a slow telephone: that is an estimate, and differs from run to run.
    const { lhr } = await lighthouse(url, { port: debug, logLevel: 'silent', throttlingMethod: 'provided' });
    return complaints(lhr);
  } catch (error) {
    return [`not measured: ${error.message}`];
  } finally {
    await browser.close();
  }
}

/** The categories below 100, and why; or why there is no count, of which a page may be innocent. */
function complaints({ categories, audits, runtimeError }) {
  if (runtimeError) return [`not measured: ${runtimeError.code} (${runtimeError.message})`];
  assert.deepEqual(Object.keys(categories), ['performance', 'accessibility', 'best-practices', 'seo']);
  return Object.values(categories).filter(({ score }) => score !== 1).map(({ title, score, auditRefs }) => {
    const faulty = ({ score, scoreDisplayMode }) => (score === null ? scoreDisplayMode === 'error' : score < 1);
    const faults = auditRefs.filter(({ id, weight }) => weight > 0 && faulty(audits[id]));
    return `${title} ${score === null ? 'not counted' : score * 100}: ${faults.map(({ id }) => `${id} (${audits[id].errorMessage ?? audits[id].displayValue ?? audits[id].title})`).join(', ')}`;
  });
}
