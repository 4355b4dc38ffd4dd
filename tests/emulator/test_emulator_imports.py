"""What must stay light is light: the command line is parsed before anything is loaded."""

import subprocess
import sys

HEAVY = {"uvicorn", "starlette", "asyncio", "sqlite3", "httpx", "textual", "pydantic"}


def loaded_by(code: str) -> set[str]:
    """Return the modules that a fresh interpreter has after ``code``."""
    script = f"import sys; before = set(sys.modules); {code}; print(*(set(sys.modules) - before))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_the_demo_user_is_known_without_loading_the_server() -> None:
    assert not HEAVY & loaded_by("from avara_tui.emulator import DEMO_USER_ID")


def test_the_options_are_known_without_loading_the_server() -> None:
    code = (
        "import argparse; from avara_tui.emulator.command import add_arguments;"
        " add_arguments(argparse.ArgumentParser())"
    )
    assert not HEAVY & loaded_by(code)


def test_the_server_loads_none_of_the_clients_libraries() -> None:
    loaded = loaded_by("import avara_tui.emulator.process")
    assert {"uvicorn", "starlette"} <= loaded
    assert not {"httpx", "textual", "pydantic", "avara"} & loaded
    rooms = {name.split(".")[1] for name in loaded if name.startswith("avara_tui.")}
    assert rooms == {"emulator"}
