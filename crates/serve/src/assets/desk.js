// Keeps the desk as the hub is now, and filters its list of pages while one types. Without this it works all the same.
import { listen } from './news.js';

const live = document.getElementById('live');

/** Takes what the server would show at `address`, where it differs. */
async function update(address) {
  try {
    const answer = await fetch(address);
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.getElementById('live');
    if (!fresh || fresh.innerHTML === live.innerHTML) return;
    const open = new Set([...live.querySelectorAll('details[open]')].map((element) => element.id));
    live.replaceChildren(...fresh.childNodes);
    for (const element of live.querySelectorAll('details')) element.open = open.has(element.id) || element.open;
  } catch {
    // The preview was stopped: the next word from it asks again.
  }
}

listen(() => update(location.href));

const form = document.querySelector('form[data-live]');
let soon;
form?.addEventListener('input', () => {
  clearTimeout(soon);
  soon = setTimeout(() => {
    const address = `${location.pathname}?${new URLSearchParams(new FormData(form))}`;
    history.replaceState(null, '', address);
    update(address);
  }, 120);
});
