"""An Application's own fields; mirrors methods of `Application` in `types.go`."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from auditor.argocd.annotations import DELETION_APPROVED, REFRESH, annotations
from auditor.kube.loose import integer, text, texts
from auditor.kube.manifest import at

RESOURCES_FINALIZER = "resources-finalizer.argocd.argoproj.io"
PROPAGATION_FINALIZERS = (
    RESOURCES_FINALIZER,
    f"{RESOURCES_FINALIZER}/foreground",
    f"{RESOURCES_FINALIZER}/background",
)
PRE_DELETE_FINALIZER = "pre-delete-finalizer.argocd.argoproj.io"
POST_DELETE_FINALIZER = "post-delete-finalizer.argocd.argoproj.io"
KNOWN_FINALIZERS = (
    *PROPAGATION_FINALIZERS,
    PRE_DELETE_FINALIZER,
    f"{PRE_DELETE_FINALIZER}/cleanup",
    POST_DELETE_FINALIZER,
    f"{POST_DELETE_FINALIZER}/cleanup",
)
DEFAULT_PROJECT = "default"
DEFAULT_HISTORY_LIMIT = 10

_RFC3339 = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)\Z", re.ASCII
)


def project_name(spec: Any) -> str:
    """Return the project; an empty one is `default` (`GetProject`)."""
    return text(spec, "project") or DEFAULT_PROJECT


def history_limit(spec: Any) -> int:
    """Return how many syncs are kept (`GetRevisionHistoryLimit`); 0 keeps none."""
    limit = integer(spec, "revisionHistoryLimit")
    return DEFAULT_HISTORY_LIMIT if limit is None else limit


def propagation_finalizer(app: Any) -> str:
    """Return the first finalizer that cascades, or an empty text (`GetPropagationPolicy`)."""
    found = texts(app, "metadata", "finalizers")
    return next((name for name in found if name in PROPAGATION_FINALIZERS), "")


def cascades(app: Any) -> bool:
    """Tell whether deleting the Application deletes its resources (`CascadedDeletion`)."""
    return bool(propagation_finalizer(app))


def has_finalizer(app: Any, finalizer: str) -> bool:
    """Tell whether the object carries exactly that finalizer."""
    return finalizer in texts(app, "metadata", "finalizers")


def requested_refresh(app: Any) -> str | None:
    """Return `normal` or `hard` where a refresh is asked for, else None."""
    found = annotations(app)
    if REFRESH not in found:
        return None
    return "hard" if found[REFRESH] == "hard" else "normal"


def is_deletion_confirmed(app: Any, since: datetime) -> bool:
    """Tell whether a deletion or pruning that began at `since` was approved, not before it."""
    approved = parse_rfc3339(annotations(app).get(DELETION_APPROVED, ""))
    return approved is not None and approved >= since


def parse_rfc3339(value: object) -> datetime | None:
    """Read a time as Go's RFC 3339 layout does, to the microsecond; None for anything else."""
    found = _RFC3339.match(value) if isinstance(value, str) else None
    if found is None:
        return None
    moment, fraction, zone = found.groups()
    try:
        return datetime.fromisoformat(f"{moment}.{(fraction or '0')[:6]:0<6}{zone}")
    except ValueError:
        return None


def instance_name(app: Any, controller_namespace: str) -> str:
    """Return the name used in tracking: `namespace_name` outside the controller's namespace."""
    namespace, name = text(app, "metadata", "namespace"), text(app, "metadata", "name")
    return name if namespace in {"", controller_namespace} else f"{namespace}_{name}"


def qualified_name(app: Any) -> str:
    """Return `namespace/name`, or the name of an Application without a namespace."""
    namespace, name = text(app, "metadata", "namespace"), text(app, "metadata", "name")
    return f"{namespace}/{name}" if namespace else name


def rbac_name(app: Any, controller_namespace: str) -> str:
    """Return the name used in RBAC policies, with the project and any foreign namespace."""
    namespace, name = text(app, "metadata", "namespace"), text(app, "metadata", "name")
    project = project_name(at(app, "spec"))
    if controller_namespace and namespace not in {"", controller_namespace}:
        return f"{project}/{namespace}/{name}"
    return f"{project}/{name}"


def destination(app: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return server, name and namespace of `spec.destination`, as written."""
    return (
        text(app, "spec", "destination", "server"),
        text(app, "spec", "destination", "name"),
        text(app, "spec", "destination", "namespace"),
    )
