"""`python -m tests.docs`: how many commands of the pages are run by the tests, and why the others are not."""

from tests.docs.shell.tally import tally

if __name__ == "__main__":
    print(tally())
