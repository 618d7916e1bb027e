"""`auditor fix`: findings that have a safe fix, as a patch that a further audit has proven."""

import difflib
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import click

from auditor.cli import arguments, outcome, patched_tree, policies, steps
from auditor.cli.exits import Exit
from auditor.cli.failing import Refused
from auditor.cli.fix_notes import notes
from auditor.engine.mending import Mend, Plan, plan
from auditor.engine.patching import File, Patch, patched
from auditor.engine.result import Audit
from auditor.findings import Finding, Severity
from auditor.pipeline import Target
from auditor.renderer.plain import plain
from auditor.rulebook.page import LANGUAGES
from auditor.snapshot import Collected, sections

_ROUNDS: Final = 5
"""Audits that may follow; each leaves out what did not do what it should."""

Judge = Callable[[Target], Audit]


@dataclass(frozen=True, slots=True)
class Proven:
    """A patch after which its findings are gone, and what had to be left out of it."""

    patch: Patch
    unproven: tuple[Mend, ...]


@click.command("fix")
@click.argument("git", nargs=-1, metavar="[[URL=]PATH]...")
@click.option("--write", is_flag=True, help="Change the files; default: print a unified diff.")
@click.option("--lang", "language", type=click.Choice(LANGUAGES), help="Default: configured, ko.")
@click.option("--all", "include_all", is_flag=True, help="Read tests and examples too.")
@arguments.rendering_options
@arguments.config_option
@click.option("--env", "environment", default="", help="Environment: prod, stg, …")
@click.option("--rule", "only", multiple=True, metavar="ID", help="Findings of these rules only.")
@arguments.argocd_version
def command(
    git: tuple[str, ...],
    *,
    write: bool,
    language: str | None,
    config: Path | None,
    environment: str,
    only: tuple[str, ...],
    **given: Any,
) -> int:
    """Mend what can be mended safely, in the folders named, else in the present repository.

    The patch changes the lines it must and no others, and every finding it mends was seen to be
    gone on a copy of the files. What only a person can decide is told on stderr.
    """
    # every rule is asked, so that a fix which breaks another one is seen
    terms = policies.terms(config)
    wanted = {rule.id for rule in arguments.rules(only, terms.every)}
    chosen = arguments.environment(environment, arguments.environments(terms.settings))
    target = arguments.target(
        terms.settings,
        has_cluster=False,
        no_git=False,
        git=git,
        worktree=True,
        as_they_lie=True,
        revision="",
        **given,
    )
    if any(spec.path is None for spec in target.repositories):
        raise Refused("fix_needs_folders")

    def judge(what: Target) -> Audit:
        return steps.judged(terms, steps.collected(what), chosen)

    audit = judge(target)
    if not audit.has_seen_anything:
        click.echo(outcome.sentence(audit, Exit.INCOMPLETE, None), err=True)
        return Exit.INCOMPLETE
    folders = _folders(audit, target)
    asked = (finding for finding in audit.findings if finding.rule in wanted)
    # findings of one template ask for the same files
    values = cache(lambda name, path: patched_tree.values(folders.get(name), path))
    planned = plan(audit, asked, values)
    texts = _texts(planned, folders)
    proven = _proven(audit, planned, texts, folders, target, judge)
    _deliver(proven.patch, texts, folders, write=write)
    spoken = language or terms.settings.report.language
    for line in notes(audit, planned, proven.patch, proven.unproven, spoken, is_written=write):
        click.echo(plain(line), err=True)
    return Exit.CLEAN


def _folders(audit: Audit, target: Target) -> dict[str, Path]:
    """Return the folder of each repository, by the name that origins have; raise Refused."""
    look = audit.snapshot.look(sections.GIT_REPOSITORIES)
    names = [str(item.raw["url"]) for item in look.items] if isinstance(look, Collected) else []
    paths = [spec.path for spec in target.repositories if spec.path is not None]
    if len(names) != len(paths):
        raise Refused("fix_needs_folders")
    for name, count in Counter(names).items():
        if count > 1:
            raise Refused("fix_same_repository", repository=name)
    return dict(zip(names, paths, strict=True))


def _texts(planned: Plan, folders: Mapping[str, Path]) -> dict[File, str]:
    files = sorted({(mend.repository, mend.path) for mend in planned.mends})
    found = {
        (repository, path): patched_tree.text_of(folders[repository], path)
        for repository, path in files
        if repository in folders
    }
    return {file: text for file, text in found.items() if text is not None}


def _proven(
    audit: Audit,
    planned: Plan,
    texts: Mapping[File, str],
    folders: Mapping[str, Path],
    target: Target,
    judge: Judge,
) -> Proven:
    """Return the patch without what does not silence its finding, or makes another."""
    before = {finding.fingerprint for finding in audit.findings}
    mends = list(planned.mends)
    unproven: list[Mend] = []
    patch = patched(texts, mends)
    for _ in range(_ROUNDS):
        if not patch.texts:
            break
        after = _after(patch, folders, target, judge)
        left = {finding.fingerprint for finding in after.findings}
        wrong = [mend for mend in patch.done if mend.finding.fingerprint in left]
        new = [f for f in after.findings if f.fingerprint not in before]
        wrong += [mend for mend in patch.done if mend not in wrong and _made(mend, new)]
        if not wrong:
            return Proven(patch, tuple(unproven))
        unproven += wrong
        mends = [mend for mend in mends if mend not in wrong]
        patch = patched(texts, mends)
    done = patch.done
    return Proven(Patch({}, (), patch.refused), (*unproven, *done))


def _made(mend: Mend, new: list[Finding]) -> bool:
    """Say whether a finding above info that was not there before may come from `mend`."""
    return any(
        finding.severity > Severity.INFO
        and (finding.subject == mend.finding.subject or _is_in(finding, mend))
        for finding in new
    )


def _is_in(finding: Finding, mend: Mend) -> bool:
    return getattr(finding.manifest.origin, "path", "") == mend.path


def _after(patch: Patch, folders: Mapping[str, Path], target: Target, judge: Judge) -> Audit:
    """Return the audit of a copy of the folders in which the patch is applied."""
    with tempfile.TemporaryDirectory(prefix="auditor-fix-") as scratch:
        specs = []
        for number, (name, folder) in enumerate(folders.items()):
            own = {path: text for (of, path), text in patch.texts.items() if of == name}
            copy = patched_tree.tree(folder, own, Path(scratch) / str(number))
            specs.append(replace(target.repositories[number], path=copy, url=name))
        return judge(replace(target, repositories=tuple(specs)))


def _deliver(
    patch: Patch, texts: Mapping[File, str], folders: Mapping[str, Path], *, write: bool
) -> None:
    if not write:
        # a pipe takes the patch to the byte; what a terminal shows must not steer it
        shown = plain if sys.stdout.isatty() else str
        for (name, path), text in sorted(patch.texts.items()):
            sys.stdout.writelines(map(shown, _unified(texts[name, path], text, path)))
        return
    for name, folder in folders.items():
        patched_tree.write(
            folder, {path: text for (of, path), text in patch.texts.items() if of == name}
        )


def _unified(before: str, after: str, path: str) -> Iterator[str]:
    """Yield a diff that `git apply` and `patch -p1` take, line ends and last lines included."""
    lines = difflib.unified_diff(
        before.splitlines(keepends=True),
        after.splitlines(keepends=True),
        f"a/{path}",
        f"b/{path}",
    )
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
