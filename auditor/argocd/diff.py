"""Whether Argo CD sees a difference between Git and cluster, and where.

Mirrors upstream gitops-engine `pkg/diff/diff.go` (`Diff`, `ThreeWayDiff`, `TwoWayDiff`,
`StructuredMergeDiff`) and `util/argo/diff/diff.go` (`StateDiff`). The server-side diff, which
asks the API server, has no counterpart here. `server_side_apply` selects the structured merge.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from auditor.argocd import diff_normalise
from auditor.argocd.diff_normalise import LAST_APPLIED
from auditor.argocd.ignore_differences import IgnoreRule, broken_expressions, rules_of_overrides
from auditor.argocd.normalise import Object, align, ignore
from auditor.argocd.objects import annotations, group_kind
from auditor.argocd.settings import Settings
from auditor.kube import apply, defaults, managed_fields, merge, strategic, strategic_apply
from auditor.kube.field_sets import EMPTY
from auditor.kube.merge import copied, is_same
from auditor.kube.pointer import join
from auditor.kube.remarshal import keep_list_fields, keep_map_fields, remarshal
from auditor.kube.strategic_lists import PatchError
from auditor.kube.structured_schema import MISSING, Node, NotTypedError, validate
from auditor.kube.typed import TypeMismatchError, round_trip
from auditor.kube.types import struct_of

MANAGER: Final = "argocd-controller"
_SYNC_OPTIONS: Final = "argocd.argoproj.io/sync-options"


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where a sync would change the live object."""

    pointer: str
    desired: Any
    """None where the sync removes the field."""
    live: Any
    """None where the field is not there yet."""
    is_added: bool
    """Only desired, not live."""
    is_removed: bool
    """Only live; the sync removes it."""


