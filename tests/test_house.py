"""The house: who imports whom, what ships, and that texts, settings and versions agree."""

from __future__ import annotations

import ast
import os
import re
import shutil
import statistics
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import polib
import pytest
from PIL import Image

from tools.build import ADDON_ID, build
from tools.screenshots import PICTURES

ROOT = Path(__file__).resolve().parents[1]
RESOURCES = ROOT / "resources"
LIBRARY = RESOURCES / "lib"
PACKAGE = LIBRARY / "simkl_scrobbler"
KODI = PACKAGE / "kodi"
ROOTS = {KODI / "service.py", KODI / "script.py"}
MODULES = sorted(PACKAGE.rglob("*.py"))
CORE = [module for module in MODULES if KODI not in module.parents]


def xml(path: Path) -> ElementTree.Element:
    return ElementTree.parse(path).getroot()  # noqa: S314 -- our own files


ADDON, SETTINGS = xml(ROOT / "addon.xml"), xml(RESOURCES / "settings.xml")
ENTRY_FILES = sorted({ROOT / each.attrib["library"] for each in ADDON.iterfind(".//*[@library]")})

modules = pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
code = pytest.mark.parametrize("path", [*ENTRY_FILES, *MODULES], ids=lambda path: path.stem)


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in nodes(path) if isinstance(node, ast.Call))


