"""Kinds that hold data, secrets, or what others stand on: the terms the rules share."""

from typing import Final

from auditor.kube.loose import mappings
from auditor.kube.manifest import Manifest
from auditor.kube.ref import ResourceRef

CORE_STATEFUL: Final = frozenset(
    {"/PersistentVolumeClaim", "/PersistentVolume", "apps/StatefulSet"}
)
DATABASE_KINDS: Final = (
    "acid.zalan.do/postgresql",
    "app.redislabs.com/RedisEnterpriseCluster",
    "app.redislabs.com/RedisEnterpriseDatabase",
    "databases.spotahome.com/RedisFailover",
    "elasticsearch.k8s.elastic.co/Elasticsearch",
    "kafka.strimzi.io/Kafka",
    "kafka.strimzi.io/KafkaNodePool",
    "pgv2.percona.com/PerconaPGCluster",
    "postgresql.cnpg.io/Cluster",
    "ps.percona.com/PerconaServerMySQL",
    "psmdb.percona.com/PerconaServerMongoDB",
    "pxc.percona.com/PerconaXtraDBCluster",
    "redis.redis.opstreelabs.in/Redis",
    "redis.redis.opstreelabs.in/RedisCluster",
    "redis.redis.opstreelabs.in/RedisReplication",
)
"""`group/Kind` of what database operators turn into StatefulSets and claims."""

EXTERNAL_SECRETS: Final = "external-secrets.io"
DEFINITION: Final = ResourceRef("apiextensions.k8s.io", "CustomResourceDefinition", "", "")

_CLAIMING: Final = ("persistentVolumeClaim", "ephemeral")
_STORE_KINDS: Final = frozenset({"SecretStore", "ClusterSecretStore", "ClusterExternalSecret"})
_VAULT_GROUPS: Final = ("secrets.hashicorp.com", "vault.banzaicloud.com", "redhatcop.redhat.io")
_VAULT_WORDS: Final = ("vault", "openbao")
_FOUNDATION: Final = frozenset(
    {
        "/Namespace",
        "/PersistentVolume",
        "/PersistentVolumeClaim",
        "/ServiceAccount",
        "/Secret",
        "/ConfigMap",
        "storage.k8s.io/StorageClass",
        "apiextensions.k8s.io/CustomResourceDefinition",
        "rbac.authorization.k8s.io/Role",
        "rbac.authorization.k8s.io/RoleBinding",
        "rbac.authorization.k8s.io/ClusterRole",
        "rbac.authorization.k8s.io/ClusterRoleBinding",
        "external-secrets.io/ExternalSecret",
    }
)


def is_stateful(ref: ResourceRef, database_kinds: tuple[str, ...] = DATABASE_KINDS) -> bool:
    """Tell whether deleting the object may lose data.

    CustomResourceDefinitions are left out: Argo CD neither stamps nor deletes them, unless they
    bear a tracking mark of their own, see `is_definition`.
    """
    kind = f"{ref.group}/{ref.kind}"
    return kind in CORE_STATEFUL or kind in database_kinds


def is_without_storage(manifest: Manifest) -> bool:
    """Tell whether the object is a StatefulSet known to claim no volume, such as a controller."""
    pod = manifest.mapping("spec", "template", "spec")
    if f"{manifest.ref.group}/{manifest.ref.kind}" != "apps/StatefulSet" or not pod:
        return False
    volumes = mappings(pod, "volumes")
    return not manifest.get("spec", "volumeClaimTemplates") and not any(
        key in volume for volume in volumes for key in _CLAIMING
    )


def is_definition(ref: ResourceRef) -> bool:
    """Tell whether the object is a CustomResourceDefinition."""
    return (ref.group, ref.kind) == (DEFINITION.group, DEFINITION.kind)


def is_external_secret(ref: ResourceRef) -> bool:
    """Tell whether the object is an ExternalSecret."""
    return ref.group == EXTERNAL_SECRETS and ref.kind == "ExternalSecret"


def is_secret_store(ref: ResourceRef) -> bool:
    """Tell whether the object says where secrets come from: a store, or a Vault/OpenBao kind."""
    if ref.group == EXTERNAL_SECRETS:
        return ref.kind in _STORE_KINDS
    if ref.group in _VAULT_GROUPS:
        return True
    return bool(ref.group) and any(word in ref.kind.casefold() for word in _VAULT_WORDS)


def is_foundation(ref: ResourceRef) -> bool:
    """Tell whether other objects lean on this one: namespaces, storage, RBAC, configuration."""
    return f"{ref.group}/{ref.kind}" in _FOUNDATION or is_secret_store(ref)
