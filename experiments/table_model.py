"""What the experiments on tables share: an ensemble of networks that start where linear regression ends."""

from dataclasses import dataclass

from experiments.experiment import ANY, LAYER, Activation, Experiment, in_range

FEW_ROWS = 5000
MEMBERS = 5


@dataclass(frozen=True)
class TableModel(Experiment):
    """Named columns in, one or several answers out."""

    members: int = 0
    """networks that answer together, each trained without another part of the rows, which then validate it; 1 is a
    single network with a validation split of its own; 0 takes 5 up to 5000 rows, else (or read in pieces) 1"""
    hidden: tuple[int, ...] = (64, 32)
    """units of each hidden layer"""
    activation: Activation = "relu"
    """of the hidden layers"""
    dropout: float = 0.2
    """fraction of units dropped after each hidden layer"""
    l2: float = 0.0
    """lambda of the cost's term lambda * sum of squared weights"""
    probabilistic: bool = False
    """regression: predict mean and standard deviation under the Gaussian likelihood"""

    def check(self):
        super().check()
        in_range(self, members=(0, 1000), hidden=(1, LAYER), dropout=(0, 0.99), l2=(0, ANY))

    def members_for(self, dataset):
        few = dataset.train.rows + dataset.validation.rows <= FEW_ROWS and not dataset.streamed
        return self.members or (MEMBERS if few else 1)

    def network(self, dataset, input_shape):
        from models.ensemble import ensemble
        from models.wide_and_deep import wide_and_deep

        heads = [(target.head, len(target.classes)) for target in dataset.targets]
        networks = [
            wide_and_deep(
                input_shape[0], heads, self.hidden, self.dropout, self.activation, self.l2
            )
            for _ in range(self.members_for(dataset))
        ]
        return ensemble(networks) if len(networks) > 1 else networks[0]

    def examples(self, encoder, dataset):
        from datasets.dataset import joined
        from training.cross_validation import cross_validated, left_out
        from training.fit import examples
        from training.rows_on_disk import on_disk

        def of(split, whole=None):
            weights = self.row_weights(dataset, split, whole or split)
            return examples(encoder, dataset.columns, dataset.targets, split, weights)

        if dataset.streamed:
            pieces = (of(piece, dataset.train) for piece in dataset.train.pieces())
            return on_disk(pieces, dataset.train.rows), of(dataset.validation)
        members = self.members_for(dataset)
        if members == 1:
            return of(dataset.train), of(dataset.validation)
        rows = joined(dataset.train, dataset.validation)
        labels = next(
            (rows.targets[target.name] for target in dataset.targets if target.classes), None
        )
        return cross_validated(of(rows), left_out(rows.rows, members, self.split_seed, labels))

    def row_weights(self, dataset, split, whole):
        """Per target the weight of each row of `split`, a piece of `whole`; None for equal weights."""
        return None

    def start(self, network, train, dataset):
        """Every network starts as the same linear model of all these rows.

        It has seen the rows that a member leaves out, and is kept unless the networks lower the validation loss by more
        than its standard error: they leave the linear model for good reasons only.
        """
        from models.ensemble import members
        from training.linear_start import linear_model, linear_start

        inputs, targets, weights = train
        rows = len(inputs)
        for number, target in enumerate(dataset.targets):
            y, row_weights = (
                targets[number].reshape(rows, -1)[:, 0],
                weights[number].reshape(rows, -1).mean(axis=1),
            )
            kernel, bias = linear_model(inputs, y, target.head, row_weights)
            for member in members(network):
                linear_start(member, number, kernel, bias)
        return not any(
            target.probabilistic for target in dataset.targets
        )  # a start without a standard deviation

    def answering(self, network, dataset):
        from models.ensemble import average

        single = self.members_for(dataset) == 1
        return network if single else average(network, [target.head for target in dataset.targets])
