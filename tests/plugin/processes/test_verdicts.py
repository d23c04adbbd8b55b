"""The plugin as a user sees it: a project of a few lines, run by pytest in a process of its own.

A pytest takes seconds to begin and its tests milliseconds to run, so one runs tests that end in all ways.
"""

from __future__ import annotations

import pytest

from harness.core.events import Kind, read_events
from harness.core.payloads import Damage
from tests.support.scenario_project import CATALOGUE, HARNESS, Ended, Project

pytest_plugins = ["pytester"]

ENDS = {
    "passes": ("def test_passes(wang): wang.does('well')", "passed", None),
    "product": (
        "def test_product(wang):\n    wang.does('well')\n    wang.does('badly', PageFault('nothing happens'))",
        "failed",
        "PageFault",
    ),
    "assertion": ("def test_assertion(wang): assert 1 == 2", "failed", "AssertionError"),
    "foreign": ("def test_foreign(wang): wang.does('it', ValueError('oops'))", "broken", "BrokenError"),
    "own": ("def test_own(wang): wang.does('it', BrokenError('no driver'))", "broken", "BrokenError"),
    "not_run": ("def test_not_run(wang): wang.does('it', NotRun('this driver cannot'))", "not run", None),
    "set_up": ("def test_set_up(wang, nowhere): pass", "broken", "FixtureLookupError"),
    "fail": ("def test_fail(wang): pytest.fail('no')", "failed", "Failed"),
    # It disagrees with itself.
    "flaky": (
        """
def test_flaky(wang):
    from hypothesis.errors import FlakyFailure
    raise FlakyFailure("x", [ValueError()])
""",
        "flaky",
        "FlakyFailure",
    ),
    # The product's own code throws while a step is done, and after the last one.
    "thrown": (
        """
def test_thrown(wang):
    from harness.platforms.session import Thrown
    wang.session.threw = [Thrown("TypeError: x is undefined", "pages/mine/mine.js:23", "")]
    wang.does("look")
""",
        "failed",
        "AppException",
    ),
    "thrown_late": (
        """
def test_thrown_late(wang):
    from harness.platforms.session import Thrown
    wang.does("look")
    wang.session.threw = [Thrown("TypeError: later", "", "")]
""",
        "failed",
        "AppException",
    ),
    # What runs the product throws, and the page shows nothing: nobody knows whether it would have.
    "fault": (
        """
def test_fault(wang):
    from harness.platforms.session import Thrown
    wang.session.threw = [Thrown("Error: no node", "src/builtins/control.ts:99", "", fault=True)]
    wang.does("look", PageFault("shows nothing"))
""",
        "broken",
        "HarnessFault",
    ),
    # A part of ours, or the backend, does nothing any more: the page shows nothing, and is not to blame.
    **{
        f"stopped_{name}": (
            f"""
def test_stopped_{name}(wang, harness_run, request):
    import os, signal
    pid = harness_run.running.processes["{name}"]
    request.addfinalizer(lambda: os.kill(pid, signal.SIGCONT))
    wang.does("look")
    os.kill(pid, signal.SIGSTOP)
    raise {error}
""",
            "broken",
            "SilentPart",
        )
        for name, error in {
            "proxies": "PageFault('shows nothing')",
            "site": "AssertionError('shows nothing')",
        }.items()
    },
}
"""By name: the test, its verdict and its fault."""
MET = "def test_met(wang): wang.does('met ' + wang.person.nickname)"
WELL = "def test_a(wang): wang.does('well')"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project with all these tests."""
    project = Project(tmp_path_factory.mktemp("tiny"))
    project.write(*(body for body, _, _ in ENDS.values()), MET)
    return project


@pytest.fixture(scope="module")
def ended(tiny: Project) -> Ended:
    """All of them, with a seed."""
    return tiny.run("--harness-seed=7")


@pytest.fixture(scope="module")
def elsewhere(tiny: Project) -> Ended:
    """One of them with the same seed, described by another file, which says nothing of a mini-program."""
    other = HARNESS.partition("[miniprogram]")[0].replace('name = "tiny"', 'name = "other"')
    (tiny.root / "staging.toml").write_text(other, encoding="utf-8")
    return tiny.run("-k", "met", "--harness-seed=7", "--harness-config=staging.toml")


@pytest.fixture(scope="module")
def parallel(tiny: Project) -> Ended:
    """One of them twice, in two workers."""
    return tiny.run("-n", "2", "-k", "met", "--harness-repeat=2", "--harness-seed=7")


def met(ended: Ended) -> list[str]:
    return [
        step.data.text.en for step in ended.events if step.kind == Kind.STEP and "met" in step.data.text.en
    ]


@pytest.mark.parametrize("name", ENDS)
def test_each_end_has_its_verdict(name: str, ended: Ended) -> None:
    _, verdict, fault = ENDS[name]
    [said] = ended.of(f"test_{name}", Kind.VERDICT)
    assert (said.data.verdict, said.data.fault) == (verdict, fault), ended.output


def test_one_product_fault_decides_the_exit_code(ended: Ended) -> None:
    assert ended.code == 1, ended.output


def test_a_fault_of_ours_says_so_and_what_was_seen(ended: Ended) -> None:
    [said] = ended.of("test_fault", Kind.VERDICT)
    for part in (
        "a fault of the harness's simulator, not of the website",
        "what was seen then: shows nothing",
    ):
        assert part in said.data.message.en
    assert "测试工具的模拟器的故障，不是网站的问题" in said.data.message.zh


@pytest.mark.parametrize("name", ["proxies", "site"])
def test_a_stopped_process_is_named_and_what_was_seen(name: str, ended: Ended) -> None:
    [said] = ended.of(f"test_stopped_{name}", Kind.VERDICT)
    assert f"stopped by a signal (SIGSTOP): {name} (process " in said.data.message.en
    assert "what was seen then: shows nothing" in said.data.message.en
    assert f"已被暂停（SIGSTOP）：{name}（进程 " in said.data.message.zh


def test_a_failure_says_where_and_how_to_see_it_again(ended: Ended) -> None:
    for part in (
        "nothing happens",
        "platform   website",
        "step       2 王芳 does badly",
        "seed       7",
        "pytest 'scenarios/test_it.py::test_product' --harness-seed=7",
    ):
        assert part in ended.output
    steps = [(step.step, step.actor, step.data.outcome) for step in ended.of("test_product", Kind.STEP)]
    assert steps == [(1, "王芳", "passed"), (2, "王芳", "failed")]


def test_a_failure_is_shown_in_pictures_and_in_words(ended: Ended) -> None:
    shown = {each.data.type: each.data.file for each in ended.of("test_product", Kind.EVIDENCE)}
    assert shown.keys() == {"image/png", "text/plain"}, ended.output
    assert ended.folder
    text = (ended.folder / shown["text/plain"]).read_text("utf-8")
    assert "<view>token=***" in text
    assert "abcdefgh12" not in text


def test_what_the_products_own_code_throws_is_told(ended: Ended) -> None:
    assert "pages/mine/mine.js:23: TypeError: x is undefined" in ended.output
    assert "TypeError: later" in ended.output


def test_nothing_is_left_of_the_system_but_its_story(ended: Ended) -> None:
    assert ended.folder
    assert not (ended.folder / "data").exists()
    assert ended.events[0].kind == Kind.RUN_STARTED
    assert ended.events[-1].kind == Kind.RUN_FINISHED


def test_another_file_than_harness_toml_is_the_one_that_is_used(elsewhere: Ended) -> None:
    assert elsewhere.events[0].data.name == "other"


def test_a_scenario_asks_only_its_own_platforms(elsewhere: Ended) -> None:
    assert (elsewhere.code, elsewhere.verdicts) == (0, [("passed", None)]), elsewhere.output


def test_what_was_left_out_is_in_the_record(elsewhere: Ended, parallel: Ended) -> None:
    for ended, selected in ((elsewhere, 1), (parallel, 2)):
        [selection] = [event.data for event in ended.events if event.kind == Kind.SELECTION]
        assert (selection.options, selection.arguments) == ("-k met", ["scenarios"])
        assert sum(test.selected for test in selection.tests) == selected < len(selection.tests)
        assert ended.folder
        damage: list[Damage] = []
        assert list(read_events(ended.folder, damage=damage))
        assert damage == []
        assert "Scenarios: 1 of 1 selected, 1 ran" in ended.output


def test_the_same_seed_meets_the_same_people(ended: Ended, elsewhere: Ended) -> None:
    assert len(met(ended)) == 1
    assert met(ended) == met(elsewhere)


def test_a_person_met_again_in_a_repeat_is_another(parallel: Ended) -> None:
    assert len(met(parallel)) == len(set(met(parallel))) == 2


def test_in_two_workers_one_system_serves_one_run(parallel: Ended) -> None:
    assert parallel.code == 0, parallel.output
    assert parallel.verdicts == [("passed", None)] * 2
    assert len([event for event in parallel.events if event.kind == Kind.RUN_STARTED]) == 1
    assert len([event for event in parallel.events if event.kind == Kind.SELECTION]) == 1
    started = [event.data.name for event in parallel.events if event.kind == Kind.PROCESS_STARTED]
    assert sorted(started) == ["proxies", "site"]


def test_what_the_driver_cannot_is_not_run_before_anything_is_opened(project: Project) -> None:
    (project.root / "harness.toml").write_text(HARNESS + 'driver = "devtools"\n', encoding="utf-8")
    catalogue = CATALOGUE + "  needs: [choose-person]\n"
    both = catalogue.replace("[website]", "[website, miniprogram]")
    (project.root / "scenarios" / "catalogue.yaml").write_text(both, encoding="utf-8")
    project.write(WELL)
    ended = project.run("-rs")
    assert ended.verdicts == [("not run", None)]
    assert "devtools cannot choose-person" in ended.output
    assert "not run (1): " in ended.output
    assert ended.code == 0


def test_a_scenario_on_a_platform_nobody_describes_is_told(project: Project) -> None:
    (project.root / "harness.toml").write_text(HARNESS.partition("[miniprogram]")[0], encoding="utf-8")
    catalogue = CATALOGUE.replace("[website]", "[website, miniprogram]")
    (project.root / "scenarios" / "catalogue.yaml").write_text(catalogue, encoding="utf-8")
    project.write(WELL)
    ended = project.run()
    assert "scenarios need the table [miniprogram]" in ended.output
    assert ended.verdicts == [("broken", "UsageError")]


def test_a_service_that_does_not_start_is_broken_with_its_last_words(project: Project) -> None:
    broken = HARNESS.replace('"http.server"', '"no.such.module"')
    (project.root / "harness.toml").write_text(broken, encoding="utf-8")
    project.write(WELL)
    ended = project.run()
    assert ended.verdicts == [("broken", "ProcessDied")], ended.output
    assert "no.such.module" in ended.output
    assert "INTERNALERROR" not in ended.output
    assert ended.code == 3
    assert ended.events[-1].kind == Kind.RUN_FINISHED
    assert ended.folder
    assert not (ended.folder / "data").exists()


def test_a_wrong_catalogue_is_told_by_parallel_runs_too(project: Project) -> None:
    (project.root / "scenarios" / "catalogue.yaml").write_text("- id: L02\n")
    project.write(WELL)
    ended = project.run("-n", "2")
    assert "catalogue.yaml:1: 'title' is missing" in ended.output
    assert "INTERNALERROR" not in ended.output


OPENAPI = """openapi: 3.0.3
info: {title: Shop, version: 1.0.0, contact: {name: Team}}
paths:
  /things:
    get:
      operationId: getThings
      summary: Things
      x-served-by: [siet]
      responses: {"200": {description: things}}
