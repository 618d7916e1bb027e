"""A snapshot on disk: whole, the same bytes, and refused when it is not what it says."""

from pathlib import Path

import pytest

from auditor.kube.gap import Gap
from auditor.kube.manifest import Manifest
from auditor.kube.origin import GitOrigin, LiveOrigin, RenderedOrigin
from auditor.snapshot import Collected, Excluded, Header, Missing, Snapshot, codec, sections

RAW = {"kind": "Application", "metadata": {"name": "가", "z": 1, "a": [1.5, None, True]}}
EVERYTHING = Snapshot(
    {
        sections.GIT_MANIFESTS.name: Collected(
            (
                Manifest(RAW, GitOrigin("r", "c", "p", 3, 1), {"/spec": 4}),
                Manifest(RAW, RenderedOrigin("argocd/a", "r", "c", "p")),
            ),
            (Gap("file_unreadable", {"path": "x", "line": 4}),),
        ),
        sections.LIVE_APPLICATIONS.name: Collected((Manifest(RAW, LiveOrigin("h:1")),)),
        sections.LIVE_PROJECTS.name: Missing(Gap("forbidden", {"status": 403})),
        sections.LIVE_EVENTS.name: Excluded(Gap("no_cluster")),
    },
    Header(about="what it shows", started="2026-11-23T02:00:00Z", cluster={"server": "h:1"}),
)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    codec.write(EVERYTHING, tmp_path / "s")
    found = codec.read(tmp_path / "s")
    assert found.sections == EVERYTHING.sections
    assert found.header == EVERYTHING.header
    assert codec.encode(found) == codec.encode(EVERYTHING)


def test_it_begins_with_what_it_shows(tmp_path: Path) -> None:
    codec.write(EVERYTHING, tmp_path / "s")
    second = (tmp_path / "s" / codec.HEADER_FILE).read_text().splitlines()[1]
    assert second.strip() == '"about": "what it shows",'


def test_writing_replaces_a_snapshot_and_nothing_else(tmp_path: Path) -> None:
    codec.write(EVERYTHING, tmp_path / "s")
    codec.write(EVERYTHING, tmp_path / "s")
    other = tmp_path / "other"
    other.mkdir()
    (other / "precious").write_text("x")
    with pytest.raises(codec.Unreadable, match="folder_in_use"):
        codec.write(EVERYTHING, other)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["other", "s"]


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        pytest.param(lambda s: (s / codec.HEADER_FILE).unlink(), "no_snapshot", id="no header"),
        pytest.param(
            lambda s: (s / codec.HEADER_FILE).write_text("{"), "snapshot_damaged", id="cut header"
        ),
        pytest.param(
            lambda s: (s / codec.HEADER_FILE).write_text('{"schema": "auditor.snapshot/9"}'),
            "snapshot_schema",
            id="a format of the future",
        ),
        pytest.param(
            lambda s: (s / "git.manifests.jsonl").write_bytes(b""), "snapshot_damaged", id="cut"
        ),
        pytest.param(
            lambda s: (s / "live.applications.jsonl").unlink(), "snapshot_damaged", id="a file gone"
        ),
        pytest.param(
            lambda s: (s / codec.HEADER_FILE).write_text('{"schema": "auditor.snapshot/1"}'),
            "snapshot_damaged",
            id="no sections",
        ),
        pytest.param(
            lambda s: (s / codec.HEADER_FILE).write_text("[]"), "snapshot_damaged", id="a list"
        ),
    ],
)
def test_damage_is_named(tmp_path: Path, damage: object, code: str) -> None:
    folder = tmp_path / "s"
    codec.write(EVERYTHING, folder)
    assert callable(damage)
    damage(folder)
    with pytest.raises(codec.Unreadable) as refused:
        codec.read(folder)
    assert refused.value.code == code
