"""One page that shows a run and opens offline: scores, embedded pictures, options, environment."""

import base64
from dataclasses import asdict
from html import escape
from pathlib import Path

from atomic import write_atomically
from evaluation.captions import find_caption
from plots.presentation import save_for
from plots.style import save_figure
from runs.config import write_json
from runs.folder import format_path

REQUESTS = {"count": "number of rows", "seed": "the same one draws the same rows"}
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>
 body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto;
        padding: 0 1rem; color: #222 }}
 h1 {{ margin-bottom: 0 }} h2 {{ margin-top: 2.5rem; border-bottom: 1px solid #ccc }}
 table {{ border-collapse: collapse; margin: 1rem 0 }}
 th, td {{ padding: .25rem .9rem; border-bottom: 1px solid #ddd; text-align: left;
          vertical-align: top }}
 td.number {{ text-align: right; font-variant-numeric: tabular-nums }}
 figure {{ margin: 1.5rem 0 }} img, video {{ max-width: 100% }}
 figcaption {{ color: #555; font-size: .9rem }} section {{ overflow-x: auto }}
 .pictures {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(26rem, 1fr));
             gap: 1rem }}
 .pictures figure {{ margin: 0 }} code {{ background: #f3f3f3; padding: 0 .3rem }}
 @media print {{ .pictures {{ display: block }} figure {{ break-inside: avoid }} }}
</style></head><body>
<h1>{title}</h1><p>{lead}</p>
{body}
</body></html>
"""


def write_evaluation(run, evaluation, options, style="screen", formats=("png",)):
    """Write `metrics.json`, `plots/` and `report.html` of a run.

    Args:
        run: `runs.run.Run`.
        evaluation: `evaluation.evaluation.Evaluation`.
        options: `{option: value}` to show.
        style: "slide" or "paper" also draws the pictures for these.
        formats: list of "png", "pdf" or "svg".

    Returns: the names of what was written, in words.
    """
    headline = asdict(evaluation.headline)
    content = {"headline": headline, **evaluation.metrics, "advice": evaluation.advice}
    write_json(run.folder / "metrics.json", content)
    paths = [run.folder / "plots" / f"{name}.png" for name in evaluation.figures]
    for path, figure in zip(paths, evaluation.figures.values(), strict=True):
        save_figure(figure, path)
    with write_atomically(run.folder / "report.html") as path:
        path.write_text(build_page(run, evaluation, paths, options), encoding="utf-8")
    more = write_pictures(run, evaluation.figures, style, formats)
    return f"metrics.json, plots/ ({len(paths)} pictures{more}), report.html"


def write_pictures(run, figures, style, formats):
    """Write the pictures of a run for a slide or a paper, or in further formats.

    Args:
        run: `runs.run.Run`.
        figures: `{name: matplotlib Figure}`; they are changed.
        style: "screen", "slide" or "paper".
        formats: list of "png", "pdf" or "svg".

    Returns: words on what was written besides the pictures of the report.
    """
    folder = run.folder / "plots" / ("" if style == "screen" else style)
    formats = [format for format in dict.fromkeys(formats) if (style, format) != ("screen", "png")]
    for name, figure in figures.items() if formats else ():
        save_for(style, figure, folder / name, formats)
    where = "" if style == "screen" else f" for a {style} in plots/{style}/"
    return f", and as {', '.join(formats).upper()}{where}" if formats else ""


def build_page(run, evaluation, pictures, options):
    """Return the report as HTML.

    Args:
        run: `runs.run.Run`.
        evaluation: `evaluation.evaluation.Evaluation`.
        pictures: paths of PNG files in the order to show.
        options: `{option: value}` to show.
    """
    config = run.config
    advice = "".join(f"<li>{escape(line)}</li>" for line in evaluation.advice)
    chosen = [
        [f"--{name.replace('_', '-')}", show_option(value)] for name, value in options.items()
    ]
    others = "<p>All other options have their defaults; config.json lists every option.</p>"
    sections = [
        *([("What to try", f"<ul>{advice}</ul>")] if advice else []),
        *list_tables(evaluation.tables),
        *show_animation(run),
        ("Pictures", f'<div class="pictures">{show_pictures(pictures, run)}</div>'),
        *list_tables(evaluation.details),
        ("Data", html_table(describe_data(config))),
        *list_tables(tabulate_classes(config["data"])),
        *describe_network(config.get("network")),
        ("Training", html_table(describe_training(config))),
        ("Options", html_table(chosen) + others),
        ("Environment", html_table(config["versions"].items())),
    ]
    body = "".join(
        f"<section><h2>{escape(heading)}</h2>{content}</section>" for heading, content in sections
    )
    title = escape(run.folder.name)
    lead = f"<b>{escape(describe_headline(evaluation.headline))}</b><br>Experiment "
    lead += f"<code>{escape(config['experiment'])}</code>. Repeat it: <code>"
    lead += f"python train.py --config {escape(str(format_path(run.folder)))}/config.json</code>"
    return PAGE.format(title=title, lead=lead, body=body)


def describe_headline(headline):
    """Return the main score beside the best baseline's, in words."""
    values = [headline.value] if headline.baseline is None else [headline.value, headline.baseline]
    value, *baseline = (f"{x:.4g}" if isinstance(x, float) else str(x) for x in values)
    best = f"; best baseline, {headline.method}: {baseline[0]}" if baseline else ""
    return f"{headline.score}: {value}{best}"


def list_tables(tables):
    return [(heading, html_table(rows[1:], rows[0])) for heading, rows in tables.items()]


def show_pictures(paths, run):
    """Return pictures with their captions; the history of a game of two networks has its own."""
    captions = {path.stem: find_caption(path.stem) for path in paths}
    if "history" in captions and "discriminator_loss" in run.history:
        captions["history"] = find_caption("history-of-a-game")
    return "".join(show_picture(path, captions[path.stem]) for path in paths)


def show_picture(path, caption):
    """Return a picture with its caption."""
    image = f'<img alt="{escape(path.stem)}" src="{embed_picture(path)}">'
    return f"<figure>{image}<figcaption>{escape(caption)}</figcaption></figure>"


def show_animation(run):
    """Return the section of a run's animation; none if `--animate` has drawn none."""
    name = "learning"
    if (path := run.folder / "plots" / f"{name}.gif").exists():
        moving = f'<img alt="{name}" src="{embed(path, "image/gif")}">'
    elif (path := run.folder / "plots" / f"{name}.mp4").exists():
        source = embed(path, "video/mp4")
        moving = f'<video controls loop autoplay muted src="{source}"></video>'
    else:
        return []
    caption = f"<figcaption>{escape(find_caption(name))}</figcaption>"
    return [("How it learned", f"<figure>{moving}{caption}</figure>")]


def show_option(value):
    return " ".join(map(str, value)) if isinstance(value, tuple | list) else value


def describe_data(config):
    """Return rows of facts: where the data comes from, what was filled and left out."""
    data = config["data"]
    filled = [name for name, column in config["inputs"].items() if column.get("has_missing")]
    facts = [
        ["source", data["source"]],
        ["rows", ", ".join(f"{count} {split}" for split, count in data.get("rows", {}).items())],
        *describe_inputs(config),
        ["targets", ", ".join(target["name"] for target in data.get("targets", ()))],
        ["blanks filled", ", ".join(filled)],
        *(["class weights", text] for text in describe_weights(data)),
        *(["note", remark] for remark in data.get("remarks", ())),
    ]
    return [fact for fact in facts if fact[1]]


def describe_inputs(config):
    """Return rows of facts: what a run is given, and for a generator what it draws.

    The first endpoint of a generator is given no rows, but how many of them to draw.
    """
    endpoints = config.get("endpoints", {})
    given = list(next(iter(endpoints.values()), config["inputs"]))
    if "count" not in given or given != list(endpoints.get("generate", ())):
        return [["inputs", ", ".join(given)]]
    words = [name + describe_request(name, config["inputs"].get(name, {})) for name in given]
    drawn = ", ".join(config["data"].get("columns", ()))
    return [["columns learned and drawn", drawn], ["given to draw", ", ".join(words)]]


def describe_request(name, column):
    """Return in brackets what an input of a generator is, or its default."""
    default = column.get("default")
    if name in REQUESTS:
        return f" ({REQUESTS[name]})"
    return "" if default is None else f" ({default or 'can be left out'})"


def describe_weights(data):
    """Return a line for each target whose classes count differently."""
    for target in data.get("targets", ()):
        for name, use in (
            ("class_weights", "in the training; the probabilities are corrected for them"),
            ("decision_weights", "when a class is chosen by its probability"),
        ):
            if weights := target.get(name):
                pairs = zip(target["classes"], weights, strict=True)
                listed = ", ".join(f"{label} {weight:.3g}" for label, weight in pairs)
                yield f"{target['name']}: {listed}, {use}"


def tabulate_classes(data):
    """Return a table of the training rows of each class, for each target with classes."""
    tables = {}
    for name, counts in data.get("class_counts", {}).items():
        total = sum(rows for _, rows in counts) or 1
        rows = [[label, count, f"{count / total:.1%}"] for label, count in counts]
        tables[f"Classes of {name}"] = [["class", "training rows", "share"], *rows]
    return tables


def describe_network(network):
    """Return the section with the layers of the exported network."""
    if not network:
        return []
    rows = [[name, kind, shape, f"{count:,}"] for name, kind, shape, count in network["layers"]]
    rows.append(["all layers", "", "", f"{network['parameters']:,}"])
    header = ["layer", "kind", "output of a row", "weights"]
    before = "".join(f"import {module}; " for module in network["imports"])
    where = " in this project's folder" if before else ""
    load = (
        f"<p>In Keras{where}: <code>{before}keras.models.load_model(&quot;model.keras&quot;)</code>"
    )
    return [("Network", html_table(rows, header) + load + "</p>")]


def describe_training(config):
    """Return rows of facts about the training."""
    training = config["training"]
    facts = [
        ["trained", f"{training['epochs']} epochs on {training['device']}"],
        ["end", training.get("ending", "")],
        ["verdict", config.get("verdict", {}).get("text", "")],
        ["endpoints", ", ".join(config["endpoints"])],
    ]
    return [fact for fact in facts if fact[1]]


def html_table(rows, header=()):
    head = (
        "<tr>" + "".join(f"<th>{escape(str(cell))}</th>" for cell in header) + "</tr>"
        if header
        else ""
    )
    return f"<table>{head}{''.join(html_row(row) for row in rows)}</table>"


def html_row(row):
    first, *cells = row
    return (
        f"<tr><td>{escape(str(first))}</td>"
        + "".join(
            f'<td class="number">{cell:.4g}</td>'
            if isinstance(cell, float)
            else f"<td>{escape(str(cell))}</td>"
            for cell in cells
        )
        + "</tr>"
    )


def embed_picture(path):
    """Return a PNG file as a data URI."""
    return embed(path, "image/png")


def embed(path, kind):
    """Return a file of a MIME type as a data URI."""
    return f"data:{kind};base64,{base64.b64encode(Path(path).read_bytes()).decode()}"
