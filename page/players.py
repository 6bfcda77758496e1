"""Which players of the page fit a run, from what its `config.json` says of its endpoints."""

TABLE = {"number", "category", "date"}
SERIES = {"history": 2, "sequence": 2, "function": 1}  # kinds of one curve, and their axes


def choose_players(config):
    """Return the names of the players, the most telling first; `endpoints` fits every run.

    Each name is a module of `static/`, `player_NAME.js`.
    """
    endpoints, inputs = config["endpoints"], config["inputs"]
    serve = [inputs[name] for name in endpoints.get("serve") or next(iter(endpoints.values()), ())]
    kinds = {column["kind"] for column in serve}
    is_rows = all(column["per_row"] and not column["shape"] for column in serve)
    is_row = bool(serve) and kinds <= TABLE and is_rows
    is_solution = is_row and "domain" in config["data"] and kinds == {"number"}
    is_text = "prompt" in endpoints.get("generate", ())
    draws = not is_text and ("generate" in endpoints or "latent" in endpoints.get("decode", ()))
    asked = [column for column in serve if column["default"] is None]
    is_line = [len(column["shape"]) == SERIES.get(column["kind"]) for column in asked]
    is_plane = [(column["kind"], len(column["shape"])) for column in asked] == [("function", 2)]
    names = [column["name"] for column in asked]
    fits = {
        "equation": is_solution,
        "language": is_text,
        "generator": draws and "generate" in endpoints,
        "bodies": "bodies" in kinds and "steps" in endpoints.get("rollout", ()),
        "graph": "graphs" in kinds,
        "rollout": is_row and "times" in endpoints.get("rollout", ()),
        "picture": [column["kind"] for column in serve] == ["image"],
        "decoder": draws and "generate" not in endpoints,
        "series": is_line == [True] or names == ["history", "known"],
        "field": is_plane or ("sinogram" in kinds and "project" in endpoints),
        "table": is_row and not is_solution,
        "endpoints": True,
    }
    return [name for name, is_fit in fits.items() if is_fit]
