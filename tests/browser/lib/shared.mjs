// What the tests of one file share: it ends with them.
import { after } from 'node:test';
import { launch } from './browser.mjs';
import { serve } from './server.mjs';
import { buildSite } from './sites.mjs';

/** A browser. */
export async function sharedBrowser() {
  const browser = await launch();
  after(() => browser.close());
  return browser;
}

/** One of the hubs, built and served. */
export async function sharedSite(name) {
  const site = buildSite(name);
  const server = await serve(site.dir);
  after(() => server.close());
  return { site, server };
}
