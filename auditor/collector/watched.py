"""Applications, ApplicationSets and AppProjects of all namespaces that Argo CD watches."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from auditor.collector.kinds import APP_PROJECT, APPLICATION, APPLICATION_SET, Kind
from auditor.collector.paging import Raw, listed
from auditor.collector.progress import Progress
from auditor.collector.request import Caller
from auditor.kube.gap import Gap

KINDS: Final = (APPLICATION, APPLICATION_SET, APP_PROJECT)


@dataclass(frozen=True, slots=True)
class Found:
    """What one list gave, and what it could not."""

    items: tuple[Raw, ...]
    gaps: tuple[Gap, ...] = ()


def narrowed(
    caller: Caller,
    answers: Sequence[tuple[Kind, list[Raw] | Gap]],
    places: tuple[list[str], list[str]],
    progress: Progress,
) -> list[Found | Gap]:
    """Ask again, namespace by namespace, where the list of the whole cluster was forbidden.

    `places` is what `watched_namespaces` returns. The refusal stays as a gap, whose `read` names
    the namespaces that were read instead and `unresolved` the patterns that were not.
    """
    names, _ = places
    again = [kind for kind, answer in answers if _is_forbidden(answer)]
    tasks = [partial(listed, caller, kind, name) for kind in again for name in names]
    if tasks:
        progress.step("lists", total=len(tasks))
    parts = caller.each(tasks, progress)
    told: list[Found | Gap] = []
    for kind, answer in answers:
        if not isinstance(answer, Gap):
            told.append(Found(tuple(answer)))
        elif kind not in again or not names:
            told.append(answer)
        else:
            start = again.index(kind) * len(names)
            told.append(_together(answer, names, parts[start : start + len(names)], places[1]))
    return told


def _together(
    refused: Gap, names: Sequence[str], parts: Sequence[list[Raw] | Gap], unresolved: Sequence[str]
) -> Found | Gap:
    read = [name for name, part in zip(names, parts, strict=True) if not isinstance(part, Gap)]
    if not read:
        return refused
    facts = {"read": ", ".join(read), "unresolved": ", ".join(unresolved)}
    gaps = [Gap(refused.code, {**refused.facts, **facts})]
    gaps += [part for part in parts if isinstance(part, Gap)]
    items = [raw for part in parts if not isinstance(part, Gap) for raw in part]
    return Found(tuple(items), tuple(gaps))


def _is_forbidden(answer: object) -> bool:
    return isinstance(answer, Gap) and answer.code == "forbidden"
