"""Browsers in a sandbox: a page lies where each may read it, or it is said that it cannot."""

import stat
from pathlib import Path

import pytest

from avara_tui.triage.opener.links import OpenerError
from avara_tui.triage.opener.local import open_local
from avara_tui.triage.opener.page_folders import page_folder
from avara_tui.triage.opener.sandbox import Sandbox, sandbox_of

HOST = "viewer.avarasoftware.com"
URL = f"https://{HOST}/study/stu_1234?token=planted-token"
SNAP_RULES = """
page=${{1#file://}}
case $page in
{home}/snap/firefox/*) ;;
{home}/.*|/run/user/*|/tmp/*) echo "refused $page" > {home}/told; exit 0 ;;
esac
cat "$page" > {home}/told
"""
"""What a snap may not read; /tmp counts as readable for its own home, which the tests put there."""


class Machine:
    """A machine with a home, programs and a desktop of our own making."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = directory
        self.home = directory / "home"
        self.home.mkdir(mode=0o700)
        self.share = directory / "share"
        self.environ = {
            "HOME": str(self.home),
            "PATH": f"{directory / 'bin'}:/usr/bin:/bin",
            "DISPLAY": ":99",
            "XDG_DATA_DIRS": str(self.share),
            "XDG_CONFIG_DIRS": str(directory / "etc"),
            "XDG_STATE_HOME": str(directory / "state"),
        }
        for name in ("HOME", "XDG_STATE_HOME"):
            monkeypatch.setenv(name, self.environ[name])
        monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)

    def program(self, name: str, script: str = "exit 0") -> Path:
        """Install a program; a name without a folder goes to one that is looked through."""
        path = self.root / (name if "/" in name else f"bin/{name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    def link(self, name: str, target: str | Path) -> Path:
        """Install a link to a program."""
        path = self.root / (name if "/" in name else f"bin/{name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target)
        return path

    def snap(self, name: str) -> Path:
        """Install a snap: a link in a folder of its own to the one program for all of them."""
        if not (self.root / "bin/snap").exists():
            self.program("snap")
        return self.link(f"snap/bin/{name}", self.root / "bin/snap")

    def entry(self, name: str, *lines: str) -> None:
        """Install a program of the desktop."""
        path = self.share / "applications" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = "\n".join(["[Desktop Entry]", "Type=Application", *lines, "[Desktop Action x]"])
        path.write_text(f"{text}\nExec=/nonexistent/other %u\n")

    def default(self, text: str, where: str = "home/.config/mimeapps.list") -> None:
        """Say which program is for pages."""
        path = self.root / where
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine(tmp_path, monkeypatch)
    made.program("xdg-open")
    return made


DEFAULT = "[Default Applications]\nimage/png=x.desktop\ntext/html=gone.desktop;firefox.desktop;\n"
FIREFOX = Sandbox("snap", "firefox")
FLATPAK = Sandbox("flatpak", "org.mozilla.firefox")


def test_a_browser_that_is_named_is_followed_to_what_it_is(machine: Machine) -> None:
    firefox = machine.snap("firefox")
    machine.link("x-www-browser", machine.link("alternatives/x-www-browser", firefox))
    machine.program("transitional", f'[ -x {firefox} ] || exit 1\nexec {firefox} "$@"')
    machine.link("snap/bin/navigator", "firefox.geckodriver")
    machine.link("snap/bin/firefox.geckodriver", machine.root / "bin/snap")
    machine.program("flatpak/exports/bin/org.mozilla.firefox")
    machine.program("flatpak")
    machine.program("wrapped", "exec /usr/bin/flatpak run --branch=stable org.mozilla.firefox $@")
    machine.program("firejail")
    machine.link("jailed", machine.root / "bin/firejail")
    machine.program("plain", "# not like /snap/bin/firefox\nexec /usr/lib/firefox/firefox $@")
    exported = str(machine.root / "flatpak/exports/bin/org.mozilla.firefox")
    for argv, shut_in in (
        ([str(firefox)], FIREFOX),
        (["x-www-browser"], FIREFOX),
        (["transitional", "{page}"], FIREFOX),
        ([str(machine.root / "snap/bin/navigator")], FIREFOX),
        (["snap", "run", "firefox", "{page}"], FIREFOX),
        (["env", "A=b", "C=d", str(firefox), "%u"], FIREFOX),
        (["snap", "list"], None),
        ([exported], FLATPAK),
        (["wrapped"], FLATPAK),
        (["flatpak", "run", "--command=firefox", "org.mozilla.firefox", "{page}"], FLATPAK),
        (["flatpak", "run", "org.mozilla.firefox/x86_64/stable"], FLATPAK),
        (["flatpak", "run", "../../x"], None),
        (["jailed"], Sandbox("firejail", "jailed")),
        (["firejail", "--private", "/usr/bin/firefox"], Sandbox("firejail", "firefox")),
        (["plain"], None),
        (["absent"], None),
        ([], None),
    ):
        assert sandbox_of(argv, machine.environ) == shut_in, argv


@pytest.mark.parametrize(
    ("lines", "shut_in"),
    [
        (["Exec=env BAMF=x {root}/snap/bin/firefox %u"], FIREFOX),
        (["Exec=firefox %u", "X-SnapInstanceName=firefox"], FIREFOX),
        (["Exec=/usr/bin/flatpak run u %u ", "X-Flatpak=org.mozilla.firefox"], FLATPAK),
        (["Exec=flatpak run --file-forwarding org.mozilla.firefox u %u "], FLATPAK),
        (["Exec=plain %u"], None),
        (["Exec='unbalanced"], None),
        (["X-SnapInstanceName=../../x", "Exec=x"], None),
    ],
)
@pytest.mark.parametrize("opener", ["xdg-open", "gio"])
def test_what_asks_the_desktop_is_followed_to_its_browser(
    machine: Machine, lines: list[str], shut_in: Sandbox | None, opener: str
) -> None:
    machine.snap("firefox")
    for name in ("flatpak", "plain", "gio"):
        machine.program(name)
    machine.entry("firefox.desktop", *(each.format(root=machine.root) for each in lines))
    machine.default(DEFAULT)
    assert sandbox_of([opener, "{page}"], machine.environ) == shut_in


def test_the_browser_of_the_desktop_is_looked_up_in_the_order_of_the_standard(
    machine: Machine,
) -> None:
    for name in ("one", "two", "three", "four"):
        machine.snap(name)
        machine.entry(f"{name}.desktop", f"Exec={machine.root}/snap/bin/{name} %u")

    def found() -> str | None:
        shut_in = sandbox_of(["xdg-open"], machine.environ)
        return shut_in.name if shut_in else None

    assert found() is None
    cache = "share/applications/mimeinfo.cache"
    machine.default("[MIME Cache]\ntext/html=one.desktop;two.desktop;\n", cache)
    assert found() == "one"
    machine.default("[Added Associations]\ntext/html=two.desktop\n", "etc/mimeapps.list")
    assert found() == "two"
    machine.default("[Default Applications]\ntext/html=three.desktop\n")
    assert found() == "three"
    machine.default(
        "[Default Applications]\ntext/html=four.desktop\n", "home/.config/kde-mimeapps.list"
    )
    assert found() == "three"
    machine.environ["XDG_CURRENT_DESKTOP"] = "KDE"
    assert found() == "four"
    machine.environ["BROWSER"] = f"absent:{machine.root}/snap/bin/one"
    assert found() == "one"


def test_what_starts_itself_ends(machine: Machine) -> None:
    machine.entry("firefox.desktop", "Exec=xdg-open %u")
    machine.default(DEFAULT)
    assert sandbox_of(["xdg-open"], machine.environ) is None


def test_where_the_page_lies(machine: Machine) -> None:
    machine.snap("firefox")
    machine.program("flatpak")
    firefox = [str(machine.root / "snap/bin/firefox")]
    flatpak = ["flatpak", "run", "org.mozilla.firefox"]
    home = machine.home
    for argv, folder in (
        (["xdg-open"], machine.root / "state/avara-tui/run"),
        (firefox, home / "snap/firefox/common/avara-tui"),
        (flatpak, home / ".var/app/org.mozilla.firefox/cache/avara-tui"),
    ):
        found = page_folder(argv, machine.environ)
        assert found == (folder, "")
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    # Where snapd was told to hide the folders of snaps, it may still read its own.
    (home / "snap").rename(home / "elsewhere")
    (home / ".snap/data/firefox").mkdir(parents=True)
    found = page_folder(firefox, machine.environ)
    assert found.path == home / ".snap/data/firefox/common/avara-tui"


async def test_a_snap_gets_a_page_that_it_may_read(machine: Machine) -> None:
    machine.program("snap", SNAP_RULES.format(home=machine.home))
    machine.snap("firefox")
    machine.program("xdg-open", f'exec {machine.root}/snap/bin/firefox "$@"')
    machine.entry("firefox.desktop", f"Exec={machine.root}/snap/bin/firefox %u")
    for default, said in (("", "refused"), (DEFAULT, URL)):
        machine.default(default)
        handed = await open_local(URL, allowed=[HOST], environ=machine.environ, patience=30, life=5)
        assert handed == ("xdg-open", "")
        assert said in (machine.home / "told").read_text()
    (page,) = (machine.home / "snap/firefox/common/avara-tui").iterdir()
    assert stat.S_IMODE(page.stat().st_mode) == 0o600


@pytest.mark.parametrize("spoilt", ["file", "link"])
async def test_a_snap_without_a_folder_of_ours_opens_nothing(machine: Machine, spoilt: str) -> None:
    firefox = machine.snap("firefox")
    machine.program("snap", f"touch {machine.home}/started")
    folder = machine.home / "snap/firefox/common/avara-tui"
    folder.parent.mkdir(parents=True)
    if spoilt == "file":
        folder.touch()
    else:
        folder.symlink_to(machine.root)
    with pytest.raises(OpenerError, match="firefox is a snap, and cannot be given a page") as told:
        await open_local(
            URL, allowed=[HOST], environ=machine.environ, browser_command=[str(firefox)]
        )
    assert told.value.remedy
    assert not (machine.home / "started").exists()


async def test_a_sandbox_of_which_nothing_is_known_is_said(machine: Machine) -> None:
    machine.program("firejail")
    machine.link("firefox", machine.root / "bin/firejail")
    handed = await open_local(
        URL,
        allowed=[HOST],
        environ=machine.environ,
        browser_command=["firefox"],
        patience=30,
        life=5,
    )
    said = "firefox is shut in by firejail, which may hide the page from it"
    assert handed == ("firefox", said)
