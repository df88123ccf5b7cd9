"""A hub as its files say it: its pages and their ids, its files, and where links lead."""

import os
import tomllib
import unicodedata

from forms import as_list, as_text, decode, file_sum, has_scheme, join
from front import read_page, read_toml
from sources import entry_sources

BUILT_IN = os.path.join(os.path.dirname(__file__), "..", "..", "themes", "default")
FOLDERS = ("content", "static", "personas", "products", "claims", "modules", "templates", "themes")


class Hub:
    def __init__(self, folder):
        self.folder = folder
        self.files = sorted(self._list())
        self.config = read_toml(self.read("hub.toml"))
        self.languages = as_list(self.config["languages"])
        self.markets = self.config.get("markets", [])
        self.personas = self._cards("personas")
        self.products = self._cards("products")
        self.claims = self._claims()
        self.references = entry_sources(self.text("references.bib"), self.text("references.yaml"))
        self.directives = self._directives()
        self.sums = {}
        self._find_pages()

    def _list(self):
        for folder, folders, files in os.walk(self.folder):
            below = os.path.relpath(folder, self.folder)
            folders[:] = [name for name in folders if not name.startswith(".")]
            if below == ".":
                folders[:] = [name for name in folders if name in FOLDERS]
            for name in files:
                if not name.startswith("."):
                    yield name if below == "." else f"{below}/{name}"

    def read(self, path):
        with open(os.path.join(self.folder, path), "rb") as file:
            return file.read()

    def text(self, path):
        return self.read(path).decode() if path in self.files else ""

    def sum(self, path):
        if path not in self.sums:
            self.sums[path] = file_sum(self.read(path))
        return self.sums[path]

    def _cards(self, folder):
        cards = {}
        for path in self.files:
            if os.path.dirname(path) == folder and path.endswith(".toml"):
                try:
                    cards[path[len(folder) + 1 : -5]] = read_toml(self.read(path))
                except (tomllib.TOMLDecodeError, UnicodeDecodeError):
                    continue
        return cards

    def _claims(self):
        claims = {}
        for path in self.files:
            if path.startswith("claims/") and path.endswith(".toml"):
                for name, claim in read_toml(self.read(path)).items():
                    claims.setdefault(name, claim)
        return claims

    def theme_folders(self):
        return (f"themes/{self.config.get('theme', 'default')}", "templates")

    def _directives(self):
        """By name: the attributes that are addresses."""
        manifests = [open(os.path.join(BUILT_IN, "theme.toml"), "rb").read()]
        for folder in self.theme_folders():
            if f"{folder}/theme.toml" in self.files:
                manifests.append(self.read(f"{folder}/theme.toml"))
        found = {}
        for manifest in manifests:
            for name, one in read_toml(manifest).get("directives", {}).items():
                attributes = one.get("attributes", {}).items()
                links = {key for key, what in attributes if what.get("type") in ("link", "image")}
                for known in [name, *as_list(one.get("aliases"))]:
                    found[known] = links
        return found

    def local(self, text, lang):
        """A text in a language: its own, or that of the first language that has one."""
        if not isinstance(text, dict):
            return "" if text is None else as_text(text)
        for code in [lang, *self.languages]:
            if code in text:
                return as_text(text[code])
        return ""

    # Pages and what links mean.

    def _find_pages(self):
        self.pages, self.assets, self.modules, defaults = {}, {}, {}, {}
        for path in self.files:
            top, _, below = path.partition("/")
            below = unicodedata.normalize("NFC", below)
            is_page = below.lower().endswith((".md", ".markdown"))
            if top == "content" and below.endswith("_defaults.toml"):
                defaults[os.path.dirname(below)] = read_toml(self.read(path))
            elif top == "content" and is_page:
                key, lang = self._named(below)
                self.pages.setdefault(key, {}).setdefault(lang, path)
            elif top == "modules" and is_page:
                key, lang = self._named(below)
                source = self.read(path).decode(errors="replace")
                read = read_page(source.replace("\r\n", "\n").replace("\r", "\n"))
                self.modules.setdefault(key, {}).setdefault(lang, (path, *read))
            elif top == "modules":
                self.assets.setdefault(("content", f"modules/{below}"), path)
            elif top in ("content", "static"):
                self.assets.setdefault((top, below), path)
        self.fronts = {}
        for key, files in self.pages.items():
            for lang, path in files.items():
                source = self.read(path).decode(errors="replace")
                front, text = read_page(source.replace("\r\n", "\n").replace("\r", "\n"))
                self.fronts[path] = (self._effective(key, front, defaults), text)
        self.ids = {key: self._id(key) for key in self.pages}
        self.indexes = {}
        for key in self.pages:
            folder, _, name = key.rpartition("/")
            ranks = ["index", "_index", "readme"]
            if folder and name.lower() in ranks:
                own = (ranks.index(name.lower()), key)
                self.indexes[folder] = min(own, self.indexes.get(folder, own))

    def _named(self, below):
        """The key and the language that a file's name says."""
        stem = below[: below.rindex(".")]
        before, _, suffix = stem.rpartition("/")[2].rpartition(".")
        if before and suffix in self.languages:
            return stem[: -len(suffix) - 1], suffix
        return stem, self.languages[0]

    def _effective(self, key, front, defaults):
        other = {"personas": "persona", "stage": "stages", "summary": "description"}
        folder, chain = os.path.dirname(key), [front]
        while True:
            if folder in defaults:
                chain.append(defaults[folder])
            if not folder:
                break
            folder = os.path.dirname(folder)
        effective = {}
        for name in ("id", "title", "summary", "kind", "product", "image", "personas", "markets", "stage"):
            for one in chain:
                value = one.get(name, one.get(other.get(name)))
                if value is not None:
                    if value not in ("", []):
                        effective[name] = value
                    break
                if name in one:
                    break
        return effective

    def _id(self, key):
        files = self.pages[key]
        default = files.get(self.languages[0])
        order = [default] if default else [files[lang] for lang in self.languages if lang in files]
        for path in order:
            if self.fronts[path][0].get("id"):
                return as_text(self.fronts[path][0]["id"])
        return key

    def find_page(self, joined):
        if joined in self.pages:
            return joined
        if joined in self.indexes:
            return self.indexes[joined][1]
        for ending in (".md", ".markdown", ".html"):
            if joined.endswith(ending):
                stem = joined[: -len(ending)]
                base, _, suffix = stem.rpartition(".")
                if stem in self.pages:
                    return stem
                return base if suffix in self.languages and base in self.pages else None
        return None

    def find(self, joined):
        page = self.find_page(joined)
        if page is not None:
            return ("page", page)
        for top in ("content", "static"):
            if (top, joined) in self.assets:
                return ("file", self.assets[(top, joined)])
        return None

    def destination(self, key, dest):
        """What stands for a destination on the page of a key; None: it stays as written."""
        if not dest or dest.startswith(("#", "//")) or has_scheme(dest) or "\\" in dest:
            return None
        rest, _, fragment = dest.partition("#")
        target, _, query = rest.partition("?")
        if not target:
            return None
        joined = join(os.path.dirname(key), decode(target))
        if not joined:
            return None
        found = self.find(joined) or self.find_folded(joined)
        if found is None:
            return None
        what, name = found
        if what == "file":
            return f"file:{self.sum(name)}{dest[len(target):]}"
        query = f"?{query}" if query else ""
        fragment = f"#{decode(fragment)}" if fragment else ""
        return f"page:{self.ids[name]}{query}{fragment}"

    def destination_in(self, path, dest):
        """The same for a link in a module."""
        target = dest.partition("#")[0].partition("?")[0]
        if target and not target.startswith("/") and not has_scheme(dest):
            joined = join(os.path.dirname(path), target)
            if joined is not None:
                below = joined.removeprefix("content/")
                below = below if below != joined else joined.removeprefix("static/")
                dest = f"/{below}{dest[len(target):]}"
        return self.destination("", dest)

    def find_folded(self, joined):
        """Whatever the case; of names that differ in case alone the last counts."""
        beside = [below for top, below in self.assets if top == "content"]
        static = [below for top, below in self.assets if top == "static"]
        folded = {name.lower(): name for name in [*sorted(self.pages), *beside, *static]}
        lower = joined.lower()
        name = folded.get(lower) or folded.get(lower.removesuffix(".md"))
        return self.find(name) if name else None