"""
SERVED = HARNESS.replace('platform = "website"', 'platform = "website"\ncontracts = ["shared.yaml"]')


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"scenarios/catalogue.yaml": "- id: L02\n"}, "catalogue.yaml:1: "),
        (
            {"scenarios/catalogue.yaml": CATALOGUE + CATALOGUE.replace("L01", "L02")},
            "no test carries @scenario for L02",
        ),
        (
            {"scenarios/catalogue.yaml": CATALOGUE.replace("L01", "L11")},
            "scenario 'L01' is not in catalogue.yaml; did you mean 'L11'?",
        ),
        (
            {"harness.toml": HARNESS.replace("health", "helth")},
            "harness.toml:9: unknown key 'services.site.helth'; did you mean 'health'?",
        ),
        # A catalogue nobody tests at all is no green run.
        ({"scenarios/test_it.py": "def test_other(): pass"}, "no test carries @scenario for L01"),
        (
            {"contracts/shared.yaml": OPENAPI, "harness.toml": SERVED},
            "getThings: x-served-by names no service: 'siet'; did you mean 'site'?",
        ),
    ],
    ids=[
        "bad catalogue",
        "entry without test",
        "test without entry",
        "bad settings",
        "catalogue without tests",
        "operation without service",
    ],
)
def test_wrong_input_is_one_message_and_no_traceback(
    project: Project, pytester: pytest.Pytester, files: dict[str, str], message: str
) -> None:
    project.write(WELL)
    for name, text in files.items():
        (project.root / name).write_text(text, encoding="utf-8")
    # Nothing is started before the message: a process of its own would show nothing more.
    result = pytester.runpytest_inprocess("scenarios", "-p", "no:cacheprovider", "-p", "no:xdist")
    output = result.stdout.str() + result.stderr.str()
    assert message in output
    assert "Traceback" not in output
    assert result.ret == pytest.ExitCode.USAGE_ERROR


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("linkage: 1\nentities: [\n", "linkage.yaml:3: not YAML: "),
        ("linkage: 1\nentitys: {}\n", "linkage.yaml:2: unknown key 'entitys'; did you mean 'entities'?"),
    ],
)
def test_a_wrong_linkage_contract_is_one_message_and_nothing_after_it(
    project: Project, pytester: pytest.Pytester, text: str, message: str
) -> None:
    """That no contract test has kind 'linkage' stood under it."""
    project.write(WELL)
    (project.root / "contracts").mkdir(exist_ok=True)
    (project.root / "contracts" / "linkage.yaml").write_text(text, encoding="utf-8")
    only = ("--harness-only", "kind=linkage", "-p", "no:cacheprovider", "-p", "no:xdist")
    result = pytester.runpytest_inprocess("contracts", *only)
    said = [line for line in (result.stdout.str() + result.stderr.str()).splitlines() if "ERROR" in line]
    assert len(said) == 1
    assert message in said[0]
    assert "no contract test" not in result.stderr.str()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    # Scenarios alone do not ask for it; with none chosen nothing is started.
    chosen = ("-k", "nothing", "-p", "no:cacheprovider", "-p", "no:xdist")
    alone = pytester.runpytest_inprocess("scenarios", *chosen)
    assert alone.ret == pytest.ExitCode.NO_TESTS_COLLECTED, alone.stderr.str()


def test_what_was_asked_for_is_not_missed_where_a_file_could_not_be_collected(
    project: Project, pytester: pytest.Pytester
) -> None:
    project.write("import nothing_of_this_name\n")
    only = ("--harness-only", "kind=generated", "-p", "no:cacheprovider", "-p", "no:xdist")
    result = pytester.runpytest_inprocess("scenarios", *only)
    output = result.stdout.str() + result.stderr.str()
    assert "nothing_of_this_name" in output
    assert "no contract test" not in output


def test_a_run_that_does_not_concern_the_harness_leaves_nothing(project: Project) -> None:
    (project.root / "tests").mkdir()
    (project.root / "tests" / "test_own.py").write_text("def test_own(): pass")
    assert project.pytest("tests").code == 0
    assert not (project.root / "reports").exists()
