"""`auditor snapshot`: collect, and write what was seen to a folder."""

from pathlib import Path
from typing import Any

import click

from auditor import pipeline
from auditor.cli import arguments, outcome, steps, unread
from auditor.cli.exits import Exit
from auditor.snapshot import codec


@click.command("snapshot")
@click.option("--out", "out", required=True, type=arguments.Path_, help="Folder to write.")
@click.option("--about", default="", help="One sentence on what the snapshot shows.")
@click.option("--no-cluster", is_flag=True, help="Read Git alone.")
@arguments.config_option
@arguments.git_options
@arguments.cluster_options
@arguments.argocd_version
def command(out: Path, about: str, *, no_cluster: bool, config: Path | None, **given: Any) -> int:
    """Collect a cluster and its repositories; Secret values are never read."""
    settings = arguments.settings(config)
    codec.refuse_foreign(out)
    arguments.refuse_unwritable(out)
    target = arguments.target(settings, has_cluster=not no_cluster, **given)
    found = steps.collected(target)
    found = pipeline.named(found, about)
    codec.write(found, out)
    click.echo(f"{out}  {codec.digest(found)}")
    if said := outcome.sentence_of(found):
        click.echo(said, err=True)
    return Exit.INCOMPLETE if unread.is_everything(found) else Exit.CLEAN