def imports(path: Path) -> set[str]:
    """The full names of all that a file imports, wherever in it."""
    names: set[str] = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = path.parents[node.level - 1].relative_to(LIBRARY).parts if node.level else ()
            source = ".".join([*package, *filter(None, [node.module])])
            names |= {f"{source}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.stem)
def test_core__knows_nothing_of_kodi(path: Path) -> None:
    """No module outside kodi/ imports one inside it, or anything of Kodi's own."""
    kodi = re.compile(r"simkl_scrobbler\.kodi\b|xbmc")
    assert not [name for name in imports(path) if kodi.match(name)]


@modules
def test_imports__inside_the_package_are_relative(path: Path) -> None:
    """The package is never imported by its name from inside: another add-on's could come first."""
    absolute = [node for node in nodes(path) if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert "simkl_scrobbler" not in "".join(
        ast.unparse(node) for node in absolute if not getattr(node, "level", 0)
    )


@modules
def test_construction__only_in_the_two_roots(path: Path) -> None:
    """Whoever works with outbox, sender, API or line is handed it by a composition root."""
    core = {"Outbox", "Sender", "Simkl", "Line"}
    built = {
        getattr(part, "id", getattr(part, "attr", ""))
        for call in calls(path)
        for part in (call.func, *call.args)
    }
    assert path in ROOTS or not built & core


def test_construction__the_service_does_it() -> None:
    """The names that the test above looks for are still the ones that are built."""
    built = {getattr(call.func, "id", "") for call in calls(KODI / "service.py")}
    assert built >= {"Outbox", "Sender", "Simkl", "Line"}


_START = f"""
import sys, types
class Stub(types.ModuleType):
    Player = Monitor = object
    def __getattr__(self, name): return 0
for name in ("xbmc", "xbmcaddon", "xbmcgui", "xbmcvfs"):
    sys.modules[name] = Stub(name)
sys.path.insert(0, {str(LIBRARY)!r})
import simkl_scrobbler.kodi.service
print(*sys.modules)
"""


# Of our own what listens, asks whether anything waits, and reads what the person chose.
AT_START = {
    *("chosen", "events", "exclusions", "log", "waiting", "whole_file"),
    *("kodi", "kodi.inbox", "kodi.log", "kodi.rivals", "kodi.service", "kodi.settings"),
    *("kodi.texts", "kodi.trouble"),
}
# Where Kodi may not write beside Python's own modules, each of these is compiled at every start.
NOT_AT_START = {"json", "logging", "traceback", "inspect", "dataclasses", "random", "calendar"}


@pytest.fixture(scope="module")
def at_start() -> set[str]:
    """All modules that an interpreter has loaded when the service has."""
    # Without site-packages: an import of requests is an error there, not only a delay.
    python = [sys.executable, "-I", "-S", "-c", _START]
    return set(subprocess.run(python, check=True, stdout=subprocess.PIPE, text=True).stdout.split())


def test_start__loads_what_listens_and_nothing_else(at_start: set[str]) -> None:
    """What plays, is marked or is sent loads its rooms with the first of it, not with Kodi."""
    package = PACKAGE.name + "."
    assert {name[len(package) :] for name in at_start if name.startswith(package)} == AT_START


def test_start__loads_nothing_heavy(at_start: set[str]) -> None:
    """What Kodi starts with brings neither requests nor anything else that costs."""
    heavy = NOT_AT_START | {"ssl", "http.client", "urllib.parse", "email", "simplejson"}
    assert not at_start & heavy


@modules
def test_log__is_the_packages_own(path: Path) -> None:
    """Nothing logs by the standard library: nobody would take it to Kodi's log."""
    assert not [name for name in imports(path) if name.split(".")[0] == "logging"]


def test_entry_files__are_few_statements() -> None:
    """What Kodi runs sets the path and calls one function."""
    assert {path.name for path in ENTRY_FILES} >= {"default.py", "service.py"}
    for path in ENTRY_FILES:
        assert len([node for node in nodes(path) if isinstance(node, ast.stmt)]) <= 6


def test_sizes__functions() -> None:
    """No function is longer than 40 lines, and half of them have no more than 10."""
    lengths = {
        f"{path.stem}.{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in MODULES
        for node in nodes(path)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    }
    assert not [name for name, length in lengths.items() if length > 40]
    assert statistics.median(lengths.values()) <= 10


@modules
def test_sizes__modules(path: Path) -> None:
    """No module is longer than 300 lines."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


def test_handlers__name_what_they_catch() -> None:
    """At most two handlers catch everything, and each says why on its line."""
    broad = []
    for path in [*ENTRY_FILES, *MODULES]:
        lines = path.read_text(encoding="utf-8").splitlines()
        for node in nodes(path):
            if isinstance(node, ast.ExceptHandler):
                assert node.type, f"{path.name}:{node.lineno} catches whatever comes"
                if re.search(r"\b(Base)?Exception\b", ast.unparse(node.type)):
                    broad.append(lines[node.lineno - 1])
    assert len(broad) <= 2
    assert all(re.search(r":  # \w", line) for line in broad)


@code
def test_forbidden__what_fails_inside_kodi(path: Path) -> None:
    """Nothing that a sub-interpreter, Kodi's exit or an unsafe connection would punish."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\bstrptime\b|\bsys\.exit\b|\btime\.sleep\(|\bverify=False\b", text)
    # Kodi sets PYTHONOPTIMIZE: an assert is not there when it is needed.
    assert not [node for node in nodes(path) if isinstance(node, ast.Assert)]


@code
def test_forbidden__what_would_obey_a_stranger(path: Path) -> None:
    """Nothing runs, unpacks or parses what others wrote in a form that can do more than tell."""
    banned = {"pickle", "marshal", "shelve", "zipfile", "tarfile", "subprocess", "ctypes", "xml"}
    assert not {name.split(".")[0] for name in imports(path)} & banned
    called = {ast.unparse(call.func) for call in calls(path)}
    assert not called & {"eval", "exec", "compile", "__import__", "os.system", "xbmc.executescript"}
    assert not [name for name in called if name.endswith("executebuiltin")]


@modules
def test_sql__only_by_parameters(path: Path) -> None:
    """Nothing but names of our own is ever put into the text of a statement."""
    for call in calls(path):
        if ast.unparse(call.func).endswith((".execute", ".executemany")):
            for part in ast.walk(call.args[0]):
                if isinstance(part, ast.FormattedValue):
                    value = ast.unparse(part.value)
                    assert value.upper() == value or value == "len(self._schema)", value


def texts() -> list[polib.POEntry]:
    return list(polib.pofile(str(RESOURCES / "language/resource.language.en_gb/strings.po")))


def text_ids() -> list[int]:
    return [int(entry.msgctxt.removeprefix("#")) for entry in texts()]


def ids_in_code() -> dict[str, int]:
    """`SENT_ONE = 32100` and so on in class Text of kodi/texts.py."""
    (text,) = (
        node
        for node in nodes(KODI / "texts.py")
        if isinstance(node, ast.ClassDef) and node.name == "Text"
    )
    return {
        ast.unparse(node.targets[0]): ast.literal_eval(node.value)
        for node in text.body
        if isinstance(node, ast.Assign)
    }


def ids_in_xml() -> set[int]:
    """What settings, add-on and windows say by number."""
    found: set[int] = set()
    for path in [ROOT / "addon.xml", *RESOURCES.rglob("*.xml")]:
        for element in xml(path).iter():
            words = " ".join([element.text or "", *element.attrib.values()])
            found |= {int(number) for number in re.findall(r"\b32\d{3}\b", words)}
    return found


def test_texts__agree_both_ways() -> None:
    """Every text that is asked for exists, and every text is asked for."""
    assert set(text_ids()) == ids_in_xml() | set(ids_in_code().values())


def test_texts__numbers() -> None:
    """A number means one text, has one name, and lies in the block of script add-ons."""
    numbers, named = text_ids(), list(ids_in_code().values())
    assert len(numbers) == len(set(numbers))
    assert len(named) == len(set(named))
    assert all(32000 <= number < 33000 for number in numbers)


def test_texts__english_is_the_source() -> None:
    """Each text says something in English, and en_gb translates nothing."""
    assert not [entry.msgctxt for entry in texts() if not entry.msgid.strip() or entry.msgstr]


def test_texts__names_are_used() -> None:
    """A text that nobody shows is gone."""
    everything = "".join(path.read_text(encoding="utf-8") for path in MODULES)
    assert not [name for name in ids_in_code() if f"Text.{name}" not in everything]


TROUBLESHOOTING = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
# What Kodi itself says.
NOT_OURS = {
    "The dependency on script.module.requests version 2.22.0 could not be satisfied.",
    "For security, installation of add-ons from unknown sources is disabled.",
    "Would you also like to remove all related data (e.g. settings) of this add-on?",
}
TROUBLES = {
    *(32102, 32103, 32104, 32105, 32106, 32109),
    *(32114, 32115, 32116, 32117, 32122, 32123, 32124, 32128, 32130),
    *(32205, 32210, 32211, 32212, 32213, 32222, 32230, 32231, 32232, 32233, 32234, 32242, 32243),
    *(32246, 32250, 32251, 32252, 32253, 32254, 32256),
    *(32313, 32316, 32317, 32318, 32319, 32320),
    *(32346, 32347, 32353, 32354, 32357),
    *(32411, 32412, 32413, 32418),
    *(32440, 32441, 32442),
}


def test_texts__troubles_have_a_way_out() -> None:
    """The page that helps begins from what is really seen, and leaves out no trouble."""
    said = {int(entry.msgctxt[1:]): re.sub(r"\{\w+\}", "…", entry.msgid) for entry in texts()}
    headings = re.findall(r"^### (.+)$", TROUBLESHOOTING, re.MULTILINE)
    assert set(headings) == {said[number] for number in TROUBLES} | NOT_OURS
    assert len(headings) == len(set(headings))


def test_texts__links_of_the_troubles() -> None:
    """A link inside the page leads to one of its headings."""
    headings = re.findall(r"^##+ (.+)$", TROUBLESHOOTING, re.MULTILINE)
    # As GitHub makes them.
    anchors = {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}
    assert set(re.findall(r"\]\(#(.+?)\)", TROUBLESHOOTING)) <= anchors


def test_settings__are_named_and_explained() -> None:
    """Every category and every setting has a label and a help text of our own."""
    known = set(text_ids())
    for element in [*SETTINGS.iter("category"), *SETTINGS.iter("setting")]:
        assert int(element.get("label", 0)) in known, element.get("id")
        assert int(element.get("help", 0)) in known, element.get("id")


def test_settings__what_is_read_is_what_can_be_set() -> None:
    """The snapshot reads every setting that the dialog offers, save the line that only tells."""
    offered = [
        each.attrib["id"] for each in SETTINGS.iter("setting") if each.get("type") != "action"
    ]
    read = [
        ast.literal_eval(call.args[0])
        for call in calls(KODI / "settings.py")
        if ast.unparse(call.func).endswith(".getSetting")
    ]
    assert sorted({*read, "account"}) == sorted(offered)


@modules
def test_settings__one_reader_and_one_writer(path: Path) -> None:
    """Only kodi/settings.py reads settings; it writes who is signed in, and an entered key."""
    asked = [call for call in calls(path) if "etSetting" in ast.unparse(call.func)]
    assert path == KODI / "settings.py" or not asked
    written = {
        ast.literal_eval(call.args[0])
        for call in asked
        if ast.unparse(call.func).endswith(".setSetting")
    }
    assert written <= {"account", "client_id"}


def newest_release() -> tuple[str, list[str]]:
    """Version and points of the first section of the changelog."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    section = changelog.split("\n## ")[1]
    heading = re.match(r"\[([\d.]+)\] - \d{4}-\d\d-\d\d\n", section)
    assert heading, section
    return heading[1], re.findall(r"^- .+$", section, re.MULTILINE)


def test_version__is_the_newest_of_the_changelog() -> None:
    """addon.xml and CHANGELOG.md speak of the same release, and people read the same of it."""
    version, points = newest_release()
    assert ADDON.attrib["version"] == version
    news = ADDON.findtext(".//news", "")
    assert news.splitlines() == [version, *points]
    assert len(news) <= 1500


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    with zipfile.ZipFile(build(tmp_path_factory.mktemp("zip"))) as archive:
        yield archive


def files(archive: zipfile.ZipFile) -> set[str]:
    """The names inside the one folder that Kodi wants."""
    names = [info.filename for info in archive.infolist() if not info.is_dir()]
    assert all(name.startswith(f"{ADDON_ID}/") for name in names)
    return {name.split("/", 1)[1] for name in names}


def test_zip__holds_the_addon_and_nothing_else(shipped: zipfile.ZipFile) -> None:
    """What ships is all of resources and the files at the top that Kodi or a person wants."""
    top = ["addon.xml", "default.py", "service.py", "LICENSE.txt", "README.md", "CHANGELOG.md"]
    wanted = {name for name in top if (ROOT / name).exists()}
    wanted |= {
        path.relative_to(ROOT).as_posix()
        for path in RESOURCES.rglob("*")
        if path.is_file() and path.parent.name != "__pycache__"
    }
    assert files(shipped) == wanted


def test_zip__same_commit_same_bytes(tmp_path: Path) -> None:
    """Another place, user mask, time zone and date of the files make no other zip."""
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "--no-checkout", "--shared", ROOT, clone], check=True)
    listing = ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, check=True, stdout=subprocess.PIPE, text=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            copy = clone / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, copy)
            copy.chmod(0o600)
            os.utime(copy, (10**9, 10**9))
    command = [sys.executable, "-m", "tools.build"]
    elsewhere = {**os.environ, "TZ": "Asia/Kolkata"}
    subprocess.run(command, check=True, cwd=clone, env=elsewhere, umask=0o077)
    here = build(tmp_path / "here")
    assert (clone / "dist" / here.name).read_bytes() == here.read_bytes()


def test_zip__moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files are as old as SOURCE_DATE_EPOCH says, but not older than a zip can say."""
    for stated, moment in (("1720000000", (2024, 7, 3, 9, 46, 40)), ("1", (1980, 1, 1, 0, 0, 0))):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", stated)
        with zipfile.ZipFile(build(tmp_path)) as archive:
            assert {info.date_time for info in archive.infolist()} == {moment}


def test_zip__with_an_application_key(tmp_path: Path) -> None:
    """A key that is built in is the default of its setting; nothing else changes."""
    with zipfile.ZipFile(build(tmp_path)) as plain:
        before = {name: plain.read(name) for name in plain.namelist()}
    with zipfile.ZipFile(build(tmp_path, "a1b2")) as built:
        after = {name: built.read(name) for name in built.namelist()}
    changed = {name for name in before if before[name] != after[name]}
    assert (list(after), changed) == (list(before), {f"{ADDON_ID}/resources/settings.xml"})
    settings = ElementTree.fromstring(after[changed.pop()])  # noqa: S314 -- our own file
    assert settings.findtext(".//setting[@id='client_id']/default") == "a1b2"


def test_zip__only_known_kinds_of_files(shipped: zipfile.ZipFile) -> None:
    """No test, tool, dot file or second package ships, and nothing that is not source."""
    kinds = re.compile(
        r"(addon\.xml|default\.py|service\.py|LICENSE\.txt|README\.md|CHANGELOG\.md)"
        r"|resources/(settings\.xml|icon\.png|fanart\.jpg)"
        r"|resources/language/resource\.language\.[a-z]{2}_[a-z]{2}/strings\.po"
        r"|resources/skins/Default/(1080i/[\w.-]+\.xml|media/[\w-]+\.png)"
        r"|resources/lib/simkl_scrobbler/(kodi/)?[a-z_]+\.py"
    )
    assert not [name for name in files(shipped) if not kinds.fullmatch(name)]


def test_zip__what_the_addon_names_is_there(shipped: zipfile.ZipFile) -> None:
    """Every file that addon.xml names exists, and the licence does."""
    named = {each.attrib["library"] for each in ADDON.iterfind(".//*[@library]")}
    named |= {asset.text or "" for asset in ADDON.iterfind(".//assets/*")}
    assert named | {"LICENSE.txt"} <= files(shipped)


def test_zip__nothing_is_executable(shipped: zipfile.ZipFile) -> None:
    """No file carries an execute bit."""
    modes = {info.filename: info.external_attr >> 16 for info in shipped.infolist()}
    assert not [name for name, mode in modes.items() if not name.endswith("/") and mode & 0o111]


def test_pictures__of_the_screens_are_all_shown() -> None:
    """Each picture that is made is shown, what is shown is there, and it is soon loaded."""
    documents = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    links = re.findall(r"screenshots/([\w-]+)\.webp", "".join(map(Path.read_text, documents)))
    there = list((ROOT / "docs" / "screenshots").iterdir())
    shown = {name for pictures in PICTURES.values() for name in pictures}
    assert set(links) == {file.stem for file in there} == shown
    assert sum(file.stat().st_size for file in there) < 1_500_000


WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows__are_pinned_and_make_what_is_there(path: Path) -> None:
    """An action is a commit that nobody can move, rights are asked for, and the targets exist."""
    text = path.read_text(encoding="utf-8")
    # Those that begin with ./ are our own workflows.
    actions = re.findall(r"uses: ([^.\s]\S+)", text)
    assert actions
    assert not [action for action in actions if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", action)]
    assert "\npermissions:\n  contents: read\n" in text
    targets = set(re.findall(r"^([\w -]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    known = {name for target in targets for name in target.split()}
    asked = [word for line in re.findall(r"run: make (.+)", text) for word in line.split()]
    assert not [word for word in asked if "=" not in word and word not in known]


@pytest.mark.parametrize(
    ("asset", "size"), [("icon.png", (512, 512)), ("fanart.jpg", (1920, 1080))]
)
def test_pictures__are_as_kodi_wants_them(asset: str, size: tuple[int, int]) -> None:
    """Icon and fanart have the sizes of Kodi's repository and are solid."""
    with Image.open(RESOURCES / asset) as picture:
        assert picture.size == size
        assert picture.convert("RGBA").getchannel("A").getextrema() == (255, 255)
