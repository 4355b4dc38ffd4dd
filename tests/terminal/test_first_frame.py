"""What the first frame waits for: these modules of ours, and none of what only the work needs."""

import json
import sys
from pathlib import Path

from loaded import assert_not_loaded
from terminal.harness import Terminal, environment

SOURCE = """
import json, pathlib, sys
from avara_tui.tui import app
def begin(self, screen):
    pathlib.Path(sys.argv.pop()).write_text(json.dumps([*sys.modules]))
    self.exit()
app.WorklistApp._begin = begin
from avara_tui.cli import main
sys.exit(main([]))
"""
"""The program, which notes what it has imported when its first frame is drawn, and ends."""

OURS = {
    "": ["clock", "identifiers", "joiners", "study", "text"],
    "cli": ["filter_check", "options", "profiles", "worklist"],
    "config": [
        *("alarm", "base_url", "declaring", "environment", "errors", "loading", "model"),
        *("own_commands", "own_themes", "own_worklists", "paths", "profile", "resolve"),
        *("thresholds", "values", "words"),
    ],
    "triage.process": ["crash", "hygiene", "shortage"],
    "tui": [
        *("app", "choices", "controller_protocol", "lines", "masking", "notices", "options"),
        "run",
    ],
    "tui.keys": ["actions", "by_hand", "key_turn", "places"],
    "tui.presentation": ["column_layout", "row_context", "scroll_bar"],
    "tui.screens": ["acting", "asking", "command_runner", "worklist"],
    "tui.terminal": [
        *("app", "backdrop", "bursts", "changed_cells", "colour_vision", "compositor", "decoder"),
        "drawing",
        *("driver", "ending", "front_buffer", "host", "layouts", "lost", "output_filter"),
        *(
            "own_colours",
            "palette",
            "right_to_left",
            "row_cells",
            "screen",
            "sgr",
            "size",
            "themes",
        ),
        *("tokens", "traits", "translation"),
    ],
    "tui.widgets": [
        *("alarm_banner", "backdrop", "card", "detail_pane", "filter_bar", "pane"),
        *("status_line", "study_table", "table_cursor", "table_drawing", "table_rule"),
    ],
}
"""By room. Every one more is waited for by everybody who starts the program."""

LATER = [
    *("httpx", "pydantic", "keyring", "avara_tui.api.client", "avara_tui.worklist.studies"),
    *("avara_tui.tui.controller.worklist", "avara_tui.triage.reading.session"),
]


def test_the_first_frame_waits_for_these_modules_and_no_others(tmp_path: Path) -> None:
    environ = environment(tmp_path / "home")
    environ |= {"AVARA_API_KEY": "none", "AVARA_BASE_URL": "https://127.0.0.1:9"}
    noted = tmp_path / "modules.json"
    argv = [sys.executable, "-P", "-c", SOURCE, str(noted)]
    with Terminal(argv, environ=environ) as terminal:
        assert terminal.wait_exit() == 0
    loaded = set(json.loads(noted.read_text()))
    rooms = {"avara_tui"}
    for room in filter(None, OURS):
        parts = room.split(".")
        rooms |= {".".join(["avara_tui", *parts[: i + 1]]) for i in range(len(parts))}
    expected = rooms | {
        ".".join(filter(None, ("avara_tui", room, name))) for room in OURS for name in OURS[room]
    }
    assert {each for each in loaded if each.partition(".")[0] == "avara_tui"} == expected
    assert_not_loaded(LATER, loaded)
