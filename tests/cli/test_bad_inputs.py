"""Input that is broken or hostile: told once and clearly, and the rest is audited all the same."""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.cli.command import SAMPLE, Done, auditor, left_over
from tests.cli.conftest import URL
from tests.collector.git_support import LINK_MARK, config_map, repository

_BOMB: Final = "\n".join(
    [
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: bomb}",
        "a0: &a0 [x, x, x, x, x, x, x, x, x, x]",
        *(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)),
    ]
)
_LATIN: Final = b"apiVersion: argoproj.io/v1alpha1\nkind: Application\n# \xff\xfe\xc3("
_ODD: Final[list[Any]] = [None, True, 7, 1.5, "text", [], [None, 3], {}, {"a": {"b": [1]}}]
_FIELDS: Final = (
    *("project", "source", "sources", "destination", "syncPolicy", "ignoreDifferences"),
    *("info", "revisionHistoryLimit", "sourceHydrator"),
)
_DEEPER: Final = {
    "syncPolicy": ("automated", "syncOptions", "retry", "managedNamespaceMetadata"),
    "source": ("repoURL", "path", "targetRevision", "helm", "kustomize", "directory", "plugin"),
    "destination": ("server", "namespace", "name"),
}


@dataclass(frozen=True, slots=True)
class Run:
    """A run over a repository full of traps."""

    done: Done
    view: dict[str, Any]
    temporary: Path

    @property
    def reasons(self) -> str:
        """Return what was told about what could not be read."""
        return "\n".join(
            reason
            for section in self.view["sections"]
            for reason in section["reasons"]
            if section["state"] in ("partial", "missing")
        )


def application(name: str, **spec: Any) -> str:
    whole = {
        "project": "default",
        "source": {"repoURL": URL, "path": "good", "targetRevision": "main"},
        "destination": {"server": "https://kubernetes.default.svc", "namespace": name},
        **spec,
    }
    return yaml.safe_dump(
        {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Application",
            "metadata": {"name": name, "namespace": "argocd"},
            "spec": whole,
        }
    )


def wrong_types() -> str:
    """Return Applications in which every field is, in turn, of every wrong type."""
    documents = [
        application(f"odd-{field.lower()}-{number}", **{field: odd})
        for field in _FIELDS
        for number, odd in enumerate(_ODD)
    ]
    for field, parts in _DEEPER.items():
        documents += [
            application(f"odd-{field.lower()}-{part.lower()}-{number}", **{field: {part: odd}})
            for part in parts
            for number, odd in enumerate(_ODD)
        ]
    head = "apiVersion: argoproj.io/v1alpha1\nkind: Application\n"
    documents += [f"{head}metadata: hello\nspec: world\n", f"{head}metadata: [1]\n"]
    return "---\n".join(documents)


@pytest.fixture(scope="module")
def trapped(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("trapped")
    good = application("good-prod", syncPolicy={"automated": {"prune": True}})
    path = repository(
        folder / "deploy",
        {
            "apps/good.yaml": good,
            "good/config.yaml": config_map("good"),
            "apps/broken.yaml": f"{good}  syncPolicy: [\n",
            "apps/bomb.yaml": _BOMB,
            "apps/latin.yaml": _LATIN,
            "apps/outside.yaml": f"{LINK_MARK}/etc/hostname",
            "apps/loop-a.yaml": f"{LINK_MARK}loop-b.yaml",
            "apps/loop-b.yaml": f"{LINK_MARK}loop-a.yaml",
            "apps/self": f"{LINK_MARK}.",
            "apps/types.yaml": wrong_types(),
        },
    )
    with (path / "apps" / "huge.yaml").open("wb") as huge:
        huge.truncate(100 * 1024 * 1024)
    temporary = folder / "tmp"
    temporary.mkdir()
    done = auditor(
        *("check", f"{URL}={path}", "--format", "json", "--lang", "en"),
        *("--fail-at", "never"),
        TMPDIR=str(temporary),
    )
    assert done.status == 3, done.err
    return Run(done, json.loads(done.out)["report"], temporary)


@pytest.mark.parametrize(
    "told",
    [
        "apps/broken.yaml",
        "apps/bomb.yaml",
        "apps/latin.yaml",
        "apps/outside.yaml",
        "apps/loop-a.yaml",
        "apps/huge.yaml",
    ],
)
def test_every_trap_is_told_by_name(trapped: Run, told: str) -> None:
    assert trapped.reasons.count(told) == 1


def test_what_lies_outside_is_not_read(trapped: Run) -> None:
    assert Path("/etc/hostname").read_text().strip() not in trapped.reasons


def test_the_rest_is_audited_all_the_same(trapped: Run) -> None:
    (good,) = (app for app in trapped.view["applications"] if app["name"] == "good-prod")
    assert good["column"] == "prod"
    assert good["not_assessed"] < trapped.view["verdict"]["checks"]
    told = {
        finding["rule"]
        for rule in trapped.view["rules"]
        for entry in rule["entries"]
        for finding in entry["findings"]
        if finding["name"] == "good-prod"
    }
    assert "SYNC-002" in told


def test_wrong_types_break_no_rule(trapped: Run) -> None:
    """Every field of an Application was given every wrong type in turn."""
    assert trapped.view["population"]["total"] > 100
    assert not [gap for gap in trapped.view["gaps"] if gap["code"] == "rule_failed"]
    assert len(trapped.done.err.splitlines()) == 1


def test_nothing_is_left_of_the_run(trapped: Run) -> None:
    assert list(trapped.temporary.iterdir()) == []
    assert trapped.done.sentence.startswith("Incomplete")


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLE, tmp_path / "damaged")
    return tmp_path / "damaged"


