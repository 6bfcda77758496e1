"""Names of inputs as TensorFlow's signatures allow them."""

import keyword
import re


def make_input_names(columns):
    """Return names that TensorFlow's signatures allow: letters, digits and _, all different.

    Names that differ only in upper and lower case count as equal. For example, "mean radius",
    "mean-radius", "1st" and "class" become "mean_radius", "mean_radius_2", "column_1st" and
    "column_class".
    """
    names = []
    for column in columns:
        name = re.sub(r"\W", "_", column.name, flags=re.ASCII)
        # TensorFlow makes Python parameters of them.
        is_reserved = keyword.iskeyword(name) or name == "self"
        name = name if name[:1].isalpha() and not is_reserved else f"column_{name}"
        taken = [other.lower() for other in names]
        pattern = re.escape(name.lower()) + r"(_\d+)?"
        same = sum(re.fullmatch(pattern, other) is not None for other in taken)
        names.append(f"{name}_{same + 1}" if name.lower() in taken else name)
    return names
