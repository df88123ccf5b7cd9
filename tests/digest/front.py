"""Front matter and TOML. Of YAML as much as front matter needs: keys with texts and lists."""

import datetime
import re
import tomllib


def read_toml(data):
    return tomllib.loads(data.decode().removeprefix("\ufeff").replace("\r\n", "\n"))


def read_page(text):
    """The keys and the text of a page; the text is what stands behind the line that ends them."""
    text = text.removeprefix("\ufeff")
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    fence = lines[0].rstrip() if lines else ""
    if fence not in ("+++", "---"):
        return {}, text
    for at, line in enumerate(lines[1:], 1):
        ends = line.rstrip() == fence or (fence == "---" and line.rstrip() == "..." and at > 1)
        if not ends:
            continue
        keys = "".join(lines[1:at]).replace("\r\n", "\n")
        after = at + 1
        if line.rstrip() == "..." and lines[after : after + 1] and lines[after].rstrip() == fence:
            after += 1
        body = "".join(lines[after:])
        try:
            return (read_yaml(keys) if fence == "---" else tomllib.loads(keys)), body
        except tomllib.TOMLDecodeError:
            return {}, body
    return {}, text


def read_yaml(text):
    """A mapping of texts, numbers and lists; what is nested deeper is left out."""
    keys, key = {}, None
    for line in text.split("\n"):
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        if line[0] in " -":
            if key and bare.startswith("- "):
                held = keys.get(key)
                keys[key] = (held if isinstance(held, list) else []) + [scalar(bare[2:])]
            continue
        key, colon, value = line.partition(":")
        if colon:
            keys[key.strip()] = flow(value.strip())
    return keys


def flow(value):
    value = uncommented(value)
    if value.startswith("[") and value.endswith("]"):
        inner = re.findall(r'"(?:[^"\\]|\\.)*"|\'(?:[^\']|\'\')*\'|[^,]+', value[1:-1])
        return [scalar(one) for one in inner if one.strip()]
    return scalar(value)


def uncommented(value):
    if value[:1] in "\"'":
        quote = value[:1]
        end = re.match(r'"(?:[^"\\]|\\.)*"' if quote == '"' else r"'(?:[^']|'')*'", value)
        return end.group(0) if end else value
    return re.split(r"\s#", value)[0].strip()


def scalar(value):
    value = uncommented(value.strip())
    if value.startswith('"') and value.endswith('"') and len(value) > 1:
        return re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m[1], m[1]), value[1:-1])
    if value.startswith("'") and value.endswith("'") and len(value) > 1:
        return value[1:-1].replace("''", "'")
    if value in ("", "null", "~"):
        return ""
    return value
