"""Which environment a name, a path or a label speaks of, by the words people use."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

PRODUCTION: Final = "production"
STAGING: Final = "staging"
DEVELOPMENT: Final = "development"

_SEPARATORS: Final = re.compile(r"[-_.]+")
_KEYS: Final = frozenset({"environment", "env"})


@dataclass(frozen=True, slots=True)
class Words:
    """The words of each environment; equal to the defaults by which Applications are assigned."""

    production: tuple[str, ...] = ("prod", "production", "prd")
    staging: tuple[str, ...] = ("stg", "stage", "staging", "uat", "preprod", "pre-prod", "qa")
    development: tuple[str, ...] = ("dev", "development", "develop", "test", "sandbox", "preview")
    shared: tuple[str, ...] = ("devops-tools", "shared", "common", "tools", "platform", "infra")

    def __hash__(self) -> int:
        """Return a hash that is quick: names are looked up by it a hundred thousand times."""
        return hash(self.production)


@lru_cache(maxsize=1 << 15)
def of_name(name: str, words: Words) -> str:
    """Return the one environment a name speaks of; empty where it is none, several, or shared.

    Words of development only count at the end: `test-runner` and `preview-images` are things.
    """
    tokens = _tokens(name, words)
    if not tokens or name in words.shared or tokens[-1] in words.shared:
        return ""
    found = {_meaning(token, words) for token in tokens} - {""}
    if found != {DEVELOPMENT}:
        found.discard(DEVELOPMENT)
    if len(found) != 1 or (found == {DEVELOPMENT} and not _meaning(tokens[-1], words)):
        return ""
    return found.pop()


@lru_cache(maxsize=1 << 15)
def of_path(path: str, words: Words) -> str:
    """Return the one environment that folders or the file's name speak of, else an empty text."""
    *folders, file = path.strip("/").split("/")
    stem = file.rsplit(".", 1)[0] if file.endswith((".yaml", ".yml", ".json")) else file
    found = {_meaning(folder, words) for folder in folders} | {of_name(stem, words)}
    found.discard("")
    return found.pop() if len(found) == 1 else ""


def of_labels(labels: Mapping[str, object], words: Words) -> str:
    """Return what a label `env` or `environment`, under any prefix, says."""
    found = {_meaning(text.partition("=")[2], words) for text in environment_labels(labels)}
    found.discard("")
    return found.pop() if len(found) == 1 else ""


def environment_labels(labels: Mapping[str, object]) -> tuple[str, ...]:
    """Return the labels that name an environment, as `key=value`."""
    return tuple(
        f"{key}={value}" for key, value in labels.items() if key.rpartition("/")[2] in _KEYS
    )


def is_crossing(one: str, other: str) -> bool:
    """Tell whether exactly one of two environments is production, and the other is known."""
    return bool(one and other) and one != other and PRODUCTION in (one, other)


def _meaning(token: str, words: Words) -> str:
    if token in words.production:
        return PRODUCTION
    if token in words.staging:
        return STAGING
    return DEVELOPMENT if token in words.development else ""


def _tokens(name: str, words: Words) -> list[str]:
    """Split a name at its separators, but keep words that have one themselves."""
    return list(_kept(name.lower(), [w for w in words.staging if _SEPARATORS.search(w)]))


def _kept(name: str, compound: list[str]) -> Iterator[str]:
    for word in compound:
        before, found, after = name.partition(word)
        if found:
            yield from (part for part in _SEPARATORS.split(before) if part)
            yield word
            yield from (part for part in _SEPARATORS.split(after) if part)
            return
    yield from (part for part in _SEPARATORS.split(name) if part)
