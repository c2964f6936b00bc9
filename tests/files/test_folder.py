import os
import subprocess
import sys
from pathlib import Path

import pytest

from localalt.files.kinds import PICTURE_SUFFIXES, PICTURES, FileKind
from localalt.files.search import Problem, Search
from localalt.image import decoding

PNG = FileKind("picture", frozenset([".png"]), frozenset([".svg"]))
is_posix = pytest.mark.skipif(os.name == "nt", reason="links and permissions are others there")


@pytest.fixture
def tree(tmp_path):
    def plant(*names):
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return tmp_path

    return plant


def found(*paths, kind=PNG, root=None):
    search = Search(map(str, paths), kind)
    files = [each for each in search if isinstance(each, str)]
    return [Path(os.path.relpath(each, root)).as_posix() if root else each for each in files], str(search.skipped)


def problems(*paths, kind=PNG):
    return [each for each in Search(map(str, paths), kind) if isinstance(each, Problem)]


# --- folders ---


def test_a_folder_means_all_that_is_looked_for_below_it_in_alphabetical_order(tree):
    root = tree("b.png", "a/z.PNG", "a.png", "notes.txt", "c/d/e.png")
    assert found(root, root=root) == (["a/z.PNG", "a.png", "b.png", "c/d/e.png"], "")


@pytest.mark.parametrize(
    ("folder", "reason"),
    [
        (".git", "1 hidden folder"),
        (".venv", "1 hidden folder"),
        (".thumbnails", "1 hidden folder"),
        (".Trash-1000", "1 hidden folder"),
        ("node_modules", "1 folder of packages"),
        ("__pycache__", "1 folder of packages"),
        ("@eaDir", "1 folder of thumbnails"),
        ("Thumbs", "1 folder of thumbnails"),
        ("$RECYCLE.BIN", "1 folder of deleted files"),
        ("lost+found", "1 folder of deleted files"),
        ("_site", "1 generated folder"),
        ("build", "1 generated folder"),
        ("dist", "1 generated folder"),
    ],
)
def test_what_no_person_put_there_is_passed_over_and_counted_unless_it_is_named(tree, folder, reason):
    root = tree("a.png", f"{folder}/b.png", f"x/{folder}/c.png")
    assert found(root, root=root) == (
        ["a.png"],
        reason.replace("1 folder", "2 folders").replace("1 ", "2 ", 1) + "s" * (not reason.startswith("1 folder")),
    )
    assert found(root / folder, root=root)[0] == [f"{folder}/b.png"]
    assert found(root / folder / "b.png", root=root)[0] == [f"{folder}/b.png"]


def test_environments_and_caches_are_known_by_what_is_in_them(tree):
    root = tree(
        "a.png", "env/pyvenv.cfg", "env/b.png", "conda/conda-meta/x", "conda/b.png", "c/CACHEDIR.TAG", "c/b.png"
    )
    (root / "c" / "CACHEDIR.TAG").write_bytes(b"Signature: 8a477f597d28d172789f06886806bc55\n# made by a test")
    tree("d/CACHEDIR.TAG", "d/b.png")
    assert found(root, root=root) == (["a.png", "d/b.png"], "2 folders of packages, 1 generated folder")
    assert found(root / "env", root=root) == (["env/b.png"], "")


@pytest.mark.parametrize(
    ("marker", "folder"), [("hugo.toml", "public"), ("mkdocs.yml", "site"), ("Cargo.toml", "target")]
)
def test_a_name_that_people_use_too_is_generated_beside_the_file_of_its_tool_alone(tree, marker, folder):
    root = tree(f"ours/{folder}/a.png", f"theirs/{folder}/b.png", f"theirs/{marker}")
    assert found(root, root=root) == ([f"ours/{folder}/a.png"], "1 generated folder")


def test_hidden_files_and_formats_that_are_not_read_are_counted(tree):
    root = tree("a.png", ".b.png", "c.svg", "d.SVG", ".e.txt")
    assert found(root, root=root)[1] == "1 hidden file, 2 pictures of formats that are not read (.svg)"


