"""The page that a problem's `type` leads to: what it means, when it occurs, what to do, an example. No sign-in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import HTMLResponse
from markdown_it import MarkdownIt

from shared.runtime import problems
from shared.runtime.problem_types import ProblemType, examples, problem_types
from shared.runtime.problems import AtRim

ROOT = "/problems"
_HEADERS = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"}


def markdown(it: ProblemType, example: Mapping[str, Any]) -> str:
    """The page in Markdown, Chinese first."""
    statuses = "、".join(f"{status} {HTTPStatus(status).phrase}" for status in it.statuses)
    shown = json.dumps(example, ensure_ascii=False, indent=2)
    return f"""\
# {it.title} {it.title_en}

- 类型 Type: `{ROOT}/{it.code}`
- HTTP 状态 Status: {statuses}

## 何时出现 When it occurs

{it.when}

{it.when_en}

## 应当怎么做 What to do

{it.do}

{it.do_en}

## 示例 Example

```json
{shown}
```

其中 detail 说明这一次的具体情况,next_step 说明下一步,errors 逐处指明有误的值,trace_id 供维护人员查日志。
`detail` says what happened this time, `next_step` what to do, `errors` which values are wrong; `trace_id` is for the operator.
"""


def router() -> APIRouter:
    """GET /problems/{code}, in every service: a `type` is relative to the address that gave the problem."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(f"{ROOT}/{{code}}")
    def page(code: Annotated[str, Path(max_length=40)]) -> HTMLResponse:
        it = problem_types().get(code)
        if it is None:
            raise AtRim(problems.NOT_FOUND)
        return HTMLResponse(_html(it, examples()[code]), headers=_HEADERS)

    return routes


def _html(it: ProblemType, example: Mapping[str, Any]) -> str:
    return (
        '<!doctype html>\n<html lang="zh-CN">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(it.title)} · 闭环 Bihuan</title></head>\n"
        f"<body>\n<main>\n{MarkdownIt().render(markdown(it, example))}</main>\n</body>\n</html>\n"
    )
