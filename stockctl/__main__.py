"""`python -m stockctl`: the same program as the `stockctl` command."""

from stockctl.cli import main

if __name__ == "__main__":
    main()
