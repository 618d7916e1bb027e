"""Expected failures become one sentence and one piece of advice; anything else is a bug."""

import logging
import os
import signal
import sys
import tomllib
import traceback
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from auditor.cli.exits import Exit
from auditor.renderer.plain import plain


def guarded(command: click.Command) -> None:
    """Run `command` and exit with its status."""
    signal.signal(signal.SIGTERM, _end)
    _log_without_tracebacks()
    try:
        status = command.main(standalone_mode=False)
    except click.exceptions.Exit as ended:
        status = ended.exit_code
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        status = Exit.USAGE
    except SystemExit as left:
        # 1 is how click leaves when the reader of our output went away; ours would mean findings
        status = 128 + signal.SIGPIPE if left.code == 1 else left.code
    except Exception as error:  # noqa: BLE001 - the outermost net; `_explain` tells bugs apart
        status = _explain(error)
    sys.exit(status if isinstance(status, int) else Exit.CLEAN)


def _explain(error: Exception) -> Exit:
    code = getattr(error, "code", "")
    words = sentences(language())
    if isinstance(code, str) and code in words:
        facts = getattr(error, "facts", {})
        click.echo(f"auditor: {say(words[code], facts)}", err=True)
        if words[code].get("bug"):
            return Exit.BUG
        return Exit.INCOMPLETE if words[code].get("incomplete") else Exit.USAGE
    if isinstance(error, OSError) and error.filename and not _is_ours(str(error.filename)):
        facts = {"file": str(error.filename), "reason": error.strerror or str(error)}
        click.echo(f"auditor: {say(words['file'], facts)}", err=True)
        return Exit.USAGE
    if os.environ.get("AUDITOR_DEBUG"):
        traceback.print_exception(error)
    name = type(error).__name__
    click.echo(f"auditor: {say(words['bug'], {'error': f'{name}: {error}'})}", err=True)
    return Exit.BUG


def _is_ours(file: str) -> bool:
    """Say whether `file` is part of the installation: that it is absent is no user's mistake."""
    return Path(file).resolve().is_relative_to(Path(str(files("auditor"))).resolve())


def _end(number: int, _frame: object) -> None:
    """Leave as if interrupted: what is temporary is removed on the way out."""
    sys.exit(128 + number)


def _log_without_tracebacks() -> None:
    """Let a rule that fails be one line on stderr; AUDITOR_DEBUG=1 shows where it failed."""
    told: set[tuple[str, str]] = set()

    def shorten(record: logging.LogRecord) -> bool:
        if os.environ.get("AUDITOR_DEBUG"):
            return True
        if not record.exc_info:
            record.msg, record.args = plain(record.getMessage()), None
            return True
        error = repr(record.exc_info[1])
        # a rule that fails on one object fails on hundreds; the report names them all
        first = str(record.args[0]) if isinstance(record.args, tuple) and record.args else ""
        is_new = (first, error) not in told
        told.add((first, error))
        record.msg, record.args = plain(f"{record.getMessage()}: {error}"), None
        record.exc_info = None
        return is_new

    handler = logging.StreamHandler()
    handler.addFilter(shorten)
    handler.setFormatter(logging.Formatter("auditor: %(message)s"))
    ours = logging.getLogger("auditor")
    ours.addHandler(handler)
    ours.propagate = False


def say(words: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    """Return the sentence and the advice, placeholders filled; unknown ones print as `-`.

    What fills them may be text of a cluster, so it is made plain.
    """
    filled = _Facts({key: plain(str(value)) for key, value in facts.items()})
    return " ".join(str(words[part]).format_map(filled) for part in ("says", "advice"))


def sentences(language: str) -> dict[str, Any]:
    """Return the words of failures by code."""
    text = (files("auditor.cli") / f"failures.{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def language() -> str:
    """Return the language of messages: `--lang` if given, else that of the terminal."""
    given = sys.argv[sys.argv.index("--lang") + 1 :][:1] if "--lang" in sys.argv else []
    wanted = (given or [os.environ.get("LANG", "")])[0]
    return "ko" if wanted.startswith("ko") else "en"


class _Facts(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "-"
