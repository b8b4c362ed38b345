"""`python -m bihuan.parts`: bring the parts that are not there yet, before something needs them in a hurry."""

import os
import sys

from bihuan.parts.asyncapi import obtain_asyncapi
from bihuan.parts.chromium import obtain_chromium
from bihuan.parts.jars import obtain_jars
from bihuan.parts.java import find_java
from bihuan.parts.kustomize import obtain_kustomize
from bihuan.parts.missing import MissingPart
from bihuan.parts.postgres import program_version, wheel_programs
from bihuan.parts.postgres_client import address_in, server_version
from bihuan.parts.postgres_contrib import obtain_contrib
from bihuan.parts.telling import Teller
from bihuan.parts.temporal_ladder import Surroundings, obtain_schema_tool, obtain_temporal

MISSING_PART = 3


def bring() -> int:
    """Name or bring every part; the exit code."""
    tell = Teller()
    try:
        if url := address_in():
            tell.line(f"PostgreSQL {server_version(url)}：环境变量给出的地址 / address from the environment")
        else:
            tell.line(f"PostgreSQL {program_version(wheel_programs())}：随轮子安装 / from its wheel")
        java, major = find_java()
        tell.line(f"Java {major}: {java}")
        obtain_jars(tell)
        obtain_contrib(tell)
        obtain_chromium(tell)
        obtain_asyncapi(tell)
        obtain_temporal(Surroundings(), tell)
        obtain_schema_tool(Surroundings(), tell)
        obtain_kustomize(Surroundings(), tell)
    except MissingPart as missing:
        tell.line(str(missing))
        return MISSING_PART
    return 0


if __name__ == "__main__":
    code = bring()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # Temporal's client can crash while the interpreter is taken down
