"""Write `sample_snapshots/`: recorded clusters and their repository, collected by the product.

Run from the project's root where the recordings lie beside it:
`python -m tests.support.make_samples`. The troubled platform puts together what three recordings
of the same platform show, so that one report has several causes.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from auditor.kube.manifest import Manifest
from auditor.kube.origin import LiveOrigin
from auditor.snapshot import Collected, Look, Snapshot, codec

SCENARIOS: Final = Path("../shared/scenarios")
TOOL: Final = Path("../shared/tools/replay-api.py")
SERVER: Final = "kubernetes.plate.example:6443"
URL: Final = "http://git.plate.example/platform/plate-gitops.git"
BASE: Final = "b-namespace-missing"
OVERLAYS: Final = {
    "d2-ingress-owned-fields-changed-selfheal-off": ("ingress-prod",),
    "d4-hpa-replicas": ("plate-web-prod", "plate-api-stg"),
}
HEALTHY: Final = (
    "A healthy platform: every Application is Synced and Healthy; what is reported are weaknesses "
    "of the manifests that have not hurt yet."
)
TROUBLED: Final = (
    "A troubled platform: a namespace nobody made, an Ingress that another controller rewrites, "
    "an autoscaler that is overruled, and weaknesses of the manifests."
)

LATER: Final = timedelta(minutes=30)
"""How long after the recording the sample was taken: trouble that lasts is told from a blink."""

_TIME: Final = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")

Raw = dict[str, Any]


def main() -> None:
    """Write both samples."""
    with tempfile.TemporaryDirectory() as scratch:
        healthy, troubled = Path(scratch) / "healthy", Path(scratch) / "troubled"
        shutil.copytree(SCENARIOS / "a-healthy", healthy, copy_function=shutil.copy)
        shutil.copytree(SCENARIOS / BASE, troubled, copy_function=shutil.copy)
        for scenario, applications in OVERLAYS.items():
            _overlay(troubled, SCENARIOS / scenario, applications)
        repository = _repository(Path(scratch) / "r1", "a-healthy")
        _collect(healthy, repository, HEALTHY, "healthy", _recorded(SCENARIOS / "a-healthy"))
        repository = _repository(Path(scratch) / "r2", BASE, *OVERLAYS)
        _collect(troubled, repository, TROUBLED, "troubled", _recorded(SCENARIOS / BASE))


def _recorded(scenario: Path) -> datetime:
    """Return when a scenario was recorded."""
    found = _TIME.search((scenario / "scenario.yaml").read_text())
    assert found
    return datetime.fromisoformat(found[0])


def _shifted(text: str, by: timedelta) -> str:
    """Return `text` with every time moved: recordings of different hours become one."""

    def moved(found: re.Match[str]) -> str:
        return (datetime.fromisoformat(found[0]) + by).strftime("%Y-%m-%dT%H:%M:%SZ")

    return _TIME.sub(moved, text)


def _repository(folder: Path, first: str, *others: str) -> Path:
    """Clone the first recording's repository and fetch the commits of the others into it."""
    _git(
        "clone", "--quiet", "--branch", "main", str(SCENARIOS / first / "repo.bundle"), str(folder)
    )
    for other in others:
        bundle = (SCENARIOS / other / "repo.bundle").resolve()
        _git("-C", str(folder), "fetch", "--quiet", str(bundle), f"main:refs/recorded/{other}")
    return folder


def _git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], check=True)


def _collect(scenario: Path, repository: Path, about: str, name: str, recorded: datetime) -> None:
    with serving(scenario) as kubeconfig:
        command = [sys.executable, "-m", "auditor", "snapshot", "--kubeconfig", str(kubeconfig)]
        command += ["--git", f"{URL}={repository}", "--about", about]
        folder = Path("sample_snapshots") / name
        subprocess.run([*command, "--out", str(folder)], check=True)
    codec.write(_settled(codec.read(folder), name, recorded + LATER), folder)


