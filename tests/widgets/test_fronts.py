"""Every explorable's front end, alone in a real Chromium: by mouse, by keyboard, for everyone."""

import io
import re
from importlib import resources

import numpy as np
import pytest
from matplotlib.image import imread
from widgets.stage import BETWEEN, FRAMES, THEMES
from widgets.states import some_states

from coursekit.widgets import EXPLORABLES
from coursekit.widgets.gallery import page

every = pytest.mark.parametrize("explorable", EXPLORABLES.values(), ids=EXPLORABLES)
HEIGHT = "() => document.querySelector('.ck').getBoundingClientRect().height"


def same(mine, theirs, where):
    if isinstance(mine, str):
        assert theirs == mine, where
    elif isinstance(mine, dict):
        assert theirs.keys() == mine.keys()
        for key in mine:
            same(mine[key], theirs[key], f"{where}.{key}")
    elif isinstance(mine, list) and any(isinstance(v, (str, dict, list)) for v in mine):
        assert len(mine) == len(theirs), where
        for i, pair in enumerate(zip(mine, theirs, strict=True)):
            same(*pair, f"{where}[{i}]")
    else:
        theirs = np.asarray(theirs, float)  # 1e40 comes back as an integer too large for NumPy
        np.testing.assert_allclose(theirs, mine, rtol=1e-9, atol=1e-12, err_msg=where)


@every
def test_the_page_computes_what_python_computes(stage, explorable):
    states = some_states(explorable)
    frames = stage.page.evaluate(
        FRAMES, [explorable.script, explorable.name, states, explorable.spec["data"]]
    )
    for state, theirs in zip(states, frames, strict=True):
        same(explorable.frame(state), theirs, f"{explorable.name} at {state}")


@every
def test_every_slider_and_choice_answers_the_keyboard(stage, explorable):
    root = stage.show(explorable)
    for slider in root.locator("input[type=range]").all():
        before = stage.words(), root.locator("svg").inner_html()
        slider.focus()
        stage.page.keyboard.press("ArrowLeft")
        stage.page.keyboard.press("Home")
        after_home = stage.words(), root.locator("svg").inner_html()
        stage.page.keyboard.press("End")
        ends = {before, after_home, (stage.words(), root.locator("svg").inner_html())}
        assert len(ends) > 1, "the picture does not follow the slider"
        assert slider.get_attribute("aria-valuetext")
    for fieldset in root.locator("fieldset").all():
        before = stage.state()
        fieldset.locator("input:checked").focus()
        stage.page.keyboard.press("ArrowRight")
        assert stage.state() != before
    root.get_by_role("button", name="Reset").press("Enter")
    assert stage.state() == explorable.first


@every
def test_every_handle_answers_mouse_and_keyboard(stage, explorable):
    root = stage.show(explorable)
    first, said = stage.words(), set()
    count = root.locator(".ck-handle").count()
    for i in {0, count - 1} if count else ():
        grip = root.locator(".ck-handle").nth(i)
        assert grip.get_attribute("aria-label") and grip.get_attribute("aria-valuetext")
        box = grip.locator(".ck-hit").bounding_box()
        assert min(box["width"], box["height"]) >= 24, "too small to hit"
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        before = stage.state()
        stage.page.mouse.move(x, y)
        stage.page.mouse.down()
        stage.page.mouse.move(x + 95, y - 37, steps=3)
        stage.page.mouse.up()
        dragged = stage.state()
        said.add(stage.words())
        assert dragged != before, f"handle {i} cannot be dragged"
        grip.focus()
        stage.page.keyboard.press("ArrowLeft")
        stage.page.keyboard.press("ArrowDown")
        said.add(stage.words())
        assert stage.state() != dragged, f"handle {i} ignores the arrow keys"
        assert grip.evaluate("grip => grip === document.activeElement"), "focus was lost"
    if count:
        assert said - {first}, "the words do not follow"
    root.get_by_role("button", name="Reset").click()
    assert stage.words() == first


@every
def test_show_me_leads_through_the_tour_and_nothing_jumps(stage, explorable):
    root = stage.show(explorable)
    height, heights = stage.page.evaluate(HEIGHT), []
    for i, step in enumerate(explorable.steps):
        root.get_by_role("button", name="Show me" if i == 0 else "Next").click()
        assert step.say in root.locator("[role=status] strong").inner_text()
        assert stage.words() == explorable.frame(explorable.at(step))["words"]
        heights.append(stage.page.evaluate(HEIGHT))
        assert "NaN" not in root.locator("svg").inner_html()
    assert set(heights) == {height}
    root.get_by_role("button", name="Done").click()
    assert root.locator("[role=status] strong").inner_text() == ""
    assert root.get_by_role("button", name="Show me").is_visible()


