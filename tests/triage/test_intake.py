"""Pages are taken in one at a time, the most urgent lane's first."""

import asyncio

from avara_tui.clock import ManualClock
from avara_tui.triage.reading.intake import Intake


async def test_the_most_urgent_of_those_who_wait_goes_first() -> None:
    intake, order = Intake(ManualClock(0.0)), list[int]()
    go_on = asyncio.Event()

    async def page(urgency: int) -> None:
        async with intake.turn(urgency):
            order.append(urgency)
            await go_on.wait()

    tasks = [asyncio.create_task(page(urgency)) for urgency in (4, 3, 0, 2, 0)]
    await asyncio.sleep(0)
    assert order == [4]
    go_on.set()
    await asyncio.gather(*tasks)
    assert order == [4, 0, 0, 2, 3]


async def test_who_gives_up_waiting_or_fails_passes_the_turn_on() -> None:
    intake, order = Intake(ManualClock(0.0)), list[int]()

    async def page(urgency: int) -> None:
        async with intake.turn(urgency):
            order.append(urgency)
            await asyncio.sleep(0)
            if urgency == 1:
                raise ValueError

    tasks = [asyncio.create_task(page(urgency)) for urgency in (1, 2, 3)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert order == [1, 3]
    await page(5)
    assert order == [1, 3, 5]
