"""The durable loop that watches one thing for as long as it owes anything: look, take the steps, wait.

It holds no law and computes no date: a service tells it what is owed and how long to wait.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

from shared.vocabulary.watching import Errand, Seen, StepName, Thing
from workflows import timeouts
from workflows.steps import LOOK, QUEUES, TAKE, Course, News


@workflow.defn(name="watch")
class Watch:
    """One thing's watch; its id is a function of the thing, so there is never a second one."""

    def __init__(self) -> None:
        self._wanted = 0
        self._clock_moved = False

    @workflow.signal(name="news")
    def news(self, news: News) -> None:
        """Raise the wanted version, or wake because the clock was moved."""
        self._wanted = max(self._wanted, news.version)
        self._clock_moved = self._clock_moved or news.clock_moved

    @workflow.run
    async def run(self, course: Course) -> None:
        """Ends only on a look that says nothing is open and that saw all the news."""
        thing, began = course.thing, workflow.now()
        self._wanted = max(self._wanted, course.wanted)
        seen = await self._ask(thing, ())
        looks = 1
        while seen.open or self._wanted > seen.version:
            if looks >= timeouts.LOOKS_PER_RUN or self._old(began):
                workflow.continue_as_new(Course(thing, self._wanted))
            seen = await self._ask(thing, await self._next_steps(seen))
            looks += 1

    async def _next_steps(self, seen: Seen) -> list[StepName]:
        """The steps owed now; or, after waiting, none because of news, or those whose moment has come."""
        if seen.steps or self._wanted > seen.version:
            return seen.steps
        if await self._woken_by_news(seen):
            return []
        return seen.coming

    async def _woken_by_news(self, seen: Seen) -> bool:
        wait = timeouts.LONGEST_WAIT
        if seen.seconds is not None:
            wait = min(wait, max(timedelta(seconds=seen.seconds), timeouts.SHORTEST_WAIT))
        workflow.set_current_details(seen.waits_for)
        try:
            await workflow.wait_condition(
                lambda: self._wanted > seen.version or self._clock_moved,
                timeout=wait,
                timeout_summary=seen.waits_for,
            )
        except TimeoutError:
            return False
        moved, self._clock_moved = self._clock_moved, False
        return not moved

    async def _ask(self, thing: Thing, steps: list[StepName] | tuple[()]) -> Seen:
        """Look, after taking the steps if there are any; a service that keeps failing shows as stuck."""
        failures = 0
        while True:
            wanted = self._wanted
            try:
                if steps:
                    taken: Seen = await workflow.execute_activity(
                        TAKE,
                        Errand(thing, list(steps)),
                        result_type=Seen,
                        task_queue=_queue(thing),
                        start_to_close_timeout=timeouts.ACTIVITY,
                        retry_policy=timeouts.QUICK_RETRIES,
                        summary=f"办理到期事项 {len(steps)} 项:{steps[0].obligation}",
                    )
                    return taken
                seen: Seen = await workflow.execute_activity(
                    LOOK,
                    thing,
                    result_type=Seen,
                    task_queue=_queue(thing),
                    start_to_close_timeout=timeouts.ACTIVITY,
                    retry_policy=timeouts.QUICK_RETRIES,
                    summary=f"查看待办:{thing.stream}",
                )
                return seen
            except ActivityError as failure:
                workflow.set_current_details(f"受阻(stuck):{failure.cause or failure}")
                failures += 1
                if failures >= timeouts.FAILURES_PER_RUN:
                    workflow.continue_as_new(Course(thing, self._wanted))
                await self._pause(wanted)
                steps = ()  # whatever is still owed, the next look will say

    async def _pause(self, wanted: int) -> None:
        self._clock_moved = False
        try:
            await workflow.wait_condition(
                lambda: self._wanted > wanted or self._clock_moved,
                timeout=timeouts.STUCK_RETRY,
                timeout_summary="受阻,稍后重试",
            )
        except TimeoutError:
            return

    @staticmethod
    def _old(began: datetime) -> bool:
        return (
            workflow.now() - began >= timeouts.LONGEST_RUN or workflow.info().is_continue_as_new_suggested()
        )


def _queue(thing: Thing) -> str:
    return QUEUES[thing.stream.partition("/")[0]]
