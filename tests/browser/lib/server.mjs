// A static web server for one built site, on this machine only.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { dirname, extname, join, normalize } from 'node:path';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
  '.xml': 'application/xml',
  '.atom': 'application/atom+xml',
};

/**
 * Serves `dir` below `prefix` on a free port unless one is given, with the headers that its `_headers` asks for. An unknown address gets the nearest 404.html above it, as static hosts do.
 * Gives the address of the root, with a slash at its end, and `close`.
 */
export async function serve(dir, prefix = '/', port = 0) {
  const headers = await readHeaders(dir);
  const server = createServer(async (request, response) => {
    const address = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
    const path = address.startsWith(prefix) ? normalize(address.slice(prefix.length)) : '..';
    if (path.startsWith('..')) return response.writeHead(404).end();
    const file = /(^|\/)\.?$/.test(path) ? join(path, 'index.html') : path;
    try {
      const bytes = await readFile(join(dir, file));
      response.writeHead(200, { ...headers(address), 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(bytes);
    } catch {
      response.writeHead(404, { ...headers(address), 'content-type': TYPES['.html'] }).end(await notFound(dir, dirname(file)));
    }
  });
  await new Promise((ready) => server.listen(port, '127.0.0.1', ready));
  // A test that fails before it closes its server still ends.
  server.unref();
  return {
    url: `http://127.0.0.1:${server.address().port}${prefix}`,
    close: () => new Promise((closed) => (server.close(closed), server.closeAllConnections())),
  };
}

async function notFound(dir, folder) {
  const page = await readFile(join(dir, folder, '404.html')).catch(() => null);
  if (page) return page;
  return folder === '.' ? 'Not found' : notFound(dir, dirname(folder));
}

/** From an address to the headers that the build's own file of headers asks for; none where there is no such file. */
async function readHeaders(dir) {
  const text = await readFile(join(dir, '_headers'), 'utf8').catch(() => '');
  const rules = [];
  for (const line of text.split('\n').filter(Boolean)) {
    if (line.startsWith(' ')) rules.at(-1).headers.push([line.slice(2, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]);
    else rules.push({ start: line.replace(/\*$/, ''), headers: [] });
  }
  return (address) => Object.fromEntries(rules.filter(({ start }) => address.startsWith(start)).flatMap((rule) => rule.headers));
}
