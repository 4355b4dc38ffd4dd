"""The alarm's banner as a person sees it, and how it is cleared of what was there at the start."""

from tui.driver import Driver

BELL = "\x07"


def banner(driver: Driver) -> str:
    pane = driver.screen.alarm_banner
    return "\n".join(pane.render_line(y).text.rstrip() for y in range(pane.size.height))


def start_waits(driver: Driver) -> bool:
    """Whether the foot says by which key what was urgent at the start is noticed."""
    return "".join(driver.lines[-1:]).rstrip().endswith(" seen")


async def at_work(driver: Driver) -> None:
    """Take notice of what was there at the start."""
    await driver.until(lambda: start_waits(driver), "what was urgent at the start")
    await driver.press("exclamation_mark")
    await driver.until(lambda: not start_waits(driver), "taken notice of")
