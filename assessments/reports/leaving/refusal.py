"""How a clinic's file is refused: with one line that says where and why, and repeats nothing but an address."""


class FileRefusedError(ValueError):
    """The file cannot be read into this installation. The message is one line; nothing was written.

    What cannot be printed is left out: the line is read in a terminal, which would take it for a command.
    """

    def __init__(self, line: str) -> None:
        super().__init__("".join(one for one in line if one.isprintable()))


def check(is_right: object, where: str, why: str) -> None:
    """Refuse the file unless this is right.

    Raises:
        FileRefusedError: it is not.
    """
    if not is_right:
        raise FileRefusedError(f"{where}: {why}.")
