"""Fields that an ignore rule hides, Git gives and something else writes: a sync resets them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from auditor.argocd.cluster import LiveObjects
from auditor.argocd.field_owners import Writers, writers_of
from auditor.argocd.ignore_differences import IgnoreRule
from auditor.argocd.ignore_suggestion import REPLICAS, keeps
from auditor.argocd.ignored_fields import applies_to, hidden_fields, trusted_fields
from auditor.argocd.known_drift import habit_of
from auditor.argocd.pairing import live_of
from auditor.argocd.settings import Settings
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef


@dataclass(frozen=True, slots=True)
class Overwritten:
    """A field of Git that something else sets too, and that a rule hides."""

    object: ResourceRef
    pointer: str
    manager: str
    """Empty where only the kind is known to be written."""
    time: str
    target: Manifest
    live: Manifest | None


def overwritten_fields(
    entry: IgnoreRule,
    targets: Iterable[Manifest],
    namespace: str,
    objects: LiveObjects | None,
    writers: Writers,
) -> Iterator[Overwritten]:
    """Yield them over everything that is rendered; `namespace` is the destination's.

    Replica counts are left out: they are a matter of their own.
    """
    for target in targets:
        if applies_to(entry, target.raw, namespace):
            found = live_of(target.ref, namespace, objects) if objects is not None else None
            live = found if isinstance(found, Manifest) else None
            yield from _of_object(entry, target, live, writers)


def are_kept(entry: IgnoreRule, found: tuple[Overwritten, ...], settings: Settings) -> bool:
    """Say whether a sync that respects the rule would leave these fields, and them alone."""
    return all(
        field.live is not None
        and keeps(
            field.target.raw,
            field.live.raw,
            (entry,),
            settings,
            [other.pointer for other in found if other.target is field.target],
        )
        for field in found
    )


def _of_object(
    entry: IgnoreRule, target: Manifest, live: Manifest | None, writers: Writers
) -> Iterator[Overwritten]:
    trusted = trusted_fields(entry, target.raw, live.raw) if live else ()
    ref = target.ref
    for place in dict.fromkeys((*hidden_fields(entry, target.raw), *trusted)):
        if place == REPLICAS:
            continue
        if live is None:
            habit = habit_of(ref.group, ref.kind, place)
            if habit and habit.by == "controller":
                yield Overwritten(ref, place, "", "", target, None)
        elif others := writers.others(writers_of(live.raw, place)):
            yield Overwritten(ref, place, others[0].manager, others[0].time, target, live)
