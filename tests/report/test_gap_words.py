"""Why a source was not rendered is told in words, not by a code."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "auditor"
RAISED = re.compile(r'\b(?:wrong|unseen|GitFailed)\(\s*"(\w+)"')


def raised() -> set[str]:
    return {
        code
        for path in (ROOT / "collector").rglob("*.py")
        for code in RAISED.findall(path.read_text("utf-8"))
    }


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_reason_of_the_collector_has_words(language: str) -> None:
    words = tomllib.loads((ROOT / "report" / f"words.{language}.toml").read_text("utf-8"))["gap"]
    assert len(raised()) > 30
    assert sorted(raised() - words.keys()) == []
