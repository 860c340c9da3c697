import io

import numpy as np
import pytest

from coursekit.figures import COLOURS, figure, picture, png
from coursekit.themes import LINE, TEXT, contrast, dark, light


def drawn():
    fig, (left, right) = figure(1, 2)
    left.plot([1, 2, 3], color="black", label="black")
    left.scatter([1, 2], [2, 1], color="k")
    left.bar([0], [1], color=COLOURS["blue"])
    left.set_title("a title")
    left.legend()
    right.imshow([[0, 1], [2, 3]], cmap="gray")
    right.text(0, 0, "on an image", color="black")
    return fig, left, right


def pixels(data: bytes) -> np.ndarray:
    from matplotlib.image import imread

    return imread(io.BytesIO(data))


@pytest.mark.parametrize("need", [TEXT, LINE])
@pytest.mark.parametrize("colour", [*COLOURS.values(), "#000000", "#333333", "#800000", "#00004f"])
def test_every_colour_has_contrast_enough_on_a_dark_page(colour, need):
    from matplotlib.colors import to_rgba

    *rgb, alpha = light(to_rgba(colour), need)
    assert contrast(rgb) >= need and alpha == 1


def test_a_dark_page_gets_light_ink_on_no_ground_and_images_as_they_are():
    fig, left, right = drawn()
    before = png(fig)
    with dark(fig):
        after = pixels(png(fig))
        assert contrast(to_rgb(left.title.get_color())) > 10
        assert contrast(to_rgb(left.lines[0].get_color())) > 10
        assert to_rgb(right.texts[0].get_color()) == (0, 0, 0), "it stands on the image"
    assert after[0, 0, 3] == 0 and pixels(before)[0, 0, 3] == 1
    assert to_rgb(left.title.get_color()) == (0, 0, 0), "all is put back"
    assert to_rgb(left.lines[0].get_color()) == to_rgb(left.collections[0].get_facecolor()[0])
    assert fig.patch.get_alpha() is None and pixels(png(fig))[0, 0, 3] == 1


def to_rgb(colour):
    from matplotlib.colors import to_rgb

    return to_rgb(colour)


def test_a_picture_is_one_image_with_a_name_and_its_other_half_for_a_dark_page():
    html = picture(drawn()[0], alt='A "bar".', size=(630, 270))._repr_html_()
    assert html.count("<img") == 1 and 'alt="A &quot;bar&quot;."' in html
    assert '[data-jp-theme-light="false"]' in html and html.count("base64,") == 2
    assert 'width="630" height="270"' in html
