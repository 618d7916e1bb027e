"""Repositories that want to run for ever, to fill the memory, or to read what is not theirs.

Each trap costs its own Application one reason, told in both languages; all others are audited.
"""

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import ROOT, auditor
from tests.cli.hostile import OUTSIDE, Trap, application_sets, greedy, quick
from tests.collector.git_support import LINK_MARK, URL, config_map, git, raw_application, repository

ROOT_USER = "root:x:0:0"
QUICK = quick(0, "/nowhere")
GREEDY = greedy()
SETS = application_sets()
_EVERYBODY = {"no_cluster", "project_not_at_hand", "namespace_must_exist", "argocd_not_declared"}
SET_GAPS = {"set-yaml": "applicationset_not_generated"}
_HANGUL = re.compile("[가-힣]")


@dataclass(frozen=True, slots=True)
class Ended:
    """A collection that came to its end, and the reports made of it."""

    folder: Path
    seconds: float
    megabytes: float
    """Of the largest process."""
    calls: list[str] = field(default_factory=list)
    """What was sent to the port that nobody may call."""

    @property
    def items(self) -> dict[str, dict[str, Any]]:
        """Return the renderings by the name of the Application."""
        lines = (self.folder / "snapshot/renderings.jsonl").read_text("utf-8").splitlines()
        raws = [json.loads(line)["raw"] for line in lines]
        return {raw["application"].partition("/")[2]: raw for raw in raws if raw["from"] == "git"}

    def view(self, language: str) -> dict[str, Any]:
        """Return the report in one language."""
        whole = json.loads((self.folder / language / "report.json").read_text("utf-8"))
        found: dict[str, Any] = whole["report"]
        return found

    def reasons(self, name: str, language: str) -> list[tuple[str, str, str]]:
        """Return code, sentence and remedy of each reason that is told of one Application."""
        return [
            (card["code"], case["sentence"], card["remedy"])
            for card in self.view(language)["gaps"]
            if card["code"] not in _EVERYBODY
            for case in card["cases"]
            if name in case["subjects"]
        ]

    def text(self) -> str:
        """Return everything that was written."""
        return "".join(path.read_text("utf-8") for path in self.folder.rglob("*.json*"))


def traps_in(folder: Path, traps: Mapping[str, Trap], more: Mapping[str, str]) -> Path:
    files: dict[str, str | bytes] = {"good/a.yaml": config_map("good"), **more}
    for name, trap in {"good": Trap({}), **traps}.items():
        raw = raw_application(name, name, **trap.source)
        raw["spec"] |= trap.spec
        files |= {**trap.files, f"apps/{name}.yaml": json.dumps(raw)}
    return repository(folder, files)


def collected(folder: Path, path: Path | str, *, most: float = 240) -> Ended:
    """Collect and report as a user would; fail where it takes more than `most` seconds."""
    command = ("snapshot", "--no-cluster", "--git", f"{URL}={path}", "--out", folder / "snapshot")
    environment = {**os.environ, "HOME": str(folder)}
    begun = time.monotonic()
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "auditor", *map(str, command)],
            stdout=said, stderr=said, cwd=ROOT, env=environment,
        )  # fmt: skip
        watch = threading.Timer(most, process.kill)
        watch.start()
        _, status, usage = os.wait4(process.pid, 0)
        watch.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - begun
    assert process.returncode == 0, (seconds, (folder / "said").read_text("utf-8"))
    for language in ("en", "ko"):
        done = auditor(
            *("report", "--snapshot", folder / "snapshot", "--out", folder / language),
            *("--lang", language, "--format", "json", "--fail-at", "never", "--allow-gaps"),
        )
        assert done.status == 0, done.err
    return Ended(folder, seconds, usage.ru_maxrss / 1000)


