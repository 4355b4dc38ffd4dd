"""Other profiles' STAT: counted beside the one on the screen, rung for, gone to, never written."""

import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from avara_tui.config import Alarm, Colour, Config, Profile, Refresh, SettingsError
from avara_tui.triage.access.connection import ConnectionProblem, ProblemKind
from avara_tui.triage.notification import BELL
from avara_tui.tui import app as app_module
from avara_tui.tui.app import WorklistApp
from avara_tui.tui.screens.locked import LockedScreen
from avara_tui.tui.screens.worklist import WorklistScreen
from studies import add_study
from tui.driver import Driver, driving
from tui.sites import Sites, sites, there
from tui.test_locking import in_memory

PATIENT = "Zebraowski"
FAST = Refresh(stat=0.3)
CONFIG = Config(
    default_profile="lakeside",
    profiles={
        "lakeside": Profile(name="lakeside", colour=Colour.GREEN),
        "northside": Profile(name="northside", colour=Colour.CYAN),
    },
    watch=("northside", "lakeside"),
    refresh=FAST,
)


@pytest.fixture
def two() -> Iterator[Sites]:
    with sites(["lakeside", "northside"], CONFIG) as made:
        yield made


def bells(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return where bells are noted from here on."""
    rung: list[str] = []
    write = driver.app.write_to_terminal

    def noted(sequence: str) -> None:
        rung.extend([sequence] * sequence.count(BELL))
        write(sequence)

    monkeypatch.setattr(driver.app, "write_to_terminal", noted)
    return rung


def stat_at(sites: Sites, name: str) -> str:
    return add_study(sites[name], PATIENT, metadata={"patient": PATIENT})


async def test_it_is_counted_rung_for_and_gone_to_and_back(
    two: Sites, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with two.at("lakeside") as driver:
        await driver.sees("northside 0 STAT")
        rung = bells(driver, monkeypatch)
        study_id = stat_at(two, "northside")
        await driver.sees("northside: NEW STAT")
        assert rung == [BELL]
        assert "! go there" in driver.text
        assert "northside  1 STAT, NEW" in driver.lines[0]
        assert PATIENT not in driver.text
        assert study_id not in driver.ids
        # Offered, and declined: it is seen then, and quiet.
        await driver.press("!")
        await driver.until(lambda: driver.says("Go to northside"))
        await driver.press("n")
        await driver.until(lambda: "NEW STAT" not in driver.text, "quiet")
        await driver.sees("northside 1 STAT")
        stat_at(two, "northside")
        await driver.sees("northside: NEW STAT")
        await driver.press("!")
        await driver.until(lambda: driver.says("Go to northside"))
        # One that comes while that is asked is no part of what was asked.
        stat_at(two, "northside")
        await driver.sees("northside: 2 NEW STAT")
        await driver.press("n")
        await driver.sees("northside: NEW STAT")
        await driver.press("!")
        await driver.until(lambda: driver.says("Go to northside (3 STAT, 1 NEW)?"))
        await driver.press("y")
        await there(driver, "northside")
        assert study_id in driver.ids
        # They have changed their parts, and nothing is news of what was there.
        await driver.sees("lakeside 0 STAT")
        assert "northside" not in driver.lines[0].rstrip().removesuffix(" northside")
        stat_at(two, "lakeside")
        await driver.sees("lakeside: NEW STAT")
        await driver.press("&", "!")
        await driver.until(lambda: driver.says("Go to lakeside"))
        await driver.press("y")
        await there(driver, "lakeside")
        await driver.sees("northside 3 STAT")
        assert "NEW STAT" not in driver.text
        assert rung == [BELL] * 4
    # Nobody was asked for a key twice, and nothing was written anywhere.
    assert sorted(two.keys_asked) == ["lakeside", "northside"]
    for server in two.servers.values():
        writes = {name for name in server.counts if name not in READS}
        assert not writes


READS = {"studies.list", "studies.retrieve", "users.list", "customers.list"}


async def test_the_one_on_the_screen_is_asked_no_more_and_the_other_a_page_an_interval(
    two: Sites,
) -> None:
    for _ in range(3):
        stat_at(two, "northside")
    async with two.at("lakeside") as driver:
        await driver.sees("northside 3 STAT")
        await driver.until(lambda: two["northside"].count("studies.list") >= 3, "three counts")
    asked = two["northside"].requests
    assert {each.operation for each in asked} == {"studies.list"}
    assert len({(each.path, each.query) for each in asked}) == 1
    assert {each.status for each in asked} == {200}
    assert two["northside"].api_key != two["lakeside"].api_key


async def test_what_goes_wrong_elsewhere_is_unknown_there_and_nothing_here(two: Sites) -> None:
    async with two.at("lakeside") as driver:
        await driver.sees("northside 0 STAT")
        two["northside"].refuse_connections()
        await driver.until(lambda: "northside ? <1 min" in driver.lines[0], "unknown")
        assert "0 STAT" not in driver.lines[0]
        assert driver.is_loaded
        stat_at(two, "lakeside")
        await driver.sees("NEW STAT")
        assert re.search(r"live +lakeside *$", driver.lines[0]) is not None
        two["northside"].accept_connections()
        await driver.sees("northside 0 STAT")


async def test_a_key_that_is_not_to_be_had_is_told_with_its_remedy_and_asked_for_by_hand(
    two: Sites,
) -> None:
    two.problems["northside"] = ConnectionProblem(
        "No API key is stored.",
        remedy="Store one:  avara-tui auth login --profile northside",
        kind=ProblemKind.NO_KEY,
    )
    async with two.at("lakeside") as driver:
        await driver.sees("northside ? no key")
        assert driver.says("northside is not watched: No API key is stored.")
        assert "avara-tui auth login --profile northside" in driver.status
        await driver.press("escape")
        await driver.until(lambda: not driver.says("not watched"))
        asked = two.keys_asked.count("northside")
        assert asked == 1
        two.problems.clear()
        await driver.press("r")
        await driver.sees("northside 0 STAT")
    assert two.keys_asked.count("northside") == 2


async def test_behind_the_lock_it_is_a_number(two: Sites, monkeypatch: pytest.MonkeyPatch) -> None:
    async with two.at("lakeside") as driver:
        await driver.sees("northside 0 STAT")
        await driver.press("L")
        await driver.until(lambda: isinstance(driver.app.screen, LockedScreen), "locked")
        await driver.sees("northside 0 STAT")
        rung = bells(driver, monkeypatch)
        stat_at(two, "northside")
        await driver.sees("northside  1 STAT, NEW")
        assert PATIENT not in driver.text
        assert rung == [BELL]
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, WorklistScreen), "unlocked")
        await driver.sees("northside: NEW STAT")
        assert rung == [BELL]
    # Unlocking asks for the key of this one alone.
    assert sorted(two.keys_asked) == ["lakeside", "lakeside", "northside"]


async def test_in_quiet_hours_it_is_shown_and_not_rung(
    two: Sites, monkeypatch: pytest.MonkeyPatch
) -> None:
    two.config = CONFIG.with_values(alarm=Alarm(quiet_from="00:00", quiet_until="23:59"))
    monkeypatch.setattr(Alarm, "is_quiet", lambda *_: True)
    async with two.at("lakeside") as driver:
        await driver.sees("northside 0 STAT")
        rung = bells(driver, monkeypatch)
        stat_at(two, "northside")
        await driver.sees("northside: NEW STAT")
        assert not rung
        monkeypatch.setattr(Alarm, "is_quiet", lambda *_: False)
        driver.controller.tick()
        driver.controller.tick()
        assert rung == [BELL]


async def test_an_alarm_that_nobody_noticed_stays_one_when_its_profile_is_left(
    two: Sites, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with two.at("lakeside") as driver:
        stat_at(two, "lakeside")
        await driver.sees("NEW STAT")
        rung = bells(driver, monkeypatch)
        await driver.press("P")
        await driver.sees("Profile, instead of lakeside")
        await driver.press("enter")
        await there(driver, "northside")
        await driver.sees("lakeside: NEW STAT")
        await driver.sees("lakeside  1 STAT, NEW")
        assert not rung


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config.toml"
    monkeypatch.setenv("AVARA_TUI_CONFIG", str(path))
    monkeypatch.setattr(app_module, "TICK", 0.2)
    return path


SETTINGS = """
default_profile = "lakeside"
refresh = {{ stat = 5 }}
{}
[profiles.lakeside]
[profiles.northside]
colour = "cyan"
"""


def save(file: Path, watch: str) -> None:
    """Put another file in its place, written long enough ago to be whole."""
    text, new = SETTINGS.format(watch), file.with_suffix(".new")
    new.write_text(text)
    os.utime(new, (1, len(text)))
    new.replace(file)


async def test_what_is_watched_changes_while_it_runs(two: Sites, file: Path) -> None:
    two.file = file
    save(file, "")
    async with two.at("lakeside") as driver:
        assert driver.controller.others is None
        assert not two["northside"].requests
        save(file, 'watch = ["northside"]')
        await driver.sees("settings changed: watch")
        await driver.sees("northside 0 STAT")
        save(file, 'watch = ["eastside", "northside"]')
        await driver.sees("settings stay as they were")
        assert "watch names 'eastside', but the profiles are" in driver.status
        assert "northside 0 STAT" in driver.lines[0]
        await driver.press("j")
        save(file, "watch = []")
        await driver.until(lambda: "northside" not in driver.lines[0], "not watched")
        served = len(two["northside"].requests)
        await driver.press("r")
        await driver.until(lambda: driver.is_loaded)
        assert len(two["northside"].requests) == served


async def test_a_demo_watches_nobody(two: Sites) -> None:
    options = two.options("lakeside")._replace(for_profile=None, is_demo=True)
    async with driving(WorklistApp(options)) as driver:
        await there(driver, "lakeside")
        assert driver.controller.others is None
    assert not two["northside"].requests


@pytest.mark.parametrize("fault", ["status-500", "rate-limit-long", "stall-before-answer"])
async def test_loading_here_takes_the_same_requests_whatever_happens_elsewhere(
    two: Sites, fault: str
) -> None:
    config = CONFIG.with_values(refresh=Refresh())
    two.config = config.with_values(watch=())
    async with two.at("lakeside"):
        alone = two["lakeside"].count("studies.list")
    two["lakeside"].forget_requests()
    two.config = config
    two["northside"].arm(fault, count=1000)
    async with two.at("lakeside") as driver:
        await driver.until(lambda: two["northside"].requests, "a look elsewhere")
        await driver.until(
            lambda: re.search(r"live +lakeside *$", driver.lines[0]) is not None, "live"
        )
        assert two["lakeside"].count("studies.list") == alone


async def test_ones_own_alarm_goes_first(two: Sites) -> None:
    async with two.at("lakeside") as driver:
        await driver.sees("northside 0 STAT")
        own = stat_at(two, "lakeside")
        stat_at(two, "northside")
        await driver.sees("northside: NEW STAT")
        await driver.until(lambda: driver.text.count("NEW STAT") == 2, "both")
        assert driver.text.count("go there") == 1
        await driver.press("!")
        await driver.until(lambda: driver.screen.table.cursor_id == own)
        assert not driver.says("Go to northside")
        await driver.press("!")
        await driver.until(lambda: driver.says("Go to northside"))
        await driver.press("escape")
        await driver.sees("northside: NEW STAT")


async def test_what_is_open_elsewhere_is_offered_where_nothing_else_waits(two: Sites) -> None:
    stat_at(two, "lakeside")
    stat_at(two, "northside")
    async with two.at("lakeside") as driver:
        await driver.sees("northside 1 STAT")
        await driver.sees(" seen")
        await driver.press("!")
        await driver.until(lambda: " seen" not in driver.lines[-1], "seen")
        assert not driver.says("Go to northside")
        await driver.press("!")
        await driver.until(lambda: driver.says("Go to northside (1 STAT)?"))
        await driver.press("escape", "&")
        await driver.until(lambda: driver.says("no alarm waiting"))


async def test_settings_that_lead_nowhere_are_told(two: Sites) -> None:
    start = two.options("lakeside")
    two.mistakes["northside"] = SettingsError("The address is wrong.", remedy="Mend it.")
    async with driving(WorklistApp(start)) as driver:
        await there(driver, "lakeside")
        await driver.sees("northside ? settings")
        assert driver.says("northside is not watched: The address is wrong. Mend it.")
    assert "northside" not in two.keys_asked


async def test_going_there_while_its_key_is_looked_for_asks_for_it_once(two: Sites) -> None:
    finds_it = two.waits["northside"] = threading.Event()
    async with two.at("lakeside") as driver:
        await driver.until(lambda: "northside" in two.keys_asked)
        # The keys go on meanwhile.
        await driver.press("j")
        await driver.press("P")
        await driver.sees("Profile, instead of lakeside")
        await driver.press("enter")
        await driver.until(lambda: driver.lines[0].rstrip().endswith(" northside"))
        finds_it.set()
        await there(driver, "northside")
        # Unlocking asks, as it does without a watch.
        await driver.press("L")
        await driver.until(lambda: isinstance(driver.app.screen, LockedScreen), "locked")
        assert two.keys_asked == ["lakeside", "northside"]
        await driver.press("enter")
        await there(driver, "northside")
    assert two.keys_asked == ["lakeside", "northside", "northside"]


async def test_no_study_of_another_profile_is_held(two: Sites) -> None:
    ids = {stat_at(two, "northside") for _ in range(3)}
    own = {each["studyId"] for each in two["lakeside"].studies()}
    async with two.at("lakeside") as driver:
        await driver.sees("northside 3 STAT")
        ids.add(stat_at(two, "northside"))
        await driver.sees("northside: NEW STAT")
        # A page that is being read just now is let go of as soon as it is counted.
        await driver.until(lambda: not in_memory(ids), "let go of", every=0.5)
        assert in_memory(own) == own
