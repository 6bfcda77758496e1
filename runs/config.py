"""`config.json`: the experiment and its options, its data and endpoints, and how it was trained."""

import json

from atomic import write_atomically
from errors import UserError, suggest
from runs.folder import list_runs, lock_contents, lock_name, move_into_place, neighbour

FORMAT = 2
UNFINISHED = {"format": int, "experiment": str, "options": dict}
FINISHED = UNFINISHED | {
    "data": dict,
    "inputs": dict,
    "endpoints": dict,
    "training": dict,
    "versions": dict,
}


def update_config(folder, **parts):
    """Add parts to the `config.json` of an unfinished run.

    Raises: UserError if a resumed training has different data than it began with.
    """
    path = folder / "config.json"
    config = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    parts = json.loads(json.dumps(parts, default=str))
    if "data" in config and parts.get("data", config["data"]) != config["data"]:
        raise UserError(
            "the data has changed since this training began, so it cannot be resumed. "
            "Give --overwrite to start again"
        )
    write_json(path, {**config, **parts})


def read_config(path, parts=FINISHED):
    """Return the content of a `config.json`, given that file or the run's folder.

    Raises: UserError if it is missing, damaged or of a different format.
    """
    if not path.exists() and neighbour(path, "complete").exists():
        with lock_name(path), lock_contents(path, timeout=600):
            move_into_place(path)
    config = path / "config.json" if path.is_dir() else path
    if not config.is_file():
        names = [run.name for run in list_runs()]
        raise UserError(
            f"{path} is not a run's folder: it has no config.json.{suggest(path.name, names)}"
        )
    try:
        content = to_tuples(json.loads(config.read_text(encoding="utf-8")))
    except (ValueError, OSError, RecursionError) as error:
        raise UserError(
            f"{config} is not the config.json of a run: {error}. Train it again with --overwrite"
        ) from None
    number = content.get("format") if isinstance(content, dict) else None
    if isinstance(number, int) and number != FORMAT:
        raise UserError(
            f"{config} has format {number}; this version reads format {FORMAT}. Train it again"
        )
    for part, kind in parts.items():
        if not (isinstance(content, dict) and isinstance(content.get(part), kind)):
            raise UserError(
                f"{config} is not the config.json of a run: {part!r} is missing. "
                "Train it again with --overwrite"
            )
    return content


def write_json(path, content):
    with write_atomically(path) as partial:
        text = json.dumps(content, indent=2, default=str, ensure_ascii=False)
        partial.write_text(text + "\n", encoding="utf-8")


def to_tuples(content):
    """JSON has lists only; options and descriptions are frozen and have tuples."""
    if isinstance(content, dict):
        return {key: to_tuples(value) for key, value in content.items()}
    return tuple(map(to_tuples, content)) if isinstance(content, list) else content
