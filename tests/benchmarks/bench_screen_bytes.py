"""How many bytes a person's ordinary acts cost on the line, in each kind of colours.

Beside them stand the same acts in a program made of Textual's own widgets: a DataTable, an Input, a
Footer, a modal screen and the command palette.
"""

import sys
import time
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from avara_tui.emulator import DEMO_USER_ID
from avara_tui.emulator.embedded import EmbeddedEmulator
from masthead import READ_WHOLE
from terminal.harness import Terminal, counting, environment, program

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(400)]

COLUMNS, ROWS = 120, 40
IDLE = 60.0
WORD = "tomography"
"""Ten letters."""
QUIET_SERVER = "[refresh]\nstat = 600\nhigh = 3600\nnormal = 3600\nclosed = 86400\n"
KINDS = {
    "truecolor": "",
    "ansi": 'theme = "ansi-dark"\n',
    "slow line": 'bandwidth = "low"\n',
}
BARE = """
import sys
from textual.app import App
from textual.binding import Binding
from textual.screen import ModalScreen
from textual.widgets import DataTable, Footer, Header, Input, OptionList, Static
from masthead import READ_WHOLE

ROWS = [("STAT", f"{n}m", f"CT Head without contrast {n}", "Okafor A", "incomplete", "Northside")
        for n in range(400)]

class Help(ModalScreen):
    BINDINGS = [Binding("escape", "dismiss")]
    def compose(self):
        yield Static("\\n".join(f"{n:<14} what this key does in the table" for n in range(30)))

class Picker(ModalScreen):
    BINDINGS = [Binding("escape", "dismiss")]
    def compose(self):
        yield OptionList(*(f"Person {n} person{n}@example.org" for n in range(30)))

class Bare(App):
    CSS = "Input { display: none } Input.-on { display: block; dock: bottom }"
    CSS += "#side { dock: right; width: 40; display: none } #side.-on { display: block }"
    BINDINGS = [Binding("question_mark", "help", "Help"), Binding("a", "pick", "Assign"),
                Binding("slash", "find", "Filter"), Binding("d", "side", "Detail"),
                Binding("q", "quit", "Quit")]
    def compose(self):
        yield Header()
        yield DataTable(cursor_type="row")
        yield Static("\\n".join(f"field {n}  value {n}" for n in range(20)), id="side")
        yield Input()
        yield Footer()
    def on_mount(self):
        self.theme = sys.argv[1]
        table = self.query_one(DataTable)
        for name, width in (("PRI", 6), ("AGE", 6), ("DESCRIPTION", 34), ("ASSIGNEE", 16),
                            ("STATUS", 10), ("CUSTOMER", 20)):
            table.add_column(name, width=width, key=name)
        for row in ROWS:
            table.add_row(*row)
        table.focus()
    def action_help(self): self.push_screen(Help())
    def action_pick(self): self.push_screen(Picker())
    def action_side(self): self.query_one("#side").toggle_class("-on")
    def action_find(self):
        self.query_one(Input).add_class("-on")
        self.query_one(Input).focus()
    def on_input_changed(self, event):
        table = self.query_one(DataTable)
        table.clear()
        for row in ROWS:
            if event.value in row[2]:
                table.add_row(*row)
    def key_escape(self):
        self.query_one(Input).remove_class("-on")
        self.query_one(DataTable).focus()

Bare().run()
"""

Figures = dict[str, float]


def cost(terminal: Terminal, act: Callable[[], object], then: str) -> int:
    """Return the bytes from ``act`` until ``then`` is on the screen and the screen rests."""
    with counting(terminal) as count:
        act()
        terminal.wait_for(then)
    return count[0]


def gone(terminal: Terminal, key: str, text: str) -> int:
    """Return the bytes from pressing ``key`` until ``text`` is off the screen and it rests."""
    with counting(terminal) as count:
        terminal.press(key)
        terminal.wait_for(lambda seen: text not in seen.text)
    return count[0]


def typed(terminal: Terminal) -> int:
    """Return the bytes of typing a word, each letter seen through before the next."""
    total = 0
    for end in range(1, len(WORD) + 1):
        with counting(terminal) as count:
            terminal.press(WORD[end - 1])
            terminal.wait_for(WORD[:end])
        total += count[0]
    return total


