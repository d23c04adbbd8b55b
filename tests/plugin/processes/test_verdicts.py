"""The plugin as a user sees it: projects of a few lines, run by pytest in a process of its own."""

from __future__ import annotations

import pytest

from harness.core.events import Event, Kind, read_events
from tests.support.scenario_project import BEGIN, CATALOGUE, HARNESS, Project

pytest_plugins = ["pytester"]


def verdicts(events: list[Event]) -> list[tuple[str, str | None]]:
    return [(event.data.verdict, event.data.fault) for event in events if event.kind == Kind.VERDICT]


@pytest.mark.parametrize(
    ("body", "exit_code", "verdict"),
    [
        ("def test_a(wang): wang.does('well')", 0, ("passed", None)),
        ("def test_a(wang): wang.does('it', PageFault('nothing happens'))", 1, ("failed", "PageFault")),
        ("def test_a(wang): assert 1 == 2", 1, ("failed", "AssertionError")),
        ("def test_a(wang): wang.does('it', ValueError('oops'))", 3, ("broken", "BrokenError")),
        ("def test_a(wang): wang.does('it', BrokenError('no driver'))", 3, ("broken", "BrokenError")),
        ("def test_a(wang): wang.does('it', NotRun('this driver cannot'))", 0, ("not run", None)),
        ("def test_a(wang, nowhere): pass", 3, ("broken", "FixtureLookupError")),
        ("def test_a(wang): pytest.fail('no')", 1, ("failed", "Failed")),
    ],
    ids=[
        "passed",
        "product fault",
        "plain assertion",
        "foreign error",
        "our own",
        "not run",
        "set-up",
        "fail",
    ],
)
def test_five_kinds_of_ends(
    project: Project, body: str, exit_code: int, verdict: tuple[str, str | None]
) -> None:
    code, output, events = project.run(body)
    assert verdicts(events) == [verdict], output
    assert code == exit_code, output


def test_disagreeing_with_itself_is_flaky_not_passed(project: Project) -> None:
    body = """
def test_a(wang):
    from hypothesis.errors import FlakyFailure
    raise FlakyFailure("x", [ValueError()])
"""
    code, output, events = project.run(body)
    assert verdicts(events) == [("flaky", "FlakyFailure")], output
    assert code == 3


def test_a_failure_says_where_and_how_to_see_it_again(project: Project) -> None:
    body = "def test_a(wang):\n    wang.does('well')\n    wang.does('badly', PageFault('nothing happens'))\n"
    _, output, events = project.run(body, "--harness-seed=7")
    for part in (
        "nothing happens",
        "platform   website",
        "step       2 王芳 does badly",
        "seed       7",
        "pytest 'scenarios/test_it.py::test_a' --harness-seed=7",
    ):
        assert part in output
    steps = [(event.step, event.actor, event.data.outcome) for event in events if event.kind == Kind.STEP]
    assert steps == [(1, "王芳", "passed"), (2, "王芳", "failed")]


def test_what_the_products_own_code_throws_is_its_fault(project: Project) -> None:
    body = """
def test_a(wang):
    from harness.platforms.session import Thrown
    wang.session.threw = [Thrown("TypeError: x is undefined", "pages/mine/mine.js:23", "")]
    wang.does("look")
"""
    code, output, events = project.run(body)
    assert verdicts(events) == [("failed", "AppException")]
    assert "pages/mine/mine.js:23: TypeError: x is undefined" in output
    assert code == 1


def test_what_is_thrown_after_the_last_step_counts_too(project: Project) -> None:
    body = """
def test_a(wang):
    from harness.platforms.session import Thrown
    wang.does("look")
    wang.session.threw = [Thrown("TypeError: later", "", "")]
"""
    _, output, events = project.run(body)
    assert verdicts(events) == [("failed", "AppException")], output


