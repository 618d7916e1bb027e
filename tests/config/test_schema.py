"""The published JSON Schema: current, and of one mind with the program that reads the file."""

import json
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from auditor import pipeline
from auditor.cli import policies
from auditor.cli.config import schema_text
from auditor.config import BadConfig, load
from tests.config.test_load import EXAMPLE, MISTAKES

PUBLISHED = Path(__file__).resolve().parents[2] / "docs" / "config.schema.json"


def is_valid(text: str) -> bool:
    """Say what an editor would: TOML's days are texts to JSON."""

    def plain(value: Any) -> Any:
        match value:
            case dict():
                return {key: plain(one) for key, one in value.items()}
            case list():
                return [plain(one) for one in value]
            case date():
                return value.isoformat()
            case _:
                return value

    schema = json.loads(PUBLISHED.read_text("utf-8"))
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    validator = jsonschema.Draft202012Validator(schema, format_checker=checker)
    return validator.is_valid(plain(tomllib.loads(text)))


def is_accepted(tmp_path: Path, text: str) -> bool:
    """Say what the program does."""
    file = tmp_path / "auditor.toml"
    file.write_text(text, "utf-8")
    try:
        found = load(file)
    except BadConfig:
        return False
    return not list(policies.problems(found, pipeline.rulebook()))


def test_the_published_schema_is_current() -> None:
    assert PUBLISHED.read_text("utf-8") == schema_text(), (
        "run: auditor config schema > docs/config.schema.json"
    )
    jsonschema.Draft202012Validator.check_schema(json.loads(PUBLISHED.read_text("utf-8")))


GOOD = {
    "an empty file": "",
    "the example": EXAMPLE.read_text("utf-8"),
    "a severity": '[rules."PRUNE-001"]\nseverity = "low"',
    "a rule without options": "[rules.NS-004]\nenabled = false",
    "a span of time": '[rules."LIVE-001".options]\nout_of_sync_after = "1h30m"',
    "options of one environment": (
        '[rules."LIVE-001".environments.prod.options]\nout_of_sync_after = "1h"'
    ),
    "words of environments": "[rules.ENV-001.options.words]\nproduction = ['prod', 'live']",
}
BAD = {
    "an unknown option": '[rules."LIVE-001".options]\nout_of_sync = "30m"',
    "no span of time": '[rules."LIVE-001".options]\nout_of_sync_after = "soon"',
    "a number for a span": '[rules."LIVE-001".options]\nout_of_sync_after = 30',
    "an unknown option of one environment": (
        '[rules."LIVE-001".environments.prod.options]\nout_of_sync = "1h"'
    ),
    "words of environments misspelt": "[rules.ENV-001.options.words]\nprod = ['live']",
    **{name: text for name, (text, code, _) in MISTAKES.items() if code != "config_syntax"},
}


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_both_accept(tmp_path: Path, text: str) -> None:
    assert is_accepted(tmp_path, text)
    assert is_valid(text)


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_both_refuse(tmp_path: Path, text: str) -> None:
    assert not is_accepted(tmp_path, text)
    assert not is_valid(text)


@pytest.mark.parametrize(
    "text",
    [
        "[rules.NS-999]\nenabled = false",
        "[select]\noff = ['NOPE']",
        '[rules."PRUNE-001".environments.moon]\nseverity = "low"',
        "[[overrides]]\nreason = 'x'\nenabled = false\nenvironments = ['moon']",
        "[[overrides]]\nreason = 'nothing follows from it'",
        "[[overrides]]\nreason = 'x'\nrules = ['LIVE-001']\noptions = { enough = '1m' }",
    ],
)
def test_what_rules_and_environments_there_are_only_the_program_knows(
    tmp_path: Path, text: str
) -> None:
    assert is_valid(text)
    assert not is_accepted(tmp_path, text)


@pytest.mark.parametrize("page", ["README.md", "docs/policy.md"])
def test_what_the_documentation_shows_is_accepted(tmp_path: Path, page: str) -> None:
    text = (PUBLISHED.parents[1] / page).read_text("utf-8")
    shown = re.findall(r"^```toml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert shown
    for block in shown:
        assert is_accepted(tmp_path, block)
        assert is_valid(block)
