"""Files appear whole or not at all; the published schema is the one the code has."""

import json as plain_json
import re
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from auditor.renderer import formats
from auditor.renderer.json import Document, document, json, schema_text
from auditor.renderer.text import text
from auditor.report.check import Unbalanced
from auditor.report.view import SCHEMA, ReportView
from tests.report import sample

PUBLISHED = Path(__file__).resolve().parents[2] / "docs" / "report.schema.json"


@pytest.fixture(scope="module")
def view() -> ReportView:
    return sample.view("en")


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_files_are_written_and_nothing_else(view: ReportView, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    written = formats.write(view, ("json", "html", "text", "json"), folder)
    assert [path.name for path in written] == ["report.json", "report.html", "report.txt"]
    assert _names(folder) == ["report.html", "report.json", "report.txt"]


def test_a_folder_that_cannot_be_made_raises_and_leaves_nothing(
    view: ReportView, tmp_path: Path
) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file")
    with pytest.raises(FileExistsError):
        formats.write(view, ("json",), taken)
    assert _names(tmp_path) == ["taken"]


def test_a_target_that_cannot_be_replaced_leaves_no_part(view: ReportView, tmp_path: Path) -> None:
    (tmp_path / "report.html").mkdir()
    with pytest.raises(IsADirectoryError):
        formats.write(view, ("html",), tmp_path)
    assert _names(tmp_path) == ["report.html"]


def test_a_folder_that_cannot_be_made_raises(view: ReportView, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where a folder should be")
    with pytest.raises(NotADirectoryError):
        formats.write(view, ("json",), tmp_path / "taken" / "out")
    assert _names(tmp_path) == ["taken"]


def test_numbers_that_disagree_are_not_written(view: ReportView, tmp_path: Path) -> None:
    wrong = replace(view, tallies=replace(view.tallies, high=99))
    with pytest.raises(Unbalanced):
        formats.write(wrong, ("json",), tmp_path)
    assert _names(tmp_path) == []


def test_an_unknown_format_is_a_key_error(view: ReportView, tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        formats.write(view, ("docx",), tmp_path)


def test_the_json_holds_the_lists_and_the_view(view: ReportView) -> None:
    told = msgspec.json.decode(json(view), type=Document)
    assert told == document(view)
    assert replace(told.report, record=view.record) == view
    assert told.schema == SCHEMA
    assert len(told.findings) == view.verdict.findings
    assert len(told.not_assessed) == view.verdict.not_assessed
    assert sum(row.checks for row in told.coverage) == view.verdict.checks
    known = {finding.fingerprint for finding in told.findings}
    led = [one for cause in told.causes for one in cause.findings]
    assert sorted(led) == sorted(finding.fingerprint for finding in told.findings)
    assert known == set(led)


def test_the_published_schema_is_current() -> None:
    assert PUBLISHED.read_bytes() == schema_text(), "write schema_text() to docs/report.schema.json"


def test_what_the_schema_does_not_allow_is_refused(view: ReportView) -> None:
    told = plain_json.loads(json(view))
    told["report"]["verdict"]["state"] = "excellent"
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(plain_json.dumps(told), type=Document)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_text_fits_the_terminal(language: str) -> None:
    from rich.cells import cell_len

    said = text(sample.view(language), width=72)
    assert all(cell_len(line) <= 72 for line in said.splitlines())
    assert "\x1b" not in said
    assert "plate-batch-prod" in said
    assert re.search(r"\x1b\[", text(sample.view(language), color=True))
