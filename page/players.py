"""Which players of the page fit a run, from what its `config.json` says of its endpoints."""


def choose_players(config):
    """Return the names of the players, the most telling first; `endpoints` fits every run.

    A name is that of a module of `static/`, `player_NAME.js`.
    """
    endpoints, players = config["endpoints"], []
    if "residual" in endpoints:
        players.append("equation")
    return [*players, "endpoints"]
