// Keeps a page as it is on disk: reloads it when its bytes differ, and swaps style sheets in place when only those do.
import { Bar } from './bar.js';
import { Marks } from './marks.js';
import { listen } from './news.js';

const own = document.querySelector('script[src="/_etappe/live.js"]');
const here = location.pathname;
const place = `etappe:place:${here}`;
const framed = window.top !== window;
const marks = new Marks();
const bar = framed ? null : new Bar(here, marks);
/** How long a tab that nobody sees lets the others go first, in milliseconds. */
const AFTER_YOU = 150;

let { digest, shape } = own.dataset;
/** What the page loaded, by path, with the digest that each had. */
let loaded = null;
let busy = false;
let again = false;

restore();
tell();
listen((news) => {
  const [next] = nearest(news.follow ?? []);
  if (next && !framed && !document.hidden && next !== here) location.assign(next);
  else if (document.hidden) setTimeout(check, AFTER_YOU);
  else check();
});

/** Addresses of the page that was saved: first the one on the site that is shown. */
function nearest(addresses) {
  const shared = (address) => {
    const parts = address.split('/');
    const at = here.split('/').findIndex((part, n) => part !== parts[n]);
    return at < 0 ? parts.length : at;
  };
  return addresses.includes(here) ? [] : [...addresses].sort((a, b) => shared(b) - shared(a));
}

async function check() {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  try {
    const ask = new URLSearchParams({ path: here });
    for (const path of resources()) ask.append('with', path);
    const answer = await fetch(`/_etappe/state?${ask}`);
    await meet(await answer.json());
  } catch {
    // The preview was stopped: the next word from it asks again.
  }
  busy = false;
  if (again) {
    again = false;
    check();
  }
}

async function meet(state) {
  if (state.digest !== digest) {
    if (state.shape !== shape || !(await restyle())) return reload();
    ({ digest, shape } = state);
  }
  for (const [path, known] of Object.entries(state.loaded)) {
    // What is gone under its old name, as a sheet whose name has its digest in it, the page itself has told of.
    if (known === null || !loaded?.[path] || loaded[path] === known) continue;
    const sheet = sheets(document).find((link) => pathOf(link.href) === path);
    if (!sheet) return reload();
    swap(sheet, `${path}?etappe=${known}`);
  }
  loaded = state.loaded;
  await tell();
}

/** Tells the writer what there is to tell; in a frame, only for whom the parts of the page are. */
async function tell() {
  if (bar) return bar.refresh();
  if (!marks.any) return;
  const answer = await fetch(`/_etappe/about?path=${encodeURIComponent(here)}`);
  marks.show((await answer.json()).parts);
}

/** Paths of what the page loaded from here. */
function resources() {
  const all = [...performance.getEntriesByType('resource').map((entry) => entry.name), ...sheets(document).map((link) => link.href)];
  const paths = all.filter((url) => url.startsWith(location.origin)).map(pathOf);
  return [...new Set(paths)].filter((path) => !path.startsWith('/_etappe')).slice(0, 100);
}

function pathOf(url) {
  return new URL(url, location.href).pathname;
}

function sheets(page) {
  return [...page.querySelectorAll('link[rel~="stylesheet"][href]')].filter((link) => !link.dataset.etappeOld);
}

/** Takes the style sheets of the page as it is now; false if it has others. */
async function restyle() {
  const answer = await fetch(here);
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const [old, fresh] = [sheets(document), sheets(page)];
  if (old.length !== fresh.length) return false;
  old.forEach((link, n) => {
    const href = fresh[n].getAttribute('href');
    if (link.getAttribute('href') !== href) swap(link, href);
  });
  return true;
}

/** The old sheet stays until the new one is there, so that nothing is ever bare. */
function swap(link, href) {
  const fresh = link.cloneNode();
  fresh.setAttribute('href', href);
  link.dataset.etappeOld = 'true';
  fresh.addEventListener('load', () => link.remove());
  fresh.addEventListener('error', () => link.remove());
  link.after(fresh);
}

function details() {
  const seen = {};
  return [...document.querySelectorAll('details')].map((element) => {
    const name = element.querySelector('summary')?.textContent.trim() ?? '';
    seen[name] = (seen[name] ?? 0) + 1;
    return { element, name: `${name}#${seen[name]}` };
  });
}

function reload() {
  const open = Object.fromEntries(details().map(({ element, name }) => [name, element.open]));
  sessionStorage.setItem(place, JSON.stringify({ x: scrollX, y: scrollY, open }));
  history.scrollRestoration = 'manual';
  location.reload();
}

/** Puts the reader back where they were. */
function restore() {
  const text = sessionStorage.getItem(place);
  if (!text) return;
  sessionStorage.removeItem(place);
  const { x, y, open } = JSON.parse(text);
  for (const { element, name } of details()) {
    if (name in open) element.open = open[name];
  }
  const back = () => scrollTo({ left: x, top: y, behavior: 'instant' });
  back();
  // Images make the page longer when they come.
  if (document.readyState !== 'complete') addEventListener('load', back, { once: true });
  history.scrollRestoration = 'auto';
}
