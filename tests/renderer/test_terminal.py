"""Whatever a name or a message holds, no form of text lets it steer a terminal."""

import json as plain_json
import re
from typing import Any, Final, TypeVar

import msgspec
import pytest

from auditor import pipeline
from auditor.renderer import inventory
from auditor.renderer.explain import explanation
from auditor.renderer.json import json
from auditor.renderer.object_diff import object_diff
from auditor.renderer.plain import harmless, plain
from auditor.renderer.text import text
from auditor.renderer.waivers import register
from auditor.report.draft import Draft, Edition
from auditor.report.explain import explained
from auditor.report.inventory import inventory as inventoried
from auditor.report.object_diff import object_diffs
from auditor.report.policy_view import WaiverView
from auditor.snapshot.derived import APPLICATIONS
from tests.report import changed, sample
from tests.report.test_policy import view as with_waivers

V = TypeVar("V")

EVIL: Final = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202epl\rat\u2066e\u2069\x08\x00"
_STEERS: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_COLOUR: Final = re.compile(r"\x1b\[[\d;]*m")


def poisoned(value: V) -> V:
    """Return a view in which every name of the sample platform is an attack."""
    told = msgspec.json.encode(value).decode()
    changed = re.sub(r"plate(?=-)", lambda _: plain_json.dumps(EVIL)[1:-1], told)
    assert changed != told
    return msgspec.json.decode(changed, type=type(value))


def steering(said: str) -> list[str]:
    return _STEERS.findall(_COLOUR.sub("", said))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("two\nlines", "two\nlines"),
        ("two\r\nlines", "two\nlines"),
        ("a\tb", "a b"),
        ("over\rwritten", "over\ufffdwritten"),
        ("\x1b[31mred", "\ufffd[31mred"),
        ("\x9b31mred", "\ufffd31mred"),
        ("bell\x07", "bell\ufffd"),
        ("gnp.\u202egpj", "gnp.\ufffdgpj"),
        ("line\u2028line", "line\ufffdline"),
        ("half \ud83d", "half \ufffd"),
        ("한글 – ’ 👩\u200d💻", "한글 – ’ 👩\u200d💻"),
    ],
)
def test_what_steers_is_shown_as_a_mark(given: str, said: str) -> None:
    assert plain(given) == said
    assert harmless({given: (given, [given])}) == {said: (said, [said])}


def test_a_view_without_such_text_is_not_copied() -> None:
    view = sample.view("en")
    assert harmless(view) is view


@pytest.mark.parametrize("color", [False, True])
def test_the_report(color: bool) -> None:  # noqa: FBT001 - a parameter of the test
    said = text(poisoned(sample.view("en")), color=color)
    assert "owned" in said
    assert steering(said) == []


@pytest.mark.parametrize("color", [False, True])
def test_the_register_of_waivers(color: bool) -> None:  # noqa: FBT001 - a parameter of the test
    views: tuple[WaiverView, ...] = tuple(poisoned(one) for one in with_waivers().waivers[:1])
    said = register(views, "en", color=color)
    assert "owned" in said
    assert steering(said) == []


def _application() -> Any:
    audit = pipeline.judge(changed.sample(), selected=())
    look = audit.snapshot.look(APPLICATIONS)
    assert isinstance(look, tuple)
    return audit, next(app for app in look if app.name == changed.APPLICATION)


@pytest.mark.parametrize("color", [False, True])
def test_the_explanation_and_the_difference(color: bool) -> None:  # noqa: FBT001 - as above
    audit, app = _application()
    whole = pipeline.judge(changed.sample())
    for said in (
        explanation(poisoned(explained(whole, Edition(), app.ref)), color=color),
        object_diff(poisoned(object_diffs(Draft.of(audit, Edition()), app)), color=color),
    ):
        assert "owned" in said
        assert steering(said) == []


@pytest.mark.parametrize("form", sorted(inventory.FORMATS))
def test_the_inventory(form: str) -> None:
    said = inventory.FORMATS[form](poisoned(inventoried(_application()[0])))
    assert "owned" in said
    assert steering(said) == []


def test_json_says_the_same_in_harmless_letters() -> None:
    view = poisoned(sample.view("en"))
    told = json(view).decode()
    assert steering(told) == []
    told_names = [one["subject"]["name"] for one in plain_json.loads(told)["findings"]]
    assert any(name.startswith(EVIL) for name in told_names)
