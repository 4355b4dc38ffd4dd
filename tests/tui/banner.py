"""The alarm's banner as a person sees it, and how it is cleared of what was there at the start."""

from tui.driver import Driver

BELL = "\x07"


def banner(driver: Driver) -> str:
    pane = driver.screen.alarm_banner
    return "\n".join(pane.render_line(y).text.rstrip() for y in range(pane.size.height))


async def at_work(driver: Driver) -> None:
    """Take notice of what was there at the start."""
    await driver.until(lambda: "open at the start" in banner(driver))
    await driver.press("exclamation_mark")
    await driver.until(lambda: not banner(driver))
