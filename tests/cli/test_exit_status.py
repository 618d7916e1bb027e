"""What scripts and cron rely on: the status, one sentence on stderr, data alone on stdout."""

import json
import shutil
import signal
import socket
import sys
import time
from pathlib import Path

import pytest
import yaml

from tests.cli.command import ROOT, SAMPLE, Done, auditor, ended, start
from tests.cli.conftest import URL
from tests.collector.git_support import git, repository


def kubeconfig_to(folder: Path, server: str) -> Path:
    path = folder / "kubeconfig"
    context = {"name": "c", "context": {"cluster": "c", "user": "u"}}
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": server}}],
        "users": [{"name": "u", "user": {}}],
        "contexts": [context],
        "current-context": "c",
    }
    path.write_text(yaml.safe_dump(config))
    return path


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """Return a kubeconfig of a cluster at whose address nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    return kubeconfig_to(tmp_path, f"http://127.0.0.1:{port}")


def saw_nothing(done: Done, told: str) -> None:
    assert done.status == 3
    assert told in done.sentence
    assert done.sentence.count(". ") >= 1, "a sentence and advice"
    assert "100" not in done.out


def test_a_cluster_that_refuses_everything_is_incomplete(refusing: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = auditor(
        "report", "--kubeconfig", refusing, "--no-git", "--out", out, "--format", "json,text"
    )
    saw_nothing(done, "refused")
    assert "100" not in (out / "report.txt").read_text()
    verdict = json.loads((out / "report.json").read_text())["report"]["verdict"]
    assert verdict["state"] == "incomplete"
    assert verdict["coverage"].startswith("0.0")


def test_allowed_gaps_do_not_make_a_pass_of_nothing(refusing: Path, tmp_path: Path) -> None:
    done = auditor(
        *("report", "--kubeconfig", refusing, "--no-git", "--out", tmp_path / "out"),
        *("--format", "json", "--allow-gaps", "--fail-at", "never"),
    )
    saw_nothing(done, "refused")


def test_a_snapshot_of_nothing_is_incomplete(refusing: Path, tmp_path: Path) -> None:
    done = auditor("snapshot", "--kubeconfig", refusing, "--no-git", "--out", tmp_path / "out")
    assert done.status == 3
    assert "Nothing could be read" in done.sentence
    assert (tmp_path / "out" / "snapshot.json").is_file(), "what was refused is on record"


def test_a_cluster_that_is_not_there_is_incomplete(closed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = auditor("report", "--kubeconfig", closed, "--no-git", "--out", out, "--format", "json")
    saw_nothing(done, "could not be reached")


def test_the_doctor_says_why_nothing_answers(closed: Path) -> None:
    done = auditor("doctor", "--kubeconfig", closed)
    assert done.status == 3
    assert "could not be reached" in done.sentence
    assert "yes" not in done.out.split()


def test_an_empty_repository_is_incomplete(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", ".")
    saw_nothing(auditor("check", tmp_path, "--lang", "en"), "no commit")


def test_a_repository_without_applications_is_incomplete(tmp_path: Path) -> None:
    found = repository(tmp_path / "r", {"README.md": "nothing here"})
    saw_nothing(auditor("check", found, "--lang", "en"), "no Application was found")


@pytest.mark.parametrize("name", ["plain", "absent"])
def test_a_folder_that_is_no_repository_is_incomplete(name: str, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    out = ("--out", tmp_path / "out", "--format", "text")
    done = auditor(
        *("report", "--no-cluster", "--git", tmp_path / name, "--lang", "en"), *out, cwd=tmp_path
    )
    saw_nothing(done, f"{name} is no Git repository")


def test_a_plain_folder_without_applications_is_incomplete(tmp_path: Path) -> None:
    saw_nothing(auditor("check", tmp_path, "--lang", "en"), "no Application was found")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--env", "moon"), "No environment is called moon. Known are: prod"),
        (("--rule", "NOPE-001"), "No rule is called NOPE-001. List them"),
        (("--format", "docx"), "no format called docx. Known are: html, pdf, json"),
        (("--format", ","), "no format called"),
        (("--config", "absent.toml"), "absent.toml could not be read"),
        (("--snapshot", "absent"), "absent holds no snapshot"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    arguments: tuple[str, ...], told: str, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = auditor("report", "--snapshot", SAMPLE, "--out", out, *arguments, cwd=tmp_path)
    assert done.status == 2
    assert told in done.sentence
    assert done.out == ""
    assert not out.exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[reprot]\n", "auditor.toml:1: unknown key reprot. Did you mean report?"),
        ("[report]\nlangauge = 'en'\n", "unknown key report.langauge. Did you mean language?"),
        ("[report\n", "is not TOML"),
        ("[report]\nlanguage = 3\n", "report.language is 3, and must be one of: ko, en."),
        ("[report]\ntimezone = 'Mars/Olympus'\n", "no time zone called Mars/Olympus"),
        ("[rules.LIVE-001.options]\nout_of_sync = '1h'\n", "has no option out_of_sync"),
        ("[rules.LIVE-001.options]\nout_of_sync_after = 'soon'\n", "cannot be soon"),
        ("[rules.NOPE-001]\n", "no rule is called NOPE-001"),
    ],
)
def test_a_mistake_in_the_configuration_is_refused(text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "auditor.toml").write_text(text)
    out = tmp_path / "out"
    done = auditor("report", "--snapshot", SAMPLE, "--out", out, "--lang", "en", cwd=tmp_path)
    assert done.status == 2
    assert told in done.sentence
    assert not out.exists()


def test_an_option_of_a_rule_takes_effect_and_is_told(tmp_path: Path) -> None:
    text = "[rules.LIVE-001.options]\nout_of_sync_after = '90000h'\n"
    (tmp_path / "auditor.toml").write_text(text)
    done = auditor(
        *("report", "--snapshot", SAMPLE, "--out", tmp_path / "out", "--format", "json"),
        *("--lang", "en", "--rule", "LIVE-001", "--allow-gaps"),
        cwd=tmp_path,
    )
    assert done.status == 0, done.err
    view = json.loads((tmp_path / "out" / "report.json").read_text())
    assert view["policy"]["differences"] == {
        "allow_gaps": "true",
        "rules.LIVE-001.options.out_of_sync_after": '"90000h"',
    }


@pytest.mark.parametrize(
    ("rule", "fail_at", "status"),
    [
        ("NS-001", "high", 1),
        ("NS-001", "critical", 1),
        ("NS-001", "never", 0),
        ("SYNC-004", "info", 1),
        ("SYNC-004", "low", 0),
    ],
)
def test_findings_at_the_threshold_fail_the_run(
    rule: str, fail_at: str, status: int, tmp_path: Path
) -> None:
    done = auditor(
        *("report", "--snapshot", SAMPLE, "--out", tmp_path, "--format", "text", "--lang", "en"),
        *("--rule", rule, "--fail-at", fail_at, "--allow-gaps"),
    )
    assert done.status == status, done.err
    assert done.out.split() == [str(tmp_path / "report.txt")]
    assert f"\n{rule}  " in (tmp_path / "report.txt").read_text()


def test_what_is_clean_exits_with_zero(clean: Path) -> None:
    done = auditor(
        *("check", f"{URL}={clean}", "--lang", "en", "--rule", "RETRY-002", "--rule", "SYNC-003")
    )
    assert (done.status, done.sentence.split(",")[0]) == (0, "1 Applications audited"), done.err
    assert "Coverage 100" in done.out


def test_gaps_are_incomplete_until_they_are_allowed(clean: Path) -> None:
    """The repository that the Application names was not given."""
    asked = ("check", clean, "--lang", "en", "--rule", "SYNC-003")
    assert auditor(*asked, "--allow-gaps").status == 3, "nothing at all was judged"
    strict = auditor(*asked, "--rule", "RETRY-002")
    assert strict.status == 3
    assert "--allow-gaps" in strict.sentence
    assert auditor(*asked, "--rule", "RETRY-002", "--allow-gaps").status == 0


def test_json_on_stdout_is_nothing_but_json(clean: Path) -> None:
    done = auditor(
        "check", f"{URL}={clean}", "--format", "json", "--lang", "en", "--fail-at", "never"
    )
    assert json.loads(done.out)["report"]["population"]["total"] == 1
    assert done.sentence


def test_a_bug_is_one_sentence_and_shows_itself_when_asked(tmp_path: Path) -> None:
    """An installation of which one module is broken."""
    shutil.copytree(ROOT / "auditor", tmp_path / "auditor")
    with (tmp_path / "auditor" / "pipeline.py").open("a") as file:
        file.write("raise LookupError('planted')\n")
    quiet = auditor("check", cwd=tmp_path, PYTHONPATH=str(tmp_path))
    assert quiet.status == 4
    assert "LookupError: planted. Run it again with AUDITOR_DEBUG=1" in quiet.sentence
    loud = auditor("check", cwd=tmp_path, PYTHONPATH=str(tmp_path), AUDITOR_DEBUG="1")
    assert loud.status == 4
    assert "Traceback" in loud.err


def test_a_rule_that_fails_is_one_line_and_no_pass(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "auditor", tmp_path / "auditor")
    engine = tmp_path / "auditor" / "engine" / "run.py"
    text = engine.read_text()
    broken = text.replace("[*check(", "[*check.chekc(", 1)
    assert broken != text
    engine.write_text(broken)
    done = auditor(
        *("report", "--snapshot", SAMPLE, "--rule", "NS-001", "--format", "text"),
        *("--out", tmp_path / "out", "--lang", "en"),
        cwd=tmp_path,
        PYTHONPATH=str(tmp_path),
    )
    assert done.status == 3
    assert "Traceback" not in done.err
    (told,) = (line for line in done.err.splitlines() if line.startswith("auditor: NS-001 "))
    assert "AttributeError" in told
    assert "Coverage 0.0%" in (tmp_path / "out" / "report.txt").read_text()


def test_being_told_to_end_leaves_nothing_behind(tmp_path: Path) -> None:
    """A cluster that accepts the connection and never answers."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    found = repository(tmp_path / "r", {"README.md": "x"})
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        config = kubeconfig_to(tmp_path, f"http://127.0.0.1:{silent.getsockname()[1]}")
        process = start(
            *("report", "--kubeconfig", config, "--git", found, "--out", tmp_path / "out"),
            TMPDIR=str(temporary),
        )
        with silent.accept()[0]:
            process.send_signal(signal.SIGTERM)
            begun = time.monotonic()
            done = ended(process)
    assert time.monotonic() - begun < 20
    assert done.status == 128 + signal.SIGTERM
    assert "Traceback" not in done.err
    assert list(temporary.iterdir()) == []
    assert not (tmp_path / "out").exists()


def test_every_refusal_has_words_in_both_languages() -> None:
    from auditor.cli.failures import sentences

    english, korean = sentences("en"), sentences("ko")
    assert set(english) == set(korean)
    for code, entry in english.items():
        assert set(entry) == set(korean[code]), code
        assert entry["says"], code


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such pipes")
def test_a_reader_that_leaves_early_is_no_bug() -> None:
    process = start("rules", "list")
    assert process.stdout is not None
    process.stdout.close()
    process.wait(60)
    assert process.stderr is not None
    assert "went wrong" not in process.stderr.read()
    process.stderr.close()
    assert process.returncode == 128 + signal.SIGPIPE