@pytest.fixture(scope="module")
def telephone() -> Iterator[tuple[int, list[str]]]:
    """Yield a port, and what arrives there."""
    calls: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    peer, _ = server.accept()
                except OSError:
                    return
                with peer:
                    calls.append(str(peer.recv(200)))

        threading.Thread(target=listen, daemon=True).start()
        yield server.getsockname()[1], calls


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory, telephone: tuple[int, list[str]]) -> Ended:
    """Return what became of the traps that are refused at once."""
    folder = tmp_path_factory.mktemp("refused")
    outside = folder / "outside.txt"
    outside.write_text(OUTSIDE, "utf-8")
    port, calls = telephone
    traps = quick(port, str(outside))
    ended = collected(folder, traps_in(folder / "deploy", traps, {}))
    ended.calls.extend(calls)
    return ended


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """Return what became of the traps that only a limit ends."""
    folder = tmp_path_factory.mktemp("stopped")
    return collected(folder, traps_in(folder / "deploy", GREEDY, {}))


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """Return what became of the ApplicationSets."""
    folder = tmp_path_factory.mktemp("generated")
    sets = {
        f"sets/{name}.yaml": json.dumps(
            {
                "apiVersion": "argoproj.io/v1alpha1",
                "kind": "ApplicationSet",
                "metadata": {"name": name, "namespace": "argocd"},
                "spec": spec,
            }
        )
        for name, spec in SETS.items()
    }
    return collected(folder, traps_in(folder / "deploy", {}, sets))


@pytest.mark.parametrize("name", QUICK)
def test_trap_ends_as_it_should(refused: Ended, name: str) -> None:
    item, expected = refused.items[name], QUICK[name].gap
    assert item.get("error", {}).get("code", "") == expected
    for language in ("en", "ko"):
        reasons = refused.reasons(name, language)
        if expected:
            assert [code for code, _, _ in reasons] == [expected]
            assert_told(reasons[0], language)
        elif name.startswith("jq-"):
            assert [code for code, _, _ in reasons] == ["jq_endless"]
            assert_told(reasons[0], language)
        else:
            assert reasons == []


def assert_told(reason: tuple[str, str, str], language: str) -> None:
    """Fail unless sentence and remedy are words of the language without holes."""
    code, sentence, remedy = reason
    assert not sentence.startswith(f"{code}:")
    for text in (sentence, remedy):
        assert text
        assert "n/a" not in text
    assert bool(_HANGUL.search(remedy)) is (language == "ko")


def test_chart_sees_nothing_outside_itself(refused: Ended) -> None:
    (entry,) = refused.items["chart-reads"]["objects"]
    assert set(entry["manifest"]["data"].values()) <= {"", "[]", "{}"}


def test_nothing_outside_is_read_called_or_started(refused: Ended) -> None:
    text = refused.text()
    assert OUTSIDE not in text
    assert ROOT_USER not in text
    assert refused.calls == []
    assert not list(refused.folder.rglob("ran"))


@pytest.mark.parametrize("name", GREEDY)
def test_greedy_source_is_stopped(stopped: Ended, name: str) -> None:
    assert stopped.items[name]["error"]["code"] == GREEDY[name].gap
    for language in ("en", "ko"):
        (reason,) = stopped.reasons(name, language)
        assert reason[0] == "render_limit"
        assert_told(reason, language)


def test_each_limit_is_told_once(stopped: Ended) -> None:
    (card,) = (card for card in stopped.view("en")["gaps"] if card["code"] == "render_limit")
    sentences = [case["sentence"] for case in card["cases"]]
    assert len(sentences) == len(set(sentences))
    assert {sentence.rpartition(" ")[2] for sentence in sentences} == {"time.", "memory."}


def test_limits_of_time_and_memory_hold(stopped: Ended, refused: Ended, generated: Ended) -> None:
    assert stopped.megabytes < 1800
    assert refused.seconds < 150
    assert refused.megabytes < 600
    assert generated.seconds < 200
    assert generated.megabytes < 1000


@pytest.mark.parametrize("name", SETS)
def test_set_without_measure_is_given_up(generated: Ended, name: str) -> None:
    header = json.loads((generated.folder / "snapshot/snapshot.json").read_text("utf-8"))
    gaps = header["sections"]["git.manifests"]["gaps"]
    about = {"application_set": f"argocd/{name}", "path": f"sets/{name}.yaml"}
    (gap,) = (gap for gap in gaps if about.items() <= gap["facts"].items())
    assert gap["code"] == SET_GAPS.get(name, "applicationset_unbounded")
    for language in ("en", "ko"):
        reasons = [
            (card["code"], case["sentence"], card["remedy"])
            for card in generated.view(language)["gaps"]
            for case in card["cases"]
            if f"argocd/{name}" in case["sentence"]
        ]
        # One that cannot be read is a finding, for Argo CD refuses it too.
        assert [code for code, _, _ in reasons] == ([] if name in SET_GAPS else [gap["code"]])
        for reason in reasons:
            assert_told(reason, language)


