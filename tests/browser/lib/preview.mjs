// `etappe serve` on a copy of a hub, for a test that edits it.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AS_OF, copyHub, etappe } from './sites.mjs';

/** A test that fails before it closes its preview still ends. */
const children = new Set();
process.on('exit', () => children.forEach((child) => child.kill()));

/** Starts a preview; gives its address, with a slash at its end, and what edits the hub. */
export async function preview(name, ...options) {
  const hub = copyHub(name);
  const child = spawn(etappe(), ['serve', hub, '--port', '0', '--as-of', AS_OF, ...options], { stdio: ['ignore', 'pipe', 'ignore'] });
  children.add(child);
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  const read = (path) => readFileSync(join(hub, path), 'utf8');
  const write = (path, text) => writeFileSync(join(hub, path), text);
  return {
    url: /^Preview: (.+)$/.exec(value)[1],
    hub,
    read,
    write,
    /** Replaces the first `from` by `to`, which must differ. */
    edit(path, from, to) {
      const text = read(path);
      if (!text.includes(from)) throw new Error(`${path} has no ${from}`);
      write(path, text.replace(from, () => to));
    },
    remove: (path) => rmSync(join(hub, path)),
    close: () => child.kill(),
  };
}
