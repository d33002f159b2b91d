//go:build !full

package main

const kind = "part"