def ours(terminal: Terminal) -> Figures:
    terminal.wait_for(READ_WHOLE)
    terminal.wait_until_still()
    figures: Figures = {"start": terminal.byte_count}
    terminal.press("j")
    # The detail follows the cursor a little later.
    terminal.wait_until_still(1.0)
    figures["opening the detail"] = cost(terminal, lambda: terminal.press("enter"), "esc back")
    figures["closing the detail"] = gone(terminal, "escape", "esc back")
    figures["help"] = cost(terminal, lambda: terminal.press("?"), "type to search")
    figures["closing help"] = gone(terminal, "escape", "type to search")
    terminal.press("a")
    # Somebody else has the study: that is asked about first.
    terminal.wait_for("all the same?")
    figures["a picker"] = cost(terminal, lambda: terminal.press("y"), "type to search")
    figures["closing it"] = gone(terminal, "escape", "type to search")
    figures["the palette"] = cost(terminal, lambda: terminal.press("ctrl+p"), "Do what?")
    figures["closing the palette"] = gone(terminal, "escape", "type to search")
    terminal.press("/")
    terminal.wait_until_still()
    figures["ten letters of a filter"] = typed(terminal)
    terminal.press("escape")
    terminal.wait_for(lambda shown: not shown.lines[-2].startswith(" / "))
    return figures


def bare(terminal: Terminal) -> Figures:
    terminal.wait_for("Northside")
    terminal.wait_until_still()
    figures: Figures = {"start": terminal.byte_count}
    figures["opening the detail"] = cost(terminal, lambda: terminal.press("d"), "field 19")
    figures["closing the detail"] = gone(terminal, "d", "field 19")
    figures["help"] = cost(terminal, lambda: terminal.press("?"), "what this key does")
    figures["closing help"] = gone(terminal, "escape", "what this key does")
    figures["a picker"] = cost(terminal, lambda: terminal.press("a"), "person3@")
    figures["closing it"] = gone(terminal, "escape", "person3@")
    with counting(terminal) as count:
        terminal.press("ctrl+p")
        terminal.wait_for("Maximize the focused")
    figures["the palette"] = count[0]
    figures["closing the palette"] = gone(terminal, "escape", "Maximize the focused")
    terminal.press("/")
    # Its cursor blinks, as Textual's does: the screen never rests, so a letter is what it writes
    # in the time that ours is given to rest.
    time.sleep(0.5)
    before = terminal.byte_count
    for end in range(1, len(WORD) + 1):
        terminal.press(WORD[end - 1])
        terminal.wait_for(WORD[:end])
        time.sleep(0.3)
    figures["ten letters of a filter"] = terminal.byte_count - before
    terminal.press("escape")
    return figures


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Figures]:
    """Measure every kind, one after another; the idle minute runs for all at the same time."""
    measured: dict[str, Figures] = {}
    with EmbeddedEmulator(studies=800, seed=1) as emulator, ExitStack() as open_terminals:
        running: dict[str, Terminal] = {}
        for kind, settings in KINDS.items():
            home = tmp_path_factory.mktemp(kind.replace(" ", "-"))
            environ = environment(
                home, AVARA_BASE_URL=emulator.base_url, AVARA_API_KEY=emulator.api_key
            )
            folder = home / ".config" / "avara-tui"
            folder.mkdir(parents=True)
            me = f'[profiles.default]\nme = "{DEMO_USER_ID}"\n'
            (folder / "config.toml").write_text(f"{settings}{me}{QUIET_SERVER}")
            terminal = Terminal(program(), environ=environ, columns=COLUMNS, rows=ROWS)
            running[kind] = open_terminals.enter_context(terminal)
            measured[kind] = ours(terminal)
        for kind, theme in (("bare, truecolor", "textual-dark"), ("bare, ansi", "ansi-dark")):
            environ = environment(tmp_path_factory.mktemp("bare"))
            argv = [sys.executable, "-c", BARE, theme]
            terminal = Terminal(argv, environ=environ, columns=COLUMNS, rows=ROWS)
            running[kind] = open_terminals.enter_context(terminal)
            measured[kind] = bare(terminal)
        before = {kind: terminal.byte_count for kind, terminal in running.items()}
        time.sleep(IDLE)
        for kind, terminal in running.items():
            measured[kind]["an idle minute"] = terminal.byte_count - before[kind]
    return measured


def test_bytes_of_ordinary_acts(figures: dict[str, Figures]) -> None:
    """Every act costs less than with Textual's own widgets, in the same kind of colours."""
    print(f"\nbytes on a {COLUMNS}x{ROWS} terminal")
    print(f"{'':26}" + "".join(f"{kind:>17}" for kind in figures))
    acts = list(figures["truecolor"])
    for act in acts:
        print(f"{act:26}" + "".join(f"{each[act]:17,.0f}" for each in figures.values()))
    for kind in ("truecolor", "ansi"):
        mine, textuals = figures[kind], figures[f"bare, {kind}"]
        for act in ("a picker", "help", "the palette", "ten letters of a filter"):
            assert mine[act] < textuals[act], f"{act} in {kind}"
    assert figures["slow line"]["start"] < figures["truecolor"]["start"]
    assert figures["ansi"]["start"] < figures["truecolor"]["start"]
