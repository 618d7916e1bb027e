"""Where the plain secrets of a rendered Secret are written; found before the values are dropped.

Only names and places leave this module.
"""

import base64
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from auditor.argocd.plain_values import PlainValue, plain_values
from auditor.argocd.secret_words import is_sensitive

_LIMIT: Final = 2_000_000
"""Bytes of a file beyond which nobody writes a password into it by hand."""
_ACTION: Final = re.compile(r"\{\{[^{}]{0,1000}\}\}")
_QUOTED: Final = re.compile(r'"[^"]*"')
_ALL: Final = 50_000_000
"""Bytes of all files of a folder that are looked into."""
_TEXTS: Final = frozenset(
    (".yaml", ".yml", ".json", ".tpl", ".env", ".txt", ".properties", ".toml", ".ini", "")
)


def remark(job: Mapping[str, Any], objects: Sequence[dict[str, Any]]) -> None:
    """Add `plain` to the entries of Secrets with plain secrets that their sources hold.

    An item has `key` (pointer below the object), `form`, `path` and `line` of where it is written,
    and `is_default` where that is the chart and nothing the Application gives.
    """
    texts: list[tuple[str, str, bool]] = []
    for entry in objects:
        values = list(plain_values(entry["manifest"]))
        if not values:
            continue
        # files are read at the first Secret that asks for them, most have none
        texts = texts or list(_inputs(job))
        own = [text for text in texts if job["type"] != "Directory" or text[0] == entry["template"]]
        if found := [place for value in values if (place := _placed(value, own))]:
            entry["plain"] = found


def _placed(value: PlainValue, texts: Iterable[tuple[str, str, bool]]) -> dict[str, Any] | None:
    wanted = _pattern(value.needle)
    hits = [
        (*_rank(_distance(line, value, wanted), is_default=is_default), order, path, number)
        for order, (path, text, is_default) in enumerate(texts)
        if wanted.search(text)
        for number, line in enumerate(map(_literal, text.splitlines()), 1)
        if wanted.search(line)
    ]
    if not hits:
        return None  # made up while rendering, or put together from parts
    _, is_default, _, _, path, number = min(hits)
    return {
        "key": f"/{value.part}/{_escaped(value.key)}",
        "form": value.form,
        "path": path,
        "line": number,
        "is_default": is_default,
    }


def _rank(distance: int, *, is_default: bool) -> tuple[bool, bool, int]:
    """Prefer what the Application gives, but never a mere word of it: `gitea` is also a host."""
    return distance > 1, is_default, distance


def _literal(line: str) -> str:
    """Return a line of a template without names of values; texts in quotes stay."""
    return _ACTION.sub(lambda found: " ".join(_QUOTED.findall(found[0])), line)


def _distance(line: str, value: PlainValue, wanted: re.Pattern[str]) -> int:
    """Rank a line: it names the key, it names a key like it, or it only has the same word."""
    key, _, rest = line.partition("=" if "=" in line.partition(":")[0] else ":")
    if not wanted.search(rest):
        return 3
    if value.key in key:
        return 0
    is_all = wanted.fullmatch(rest.strip(" \t\"',}"))
    return 1 if is_all and is_sensitive(key) else 2


def _inputs(job: Mapping[str, Any]) -> Iterator[tuple[str, str, bool]]:
    """Yield path, text and whether it is the chart's, what wins first."""
    match job["type"]:
        case "Helm":
            for name, text, _ in reversed(job["set"]):
                yield f"helm.parameters {name}", f"{name.rpartition('.')[2]}: {text}", False
            for file in reversed(job["values"]):
                yield file["path"], _text_of(file), False
            chart = Path(job["chart"])
            for path, text in _files(chart):
                yield os.path.normpath(f"{job['path']}/{path}"), text, True
        case "Kustomize":
            root = Path(job["root"])
            for folder in job["inputs"]:
                for path, text in _files(root / folder):
                    yield os.path.normpath(f"{folder}/{path}"), text, False
        case _:
            for path, data in job["files"]:
                yield path, data.decode("utf-8", "replace"), False


def _text_of(file: Mapping[str, Any]) -> str:
    if "object" in file:
        return msgspec.json.format(msgspec.json.encode(file["object"])).decode()
    return str(file["text"])


def _files(folder: Path) -> Iterator[tuple[str, str]]:
    left = _ALL
    for path in sorted(folder.rglob("*")):
        if path.suffix not in _TEXTS or path.is_symlink() or not path.is_file():
            continue
        size = path.stat().st_size
        left -= size
        if size <= _LIMIT and left > 0:
            yield str(path.relative_to(folder)), path.read_text("utf-8", "replace")


def _pattern(needle: str) -> re.Pattern[str]:
    """Match the secret as a word of its own, as it is or encoded."""
    encoded = base64.b64encode(needle.encode()).decode()
    spellings = "|".join(re.escape(spelling) for spelling in (needle, encoded))
    return re.compile(rf"(?<![\w-])(?:{spellings})(?![\w-])")


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
