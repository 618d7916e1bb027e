"""Paths of ignoreDifferences that take whole parts of objects out of sight, and what they hide."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from auditor.argocd.field_owners import Writers, writers_of
from auditor.argocd.ignore_differences import IgnoreRule
from auditor.argocd.ignored_fields import (
    applies_to,
    hidden_fields,
    single_paths,
    trusted_fields,
    whole_blocks,
)
from auditor.argocd.known_drift import habit_of
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef

ALWAYS_GIVEN: Final = frozenset({"/spec", "/metadata", "/metadata/annotations"})
"""Parts that hold something from Git on nearly every object."""


@dataclass(frozen=True, slots=True)
class Broad:
    """One path of an entry that hides more than one field can need."""

    at: str
    """Pointer inside the entry."""
    text: str
    """The pointer, expression or manager as written."""
    rule: IgnoreRule
    """The entry with this path alone."""
    blocks: tuple[str, ...]
    is_trusting: bool
    """It trusts a manager that Argo CD itself or a person writes under."""

    @property
    def is_certain(self) -> bool:
        """Say whether it hides something from Git whatever is rendered."""
        is_any = (self.rule.group, self.rule.kind) == ("*", "*")
        return is_any or self.is_trusting or bool(ALWAYS_GIVEN & {*self.blocks})


@dataclass(frozen=True, slots=True)
class Pair:
    """A rendered object beside the live one."""

    target: Manifest
    live: Manifest | None
    namespace: str
    """Where it goes if it names none."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """A field of Git whose differences nobody sees."""

    object: ResourceRef
    pointer: str


@lru_cache(maxsize=4096)
def broad_paths(entry: IgnoreRule, writers: Writers) -> tuple[Broad, ...]:
    """Return the paths of `entry` that are too broad to be meant for one field."""
    return tuple(_broad_paths(entry, writers))


def _broad_paths(entry: IgnoreRule, writers: Writers) -> Iterator[Broad]:
    is_any = (entry.group, entry.kind) == ("*", "*")
    for at, single in single_paths(entry):
        managers = single.managed_fields_managers
        text = (*single.json_pointers, *single.jq_path_expressions, *managers)[0]
        is_trusting = any(writers.is_argocd(m) or writers.is_by_hand(m) for m in managers)
        blocks = () if managers else whole_blocks(single)
        if is_trusting or blocks or (is_any and not managers and text != "/status"):
            yield Broad(at, text, single, blocks, is_trusting)


def hidden(broad: Broad, pairs: Iterable[Pair], writers: Writers) -> tuple[Hidden, ...]:
    """Return the fields Git gives that are hidden although nothing else is known to write them."""
    return tuple(
        Hidden(pair.target.ref, pointer)
        for pair in pairs
        if applies_to(broad.rule, pair.target.raw, pair.namespace)
        for pointer in _hidden(broad, pair, writers)
    )


def _hidden(broad: Broad, pair: Pair, writers: Writers) -> Iterator[str]:
    target, live = pair.target, pair.live
    if broad.is_trusting:
        yield from trusted_fields(broad.rule, target.raw, live.raw if live else None)
        return
    is_aggregated = target.get("aggregationRule") is not None
    for pointer in hidden_fields(broad.rule, target.raw):
        if is_aggregated and (pointer == "/rules" or pointer.startswith("/rules/")):
            continue
        if not _is_written_by_others(pair, pointer, writers):
            yield pointer


def _is_written_by_others(pair: Pair, pointer: str, writers: Writers) -> bool:
    if pair.live is not None:
        return bool(writers.others(writers_of(pair.live.raw, pointer)))
    ref = pair.target.ref
    return habit_of(ref.group, ref.kind, pointer) is not None
