"""Real Git repositories and trees for tests."""

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from auditor.collector.git import GitOptions, RepositorySpec, collect
from auditor.collector.tree import LINK, Entry, Tree
from auditor.kube.kinds import is_namespaced
from auditor.snapshot.section import Collected, Look

URL = "https://git.example.com/team/deploy.git"
LINK_MARK = "SYMLINK:"


def git(folder: Path, *command: str) -> str:
    author = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        ("git", *author, "-C", str(folder), *command), check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif content.startswith(LINK_MARK):
            path.symlink_to(content.removeprefix(LINK_MARK))
        else:
            path.write_text(content, "utf-8", newline="")


def repository(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", "-b", "main", ".")
    commit(folder, files)
    return folder


def commit(folder: Path, files: Mapping[str, str | bytes]) -> str:
    write(folder, files)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", "x")
    return git(folder, "rev-parse", "HEAD")


def tree(files: Mapping[str, str]) -> Tree:
    """Return a tree in memory; `SYMLINK:target` makes a link."""
    contents = {path: text.encode() for path, text in files.items()}
    links = {
        path: text.removeprefix(LINK_MARK)
        for path, text in files.items()
        if text.startswith(LINK_MARK)
    }
    entries = {
        path: Entry(LINK if path in links else "100644", "", len(data))
        for path, data in contents.items()
    }

    def blobs(wanted: Sequence[tuple[str, Entry]]) -> Iterator[bytes]:
        return (contents[path] for path, _ in wanted)

    return Tree("0" * 40, entries, links, blobs)


def application(name: str, path: str = "", **source: Any) -> str:
    """Return an Application as YAML (JSON is YAML)."""
    return json.dumps(raw_application(name, path, **source))


def raw_application(name: str, path: str = "", **source: Any) -> dict[str, Any]:
    where = {"path": path} if path else {}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": name, "namespace": "argocd"},
        "spec": {
            "project": "default",
            "source": {"repoURL": URL, **where, **source},
            "destination": {"server": "https://kubernetes.default.svc", "namespace": "shop"},
        },
    }


def config_map(name: str) -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n"


def looked(path: Path, live: Sequence[Any] = (), **options: Any) -> dict[str, Look]:
    spec = RepositorySpec(url=URL, path=path)
    return collect([spec], live, is_namespaced, GitOptions(**options))


def collected(look: Look) -> Collected:
    assert isinstance(look, Collected), look
    return look


def renderings(looks: Mapping[str, Look]) -> dict[str, dict[str, Any]]:
    """Return the items by the Application's name and source."""
    items = collected(looks["renderings"]).items
    return {
        f"{i.raw['application'].partition('/')[2]}#{i.raw['source']}": dict(i.raw) for i in items
    }


def names(item: Mapping[str, Any]) -> list[str]:
    return [f"{o['manifest']['kind']}/{o['manifest']['metadata']['name']}" for o in item["objects"]]


CHART = {
    "chart/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
    "chart/values.yaml": "a: chart\nb: {x: chart, y: chart}\nlist: [1]\n",
    "chart/templates/cm.yaml": config_map("{{ .Release.Name }}")
    + "data:\n  values: '{{ toJson .Values }}'\n"
    "  other: '{{ .Release.Namespace }} {{ .Capabilities.KubeVersion.Version }}'\n",
}


def one(
    folder: Path, files: Mapping[str, str | bytes], path: str = "chart", **source: Any
) -> dict[str, Any]:
    """Return the item of an Application whose source is `path`."""
    app = {"apps/app.yaml": application("app", path, **source)}
    return renderings(looked(repository(folder / "r", {**files, **app})))["app#0"]


def values(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that `CHART` was rendered with."""
    (entry,) = item["objects"]
    found: dict[str, Any] = json.loads(entry["manifest"]["data"]["values"])
    return found


def error(item: Mapping[str, Any]) -> tuple[str, bool]:
    return item["error"]["code"], item["error"]["is_content"]
