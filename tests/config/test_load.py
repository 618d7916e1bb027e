"""`auditor.toml`: found, read, refused at the line that is wrong; every value with its origin."""

from datetime import date
from pathlib import Path

import pytest

from auditor.config import BadConfig, Settings, check, dotted, find, leaves, load
from auditor.config.lines import lines
from auditor.config.write import literal, toml, waiver

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "auditor.example.toml"


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "auditor.toml"
    file.write_text(text, "utf-8")
    return file


def test_without_a_file_there_are_defaults() -> None:
    assert load(None).settings == Settings()
    assert not load(None).different()


def test_environments_are_read(tmp_path: Path) -> None:
    file = written(tmp_path, '[environments.live]\ntier = "production"\nnamespaces = ["live-*"]\n')
    assert load(file).settings.environments["live"].namespaces == ("live-*",)


def test_the_example_holds_and_sets_every_table() -> None:
    found = load(EXAMPLE)
    assert check(EXAMPLE, {}) == ()
    given = {path[0] for path in found.origins}
    assert given == set(Settings.__dataclass_fields__)
    assert found.settings.waivers[0].expires == date(2027, 1, 31)


_WAIVER = "[[waivers]]\nrule='A'\nreason='b'\napprover='c'\nticket='d'\ngranted = 2026-11-01\n"
MISTAKES = {
    "no TOML": ("x", "config_syntax", ""),
    "a key misspelt": ("[report]\nlangauge = 'ko'", "config_key", "auditor.toml:2"),
    "a table misnamed": ("[environment.x]", "config_key", "auditor.toml:1"),
    "a word for a choice": ("\nfail_at = 'hgh'", "config_choice", "auditor.toml:2"),
    "no such tier": ("[environments.x]\ntier = 'moon'", "config_choice", "auditor.toml:2"),
    "no tier at all": ("[environments.x]", "config_lacks", "auditor.toml:1"),
    "a text for a switch": ("allow_gaps = 'yes'", "config_switch", "auditor.toml:1"),
    "a number for a text": ("[report]\nsystem = 7", "config_text", "auditor.toml:2"),
    "a text for a number": ("[waiving]\nmax_days = 'long'", "config_number", "auditor.toml:2"),
    "a number too small": ("[waiving]\nmax_days = 0", "config_number", "auditor.toml:2"),
    "true for a number": ("[waiving]\nmax_days = true", "config_number", "auditor.toml:2"),
    "a text for a list": ("leave_out = 'vendor'", "config_list", "auditor.toml:1"),
    "a number in a list": ("leave_out = [\n 'a',\n 3,\n]", "config_text", "auditor.toml:1"),
    "a text for a table": ("report = 'x'", "config_table", "auditor.toml:1"),
    "a table for a list of tables": ("[waivers]\nrule = 'x'", "config_tables", "auditor.toml:1"),
    "a reason left out": ("[[overrides]]\nenabled = false", "config_lacks", "auditor.toml:1"),
    "an empty reason": ("[[overrides]]\nreason = ''", "config_empty", "auditor.toml:2"),
    "no day": (f"{_WAIVER}expires = 'christmas'", "config_date", "auditor.toml:7"),
    "a key deep down": (
        '[rules."PRUNE-001".environments.stg]\nseverty = "low"',
        "config_key",
        "auditor.toml:2",
    ),
}


@pytest.mark.parametrize(("text", "code", "place"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes_are_named_with_their_line(
    tmp_path: Path, text: str, code: str, place: str
) -> None:
    with pytest.raises(BadConfig) as refused:
        load(written(tmp_path, text))
    assert refused.value.code == code
    assert refused.value.facts.get("place", "") == place


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("[report]\nlangauge = 'ko'", "language"),
        ("[environment.x]", "environments"),
        ("persona = 'audtor'", "auditor"),
        ("[rules.LIVE-001]\nout_of_sync_after = '1h'", "options.out_of_sync_after"),
        ("zzz = 1", ""),
    ],
)
def test_what_was_probably_meant_is_suggested(tmp_path: Path, text: str, suggestion: str) -> None:
    with pytest.raises(BadConfig) as refused:
        load(written(tmp_path, text))
    assert refused.value.facts["suggestion"] == suggestion


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    file = written(tmp_path, "fail_at = 'x'\nallow_gaps = 3\n[report]\nsystm = 'a'\n")
    assert [one.code for one in check(file, {})] == [
        "config_choice",
        "config_switch",
        "config_key",
    ]


def test_a_variable_is_stronger_than_the_file_and_an_option_stronger_still(tmp_path: Path) -> None:
    file = written(tmp_path, "fail_at = 'low'\n[report]\nlanguage = 'ko'\n")
    environ = {"AUDITOR_FAIL_AT": "medium", "AUDITOR_REPORT_LANGUAGE": "en", "AUDITOR_OTHER": "x"}
    found = load(file, environ)
    assert (found.settings.fail_at, found.settings.report.language) == ("medium", "en")
    assert str(found.origin(("fail_at",))) == "AUDITOR_FAIL_AT"
    assert str(found.origin(("allow_gaps",))) == "default"
    given = found.given({"fail_at": ("--fail-at", "high"), "persona": ("--persona", None)})
    assert given.settings.fail_at == "high"
    assert str(given.origin(("fail_at",))) == "--fail-at"
    assert str(given.origin(("persona",))) == "default"