def test_a_folder_without_what_is_looked_for_says_what_was_passed_over(tree):
    root = tree(".git/a.png", "b.svg", "c.txt")
    (problem,) = problems(root)
    assert problem.kind == "nothing found"
    assert problem.message == (
        f"There is no picture in the folder {root} (skipped: 1 hidden folder, 1 picture of a format that is not read "
        "(.svg)): name the files themselves."
    )


def test_every_format_that_is_read_has_its_suffixes_and_no_other():
    assert set(PICTURE_SUFFIXES) == set(decoding._PLUGINS) | {"HEIC"}
    assert not PICTURES.suffixes & PICTURES.unread
    assert {".jpe", ".heics", ".apng", ".ico", ".jp2", ".jfif", ".mpo", ".dib", ".pgm"} <= PICTURES.suffixes
    assert {".svg", ".cr2", ".raw", ".psd", ".jxl", ".tga", ".dng"} <= PICTURES.unread


# --- .gitignore ---


def test_gitignore_files_count_in_their_folder_and_below(tree):
    root = tree("a.png", "b.png", "x/a.png", "x/c.png", "x/y/c.png", "out/d.png")
    (root / ".gitignore").write_text("/a.png\nout/\n")
    (root / "x" / ".gitignore").write_text("c.png\n!y/c.png\n")
    assert found(root, root=root) == (["b.png", "x/a.png", "x/y/c.png"], "3 ignored by .gitignore")


def test_the_gitignore_files_above_count_up_to_the_root_of_the_repository(tree):
    root = tree("outside/repo/.git/info/exclude", "outside/repo/x/y/a.png", "outside/repo/x/y/b.png")
    tree("outside/repo/x/y/c.png", "outside/repo/x/y/d.png")
    repo = root / "outside" / "repo"
    (root / "outside" / ".gitignore").write_text("*.png\n")
    (repo / ".gitignore").write_text("a.png\n")
    (repo / "x" / ".gitignore").write_text("y/b.png\n")
    (repo / ".git" / "info" / "exclude").write_text("c.png\n")
    assert found(repo / "x" / "y", root=repo) == (["x/y/d.png"], "3 ignored by .gitignore")
    assert found(repo, root=repo)[0] == ["x/y/d.png"]


def test_a_named_folder_that_is_ignored_is_gone_into(tree):
    root = tree(".git/HEAD", "photos/a.png", "photos/.gitignore", "photos/b.png")
    (root / ".gitignore").write_text("photos/\n*.png\n")
    (root / "photos" / ".gitignore").write_text("b.png\n")
    assert found(root / "photos", root=root) == (["photos/a.png"], "1 ignored by .gitignore")
    assert found(root / "photos" / "b.png", root=root)[0] == ["photos/b.png"]


def test_a_work_tree_has_the_exclude_file_of_its_repository(tree):
    root = tree("repo/.git/info/exclude", "repo/.git/worktrees/w/commondir", "w/a.png", "w/b.png")
    (root / "repo/.git/info/exclude").write_text("a.png\n")
    (root / "repo/.git/worktrees/w/commondir").write_text("../..\n")
    (root / "w" / ".git").write_text(f"gitdir: {root / 'repo/.git/worktrees/w'}\n")
    assert found(root / "w", root=root)[0] == ["w/b.png"]


def test_a_repository_in_another_is_under_its_own_rules(tree):
    root = tree(".git/HEAD", "a.png", "sub/.git/HEAD", "sub/a.png", "sub/b.png")
    (root / ".gitignore").write_text("a.png\n")
    (root / "sub" / ".gitignore").write_text("b.png\n")
    assert found(root, root=root)[0] == ["sub/a.png"]


@is_posix
def test_a_gitignore_that_is_a_pipe_or_a_link_is_not_read(tree):
    root = tree("a.png", "x/b.png", "patterns")
    (root / "patterns").write_text("*.png")
    os.mkfifo(root / ".gitignore")
    (root / "x" / ".gitignore").symlink_to(root / "patterns")
    assert found(root, root=root)[0] == ["a.png", "x/b.png"]


# --- links ---


@is_posix
def test_linked_folders_are_gone_into_once_after_the_others(tree, tmp_path_factory):
    root = tree("a/b.png", "z.png")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "c.png").touch()
    (root / "0-linked").symlink_to(elsewhere)
    (root / "1-again").symlink_to(elsewhere)
    (root / "2-real").symlink_to(root / "a")
    assert found(root, root=root) == (["a/b.png", "z.png", "0-linked/c.png"], "2 links that lead back")


