"""One page that shows a run and opens offline: scores, embedded pictures, options, environment."""

import base64
from dataclasses import asdict
from html import escape
from pathlib import Path

from atomic import write_atomically
from plots.style import save_figure
from runs.config import write_json

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
 figure {{ margin: 1.5rem 0 }} img {{ max-width: 100% }}
 .pictures {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(26rem, 1fr));
             gap: 1rem }}
 .pictures figure {{ margin: 0 }} code {{ background: #f3f3f3; padding: 0 .3rem }}
 @media print {{ .pictures {{ display: block }} figure {{ break-inside: avoid }} }}
</style></head><body>
<h1>{title}</h1><p>{lead}</p>
{body}
</body></html>
"""


def write_evaluation(run, evaluation):
    """Write `metrics.json`, `plots/` and `report.html` of a run.

    Args:
        run: `runs.run.Run`.
        evaluation: `evaluation.evaluation.Evaluation`.
    """
    headline = asdict(evaluation.headline)
    write_json(run.folder / "metrics.json", {"headline": headline, **evaluation.metrics})
    paths = [run.folder / "plots" / f"{name}.png" for name in evaluation.figures]
    for path, figure in zip(paths, evaluation.figures.values(), strict=True):
        save_figure(figure, path)
    with write_atomically(run.folder / "report.html") as path:
        path.write_text(build_page(run, evaluation.tables, paths), encoding="utf-8")


def build_page(run, tables, pictures):
    """Return the report as HTML.

    Args:
        run: `runs.run.Run`.
        tables: `{heading: rows}` of scores, the first row the header.
        pictures: paths of PNG files in the order to show.
    """
    config = run.config
    data, training = config["data"], config["training"]
    targets = [target["name"] for target in data.get("targets", ())]
    facts = [
        ["data", data["source"]],
        ["rows", ", ".join(f"{count} {split}" for split, count in data.get("rows", {}).items())],
        ["inputs", ", ".join(config["inputs"])],
        ["targets", ", ".join(targets)],
        ["endpoints", ", ".join(config["endpoints"])],
        ["trained", f"{training['epochs']} epochs on {training['device']}"],
        ["verdict", config.get("verdict", {}).get("text", "")],
        *(["note", remark] for remark in data.get("remarks", ())),
    ]
    options = [[name, value] for name, value in config["options"].items() if value != ""]
    images = "".join(
        f'<figure><img alt="{escape(path.stem)}" src="{embed_picture(path)}"></figure>'
        for path in pictures
    )
    sections = [
        *((heading, html_table(rows[1:], rows[0])) for heading, rows in tables.items()),
        ("Pictures", f'<div class="pictures">{images}</div>'),
        ("Data and training", html_table([fact for fact in facts if fact[1]])),
        ("Options", html_table(options)),
        ("Environment", html_table(config["versions"].items())),
    ]
    body = "".join(f"<h2>{escape(heading)}</h2>{content}" for heading, content in sections)
    title = escape(run.folder.name)
    lead = f"Experiment <code>{escape(config['experiment'])}</code>. Repeat it: <code>"
    lead += f"python train.py --config saved_models/{title}/config.json</code>"
    return PAGE.format(title=title, lead=lead, body=body)


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
    return f"data:image/png;base64,{base64.b64encode(Path(path).read_bytes()).decode()}"
