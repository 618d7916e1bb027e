"""One cause and its effects: findings that share a root are reported together."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from auditor.engine.result import Cause
from auditor.findings import Basis, Finding, Key

LIVE_EFFECTS: Final = ("LIVE-001", "LIVE-002", "LIVE-003", "LIVE-004", "RETRY-006")

OPTION: Final = "option"

LINKS: Final[tuple[tuple[tuple[str, ...], tuple[str, ...], str], ...]] = (
    # causes, effects, kind of key that both must carry
    (("SPEC-001", "SYNC-003", "SYNC-005"), ("NS-001", "PRUNE-001", "DIFF-002"), OPTION),
    (("SPEC-001",), ("DIFF-012", "LIVE-001", "LIVE-007"), "object"),
    (("NS-002",), ("NS-001",), "namespace"),
    (("NS-001", "NS-003", "NS-005"), LIVE_EFFECTS, "namespace"),
    (
        ("DIFF-002", "DIFF-004", "DIFF-005", "DIFF-009", "DIFF-013"),
        ("DIFF-001",),
        "object",
    ),
    (("DIFF-001",), ("LIVE-001", "LIVE-007"), "application"),
    (("DIFF-003", "DIFF-014"), ("DIFF-008",), "ignore"),
    (("LIVE-004",), ("RETRY-006", "LIVE-001"), "application"),
    (("LIVE-004",), ("LIVE-002",), "object"),
)
"""RULES.md, "Causes and effects": the rows whose rules exist. A rule that is missing here only
stays ungrouped."""


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


def keys(finding: Finding) -> frozenset[Key]:
    """Return what `finding` shares with others: its own keys and the Applications it is about."""
    about = (finding.subject, *finding.members)
    return finding.breach.keys | {
        ("application", ref.qualified) for ref in about if ref.kind == "Application"
    }


def _parents(findings: tuple[Finding, ...]) -> dict[int, int]:
    """Map the effect to its nearest cause; earlier rows and worse findings win."""
    by_key: dict[tuple[str, Key], list[int]] = defaultdict(list)
    for index, finding in enumerate(findings):
        for key in keys(finding):
            by_key[finding.rule, key].append(index)
    parent: dict[int, int] = {}
    for causes, effects, kind in LINKS:
        for index, finding in enumerate(findings):
            if finding.rule not in effects or index in parent:
                continue
            candidates = (
                found
                for key in sorted(keys(finding))
                if key[0] == kind
                for rule in causes
                for found in by_key.get((rule, key), ())
                if kind != OPTION or _share_an_application(findings[found], finding)
            )
            cause = min(candidates, default=None)
            if cause is not None and _root(cause, parent) != index:
                parent[index] = cause
    return parent


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
