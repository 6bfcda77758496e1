"""The callback of a trial: it reports every epoch, and ends a training that is hopeless."""

import math

import keras


class ReportEpochs(keras.callbacks.Callback):
    """Reports the validation loss of every epoch to Optuna.

    Args:
        trial: `optuna.Trial`.
        monitor: name of the validation loss.
    """

    def __init__(self, trial, monitor):
        super().__init__()
        self.trial, self.monitor, self.is_hopeless = trial, monitor, False

    def on_epoch_end(self, epoch, logs=None):
        loss = float(logs[self.monitor])
        if math.isfinite(loss):
            self.trial.report(loss, epoch)
            self.is_hopeless = self.is_hopeless or self.trial.should_prune()
        if self.is_hopeless:
            self.model.stop_training = True
