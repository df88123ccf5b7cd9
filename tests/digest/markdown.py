"""Where the links of a text lead, and what it cites: a reader of Markdown for these two alone."""

import html
import re

TAG = re.compile(
    r"<([A-Za-z][A-Za-z0-9-]*)"
    r"((?:\s+[^\s\"'<>/=]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+))?)*)\s*/?>"
)
ATTRIBUTE = re.compile(r"([^\s\"'<>/=]+)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+)")
DIRECTIVE = re.compile(r":{1,}([A-Za-z][\w-]*)(\[[^\n]*?\])?\{([^}\n]*)\}")
DEFINITION = re.compile(
    r"^[ >]{0,3}\[(?!\^)((?:[^\[\]\\]|\\.)+)\]:[ \t]*\n?[ \t]*(<[^<>\n]*>|[^\s<]\S*)", re.M
)
CLOSING = re.compile(
    r"(?:\s+(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\)))?\s*\)", re.S
)
MARKER = re.compile(r"([-*+]|\d{1,9}[.)]|\[\^[^\]]+\]:|:)(?=[ \t]|$)")


def mentions(text, directives):
    """Sorted places of destinations, with what each says; and the keys of citations."""
    plain = without_comments(without_code(text))
    found = [*definitions(plain), *inline_links(plain), *in_tags(plain)]
    found += in_directives(plain, directives)
    links, end = [], 0
    for start, stop, dest in sorted(found):
        if start >= end and stop > start:
            links.append((start, stop, dest))
            end = stop
    return links, citations(plain)


def blank(text, start, end):
    return text[:start] + re.sub(r"[^\n]", "\0", text[start:end]) + text[end:]


def without_code(text):
    """The text with NUL for what is code, so that places stay the same."""
    out, fence, at = [], None, 0
    after_blank, lists, code = True, [], False
    for line in re.findall(r"[^\n]*\n|[^\n]+", text):
        body = re.sub(r"^(?:[ ]{0,3}>[ ]?)+", "", line)
        bare = body.strip()
        indent = len(body.expandtabs(4)) - len(body.expandtabs(4).lstrip(" "))
        nul = re.sub(r"[^\n]", "\0", line)
        if fence:
            out.append(nul)
            if bare and set(bare) == {fence[0]} and len(bare) >= len(fence):
                fence = None
            continue
        if not bare:
            out.append(line)
            after_blank = True
            continue
        if after_blank:
            while lists and indent < lists[-1]:
                lists.pop()
        inner = lists[-1] if lists else 0
        if indent >= inner + 4 and (after_blank or code):
            out.append(nul)
            code, after_blank = True, False
            continue
        code = False
        rest = body.lstrip()
        while marker := MARKER.match(rest):
            width = 4 if rest.startswith("[^") else len(marker[1]) + 1
            while lists and indent < lists[-1]:
                lists.pop()
            lists.append(indent + width)
            indent += width
            rest = rest[len(marker[1]) :].lstrip()
        opening = re.match(r"(`{3,})[^`]*$|(~{3,})", rest.rstrip("\n"))
        if opening:
            fence = opening[1] or opening[2]
            out.append(nul)
        else:
            out.append(line)
        after_blank = False
    return without_spans("".join(out))


def without_spans(text):
    at = 0
    while match := re.compile(r"`+").search(text, at):
        run = match[0]
        if is_escaped(text, match.start()):
            at = match.start() + 1
            continue
        paragraph = re.compile(r"\n[ \t>]*\n").search(text, match.end())
        stop = paragraph.start() if paragraph else len(text)
        closing = re.compile(r"(?<!`)" + run + r"(?!`)").search(text, match.end(), stop)
        if closing:
            text = blank(text, match.start(), closing.end())
            at = closing.end()
        else:
            at = match.end()
    return text


def without_comments(text):
    for match in re.finditer(r"<!--.*?(?:-->|$)", text, re.S):
        text = blank(text, match.start(), match.end())
    return text


def meant(written):
    """A destination without its escapes."""
    plain = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", written)
    return html.unescape(plain) if "&" in plain else plain


def is_escaped(text, at):
    before = text[:at]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


def definitions(text):
    known = set()
    for match in DEFINITION.finditer(text):
        label = " ".join(match[1].split()).casefold()
        before = text[: match.start()].rstrip(" >")
        is_apart = before == "" or before.endswith("\n\n") or is_definition_above(before)
        if label in known or match[1].startswith("@") or not is_apart:
            continue
        known.add(label)
        start, end = match.span(2)
        if match[2].startswith("<"):
            start, end = start + 1, end - 1
        yield start, end, meant(text[start:end])