@pytest.mark.parametrize("run", ["refused", "stopped", "generated"])
def test_the_rest_is_audited(run: str, request: pytest.FixtureRequest) -> None:
    ended: Ended = request.getfixturevalue(run)
    (entry,) = ended.items["good"]["objects"]
    assert entry["manifest"]["metadata"]["name"] == "good"
    assert ended.reasons("good", "en") == []
    assert "good" in json.dumps(ended.view("en")["applications"])


@pytest.mark.parametrize(
    ("name", "link", "target"),
    [
        ("linked", "linked/passwd", "/etc/passwd"),
        ("linked", "linked/values.yaml", "../../outside.txt"),
        ("linked", "linked/templates/up", "../../../"),
        ("over", "base", "/etc"),
        ("over", "over/base.yaml", "../../outside.txt"),
    ],
)
def test_link_out_of_the_repository_is_followed_by_nobody(
    tmp_path: Path, name: str, link: str, target: str
) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text(config_map(OUTSIDE), "utf-8")
    files = {
        "linked/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
        "linked/templates/x.yaml": config_map("x") + "data:\n{{ (.Files.Glob `*`).AsConfig }}\n",
        "over/kustomization.yaml": "resources: [../base, base.yaml]\n",
        link: f"{LINK_MARK}{target}",
    }
    folder = tmp_path / "deploy"
    ended = collected(tmp_path, traps_in(folder, {name: Trap({})}, files))
    assert ended.items[name]["error"]["code"] == "path_outside_repository"
    for language in ("en", "ko"):
        (reason,) = ended.reasons(name, language)
        assert_told(reason, language)
    lying = auditor("check", f"{URL}={folder}", "--format", "json", "--lang", "en", "--allow-gaps")
    assert '"good"' in lying.out
    for text in (ended.text(), lying.out):
        assert OUTSIDE not in text
        assert ROOT_USER not in text


def test_git_starts_nothing_that_a_repository_names(tmp_path: Path) -> None:
    folder = tmp_path / "deploy"
    mark = tmp_path / "ran"
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch {mark}\ncat\n", "utf-8")
    script.chmod(0o755)
    files = {
        ".gitattributes": "* filter=own diff=own merge=own\n",
        ".gitmodules": f'[submodule "s"]\n\tpath = s\n\turl = ext::{script}\n'
        f"\tupdate = !{script}\n",
    }
    traps_in(folder, {}, files)
    hooks = folder / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("post-checkout", "post-merge", "reference-transaction", "fsmonitor-watchman"):
        (hooks / name).write_bytes(script.read_bytes())
        (hooks / name).chmod(0o755)
    for key in (
        *("filter.own.smudge", "filter.own.clean", "filter.own.process", "diff.own.textconv"),
        *("core.fsmonitor", "core.pager", "core.sshCommand", "core.gitProxy", "core.editor"),
        *("diff.external", "submodule.s.update", "uploadpack.packObjectsHook", "alias.ls-tree"),
    ):
        git(folder, "config", key, f"!{script}" if "update" in key else str(script))
    git(folder, "config", "filter.own.required", "true")
    for number, source in enumerate((folder, f"file://{folder}")):
        into = tmp_path / str(number)
        into.mkdir()
        command = ("snapshot", "--no-cluster", "--git", f"{source}", "--out", into / "snapshot")
        done = auditor(*command)
        assert done.status == 0, done.err
        assert '"name":"good"' in (into / "snapshot/git.manifests.jsonl").read_text("utf-8")
    lying = auditor("check", f"{URL}={folder}", "--format", "json", "--lang", "en", "--allow-gaps")
    assert '"good"' in lying.out
    assert not mark.exists()
