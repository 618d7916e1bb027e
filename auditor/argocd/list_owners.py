"""Who wrote what differs in a list: the owners of its odd items, not of the list as a whole."""

from collections.abc import Iterator, Mapping
from typing import Any

from auditor.argocd.field_owners import writers_of
from auditor.argocd.field_paths import natural_key
from auditor.kube import pointer
from auditor.kube.managed_fields import FieldOwner
from auditor.kube.merge import is_same
from auditor.kube.pointer import tokens


def owners_of_difference(
    live: Mapping[str, Any], place: str, desired: Any, seen: Any
) -> tuple[FieldOwner, ...]:
    """Return who wrote what differs at `place`, the latest first.

    `desired` and `seen` are both sides as they were compared. An item that only Git has, nobody
    wrote: with no other difference there are no owners.
    """
    there = pointer.get(live, place)
    if not (isinstance(desired, list) and isinstance(seen, list) and isinstance(there, list)):
        return writers_of(live, place)
    found: dict[FieldOwner, None] = {}
    for inside in _odd(seen, desired):
        found |= dict.fromkeys(_writers(live, place, there, inside, seen))
    return tuple(sorted(found, key=lambda owner: (owner.time, owner.manager), reverse=True))


def _writers(
    live: Mapping[str, Any], place: str, there: list[Any], inside: tuple[str, ...], seen: list[Any]
) -> tuple[FieldOwner, ...]:
    """Return the owners of one difference; positions are those of `seen`, which may have moved."""
    index = _index(there, seen[int(inside[0])], int(inside[0]), is_whole=len(there) == len(seen))
    if index is None:
        return writers_of(live, place)
    return writers_of(live, pointer.join((*tokens(place), index, *inside[1:])))


def _index(there: list[Any], item: Any, at: int, *, is_whole: bool) -> int | None:
    if is_whole:
        return at
    same = [i for i, other in enumerate(there) if is_same(other, item)]
    if same:
        return same[0]
    key = natural_key(there, item) if isinstance(item, Mapping) else None
    named = (
        i
        for i, other in enumerate(there)
        if key and isinstance(other, Mapping) and is_same(other.get(key), item[key])
    )
    return next(named, None)


def _odd(seen: list[Any], desired: list[Any]) -> Iterator[tuple[str, ...]]:
    """Yield paths below the live list that Git does not have so."""
    for index, item in enumerate(seen):
        if any(is_same(item, other) for other in desired):
            continue
        other = _namesake(seen, item, desired)
        if other is None:
            yield (str(index),)
        else:
            yield from ((str(index), *path) for path in _differing(item, other))


def _namesake(seen: list[Any], item: Any, desired: list[Any]) -> Mapping[str, Any] | None:
    key = natural_key(seen, item)
    maps = (other for other in desired if isinstance(other, Mapping))
    return next((o for o in maps if key and is_same(o.get(key), item[key])), None)


def _differing(item: Any, other: Any) -> Iterator[tuple[str, ...]]:
    if not isinstance(item, Mapping) or not isinstance(other, Mapping):
        if not is_same(item, other):
            yield ()
        return
    for key, value in item.items():
        inner = _differing(value, other[key]) if key in other else iter(((),))
        yield from ((str(key), *path) for path in inner)
