"""Play with runs in a browser, and train: `python play.py [saved_models]`, then open the address.

The page shows all runs with their scores and reports; each run answers what one draws, types or
sets. It is served on this machine alone, unless `--host` says otherwise.
"""

import os
import sys

from errors import report_errors


def main(arguments):
    from page.options import Options
    from tasks.command import parse_options

    options = parse_options(Options, arguments, "play.py", description=__doc__)
    options.check()
    if options.folder:  # before the folder of runs is looked up; trainings inherit it
        os.environ["SAVED_MODELS"] = os.path.abspath(options.folder)
    from page.server import open_server
    from runs.folder import RUNS, format_path, list_runs

    with open_server(options.host, options.port) as server:
        print(
            f"The page of {format_path(RUNS)}, runs: {len(list_runs())}\n\n    {server.address}\n"
        )
        if not server.is_local:
            print("Others replace the numbers before the colon by the address of this machine.")
        print("Ctrl-C ends the page.", flush=True)
        if options.open:
            import webbrowser

            webbrowser.open(server.address)
        serve(server)


def serve(server):
    """Answer until Ctrl-C."""
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        from page.trainings import finish

        print("\nThe page is closed.")
        finish(server)


if __name__ == "__main__":
    with report_errors("play.py"):
        main(sys.argv[1:])
