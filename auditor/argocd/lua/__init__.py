"""A small interpreter of Lua 5.1 for the health scripts of argocd-cm.

Covers the language but metatables and coroutines, and of the libraries base, table, string and
math as far as scripts use them. `os` is absent: a check that depends on the clock cannot be
judged from a snapshot. Every script runs within a budget of steps. Mirrors gopher-lua as upstream
`util/lua/lua.go` sets it up.
"""

from auditor.argocd.lua.interpreter import run
from auditor.argocd.lua.values import LuaError, Table, from_json, to_json

__all__ = ["LuaError", "Table", "from_json", "run", "to_json"]
