package main

import (
	"fmt"
	"net/http"
)

var version, commit string

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "served", version, commit)
	})
	http.ListenAndServe(":8080", nil)
}
