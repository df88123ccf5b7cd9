"""The digests of a hub's items, worked out from its files by docs/digest.md alone.

A second implementation: it shares nothing with the program, so that what both come to is what the
description says. Python 3.11 and its standard library are enough.

    python3 digest.py HUB...

prints a JSON list with one list of items for each hub. Pages that the program finds errors in are
among them: what is wrong with a page is not for a digest to say.
"""

import json
import sys

from forms import as_list, as_text, canonical, characters, normal, sha256, table
from front import read_toml
from hub import Hub
from markdown import claims_named, mentions, modules_named


class Items(Hub):
    """The items of a hub, and the parts of each."""

    def scopes(self):
        if not self.markets:
            return [(lang, None) for lang in self.languages]
        return [(lang, one["id"]) for one in self.markets for lang in as_list(one["languages"])]

    def items(self):
        for key, files in sorted(self.pages.items()):
            for lang, path in files.items():
                markets = as_list(self.fronts[path][0].get("markets"))
                for own, market in self.scopes():
                    if own == lang and (not markets or market is None or market in markets):
                        parts = self.page_parts(key, path, lang, market)
                        yield self.item(self.ids[key], lang, market, parts)
        for lang, market in self.scopes():
            for name, claim in self.claims.items():
                if self.is_shown(claim, market) and self.own(claim.get("text"), lang):
                    parts = {}
                    self.add_claim(parts, name, lang, market)
                    yield self.item(f"claim:{name}", lang, market, texts_of(parts))
            for name in self.modules:
                parts = {}
                self.add_module(parts, name, lang, market)
                if parts:
                    yield self.item(f"module:{name}", lang, market, texts_of(parts))
            yield self.item("@site", lang, market, {"texts": canonical(self.site_texts(lang))})

    def item(self, name, lang, market, parts):
        sums = {part: sha256(source.encode()) for part, source in parts.items()}
        named = {"item": name, "lang": lang, "market": market or "*", "parts": sums}
        # The one number.
        whole = canonical(named)[:-1] + ',"v":1}'
        return {**named, "digest": "content-1:" + sha256(whole.encode()), "sources": parts}

    def is_targeted(self, card):
        segments = {one.get("id"): one for one in self.config.get("segments", [])}
        return segments.get(card.get("segment"), {}).get("targeted", True) is not False

    def page_parts(self, key, path, lang, market):
        front, source = self.fronts[path]
        image = as_text(front.get("image", ""))
        parts = {
            "front": table(
                title=characters(as_text(front.get("title", ""))).strip(),
                summary=characters(as_text(front.get("summary", ""))),
                kind=as_text(front.get("kind", "info")),
                product=sorted(set(as_list(front.get("product")))),
                image=self.destination(key, image) or image,
            )
        }
        parts["audience"] = self.audience(as_list(front.get("personas")))
        self.add_products(parts, as_list(front.get("product")), lang, market)
        parts["text"] = self.text_named(source, lambda dest: self.destination(key, dest))
        self.add_uses(parts, source, lang, market)
        texts = [one for name, one in parts.items() if name == "text" or name.startswith("module:")]
        if any("stage=" in text for text in texts):
            parts["stage"] = as_list(front.get("stage"))
        return texts_of(parts)

    def text_named(self, source, destination):
        """A text with names for where its links lead, in its normal form."""
        named, done = [], 0
        for start, end, dest in mentions(source, self.directives)[0]:
            to = destination(dest)
            if to is not None:
                named += [source[done:start], to]
                done = end
        return normal("".join(named) + source[done:])

    def add_uses(self, parts, source, lang, market):
        """What a text cites, and what it uses of what was written once."""
        self.add_references(parts, mentions(source, self.directives)[1])
        for name in claims_named(source, lambda **wanted: self.listed(lang, **wanted)):
            if name in self.claims and self.is_shown(self.claims[name], market):
                self.add_claim(parts, name, lang, market)
        for name in modules_named(source):
            self.add_module(parts, name, lang, market)

    def add_module(self, parts, name, lang, market):
        path, front, source = self.modules.get(name, {}).get(lang, (None, {}, ""))
        front = self.narrowed(name, front)
        part = f"module:{name}"
        if path and part not in parts and self.is_shown(front, market):
            parts[part] = self.text_named(source, lambda dest: self.destination_in(path, dest))
            personas = front["personas"]
            if "all" not in personas:
                parts[f"audience:{name}"] = self.audience(personas)
            self.add_uses(parts, source, lang, market)

    def narrowed(self, name, front):
        """What a translation of a module says, as far as the default language allows it."""

        def said(front):
            personas = as_list(front.get("personas", front.get("persona", "all")))
            return personas, as_list(front.get("markets"))

        (personas, markets), original = said(front), self.modules.get(name, {})
        allowed, there = said(original.get(self.languages[0], (None, {}, ""))[1])
        if "all" not in allowed:
            is_all = "all" in personas
            personas = allowed if is_all else [one for one in personas if one in allowed]
        if there:
            markets = [one for one in markets or there if one in there]
        return {"personas": personas, "markets": markets}

    def add_references(self, parts, keys):
        for key in set(keys) & self.references.keys():
            parts[f"reference:{key}"] = self.references[key]

    def add_products(self, parts, ids, lang, market):
        for name in set(ids) & self.products.keys():
            parts[f"product:{name}"] = self.product(self.products[name], lang, market)

    def add_claim(self, parts, name, lang, market):
        claim = self.claims[name]
        cites = as_list(claim.get("references"))
        parts[f"claim:{name}"] = table(
            text=self.own(claim.get("text"), lang) or "",
            variations=as_list(self.own(claim.get("variations"), lang)),
            footnote=self.own(claim.get("footnote"), lang) or "",
            references=cites,
        )
        self.add_references(parts, [cite.split(",")[0].strip().lstrip("@") for cite in cites])
        self.add_products(parts, as_list(claim.get("product")), lang, market)

    def listed(self, lang, product="", category=""):
        return {
            name
            for name, claim in self.claims.items()
            if self.own(claim.get("text"), lang)
            and product in ("", claim.get("product", ""))
            and category in ("", claim.get("category", ""))
        }

    def is_shown(self, once, market):
        markets = as_list(once.get("markets"))
        return not markets or market is None or market in markets

    def own(self, value, lang):
        """What a claim says in a language; without a table, in the default one."""
        if isinstance(value, dict):
            return value.get(lang)
        return value if lang == self.languages[0] else None

    def audience(self, personas):
        names = set()
        for name, card in self.personas.items():
            if self.is_targeted(card) and ("all" in personas or name in personas):
                names |= set(as_list(card.get("profession")) or [name])
        return sorted(names)

    def product(self, card, lang, market):
        def is_here(markets):
            return not markets or market is None or market in markets

        def information(pi):
            one = {name: self.local(value, lang) for name, value in pi.items()}
            if pi.get("file") in self.files:
                one["file"] = "file:" + self.sum(pi["file"])
            return table(**one)

        indications = card.get("indications", [])
        indications = [one for one in indications if is_here(as_list(one.get("markets")))]
        pi = card.get("pi", {})
        return table(
            name=as_text(card.get("name", "")),
            inn=as_text(card.get("inn", "")),
            other_names=as_list(card.get("other_names")),
            additional_monitoring=card.get("additional_monitoring", False),
            indications=[self.local(one["text"], lang) for one in indications],
            isi=self.local(card.get("isi"), lang),
            boxed_warning=self.local(card.get("boxed_warning"), lang),
            pi={name: information(one) for name, one in pi.items() if is_here([name])},
        )

    def site_texts(self, lang):
        texts = {}

        # Of two tables with one id, which is an error, the first stands.
        def add(path, text):
            texts.setdefault(path, self.local(text, lang))

        def cta(path, holder):
            if "cta" in holder:
                add(f"{path}.cta.label", holder["cta"].get("label"))
                add(f"{path}.cta.to", holder["cta"].get("to"))

        for name in ("title", "company", "intro"):
            add(f"hub.{name}", self.config.get(name))
        for at, link in enumerate(self.config.get("links", [])):
            add(f"hub.links.{at}.label", link.get("label"))
            add(f"hub.links.{at}.to", link.get("to"))
        for at, notice in enumerate(self.config.get("notices", [])):
            add(f"hub.notices.{at}.text", notice.get("text"))
            add(f"hub.notices.{at}.kind", notice.get("kind"))
        for segment in self.config.get("segments", []):
            if segment.get("targeted", True):
                add(f"hub.segments.{segment['id']}.label", segment.get("label"))
        for stage in self.config.get("stages", []):
            add(f"hub.stages.{stage['id']}.label", stage.get("label"))
            cta(f"hub.stages.{stage['id']}", stage)
        for name, card in self.personas.items():
            if self.is_targeted(card):
                add(f"personas.{name}.label", card.get("label"))
                add(f"personas.{name}.description", card.get("description"))
                cta(f"personas.{name}", card)
                for need in card.get("needs", []):
                    add(f"personas.{name}.needs.{need['id']}.text", need.get("text"))
        tone = self.config.get("site", {}).get("tone_of_address", "formal")
        for code in dict.fromkeys([lang.split("-")[0], lang]):
            for folder in self.theme_folders():
                path = f"{folder}/strings/{code}.toml"
                if path in self.files:
                    add_strings(texts, read_toml(self.read(path)), tone)
        return table(**texts)


def texts_of(parts):
    """What of each part is hashed: a text as it is, values as JSON."""
    return {
        name: part if isinstance(part, str) else canonical(part) for name, part in parts.items()
    }


def add_strings(texts, strings, tone):
    for key, text in strings.items():
        if isinstance(text, str):
            texts[f"strings.{key}"] = text
        elif key != "informal" and isinstance(text, dict):
            texts.update({f"strings.{key}.{form}": one for form, one in text.items()})
    if tone == "informal" and isinstance(strings.get("informal"), dict):
        add_strings(texts, strings["informal"], "formal")


def main():
    sys.stdout.reconfigure(encoding="utf-8")
    hubs = [list(Items(folder).items()) for folder in sys.argv[1:]]
    json.dump(hubs, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
