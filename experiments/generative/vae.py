"""Variational autoencoder: digits from a few normal numbers, and how probable each picture is.

An encoder q(z|x) = N(mean(x), std(x)) and a decoder p(x|z), fitted together by the evidence lower
bound (ELBO), in nats:

    log p(x) >= E_q[log p(x|z)] - beta * KL(q(z|x) || N(0, 1))

The first term rewards the reconstruction, and the second keeps the codes of all rows together
normal, so that the decoder makes new rows of normal numbers z. p(x|z) is a distribution of the
pixels' true values: of 0 and 1, of counts, or of grey levels.

For example: python train.py vae --latent 2, or --data measurements.csv
"""

from dataclasses import dataclass

from tasks.options import Activation, DenseOptions
from tasks.vae import LatentVariables

LARGE = 16  # pixels of a side, from which pictures need wider layers


@dataclass(frozen=True)
class Vae(DenseOptions, LatentVariables):
    hidden: tuple[int, ...] = ()
    """units of each hidden layer of the encoder, and in reverse of the decoder; if none are given,
    500 500 for pictures of 16 pixels and more, 128 128 for smaller ones, 64 64 for tables"""
    activation: Activation = "elu"
    epochs: int = 300
    patience: int = 30
    batch_size: int = 128

    def build(self, data):
        from models.vae import VAE

        shape = data.columns[0].shape
        usual = (64, 64) if not shape else (128, 128) if min(shape[:2]) < LARGE else (500, 500)
        return VAE(
            self.choose_blocks(data),
            self.choose_width(data),
            self.hidden or usual,
            self.activation,
            self.spread,
            self.beta,
            self.free_bits,
            self.warm_up * -(-data.train.rows // self.batch_size),
            self.find_noise(data),
            self.seed,
        )
