"""What the experiments on tables share: a network with a linear path, which starts where linear regression ends."""

from dataclasses import dataclass

from experiments.experiment import Experiment


@dataclass(frozen=True)
class TableModel(Experiment):
    """Named columns in, one or several answers out."""

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
    epochs: int = 200
    patience: int = 20

    def network(self, dataset, input_shape):
        from models.wide_and_deep import wide_and_deep

        return wide_and_deep(
            input_shape[0],
            [(target.head, len(target.classes)) for target in dataset.targets],
            self.hidden,
            self.dropout,
            self.activation,
            self.l2,
        )
