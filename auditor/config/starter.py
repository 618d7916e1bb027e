"""A first `auditor.toml`, from what was found: the selectors that matched, and how often."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from auditor.config.mistakes import dotted
from auditor.config.strings import quoted
from auditor.config.write import literal

SELECTORS: Final[Mapping[str, str]] = {
    "label": "labels",
    "namespace": "namespaces",
    "cluster": "clusters",
    "name": "names",
    "project": "projects",
    "path": "paths",
}
"""Code of a reason for an environment → key of the configuration."""


@dataclass(frozen=True, slots=True)
class Match:
    """That a selector of an environment matched an Application."""

    environment: str
    code: str
    """A key of SELECTORS."""
    pattern: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a configuration is begun from."""

    system: str
    language: str
    zone: str
    tiers: Mapping[str, str]
    """Tier of each environment that has Applications, the most important first."""
    aliases: Mapping[str, tuple[str, ...]]
    """Further words for each environment on the command line."""
    matches: tuple[Match, ...]
    unassigned: tuple[str, ...]
    """Applications that no environment claims."""
    repositories: Mapping[str, str]
    """URL to path, of those that were read."""
    unread: Mapping[str, int]
    """URL to the number of Applications that name it, of repositories that were not given."""


def starter(found: Found, comments: Mapping[str, str]) -> str:
    """Return the file; `comments` are its words in one language, by name."""
    return "\n".join(_lines(found, comments)) + "\n"


def _lines(found: Found, comments: Mapping[str, str]) -> Iterator[str]:
    yield from _comment(comments["head"])
    yield ""
    yield f'fail_at = "high"  # {comments["fail_at"]}'
    yield f"allow_gaps = false  # {comments['allow_gaps']}"
    yield ""
    yield "[report]"
    yield f"system = {literal(found.system)}  # {comments['system']}"
    yield f"language = {literal(found.language)}"
    yield f"timezone = {literal(found.zone)}"
    if found.tiers:
        yield ""
        yield from _comment(comments["environments"])
    for environment, tier in found.tiers.items():
        yield from _environment(environment, tier, found, comments)
    if found.unassigned:
        yield ""
        names = ", ".join(found.unassigned[:20]) + (", …" if found.unassigned[20:] else "")
        # a name is whatever a file says, and a comment ends with its line
        yield from _comment(comments["unassigned"].format(names=quoted(names)[1:-1]))
    if found.repositories or found.unread:
        yield ""
        yield from _comment(comments["repositories"])
        yield "[repositories]"
    for url, path in found.repositories.items():
        yield f"{dotted((url,))} = {literal(path)}"
    for url, count in found.unread.items():
        yield f'# {dotted((url,))} = "../PATH"  # {comments["unread"].format(n=count)}'


def _environment(
    environment: str, tier: str, found: Found, comments: Mapping[str, str]
) -> Iterator[str]:
    counts: dict[str, Counter[str]] = {}
    for match in found.matches:
        if match.environment == environment:
            counts.setdefault(match.code, Counter())[match.pattern] += 1
    yield ""
    yield f"[environments.{dotted((environment,))}]"
    yield f"tier = {literal(tier)}"
    if aliases := found.aliases.get(environment):
        yield f"aliases = {literal(aliases)}"
    for code, key in SELECTORS.items():
        if code in counts:
            told = comments["matched"].format(n=counts[code].total())
            yield f"{key} = {literal(sorted(counts[code]))}  # {told}"


def _comment(text: str) -> Iterator[str]:
    for line in text.strip().splitlines():
        yield f"# {line}".rstrip()
