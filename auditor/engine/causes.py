"""One cause and its effects: findings that share a root are reported together."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from auditor.engine.result import Cause
from auditor.findings import Basis, Finding, Key

OPTION: Final = "option"
_SOURCE: Final = re.compile(r"/spec/(?:sourceHydrator|sources/\d+|source)(?=/|\Z)")


@dataclass(frozen=True, slots=True)
class Link:
    """Findings of `causes` explain findings of `effects` that carry the same key."""

    causes: tuple[str, ...]
    effects: tuple[str, ...]
    kind: str
    """Kind of the key on the side of the cause."""
    effect_kind: str = ""
    """Kind of the key on the side of the effect, where it plays another part there."""


SYNCS: Final = ("LIVE-001", "LIVE-002", "LIVE-003", "LIVE-004", "LIVE-005", "RETRY-006")
"""What shows that syncing does not work; LIVE-005 stands for LIVE-004 as long as it retries."""
FAILURES: Final = ("LIVE-003", "LIVE-004", "LIVE-005", "RETRY-006", "LIVE-009", "LIVE-010")
"""Rules that read messages."""
CAPTURES: Final = ("cluster", "repository", "host", "address", "webhook", "apiservice")
"""Kinds of keys by which signatures name one place that many failures come from."""

LINKS: Final[tuple[Link, ...]] = (
    # what was written in the wrong place is missing in the right one
    Link(("SPEC-001", "SYNC-003", "SYNC-005"), ("NS-001", "PRUNE-001", "DIFF-002"), OPTION),
    Link(("SPEC-001",), ("DIFF-012", "LIVE-001", "LIVE-007"), "object"),
    # namespaces
    Link(("NS-002",), ("NS-001",), "namespace"),
    Link(("LIVE-009",), ("NS-005",), "namespace"),
    Link(("NS-001", "NS-003", "NS-005"), SYNCS, "namespace"),
    # what Argo CD or the project refuses
    Link(("PROJ-001",), ("LIVE-009",), "application"),
    Link(("PROJ-001",), SYNCS, "project"),
    Link(("PROJ-001", "PROJ-002", "PROJ-003", "PROJ-004"), SYNCS, "application"),
    Link(("SPEC-003", "SPEC-007", "NS-006", "DIFF-006"), SYNCS, "application"),
    # sources
    Link(("SRC-001", "SRC-002", "SPEC-005", "SPEC-006", "REV-005"), ("SRC-003",), "source"),
    Link(("SET-001",), ("SRC-003",), "application"),
    Link(("SRC-003",), SYNCS, "application"),
    # drift
    Link(
        ("DIFF-002", "DIFF-004", "DIFF-005", "DIFF-009", "DIFF-013", "SRC-007", "SRC-008"),
        ("DIFF-001",),
        "object",
    ),
    Link(("DIFF-001",), ("LIVE-001", "LIVE-007"), "object"),
    Link(("SRC-007",), ("LIVE-007",), "object"),
    Link(("DIFF-003", "DIFF-014"), ("DIFF-008",), "ignore"),
    Link(("DIFF-015",), ("LIVE-001",), "object"),
    Link(("DIFF-012",), ("LIVE-008",), "object"),
    # order and hooks
    Link(("WAVE-003", "WAVE-004", "WAVE-006", "WAVE-007"), ("LIVE-005", "LIVE-004"), "object"),
    Link(("WAVE-002",), ("WAVE-001",), "object"),
    # secrets
    Link(("LIVE-010",), ("LIVE-010",), "store", "uses_store"),
    Link(("LIVE-010",), ("LIVE-002", "LIVE-005"), "secret"),
    Link(("LIVE-010",), ("LIVE-002", "LIVE-005"), "object"),
    # ApplicationSets, windows and what the controller was told
    Link(("SET-004", "SET-005", "SET-007"), ("LIVE-003", "LIVE-008", "SET-006"), "object"),
    Link(("PROJ-009", "SYNC-011"), ("LIVE-001", "LIVE-006"), "application"),
    # one place that does not answer
    *(Link(FAILURES, FAILURES, capture) for capture in CAPTURES),
    # one operation, several signs of it
    Link(("LIVE-004",), ("RETRY-006", "LIVE-003"), "operation"),
    Link(("LIVE-004",), ("LIVE-001",), "application"),
    Link(("LIVE-004",), ("LIVE-002",), "object"),
    # a short patience is never the first to mend: it follows what it cut short
    Link(("RETRY-006",), ("RETRY-001", "RETRY-002", "RETRY-003", "RETRY-004"), "application"),
    # children and parents
    Link(("LIVE-009",), ("LIVE-005",), "object"),
    Link(("LIVE-009",), ("LIVE-005",), "application", "child"),
    Link(("LIVE-001", "LIVE-002", "LIVE-005"), ("LIVE-002", "LIVE-005"), "application", "child"),
)
"""RULES.md, "Causes and effects": the rows whose rules exist, the nearest cause first. A rule that
is missing here only stays ungrouped."""


def group(findings: tuple[Finding, ...]) -> tuple[Cause, ...]:
    """Return the roots that have effects, the one to mend first in front."""
    parent = _parents(findings)
    effects: dict[int, list[Finding]] = defaultdict(list)
    for index, finding in enumerate(findings):
        root = _root(index, parent)
        if root != index:
            effects[root].append(finding)
    causes = (Cause(findings[root], tuple(group)) for root, group in effects.items())
    return tuple(sorted(causes, key=_order))


def roots(findings: tuple[Finding, ...], causes: tuple[Cause, ...]) -> tuple[Cause, ...]:
    """Return every root, those without effects too, the one to mend first in front."""
    told = {id(finding) for cause in causes for finding in (cause.root, *cause.effects)}
    alone = (Cause(finding, ()) for finding in findings if id(finding) not in told)
    return tuple(sorted((*causes, *alone), key=_order))


def keys(finding: Finding) -> frozenset[Key]:
    """Return what `finding` shares with others: its own keys, its Applications and their source."""
    about = (finding.subject, *finding.members)
    names = {ref.qualified for ref in about if ref.kind == "Application"}
    source = _SOURCE.match(finding.breach.at)
    sources = {("source", f"{name} {source[0]}") for name in names if source}
    return finding.breach.keys | sources | {("application", name) for name in names}


def _parents(findings: tuple[Finding, ...]) -> dict[int, int]:
    """Map the effect to its nearest cause; earlier rows and worse findings win."""
    by_key: dict[tuple[str, Key], list[int]] = defaultdict(list)
    for index, finding in enumerate(findings):
        for key in keys(finding):
            by_key[finding.rule, key].append(index)
    parent: dict[int, int] = {}
    for link in LINKS:
        for index, finding in enumerate(findings):
            if finding.rule not in link.effects or index in parent:
                continue
            candidates = (
                found
                for name in _names(finding, link.effect_kind or link.kind)
                for rule in link.causes
                for found in by_key.get((rule, (link.kind, name)), ())
                if link.kind != OPTION or _share_an_application(findings[found], finding)
            )
            cause = min(candidates, default=None)
            if cause is not None and _root(cause, parent) != index:
                parent[index] = cause
    return parent


def _names(finding: Finding, kind: str) -> list[str]:
    return sorted(name for one, name in keys(finding) if one == kind)


def _share_an_application(one: Finding, other: Finding) -> bool:
    """Say whether both are about one Application: an option lost here says nothing of there."""
    return any(kind == "application" for kind, _ in keys(one) & keys(other))


def _root(index: int, parent: dict[int, int]) -> int:
    while index in parent:
        index = parent[index]
    return index


def _order(cause: Cause) -> tuple[object, ...]:
    everyone: Iterable[Finding] = (cause.root, *cause.effects)
    worst = max(finding.severity for finding in everyone)
    is_declared = cause.root.breach.basis is Basis.DECLARED
    return is_declared, -worst, -len(cause.subjects), cause.root.rule, cause.root.subject