def is_definition_above(before):
    above = before.rstrip("\n").rsplit("\n", 1)[-1]
    return bool(re.match(r"[ >]{0,3}\[(?!\^)[^\]]+\]:", above)) or above.startswith(("#", ":::"))


def inline_links(text):
    for match in re.finditer(r"\]\(", text):
        if is_escaped(text, match.start()) or not is_opened(text, match.start()):
            continue
        place = destination_at(text, match.end())
        if place:
            start, end = place
            yield start, end, meant(text[start:end])


def is_opened(text, at):
    depth = 1
    while at > 0 and depth:
        at -= 1
        if text[at] in "[]" and not is_escaped(text, at):
            depth += 1 if text[at] == "]" else -1
        elif text.startswith("\n\n", at):
            return False
    return depth == 0


def destination_at(text, at):
    at = re.compile(r"\s*").match(text, at).end()
    if text[at : at + 1] == "<":
        end = re.compile(r"[^<>\n]*").match(text, at + 1).end()
        if text[end : end + 1] != ">":
            return None
        start, after = at + 1, end + 1
    else:
        start, end, depth = at, at, 0
        while end < len(text) and text[end] > " ":
            if text[end] == "\\":
                end += 1
            elif text[end] == "(":
                depth += 1
            elif text[end] == ")":
                if not depth:
                    break
                depth -= 1
            end += 1
        after = end
    return (start, end) if CLOSING.match(text, after) else None


SHOWN = {("video", "poster"), ("object", "data")} | {
    (name, key) for name in ("image", "use", "feimage") for key in ("href", "xlink:href")
}


def in_tags(text):
    for tag in TAG.finditer(text):
        name = tag[1].lower()
        for attribute in ATTRIBUTE.finditer(text, tag.start(2), tag.end(2)):
            key, (start, end) = attribute[1].lower(), attribute.span(2)
            if text[start] in "\"'":
                start, end = start + 1, end - 1
            if key == "srcset" and name in ("img", "source"):
                yield from candidates(text, start, end)
            elif (
                key == "src"
                or (key == "href" and name in ("a", "area", "link"))
            ):
                yield trimmed(text, start, end)
            elif (name, key) in SHOWN and text[start:end].strip():
                yield trimmed(text, start, end)


def candidates(text, start, end):
    for match in re.finditer(r"[^,]+", text[start:end]):
        lead = len(match[0]) - len(match[0].lstrip())
        address = re.split(r"[ \n\t]", match[0].lstrip())[0]
        if address and not address.startswith("data:"):
            at = start + match.start() + lead
            yield at, at + len(address), address


def trimmed(text, start, end):
    written = text[start:end]
    start += len(written) - len(written.lstrip())
    dest = written.strip()
    return start, start + len(dest), html.unescape(dest)


def in_directives(text, directives):
    for match in DIRECTIVE.finditer(text):
        links = directives.get(match[1], set())
        for attribute in ATTRIBUTE.finditer(text, match.start(3), match.end(3)):
            if attribute[1] in links:
                start, end = attribute.span(2)
                if text[start] in "\"'":
                    start, end = start + 1, end - 1
                yield trimmed(text, start, end)


CLAIM = re.compile(r"(?<!:):claim(?:\[[^\]]*\])?\{([^}\n]*)\}")
CLAIMS = re.compile(r"^[ \t>]*::claims(?:\{([^}\n]*)\})?[ \t]*$", re.M)


USE = re.compile(r"^[ \t>]*::use\{([^}\n]*)\}[ \t]*$", re.M)


def modules_named(text):
    """The names of modules that a text names."""
    plain = without_comments(without_code(text))
    return {values(match[1]).get("module") for match in USE.finditer(plain)}


def values(attributes):
    pairs = ATTRIBUTE.findall(attributes or "")
    return {key: value.strip("\"'") for key, value in pairs}


def claims_named(text, listed):
    """The ids of claims that a text names; `listed` gives those of a product and a category."""
    plain = without_comments(without_code(text))

    named = {values(match[1]).get("id") for match in CLAIM.finditer(plain)}
    for match in CLAIMS.finditer(plain):
        named |= listed(**values(match[1]))
    return named


def citations(text):
    keys = set()
    for match in re.finditer(r"\[@([^\[\]*`<\\&~|\0]+)\]", text):
        if is_escaped(text, match.start()) or "\n\n" in match[0]:
            continue
        for part in ("@" + match[1]).split(";"):
            part = part.strip()
            key = part[1:].split(",")[0].rstrip()
            if part.startswith("@") and re.fullmatch(r"\w[\w.:/+#-]*", key):
                keys.add(key)
            elif part is match[1]:
                break
    return keys
