package greet

const Text = "served"
