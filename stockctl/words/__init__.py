"""Words: lemmas, spelling, trademarks and spam; texts in each agency's form."""
