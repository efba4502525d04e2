"""Where the program begins, as `stockctl` and as `python -m stockctl`."""

import sys


def main() -> None:
    """Run the command line; Ctrl-C before it is even loaded leaves no trace either."""
    try:
        from stockctl.cli import main as run
    except KeyboardInterrupt:
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
