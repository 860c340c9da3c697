"""Every explorable without a browser: its frame, its words, its tour, what a notebook keeps."""

import base64
import subprocess
import sys

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from widgets.states import some_states

from coursekit.authoring.publish import _without_widget
from coursekit.widgets import EXPLORABLES
from coursekit.widgets.explorable import FOLDER, Choice, Slider, fixed, short
from coursekit.widgets.view import view

every = pytest.mark.parametrize("explorable", EXPLORABLES.values(), ids=EXPLORABLES)


@every
def test_a_frame_reads_its_state_and_leaves_it_alone(explorable):
    for state in some_states(explorable):
        before = repr(state)
        frame = explorable.frame(state)
        assert repr(state) == before
        for name, value in frame.items():
            if name != "words" and np.asarray(value).dtype.kind == "f":
                assert not np.isnan(np.asarray(value, float)).any(), (name, state)


@every
def test_words_are_short_and_finished(explorable):
    for state in some_states(explorable):
        words = explorable.frame(state)["words"]
        assert words.endswith((".", "?")) and "nan" not in words.lower(), words
        assert len(words) < 290, (
            f"{len(words)} characters do not fit beside a step of the tour: {words}"
        )


@every
def test_each_step_of_the_tour_changes_what_is_said(explorable):
    assert 3 <= len(explorable.steps) <= 6
    said = [explorable.frame(explorable.first)["words"]]
    for step in explorable.steps:
        assert step.change.keys() <= explorable.first.keys(), step
        words = explorable.frame(explorable.at(step))["words"]
        assert words != said[-1], step.say
        said.append(words)


@every
def test_every_state_of_the_tour_is_one_the_controls_can_reach(explorable):
    for state in [explorable.first, *map(explorable.at, explorable.steps)]:
        for control in explorable.controls:
            value = state[control.name]
            if isinstance(control, Choice):
                assert value in control.options
            else:
                steps = (value - control.low) / control.step
                assert control.low <= value <= control.high
                assert steps == pytest.approx(round(steps)), (control.name, value)


@every
def test_what_the_page_has_to_load_is_small_and_asks_for_nothing_outside(explorable):
    assert len(explorable.script.encode()) < 30_000
    own = (FOLDER / f"{explorable.name}.js").read_text("utf-8")
    assert len(own.splitlines()) <= 120
    assert "import " not in explorable.script and "fetch(" not in explorable.script
    assert explorable.script.count("http") == 1, "only the name of SVG's namespace"


@every
def test_a_notebook_keeps_a_picture_and_its_words(explorable):
    data, _ = view(explorable)._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    stored = data["text/html"].partition("base64,")[2].partition('"')[0]
    assert base64.b64decode(stored) == explorable.picture.read_bytes()
    assert 2_000 < len(explorable.picture.read_bytes()) < 60_000
    words = explorable.frame(explorable.first)["words"]
    assert data["text/plain"] == f"{explorable.title}: {words}"
    output = {"data": dict(data)}
    assert _without_widget(output), "a stored notebook keeps the picture"
    assert output["data"].keys() == {"text/html", "text/plain"}


def test_the_picture_is_an_output_of_its_own_and_all_that_a_built_notebook_keeps():
    explorable = EXPLORABLES["dot_plot"]
    InteractiveShell.instance()  # displays reach a notebook only through a shell
    with capture_output() as shown:
        view(explorable)._ipython_display_()
    InteractiveShell.clear_instance()
    picture, live = ({"data": dict(output.data)} for output in shown.outputs)
    assert live["data"].keys() == {"application/vnd.jupyter.widget-view+json"}
    assert f'alt="{explorable.alt[:20]}' in picture["data"]["text/html"]
    assert [_without_widget(picture), _without_widget(live)] == [True, False]


@every
def test_the_kernel_can_read_what_the_learner_did_and_set_it(explorable):
    one, two = view(explorable), view(explorable)
    one.state = explorable.at(explorable.steps[0])
    assert one.frame["words"] == explorable.frame(one.state)["words"]
    assert one.frame["words"] in repr(one) != repr(two)
    assert two.state == explorable.first


def test_a_live_explorable_makes_no_figure_of_matplotlib():
    code = "from coursekit.widgets import dot_plot; import sys; dot_plot(); dot_plot()"
    code += "; assert not {'matplotlib', 'torch'} & sys.modules.keys()"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_controls_have_distinct_names_and_labels():
    for explorable in EXPLORABLES.values():
        names = [c.name for c in explorable.controls]
        assert len(set(names)) == len(names) and set(names) <= explorable.first.keys()
        assert all(isinstance(c, Slider) or len(c.options) > 1 for c in explorable.controls)


@pytest.mark.parametrize(
    "x, digits, text",
    [
        (0.125, 2, "0.13"),
        (-0.001, 2, "0.00"),
        (-2.5, 0, "−3"),
        (1e30, 0, f"{10**30}"),
        (7, 1, "7.0"),
    ],
)
def test_fixed_rounds_half_up_and_has_no_negative_zero(x, digits, text):
    if x == 1e30:
        text = str(int(1e30))
    assert fixed(x, digits) == text


@pytest.mark.parametrize(
    "x, text",
    [(0, "0"), (1, "1"), (0.25, "0.25"), (13.04, "13"), (99999, "99999"), (1e5, "1e5"),
     (1.25e-6, "1.3e−6"), (-9.96e7, "−1e8"), (0.0004, "4e−4"), (0.001255, "0.00126")],
)  # fmt: skip
def test_short_keeps_three_digits(x, text):
    assert short(x) == text
