"""One page that shows a run and opens offline: pictures embedded, options and environment listed."""

import base64
from html import escape
from pathlib import Path

from whole import whole

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>
 body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222 }}
 h1 {{ margin-bottom: 0 }} h2 {{ margin-top: 2.5rem; border-bottom: 1px solid #ccc }}
 table {{ border-collapse: collapse; margin: 1rem 0 }}
 th, td {{ padding: .25rem .9rem; border-bottom: 1px solid #ddd; text-align: left; vertical-align: top }}
 td.number {{ text-align: right; font-variant-numeric: tabular-nums }}
 figure {{ margin: 1.5rem 0 }} img {{ max-width: 100% }}
 .pictures {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(26rem, 1fr)); gap: 1rem }}
 .pictures figure {{ margin: 0 }} code {{ background: #f3f3f3; padding: 0 .3rem }}
 @media print {{ .pictures {{ display: block }} figure {{ break-inside: avoid }} }}
</style></head><body>
<h1>{title}</h1><p>{lead}</p>
{body}
</body></html>
"""


def report(folder, config, tables, pictures):
    """Write `report.html` into a run's folder.

    Args:
        folder: of the run.
        config: content of `config.json`.
        tables: `{heading: list of rows}` of scores, the first row the header.
        pictures: paths of PNG files in the order to show.
    """
    data, training = config["data"], config["training"]
    facts = [
        ["data", data["source"]],
        ["rows", ", ".join(f"{count} {split}" for split, count in data["rows"].items())],
        ["inputs", ", ".join(column["name"] for column in data["columns"])],
        ["targets", ", ".join(target["name"] for target in data["targets"])],
        ["trained", f"{training['epochs']} epochs on {training['device']}"],
        *(["note", remark] for remark in data["remarks"]),
    ]
    body = "".join(
        f"<h2>{escape(heading)}</h2>{html_table(rows[1:], rows[0])}"
        for heading, rows in tables.items()
    )
    images = "".join(
        f'<figure><img alt="{escape(path.stem)}" src="{embedded(path)}"></figure>'
        for path in pictures
    )
    body += f'<h2>Pictures</h2><div class="pictures">{images}</div>'
    body += f"<h2>Data and training</h2>{html_table(facts)}"
    body += f"<h2>Options</h2>{html_table([[key, value] for key, value in config['options'].items() if value != ''])}"
    body += f"<h2>Environment</h2>{html_table(config['versions'].items())}"
    title = Path(folder).name
    lead = f"Experiment <code>{escape(config['experiment'])}</code>. Repeat it: <code>python train.py --config "
    lead += f"saved_models/{escape(title)}/config.json</code>"
    with whole(Path(folder) / "report.html") as path:
        path.write_text(PAGE.format(title=escape(title), lead=lead, body=body), encoding="utf-8")


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


def embedded(path):
    """A PNG file as a data URI."""
    return f"data:image/png;base64,{base64.b64encode(Path(path).read_bytes()).decode()}"
