package main

// int three(void) { return 3; }
import "C"

func main() { println(int(C.three())) }
