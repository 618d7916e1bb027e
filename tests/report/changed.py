"""The sample of a troubled platform with one thing more in it."""

import base64
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from auditor.kube.manifest import Manifest
from auditor.kube.origin import LiveOrigin
from auditor.snapshot import Collected, Snapshot, codec, sections
from auditor.snapshot.section import Raw

SAMPLE: Final = Path(__file__).resolve().parents[2] / "sample_snapshots" / "troubled"
PLANTED: Final = "Pl4nted-Valu3-Of-A-Secret"
ENCODED: Final = base64.b64encode(PLANTED.encode()).decode()
ISSUER: Final = "/metadata/annotations/cert-manager.io~1cluster-issuer"
APPLICATION: Final = "ingress-prod"
_COPY: Final = "kubectl.kubernetes.io/last-applied-configuration"

Change = Callable[[dict[str, Any]], None]


@cache
def sample() -> Snapshot:
    """Return the sample as it is."""
    return codec.read(SAMPLE)


def ignoring(*rules: Mapping[str, Any]) -> Snapshot:
    """Return the sample with ignoreDifferences of APPLICATION, in Git and live."""

    def ignore(raw: dict[str, Any]) -> None:
        raw["spec"]["ignoreDifferences"] = [dict(rule) for rule in rules]

    return _changed(
        _changed(sample(), sections.GIT_MANIFESTS, APPLICATION, ignore),
        sections.LIVE_APPLICATIONS,
        APPLICATION,
        ignore,
    )


def ignoring_everywhere() -> Snapshot:
    """Return the sample with the annotation ignored by argocd-cm for every Ingress."""
    setting = "resource.customizations.ignoreDifferences.networking.k8s.io_Ingress"
    return _set_up(setting, f"jsonPointers:\n- {ISSUER}\n")


def leaving_out_ingresses() -> Snapshot:
    """Return the sample with Ingresses among the kinds that Argo CD never looks at."""
    excluded = "- apiGroups: [networking.k8s.io]\n  kinds: [Ingress]\n"
    return _set_up("resource.exclusions", excluded)


def _set_up(setting: str, value: str) -> Snapshot:
    def put(raw: dict[str, Any]) -> None:
        raw.setdefault("data", {})[setting] = value

    return _changed(sample(), sections.LIVE_SETTINGS, "argocd-cm", put)


def holding_a_secret() -> Snapshot:
    """Return the sample with a Secret of APPLICATION whose values the snapshot wrongly holds."""
    meta = {"name": "plate-db", "namespace": "plate-prod"}
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": meta,
        "data": {"password": ENCODED},
        "stringData": {"user": PLANTED},
    }
    owner = {
        "manager": "openbao-agent",
        "operation": "Update",
        "time": "2026-11-23T08:00:00Z",
        "fieldsV1": {"f:data": {"f:password": {}}},
    }
    live = {
        **secret,
        "metadata": {**meta, "annotations": {_COPY: str(secret)}, "managedFields": [owner]},
        "data": {"password": f"{ENCODED}x"},
    }

    def render(raw: dict[str, Any]) -> None:
        raw["objects"] = [*raw["objects"], {"manifest": secret, "template": "templates/db.yaml"}]

    snapshot = _changed(sample(), sections.RENDERINGS, APPLICATION, render)
    objects = snapshot.look(sections.LIVE_OBJECTS)
    assert isinstance(objects, Collected)
    items = (*objects.items, Manifest(live, LiveOrigin("plate")))
    return _with(snapshot, sections.LIVE_OBJECTS, Collected(items, objects.gaps))


def saying(name: str, *conditions: Mapping[str, str]) -> Snapshot:
    """Return the sample with conditions of one Application."""

    def say(raw: dict[str, Any]) -> None:
        raw["status"]["conditions"] = [dict(condition) for condition in conditions]

    return _changed(sample(), sections.LIVE_APPLICATIONS, name, say)


def twice(name: str, namespace: str) -> Snapshot:
    """Return the sample with a second live Application of this name in another namespace."""
    look = sample().look(sections.LIVE_APPLICATIONS)
    assert isinstance(look, Collected)
    (raw,) = (deepcopy(dict(item.raw)) for item in look.items if item.ref.name == name)
    raw["metadata"]["namespace"] = namespace
    items = (*look.items, Manifest(raw, LiveOrigin("plate")))
    return _with(sample(), sections.LIVE_APPLICATIONS, Collected(items, look.gaps))


def _changed(snapshot: Snapshot, section: Raw, name: str, change: Change) -> Snapshot:
    look = snapshot.look(section)
    assert isinstance(look, Collected)
    hits = [item for item in look.items if _is_called(item, name)]
    assert hits, "the sample has what is changed"
    items = tuple(_with_change(item, change) if item in hits else item for item in look.items)
    return _with(snapshot, section, Collected(items, look.gaps))


def _is_called(item: Manifest, name: str) -> bool:
    return name in (item.ref.name, str(item.raw.get("application", "")).rpartition("/")[2])


def _with_change(item: Manifest, change: Change) -> Manifest:
    raw = deepcopy(dict(item.raw))
    change(raw)
    return replace(item, raw=raw)


def _with(snapshot: Snapshot, section: Raw, look: Collected) -> Snapshot:
    return Snapshot({**snapshot.sections, section.name: look}, snapshot.header)


def rendering(name: str, change: Change) -> Snapshot:
    """Return the sample with something else rendered by one Application."""
    return _changed(sample(), sections.RENDERINGS, name, change)