def replayed(folder: Path, out: Path) -> Done:
    done = auditor("report", "--snapshot", folder, "--out", out, "--format", "html,json")
    assert done.status == 2
    assert done.out == ""
    assert not out.exists() or not list(out.iterdir())
    return done


def test_a_snapshot_of_another_version_is_refused(damaged: Path, tmp_path: Path) -> None:
    header = json.loads((damaged / "snapshot.json").read_text())
    (damaged / "snapshot.json").write_text(json.dumps({**header, "schema": "auditor.snapshot/99"}))
    told = replayed(damaged, tmp_path / "out").sentence
    assert "auditor.snapshot/99" in told
    assert header["schema"] in told


@pytest.mark.parametrize("name", ["snapshot.json", "live.applications.jsonl"])
@pytest.mark.parametrize("size", [0, 1000])
def test_a_snapshot_cut_short_is_refused(
    name: str, size: int, damaged: Path, tmp_path: Path
) -> None:
    os.truncate(damaged / name, size)
    assert f"damaged: {name}" in replayed(damaged, tmp_path / "out").sentence


def test_a_snapshot_that_lacks_a_file_is_refused(damaged: Path, tmp_path: Path) -> None:
    (damaged / "git.manifests.jsonl").unlink()
    assert "damaged: git.manifests.jsonl" in replayed(damaged, tmp_path / "out").sentence


def test_a_snapshot_that_was_changed_is_refused(damaged: Path, tmp_path: Path) -> None:
    file = damaged / "live.applications.jsonl"
    file.write_bytes(file.read_bytes().replace(b"OutOfSync", b"Synced   "))
    assert "damaged: live.applications.jsonl" in replayed(damaged, tmp_path / "out").sentence


@pytest.mark.parametrize(
    ("part", "odd"),
    [
        (part, odd)
        for part in ("about", "cluster", "collector", "repositories", "sections")
        for odd in (3, ["x"], {"a": 1})
        if not (part in ("cluster", "collector") and isinstance(odd, dict))  # any mapping will do
    ],
    ids=str,
)
def test_a_header_of_the_wrong_shape_is_refused(part: str, odd: Any, damaged: Path) -> None:
    from auditor.snapshot import codec

    header = json.loads((damaged / "snapshot.json").read_text())
    if isinstance(odd, type(header[part])):
        odd = ["x"] if part == "repositories" else {"nonsense": 3}
    (damaged / "snapshot.json").write_text(json.dumps({**header, part: odd}))
    with pytest.raises(codec.Unreadable) as refused:
        codec.read(damaged)
    assert refused.value.code == "snapshot_damaged"


@pytest.mark.parametrize("command", ["report", "snapshot"])
@pytest.mark.parametrize("where", ["file", "file/below", "/proc/auditor"])
def test_a_folder_that_cannot_be_written_is_told_and_nothing_is_written(
    command: str, where: str, clean: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("not a folder")
    done = auditor(command, "--no-cluster", "--git", clean, "--out", where, cwd=tmp_path)
    assert done.status == 2
    assert where.partition("/below")[0] in done.sentence
    assert "could not be read or written" in done.sentence
    assert done.out == ""
    assert [p.name for p in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text() == "not a folder"


def test_a_report_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "report.html").mkdir()
    done = auditor("report", "--snapshot", SAMPLE, "--out", tmp_path, "--format", "json,html")
    assert done.status == 2
    assert "report.html could not be read or written" in done.sentence
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


@pytest.mark.parametrize("command", ["report", "snapshot"])
def test_what_is_no_snapshot_is_never_overwritten(
    command: str, clean: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    kept = (out / "snapshot" if command == "report" else out) / "mine.txt"
    kept.parent.mkdir(parents=True)
    kept.write_text("mine")
    done = auditor(command, "--no-cluster", "--git", clean, "--out", out)
    assert done.status == 2
    assert "is no snapshot" in done.sentence
    assert [p for p in out.rglob("*") if p.is_file()] == [kept]


def test_a_second_run_replaces_the_first_and_leaves_nothing_else(
    clean: Path, tmp_path: Path
) -> None:
    for _ in range(2):
        done = auditor(
            *("report", "--no-cluster", "--git", clean, "--out", tmp_path, "--format", "json,text")
        )
        assert done.status in (1, 3), done.err
    assert {p.name for p in tmp_path.iterdir()} == {"report.json", "report.txt", "snapshot"}
    assert left_over(tmp_path) == []
