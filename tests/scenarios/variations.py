"""Patches over the bundled sample of a healthy platform: each makes one kind of trouble of it.

A variation is a mapping of `variations.yaml`; `doing` lists what is done to the snapshot, in order.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.origin import LiveOrigin
from auditor.snapshot import Collected, Look, Missing, Snapshot
from auditor.snapshot.derived import NOW
from auditor.snapshot.sections import ALL

SAMPLE: Final = Path("sample_snapshots/healthy")
COMMIT: Final = "2744adfa759881a3bcca203b2bfbdc44d2204328"
NEXT: Final = "9" * 40

Raw = dict[str, Any]


class Desk:
    """A snapshot taken apart, to be changed in place."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.header = snapshot.header
        self.items: dict[str, list[tuple[Manifest, Raw]]] = {}
        self.other: dict[str, Look] = {}
        for name, look in snapshot.sections.items():
            match look:
                case Collected(items):
                    self.items[name] = [(item, json.loads(json.dumps(item.raw))) for item in items]
                case _:
                    self.other[name] = look
        now = snapshot.look(NOW)
        assert isinstance(now, datetime)
        self.now = now

    def ago(self, minutes: float) -> str:
        """Return the time `minutes` before the snapshot, RFC 3339."""
        return (self.now - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def all(self, section: str) -> list[Raw]:
        """Return the raw items of a section."""
        return [raw for _, raw in self.items[section]]

    def application(self, name: str) -> Raw:
        """Return a live Application."""
        found = [r for r in self.all("live.applications") if r["metadata"]["name"] == name]
        assert found, f"no Application {name}"
        return found[0]

    def add(self, section: str, raw: Raw) -> None:
        """Add an item to a section, which is there from then on."""
        self.other.pop(section, None)
        self.items.setdefault(section, []).append((Manifest({}, LiveOrigin("lab")), raw))

    def objects(self, label: str) -> Iterator[Raw]:
        """Yield the live objects called `Kind namespace/name`."""
        for raw in (*self.all("live.objects"), *self.all("live.namespaces")):
            if Manifest(raw, LiveOrigin("")).ref.label == label:
                yield raw

    def snapshot(self) -> Snapshot:
        """Put it together again."""
        looks: dict[str, Look] = {
            section.name: self.other.get(section.name, Missing(Gap("not_collected")))
            for section in ALL
        }
        for name, pairs in self.items.items():
            looks[name] = Collected(tuple(replace(item, raw=raw) for item, raw in pairs))
        return Snapshot(looks, self.header)


def made(variation: Mapping[str, Any], sample: Snapshot) -> Snapshot:
    """Return the snapshot that `variation` describes."""
    desk = Desk(sample)
    for step in variation["doing"]:
        ((what, given),) = step.items()
        DEEDS[what](desk, given)
    found = desk.snapshot()
    return renamed(found, variation["names"]) if "names" in variation else found


def renamed(snapshot: Snapshot, names: Mapping[str, str]) -> Snapshot:
    """Return the snapshot with words replaced everywhere: nothing may hang on a name."""

    def told(text: str) -> str:
        for old, new in names.items():
            text = text.replace(old, new)
        return text

    def moved(item: Manifest) -> Manifest:
        parts: dict[str, Any] = {
            part.name: told(value)
            for part in fields(item.origin)
            if isinstance(value := getattr(item.origin, part.name), str)
        }
        return replace(
            item, raw=json.loads(told(json.dumps(item.raw))), origin=replace(item.origin, **parts)
        )

    looks: dict[str, Look] = {
        name: Collected(tuple(map(moved, look.items)), look.gaps)
        if isinstance(look, Collected)
        else look
        for name, look in snapshot.sections.items()
    }
    return Snapshot(looks, snapshot.header)


def merged(into: Raw, patch: Mapping[str, Any]) -> None:
    """Merge `patch` as RFC 7386 has it."""
    for key, value in patch.items():
        if value is None:
            into.pop(key, None)
        elif isinstance(value, Mapping):
            if not isinstance(into.get(key), dict):
                into[key] = {}
            merged(into[key], value)
        else:
            into[key] = json.loads(json.dumps(value))


def _named(given: Any) -> list[str]:
    return [given] if isinstance(given, str) else list(given)


def _rows(app: Raw, **fields: Any) -> None:
    for row in app["status"]["resources"]:
        row.update(fields)


def fails(desk: Desk, given: Raw) -> None:
    """Let the last sync of Applications have failed; `results` maps `Kind name` to a message."""
    for name in _named(given["applications"]):
        app = desk.application(name)
        results = given.get("results", {})
        phase = given.get("phase", "Failed")
        retries = given.get("retries", 5)
        state: Raw = {
            "phase": phase,
            "message": given["message"],
            "retryCount": retries,
            "startedAt": desk.ago(60),
            "finishedAt": desk.ago(54),
            "operation": app["status"]["operationState"]["operation"],
            "syncResult": {
                "revision": NEXT,
                "resources": [_result(app, kind, said) for kind, said in results.items()],
            },
        }
        app["status"]["operationState"] = state
        app["status"]["sync"] |= {"status": "OutOfSync", "revision": NEXT}
        wanted = set(results)
        for row in app["status"]["resources"]:
            if not wanted or f"{row['kind']} {row['name']}" in wanted:
                row["status"] = "OutOfSync"
        if phase != "Running" and given.get("has_condition", True):
            text = f"Failed last sync attempt to [{NEXT}]: {given['message']}"
            condition = {
                "type": "SyncError",
                "message": text,
                "lastTransitionTime": desk.ago(54),
            }
            app["status"]["conditions"] = [condition]


def _result(app: Raw, named: str, said: Any) -> Raw:
    kind, name = named.split()
    rows = [r for r in app["status"]["resources"] if (r["kind"], r["name"]) == (kind, name)]
    place = app["spec"]["destination"]["namespace"]
    base = rows[0] if rows else {"group": "batch", "kind": kind, "namespace": place, "name": name}
    found = {key: base[key] for key in ("group", "kind", "namespace", "name") if key in base}
    if isinstance(said, str):
        return {**found, "status": "SyncFailed", "hookPhase": "Failed", "message": said}
    return {**found, **said}


def cannot(desk: Desk, given: Raw) -> None:
    """Let Applications bear a condition that keeps Argo CD from comparing."""
    for name in _named(given["applications"]):
        app = desk.application(name)
        messages = _named(given["message"])
        app["status"]["conditions"] = [
            {
                "type": given.get("type", "ComparisonError"),
                "message": message.replace("{app}", name),
                "lastTransitionTime": desk.ago(given.get("since", 60)),
            }
            for message in messages
        ]
        app["status"]["sync"]["status"] = "Unknown"
        _rows(app, status="Unknown")
        if given.get("never"):
            app["status"]["resources"] = []
            app["status"].pop("operationState", None)
            app["status"].pop("history", None)


def waits(desk: Desk, given: Raw) -> None:
    """Let a sync go on for an hour."""
    app = desk.application(given["application"])
    results = given.get("results", {})
    app["status"]["operationState"] = {
        "phase": "Running",
        "message": given["message"],
        "startedAt": desk.ago(given.get("since", 60)),
        "operation": app["status"]["operationState"]["operation"],
        "syncResult": {
            "revision": NEXT,
            "resources": [_result(app, kind, said) for kind, said in results.items()],
        },
    }
    app["status"]["sync"] |= {"status": "OutOfSync", "revision": NEXT}


def ails(desk: Desk, given: Raw) -> None:
    """Let Applications have been unhealthy for an hour; `of` names the object to blame."""
    for name in _named(given["applications"]):
        app = desk.application(name)
        health = {"status": given["health"], "lastTransitionTime": desk.ago(60)}
        if of := given.get("of"):
            kind, ref = of.split()
            health["message"] = f"Caused by {kind}:{ref}"
        app["status"]["health"] = health


def says(desk: Desk, given: Raw) -> None:
    """Give live objects a condition: `Kind namespace/name` to fields of the condition."""
    for label, condition in given.items():
        found = list(desk.objects(label))
        assert found, label
        for raw in found:
            entry = {"lastTransitionTime": desk.ago(60), **condition}
            raw.setdefault("status", {})["conditions"] = [entry]


def pods(desk: Desk, given: list[Raw]) -> None:
    """Add pods that do not get on: `namespace/name` and the state of their one container."""
    for pod in given:
        namespace, name = pod["name"].split("/")
        container = {"name": "app", "image": pod.get("image", ""), "state": pod["state"]}
        status = {"phase": pod.get("phase", "Pending"), "containerStatuses": [container]}
        meta = {"name": name, "namespace": namespace}
        raw = {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "status": status}
        desk.add("live.pods", raw)


def events(desk: Desk, given: list[Raw]) -> None:
    """Add events that warn: `about` is `Kind namespace/name`."""
    for number, event in enumerate(given):
        kind, _, ref = event["about"].partition(" ")
        namespace, name = ref.split("/")
        raw = {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": f"{name}.{number}", "namespace": namespace},
            "involvedObject": {"kind": kind, "namespace": namespace, "name": name},
            "type": "Warning",
            "reason": event["reason"],
            "message": event["message"],
            "count": event.get("count", 1),
            "firstTimestamp": desk.ago(50),
            "lastTimestamp": desk.ago(1),
        }
        desk.add("live.events", raw)


def deletes(desk: Desk, given: Raw) -> None:
    """Let Applications have been told to go an hour ago."""
    for name in _named(given["applications"]):
        meta = desk.application(name)["metadata"]
        meta["deletionTimestamp"] = desk.ago(60)
        meta["finalizers"] = _named(given.get("finalizers", meta.get("finalizers", [])))
        if message := given.get("message"):
            condition = {
                "type": "DeletionError",
                "message": message,
                "lastTransitionTime": desk.ago(50),
            }
            desk.application(name)["status"]["conditions"] = [condition]


def gone(desk: Desk, given: Any) -> None:
    """Take namespaces away, and what lies in them."""
    for name in _named(given):
        for section in ("live.namespaces", "live.objects"):
            desk.items[section] = [
                (item, raw)
                for item, raw in desk.items[section]
                if name not in (raw["metadata"]["name"], raw["metadata"].get("namespace"))
            ]


def sets(desk: Desk, given: Mapping[str, Raw]) -> None:
    """Merge a patch into Applications, live and declared; `{60 min}` is a time before now."""
    for name, patch in given.items():
        text = json.dumps(patch)
        for minutes in (600, 120, 60, 1):
            text = text.replace(f"{{{minutes} min}}", desk.ago(minutes))
        merged(desk.application(name), json.loads(text))
        if "spec" in patch:
            for raw in desk.all("git.manifests"):
                if raw["kind"] == "Application" and raw["metadata"]["name"] == name:
                    merged(raw, {"spec": patch["spec"]})


def patches(desk: Desk, given: Mapping[str, Raw]) -> None:
    """Merge patches into live objects, by `Kind namespace/name`."""
    for label, patch in given.items():
        found = list(desk.objects(label))
        assert found, label
        for raw in found:
            merged(raw, json.loads(json.dumps(patch).replace("{60 min}", desk.ago(60))))


def projects(desk: Desk, given: Mapping[str, Raw | None]) -> None:
    """Merge patches into live AppProjects, or take them away."""
    for name, patch in given.items():
        kept = []
        for item, raw in desk.items["live.projects"]:
            if raw["metadata"]["name"] != name:
                kept.append((item, raw))
            elif patch is not None:
                merged(raw, patch)
                kept.append((item, raw))
        desk.items["live.projects"] = kept


def without(desk: Desk, given: Any) -> None:
    """Leave sections out, as where reading them was refused."""
    for name in _named(given):
        desk.items.pop(name, None)
        desk.other[name] = Missing(Gap("forbidden", {"status": 403}))


def drifts(desk: Desk, given: Raw) -> None:
    """Let rows be OutOfSync for an hour without any sync."""
    app = desk.application(given["application"])
    app["status"]["sync"]["status"] = "OutOfSync"
    for row in app["status"]["resources"]:
        if row["kind"] in _named(given["kinds"]):
            row["status"] = "OutOfSync"


DEEDS: Final[Mapping[str, Callable[[Desk, Any], None]]] = {
    deed.__name__: deed
    for deed in (
        fails,
        cannot,
        waits,
        ails,
        says,
        pods,
        events,
        deletes,
        gone,
        sets,
        patches,
        projects,
        without,
        drifts,
    )
}