def test_what_the_driver_cannot_is_not_run_before_anything_is_opened(project: Project) -> None:
    (project.root / "harness.toml").write_text(HARNESS + 'driver = "devtools"\n', encoding="utf-8")
    catalogue = CATALOGUE + "  needs: [choose-person]\n"
    both = catalogue.replace("[website]", "[website, miniprogram]")
    (project.root / "scenarios" / "catalogue.yaml").write_text(both, encoding="utf-8")
    code, output, events = project.run("def test_a(wang): wang.does('it')", "-rs")
    assert verdicts(events) == [("not run", None)]
    assert "devtools cannot choose-person" in output
    assert code == 0


def test_a_scenario_asks_only_its_own_platforms(project: Project) -> None:
    alone = HARNESS.partition("[miniprogram]")[0]
    (project.root / "harness.toml").write_text(alone, encoding="utf-8")
    code, output, events = project.run("def test_a(wang): wang.does('it')")
    assert (code, verdicts(events)) == (0, [("passed", None)]), output


def test_a_scenario_on_a_platform_nobody_describes_is_told(project: Project) -> None:
    (project.root / "harness.toml").write_text(HARNESS.partition("[miniprogram]")[0], encoding="utf-8")
    catalogue = CATALOGUE.replace("[website]", "[website, miniprogram]")
    (project.root / "scenarios" / "catalogue.yaml").write_text(catalogue, encoding="utf-8")
    _, output, events = project.run("def test_a(wang): wang.does('it')")
    assert "scenarios need the table [miniprogram]" in output
    assert verdicts(events) == [("broken", "UsageError")]


def test_a_catalogue_nobody_tests_is_an_error_not_a_green_run(project: Project) -> None:
    code, output, _ = project.run("def test_other(): pass", begin="")
    assert "no test carries @scenario for L01" in output
    assert code == pytest.ExitCode.USAGE_ERROR


def test_an_operation_no_service_has_is_told_not_dropped(project: Project) -> None:
    contract = """openapi: 3.0.3
info: {title: Shop, version: 1.0.0, contact: {name: Team}}
paths:
  /things:
    get:
      operationId: getThings
      summary: Things
      x-served-by: [siet]
      responses: {"200": {description: things}}
"""
    (project.root / "contracts" / "shared.yaml").write_text(contract, encoding="utf-8")
    served = HARNESS.replace('platform = "website"', 'platform = "website"\ncontracts = ["shared.yaml"]')
    (project.root / "harness.toml").write_text(served, encoding="utf-8")
    code, output, _ = project.run("def test_a(wang): wang.does('it')")
    assert "getThings: x-served-by names no service: 'siet'; did you mean 'site'?" in output
    assert code == pytest.ExitCode.USAGE_ERROR


def test_a_service_that_does_not_start_is_broken_with_its_last_words(project: Project) -> None:
    broken = HARNESS.replace('"http.server"', '"no.such.module"')
    (project.root / "harness.toml").write_text(broken, encoding="utf-8")
    code, output, events = project.run("def test_a(wang): wang.does('it')")
    assert verdicts(events) == [("broken", "ProcessDied")]
    assert "no.such.module" in output
    assert "INTERNALERROR" not in output
    assert code == 3
    assert events[-1].kind == Kind.RUN_FINISHED
    assert not list((project.root / "reports" / "runs").glob("*/data"))


def test_another_file_than_harness_toml_is_the_one_that_is_used(project: Project) -> None:
    other = HARNESS.replace('name = "tiny"', 'name = "other"')
    (project.root / "staging.toml").write_text(other, encoding="utf-8")
    _, _, events = project.run("def test_a(wang): wang.does('it')", "--harness-config", "staging.toml")
    assert events[0].data.name == "other"


def test_a_wrong_catalogue_is_told_by_parallel_runs_too(project: Project) -> None:
    (project.root / "scenarios" / "catalogue.yaml").write_text("- id: L02\n")
    (project.root / "scenarios" / "test_it.py").write_text("def test_a(): pass")
    result = project.pytester.runpytest_subprocess("scenarios", "-n", "2", "-p", "no:cacheprovider")
    assert "catalogue.yaml:1: 'title' is missing" in result.stdout.str() + result.stderr.str()
    assert "INTERNALERROR" not in result.stdout.str()


