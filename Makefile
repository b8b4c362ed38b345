# Everything a person does here. Needs Python 3.11 or newer and make; the rest is brought, without root.
PYTHON ?= python3
UV := .venv-uv/bin/uv
RUN := .venv/bin/
COMPILE := $(UV) pip compile --quiet --upgrade --universal --generate-hashes --no-header --python-version 3.11
TYPED := bihuan services shared workflows clients bench
# Two at a time, a file's tests together and in the order of their names: the slow ones are not left to the end.
PYTEST := $(RUN)python -m pytest -n 2 --dist loadfile --no-loadscope-reorder
# One at a time: each journey is a whole installation, whose processes take all of a small machine.
JOURNEYS := tests/journeys
# The project's own environment only: never one that happens to be active, never a Python from the net.
export UV_PYTHON_DOWNLOADS := never
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run demo test check chaos mutations contracts bench doctor parts lock clean .venv

help: ## 列出各目标 | list the targets
	@awk -F ':.*## ' '/^[a-z.]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv ## 启动演示系统，Ctrl-C 停止；PROFILE=full 为生产形态 | serve the demonstration; PROFILE=full: production shape
	@$(RUN)bihuan run --profile $(or $(PROFILE),embedded)

demo: .venv ## 无人值守演示，约3分钟；PROFILE=full 为生产形态，ENGLISH=1 用英文 | the story without a person
	@$(RUN)bihuan demo --profile $(or $(PROFILE),embedded) --lang $(if $(ENGLISH),en,zh)

test: .venv parts ## 全部测试，用真实部件 | every test, on the real parts
	@$(PYTEST) tests --ignore $(JOURNEYS); others=$$?; $(RUN)python -m pytest $(JOURNEYS) && exit $$others

check: .venv ## 格式、检查、类型、导入约定、单元测试 | format, lint, types, import contracts, unit tests
	@$(RUN)ruff format --check .
	@$(RUN)ruff check .
	@$(RUN)mypy --strict $(TYPED)
	@$(RUN)lint-imports
	@$(PYTEST) tests/unit tests/properties

chaos: .venv parts ## 随机 kill -9 若干轮（ROUNDS=1），次数累计 | rounds of random kill -9; the counts add up
	@$(RUN)python -m tests.journeys.chaos --rounds $(or $(ROUNDS),1)

mutations: .venv parts ## 每项承诺都有测试盯住：逐项改坏代码，测试必须失败 | break each promise; its test must notice
	@$(RUN)python -m tests.mutations

contracts: .venv ## 由代码生成对外契约、参考文档和客户端（docs、clients）| write what others build against, from the code
	@$(RUN)python -m bihuan.contracts

bench: .venv parts ## 性能，与基准并列（docs/performance.md）；ONLY=append 只量一组 | measures beside baselines
	@$(RUN)python -m bench $(ONLY)

doctor: .venv ## 已有部件、版本、要求、补救 | the parts: found, version, wanted, fix
	@$(RUN)bihuan doctor

parts: .venv ## 取得所缺部件（首次构建 Temporal、Kustomize 约 10 分钟）| bring the parts (their first builds: 10 min)
	@$(RUN)python -m bihuan.parts

lock: .venv-uv/stamp ## 重新锁定依赖版本 | pin the newest allowed versions
	$(COMPILE) pyproject.toml -o requirements/run.txt
	$(COMPILE) pyproject.toml --group dev -o requirements/dev.txt

clean: ## 删除环境与工具缓存，不动数据 | remove environments and tool caches; data stays
	rm -rf .venv .venv-uv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find bihuan services shared workflows bench tests -name __pycache__ -prune -exec rm -rf {} +

.venv: .venv/stamp ## 建立 Python 环境 | make the Python environment

.venv/stamp: .venv-uv/stamp requirements/dev.txt pyproject.toml
	@echo "安装依赖 / installing what requirements/dev.txt pins (first time: about 1 min)"
	@test -x .venv/bin/python || $(UV) venv --quiet --python .venv-uv/bin/python .venv
	@$(UV) pip sync --quiet --python .venv/bin/python --compile-bytecode --require-hashes requirements/dev.txt
	@$(UV) pip install --quiet --python .venv/bin/python --no-deps --editable .
	@touch $@

.venv-uv/stamp: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "需要 Python 3.11 或更新；若已另装 / needs Python 3.11 or newer; if you have one: make PYTHON=python3.12" >&2; \
	  exit 3; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "Python 缺少 venv；补救 / Python lacks venv; to mend: sudo apt-get install -y python3-venv" >&2; \
	  exit 3; }
	@echo "准备 uv / preparing uv"
	@test -x .venv-uv/bin/python || $(PYTHON) -m venv .venv-uv
	@.venv-uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@
