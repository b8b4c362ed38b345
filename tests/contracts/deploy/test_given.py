"""What each process is given in a cluster: whom it meets, its files, its twins; and that the guide says so."""

from __future__ import annotations

import re
from pathlib import Path

from bihuan.installation import Installation, open_installation
from bihuan.processes import PROCESSES, Duty, Process
from shared.ledger.installation import Installation as Kind
from tests.contracts.deploy.cluster import Cluster, Pod, matches, values
from tests.contracts.deploy.conftest import README

ALONE = {"courier", "starter", "relay"}
"""The courier's file channel has one writer; a second starter or relay would only repeat what the first does."""


def test_a_process_meets_what_its_work_needs_and_nothing_else(installed: Cluster) -> None:
    servers = where(installed)
    for name, pod in installed.processes.items():
        process = PROCESSES[name]
        wanted = {servers["names"]} | {servers[server] for server in meets(process)}
        called = {peer for peer, _port in installed.egress(pod)}
        assert called == wanted, name
        front = {("bihuan-front=yes", 8080)} if process.answers else set()
        assert installed.ingress(pod) == front | {("bihuan-metrics=yes", 8080)}, name


def test_whoever_is_named_in_no_policy_is_alone(installed: Cluster) -> None:
    silent = installed.of("NetworkPolicy")["nothing-else"]["spec"]
    assert silent == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    stranger = Pod("Deployment", "stranger", {}, {"containers": []})
    assert installed.ingress(stranger) == set()
    assert {port for _peer, port in installed.egress(stranger)} == {53}


def test_servers_in_the_cluster_hear_only_those_who_meet_them(one_machine: Cluster) -> None:
    for server, port in (("postgres", 5432), ("kafka", 9092), ("temporal", 7233)):
        [pod] = [pod for pod in one_machine.pods if pod.name == server]
        label = "meets-postgresql" if server == "postgres" else f"meets-{server}"
        assert one_machine.ingress(pod) == {(f"{label}=yes", port)}
        kinds = {"postgres": set(), "kafka": set(), "temporal": {("app.kubernetes.io/name=postgres", 5432)}}
        assert {flow for flow in one_machine.egress(pod) if flow[1] != 53} == kinds[server]


def test_only_what_may_run_twice_does(production: Cluster, one_machine: Cluster) -> None:
    replicas = {name: production.of("Deployment")[name]["spec"]["replicas"] for name in PROCESSES}
    assert {name for name, count in replicas.items() if count == 1} == ALONE
    assert {each["spec"]["replicas"] for each in one_machine.of("Deployment").values()} == {1}
    assert production.of("Deployment")["courier"]["spec"]["strategy"] == {"type": "Recreate"}
    claims = production.of("PersistentVolumeClaim")
    for name, pod in production.processes.items():
        for claim in values(pod.spec, "claimName"):
            shared = claims[claim]["spec"]["accessModes"] == ["ReadWriteMany"]
            assert shared or replicas[name] == 1, "two pods on a volume for one node"


def test_an_eviction_takes_one_pod_of_a_process_at_a_time(anywhere: Cluster) -> None:
    budgets = anywhere.of("PodDisruptionBudget")
    assert set(budgets) == set(PROCESSES)
    for name, pod in anywhere.processes.items():
        assert matches(budgets[name]["spec"]["selector"], pod.labels)
        assert budgets[name]["spec"]["maxUnavailable"] == 1


def test_an_overlay_is_a_real_installation_on_postgresql_kafka_and_temporal(
    installed: Cluster, tmp_path: Path
) -> None:
    found = said(installed, tmp_path)
    assert found.kind is Kind.REAL
    assert found.database.startswith("postgresql+psycopg://")
    assert found.kafka is not None and found.engine is not None


def test_in_production_every_way_to_a_server_is_over_tls(production: Cluster, tmp_path: Path) -> None:
    found = said(production, tmp_path)
    assert "sslmode=verify-full" in found.database
    assert found.kafka and found.kafka.ca and found.kafka.mechanism.startswith("SCRAM-")
    assert found.engine and found.engine.ca and found.engine.certificate


def test_a_pod_has_the_files_that_its_installation_names(installed: Cluster, tmp_path: Path) -> None:
    found = said(installed, tmp_path)
    assert found.kafka and found.engine
    named = {
        "postgresql": [str(found.passwords), *re.findall(r"sslrootcert=(\S+)", found.database)],
        "kafka": [found.kafka.password, found.kafka.ca],
        "temporal": [found.engine.ca, found.engine.certificate, found.engine.key],
    }
    for pod in installed.pods:
        for server, files in named.items():
            if pod.name in PROCESSES and server in meets(PROCESSES[pod.name]):
                mounted = [mount["mountPath"] for mount in pod.spec["containers"][0]["volumeMounts"]]
                for file in filter(None, files):
                    assert any(Path(file).is_relative_to(mount) for mount in mounted), (pod.name, file)


def test_the_guide_says_of_each_process_what_it_is_given(production: Cluster) -> None:
    """Its logins, whether it meets Kafka and Temporal, and how many there may be."""
    row = re.compile(r"^\| `([a-z-]+)` \| [^|]* \|([^|]*)\|([^|]*)\|([^|]*)\| (\S+) \|$", re.M)
    told = {
        name: (set(re.findall(r"\w+", logins)), bool(kafka.strip()), bool(temporal.strip()), count)
        for name, logins, kafka, temporal, count in row.findall(README.read_text("utf-8"))
    }
    given = {}
    for name, pod in production.processes.items():
        logins = {
            str(key).removeprefix("bihuan_") for secret, key in pod.secrets() if secret == "bihuan-database"
        }
        met = meets(PROCESSES[name])
        given[name] = logins, "kafka" in met, "temporal" in met, "1" if name in ALONE else "≥2"
    assert told == given


def meets(process: Process) -> set[str]:
    """The servers that a process's work needs."""
    needs = {
        "postgresql": process.duties != {Duty.WATCH},
        "kafka": bool(process.works or process.duties & {Duty.PROJECT, Duty.START, Duty.RELAY}),
        "temporal": process.meets_engine,
    }
    return {server for server, needed in needs.items() if needed}


def where(cluster: Cluster) -> dict[str, str]:
    """What a network policy calls each server."""
    inside = {"postgresql": "postgres", "kafka": "kafka", "temporal": "temporal"}
    policies = cluster.of("NetworkPolicy")
    found = {"names": "k8s-app=kube-dns,kubernetes.io/metadata.name=kube-system"}
    for server, name in inside.items():
        [outside] = list(values(policies[f"to-{server}"], "cidr")) or [None]
        found[server] = outside or f"app.kubernetes.io/name={name}"
    return found


def said(cluster: Cluster, folder: Path) -> Installation:
    """The installation as its processes read it."""
    [document] = [
        data["installation.json"] for data in values(list(cluster.of("ConfigMap").values()), "data")
        if "installation.json" in data
    ]  # fmt: skip
    (folder / "installation.json").write_text(document, "utf-8")
    return open_installation(folder)
