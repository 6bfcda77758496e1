import struct

import pytest

from plots import style
from tests.plots.figure_checks import check_texts


@pytest.fixture
def drawn(tmp_path):
    """Draws and saves a figure, and checks its texts and the file: a small PNG of 150 dpi."""

    def check(figure):
        figure.set_dpi(150)  # as in the file, so that a single drawing serves both checks
        path = tmp_path / "plots" / "figure.png"
        style.save_figure(figure, path)
        content = path.read_bytes()
        assert content.startswith(b"\x89PNG")
        size = struct.unpack(">II", content[16:24])
        assert size == pytest.approx(150 * figure.get_size_inches(), abs=1)
        assert len(content) < 300_000
        check_texts(figure)
        return figure

    return check