@is_posix
def test_loops_of_links_end(tree):
    root = tree("a/b/c.png")
    (root / "a/b/up").symlink_to("../..")
    (root / "a/self").symlink_to("self")
    (root / "a/here").symlink_to(".")
    (root / "a/all").symlink_to("/")
    (root / "x").symlink_to("y")
    (root / "y").symlink_to("x")
    files, skipped = found(root, root=root)
    assert files == ["a/b/c.png"]
    assert "3 links that lead back" in skipped


@is_posix
def test_linked_files_are_found_once(tree, tmp_path_factory):
    root = tree("a.png", "b/c.png", ".hidden.png")
    outside = tmp_path_factory.mktemp("outside") / "d.dat"
    outside.touch()
    (root / "0.png").symlink_to("a.png")
    (root / "1.png").symlink_to("b/c.png")
    (root / "2.png").symlink_to(outside)
    (root / "3.png").symlink_to(outside)
    (root / "4.png").symlink_to("nowhere.png")
    (root / "5.png").symlink_to(".hidden.png")
    files, skipped = found(root, root=root)
    assert files == ["a.png", "b/c.png", "2.png", "5.png"]
    assert skipped == "1 hidden file, 3 links to files that were found, 1 link that leads nowhere"


@is_posix
def test_a_pattern_for_folders_does_not_ignore_a_link_as_in_git(tree, tmp_path_factory):
    root = tree("a.png")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "c.png").touch()
    (root / "x").symlink_to(elsewhere)
    (root / ".gitignore").write_text("x/\n")
    assert found(root, root=root)[0] == ["a.png", "x/c.png"]
    (root / ".gitignore").write_text("x\n")
    assert found(root, root=root)[0] == ["a.png"]


# --- what cannot be read, and strange names ---


def test_a_folder_that_cannot_be_read_is_a_problem_and_the_rest_goes_on(tree, monkeypatch):
    root = tree("a.png", "locked/b.png", "z.png", "lo/c.png")
    scandir = os.scandir

    def refuse(path):  # by hand: the user that runs the tests may be one whom nothing is refused
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    search = Search([str(root)], PNG)
    assert [Path(each).name if isinstance(each, str) else each.kind for each in search] == [
        "a.png",
        "c.png",
        "unreadable",
        "z.png",
    ]
    assert str(search.skipped) == "1 folder that cannot be read"
    for paths in ([root / "locked"], [root / "locked" / "*.png"]):
        (problem,) = problems(*paths)
        assert problem.message == f"{root / 'locked'} cannot be read (Permission denied): check its permissions."


def test_a_path_that_cannot_be_looked_at_is_passed_on_to_who_opens_it(tree):
    root = tree("a.png")
    odd = ["x" * 304 + ".png", "nul\0.png", str(root / "a.png" / "b.png"), str(root / "missing.png"), ""]
    assert found(*odd)[0] == odd


@is_posix
def test_names_of_any_bytes_survive(tmp_path):
    names = [b"\xff\xfe.png", b"a\nb.png", b"\x1b[31m.png", b" .png", b"-.png", "é.png".encode()]
    for name in names:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).touch()
    files, _ = found(tmp_path)
    assert {os.fsencode(Path(path).name) for path in files} == set(names)


@is_posix
def test_pipes_and_devices_are_counted_and_not_opened(tree):
    root = tree("a.png")
    os.mkfifo(root / "b.png")
    assert found(root, root=root) == (["a.png"], "1 pipe or device")


@pytest.mark.slow
def test_folders_deeper_than_python_recurses_are_searched(tmp_path):
    folder, n_made = str(tmp_path), 0
    try:
        for _ in range(1200):
            os.mkdir(f"{folder}/d")  # noqa: PTH102 (Path recurses, as what clears up after tests does)
            folder, n_made = f"{folder}/d", n_made + 1
        with open(f"{folder}/a.png", "wb"):  # noqa: PTH123
            pass
        assert len(found(tmp_path)[0]) == 1
        os.remove(f"{folder}/a.png")  # noqa: PTH107
    finally:
        for _ in range(n_made):
            os.rmdir(folder)  # noqa: PTH106
            folder = folder[:-2]


