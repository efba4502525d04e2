"""Draw the sample pictures: noise with natural spectra, terrain, surfaces, small things, light."""
