package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Println("shop serve|list")
		os.Exit(1)
	}
	switch os.Args[1] {
	case "list":
		fmt.Println("none")
	case "serve":
		http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "served") })
		http.ListenAndServe(":8080", nil)
	}
}
