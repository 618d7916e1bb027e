"""One cause and its effects: findings that share a root are reported together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from auditor.engine.keys import (
    DELIVERED_BY,
    GONE,
    SAME,
    SHARED,
    UNNAMED,
    Population,
    explains,
    keys,
)
from auditor.engine.result import Cause
from auditor.findings import Basis, Finding, Key, Severity

OPTION: Final = "option"
_NOBODY: Final = Population()


@dataclass(frozen=True, slots=True)
class Link:
    """Findings of `causes` explain findings of `effects` that carry the same key."""

    causes: tuple[str, ...]
    effects: tuple[str, ...]
    kind: str
    """Kind of the key on the side of the cause."""
    effect_kind: str = ""
    """Kind of the key on the side of the effect, where it plays another part there."""
    is_ranked: bool = False
    """True where the order of `causes` says which of several is the root."""


SYNCS: Final = ("LIVE-001", "LIVE-002", "LIVE-003", "LIVE-004", "LIVE-005", "RETRY-006")
"""What shows that syncing does not work; LIVE-005 stands for LIVE-004 as long as it retries."""
FAILURES: Final = (
    "LIVE-010",
    "LIVE-009",
    "LIVE-004",
    "LIVE-003",
    "LIVE-002",
    "LIVE-005",
    "RETRY-006",
)
"""Rules that read messages, the most telling first."""
REFUSALS: Final = ("NS-001", "NS-005", "PROJ-001", "PROJ-002", "PROJ-003", "PROJ-004")
"""Rules that find one trouble at every Application it hits."""
CAPTURES: Final = ("cluster", "repository", "host", "address", "webhook", "apiservice")
"""Kinds of keys by which signatures name one place that many failures come from."""

LINKS: Final[tuple[Link, ...]] = (
    # what was written in the wrong place is missing in the right one
    Link(("SPEC-001", "SYNC-003", "SYNC-005"), ("NS-001", "PRUNE-001", "DIFF-002"), OPTION),
    Link(("SPEC-001",), ("DIFF-012", "LIVE-001", "LIVE-007"), "object"),
    # one trouble, found at every Application it hits
    *(Link((rule,), (rule,), SAME) for rule in REFUSALS),
    Link(("SRC-007",), ("SRC-007",), "object"),
    Link(("DIFF-001",), ("DIFF-001",), SAME),
    # nobody tries again though nothing stands in the way any more
    Link(("RETRY-006",), ("LIVE-004", "LIVE-003", "LIVE-001", "LIVE-002"), GONE, "application"),
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
    Link(("SRC-007",), ("LIVE-007", "LIVE-001"), "object"),
    Link(("SRC-007",), ("LIVE-003", "LIVE-004", "RETRY-006"), SHARED),
    Link(("DIFF-003", "DIFF-014"), ("DIFF-008",), "ignore"),
    Link(("DIFF-015",), ("LIVE-001",), "object"),
    Link(("DIFF-012",), ("LIVE-008",), "object"),
    # order and hooks
    Link(("WAVE-003", "WAVE-004", "WAVE-006", "WAVE-007"), ("LIVE-005", "LIVE-004"), "object"),
    Link(("WAVE-002",), ("WAVE-001",), "object"),
    # what the API server or kubectl refuses, and a finalizer that nothing takes off
    Link(("SYNC-008", "SYNC-013"), ("LIVE-005", "LIVE-004"), "object"),
    Link(("PRUNE-005",), ("LIVE-009",), "application"),
    # secrets
    Link(("LIVE-010",), ("LIVE-010",), "store", "uses_store"),
    Link(("LIVE-010",), ("LIVE-002", "LIVE-005"), "secret"),
    Link(("LIVE-010",), ("LIVE-002", "LIVE-005"), "object"),
    # ApplicationSets, windows and what the controller was told
    Link(("SET-004", "SET-005", "SET-007"), ("LIVE-003", "LIVE-008", "SET-006"), "object"),
    Link(("PROJ-009", "SYNC-011"), ("LIVE-001", "LIVE-006"), "application"),
    # one place that does not answer, or one message that several got
    *(Link(FAILURES, FAILURES, capture, is_ranked=True) for capture in CAPTURES),
    Link(FAILURES, FAILURES, SAME, is_ranked=True),
    # one operation, several signs of it
    Link(("LIVE-004",), ("RETRY-006", "LIVE-003"), "operation"),
    Link(("LIVE-004",), ("LIVE-001",), "application"),
    Link(("LIVE-004",), ("LIVE-002",), "object"),
    # before 3.6 Argo CD does not say which object is ill
    Link(("LIVE-010", "LIVE-004", "LIVE-005"), ("LIVE-002",), "application", UNNAMED),
    # what is waited for, before who waits
    Link(("LIVE-002",), ("LIVE-005",), "object"),
    Link(("LIVE-005",), ("LIVE-001", "LIVE-002"), "application"),
    # a short patience is never the first to mend: it follows what it cut short
    Link(("RETRY-006",), ("RETRY-001", "RETRY-002", "RETRY-003", "RETRY-004"), "application"),
    # children and parents
    Link(
        ("SRC-003", "LIVE-003", "LIVE-004", "LIVE-005"),
        ("DIFF-012", "LIVE-008"),
        "application",
        DELIVERED_BY,
    ),
    Link(("LIVE-009",), ("LIVE-005",), "object"),
    Link(("LIVE-009",), ("LIVE-005",), "application", "child"),
    Link(("LIVE-001", "LIVE-002", "LIVE-005"), ("LIVE-002", "LIVE-005"), "application", "child"),
)
""""Causes and effects": the rows whose rules exist, the nearest cause first. A rule that
is missing here only stays ungrouped."""


def group(findings: tuple[Finding, ...], population: Population = _NOBODY) -> tuple[Cause, ...]:
    """Return the roots that have effects or hurt already, the one to mend first in front."""
    parent = _parents(findings, population)
    effects: dict[int, list[Finding]] = defaultdict(list)
    for index, finding in enumerate(findings):
        root = _root(index, parent)
        if root != index:
            effects[root].append(finding)
    causes = (
        Cause(finding, tuple(effects[index]))
        for index, finding in enumerate(findings)
        if index not in parent and (index in effects or _hurts(finding))
    )
    return tuple(sorted(causes, key=_order))


def roots(findings: tuple[Finding, ...], causes: tuple[Cause, ...]) -> tuple[Cause, ...]:
    """Return every root, those without effects too, the one to mend first in front."""
    told = {id(finding) for cause in causes for finding in (cause.root, *cause.effects)}
    alone = (Cause(finding, ()) for finding in findings if id(finding) not in told)
    return tuple(sorted((*causes, *alone), key=_order))


def _hurts(finding: Finding) -> bool:
    """Say whether something is wrong already that is worth mending first."""
    return finding.breach.basis is Basis.OBSERVED and finding.severity >= Severity.MEDIUM


def _parents(findings: tuple[Finding, ...], population: Population) -> dict[int, int]:
    """Map the effect to its nearest cause; earlier rows, what is seen and worse findings win."""
    shared = [keys(finding, population) for finding in findings]
    by_key: dict[tuple[str, Key], list[int]] = defaultdict(list)
    by_rule: dict[str, list[int]] = defaultdict(list)
    for index, finding in enumerate(findings):
        by_rule[finding.rule].append(index)
    for index in sorted(range(len(findings)), key=lambda n: (_is_declared(findings[n]), n)):
        for key in shared[index]:
            by_key[findings[index].rule, key].append(index)
    desk = _Desk(findings, population, shared, by_key)
    parent: dict[int, int] = {}
    for link in LINKS:
        for index in (found for rule in link.effects for found in by_rule.get(rule, ())):
            cause = desk.cause(link, index) if index not in parent else None
            if cause is not None and _root(cause, parent) != index:
                parent[index] = cause
    return parent


@dataclass(frozen=True, slots=True)
class _Desk:
    """Findings by what they share; of one rule and key those that are seen come first."""

    findings: tuple[Finding, ...]
    population: Population
    shared: list[frozenset[Key]]
    by_key: Mapping[tuple[str, Key], list[int]]

    def cause(self, link: Link, effect: int) -> int | None:
        """Return the best cause that `link` knows of, None where there is none."""
        candidates = (
            (rank if link.is_ranked else 0, _is_declared(self.findings[found]), found)
            for name in _names(self.shared[effect], link.effect_kind or link.kind)
            for rank, rule in enumerate(link.causes)
            if explains(rule, self.findings[effect])
            and (found := self._first(rule, (link.kind, name), effect)) is not None
        )
        *_, cause = min(candidates, default=(0, False, None))
        return cause

    def _first(self, rule: str, key: Key, effect: int) -> int | None:
        """Return the first finding of `rule` that bears `key` and lies where the effect does."""
        if key[0] == OPTION:  # an option that is lost here says nothing of elsewhere
            own = (one for one in self.shared[effect] if one[0] == "application")
            there = (n for one in own for n in self.by_key.get((rule, one), ()))
            return min((n for n in there if key in self.shared[n]), default=None)
        here, found = self.findings[effect], self.by_key.get((rule, key), ())
        one_place = self.population.is_one_place
        return next((n for n in found if one_place(self.findings[n], here, key)), None)


def _is_declared(finding: Finding) -> bool:
    return finding.breach.basis is Basis.DECLARED


def _names(shared: frozenset[Key], kind: str) -> list[str]:
    return sorted(name for one, name in shared if one == kind)


def _root(index: int, parent: dict[int, int]) -> int:
    while index in parent:
        index = parent[index]
    return index


def _order(cause: Cause) -> tuple[object, ...]:
    everyone: Iterable[Finding] = (cause.root, *cause.effects)
    worst = max(finding.severity for finding in everyone)
    # what is declared and has effects that are seen is seen to happen
    is_declared = all(map(_is_declared, everyone))
    return is_declared, -worst, -len(cause.subjects), cause.root.rule, cause.root.subject
