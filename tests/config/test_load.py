"""`auditor.toml`."""

from pathlib import Path

import pytest

from auditor.config import BadConfig, Settings, load


def test_without_a_file_there_are_defaults() -> None:
    assert load(None) == Settings()


def test_environments_are_read(tmp_path: Path) -> None:
    file = tmp_path / "auditor.toml"
    file.write_text('[environments.live]\ntier = "production"\nnamespaces = ["live-*"]\n')
    assert load(file).environments["live"].namespaces == ("live-*",)


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        pytest.param("x", "config_syntax", "", id="no TOML"),
        pytest.param("[report]\nlangauge = 'ko'", "config_key", "language", id="a typing error"),
        pytest.param("[environment.x]", "config_key", "environments", id="a table misnamed"),
        pytest.param("[environments.x]\ntier = 'moon'", "config_value", "", id="no such tier"),
        pytest.param("[environments.x]", "config_value", "", id="no tier at all"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, code: str, says: str) -> None:
    file = tmp_path / "auditor.toml"
    file.write_text(text)
    with pytest.raises(BadConfig) as refused:
        load(file)
    assert refused.value.code == code
    assert refused.value.facts.get("suggestion", "") == says
