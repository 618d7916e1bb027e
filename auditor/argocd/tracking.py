"""Which Application an object belongs to; mirrors `util/argo/resource_tracking.go`."""

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Self

from auditor.argocd.annotations import annotations
from auditor.kube.loose import text
from auditor.kube.manifest import at
from auditor.kube.ref import ResourceRef, group_of

TRACKING_ID = "argocd.argoproj.io/tracking-id"
INSTALLATION_ID = "argocd.argoproj.io/installation-id"
DEFAULT_LABEL_KEY = "app.kubernetes.io/instance"
LEGACY_LABEL_KEY = "applications.argoproj.io/app-name"
METHODS = ("annotation", "label", "annotation+label")
LABEL_LIMIT = 63

_FORMAT = (
    "wrong resource tracking format, should be <application-name>:<group>/<kind>:<namespace>/<name>"
)
_OK_END = re.compile(r"[a-zA-Z0-9]\Z")
_TEMPLATED = {("batch", "Job")} | {
    (group, kind)
    for group in ("apps", "extensions")
    for kind in ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet")
}


class TrackingError(ValueError):
    """An id, label or object that cannot be used for tracking; the message is Argo CD's."""


@dataclass(frozen=True, slots=True)
class TrackingId:
    """The annotation tracking-id: which Application applied the object, and as what."""

    application: str
    group: str
    kind: str
    namespace: str
    name: str

    @classmethod
    def parse(cls, written: str) -> Self:
        """Read a tracking id; raise `TrackingError` where the format is wrong."""
        parts = written.split(":", 2)
        if len(parts) != 3:
            raise TrackingError(_FORMAT)
        groups, names = parts[1].split("/"), parts[2].split("/")
        if len(groups) != 2 or len(names) != 2:
            raise TrackingError(_FORMAT)
        return cls(parts[0], groups[0], groups[1], names[0], names[1])

    @classmethod
    def of(cls, obj: Mapping[str, Any], application: str, namespace: str) -> Self:
        """Return the id an object gets; `namespace` is the destination's, for objects without."""
        ref = ResourceRef.of(obj)
        return cls(application, ref.group, ref.kind, ref.namespace or namespace, ref.name)

    def is_of(self, ref: ResourceRef) -> bool:
        """Tell whether the object that carries it is the one it speaks of (`isSelfReferencedObj`).

        Controllers copy the annotation to other objects; a cluster-scoped object carries the
        namespace of its Application's destination.
        """
        same = (self.group, self.kind, self.name) == (ref.group, ref.kind, ref.name)
        return same and (not ref.namespace or self.namespace == ref.namespace)

    def __str__(self) -> str:
        where = f"{self.namespace}/{self.name}"
        return f"{self.application}:{self.group}/{self.kind}:{where}"


def annotated(obj: Any) -> TrackingId | None:
    """Return the id that an object carries as its annotation, None where there is no valid one."""
    try:
        return TrackingId.parse(annotations(obj).get(TRACKING_ID, ""))
    except TrackingError:
        return None


def instances_of(application: ResourceRef) -> tuple[str, str]:
    """Return the names an Application may be tracked under.

    It is `name` in Argo CD's own namespace and `namespace_name` elsewhere; without knowing which
    namespace is whose, both are possible.
    """
    return application.name, f"{application.namespace}_{application.name}"


def tracking_method(config_map: Any) -> str:
    """Return the method of argocd-cm as written; absent means `annotation`."""
    return text(config_map, "application.resourceTrackingMethod") or "annotation"


def is_old_method(method: str) -> bool:
    """Tell whether the method is the label one (`IsOldTrackingMethod`)."""
    return method in {"", "label"}


def tracking_id(obj: Any, method: str, installation_id: str = "") -> TrackingId | None:
    """Return the readable id of a live object; the label method and unknown ones have none."""
    if method not in {"annotation", "annotation+label"}:
        return None
    return _annotated(obj, installation_id)


def application_of(
    obj: Any, method: str, *, label_key: str = DEFAULT_LABEL_KEY, installation_id: str = ""
) -> str:
    """Return the instance name of the owner of a live object, or an empty text (`GetAppName`)."""
    if method == "label":
        return (_strict_map(obj, "labels") or {}).get(label_key, "")
    found = _annotated(obj, installation_id)
    return found.application if found else ""


def is_self_referenced(obj: Mapping[str, Any], found: TrackingId) -> bool:
    """Tell whether an id was written for the object that carries it, not copied with it.

    A cluster-scoped object carries the destination namespace in its id, so that part is free there.
    """
    ref = ResourceRef.of(obj)
    return (found.group, found.kind, found.name) == (ref.group, ref.kind, ref.name) and (
        not ref.namespace or found.namespace == ref.namespace
    )


