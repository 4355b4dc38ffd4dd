"""A command of the site's own gets its study's fields whole, no secrets, and an end."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from avara_tui.config import ConfigError, OwnCommand
from avara_tui.config.loading import parse_config
from avara_tui.study import CustomerRef, Study, UserRef
from avara_tui.triage.own_command import MOST_OUTPUT, NotRunError, argv_of, run

STUDY = Study(
    "stu_1",
    "1.2.3",
    "CT Head; rm -rf ~",
    "stat",
    "incomplete",
    is_cancelled=False,
    assignee=UserRef("usr_1", "a@example.org"),
    customer=CustomerRef("cus_1", "Lakeside"),
    metadata={"accession": "A 1", "odd": "{study_id} $(id)", "minus": "--delete"},
)


def command(*argv: str, **more: Any) -> OwnCommand:
    return OwnCommand(name="n", key="f6", argv=argv, **more)


def settings(text: str) -> OwnCommand:
    (read,) = parse_config(f"[[commands]]\n{text}", Path("config.toml")).commands
    assert isinstance(read, OwnCommand)
    return read


def is_gone(pid: str) -> bool:
    """Whether a process has ended; whoever inherited it may not have looked at it yet."""
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().split(") ")[1][0] in "ZX"


def python(source: str) -> list[str]:
    return [sys.executable, "-c", source]


def test_every_field_stands_where_its_name_was() -> None:
    argv = argv_of(
        command(
            "tool",
            "--id={study_id}",
            "{uid}",
            "{severity}/{status}",
            "{assignee_id}",
            "{customer_id}",
            "{meta.accession}",
            "{description}",
            description=True,
        ),
        STUDY,
    )
    assert argv == [
        "tool",
        "--id=stu_1",
        "1.2.3",
        "stat/incomplete",
        "usr_1",
        "cus_1",
        "A 1",
        "CT Head; rm -rf ~",
    ]


def test_a_value_is_one_argument_and_no_template() -> None:
    assert argv_of(command("tool", "{meta.odd}"), STUDY) == ["tool", "{study_id} $(id)"]


def test_braces_that_name_nothing_stay() -> None:
    assert argv_of(command("tool", '{"a": 1}'), STUDY) == ["tool", '{"a": 1}']


def test_a_value_cannot_become_an_option() -> None:
    with pytest.raises(NotRunError, match="--delete"):
        argv_of(command("tool", "{meta.minus}"), STUDY)
    assert argv_of(command("tool", "--note={meta.minus}"), STUDY) == ["tool", "--note=--delete"]


def test_what_the_study_has_not_is_named() -> None:
    with pytest.raises(NotRunError, match=r"the study has no meta\.ward"):
        argv_of(command("tool", "{meta.ward}"), STUDY)


@pytest.mark.parametrize("character", ["\x00", "\n", "\x1b", "\x9b"])
def test_a_control_character_goes_to_no_program(character: str) -> None:
    study = STUDY._replace(metadata={"odd": f"a{character}b"})
    with pytest.raises(NotRunError, match="control character"):
        argv_of(command("tool", "{meta.odd}"), study)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('argv = ["tool", "{uidd}"]', "did you mean {uid}?"),
        ('argv = ["tool", "{xyzzy}"]', "meta.KEY"),
        ('argv = ["{study_id}"]', "must start with a program"),
        ('argv = ["-x"]', "must start with a program"),
        ('argv = ["tool", "{description}"]', "description = true"),
        ("argv = []", "entries"),
    ],
)
def test_mistakes_in_the_settings_are_told_with_their_line(text: str, why: str) -> None:
    with pytest.raises(ConfigError, match=r"config.toml:\d+: commands") as caught:
        settings(f'name = "n"\nkey = "F6"\n{text}\n')
    assert why in str(caught.value)


def test_two_commands_need_two_names() -> None:
    one = '[[commands]]\nname = "N"\nkey = "F6"\nargv = ["a"]\n'
    with pytest.raises(ConfigError, match="same name"):
        parse_config(one + one.replace("N", "n").replace("F6", "F7"), Path("config.toml"))


async def test_output_and_status_are_told() -> None:
    source = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"
    ended = await run(python(source), os.environ, seconds=30)
    assert ended.status == 3
    assert sorted(ended.output) == ["err", "out"]


async def test_output_is_fit_to_show() -> None:
    ended = await run(python("print('a\\x1b[2Jb')"), os.environ, seconds=30)
    assert ended.output == ["a\N{REPLACEMENT CHARACTER}[2Jb"]


async def test_it_gets_no_secrets_no_input_and_no_terminal() -> None:
    source = (
        "import os, sys; print(sorted(k for k in os.environ if 'TOKEN' in k or 'AVARA' in k));"
        "print(repr(sys.stdin.read())); print(os.getsid(0) == os.getpid())"
    )
    environ = {**os.environ, "AVARA_API_KEY": "sk_live_x", "GH_TOKEN": "x"}
    ended = await run(python(source), environ, seconds=30)
    assert ended.output == ["[]", "''", "True"]


async def test_it_is_ended_when_its_time_is_up_with_all_that_it_started(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    child = f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    source = (
        "import subprocess, sys, os, time\n"
        f"subprocess.Popen([sys.executable, '-c', {child!r}])\n"
        f"pid = {str(pid)!r}\n"
        "while not os.path.exists(pid) or not open(pid).read(): time.sleep(.01)\n"
        "print('started', flush=True); time.sleep(600)"
    )
    ended = await run(python(source), os.environ, seconds=5)
    assert ended.status is None
    assert ended.output == ["started"]
    assert is_gone(pid.read_text())


async def test_more_output_than_is_kept_does_not_hold_it_up() -> None:
    ended = await run(python(f"print('x' * {4 * MOST_OUTPUT})"), os.environ, seconds=30)
    assert ended.status == 0
    assert ended.is_cut


async def test_an_end_by_a_signal_is_told() -> None:
    source = "import os; os.kill(os.getpid(), 9)"
    ended = await run(python(source), os.environ, seconds=30)
    assert ended.status == -signal.SIGKILL


async def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(NotRunError, match="no-such-program cannot be started"):
        await run(["no-such-program"], os.environ, seconds=5)