def _settled(found: Snapshot, name: str, now: datetime) -> Snapshot:
    """Replace what says where and when the recording was replayed: address, paths, clock."""
    clock = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    looks = {key: _moved(look) for key, look in found.sections.items()}
    header = replace(
        found.header,
        started=clock,
        finished=clock,
        cluster={
            **found.header.cluster,
            "server": SERVER,
            "context": "plate",
            "server_time": clock,
        },
        collector={
            **found.header.collector,
            "arguments": ["snapshot", "--git", f"{URL}=plate-gitops", "--out", name],
        },
    )
    return Snapshot(looks, header)


def _moved(look: Look) -> Look:
    match look:
        case Collected(items, gaps):
            return Collected(tuple(_elsewhere(item) for item in items), gaps)
        case _:
            return look


def _elsewhere(item: Manifest) -> Manifest:
    if not isinstance(item.origin, LiveOrigin):
        return item
    return replace(item, raw=_compared_again(item.raw), origin=LiveOrigin(SERVER))


def _compared_again(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Let the controller have gone on comparing until the sample was taken, as it does."""
    status = raw.get("status")
    if raw.get("kind") != "Application" or not isinstance(status, dict):
        return raw
    if "reconciledAt" not in status:
        return raw
    return {**raw, "status": {**status, "reconciledAt": _shifted(status["reconciledAt"], LATER)}}


@contextmanager
def serving(scenario: Path) -> Iterator[Path]:
    """Serve a recorded cluster; yield a kubeconfig for it."""
    with tempfile.TemporaryDirectory() as scratch:
        kubeconfig = Path(scratch) / "kubeconfig"
        command = [sys.executable, str(TOOL), str(scenario), "--kubeconfig", str(kubeconfig)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as server:
            assert server.stdout is not None
            server.stdout.readline()
            try:
                yield kubeconfig
            finally:
                server.terminate()


def _overlay(scenario: Path, other: Path, applications: tuple[str, ...]) -> None:
    """Replace what belongs to `applications` by what the other recording holds of it."""
    wanted = {("Application", "argocd", name) for name in applications}
    for name in applications:
        found = _read(other / "api" / _single(name))
        rows = found.get("status", {}).get("resources", [])
        wanted |= {(row["kind"], row.get("namespace", ""), row["name"]) for row in rows}
        namespace = found["spec"]["destination"]["namespace"]
        wanted.add(("Namespace", "", namespace))
    by = _recorded(SCENARIOS / BASE) - _recorded(other)
    index = json.loads((scenario / "index.json").read_text())
    known = {entry["file"] for entry in index}
    for entry in json.loads((other / "index.json").read_text()):
        path = other / "api" / entry["file"]
        if path.suffix != ".json" or entry["status"] != 200:
            continue
        body = json.loads(_shifted(path.read_text(), by))
        kind = str(body.get("kind", ""))
        if "items" in body and entry["file"] in known:
            _merge(scenario / "api" / entry["file"], body, kind.removesuffix("List"), wanted)
        elif _key(body, kind) in wanted:
            (scenario / "api" / entry["file"]).unlink(missing_ok=True)
            (scenario / "api" / entry["file"]).write_text(json.dumps(body))
            if entry["file"] not in known:
                index.append(entry)
    (scenario / "index.json").write_text(json.dumps(index))


def _single(name: str) -> str:
    return f"apis__argoproj.io__v1alpha1__namespaces__argocd__applications__{name}.json"


def _merge(path: Path, body: Raw, kind: str, wanted: set[tuple[str, str, str]]) -> None:
    mine = _read(path)
    new = {_key(item, kind): item for item in body["items"] or []}
    kept = [item for item in mine["items"] or [] if _key(item, kind) not in wanted]
    mine["items"] = kept + [item for key, item in new.items() if key in wanted]
    path.chmod(0o644)
    path.write_text(json.dumps(mine))


def _key(item: Raw, kind: str) -> tuple[str, str, str]:
    meta = item.get("metadata", {})
    return item.get("kind", kind), meta.get("namespace", ""), meta.get("name", "")


def _read(path: Path) -> Raw:
    found: Raw = json.loads(path.read_text())
    return found


if __name__ == "__main__":
    main()
