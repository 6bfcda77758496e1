"""An ensemble for few rows, whose members validate by different parts of them."""

from typing import ClassVar

MEMBERS = 5


class FewRowsEnsemble:
    """Builds several networks where there are few rows; mixed into a topic with `members`.

    The topic defines `build_member`, which returns a network that is not compiled.
    """

    few_rows: ClassVar = 0  # training and validation rows, up to which there is an ensemble

    def count_members(self, data):
        """Return the number of networks; 1 validates by a split."""
        is_few = data.train.rows + data.validation.rows <= self.few_rows and not data.streamed
        return self.members or (MEMBERS if is_few else 1)

    def build(self, data):
        from models.ensemble import ensemble

        members = self.count_members(data)
        networks = [self.build_member(data) for _ in range(members)]
        return ensemble(networks) if members > 1 else networks[0]