@pytest.mark.parametrize(("text", "value"), [("true", True), ("0", False)])
def test_a_variable_is_a_switch_in_words(text: str, value: object) -> None:
    assert load(None, {"AUDITOR_ALLOW_GAPS": text}).settings.allow_gaps is value


def test_a_mistake_in_a_variable_names_it() -> None:
    with pytest.raises(BadConfig) as refused:
        load(None, {"AUDITOR_ALLOW_GAPS": "maybe"})
    assert (refused.value.code, refused.value.facts["place"]) == (
        "config_switch",
        "AUDITOR_ALLOW_GAPS",
    )


def test_the_file_is_looked_for_up_to_the_root_of_the_checkout(tmp_path: Path) -> None:
    inner = tmp_path / "checkout" / "apps" / "web"
    inner.mkdir(parents=True)
    above, root = tmp_path / "auditor.toml", tmp_path / "checkout" / "auditor.toml"
    above.touch()
    (tmp_path / "checkout" / ".git").mkdir()
    assert find(None, {}, inner) is None, "never beyond the checkout"
    root.touch()
    assert find(None, {}, inner) == root
    assert find(None, {"AUDITOR_CONFIG": "other.toml"}, inner) == Path("other.toml")
    assert find(Path("mine.toml"), {"AUDITOR_CONFIG": "other.toml"}, inner) == Path("mine.toml")


def test_outside_a_checkout_only_the_folder_itself_counts(tmp_path: Path) -> None:
    inner = tmp_path / "apps"
    inner.mkdir()
    (tmp_path / "auditor.toml").touch()
    assert find(None, {}, inner) is None
    assert find(None, {}, tmp_path) == Path("auditor.toml")


def test_paths_of_repositories_count_from_the_file(tmp_path: Path) -> None:
    text = '[repositories]\n"https://g/a" = "../a"\n"https://g/b" = "git@g:b.git"\n'
    found = load(written(tmp_path, text)).settings.repositories
    assert found["https://g/a"] == str(tmp_path / "../a")
    assert found["https://g/b"] == "git@g:b.git"


def test_lines_are_those_of_the_statements() -> None:
    text = (
        "a = 1\n# b = 2\n\nlist = [\n  1,\n  2,\n]\n"
        '[rules."X-001".options]\nt = """\n[not.a.table]\n"""\nin = { deep = 1 }\n'
        "[[waivers]]\nrule = 'a'\n[[waivers]]\nrule = 'b'\n[waivers.more]\nx.y = 3\n"
    )
    found = lines(text)
    assert found["a",] == 1
    assert found["list",] == found["list", 1] == 4
    assert found["rules", "X-001", "options", "t"] == 9
    assert ("not", "a", "table") not in found
    assert found["rules", "X-001", "options", "in", "deep"] == 12
    assert found["waivers", 0, "rule"] == 14
    assert found["waivers", 1, "rule"] == 16
    assert found["waivers", 1, "more", "x", "y"] == 18


def test_a_long_list_is_read_in_time() -> None:
    items = "".join(f'  "apps/{number}/**", # not ended yet\n' for number in range(20_000))
    assert lines(f"a = 1\nleave_out = [\n{items}]\nb = 2\n")["b",] == 20_004


@pytest.mark.parametrize("content", [b"x = " + b"[" * 100_000, b"x = '\xff'", b"\x00"])
def test_what_is_no_text_or_never_ends_is_no_toml(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "auditor.toml"
    file.write_bytes(content)
    with pytest.raises(BadConfig) as refused:
        load(file)
    assert refused.value.code == "config_syntax"


def test_lines_do_not_depend_on_the_system_that_wrote_them() -> None:
    assert lines("a = 1\r\nb = [\r\n1]\r\nc = 2\r\n")["c",] == 4


def test_what_is_shown_as_toml_gives_the_same_settings_again(tmp_path: Path) -> None:
    found = load(EXAMPLE)
    again = load(written(tmp_path, toml(found))).settings
    before = {dotted(path): value for path, value in leaves(found.settings)}
    after = {dotted(path): value for path, value in leaves(again)}
    key = 'repositories."https://git.example.com/platform/gitops.git"'
    del before[key], after[key]  # counted from another folder
    assert after == before


@pytest.mark.parametrize(
    "value",
    ['"quoted" \\ back', "tab\tnew\nline", "\x00\x7f\x1b", "한글 – ’", "", True, 3, 2.5, ["a", 1]],
)
def test_a_literal_is_read_as_what_it_was(value: object) -> None:
    import tomllib

    assert tomllib.loads(f"x = {literal(value)}")["x"] == value


def test_a_waiver_is_written_without_what_is_empty() -> None:
    entry = waiver(load(EXAMPLE).settings.waivers[0])
    assert entry.startswith('[[waivers]]\nrule = "PRUNE-002"\n')
    assert "fingerprint" not in entry
    assert "expires = 2027-01-31\n" in entry
