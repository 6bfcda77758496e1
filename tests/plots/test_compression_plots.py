"""Score against size: networks of the same size keep their names apart."""

import pytest

from plots.compression import plot_score_against_size


@pytest.mark.parametrize("scores", [(0.77, 0.738, 0.730), (0.77, 0.730, 0.738)])
def test_names_of_networks_of_one_size_do_not_overlap(scores, drawn):
    names, sizes = ["teacher", "student", "alone"], [4324, 677, 677]
    front = {"student": names, "parameters": sizes, "accuracy": list(scores)}
    figure = drawn(plot_score_against_size(front))
    heights = {text.get_text(): text.xyann[1] for text in figure.axes[0].texts}
    upper, lower = ("student", "alone") if scores[1] > scores[2] else ("alone", "student")
    assert heights[upper] > 0 > heights[lower] and heights["teacher"] > 0
