"""The interpreter of health scripts."""

import pytest

from auditor.argocd import lua


@pytest.mark.parametrize(
    ("script", "value"),
    [
        ("return 1 + 2 * 3 ^ 2", 19),
        ("local t = {1, 2, x = 3} return #t .. '/' .. t.x", "2/3"),
        ("local n = 0 for i = 10, 1, -3 do n = n + i end return n", 22),
        ("local s = 0 for _, v in ipairs({1, 2, nil, 4}) do s = s + v end return s", 3),
        (
            "for i = 1, 3 do if i == 2 then goto next end if i == 3 then return i end ::next:: end",
            3,
        ),
        ("local function f(...) return select('#', ...) end return f(1, nil, 3)", 3),
        ("return string.match('ready 2/3', '(%d+)/%d+')", "2"),
        ("return ('Waiting for x'):find('^Waiting')", 7),
        ("local ok, why = pcall(error, 'no') return why", "no"),
        ("return obj.status.phase or 'none'", "none"),
        ("while true do break end return type(nil)", "nil"),
    ],
)
def test_scripts_give_what_lua_gives(script: str, value: object) -> None:
    variables = {"obj": lua.from_json({"status": {}})}
    assert lua.run(script, variables, has_open_libraries=True) == value


@pytest.mark.parametrize(
    "script",
    [
        "while true do end",
        "local function f() return f() + 1 end return f()",
        "return nope.x",
        "this is not lua",
        "return {} < 1",
        "return ('x'):rep(1e9)",
        "x = = 1",
        "(" * 500,
    ],
)
def test_bad_scripts_end_with_an_error(script: str) -> None:
    with pytest.raises(lua.LuaError):
        lua.run(script, {}, has_open_libraries=True)


def test_closed_libraries_know_no_strings() -> None:
    with pytest.raises(lua.LuaError, match="non-table object"):
        lua.run("return string.upper('x')", {})
