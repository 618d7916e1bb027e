"""Evidence: one snapshot gives one report, wherever and whenever it is replayed."""

import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any, Final

import pytest

from tests.cli.command import ROOT, SAMPLE, auditor, ended, start
from tests.cli.conftest import URL
from tests.support.make_samples import URL as RECORDED
from tests.support.replay import SHARED, replayed

SCENARIO: Final = "b-namespace-missing"
WORLDS: Final = (
    {"TZ": "Pacific/Auckland", "LANG": "ko_KR.UTF-8", "PYTHONHASHSEED": "1"},
    {"TZ": "America/St_Johns", "LANG": "C", "LC_ALL": "C", "PYTHONHASHSEED": "77"},
)


def digests(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_html_json_and_text_are_the_same_in_every_world(language: str, tmp_path: Path) -> None:
    found = []
    for number, world in enumerate(WORLDS):
        here = tmp_path / f"here-{number}"
        here.mkdir()
        done = auditor(
            *("report", "--snapshot", SAMPLE, "--out", tmp_path / f"out-{number}"),
            *("--format", "html,json,text", "--lang", language, "--fail-at", "never"),
            cwd=here,
            **world,
        )
        assert done.status in (0, 3), done.err
        found.append(digests(tmp_path / f"out-{number}"))
    assert set(found[0]) == {"report.html", "report.json", "report.txt"}
    assert found[0] == found[1]


def test_the_pdf_is_the_same_in_every_world(clean: Path, tmp_path: Path) -> None:
    snapshot = tmp_path / "snapshot"
    made = auditor("snapshot", "--no-cluster", "--git", f"{URL}={clean}", "--out", snapshot)
    assert made.status == 0, made.err
    running = [
        start(
            *("report", "--snapshot", snapshot, "--out", tmp_path / f"out-{number}"),
            *("--format", "pdf", "--lang", "ko", "--fail-at", "never", "--allow-gaps"),
            cwd=ROOT,
            **world,
        )
        for number, world in enumerate(WORLDS)
    ]
    for done in map(ended, running):
        assert done.status == 0, done.err
    one, other = (digests(tmp_path / f"out-{number}") for number in range(2))
    assert list(one) == ["report.pdf"]
    assert one == other


def test_a_report_names_no_folder_of_its_own(tmp_path: Path) -> None:
    done = auditor(
        *("report", "--snapshot", SAMPLE, f"--out={tmp_path}", "--format", "json", "--lang", "en"),
        *("--fail-at", "never", "--rule", "NS-001"),
    )
    assert done.out.strip() == str(tmp_path / "report.json")
    assert str(tmp_path) not in (tmp_path / "report.json").read_text()


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return what a run over a recorded cluster left: the report, and the snapshot beside it."""
    folder = tmp_path_factory.mktemp("live")
    bundle = SHARED / "scenarios" / SCENARIO / "repo.bundle"
    with replayed(SCENARIO, folder):
        from tests.collector.git_support import git

        git(folder, "clone", "--quiet", "--branch", "main", str(bundle), "plate-gitops")
        done = auditor(
            *("report", "--kubeconfig", "kubeconfig.json", "--git", f"{RECORDED}=plate-gitops"),
            *("--out", "out", "--format", "html,json,text", "--lang", "en"),
            cwd=folder,
        )
    assert done.status == 1, done.err
    return folder / "out"


def test_the_replay_of_a_live_run_is_the_live_run(live: Path, tmp_path: Path) -> None:
    """But for the command line, and the hash that covers it."""
    moved = tmp_path / "elsewhere"
    shutil.copytree(live / "snapshot", moved)
    done = auditor(
        *("report", "--snapshot", moved, "--out", tmp_path / "out"),
        *("--format", "html,json,text", "--lang", "en"),
        cwd=tmp_path,
    )
    assert done.status == 1, done.err
    assert left(tmp_path / "out") == left(live)


def left(folder: Path) -> dict[str, Any]:
    """Return the report without its command line and its own hash."""
    whole = json.loads((folder / "report.json").read_text())
    view = whole["report"]
    command, sealed = view["provenance"].pop("command"), view["identity"].pop("content_hash")
    assert command.startswith("auditor report ")
    page = (folder / "report.html").read_text()
    assert command in page
    page = page.replace(command, "COMMAND").replace(sealed, "HASH")
    for length in (16, 12):
        page = page.replace(sealed[:length], "HASH")
    # the style holds the foot of the printed page, where the hash is, and the policy its digest
    page = re.sub(r"style-src 'sha256-[^']*'", "style-src", page)
    return {"json": whole, "html": page, "text": (folder / "report.txt").read_text()}


def test_a_snapshot_is_the_same_when_it_is_written_again(live: Path, tmp_path: Path) -> None:
    from auditor.snapshot import codec

    codec.write(codec.read(live / "snapshot"), tmp_path / "again")
    assert digests(tmp_path / "again") == digests(live / "snapshot")