@dataclass(frozen=True, slots=True)
class DiffResult:
    """The verdict of a comparison; `error` makes the whole application's comparison fail."""

    is_modified: bool
    live: Object | None = None
    """The normalised live object."""
    predicted: Object | None = None
    """What a sync would make of it."""
    error: str | None = None

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Return every place that differs; none for an object on one side only."""
        if self.live is None or self.predicted is None:
            return ()
        return tuple(_walk(self.live, self.predicted, ()))

    @property
    def patch(self) -> dict[str, Any]:
        """Return the JSON merge patch from the live object to the predicted one."""
        return merge.create(self.live or {}, self.predicted or {})


def compare(
    target: Mapping[str, Any] | None,
    live: Mapping[str, Any] | None,
    *,
    rules: Iterable[IgnoreRule],
    settings: Settings,
    server_side_apply: bool = False,
) -> DiffResult:
    """Compare one object of Git with its live one.

    `rules` are the Application's; those of the settings are added. Either object may be absent:
    only live is no difference (pruning is decided elsewhere), only in Git is one.
    """
    if settings.error is not None:
        return DiffResult(is_modified=False, error=settings.error)
    every = (*rules, *rules_of_overrides(settings.resource_overrides))
    aligned = align(target, live, every, settings)
    if aligned.error is not None:
        return _failed(f"failed to perform pre-diff normalization: {aligned.error}")
    broken = broken_expressions(every)
    if broken:
        return _failed(f"failed to create diff normalizer: {broken[0].message}")
    config = _prepare(aligned.target, every, settings)
    actual = _prepare(aligned.live, every, settings)
    if isinstance(config, str) or isinstance(actual, str):
        return _failed(
            "failed to calculate diff: failed to construct merge patch for predicted state"
        )
    if config is None or actual is None:
        return _one_sided(config, actual)
    if server_side_apply or _wants_server_side(config):
        return _structured(config, actual)
    return _merged(config, actual, every, settings)


def _failed(message: str) -> DiffResult:
    return DiffResult(is_modified=False, error=message)


def _one_sided(config: Object | None, actual: Object | None) -> DiffResult:
    if config is None and actual is None:
        return _failed("both live and config are null objects")
    return DiffResult(is_modified=config is not None, live=actual, predicted=config)


def _prepare(
    obj: Object | None, rules: tuple[IgnoreRule, ...], settings: Settings
) -> Object | str | None:
    """Remarshal and normalise; a text where a rule left nothing of the object."""
    if obj is None:
        return None
    normal = diff_normalise.normalise(
        remarshal(obj), ignores_aggregated_roles=settings.compare_options.ignore_aggregated_roles
    )
    after, _ = ignore(normal, rules, settings)
    return after if isinstance(after, dict) else "null"


def _wants_server_side(config: Object) -> bool:
    options = annotations(config).get(_SYNC_OPTIONS, "").split(",")
    return any(option.strip() == "ServerSideApply=true" for option in options)


def _merged(
    config: Object, actual: Object, rules: tuple[IgnoreRule, ...], settings: Settings
) -> DiffResult:
    original = diff_normalise.last_applied(actual)
    if original is not None:
        normal = diff_normalise.normalise(
            original,
            ignores_aggregated_roles=settings.compare_options.ignore_aggregated_roles,
        )
        ignored, _ = ignore(normal, rules, settings)
        try:
            return _three_way(ignored or {}, config, actual)
        except PatchError:
            pass
    try:
        return _three_way(config, config, actual)
    except PatchError as error:
        return _failed(f"failed to calculate diff: {error}")


def _three_way(original: Object, config: Object, actual: Object) -> DiffResult:
    """Predict the live object after an apply of `config`. Raises PatchError."""
    original = diff_normalise.without_namespace(original)
    config = diff_normalise.without_namespace(config)
    struct = struct_of(original.get("apiVersion"), original.get("kind"))
    if struct is None:
        base = keep_map_fields(original, actual)
        return _result(actual, merge.apply(actual, merge.three_way(original, config, base)))
    base = _without_claim_defaults(original, actual)
    patch = strategic_apply.three_way(original, config, base, struct)
    predicted = strategic_apply.apply(actual, patch, struct)
    live = with_defaults(actual, struct)
    # nearly every object is as Git wants it, and filling in defaults is what takes the time
    is_alike = is_same(actual, predicted)
    return _result(live, live if is_alike else with_defaults(predicted, struct))


def _result(live: Object, predicted: Object) -> DiffResult:
    return DiffResult(not is_same(live, predicted), live, predicted)


def _without_claim_defaults(original: Object, actual: Object) -> Object:
    """Drop what the API server added to the claim templates of a StatefulSet."""
    group, kind = group_kind(original)
    if kind != "StatefulSet" or group not in {"apps", "extensions"}:
        return actual
    ours = original.get("spec")
    theirs = actual.get("spec")
    if not isinstance(ours, dict) or not isinstance(theirs, dict):
        return actual
    key = "volumeClaimTemplates"
    if not isinstance(ours.get(key), list) or not isinstance(theirs.get(key), list):
        return actual
    return {**actual, "spec": {**theirs, key: keep_list_fields(ours[key], theirs[key])}}


def with_defaults(obj: Object, struct: str) -> Object:
    """Return the object with the defaults of its kind; unknown fields stay. Raises PatchError."""
    try:
        typed = round_trip(struct, obj)
    except TypeMismatchError:
        return obj
    filled = copied(typed)
    defaults.apply(filled, struct)
    return strategic_apply.apply(obj, strategic.two_way(typed, filled, struct), struct)


def _structured(config: Object, actual: Object) -> DiffResult:
    struct = struct_of(config.get("apiVersion"), config.get("kind"))
    prefix = "failed to calculate diff: error calculating structured merge diff"
    if struct is None:
        return _failed(f"{prefix}: unable to resolve parseableType for GroupVersionKind")
    node = Node(struct)
    for side, obj in (("live", actual), ("config", config)):
        try:
            validate(obj, node)
        except NotTypedError as error:
            return _failed(f"{prefix}: error building typed value from {side} resource: {error}")
    try:
        predicted = _applied(config, actual, node)
        if predicted is None:
            return DiffResult(is_modified=False, live=actual, predicted=actual)
        live_text = with_defaults(_without_last_applied(actual), struct)
        return _result(live_text, with_defaults(_without_last_applied(predicted), struct))
    except (NotTypedError, PatchError) as error:
        return _failed(f"{prefix}: error calculating diff: {error}")


def _applied(config: Object, actual: Object, node: Node) -> Any:
    last, others = EMPTY, []
    for entry in managed_fields.entries(actual):
        if entry.fields is None:
            raise NotTypedError("error decoding managed fields")
        owner = entry.owner
        is_ours = (owner.manager, owner.operation, owner.subresource) == (MANAGER, "Apply", "")
        if is_ours:
            last = entry.fields
        else:
            others.append(entry.fields)
    return apply.apply(actual, config, node, last, others)


def _without_last_applied(obj: Object) -> Object:
    metadata = obj.get("metadata")
    found = metadata.get("annotations") if isinstance(metadata, dict) else None
    if not isinstance(metadata, dict) or not isinstance(found, dict):
        return obj
    rest = {key: value for key, value in found.items() if key != LAST_APPLIED}
    return {**obj, "metadata": {**metadata, "annotations": rest}}


def _walk(live: Any, desired: Any, path: tuple[str | int, ...]) -> Iterator[Difference]:
    if isinstance(live, dict) and isinstance(desired, dict):
        for key in sorted({*live, *desired}):
            yield from _walk(live.get(key, MISSING), desired.get(key, MISSING), (*path, key))
    elif isinstance(live, list) and isinstance(desired, list) and len(live) == len(desired):
        for index, (ours, theirs) in enumerate(zip(live, desired, strict=True)):
            yield from _walk(ours, theirs, (*path, index))
    elif not is_same(live, desired):
        is_added, is_removed = live is MISSING, desired is MISSING
        yield Difference(
            join(path),
            None if is_removed else desired,
            None if is_added else live,
            is_added,
            is_removed,
        )
