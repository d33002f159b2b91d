//go:build full

package main

const kind = "whole"
