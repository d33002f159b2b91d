package main

import (
	"fmt"
	"net/http"
)

func main() {
	// What answers when all is well.
	http.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {})
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "served")
	})
	http.ListenAndServe(":8080", nil)
}
