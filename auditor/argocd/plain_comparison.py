"""A quick proof that an apply changes nothing, so that most objects need no full comparison.

It may say no where the full comparison finds nothing either, never the other way round.
"""

from collections.abc import Mapping
from typing import Any, Final

from auditor.argocd.diff_normalise import LAST_APPLIED, last_applied
from auditor.argocd.tracking import INSTALLATION_ID, TRACKING_ID
from auditor.kube.merge import is_same
from auditor.kube.types import element, field_of, struct_of

_LEFT_OUT: Final = ("namespace", "creationTimestamp")
_MARKS: Final = (TRACKING_ID, INSTALLATION_ID)
"""Added to what Git gives; whether they are the right ones is for the caller to say."""
_UNASKED: Final = frozenset({*_LEFT_OUT, *_MARKS, "status"})
_CLAIMS: Final = ("apps/v1.StatefulSetSpec", "volumeClaimTemplates")
_ANY: Final = ""


def is_plainly_applied(target: Mapping[str, Any], live: Mapping[str, Any]) -> bool:
    """Say whether all of `target` stands in `live`, and nothing applied before is gone from Git.

    For a client-side apply; nothing may be ignored by a rule that does not compile.
    """
    struct = struct_of(target.get("apiVersion"), target.get("kind"))
    if (target.get("apiVersion"), target.get("kind")) != (live.get("apiVersion"), live.get("kind")):
        return False
    wanted = {key: value for key, value in target.items() if key not in ("metadata", "status")}
    if not _is_in(wanted, live, struct or _ANY):
        return False
    ours, theirs = target.get("metadata"), live.get("metadata")
    if not isinstance(ours, Mapping) or not isinstance(theirs, Mapping):
        return False
    rest = {key: value for key, value in ours.items() if key not in _LEFT_OUT}
    return _is_in(rest, theirs, _ANY) and _is_all_kept(target, live)


def _is_all_kept(target: Mapping[str, Any], live: Mapping[str, Any]) -> bool:
    metadata = live.get("metadata")
    notes = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    if not isinstance(notes, Mapping) or LAST_APPLIED not in notes:
        return True
    before = last_applied(dict(live))
    return before is not None and _has_keys(before, target)


def _has_keys(before: Any, target: Any) -> bool:
    """Say whether every key of `before` is still in `target`; lists must be as long."""
    if isinstance(before, Mapping):
        return isinstance(target, Mapping) and all(
            key in target and _has_keys(value, target[key])
            for key, value in before.items()
            if key not in _UNASKED and not (key not in target and _is_marks(value))
        )
    if isinstance(before, list):
        return isinstance(target, list) and is_same(before, target)
    return not isinstance(target, Mapping | list)


def _is_marks(value: Any) -> bool:
    """Say whether these are annotations that hold nothing but what Argo CD adds."""
    return isinstance(value, Mapping) and bool(value) and set(value) <= set(_MARKS)


def _is_in(wanted: Any, live: Any, struct: str) -> bool:
    if isinstance(wanted, Mapping):
        return isinstance(live, Mapping) and all(
            key in live and value is not None and _is_field_in(value, live[key], struct, key)
            for key, value in wanted.items()
        )
    return is_same(wanted, live)


def _is_field_in(wanted: Any, live: Any, struct: str, key: str) -> bool:
    field = field_of(struct, key) if struct else None
    if field is None or field.type.startswith("{}"):
        # a map, a field the schema does not know, or a custom resource: lists have to be equal
        return _is_in(wanted, live, _ANY)
    inner, retains = element(field.type), "retainKeys" in field.strategies
    if not isinstance(wanted, list):
        return _is_item_in(wanted, live, inner, retains=retains)
    if not isinstance(live, list) or len(wanted) != len(live):
        return False
    by = field.merge_key
    if (struct, key) == _CLAIMS:
        # what the API server fills in there is dropped before the comparison
        return all(_is_in(ours, theirs, _ANY) for ours, theirs in zip(wanted, live, strict=True))
    if "merge" not in field.strategies or not by:
        return is_same(wanted, live)
    keys = {str(item.get(by)) for item in wanted if isinstance(item, Mapping) and by in item}
    pairs = zip(wanted, live, strict=True)
    return len(keys) == len(wanted) and all(
        _is_item_in(ours, theirs, inner, retains=retains) for ours, theirs in pairs
    )


def _is_item_in(wanted: Any, live: Any, struct: str, *, retains: bool) -> bool:
    """Say whether a value is in the live one; `retains`: keys that only live has would go."""
    if retains and isinstance(wanted, Mapping) and isinstance(live, Mapping):
        return wanted.keys() == live.keys() and _is_in(wanted, live, struct)
    return _is_in(wanted, live, struct)
