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
  const show = ({ theme, text }) => {
    for (const [name, value] of [['theme', theme], ['text', text]]) {
      if (value) root.dataset[name] = value;
      else delete root.dataset[name];
    }
  };
  // Before anything is drawn.
  show(read());

  /** The page where preferences are set, kept and forgotten. */
  const preferences = (form) => {
    const status = form.querySelector('[role=status]');
    const own = document.querySelector('.brand a').href;
    // A persona is known by its home in every language.
    const homes = [own, ...[...document.querySelectorAll('.langs a')].map((link) => new URL('../index.html', link.href).href)];
    const fill = () => {
      const kept = read();
      form.elements.theme.value = kept.theme ?? '';
      form.elements.text.value = kept.text ?? '';
      if (form.elements.home) form.elements.home.checked = kept.homes?.includes(own) ?? false;
    };
    const chosen = () => ({
      theme: form.elements.theme.value || undefined,
      text: form.elements.text.value || undefined,
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
    note.className = 'again';
    note.textContent = list.dataset.again;
    link.append(' ', note);
    list.prepend(link.parentElement);
  };

  document.addEventListener('DOMContentLoaded', () => {
    document.querySelectorAll('#_preferences').forEach(preferences);
    document.querySelectorAll('.choose[data-again]').forEach(chooser);
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
