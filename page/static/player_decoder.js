// Latent numbers of a run that draws none itself, such as an autoencoder.

export { play } from "./player_generator.js";
