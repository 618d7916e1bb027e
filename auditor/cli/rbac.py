"""`auditor rbac`: the least roles that the chosen rules need."""

import click
import yaml

from auditor.cli import arguments
from auditor.rulebook.needs import raw_sections
from auditor.snapshot import sections

_HEAD = """\
# The least rights for these rules: get and list, nothing else.
# Secrets: metadata only, in Argo CD's namespace only; that last Role is optional.
"""


@click.command("rbac")
@click.option("--rule", "only", multiple=True, metavar="ID", help="Only for these rules.")
@click.option("--argocd-namespace", default="argocd", show_default=True)
@click.option("--service-account", help="Also print bindings to this ServiceAccount.")
@click.option("--namespace", help="Namespace of the ServiceAccount; default: Argo CD's.")
def command(
    only: tuple[str, ...], argocd_namespace: str, service_account: str | None, namespace: str | None
) -> None:
    """Print the least ClusterRole and Roles, as YAML."""
    from auditor.collector import rbac  # noqa: PLC0415 - the client is heavy

    live = {section.name for section in sections.LIVE}
    wanted = raw_sections(arguments.rules(only)) & live
    roles = rbac.cluster_role(frozenset(wanted), argocd_namespace=argocd_namespace)
    if service_account:
        where = namespace or argocd_namespace
        roles = [*roles, *rbac.bindings(roles, service_account, where)]
    click.echo(_HEAD + yaml.safe_dump_all(roles, sort_keys=False), nl=False)
