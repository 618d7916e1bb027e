"""Parameters of the clusters generator; mirrors `applicationset/generators/cluster.go`.

What a cluster's Secret holds is never read, so its name and server are stand-ins that the caller
chooses; an Application that shows one is not known.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from auditor.argocd.application import IN_CLUSTER
from auditor.argocd.applicationset_git import with_values
from auditor.argocd.applicationset_params import Mode, NeedsOutside, Params
from auditor.argocd.applicationset_text import GenerationError
from auditor.kube.loose import is_true, mapping, text
from auditor.kube.selector import BadSelector, matches

LABEL: Final = "argocd.argoproj.io/secret-type"
_IN_CLUSTER: Final = "in-cluster"
_OF_SECRETS: Final = re.compile(r"\bmetadata\.(?:labels|annotations)\b")


def is_cluster(secret: Mapping[str, Any]) -> bool:
    """Say whether a Secret, known by its metadata, is that of a cluster."""
    return text(mapping(secret, "metadata", "labels"), LABEL) == "cluster"


def cluster_params(
    raw: Any, secrets: Sequence[Mapping[str, Any]], mode: Mode, stand_in: str
) -> list[Params]:
    """Return the parameters of a `clusters` block; `stand_in` takes the place of what is hidden.

    Without a selector the local cluster counts too, with or without a Secret: which of them is
    hidden, so that `NeedsOutside` is raised where there is any Secret.
    """
    selector = mapping(raw, "selector")
    try:
        chosen = [s for s in secrets if is_cluster(s) and matches(selector, _labels(s))]
    except BadSelector as error:
        why = f"error getting cluster secrets: error converting label selector: {error}"
        raise GenerationError(why) from None
    found = [_params(secret, mode, f"{stand_in}{number}") for number, secret in enumerate(chosen)]
    if not is_selective(raw):
        if chosen:
            raise NeedsOutside("clusters")
        return local_params(raw, mode)
    return _filled(raw, found, mode)


def is_selective(raw: Any) -> bool:
    """Say whether a `clusters` block has a selector: then the local cluster needs a Secret."""
    selector = mapping(raw, "selector")
    return bool(selector.get("matchLabels") or selector.get("matchExpressions"))


def local_params(raw: Any, mode: Mode) -> list[Params]:
    """Return the parameters of the cluster Argo CD runs in, where no Secret names it."""
    local = dict.fromkeys(("name", "nameNormalized"), _IN_CLUSTER)
    return _filled(raw, [{**local, "server": IN_CLUSTER, "project": ""}], mode)


def asks_secrets(applicationset: Any) -> bool:
    """Say whether an ApplicationSet reads labels or annotations of clusters' Secrets.

    Where it does, the local cluster has one too, for without it the texts stay unfilled.
    """
    return _OF_SECRETS.search(json.dumps(mapping(applicationset, "spec"))) is not None


def _filled(raw: Any, found: list[Params], mode: Mode) -> list[Params]:
    filled = [with_values(mapping(raw, "values"), params, mode) for params in found]
    return [{"clusters": filled}] if is_true(raw, "flatList") else filled


def _labels(secret: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in mapping(secret, "metadata", "labels").items()}


def _params(secret: Mapping[str, Any], mode: Mode, hidden: str) -> Params:
    labels = _labels(secret)
    notes = {k: str(v) for k, v in mapping(secret, "metadata", "annotations").items()}
    params: Params = dict.fromkeys(("name", "nameNormalized", "server", "project"), hidden)
    if mode.is_go:
        parts = {"annotations": notes, "labels": labels}
        return params | {"metadata": {key: part for key, part in parts.items() if part}}
    params |= {f"metadata.annotations.{key}": value for key, value in notes.items()}
    return params | {f"metadata.labels.{key}": value for key, value in labels.items()}
