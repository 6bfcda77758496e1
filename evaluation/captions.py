"""How to read each picture of a report."""

CAPTIONS = {
    "learning": "How it was learned, frame by frame, from the start to what is kept. Above a loss, "
    "frames are even in the logarithm of the epoch, and the line marks the epoch of the frame.",
    "history": "Loss and metrics after each epoch. A validation loss that rises while the training "
    "loss falls means overfitting.",
    "history-of-a-game": "Losses of the generator and the discriminator after each epoch, and the "
    "distance of samples to validation rows. Neither loss says how good the samples are, since "
    "each network is measured by the other; only the distance should fall.",
    "predicted-against-true": "Each point is a test row. Points on the diagonal are predicted "
    "exactly.",
    "residuals": "Predicted minus true value of each test row. A trend means that the network "
    "misses something systematic.",
    "calibration": "How often the true value lies in the interval that the network claims. On the "
    "diagonal the claimed uncertainty is right.",
    "confusion": "Test rows by true class (rows) and predicted class (columns). Mistakes are off "
    "the diagonal.",
    "roc": "True against false positives for every threshold. An area of 1 is perfect, 0.5 is "
    "guessing.",
    "reliability": "How often the predicted class is right, against its probability. On the "
    "diagonal probabilities are frequencies.",
    "mistakes": "The wrong predictions of which the network is most certain.",
    "series-by-class": "Test series of each class. A wrong prediction that looks like the right "
    "ones is a mistake of the network; one that looks different may be a mistake of the label.",
    "activation-maps": "Test series that are predicted most certainly, one a class. Red steps "
    "speak for the class, blue ones against it.",
    "jets": "Jets that are predicted rightly and most certainly, one of each class that has any: "
    "each circle is a particle, its area the share of the momentum. A gluon's jet is wide, a W or "
    "Z has two cores, a top three.",
    "forecast": "Forecasts of the last test windows with their intervals, beside what came and the "
    "best baseline. Each knows the values left of it.",
    "error-by-step": "Mean absolute error against the number of steps ahead. A good forecast is "
    "below all simpler ones at every step.",
    "coverage-by-step": "How often the true value lies in the interval, by the number of steps "
    "ahead. On the dashed line the intervals hold what they say.",
    "networks": "Validation loss of each network after each epoch. All begin as the linear model; "
    "one that stays above the black line cannot improve it.",
    "gates": "The gates of each unit while the network reads a series: dark means open. A memory "
    "that keeps its colour remembers.",
    "raster": "Spikes of each layer while it sees one picture: a row is a neuron, dark means that "
    "it fires. Beside them the potentials before the reset of three neurons that fire rarely, "
    "at a medium rate or often: at the threshold a neuron fires.",
    "search-history": "Validation score of each trial of the search, against its number and the "
    "time of all trainings. A line that is flat for long says that more trials will not help.",
    "search-options": "Validation score against the value of each option. The share says how much "
    "of the scores' variance the option explains; scores do not depend on a panel without a trend.",
    "search-parallel": "Each line is a trial, from option to option. Where the red ones meet, the "
    "value matters.",
    "search-size": "Validation score against the number of weights. A network above the line has "
    "a smaller one that is as good.",
    "importance": "How much the error grows when the values of a column are shuffled among the "
    "test rows. Columns that tell the same share their importance.",
    "learning-curve": "Scores of networks that were trained on fewer rows. If the validation "
    "score still improves to the right, more rows will help; a gap between the lines means "
    "overfitting.",
    "filters": "Weights of the first convolution: the patterns that it responds to.",
    "feature-maps": "Answers of the layers to one test picture, from large to small.",
    "inside-and-outside": "The network and the truth, in the interval of the training rows and "
    "around it.",
    "solution": "The solution by the network, beside the reference where there is one.",
    "slices": "The solution along one coordinate at fixed values of the other.",
    "residual": "What is left when the network's solution is put into the equation; zero solves "
    "it. Points are where it was trained.",
    "phase-portrait": "The unknown functions against each other.",
    "constants": "The unknown constants during the training, with their 95 % intervals.",
    "fit": "Measurements, the fitted solution with its 95 % band, and their difference.",
    "discovery": "The unexplained part of the data as terms are left out, and the contribution of "
    "the terms that remain.",
    "coefficients": "Coefficients of the equation during the refinement, with their intervals.",
    "pareto-front": "Error against complexity of the formulas. The best ones are on the line.",
    "formula-against-network": "The formula and the network at points where the network was asked.",
    "scores": "Scores of normal rows and of anomalies. Normal rows right of the line are false "
    "alarms, anomalies left of it are missed. Without a line, too few normal rows were held out "
    "for any row to be called an anomaly.",
    "explanations": "The pictures with the largest scores; dark pixels are not as the network "
    "expects them.",
    "clusters": "The test rows coloured by cluster, and by label where there is one. Rows of the "
    "same cluster should lie together.",
    "centroids": "What is at the centre of each cluster, and the number of its test rows.",
    "agreement-by-clusters": "How well networks of different seeds agree on clusters of rows held "
    "out. The number with the best agreement was chosen.",
    "embedding": "The hidden layer's answers for test nodes, by their two main components, "
    "coloured by the predicted and by the true class.",
    "score-by-size": "The score of the test graphs by their number of nodes, with its standard "
    "error.",
    "examples": "Some of the test graphs; mistakes and large errors come first.",
    "alike": "Two graphs of different classes whose nodes have the same features and, step by "
    "step, the same neighbours. From degrees and the features of the data, message passing gives "
    "both the same answer. Only further features that tell their nodes apart can help, such as "
    "numbers of cycles, or random ones, with which the answer depends on chance.",
    "latent-plane": "The test rows by two of the numbers that the network keeps.",
    "reconstructions": "Test rows above, and what the network restores of them below.",
    "latent-map": "What the decoder makes of the codes in the plane of the two latent units that "
    "differ most between the rows, at the quantiles of a normal distribution; the others are 0.",
    "denoised": "Clean test pictures, the same with noise, and what a median filter and the "
    "network make of the noisy ones.",
    "error-by-width": "Error of the restored rows against the number of numbers kept.",
    "samples": "Rows of the data and samples of the network. They should fill the same regions "
    "with the same frequency.",
    "nearest-training-pictures": "Samples above, and the training picture that is nearest to each. "
    "A sample that equals a training picture is a copy.",
    "noise-to-data": "The first samples on their way from noise to data, after some of the steps, "
    "which are shorter near the data. None are chosen by hand.",
    "log-density": "Logarithm of the density, up to 10 nats below the highest value; the truth "
    "beside it where it is known.",
    "extrapolation": "Network, formula and truth along one input, inside the interval of the "
    "training rows and outside.",
    "half-spaces": "The border of each neuron; it fires on the side to which its arrow points. "
    "Gradient descent stays farther from the points.",
    "filtered": "A photograph and what each kernel makes of it: red is positive, blue negative.",
    "shifts": "What a shift of the picture does to single layers with random weights, and to the "
    "accuracy of two networks that have seen digits in the centre only.",
    "methods": "Errors on the test rows of each method against overfitting, with the weights at "
    "the end and with the weights that early stopping keeps.",
    "learning-curves": "Dashed: on the training rows, solid: on new rows. The gap between the "
    "lines is overfitting; it closes with more rows.",
    "noise-models": "Which fraction of its examples a loss makes use of, under each kind of "
    "noise. The loss that fits the noise reaches the bound.",
    "learned-noise": "The mean and two standard deviations of a network with constant noise, and "
    "of one that learns how the noise depends on x.",
    "folds": "Left: the spread of cross-validated errors over the true one, with boxes for half of "
    "the datasets and lines for 90 %. Right: the penalty with the lowest error is chosen.",
    "best-of-many": "The score of the best of many models on the rows by which it was chosen, "
    "above its true score. Models that make the same mistakes gain less than independent ones.",
    "surfaces": "What each learner predicts in the plane. The number below is its accuracy on new "
    "points.",
    "score-against-time": "Accuracy of each learner on held-out folds, with its standard error, "
    "against the seconds of all fits.",
    "mistakes-by-epoch": "Rosenblatt's rule ends if a line separates the points, and never "
    "otherwise. Gradient descent comes to a minimum only where none does.",
    "accuracy-by-seed": "Accuracy for each seed of the initial weights.",
    "decision-surface": "The probability that the network gives to each point of the plane.",
    "error-by-size": "Smallest error of each network over its number of units.",
    "curves": "Each function, and what the smallest and the largest network make of it.",
    "activations": "Each activation (line) and its derivative (dashes).",
    "gradients-by-depth": "Size of the gradient in each layer, relative to the last one.",
    "agreement": "Relative difference between the lecture's formula and TensorFlow's GradientTape, "
    "by layer.",
    "differences": "Error of difference quotients against their step: too large a step is "
    "inexact, too small a step loses digits.",
    "graph": "The calculation graph: values forward, derivatives backward.",
    "paths": "The way of each method over the loss, from the start to the minimum.",
    "loss-against-time": "Validation loss against the time of training, of this run and of all "
    "others on the same text, with a point for each epoch.",
    "surprise": "The beginning of the test text; the darker a character, the less the network "
    "expected it. Names and beginnings of words are dark, their ends light.",
    "attention": "How much each character of the test text reads from those before it, by each "
    "head of each block.",
    "force": "The force of two bodies on each other, as the network learned it from their motion, "
    "and how often their distances occurred in the training.",
    "rollout": "How far rollouts are from the truth, and what they lose of energy and momentum. In "
    "a chaotic motion positions part, but an energy that stays is one that the network conserves.",
    "orbits": "The paths of the bodies of one test trajectory; dots are where they start.",
    "error-by-bodies": "Error of one step for numbers of bodies that the training has not seen. "
    "Forces between pairs are the same for any number.",
    "energy": "The energy along rollouts from test states: of one trajectory above, and its error "
    "below. The symplectic method keeps the energy that a network learned, whatever the time.",
    "phase-paths": "A long rollout by each method from a state of a test trajectory, whose noisy "
    "measurements are the dots.",
    "learned-energy": "The energy that was learned from motion alone, against the true one.",
    "beyond-training": "A test trajectory by each method from its first state alone, for twice the "
    "time of the training.",
    "flow-errors": "How far rollouts are from the test trajectories, in standard deviations.",
    "weights": "The largest kernels before and after: red is positive, blue negative, white zero.",
    "score-by-parameters": "Score on the validation rows against the parameters that are not zero. "
    "The star is the network that is exported.",
    "score-by-bit-operations": "Score on the validation rows against the bit operations of a row. "
    "The star is the network that is exported, the square is the run before.",
    "functions": "Test functions with the smallest, the median and the largest relative error: the "
    "input, the true output and the network's, and their difference.",
    "operator-rollout": "Mean relative error of test functions when each answer is the next input, "
    "beside the solver on the same grid. A good operator is below no change at every step.",
    "reconstructed": "Sinograms of test pictures, the pictures behind them, and what each method "
    "makes of the sinogram, with its peak signal-to-noise ratio.",
    "psnr-by-picture": "Peak signal-to-noise ratio of the test pictures, sorted for each method.",
    "unfamiliar": "A picture of each kind that the training has not seen. A network that has "
    "learned what ellipses look like may be worse here.",
    "hidden-term": "What the network makes of the hidden term along the true solution, beside the "
    "truth; of measured data, beside the time derivative of the fitted field.",
    "measured-field": "The field that was fitted to noisy measurements at the points.",
    "losses": "Loss above the smallest possible one against the cost of reaching it.",
}


def find_caption(name):
    """Return the caption of a picture, "" if it has none.

    With several targets, a name begins with the target; with several unknowns, it ends with one.
    """
    if name in CAPTIONS:
        return CAPTIONS[name]
    fitting = [key for key in CAPTIONS if name.startswith(f"{key}-") or name.endswith(f"-{key}")]
    return CAPTIONS[max(fitting, key=len)] if fitting else ""