def truncated_label(value: str) -> str:
    """Cut to the 63 bytes of a label, ending in a letter or digit; else raise `TrackingError`."""
    data = value.encode("utf-8", "surrogatepass")
    if len(data) <= LABEL_LIMIT:
        return value
    cut = data[:LABEL_LIMIT].decode("latin-1")
    while not _OK_END.search(cut):
        if len(cut) <= 1:
            raise TrackingError("unable to truncate label to not end with a special character")
        cut = cut[:-1]
    return cut.encode("latin-1").decode("utf-8", "replace")


def stamped(
    obj: Mapping[str, Any],
    *,
    method: str,
    application: str,
    namespace: str,
    label_key: str = DEFAULT_LABEL_KEY,
    installation_id: str = "",
) -> dict[str, Any]:
    """Return a copy of a manifest with the marks of its Application (`SetAppInstance`).

    Raise `TrackingError` where the object's own metadata or the label stands in the way.
    """
    out = deepcopy(dict(obj))
    if method == "label":
        _set_label(out, label_key, application)
        return out
    _set_annotations(out, str(TrackingId.of(obj, application, namespace)), installation_id)
    if method == "annotation+label":
        try:
            label = truncated_label(application)
        except TrackingError as error:
            raise TrackingError(f"failed to set app instance label: {error}") from None
        _set_label(out, label_key, label)
    return out


def _annotated(obj: Any, installation_id: str) -> TrackingId | None:
    if installation_id and annotations(obj).get(INSTALLATION_ID) != installation_id:
        return None
    try:
        return TrackingId.parse((_strict_map(obj, "annotations") or {}).get(TRACKING_ID, ""))
    except TrackingError:
        return None


def _strict_map(obj: Any, key: str) -> dict[str, str] | None:
    """Return labels or annotations, or None where any value is no text; absent ones are empty."""
    raw = at(obj, "metadata", key)
    if raw is None:
        return {}
    if not isinstance(raw, Mapping) or not all(isinstance(value, str) for value in raw.values()):
        return None
    return dict(raw)


def _set_annotations(out: dict[str, Any], written: str, installation_id: str) -> None:
    found = _changeable(out, "annotations")
    if installation_id:
        found[INSTALLATION_ID] = installation_id
    else:
        found.pop(INSTALLATION_ID, None)
    found[TRACKING_ID] = written
    _metadata(out)["annotations"] = found


def _set_label(out: dict[str, Any], key: str, value: str) -> None:
    try:
        found = _changeable(out, "labels")
    except TrackingError as error:
        raise TrackingError(f"failed to set app instance label: {error}") from None
    found[key] = value
    _metadata(out)["labels"] = found
    ref = ResourceRef.of(out)
    if key == LEGACY_LABEL_KEY and (ref.group, ref.kind) in _TEMPLATED:
        _set_template_label(out, key, value)


def _set_template_label(out: dict[str, Any], key: str, value: str) -> None:
    """Label the pod template too, as the legacy key does, without letting it reach the selector."""
    here = out
    for step in ("spec", "template", "metadata", "labels"):
        if not isinstance(here.get(step), dict):
            here[step] = {}
        here = here[step]
    here[key] = value
    if text(out, "apiVersion") not in {"apps/v1beta1", "extensions/v1beta1"}:
        return
    if ResourceRef.of(out).kind != "Job" and not at(out, "spec", "selector"):
        del here[key]
        out["spec"]["selector"] = {"matchLabels": dict(here)}


def _changeable(out: Mapping[str, Any], key: str) -> dict[str, str]:
    found = _strict_map(out, key)
    if found is not None:
        return found
    ref = ResourceRef.of(out)
    version = text(out, "apiVersion").rpartition("/")[2]
    kind = f"{group_of(text(out, 'apiVersion'))}/{version}, Kind={ref.kind}"
    where = f"{kind} {ref.namespace}/{ref.name}"
    raise TrackingError(f"failed to get {key} from target object {where}: {_accessor(out, key)}")


def _accessor(out: Mapping[str, Any], key: str) -> str:
    raw = at(out, "metadata", key)
    start = f".metadata.{key} accessor error: "
    if not isinstance(raw, Mapping):
        found = f"{_go(raw)} is of the type {_go_type(raw)}"
        return f"{start}{found}, expected map[string]interface {{}}"
    name, value = next((n, v) for n, v in raw.items() if not isinstance(v, str))
    found = f"{_go(value)} is of the type {_go_type(value)}, expected string"
    return f'{start}contains non-string value in the map under key "{name}": {found}'


def _go(value: object) -> str:
    if value is None:
        return "<nil>"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _go_type(value: object) -> str:
    names = {
        type(None): "<nil>",
        bool: "bool",
        int: "int64",
        float: "float64",
        str: "string",
        list: "[]interface {}",
    }
    return names.get(type(value), "map[string]interface {}")


def _metadata(out: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(out.get("metadata"), dict):
        out["metadata"] = {}
    metadata: dict[str, Any] = out["metadata"]
    return metadata
