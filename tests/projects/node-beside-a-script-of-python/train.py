import pandas

print(pandas.read_csv("prices.csv").describe())
