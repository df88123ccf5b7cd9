"""Normal forms of texts, files and JSON, and of values that files write in several ways."""

import hashlib
import html
import json
import unicodedata
from urllib.parse import unquote


def lines_composed(text):
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text)


def normal(text):
    lines = []
    for line in lines_composed(text.removeprefix("\ufeff")).split("\n"):
        bare = line.rstrip(" ")
        lines.append(bare + ("  " if len(line) - len(bare) > 1 else ""))
    return "\n".join(lines).rstrip("\n")


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def file_sum(data):
    if b"\0" not in data[:8000]:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return sha256(data)


def canonical(value):
    """RFC 8785 for texts, true, lists and tables: sorted by UTF-16, without spaces."""
    if isinstance(value, dict):
        entries = {lines_composed(name): one for name, one in value.items()}
        names = sorted(entries, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        inner = ",".join(f"{canonical(name)}:{canonical(entries[name])}" for name in names)
        return "{" + inner + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(one) for one in value) + "]"
    if isinstance(value, str):
        value = lines_composed(value)
    return json.dumps(value, ensure_ascii=False)


def table(**entries):
    return {name: one for name, one in entries.items() if one not in ("", [], {}, None, False)}


def as_text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def as_list(value):
    if value is None or value == "":
        return []
    return [as_text(one) for one in value] if isinstance(value, list) else [as_text(value)]


def characters(text):
    """The characters that references such as &amp; mean, where they end with their semicolon."""
    parts = text.split("&")
    whole = parts[0]
    for part in parts[1:]:
        name, semicolon, rest = part.partition(";")
        meant = html.unescape(f"&{name};") if semicolon else ""
        whole += meant + rest if semicolon and meant != f"&{name};" else "&" + part
    return whole


def has_scheme(dest):
    name, colon, _ = dest.partition(":")
    return bool(colon) and name[:1].isascii() and name[:1].isalpha() and all(
        c.isascii() and (c.isalnum() or c in "+-.") for c in name
    )


def decode(text):
    try:
        return unicodedata.normalize("NFC", unquote(text, errors="strict"))
    except UnicodeDecodeError:
        return text


def join(folder, target):
    parts = [] if target.startswith("/") else [part for part in folder.split("/") if part]
    for part in target.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