def test_the_same_seed_meets_the_same_people(project: Project) -> None:
    body = "def test_a(wang): raise PageFault('met ' + wang.person.nickname)"
    said = {project.run(body, "--harness-seed=7")[1].split("met ")[1].split()[0] for _ in range(2)}
    assert len(said) == 1


def test_a_person_met_again_in_a_repeat_is_another(project: Project) -> None:
    body = "def test_a(wang): raise PageFault('met ' + wang.person.nickname)"
    _, _, events = project.run(body, "--harness-repeat=2", "--harness-seed=7")
    met = {event.data.message.en.splitlines()[0] for event in events if event.kind == Kind.VERDICT}
    assert len(met) == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda root: (root / "scenarios" / "catalogue.yaml").write_text("- id: L02\n"),
            "catalogue.yaml:1: ",
        ),
        (
            lambda root: (root / "scenarios" / "catalogue.yaml").write_text(
                CATALOGUE + CATALOGUE.replace("L01", "L02"), encoding="utf-8"
            ),
            "no test carries @scenario for L02",
        ),
        (
            lambda root: (root / "scenarios" / "catalogue.yaml").write_text(
                CATALOGUE.replace("L01", "L11"), encoding="utf-8"
            ),
            "scenario 'L01' is not in catalogue.yaml; did you mean 'L11'?",
        ),
        (
            lambda root: (root / "harness.toml").write_text(
                HARNESS.replace("health", "helth"), encoding="utf-8"
            ),
            "harness.toml:9: unknown key 'services.site.helth'; did you mean 'health'?",
        ),
    ],
    ids=["bad catalogue", "entry without test", "test without entry", "bad settings"],
)
def test_wrong_input_is_one_message_and_no_traceback(project: Project, change: object, message: str) -> None:
    change(project.root)  # type: ignore[operator]
    code, output, _ = project.run("def test_a(wang): pass")
    assert message in output
    assert "Traceback" not in output
    assert code == pytest.ExitCode.USAGE_ERROR


def test_a_run_that_does_not_concern_the_harness_leaves_nothing(project: Project) -> None:
    (project.root / "tests").mkdir()
    (project.root / "tests" / "test_own.py").write_text("def test_own(): pass")
    result = project.pytester.runpytest_subprocess("tests", "-p", "no:cacheprovider")
    assert result.ret == 0
    assert not (project.root / "reports").exists()


def test_nothing_is_left_of_the_system_but_its_story(project: Project) -> None:
    _, _, events = project.run("def test_a(wang): wang.does('well')")
    assert not list((project.root / "reports" / "runs").glob("*/data"))
    assert events[0].kind == Kind.RUN_STARTED
    assert events[-1].kind == Kind.RUN_FINISHED


def test_in_two_workers_one_system_serves_one_run(project: Project) -> None:
    body = "def test_a(wang): wang.does('well')\n@scenario('L01')\ndef test_b(wang): wang.does('well')\n"
    (project.root / "scenarios" / "test_it.py").write_text(BEGIN + body, encoding="utf-8")
    result = project.pytester.runpytest_subprocess("scenarios", "-n", "2", "-p", "no:cacheprovider")
    assert result.ret == 0, result.stdout.str()
    [folder] = (project.root / "reports" / "runs").glob("*")
    events = list(read_events(folder))
    assert verdicts(events) == [("passed", None)] * 2
    assert len([event for event in events if event.kind == Kind.RUN_STARTED]) == 1
    started = [event.data.name for event in events if event.kind == Kind.PROCESS_STARTED]
    assert sorted(started) == ["proxies", "site"]


def test_a_failure_is_shown_in_pictures_and_in_words(project: Project) -> None:
    _, output, events = project.run("def test_a(wang): wang.does('it', PageFault('nothing happens'))")
    shown = {event.data.type: event.data.file for event in events if event.kind == Kind.EVIDENCE}
    assert shown.keys() == {"image/png", "text/plain"}, output
    [folder] = (project.root / "reports" / "runs").glob("*")
    text = (folder / shown["text/plain"]).read_text("utf-8")
    assert "<view>token=***" in text
    assert "abcdefgh12" not in text
