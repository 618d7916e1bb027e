"""What a respecting sync does to lists of which an ignore rule names a part.

Found by trying it out (`respect.applied`), so that it holds for lists with and without merge key.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from auditor.argocd import respect
from auditor.argocd.diff import compare
from auditor.argocd.field_owners import Writers, writers_of
from auditor.argocd.field_paths import natural_key
from auditor.argocd.ignore_differences import IgnoreRule
from auditor.argocd.ignored_fields import PROBE, hidden_fields, without
from auditor.argocd.settings import Settings
from auditor.kube import pointer
from auditor.kube.managed_fields import FieldOwner
from auditor.kube.merge import canonical, is_same
from auditor.kube.pointer import tokens

_PLAIN: Final = Settings.parse(None)


@dataclass(frozen=True, slots=True)
class LostPart:
    """Something that only the live list has, and that the next sync takes away."""

    pointer: str
    """The element, or the field in it that is ignored."""
    list: str
    owner: FieldOwner


def lost_parts(
    single: IgnoreRule,
    rules: Iterable[IgnoreRule],
    target: Mapping[str, Any],
    live: Mapping[str, Any],
    settings: Settings,
    writers: Writers,
) -> tuple[LostPart, ...]:
    """Return the parts of live lists that `single` ignores and a respecting sync removes.

    `single` is one path of an entry, `rules` are all of the Application.
    """
    places = [p for p in hidden_fields(single, live) if lists_above(p, live)]
    if not places:
        return ()
    applied, error = respect.applied(target, live, rules, settings)
    if error is not None or applied is None:
        return ()
    after = compare(applied, live, rules=(), settings=_PLAIN).predicted
    if after is None:
        return ()
    found: dict[str, LostPart] = {}
    for place in places:
        owner = next(iter(writers.others(writers_of(live, place))), None)
        if owner and not _is_kept(place, live, after) and not _is_kept(place, live, target):
            part = _whole_element(place, live, places)
            found.setdefault(part, LostPart(part, lists_above(place, live)[0], owner))
    return tuple(found.values())


def frozen_lists(
    single: IgnoreRule,
    target: Mapping[str, Any],
    live: Mapping[str, Any] | None,
    settings: Settings,
) -> tuple[str, ...]:
    """Return the lists of the target of which no change arrives any more, because of `single`.

    `single` is one path of an entry. An element that nobody can have meant is added to each list;
    where it is not applied, nothing is. Without a live object the target stands for it.
    """
    around = live if live is not None else target
    lists = dict.fromkeys(
        place for p in hidden_fields(single, target) for place in lists_above(p, target)
    )
    found: list[str] = []
    for place in lists:
        is_within = any(place.startswith(f"{outer}/") for outer in found)
        if not is_within and _has_more(place, single, target):
            found += [place] if _is_frozen(place, single, target, around, settings) else []
    return tuple(found)


def lists_above(place: str, obj: Any) -> tuple[str, ...]:
    """Return pointers to the lists that `place` leads through, the outermost first."""
    found: list[str] = []
    here, path = obj, tokens(place)
    for depth, part in enumerate(path):
        if isinstance(here, list):
            found.append(pointer.join(path[:depth]))
            here = here[int(part)] if part.isdecimal() and int(part) < len(here) else None
        else:
            here = here.get(part) if isinstance(here, Mapping) else None
    return tuple(found)


def _has_more(place: str, single: IgnoreRule, target: Mapping[str, Any]) -> bool:
    """Say whether anything of the list is not ignored; a list ignored as a whole was meant so."""
    rest = pointer.get(without(single, target), place)
    return isinstance(rest, list) and any(value for _, value in _leaves(rest))


def _leaves(value: Any) -> Iterator[tuple[str, Any]]:
    return ((p, leaf) for p, leaf in pointer.leaves(value) if leaf not in ({}, [], None))


def _is_frozen(
    place: str,
    single: IgnoreRule,
    target: Mapping[str, Any],
    live: Mapping[str, Any],
    settings: Settings,
) -> bool:
    items = pointer.get(target, place)
    changed = pointer.set_(canonical(target), place, [*items, _probed(items[-1])])
    applied, error = respect.applied(changed, live, (single,), settings)
    if error is not None or applied is None:
        return False
    return all(value != PROBE for _, value in pointer.leaves(applied))


def _probed(item: Any) -> Any:
    """Return an element like `item` whose texts are all the probe."""
    if isinstance(item, Mapping):
        return {key: _probed(value) for key, value in item.items()}
    if isinstance(item, list):
        return [_probed(value) for value in item]
    return PROBE if isinstance(item, str) else item


def _is_kept(place: str, live: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Say whether `after` has the same value in the element of the same name, or place."""
    above = lists_above(place, live)[0]
    index, *inside = tokens(place)[len(tokens(above)) :]
    items, others = pointer.get(live, above), pointer.get(after, above)
    if not isinstance(others, list):
        return False
    item, rest = items[int(index)], pointer.join(inside)
    key = natural_key(items, item)
    same = (
        [o for o in others if isinstance(o, Mapping) and is_same(o.get(key), item[key])]
        if key
        else [o for o in others if not inside and is_same(o, item)] or others[int(index) :][:1]
    )
    return any(is_same(pointer.get(o, rest), pointer.get(item, rest)) for o in same)


def _whole_element(place: str, live: Mapping[str, Any], hidden: list[str]) -> str:
    """Return the element where all of it is ignored, else the field."""
    above = lists_above(place, live)[0]
    element = pointer.join(tokens(place)[: len(tokens(above)) + 1])
    every = (p for p, _ in pointer.leaves(pointer.get(live, element), tokens(element)))
    return element if set(every) <= set(hidden) else place
