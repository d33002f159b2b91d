package main

import (
	_ "embed"
	"fmt"
	"net/http"
)

//go:embed bin/index.html
var page []byte

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, string(page))
	})
	http.ListenAndServe(":8080", nil)
}
