"""Expected failures become one sentence and one piece of advice; anything else is a bug."""

import os
import sys
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import click

from auditor.cli.exits import Exit


def guarded(command: click.Command) -> None:
    """Run `command` and exit with its status."""
    try:
        status = command.main(standalone_mode=False)
    except click.exceptions.Exit as ended:
        status = ended.exit_code
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        status = Exit.USAGE
    except BrokenPipeError:
        # the reader of our output went away; flushing at exit would complain again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = Exit.CLEAN
    except Exception as error:  # noqa: BLE001 - the outermost net; `_explain` tells bugs apart
        status = _explain(error)
    sys.exit(status if isinstance(status, int) else Exit.CLEAN)


def _explain(error: Exception) -> Exit:
    code = getattr(error, "code", "")
    words = sentences(language())
    if isinstance(code, str) and code in words:
        facts = getattr(error, "facts", {})
        click.echo(f"auditor: {say(words[code], facts)}", err=True)
        return Exit.INCOMPLETE if words[code].get("incomplete") else Exit.USAGE
    if isinstance(error, OSError) and error.filename:
        facts = {"file": str(error.filename), "reason": error.strerror or str(error)}
        click.echo(f"auditor: {say(words['file'], facts)}", err=True)
        return Exit.USAGE
    if os.environ.get("AUDITOR_DEBUG"):
        raise error
    name = type(error).__name__
    click.echo(f"auditor: {say(words['bug'], {'error': f'{name}: {error}'})}", err=True)
    return Exit.BUG


def say(words: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    """Return the sentence and the advice, placeholders filled; unknown ones print as `-`."""
    filled = _Facts({key: str(value) for key, value in facts.items()})
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
