"""The command line. Each command is imported when it is called, so that `--help` is quick."""

import sys
from importlib import import_module
from typing import Any, Final

import click

from auditor import VERSION

COMMANDS: Final = {
    "report": ("auditor.cli.report", "Collect or replay, audit, and write the report."),
    "check": ("auditor.cli.check", "Audit Git repositories alone and print what is wrong."),
    "explain": ("auditor.cli.explain", "Explain a rule, or what is wrong with an Application."),
    "diff": ("auditor.cli.diff", "Show one Application's objects, desired against live."),
    "fix": ("auditor.cli.fix", "Mend what can be mended safely; print the patch or write it."),
    "inventory": ("auditor.cli.inventory", "Print which Applications there are, and whence."),
    "snapshot": ("auditor.cli.snapshot", "Collect a cluster and its repositories to a folder."),
    "init": ("auditor.cli.init", "Write a first configuration that fits what is found here."),
    "doctor": ("auditor.cli.doctor", "Ask the cluster what this account may read."),
    "rbac": ("auditor.cli.rbac", "Print the least roles that the rules need."),
    "config": ("auditor.cli.config", "Check the configuration, and say where each value is from."),
    "waive": ("auditor.cli.waive", "Accept a finding: write a waiver to the configuration."),
    "rules": ("auditor.cli.rules", "List the rules, show one, test them, or begin a new one."),
    "guide": ("auditor.cli.guide", "Print the guide, trace it to rules, or build it as a site."),
}
_FORMER: Final = {"fail-on": "fail-at"}
"""Names of options that scripts may still use; help does not show them."""


class Lazy(click.Group):
    """A group whose commands live in modules of their own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which a user meets them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of one command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: Any = import_module(COMMANDS[cmd_name][0]).command
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list from the table above, importing nothing."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


def _present(name: str) -> str:
    return _FORMER.get(name, name)


@click.group(
    cls=Lazy,
    context_settings={"help_option_names": ["-h", "--help"], "token_normalize_func": _present},
)
@click.version_option(VERSION, prog_name="auditor")
def cli() -> None:
    """Audit and troubleshoot a platform run by Argo CD."""


def main() -> None:
    """Run the command line; every expected failure is one sentence and one piece of advice."""
    from auditor.cli.failures import guarded  # noqa: PLC0415 - `--help` does without

    guarded(_again() or cli)


def _again() -> click.Command | None:
    """Return what prints the answer of an earlier run with the same files and options, if any."""
    if sys.argv[1:2] != ["check"] or not any(one.startswith("--cache") for one in sys.argv):
        return None
    from auditor.cli.remembered import command  # noqa: PLC0415 - only where it can help

    return command(sys.argv[1:])
