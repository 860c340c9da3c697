import base64

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from coursekit.figures import explorable, figure, png, show
from coursekit.stored import WIDGET


@pytest.fixture(autouse=True)
def shell():
    """Displays reach a notebook only through a shell."""
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


def bars(axes, height=1.0, kind="plain"):
    axes.bar([0], [height])
    return f"A {kind} bar of height {height:g}."


def test_a_figure_is_shown_with_its_alternative_text():
    fig, axes = figure()
    bars(axes)
    with capture_output() as shown:
        show(fig, alt='A bar, "one" high.')
    [output] = shown.outputs
    assert 'alt="A bar, &quot;one&quot; high."' in output.data["text/html"]
    assert output.data["text/plain"] == 'A bar, "one" high.'


def test_the_same_figure_gives_the_same_bytes():
    one, two = figure(), figure()
    bars(one[1])
    bars(two[1])
    assert png(one[0]) == png(two[0])


def test_figures_stay_out_of_pyplots_memory():
    from matplotlib import pyplot

    for _ in range(3):
        figure(2, 2)
    assert pyplot.get_fignums() == []


def test_an_explorable_redraws_and_says_what_it_shows():
    import ipywidgets

    with capture_output() as shown:
        explorable(bars, alt="a bar", height=(0.0, 3.0, 0.5, 1.0), kind=["plain", "fancy"])
    kept, live = shown.outputs
    data = kept.data | live.data
    first = data["text/html"].partition(' src="')[2].removesuffix("</div>")
    assert base64.b64decode(first.partition("base64,")[2].partition('"')[0]).startswith(b"\x89PNG")
    box = ipywidgets.widgets.widget._instances[data[WIDGET]["model_id"]]
    slider, choice, picture, words = box.children
    assert first in picture.value and "height 1." in words.value
    assert 'alt="a bar A plain bar of height 1."' in picture.value
    slider.value = 2.5
    choice.value = "fancy"
    assert first not in picture.value and "A fancy bar of height 2.5." in words.value


@pytest.mark.parametrize("spec, kind", [((0, 5, 1, 2), "IntSlider"), ((0, 1, 0.1, 0.5), "Float")])
def test_whole_numbers_get_whole_steps(spec, kind):
    from coursekit.figures import _control

    assert kind in type(_control("a_b", spec)).__name__
    assert _control("a_b", spec).description == "a b"