@every
def test_axe_finds_no_violation_and_no_drawing_is_blank_in_either_theme(stage, explorable):
    axe = pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is missing")
    root = stage.show(explorable)
    if not stage.page.evaluate("!!window.axe"):
        stage.page.evaluate(resources.files(axe).joinpath("axe.min.js").read_text("utf-8"))
    for theme in THEMES:
        stage.wear(theme)
        rules = {} if theme == "light" else {"runOnly": ["color-contrast"]}
        found = stage.page.evaluate("rules => axe.run('.ck', rules)", rules)
        assert len(found["passes"]) > (10 if theme == "light" else 0)
        assert [(v["id"], v["nodes"][0]["html"]) for v in found["violations"]] == []
        drawn = imread(io.BytesIO(root.locator("svg").screenshot()))[..., :3]
        assert (np.abs(drawn - drawn[0, 0]).max(-1) > 0.3).mean() > 0.01, theme


@every
def test_the_stored_picture_is_what_the_page_draws_first(stage, explorable):
    now = imread(io.BytesIO(stage.show(explorable).locator("svg").screenshot()))[..., :3]
    kept = imread(explorable.picture)[..., :3]
    assert now.shape == kept.shape
    # Letters may differ by a font; coarse blocks may not.
    h, w = (n // 10 * 10 for n in now.shape[:2])
    blocks = [p[:h, :w].reshape(h // 10, 10, w // 10, 10, 3).mean((1, 3)) for p in (now, kept)]
    differ = (np.abs(blocks[0] - blocks[1]).max(-1) > 0.15).mean()
    assert differ < 0.01, "run `python tests/widgets/stage.py` with tests/ and . on PYTHONPATH"


@every
@pytest.mark.parametrize("stage", [{"width": 420}], indirect=True, ids=["420px"])
def test_it_fits_a_narrow_window(stage, explorable):
    stage.show(explorable)
    assert stage.page.evaluate("document.documentElement.scrollWidth") <= 420


@every
def test_on_the_way_from_step_to_step_every_state_can_be_drawn(stage, explorable):
    stops = [explorable.first, *map(explorable.at, explorable.steps)]
    drawn = stage.page.evaluate(
        BETWEEN, [explorable.script, explorable.name, explorable.spec, stops]
    )
    assert len(drawn) == 9 * len(explorable.steps)
    for way in drawn:
        assert not {"NaN", "undefined", "Infinity"} & set(re.findall(r"\w+", way)), way[:300]


def test_with_motion_the_tour_glides_and_reset_stops_it(stage):
    stage.page.emulate_media(reduced_motion="no-preference")
    explorable = EXPLORABLES["dot_plot"]
    root = stage.show(explorable)
    root.get_by_role("button", name="Show me").click()
    assert stage.state() != explorable.at(explorable.steps[0])
    stage.page.wait_for_function("!document.querySelector('.ck [aria-busy]')")
    assert stage.state() == explorable.at(explorable.steps[0])
    root.get_by_role("button", name="Next").click()
    root.get_by_role("button", name="Reset").click()
    stage.page.wait_for_timeout(100)
    assert stage.state() == explorable.first


def test_keys_stay_inside_except_escape(stage):
    root = stage.show(EXPLORABLES["batch_sandbox"])
    stage.page.evaluate("heard = []; document.addEventListener('keydown', e => heard.push(e.key))")
    for place in ("input[type=range]", "input[type=radio]", "button", ".ck-handle"):
        root.locator(place).first.focus()
        for key in ("ArrowLeft", "a", "m", "Escape"):
            stage.page.keyboard.press(key)
    assert stage.page.evaluate("heard") == ["Escape"] * 4


def test_two_copies_share_a_state_or_do_not_and_no_id_twice(stage):
    explorable = EXPLORABLES["dot_plot"]
    stage.show(explorable)
    stage.show(explorable)
    stage.page.locator("input[type=range]").first.press("End")
    assert stage.state(0)["n"] == 12 and stage.state(1)["n"] == 5
    ids = stage.page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(set(ids)) == len(ids) == 2
    stage.page.evaluate(
        "() => { const [a, b] = shown; a.cleanup(); const before = a.home.innerHTML;"
        "a.model.set('state', b.model.get('state')); window.still = before === a.home.innerHTML; }"
    )
    assert stage.page.evaluate("still"), "a view that was removed still draws"


def test_a_state_set_by_the_kernel_is_drawn(stage):
    explorable = EXPLORABLES["dot_plot"]
    stage.show(explorable)
    stage.page.evaluate("shown[0].model.set('state', {...shown[0].model.get('state'), n: 2})")
    assert stage.words().startswith("2 values")
    assert stage.page.locator(".ck-handle").count() == 2


def test_the_gallery_page_is_live_without_a_server(stage, tmp_path):
    path = tmp_path / "gallery.html"
    path.write_text(page(), "utf-8")
    stage.page.goto(path.as_uri())
    stage.page.wait_for_function(
        f"document.querySelectorAll('.ck svg').length === {len(EXPLORABLES)}"
    )
    stage.requests = [url for url in stage.requests if not url.startswith("file:")]
    stage.page.locator("#dot_plot input").press("End")
    assert "12 values" in stage.page.locator("#dot_plot [role=status]").inner_text()
