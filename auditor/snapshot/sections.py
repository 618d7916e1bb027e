"""The raw sections, and the shape of the items in each. Only the collector fills them."""

from typing import Final

from auditor.snapshot.section import Raw

GIT_MANIFESTS: Final = Raw("git.manifests")
"""Objects of argoproj.io, Namespaces and Argo CD's ConfigMaps written in the repositories
(`GitOrigin`, with lines), and those that only rendering shows (`RenderedOrigin`, whose `kind`
tells a parent, an ApplicationSet, and a chart or overlay that nobody points at). A document that
an overlay changes is there as the overlay gives it.
Gaps: files that could not be read (`file_unreadable`: repository, path, reason, line)."""

GIT_REPOSITORIES: Final = Raw("git.repositories")
"""One item a repository and revision: `url`, `aliases`, `revision`, `commit`, `files`,
`manifests`, `templated`, `left_out` (pattern to count), `tokens` (files that wait for values),
`duplicate_keys` (`path`, `document`, `pointer`, `line` of every key a mapping gives again)."""

RENDERINGS: Final = Raw("renderings")
"""One item an Application and source: `application` (namespace/name), `from` ("git" | "live"),
`source` (index), `type` (Helm, Kustomize, Directory, Plugin), `repository`, `commit`, `path`,
`error` (absent, or code and facts of a gap), `objects` (list of `{template, manifest}`; Secret
values are replaced before they get here, and `plain` tells which were plain secrets: `key`, `form`,
`path`, `line`, `is_default`). Where there is something to remark: `markers` (files of
the folder that name a tool), `overrides` (`files`, `blocks` of the source they change),
`absent_values` (value files passed over), `kindless` (files), `below` (number of manifests left
out for want of `recurse`), `unstable` (apiVersion, kind, namespace, name of objects that differ
from one rendering to the next), `unread` (names of parameters without effect), `unrepeated` (true
where a second rendering was not possible)."""

GIT_HISTORY: Final = Raw("git.history")
"""One item an Application that is not well and whose repository is at hand: `application`
(namespace/name) and `commits` that touched its files, the newest first: `repository`, `commit`,
`time`, `author` (a name, no address), `subject`, `files`, `more` (files that are not named)."""

LIVE_APPLICATIONS: Final = Raw("live.applications")
LIVE_APPLICATIONSETS: Final = Raw("live.applicationsets")
LIVE_PROJECTS: Final = Raw("live.projects")
LIVE_NAMESPACES: Final = Raw("live.namespaces")

LIVE_OBJECTS: Final = Raw("live.objects")
"""Objects that Applications manage (`status.resources`), whole, Secrets as metadata only.
Gaps: kinds and namespaces that were refused (`group`, `kind`, `namespace`; empty = all)."""

LIVE_SETTINGS: Final = Raw("live.settings")
"""The ConfigMaps argocd-cm, argocd-cmd-params-cm and argocd-rbac-cm."""

LIVE_SECRETS: Final = Raw("live.secrets")
"""PartialObjectMetadata of the Secrets in Argo CD's namespace: clusters, repositories."""

LIVE_EVENTS: Final = Raw("live.events")
"""Events about objects of Applications that are not Synced and Healthy."""

LIVE_PODS: Final = Raw("live.pods")
"""Pods that do not get on, in the namespaces of Applications whose workloads or hooks do not:
`metadata` (name, namespace, owners) and of `status` what says why. Nothing of their `spec`."""

LIVE_KINDS: Final = Raw("live.kinds")
"""API discovery, one item a kind: `group`, `version`, `kind`, `plural`, `namespaced`."""

LIVE_VERSIONS: Final = Raw("live.versions")
"""One item: `kubernetes` (gitVersion), `argocd` (image tag, or empty), `argocd_namespace`,
`workloads` (Argo CD's Deployments and StatefulSets: kind, name, component, image, replicas,
ready, service_account, and `settings`, what flags and literal variables say of keys of
argocd-cmd-params-cm)."""

LIVE_ACCESS: Final = Raw("live.access")
"""ClusterRoleBindings that name ServiceAccounts of Argo CD's namespace, and the ClusterRoles they
bind; read for the rights of the application controller."""

ALL: Final = (
    GIT_REPOSITORIES,
    GIT_MANIFESTS,
    RENDERINGS,
    GIT_HISTORY,
    LIVE_VERSIONS,
    LIVE_KINDS,
    LIVE_APPLICATIONS,
    LIVE_APPLICATIONSETS,
    LIVE_PROJECTS,
    LIVE_NAMESPACES,
    LIVE_OBJECTS,
    LIVE_SETTINGS,
    LIVE_SECRETS,
    LIVE_ACCESS,
    LIVE_EVENTS,
    LIVE_PODS,
)
LIVE: Final = tuple(section for section in ALL if section.name.startswith("live."))
GIT: Final = (GIT_REPOSITORIES, GIT_MANIFESTS, RENDERINGS, GIT_HISTORY)
