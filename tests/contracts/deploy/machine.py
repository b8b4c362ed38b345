"""One machine without containers: the servers of the overlay `one-machine` from its own files, its pods as folders.

Only names, ports and paths are replaced; what a pod does not mount is not in its folder.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bihuan.parts.folder import LOOPBACK, choose_ports
from bihuan.parts.postgres import PostgresServer, wheel_programs
from bihuan.parts.processes import Child
from tests.contracts.deploy.cluster import Cluster, Object, Pod
from tests.fakes.servers import done, kafka, listening

PORTS = (
    "kafka",
    "controller",
    "inside",
    "temporal",
    "history",
    "matching",
    "worker",
    *(f"member{n}" for n in range(4)),
)
PATHS = ("/run/secrets", "/etc/bihuan", "/var/lib/kafka", "/srv/bihuan")


@dataclass(frozen=True)
class Machine:
    """Where its servers are, and what the operator made."""

    cluster: Cluster
    folder: Path
    secrets: Mapping[str, Mapping[str, bytes]]
    swaps: Mapping[str, str]

    def pod(self, name: str) -> Path:
        """The folder of a pod with what its container mounts."""
        pod = pod_named(self.cluster, name)
        root = self.folder / "pods" / name
        for mount in pod.spec["containers"][0]["volumeMounts"]:
            at = root / mount["mountPath"].lstrip("/")
            files = self._files(pod.volumes.get(mount["name"], {}))
            if "subPath" in mount:
                at.parent.mkdir(parents=True, exist_ok=True)
                at.write_bytes(self.here(files[mount["subPath"]], root))
                continue
            at.mkdir(parents=True, exist_ok=True)
            for file, content in files.items():
                (at / file).write_bytes(self.here(content, root))
        return root

    def _files(self, volume: Object) -> dict[str, bytes]:
        if "projected" in volume:
            return {
                file: content
                for each in volume["projected"]["sources"]
                for file, content in self._files(each).items()
            }
        if "configMap" in volume:
            data = self.cluster.of("ConfigMap")[volume["configMap"]["name"]]["data"]
            return {file: text.encode() for file, text in data.items()}
        if "secret" in volume:
            secret = volume["secret"]
            made = self.secrets[secret.get("secretName") or secret["name"]]
            items = secret.get("items") or [{"key": key, "path": key} for key in made]
            return {item["path"]: made[item["key"]] for item in items}
        return {}

    def here(self, content: bytes, root: Path) -> bytes:
        """Text with the addresses of this machine and the paths of this pod."""
        try:
            text = content.decode()
        except UnicodeDecodeError:
            return content
        swaps = {**self.swaps, **{path: f"{root}{path}" for path in PATHS}}
        # In one pass, the longest first: what was put in is not replaced again.
        there = "|".join(re.escape(each) for each in sorted(swaps, key=len, reverse=True))
        return re.sub(there, lambda found: swaps[found[0]], text).encode()


@contextmanager
def machine(
    cluster: Cluster, folder: Path, secrets: Mapping[str, Mapping[str, bytes]],
    *, postgres: Path, temporal: str, schema_tool: Path,
) -> Iterator[Machine]:  # fmt: skip
    """PostgreSQL, Kafka and Temporal running in this order, each made ready by what its pod runs first."""
    ports = choose_ports(PORTS)
    with ExitStack() as running:
        server = PostgresServer(folder / "postgres", tcp=True, programs=postgres)
        server.start()
        running.callback(server.stop)
        database = server.address.rpartition(":")[2]
        swaps = {
            "postgres:5432": server.address, "--endpoint postgres --port 5432": f"--endpoint {LOOPBACK} --port {database}",
            "//kafka:9092": f"//{LOOPBACK}:{ports['kafka']}", "//:9092": f"//{LOOPBACK}:{ports['kafka']}",
            "kafka:9092": f"{LOOPBACK}:{ports['kafka']}", "localhost:9093": f"{LOOPBACK}:{ports['controller']}",
            "localhost:9094": f"{LOOPBACK}:{ports['inside']}", "temporal:7233": f"{LOOPBACK}:{ports['temporal']}",
            "0.0.0.0": LOOPBACK, "7233": str(ports["temporal"]), "7234": str(ports["history"]),
            "7235": str(ports["matching"]), "7239": str(ports["worker"]),
            **{f"69{n}": str(ports[f"member{i}"]) for i, n in enumerate((33, 34, 35, 39))},
        }  # fmt: skip
        made = Machine(cluster, folder, secrets, swaps)
        _logins(made.pod("postgres"), server)
        running.callback(_kafka(made, ports["kafka"]).stop)
        running.callback(_temporal(made, temporal, schema_tool, ports["temporal"]).stop)
        yield made


def _logins(pod: Path, server: PostgresServer) -> None:
    """What PostgreSQL's image does with its folder of scripts."""
    query = server.url.query
    around = {"POSTGRES_USER": "postgres", "PGHOST": str(query["host"]), "PGPORT": str(query["port"])}
    for script in sorted((pod / "docker-entrypoint-initdb.d").iterdir()):
        done(["sh", str(script)], {**around, "PATH": f"{wheel_programs()}:{os.environ['PATH']}"})


def _kafka(made: Machine, port: int) -> Child:
    pod = made.pod("kafka")
    spec = pod_named(made.cluster, "kafka")
    [format_, serve] = ([made.here(a.encode(), pod).decode() for a in c["args"]] for c in spec.containers)
    program = kafka(f"-Dlog4j2.configurationFile=file:{pod}/etc/bihuan/log4j2.yaml")
    done([*program, "kafka.tools.StorageTool", *format_])
    done([*program, "kafka.tools.StorageTool", *format_])  # as when the pod is started again
    return listening([*program, "kafka.Kafka", *serve], port, pod / "server.log")


def _temporal(made: Machine, server: str, tool: Path, port: int) -> Child:
    pod = made.pod("temporal")
    spec = pod_named(made.cluster, "temporal")
    [schema, serve] = ([made.here(a.encode(), pod).decode() for a in c["command"]] for c in spec.containers)
    done(schema, {"PATH": f"{tool.parent}:{os.environ['PATH']}"})
    done(schema, {"PATH": f"{tool.parent}:{os.environ['PATH']}"})
    return listening([server, *serve[1:]], port, pod / "server.log")


def pod_named(cluster: Cluster, name: str) -> Pod:
    """The pod of this name."""
    [pod] = [pod for pod in cluster.pods if pod.name == name]
    return pod
