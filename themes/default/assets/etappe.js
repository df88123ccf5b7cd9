// Small comforts; every page works without them. Keeps something on this device only after "keep" on the page of
// preferences, and sends nothing anywhere.
(() => {
  const KEY = 'etappe';
  const root = document.documentElement;
  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(KEY)) ?? {};
    } catch {
      return {};
    }
  };
  const show = ({ theme, text, slash }) => {
    for (const [name, value] of [['theme', theme], ['text', text], ['slash', slash]]) {
      if (value) root.dataset[name] = value;
      else delete root.dataset[name];
    }
  };
  // Before anything is drawn.
  show(read());
  // A search fetches, which browsers allow from a server only.
  if (location.protocol !== 'file:' && 'HTMLDialogElement' in window) root.dataset.search = 'on';

  /** The page where preferences are set, kept and forgotten. */
  const preferences = (form) => {
    const status = form.querySelector('[role=status]');
    const own = document.querySelector('.brand a').href;
    // A persona is known by its home in every language.
    const homes = [own, ...[...document.querySelectorAll('.languages a')].map((link) => new URL('../index.html', link.href).href)];
    const fill = () => {
      const kept = read();
      form.elements.theme.value = kept.theme ?? '';
      form.elements.text.value = kept.text ?? '';
      if (form.elements.slash) form.elements.slash.checked = !kept.slash;
      if (form.elements.home) form.elements.home.checked = kept.homes?.includes(own) ?? false;
    };
    const chosen = () => ({
      theme: form.elements.theme.value || undefined,
      text: form.elements.text.value || undefined,
      slash: form.elements.slash?.checked === false ? 'off' : undefined,
      homes: form.elements.home?.checked ? homes : undefined,
    });
    form.addEventListener('change', () => {
      show(chosen());
      status.textContent = '';
    });
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      localStorage.setItem(KEY, JSON.stringify(chosen()));
      status.textContent = status.dataset.kept;
    });
    form.addEventListener('reset', (event) => {
      event.preventDefault();
      localStorage.removeItem(KEY);
      fill();
      show({});
      status.textContent = status.dataset.forgotten;
    });
    fill();
    form.hidden = false;
  };

  /** The chooser names the persona that was kept first. */
  const chooser = (list) => {
    const homes = read().homes ?? [];
    const link = [...list.querySelectorAll('a')].find((link) => homes.includes(link.href));
    if (!link) return;
    const note = document.createElement('span');
    note.className = 'kept';
    note.textContent = list.dataset.again;
    link.append(' ', note);
    list.prepend(link.parentElement);
  };

  /** The search is fetched when a reader first opens it. The keys are / and Ctrl or Cmd with K. */
  const search = (button) => {
    const open = async () => {
      try {
        await (await import(new URL(button.dataset.script, document.baseURI))).open(button);
      } catch {
        const note = document.querySelector('.search-failed') ?? document.createElement('p');
        Object.assign(note, { className: 'search-failed', role: 'alert', textContent: button.dataset.failed });
        button.after(note);
      }
    };
    button.addEventListener('click', open);
    document.addEventListener('keydown', (event) => {
      const isSlash = event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !root.dataset.slash;
      const isK = event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
      // A dialog that was closed this moment keeps the focus for another.
      const types = ':not(dialog:not([open]) *):is(input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable])';
      const isTyping = event.target.closest?.(types);
      if (!(isK || (isSlash && !isTyping && !document.querySelector('dialog[open]')))) return;
      event.preventDefault();
      open();
    });
  };

  /** Copies the address of a page. Where a browser refuses, the reader sees what to copy. */
  const copy = (button) => {
    const status = button.parentElement.querySelector('[role=status]');
    button.addEventListener('click', async () => {
      status.textContent = '';
      const told = navigator.clipboard.writeText(button.dataset.copy).then(
        () => button.dataset.copied,
        () => button.dataset.copy,
      );
      status.textContent = await told;
    });
    button.hidden = false;
  };

  document.addEventListener('DOMContentLoaded', () => {
    if (root.dataset.search) document.querySelectorAll('.search-button').forEach(search);
    document.querySelectorAll('#_preferences').forEach(preferences);
    document.querySelectorAll('.choices[data-again]').forEach(chooser);
    // Browsers allow it on safe connections only.
    if (navigator.clipboard) document.querySelectorAll('[data-copy]').forEach(copy);
    // Who asks not to be followed is not asked for answers either.
    if (navigator.globalPrivacyControl) {
      document.querySelectorAll('.feedback').forEach((form) => form.remove());
      document.querySelectorAll('[data-gpc]').forEach((note) => (note.hidden = false));
    }
  });

  // Paper cannot be clicked: links print with their whole address, as readers elsewhere will find it.
  addEventListener('beforeprint', () => {
    const base = document.querySelector('link[rel=canonical]')?.href ?? location.href;
    for (const link of document.querySelectorAll('.body a[href]:not([href^="#"], [href^="http"], [href^="mailto:"])')) {
      link.dataset.url = new URL(link.getAttribute('href').replace(/index\.html(?=#|$)/, ''), base).href;
    }
  });
})();