def test_files_come_before_all_are_found(tree, monkeypatch):
    root = tree(*(f"{number}/a.png" for number in range(10)))
    opened = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: opened.append(path) or scandir(path))
    search = iter(Search([str(root)], PNG))
    next(search)
    assert len(opened) == 2


def test_what_is_excluded_is_counted(tree):
    root = tree("a.png", "b/c.png", "d.png")
    search = Search([str(root)], PNG, excluded=lambda path, is_folder: path.endswith("b" if is_folder else "d.png"))
    assert [Path(each).name for each in search] == ["a.png"]
    assert str(search.skipped) == "2 excluded by the configuration"
    assert list(Search([str(root / "d.png")], PNG, excluded=lambda *_: True)) == [str(root / "d.png")]


# --- globs ---


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.png", ["a.png", "b1.png"]),
        ("b?.png", ["b1.png"]),
        ("[ab]*.png", ["a.png", "b1.png"]),
        ("[!a]*.png", ["b1.png"]),
        ("*", ["a.png", "b1.png", "x/c.png", "x/y/d.png"]),
        ("*/", ["x/c.png", "x/y/d.png"]),
        ("*/*.png", ["x/c.png"]),
        ("**/*.png", ["a.png", "b1.png", "x/c.png", "x/y/d.png"]),
        ("**", ["a.png", "b1.png", "x/c.png", "x/y/d.png"]),
        ("x/**", ["x/c.png", "x/y/d.png"]),
        ("**/y/*", ["x/y/d.png"]),
        ("**/y/**/*.png", ["x/y/d.png"]),
        ("*.txt", ["n.txt"]),
        (".*.png", [".h.png"]),
        ("node_modules/*.png", ["node_modules/m.png"]),
        ("*/m.png", []),
        ("**/m.png", []),
    ],
)
def test_globs(tree, monkeypatch, pattern, expected):
    root = tree("a.png", "b1.png", "n.txt", ".h.png", "x/c.png", "x/y/d.png", "node_modules/m.png", ".git/g.png")
    monkeypatch.chdir(root)
    assert [Path(each).as_posix() for each in found(pattern)[0]] == expected
    assert [Path(os.path.relpath(each, root)).as_posix() for each in found(f"{root}/{pattern}")[0]] == expected


def test_a_file_with_a_wildcard_in_its_name_is_that_file(tree, monkeypatch):
    monkeypatch.chdir(tree("a[1].png", "a1.png"))
    assert found("a[1].png")[0] == ["a[1].png"]


def test_a_glob_that_matches_nothing_is_a_problem(tree, monkeypatch):
    monkeypatch.chdir(tree("a.png", ".b.png"))
    assert [each.message for each in problems("*.jpg", "a.png", "missing/*.png")] == [
        "Nothing matches *.jpg: check the path.",
        "Nothing matches missing/*.png: check the path.",
    ]


@is_posix
@pytest.mark.parametrize("pattern", ["**/*.png", "**/**/*.png", "*/**/*.png", "**/x/**/x/**/*.png", "**"])
def test_globs_end_where_links_go_in_circles(tree, monkeypatch, pattern):
    root = tree("x/a.png", "x/x/b.png")
    for number in range(12):
        (root / "x" / f"up{number}").symlink_to("..")
        (root / "x" / "x" / f"up{number}").symlink_to("../..")
    monkeypatch.chdir(root)
    files, _ = found(pattern)
    assert len(files) < 50
    assert any(Path(each).name == "b.png" for each in files)


@is_posix
def test_a_pattern_that_would_backtrack_is_matched_at_once(tree, monkeypatch):
    # In a process of its own: what does not end must not end the tests.
    root = tree("a" * 200 + ".png")
    code = "import sys; from localalt.files.search import Search; from localalt.files.kinds import PICTURES;"
    code += "print(*(type(each).__name__ for each in Search(sys.argv[1:], PICTURES)))"
    done = subprocess.run(
        [sys.executable, "-c", code, "*a" * 60 + "*b", "/".join(["**"] * 300 + ["z"])],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout.split() == ["Problem", "Problem"], done.stderr
