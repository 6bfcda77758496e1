"""What the experiments on tables share: an ensemble of networks that start where linear regression ends."""

from dataclasses import dataclass

from experiments.experiment import Experiment

FEW_ROWS = 5000
MEMBERS = 5


@dataclass(frozen=True)
class TableModel(Experiment):
    """Named columns in, one or several answers out."""

    members: int = 0
    """networks that answer together, each trained without another part of the rows, which then validate it; 1 is a
    single network with a validation split of its own; 0 takes 5 up to 5000 rows, else 1"""
    hidden: tuple[int, ...] = (64, 32)
    """units of each hidden layer"""
    activation: str = "relu"
    """identity, step, logistic, tanh, arctan, relu, leaky_relu, prelu, elu, softplus or maxout"""
    dropout: float = 0.2
    """fraction of units dropped after each hidden layer"""
    l2: float = 0.0
    """lambda of the cost's term lambda * sum of squared weights"""
    probabilistic: bool = False
    """regression: predict mean and standard deviation under the Gaussian likelihood"""

    def members_for(self, dataset):
        few = dataset.train.rows + dataset.validation.rows <= FEW_ROWS
        return self.members or (MEMBERS if few else 1)

    def network(self, dataset, input_shape):
        from models.ensemble import ensemble
        from models.wide_and_deep import wide_and_deep

        heads = [(target.head, len(target.classes)) for target in dataset.targets]
        networks = [
            wide_and_deep(input_shape[0], heads, self.hidden, self.dropout, self.activation, self.l2)
            for _ in range(self.members_for(dataset))
        ]
        return ensemble(networks) if len(networks) > 1 else networks[0]

    def examples(self, encoder, dataset):
        from datasets.dataset import joined
        from training.cross_validation import cross_validated, left_out
        from training.fit import examples

        def of(split):
            return examples(encoder, dataset.columns, dataset.targets, split, self.row_weights(dataset, split))

        members = self.members_for(dataset)
        if members == 1:
            return of(dataset.train), of(dataset.validation)
        rows = joined(dataset.train, dataset.validation)
        labels = next((rows.targets[target.name] for target in dataset.targets if target.classes), None)
        return cross_validated(of(rows), left_out(rows.rows, members, self.split_seed, labels))

    def row_weights(self, dataset, split):
        """Per target the weight of each row; None for equal weights."""
        return None

    def start(self, network, train, dataset):
        """Linear or logistic regression, fitted to the rows each network trains with."""
        from models.ensemble import members
        from training.linear_start import linear_start

        inputs, targets, weights = train
        for place, member in enumerate(members(network)):
            for number, target in enumerate(dataset.targets):
                y, w = (values.reshape(len(inputs), -1)[:, place] for values in (targets[number], weights[number]))
                linear_start(member, number, inputs, y, target.head, w)

    def answering(self, network, dataset):
        from models.ensemble import average

        single = self.members_for(dataset) == 1
        return network if single else average(network, [target.head for target in dataset.targets])
