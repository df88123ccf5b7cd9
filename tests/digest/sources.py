"""The sources of references: BibLaTeX entries, and those of YAML."""

import re


def joined(text):
    return " ".join(text.split())


def entry_sources(bib, yaml):
    """By key: the entry as one line, and what it draws on."""
    found = {}
    for key, one in [*of_bib(bib).items(), *of_yaml(yaml).items()]:
        found.setdefault(key, one)
    return found


def blocks(text):
    """Every `@kind{...}` with its kind and what is between its braces."""
    at = 0
    while match := re.compile(r"(?m)@\s*(\w+)\s*\{").search(text, at):
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        depth, end = 1, match.end()
        while end < len(text) and depth:
            if text[end] == "\\":
                end += 1
            elif text[end] in "{}":
                depth += 1 if text[end] == "{" else -1
            end += 1
        if "%" in line:
            at = match.end()
            continue
        yield match[1].lower(), text[match.start() : end], text[match.end() : end - 1]
        at = end


def of_bib(text):
    strings, entries = {}, {}
    for kind, whole, inner in blocks(text):
        if kind == "string":
            for name, value in fields(inner):
                strings[name.lower()] = (f"{name} = {abbreviated(value)}", value)
        elif kind not in ("preamble", "comment"):
            key, _, rest = inner.partition(",")
            entries.setdefault(key.strip(), (joined(whole), fields(rest)))
    found = {}
    for key, (whole, own) in entries.items():
        drawn = drawn_on(key, own, entries, strings)
        found[key] = {"source": whole, **({"with": sorted(drawn)} if drawn else {})}
    return found


def fields(text):
    """Names and values; a value is a list of pieces, in braces or quotes, or bare."""
    found = []
    pattern = re.compile(r'\s*([\w:-]+)\s*=\s*')
    at = 0
    while match := pattern.match(text, at):
        pieces, at = [], match.end()
        while True:
            piece, at = value_piece(text, at)
            pieces.append(piece)
            more = re.compile(r"\s*#\s*").match(text, at)
            if not more:
                break
            at = more.end()
        found.append((match[1], pieces))
        comma = re.compile(r"\s*,?\s*(?:%[^\n]*\n\s*)*").match(text, at)
        at = comma.end()
    return found


def value_piece(text, at):
    if text[at : at + 1] == "{":
        depth, end = 1, at + 1
        while end < len(text) and depth:
            if text[end] == "\\":
                end += 1
            elif text[end] in "{}":
                depth += 1 if text[end] == "{" else -1
            end += 1
        return (text[at + 1 : end - 1], False), end
    if text[at : at + 1] == '"':
        end = at + 1
        while end < len(text) and text[end] != '"':
            end += 2 if text[end] == "\\" else 1
        return (text[at + 1 : end], False), end + 1
    word = re.compile(r"[^\s,#}]+").match(text, at)
    bare = word[0] if word else ""
    return (bare, not bare.isdigit()), at + len(bare)


def abbreviated(pieces):
    return joined(" # ".join(text if is_name else "{" + text + "}" for text, is_name in pieces))


def drawn_on(key, own, entries, strings):
    drawn, known, waiting = set(), {key}, [own]
    while waiting:
        for name, pieces in waiting.pop():
            for text, is_abbreviation in pieces:
                if is_abbreviation:
                    found = strings.get(text.lower())
                    if found and text not in known:
                        known.add(text)
                        drawn.add(found[0])
                        waiting.append([("", found[1])])
                elif name.lower() in ("crossref", "xdata"):
                    for other in (part.strip() for part in text.split(",")):
                        if other in entries and other not in known:
                            known.add(other)
                            drawn.add(entries[other][0])
                            waiting.append(entries[other][1])
    return drawn


def of_yaml(text):
    found = {}
    starts = [match.start() for match in re.finditer(r"(?m)^[^\s#-][^\n]*:", text)]
    for start, end in zip(starts, [*starts[1:], len(text)]):
        lines = text[start:end].rstrip().split("\n")
        while lines and lines[-1].lstrip().startswith("#"):
            lines.pop()
            while lines and not lines[-1].strip():
                lines.pop()
        whole = "\n".join(lines)
        found.setdefault(whole.split(":")[0].strip().strip("\"'"), {"source": joined(whole)})
    return found
